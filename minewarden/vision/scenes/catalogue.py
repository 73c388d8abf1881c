"""Which scenes there are: our own, and those of other packages by the entry point group ``minewarden.scenes``."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import SceneKind

from .belt_crossing import BELT_CROSSING
from .belt_state import BELT_STATE
from .camera_health import CAMERA_HEALTH
from .forbidden_zone import FORBIDDEN_ZONE
from .gas_check_missed import GAS_CHECK_MISSED
from .no_helmet import NO_HELMET
from .over_limit import OVER_LIMIT
from .people_in_out import PEOPLE_IN_OUT
from .post_asleep import POST_ASLEEP
from .post_vacant import POST_VACANT
from .seal_opened import SEAL_OPENED
from .settings import settings_from
from .smoke_fire import SMOKE_FIRE
from .truck_out import TRUCK_OUT
from .walk_while_haulage import WALK_WHILE_HAULAGE

ENTRY_POINTS = "minewarden.scenes"
OUR_OWN = (
    CAMERA_HEALTH,
    POST_VACANT,
    POST_ASLEEP,
    OVER_LIMIT,
    FORBIDDEN_ZONE,
    NO_HELMET,
    PEOPLE_IN_OUT,
    TRUCK_OUT,
    BELT_CROSSING,
    BELT_STATE,
    WALK_WHILE_HAULAGE,
    SMOKE_FIRE,
    SEAL_OPENED,
    GAS_CHECK_MISSED,
)


@cache
def scene_kinds() -> dict[str, SceneKind]:
    """All scenes by id, our own first.

    Raises:
        SceneSettingsError: an installed package offers something that is no scene, or an id that is taken.
    """
    kinds = {kind.id: kind for kind in OUR_OWN}
    for entry in entry_points(group=ENTRY_POINTS):
        kind = entry.load()
        if not isinstance(kind, SceneKind):
            raise SceneSettingsError(f"entry point {entry.value} of {ENTRY_POINTS} is no SceneKind; remove its package")
        if kind.id in kinds:
            raise SceneSettingsError(f"two scenes are called {kind.id}; the second is {entry.value}")
        kinds[kind.id] = kind
    return kinds


def scene_kind(name: str) -> SceneKind:
    """The scene of this id.

    Raises:
        SceneSettingsError: there is none; the message names all there are.
    """
    kinds = scene_kinds()
    if name not in kinds:
        raise SceneSettingsError(f"there is no scene {name!r}; there are: {', '.join(kinds)}")
    return kinds[name]


def parse_scene(text: str) -> tuple[SceneKind, Any]:
    """A scene with its settings from ``NAME`` or ``NAME:key=value,key=value``, as the command line takes it.

    Raises:
        SceneSettingsError: the scene does not exist, or a setting has a wrong name or value.
    """
    name, _, rest = text.partition(":")
    kind = scene_kind(name.strip())
    values: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            raise SceneSettingsError(f"{kind.id}: {part!r} is not key=value")
        values[key.strip()] = value.strip()
    return kind, settings_from(kind, values)
