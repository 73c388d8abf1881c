"""What cameras are watched for as a workbook: one row a camera and scene, one new version of the settings a camera."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry import queries
from minewarden.center.registry.forms import CameraFilter, class_of
from minewarden.center.registry.models import Camera, User, VersionSource
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.parsing import Choice, code, text
from minewarden.center.workbooks.problems import Problem, RowRefused, problem
from minewarden.center.workbooks.sheets.offices import ID_COLUMNS, NOT_YOURS
from minewarden.center.workbooks.sheets.records import with_version
from minewarden.center.workbooks.spec import ID, VERSION, Column, Known, SheetSpec, Values, register_sheet
from minewarden.standards.place_scenes import scenes_of_place
from minewarden.standards.scenes import SceneEntry, scenes

from .catalogue import scenes_of_edge
from .cells import WrongCell, read_shapes, read_values, shapes_text, values_text
from .many import save_many
from .undoing import undo_versions
from .words import scene_label, setting_words

KEY: Final = "scene_settings"
VIEW: Final = "registry.view"
YES, NO = "yes", "no"
ON = Choice([(YES, gettext_lazy("yes")), (NO, gettext_lazy("no"))])
PART: Final = 500  # cameras asked for at once


class SceneImporter:
    """Scenes of cameras. Each row is a record that is always there, on or off; so nothing is ever new."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._cameras: dict[str, Camera] = {}
        self._may: set[int] = set()
        self._wanted: dict[int, dict[str, dict[str, Any] | None]] = {}
        self._told: dict[int | None, frozenset[str]] = {}  # edge → the scenes that it can watch for

    def load(self, rows: Sequence[Values]) -> None:
        """Fetch the cameras of these rows, and put their cells into the form in which we would write them."""
        codes = sorted({row["camera_code"] for row in rows if row.get("camera_code")} - set(self._cameras))
        seen = Camera.objects.for_user(self.user, VIEW).select_related("place__mine", "edge")
        for start in range(0, len(codes), PART):
            found = {camera.code: camera for camera in seen.filter(code__in=codes[start : start + PART])}
            self._cameras |= found
            allowed = Camera.objects.for_user(self.user, queries.MANAGE_CAMERAS)
            self._may |= set(allowed.filter(code__in=list(found)).values_list("pk", flat=True))
        for camera in self._cameras.values():
            if camera.edge_id not in self._told:
                self._told[camera.edge_id] = frozenset(scenes_of_edge(camera.edge))
        for row in rows:
            self._tidy(row)

    def _tidy(self, row: Values) -> None:
        """A row copied to another camera is that one's; a cell that can be read is compared as we would write it."""
        camera, entry = self._camera(row), scenes().get(row.get("scene") or "")
        if camera is None or entry is None:
            return
        if row.get(ID) != _key(camera, entry):
            row.pop(ID, None)
            row.pop(VERSION, None)
        if row.get("on") == NO and row.get(VERSION, "") not in ("", scene_values(camera, entry)[VERSION]):
            # Handed in once more after it has switched the scene off: what was drawn then says nothing now.
            row.pop("shapes", None)
            row.pop("values", None)
        for name, read, write in (("shapes", read_shapes, shapes_text), ("values", read_values, values_text)):
            if row.get(name):
                try:
                    row[name] = write(entry, read(entry, row[name]))
                except WrongCell:
                    continue  # it stays as it was typed, and ``check_change`` says what is wrong with it

    def _camera(self, row: Values) -> Camera | None:
        return self._cameras.get(row.get("camera_code") or "")

    def known(self, rows: Sequence[Values]) -> list[Known | None]:
        """Every scene of every camera that the user may see, whether it is watched for or not."""
        return [self._known(row) for row in rows]

    def _known(self, row: Values) -> Known | None:
        camera, entry = self._camera(row), scenes().get(row.get("scene") or "")
        if camera is None or entry is None:
            return None
        values = scene_values(camera, entry)
        label = f"{camera.name} · {scene_label(entry)}"
        why_not = "" if camera.pk in self._may else str(NOT_YOURS)
        return Known(values.pop(ID), values.pop(VERSION), values, label, why_not)

    def check(self, values: Values) -> list[Problem]:
        """Only rows without a camera or scene come here."""
        if values.get("camera_code") and self._camera(values) is None:
            return [problem("camera_code", "row", _("There is no camera with this code, or it is not yours to see."))]
        return []

    def check_change(self, known: Known, values: Values, changes: Values) -> list[Problem]:
        """What is wrong with the cells, and with values for a scene that is off."""
        entry, camera = scenes()[values["scene"]], self._camera(values)
        problems = []
        if changes.get("on") == YES and camera is not None and entry.id not in self._told[camera.edge_id]:
            words = _("The edge of this camera cannot watch for this scene: renew its software first.")
            problems.append(problem("scene", "row", words))
        for name, read in (("shapes", read_shapes), ("values", read_values)):
            try:
                read(entry, changes.get(name) or "")
            except WrongCell as fault:
                problems.append(problem(name, "row", str(fault)))
        if (changes.get("on") or known.values["on"]) == NO and (changes.get("shapes") or changes.get("values")):
            problems.append(problem("on", "row", _("This scene is off here: write yes, or empty zone and values.")))
        return problems

    def create(self, rows: Sequence[Values], ids: Sequence[str], batch: Batch) -> list[str | RowRefused]:
        """Nothing is new: a row that names no camera is wrong."""
        return [RowRefused(problem("camera_code", "unknown_record")) for _row in rows]

    def update(self, known: Known, values: Values, changes: Values, batch: Batch) -> None:
        """Remember what the row wants; ``finish`` writes one version for all rows of a camera."""
        camera, entry = self._camera(values), scenes()[values["scene"]]
        assert camera is not None
        said = {**known.values, **changes}
        settings = None
        if said["on"] == YES:
            settings = read_shapes(entry, said.get("shapes") or "") | read_values(entry, said.get("values") or "")
        self._wanted.setdefault(camera.pk, {})[entry.id] = settings

    def finish(self, batch: Batch) -> Mapping[str, list[Problem]]:
        """One new version of the settings for each camera."""
        cameras = {camera.pk: camera for camera in self._cameras.values()}
        scenes_of = [(cameras[pk], _merged(cameras[pk].scenes, wanted)) for pk, wanted in self._wanted.items()]
        late = save_many(self.user, scenes_of, batch.original_name, VersionSource.WORKBOOK)
        return {
            f"{camera.pk}:{scene}": [problem("", "changed_meanwhile", old="")]
            for camera in late
            for scene in self._wanted[camera.pk]
        }


def _merged(kept: Sequence[Mapping[str, Any]], wanted: Mapping[str, dict[str, Any] | None]) -> list[dict[str, Any]]:
    """What is kept with what the rows want: None takes a scene away; others stay as they are."""
    merged = {scene["scene"]: dict(scene.get("settings") or {}) for scene in kept} | dict(wanted)
    return [{"scene": name, "settings": settings} for name, settings in merged.items() if settings is not None]


def _key(camera: Camera, entry: SceneEntry) -> str:
    return f"{camera.pk}:{entry.id}"


def scene_values(camera: Camera, entry: SceneEntry) -> Values:
    """One scene of a camera as a row."""
    kept = next((scene for scene in camera.scenes if scene["scene"] == entry.id), None)
    settings = (kept or {}).get("settings") or {}
    return with_version(
        _key(camera, entry),
        {
            "camera_code": camera.code,
            "camera": camera.name,
            "mine": camera.place.mine.name,
            "place": f"{camera.place.place_class} {class_of(camera.place).chinese}",
            "scene": entry.id,
            "on": NO if kept is None else YES,
            "shapes": shapes_text(entry, settings) or None,
            "values": values_text(entry, settings) or None,
        },
    )


def scene_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """What the cameras of the list are watched for, and what is proposed for their places and still off."""
    form = CameraFilter(user, True, params)
    rows = queries.cameras(user, form.cleaned_data if form.is_valid() else {}).select_related("place__mine")
    for camera in rows.order_by("code").iterator(chunk_size=1000):
        on = [scene["scene"] for scene in camera.scenes]
        proposed = [one.scene for one in scenes_of_place(camera.place.mine.kind, camera.place.place_class)]
        for name in dict.fromkeys(on + proposed):
            if entry := scenes().get(name):
                yield scene_values(camera, entry)


def _label(scene: str) -> str:
    return scene_label(scenes()[scene])


def _explained(scene: str) -> str:
    """A line of the second sheet: what can be set of a scene, by its key and in words."""
    entry = scenes()[scene]
    words = [f"{each.name} {setting_words(scene, each).label}" for each in entry.settings]
    return f"{scene_label(entry)}: {'; '.join(words)}"


_label_later, _explained_later = lazy(_label, str), lazy(_explained, str)


def register() -> None:
    """Scenes of cameras."""
    choice = Choice([(scene, _label_later(scene)) for scene in scenes()])
    register_sheet(
        SheetSpec(
            KEY,
            gettext_lazy("Scenes of cameras"),
            (
                Column(
                    "camera_code",
                    "摄像机编码",
                    "Camera code",
                    code(24),
                    aliases=("设备编码", "国标编码", "编码"),
                    required=True,
                    fixed=True,
                    kind="code",
                    width=28,
                ),
                Column("camera", "摄像机名称", "Camera", text(100), fixed=True, width=24),
                Column("mine", "煤矿", "Mine", text(100), fixed=True, width=18),
                Column("place", "场所类别", "Class of place", text(100), fixed=True, width=18),
                Column(
                    "scene",
                    "分析场景",
                    "Scene",
                    choice.parse,
                    choice.show,
                    aliases=("场景",),
                    required=True,
                    fixed=True,
                    choices=choice.words(),
                    width=20,
                ),
                Column(
                    "on",
                    "是否启用",
                    "Watched for",
                    ON.parse,
                    ON.show,
                    aliases=("启用",),
                    editable=True,
                    choices=ON.words(),
                    help=gettext_lazy("yes: it is watched for; no: it is not."),
                ),
                Column(
                    "shapes",
                    "画面区域",
                    "Zones and lines",
                    text(8000),
                    aliases=("区域", "画线"),
                    editable=True,
                    width=44,
                    help=gettext_lazy(
                        "One shape a line: zone: 0.1,0.2; 0.5,0.2; 0.5,0.9. Corners are parts of the picture's width "
                        "and height, from the top left. It is easier drawn on the camera's page and copied from there."
                    ),
                ),
                Column(
                    "values",
                    "参数",
                    "Values",
                    text(4000),
                    aliases=("参数值", "设置"),
                    editable=True,
                    width=36,
                    help=gettext_lazy("key=value; key=value. What is not named is as usual. The keys stand below."),
                ),
                *ID_COLUMNS,
            ),
            scene_rows,
            VIEW,
            queries.MANAGE_CAMERAS,
            SceneImporter,
            order=24,
            together="camera_code",
            undo=undo_versions,
            notes=tuple(_explained_later(scene) for scene in scenes()),
        )
    )
