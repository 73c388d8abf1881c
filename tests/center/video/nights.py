"""A stopped mine's cameras, and its night shift as messages of its edge."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from minewarden.center.registry import services
from minewarden.center.registry.models import Camera, MineState
from minewarden.contract import Box, EventMessage
from minewarden.simulate.night_shift import night_shift
from tests.center.video.deliveries import event
from tests.center.world import World, make_camera


def stop(world: World, state: str = MineState.STOPPED) -> None:
    """Mine A may not work any more."""
    services.update_mine(None, world.mine_a, "责令停产", state=state)


def stopped_mine(world: World) -> dict[str, Camera]:
    """Mine A, stopped; its cameras by place class: main belt, auxiliary shaft, yard gate."""
    stop(world)
    cameras = {"14": world.camera_a}
    for place_class, name in (("43", "副井口"), ("53", "煤场出入口")):
        place = services.create_place(None, mine=world.mine_a, place_class=place_class, name=name)
        cameras[place_class] = make_camera(place, 1, world.edge_a)
    return cameras


def night(cameras: dict[str, Camera], begin: datetime | None = None, count: int = 40) -> list[EventMessage]:
    """The night's events, those of a night that begins now unless said otherwise."""
    seen = night_shift(begin or timezone.now() + timedelta(seconds=1), count)
    return [
        event(
            cameras[one.place_class].code,
            event_id=uuid5(NAMESPACE_URL, f"{one.at.isoformat()} {number}"),
            scene=one.scene,
            label=one.label,
            started_at=one.at,
            ended_at=one.at + one.lasted,
            confidence=one.confidence,
            boxes=() if one.box is None else (_box(one.box[0], one.box[1], one.confidence),),
            detail=one.detail,
        )
        for number, one in enumerate(seen)
    ]


def _box(label: str, corners: tuple[float, float, float, float], confidence: float) -> Box:
    x1, y1, x2, y2 = corners
    return Box(label=label, confidence=confidence, x1=x1, y1=y1, x2=x2, y2=y2)
