"""What the sheets of the registry share: records that are few, each made and changed by its own service."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet

from minewarden.center.audit.canonical import digest
from minewarden.center.registry.models import Node, User
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.problems import Problem, RowRefused, problem
from minewarden.center.workbooks.spec import ID, VERSION, Known, Values


def with_version(record_id: object, values: Values) -> Values:
    """A row with its id and version: tables without a column for it have the hash of what the row says."""
    shown = {name: value for name, value in values.items() if value not in (None, "")}
    return {**shown, ID: str(record_id), VERSION: digest(shown)[:16]}


class RecordImporter:
    """Base of importers whose records have a number as key. A sheet says how a record reads and what identifies it."""

    fields: ClassVar[dict[str, str]] = {}  # field of a service's error → column, where they are called differently

    def __init__(self, user: User) -> None:
        self.user = user

    # What each sheet says itself:

    def visible(self) -> QuerySet[Any]:
        """The records that the user may see."""
        raise NotImplementedError

    def values(self, record: Any) -> Values:
        """A record as an export shows it, with id and version."""
        raise NotImplementedError

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        """Records that rows name by something else than their id: :meth:`natural_key` → record."""
        return {}

    def natural_key(self, values: Values) -> Hashable | None:
        """What identifies a row otherwise than by its id."""
        return None

    def why_not(self, record: Any) -> str:
        """Why the user may not change this record; "" where they may."""
        raise NotImplementedError

    def make(self, values: Values, batch: Batch) -> Model:
        """Make a record by its service."""
        raise NotImplementedError

    def change(self, record: Any, changes: Values, batch: Batch) -> None:
        """Change a record by its service."""
        raise NotImplementedError

    def check(self, values: Values) -> list[Problem]:
        raise NotImplementedError

    def load(self, rows: Sequence[Values]) -> None:
        """Nothing to fetch beforehand, where a sheet does not say otherwise."""

    # What is the same for all:

    def known(self, rows: Sequence[Values]) -> list[Known | None]:
        ids = {int(row[ID]) for row in rows if str(row.get(ID, "")).isdecimal() and len(row[ID]) < 19}
        by_id = {
            str(record.pk): record for some in _parts(sorted(ids)) for record in self.visible().filter(pk__in=some)
        }
        named = self.natural([row for row in rows if not row.get(ID)])
        known: list[Known | None] = []
        for row in rows:
            record = by_id.get(row[ID]) if row.get(ID) else named.get(self.natural_key(row))
            known.append(self._known(record) if record is not None else None)
        return known

    def _known(self, record: Any) -> Known:
        values = self.values(record)
        return Known(values.pop(ID), values.pop(VERSION), values, str(record), self.why_not(record))

    def check_change(self, known: Known, values: Values, changes: Values) -> list[Problem]:
        return []

    def create(self, rows: Sequence[Values], ids: Sequence[str], batch: Batch) -> list[str | RowRefused]:
        made: list[str | RowRefused] = []
        for values in rows:
            try:
                made.append(str(self._tried(lambda values=values: self.make(values, batch)).pk))  # type: ignore[misc]
            except RowRefused as refusal:
                made.append(refusal)
        return made

    def update(self, known: Known, values: Values, changes: Values, batch: Batch) -> None:
        record = self.visible().get(pk=int(known.id))
        self._tried(lambda: self.change(record, changes, batch))

    def _tried(self, service: Callable[[], Any]) -> Any:
        """Call a service; what it refuses is said beside the column."""
        try:
            with transaction.atomic():
                return service()
        except ValidationError as error:
            raise RowRefused(*self.said(error)) from error

    def said(self, error: ValidationError) -> list[Problem]:
        """What a service's error says, by column."""
        faults = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        return [
            problem(self.fields.get(name, "" if name == NON_FIELD_ERRORS else name), "row", "；".join(messages))
            for name, messages in faults.items()
        ]

    def clean(self, instance: Model, exclude: Iterable[str]) -> list[Problem]:
        """What is wrong with single columns of a record that is not there yet: no queries."""
        try:
            instance.clean_fields(exclude=set(exclude))
        except ValidationError as error:
            return self.said(error)
        return []


def _parts(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + 500] for start in range(0, len(keys), 500))


class NodesOfRows:
    """Which office each row means by its name or id, of those where the user has a permission. Asked once."""

    def __init__(self, user: User, permission: str) -> None:
        self._nodes = {str(node.pk): node for node in Node.objects.for_user(user, permission)}
        self._by_name: dict[str, list[Node]] = {}
        for node in self._nodes.values():
            self._by_name.setdefault(node.name, []).append(node)

    def holds(self, node_id: int | None) -> bool:
        """Whether the user has the permission at this node."""
        return str(node_id) in self._nodes

    def of(self, column: str, text: str | None) -> Node | Problem:
        """The office of this name or id, or what is wrong with it."""
        if not text:
            return problem(column, "required")
        named = self._by_name.get(text, [])
        if len(named) > 1:
            return problem(column, "which_node")
        found = named[0] if named else self._nodes.get(text)
        return found or problem(column, "unknown_node", found=text)
