"""Cameras as a workbook: how operations adds five hundred of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry import queries, services
from minewarden.center.registry.forms import CameraFilter
from minewarden.center.registry.masking import HIDDEN, masked
from minewarden.center.registry.models import Camera, CameraState, Edge, EdgeMine, Mine, Place, User, VersionSource
from minewarden.center.registry.services.sites import camera_faults
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.parsing import Choice, code, text
from minewarden.center.workbooks.problems import Problem, problem, said
from minewarden.center.workbooks.spec import Column, Known, SheetSpec, Values, register_sheet

from .mines_of_rows import MinesOfRows
from .offices import CAMERAS, ID_COLUMNS, MINE_COLUMNS, NOT_YOURS
from .records import RecordImporter, with_version

STATE = Choice(CameraState.choices)


class CameraImporter(RecordImporter):
    """Cameras, known by their code. Passwords in addresses are never shown; the mask changes nothing."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._mines = MinesOfRows(user, {CAMERAS})
        self._may = set(Mine.objects.for_user(user, CAMERAS).values_list("pk", flat=True))
        self._places: dict[tuple[int, str, str], Place] = {}
        self._edges: dict[tuple[int, str], Edge] = {}

    def load(self, rows: Sequence[Values]) -> None:
        self._mines.load(rows)
        mines = {mine.pk for mine in map(self._mines.of, rows) if isinstance(mine, Mine)}
        places = Place.objects.filter(mine__in=mines).select_related("mine").order_by("-pk")
        self._places = {(place.mine_id, place.place_class, place.name): place for place in places}
        bound = EdgeMine.objects.filter(mine__in=mines, edge__revoked_at=None).select_related("edge")
        self._edges = {(link.mine_id, link.edge.name): link.edge for link in bound}

    def visible(self) -> QuerySet[Any]:
        return Camera.objects.for_user(self.user, "registry.view").select_related("place__mine", "edge")

    def values(self, record: Camera) -> Values:
        return camera_values(record)

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        codes = sorted({row["code"] for row in rows if row.get("code")})
        parts = (codes[start : start + 500] for start in range(0, len(codes), 500))
        return {camera.code: camera for some in parts for camera in self.visible().filter(code__in=some)}

    def natural_key(self, values: Values) -> Hashable | None:
        return values.get("code")

    def why_not(self, record: Camera) -> str:
        return "" if record.place.mine_id in self._may else str(NOT_YOURS)

    def _place(self, values: Values) -> Place | Problem:
        mine = self._mines.of(values)
        if not isinstance(mine, Mine):
            return mine
        if mine.pk not in self._may:
            return problem("mine_code", "unknown_mine", found=mine.code)
        place = self._places.get((mine.pk, values.get("place_class") or "", values.get("place") or ""))
        return place or problem("place", "place_not_registered")

    def _edge(self, place: Place, name: str | None) -> Edge | Problem | None:
        if not name:
            return None
        return self._edges.get((place.mine_id, name)) or problem("edge", "unknown_edge", found=name)

    def check(self, values: Values) -> list[Problem]:
        place = self._place(values)
        if not isinstance(place, Place):
            return [place]
        edge = self._edge(place, values.get("edge"))
        problems = [edge] if isinstance(edge, dict) else []
        if HIDDEN in (values.get("source") or ""):
            problems.append(problem("source", "masked"))
        if faults := camera_faults(values.get("code") or "", place):
            problems.append(problem("code", "row", "；".join(faults)))
        return problems

    def check_change(self, known: Known, values: Values, changes: Values) -> list[Problem]:
        return [problem("source", "masked")] if HIDDEN in (changes.get("source") or "") else []

    def make(self, values: Values, batch: Batch) -> Camera:
        place = self._place(values)
        assert isinstance(place, Place)
        named: dict[str, Any] = {name: values[name] for name in ("code", "name", "source", "state") if values.get(name)}
        named["edge"] = self._edge(place, values.get("edge"))
        return services.create_camera(self.user, place=place, made_through=VersionSource.WORKBOOK, **named)

    def change(self, record: Camera, changes: Values, batch: Batch) -> None:
        new = dict(changes)
        if "edge" in new:
            name = new.pop("edge")
            bound = EdgeMine.objects.filter(mine=record.place.mine_id, edge__name=name, edge__revoked_at=None)
            link = bound.select_related("edge").first() if name else None
            if name and link is None:
                raise ValidationError({"edge": said(problem("edge", "unknown_edge", found=name))})
            new["edge"] = link.edge if link else None
        services.update_camera(self.user, record, batch.original_name, VersionSource.WORKBOOK, **new)


def camera_values(camera: Camera) -> Values:
    """One camera as a row, without the password of its address."""
    place = camera.place
    return with_version(
        camera.pk,
        {
            "code": camera.code,
            "name": camera.name,
            "mine_code": place.mine.code,
            "mine": place.mine.name,
            "place_class": place.place_class,
            "place": place.name,
            "source": masked(camera.source),
            "state": camera.state,
            "edge": camera.edge.name if camera.edge else None,
        },
    )


def camera_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The list of cameras as its page narrows it."""
    form = CameraFilter(user, True, params)
    rows = queries.cameras(user, form.cleaned_data if form.is_valid() else {})
    return (camera_values(camera) for camera in rows.order_by("code").iterator(chunk_size=1000))


def register() -> None:
    """Cameras."""
    register_sheet(
        SheetSpec(
            "cameras",
            _("Cameras"),
            (
                Column(
                    "code",
                    "摄像机编码",
                    "Camera code",
                    code(24),
                    aliases=("设备编码", "国标编码", "编码"),
                    required=True,
                    kind="code",
                    width=28,
                    help=_("24 digits: formatted as text, or a spreadsheet loses the last ones."),
                ),
                Column(
                    "name",
                    "摄像机名称",
                    "Name",
                    text(100),
                    aliases=("名称", "设备名称"),
                    required=True,
                    editable=True,
                    width=24,
                ),
                *MINE_COLUMNS,
                Column("place_class", "场所类别", "Class of place", code(2), required=True, kind="code"),
                Column("place", "场所名称", "Place", text(100), aliases=("安装位置", "地点"), required=True, width=24),
                Column(
                    "source",
                    "视频地址",
                    "Address",
                    text(500),
                    aliases=("取流地址", "RTSP地址"),
                    required=True,
                    editable=True,
                    width=40,
                    help=_("URL with its password. It is shown without: leave the mask, and it stays."),
                ),
                Column("state", "状态", "State", STATE.parse, STATE.show, editable=True, choices=STATE.words()),
                Column(
                    "edge",
                    "边缘主机",
                    "Edge",
                    text(60),
                    editable=True,
                    help=_("Its name; it must watch over the mine."),
                ),
                *ID_COLUMNS,
            ),
            camera_rows,
            "registry.view",
            CAMERAS,
            CameraImporter,
            order=23,
        )
    )
