"""A claim that cannot be told on patrol but would be by closer looks brings them about, and no event by itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from minewarden.vision.pipeline import ScenePlan
from minewarden.vision.pipeline.camera import CameraWatch
from minewarden.vision.scene import Finding, Need, Observation, SceneKind
from minewarden.vision.sources import Mode

from .stage import START, Stage, frame


@dataclass(frozen=True)
class Settings:
    onset: float = 1.0
    gap: float = 0.0
    hold: float = 1.0
    cool_down: float = 0.0
    looks: int = 2


def asking(until: float, *, promotes: bool) -> ScenePlan:
    """A scene that asks until a moment and then says no."""

    def look(settings: Settings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
        open_ = seen.at < until
        return None, (Finding("key", "label", None if open_ else False, closely=open_),)

    kind = SceneKind("asks", "问", "Asks", Need.PATROL, promotes, (), Settings, lambda settings: None, look)
    return ScenePlan(kind, Settings())


def modes(tmp_path: Path, *, promotes: bool) -> tuple[list[Mode], int]:
    stage = Stage(tmp_path)
    watch = CameraWatch([asking(START + 5, promotes=promotes)], stage.watch.book)
    seen = []
    for second in range(20):
        watch.frame(frame(START + second))
        seen.append(watch.mode(START + second))
    return seen, watch.book.told


def test_the_camera_is_watched_closely_while_it_is_asked_for_and_a_while_longer(tmp_path: Path) -> None:
    seen, told = modes(tmp_path, promotes=True)
    assert seen[:15] == [Mode.WATCH] * 15
    assert seen[-1] is Mode.PATROL
    assert told == 0


def test_a_scene_whose_claims_do_not_promote_may_ask_as_well(tmp_path: Path) -> None:
    seen, told = modes(tmp_path, promotes=False)
    assert seen[:15] == [Mode.WATCH] * 15
    assert seen[-1] is Mode.PATROL
    assert told == 0


def test_a_claim_on_its_way_brings_closer_looks_only_where_the_scene_promotes(tmp_path: Path) -> None:
    for promotes, mode in [(True, Mode.WATCH), (False, Mode.PATROL)]:
        kind = SceneKind(
            "claims",
            "报",
            "Claims",
            Need.PATROL,
            promotes,
            (),
            Settings,
            lambda settings: None,
            lambda settings, memory, seen: (None, (Finding("key", "label", True),)),
        )
        watch = CameraWatch([ScenePlan(kind, Settings(onset=60.0))], Stage(tmp_path).watch.book)
        for second in range(5):
            watch.frame(frame(START + second))
            assert watch.mode(START + second) is mode
