"""The clips of the demonstration: most show an ordinary shift, some what the office wants to know of."""

from __future__ import annotations

from .effects import Disturbance, Fault
from .look import Look
from .pose import Posture
from .script import Belt, Script, Spell, Stay, Visit, Walk

MINER = Look(helmet="yellow", jacket="navy", trousers="navy")
FOREMAN = Look(helmet="red", jacket="blue", trousers="blue")
SAFETY = Look(helmet="white", vest="lime", jacket="navy", trousers="navy")
FITTER = Look(helmet="blue", jacket="orange", trousers="orange", stout=1.1)
HAULER = Look(helmet="yellow", vest="orange", jacket="grey", trousers="grey", height=1.68)
BARE = Look(helmet=None, jacket="blue", trousers="navy", lamp=False)
WAITING = Look(helmet=None, jacket="orange", trousers="navy", lamp=False)
DISPATCHER = Look(helmet=None, jacket="white", trousers="navy", lamp=False, stripes=False)
RELIEF = Look(helmet=None, jacket="navy", trousers="black", lamp=False, stripes=False, skin=1)
DRIVER = Look(helmet="orange", vest="orange", jacket="grey", trousers="grey", lamp=False)


def _through(look: Look, at: float, back: bool = False) -> Visit:
    """Somebody who walks past the camera, into the distance or out of it."""
    start, end = ("far_out", "near_out") if back else ("near_out", "far_out")
    return Visit(look, at, start, (Walk("far"), Walk("near"), Walk(end)) if back else (Walk("far"), Walk(end)))


def demo_scripts() -> dict[str, Script]:
    """All of them by name. Each ends as it began, so that it can be shown over and over."""
    scripts = (*_ordinary(), *_violations(), *_broken())
    return {script.name: script for script in scripts}


def _ordinary() -> tuple[Script, ...]:
    desk = (Stay(80, Posture.SIT),)
    return (
        Script(
            "rail_roadway_quiet",
            "rail_roadway",
            seed=5,
            seconds=80,
            title="RW-05 HAULAGE",
            visits=(_through(MINER, 4), _through(SAFETY, 6.5)),
            limit=6,
        ),
        Script(
            "belt_roadway_patrol",
            "belt_roadway",
            seed=1,
            seconds=75,
            title="BW-01 BELT",
            visits=(
                Visit(FITTER, 5, "near_out", (Walk("middle"), Stay(14, Posture.WORK), Walk("near"), Walk("near_out"))),
            ),
            forbidden="belt",
            limit=6,
        ),
        Script(
            "belt_running",
            "belt_roadway",
            seed=326,
            seconds=75,
            title="BW-26 MAIN BELT",
            visits=(Visit(MINER, 40, "far", (Walk("near"), Walk("near_out"))),),
            belts=(Belt(0, 16, 0.0, 1.0), Belt(16, 64, 2.2, 1.0)),
            limit=6,
        ),
        Script(
            "dispatch_manned",
            "dispatch",
            seed=4,
            seconds=80,
            title="DISPATCH 1",
            visits=(
                Visit(DISPATCHER, 0, "seat", desk),
                Visit(RELIEF, 20, "door_out", (Walk("door"), Walk("middle"), Stay(18), Walk("door"), Walk("door_out"))),
            ),
            post="post",
            helmets=False,
        ),
        Script(
            "substation_duty",
            "substation",
            seed=3,
            seconds=70,
            title="SUB-03",
            visits=(
                Visit(FOREMAN, 0, "seat", (Stay(70, Posture.SIT),)),
                Visit(
                    FITTER, 12, "near_out", (Walk("cabinet"), Stay(20, Posture.WORK), Walk("near"), Walk("near_out"))
                ),
            ),
            post="post",
        ),
        Script(
            "yard_morning",
            "yard",
            seed=1,
            seconds=75,
            title="YARD EAST",
            visits=(
                Visit(DRIVER, 3, "left_out", (Walk("left"), Walk("middle"), Stay(8), Walk("right_out"))),
                Visit(SAFETY, 18, "right_out", (Walk("right"), Walk("left_out"))),
            ),
            limit=8,
        ),
        Script(
            "shaft_mouth_shift",
            "shaft_mouth",
            seed=2,
            seconds=70,
            title="SHAFT 2",
            visits=(
                Visit(DRIVER, 2, "left_out", (Walk("left"), Walk("middle"), Stay(10), Walk("right_out"))),
                Visit(HAULER, 5, "left_out", (Walk("left"), Walk("right"), Walk("right_out"))),
            ),
            limit=10,
        ),
        Script(
            "roadway_dusty",
            "rail_roadway",
            seed=14,
            seconds=60,
            title="RW-14 RETURN",
            visits=(_through(HAULER, 6),),
            spells=(Spell(Disturbance.DUST, 0, 60, 0.45),),
            limit=6,
        ),
    )


def _violations() -> tuple[Script, ...]:
    crew = (MINER, FOREMAN, HAULER, FITTER, SAFETY)
    return (
        Script(
            "roadway_no_helmet",
            "rail_roadway",
            seed=9,
            seconds=70,
            title="RW-09 HAULAGE",
            visits=(
                _through(MINER, 2),
                Visit(BARE, 14, "near_out", (Walk("near"), Stay(8, heading=2.6), Walk("middle"), Walk("near_out"))),
            ),
            limit=6,
        ),
        Script(
            "shaft_mouth_no_helmet",
            "shaft_mouth",
            seed=2,
            seconds=70,
            title="SHAFT 2",
            visits=(
                Visit(DRIVER, 2, "left_out", (Walk("left"), Walk("right_out"))),
                # Waits for the cage with his face to the camera.
                Visit(WAITING, 8, "left_out", (Walk((0.3, 5.5)), Stay(20, heading=3.14), Walk("right_out"))),
            ),
            limit=10,
        ),
        Script(
            "belt_crossed",
            "belt_roadway",
            seed=6,
            seconds=70,
            title="BW-06 BELT",
            visits=(
                Visit(
                    HAULER,
                    10,
                    "near_out",
                    (
                        Walk("near"),
                        Walk("across", lift=0.86, speed=0.8),
                        Stay(6),
                        Walk("middle", speed=0.8),
                        Walk("near_out"),
                    ),
                ),
            ),
            forbidden="belt",
            limit=6,
        ),
        Script(
            "face_over_limit",
            "rail_roadway",
            seed=22,
            seconds=75,
            title="HEADING 22",
            visits=tuple(
                Visit(
                    look,
                    6 + 3.0 * index,
                    "near_out",
                    (
                        Walk((-0.9 + 0.45 * index, 6.5 + (index * 2) % 5)),
                        Stay(26, Posture.WORK if index % 2 else Posture.STAND, heading=0.9 * index),
                        Walk("near_out"),
                    ),
                )
                for index, look in enumerate(crew)
            ),
            limit=2,  # five come: the starter sees at least three of them in the dark, not always four
        ),
        Script(
            "dispatch_vacated",
            "dispatch",
            seed=1,
            seconds=90,
            title="DISPATCH 2",
            visits=(
                Visit(DISPATCHER, 0, "seat", (Stay(20, Posture.SIT), Walk("door"), Walk("door_out"))),
                Visit(DISPATCHER, 64, "door_out", (Walk("door"), Walk("seat"), Stay(60, Posture.SIT))),
            ),
            post="post",
            helmets=False,
        ),
    )


def _broken() -> tuple[Script, ...]:
    return (
        Script(
            "roadway_covered",
            "belt_roadway",
            seed=12,
            seconds=75,
            title="BW-12 BELT",
            visits=(_through(MINER, 3), Visit(FOREMAN, 20, "far_out", (Walk("far"), Walk("near_out")))),
            spells=(Spell(Fault.COVERED, 24, 46, ramp=1.5),),
            limit=6,
        ),
        Script(
            "yard_moved",
            "yard",
            seed=7,
            seconds=75,
            title="YARD WEST",
            visits=(Visit(DRIVER, 4, "left_out", (Walk("left"), Walk("right"), Walk("right_out"))),),
            spells=(Spell(Fault.MOVED, 30, 62, ramp=0.6),),
            limit=8,
        ),
        Script(
            "shaft_mouth_blurred",
            "shaft_mouth",
            seed=8,
            seconds=80,
            title="SHAFT 1",
            visits=(Visit(SAFETY, 4, "left_out", (Walk("left"), Walk("right_out"))),),
            spells=(Spell(Fault.BLURRED, 26, 62, ramp=12),),
            limit=10,
        ),
    )
