"""Places of mines as a workbook."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry import services
from minewarden.center.registry.models import Mine, Place, User
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.parsing import code, text
from minewarden.center.workbooks.problems import Problem, problem
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet
from minewarden.standards import KIND_OF_MINE_TYPE, place_classes

from .mines_of_rows import MinesOfRows
from .offices import CAMERAS, ID_COLUMNS, MINE_COLUMNS, NOT_YOURS
from .records import RecordImporter, with_version


class PlaceImporter(RecordImporter):
    """Places, known by mine, class and name."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._mines = MinesOfRows(user, {CAMERAS})
        self._may = set(Mine.objects.for_user(user, CAMERAS).values_list("pk", flat=True))

    def load(self, rows: Sequence[Values]) -> None:
        self._mines.load(rows)

    def visible(self) -> QuerySet[Any]:
        return Place.objects.for_user(self.user, "registry.view").select_related("mine")

    def values(self, record: Place) -> Values:
        return place_values(record)

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        mines = {mine.pk for mine in map(self._mines.of, rows) if isinstance(mine, Mine)}
        places = self.visible().filter(mine__in=mines).order_by("-pk")
        return {(place.mine_id, place.place_class, place.name): place for place in places}

    def natural_key(self, values: Values) -> Hashable | None:
        mine = self._mines.of(values)
        return (mine.pk, values.get("place_class"), values.get("name")) if isinstance(mine, Mine) else None

    def why_not(self, record: Place) -> str:
        return "" if record.mine_id in self._may else str(NOT_YOURS)

    def check(self, values: Values) -> list[Problem]:
        mine = self._mines.of(values)
        if not isinstance(mine, Mine):
            return [mine]
        if mine.pk not in self._may:
            return [problem("mine_code", "unknown_mine", found=mine.code)]
        if values.get("place_class") not in (None, *place_classes(KIND_OF_MINE_TYPE[mine.kind])):
            return [problem("place_class", "row", _("This class of place does not exist for this kind of mine."))]
        return []

    def make(self, values: Values, batch: Batch) -> Place:
        mine = self._mines.of(values)
        assert isinstance(mine, Mine)
        return services.create_place(self.user, mine=mine, place_class=values["place_class"], name=values["name"])

    def change(self, record: Place, changes: Values, batch: Batch) -> None:
        services.update_place(self.user, record, name=changes["name"])


def place_values(place: Place) -> Values:
    """One place as a row."""
    named = {"mine_code": place.mine.code, "mine": place.mine.name, "place_class": place.place_class}
    return with_version(place.pk, named | {"name": place.name})


def place_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """All places that the user may see; ``mine`` narrows them."""
    rows = Place.objects.for_user(user, "registry.view").select_related("mine").order_by("mine__name", "pk")
    if (mine := str(params.get("mine", ""))).isdecimal() and len(mine) < 19:
        rows = rows.filter(mine_id=int(mine))
    return (place_values(place) for place in rows.iterator(chunk_size=1000))


def register() -> None:
    """Places."""
    register_sheet(
        SheetSpec(
            "places",
            gettext_lazy("Places"),
            (
                *MINE_COLUMNS,
                Column(
                    "place_class",
                    "场所类别",
                    "Class of place",
                    code(2),
                    aliases=("类别",),
                    required=True,
                    kind="code",
                    help=gettext_lazy("Two digits of the video rule; it is part of the cameras' codes and stays."),
                ),
                Column(
                    "name",
                    "场所名称",
                    "Name",
                    text(100),
                    aliases=("地点", "名称"),
                    required=True,
                    editable=True,
                    width=24,
                ),
                *ID_COLUMNS,
            ),
            place_rows,
            "registry.view",
            CAMERAS,
            PlaceImporter,
            order=22,
        )
    )
