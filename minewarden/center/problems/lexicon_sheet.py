"""The office's words of the lexicon as a workbook, out and in. What is not in a file stays: a word is taken out on its
page, with a reason."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import User
from minewarden.center.registry.scope import sees_everything
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.parsing import Choice, text
from minewarden.center.workbooks.problems import Problem
from minewarden.center.workbooks.sheets.offices import ID_COLUMNS
from minewarden.center.workbooks.sheets.records import RecordImporter, with_version
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet

from . import services
from .models import Word, WordKind
from .texts import plain

KEY: Final = "lexicon"
NOT_YOURS: Final = _("The lexicon is the whole office's: only who names problems at its top changes it.")
KIND: Final = Choice(WordKind.choices, {"同义词": "synonym", "地点": "place", "套话": "boilerplate"})
COLUMNS: Final = (
    Column(
        "kind",
        "词语类型",
        "Kind of word",
        KIND.parse,
        KIND.show,
        aliases=("词类",),
        required=True,
        choices=KIND.words(),
        width=18,
    ),
    Column("word", "词语", "Word", text(60), aliases=("词", "说法"), required=True, width=24),
    Column(
        "stands_for",
        "代表",
        "Stands for",
        text(60),
        aliases=("代表词", "标准词", "规范词"),
        editable=True,
        help=_("Only of a word that stands for another one."),
        width=24,
    ),
    Column("note", "备注", "Note", text(200), editable=True, width=40),
    *ID_COLUMNS,
)


class LexiconImporter(RecordImporter):
    """Words. One without its id is known again by kind and word."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._may = sees_everything(user, services.NAME)

    def visible(self) -> QuerySet[Any]:
        return Word.objects.filter(withdrawn=False)

    def values(self, record: Any) -> Values:
        return word_values(record)

    def natural_key(self, values: Values) -> Hashable | None:
        return values.get("kind"), plain(values.get("word") or "")

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        return {(word.kind, word.word): word for word in self.visible()}

    def why_not(self, record: Any) -> str:
        return "" if self._may else str(NOT_YOURS)

    def check(self, values: Values) -> list[Problem]:
        if not self._may:
            return self.said(ValidationError(str(NOT_YOURS)))
        return self._faults(Word(**_columns(values))) if values.get("kind") and values.get("word") else []

    def check_change(self, known: Any, values: Values, changes: Values) -> list[Problem]:
        return self._faults(Word(pk=int(known.id), **_columns({**known.values, **changes})))

    def make(self, values: Values, batch: Batch) -> Word:
        return services.add_word(self.user, **_columns(values))

    def change(self, record: Word, changes: Values, batch: Batch) -> None:
        given = {name: value for name, value in _columns(changes).items() if name in changes}
        services.change_word(self.user, record, expected_version=record.version, **given)

    def _faults(self, word: Word) -> list[Problem]:
        try:
            word.clean_fields()
            services.check_word(word)
        except ValidationError as error:
            return self.said(error)
        return []


def word_values(word: Word) -> Values:
    """One word as a row."""
    shown = {"kind": word.kind, "word": word.word, "stands_for": word.stands_for or None, "note": word.note or None}
    return with_version(word.pk, shown)


def word_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The words in use, for whoever reads the lexicon's page."""
    for word in Word.objects.filter(withdrawn=False).order_by("kind", "word", "pk"):
        yield word_values(word)


def _columns(values: Values) -> dict[str, str]:
    return {name: plain(str(values.get(name) or "")) for name in ("kind", "word", "stands_for", "note")}


def register() -> None:
    """Tell the workbooks."""
    register_sheet(
        SheetSpec(
            KEY,
            _("Lexicon of the search"),
            COLUMNS,
            rows=word_rows,
            permission_export=services.NAME,
            permission_import=services.NAME,
            importer=LexiconImporter,
            order=44,
            notes=(_("A word is never taken out by a workbook: that is done on its page, with a reason."),),
        )
    )
