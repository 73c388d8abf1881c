"""Many trials out of two stories: one seed and one condition each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from minewarden.simulate.video.effects import Disturbance
from minewarden.simulate.video.script import Script, Spell

from .trial import Batch, Condition, Story, Trial

# First seeds of the batches; a scene's clips count up from there, and no scene needs ten thousand.
FIRST_SEED = {Batch.DEVELOP: 100_000, Batch.REPORT: 200_000}
# Others where a scene's report was looked at while the scene was mended: what was seen is no test any more.
FRESH = {
    ("camera_health", Batch.REPORT): 400_000,
    ("belt_crossing", Batch.REPORT): 500_000,
    ("belt_state", Batch.REPORT): 500_000,
    ("smoke_fire", Batch.REPORT): 500_000,
    ("post_vacant", Batch.REPORT): 700_000,
    ("post_asleep", Batch.REPORT): 700_000,
    ("people_in_out", Batch.REPORT): 500_000,
    ("no_helmet", Batch.REPORT): 600_000,
}
CLIPS = 20
TRIES = 60
STRIDE = 97  # from one seed to the next that a clip tries: more than there are clips, and prime
EVERYDAY = tuple(condition for condition in Condition if condition is not Condition.SHIFT_CHANGE)
# How strong a disturbance is, from and to: such that a person who looks at the clip still sees what happens.
STRENGTHS: dict[Condition, tuple[Disturbance, float, float]] = {
    Condition.LIGHT: (Disturbance.LIGHT_CHANGE, 0.3, 0.6),
    Condition.DARK: (Disturbance.DARKNESS, 0.25, 0.55),
    Condition.DUST: (Disturbance.DUST, 0.25, 0.5),
    Condition.GLARE: (Disturbance.GLARE, 0.4, 0.8),
    Condition.INFRARED: (Disturbance.INFRARED, 1.0, 1.0),
    Condition.LOW_BIT_RATE: (Disturbance.LOW_BIT_RATE, 1.0, 1.0),
    Condition.SHAKE: (Disturbance.SHAKE, 0.15, 0.35),
    Condition.INSECT: (Disturbance.INSECT, 0.3, 0.9),
}
PASSES = 1.2  # seconds that somebody takes who passes close before the lens


@dataclass(frozen=True, slots=True)
class Draw:
    """The dice of one clip: ``seed`` for its place, ``random`` for the rest. ``condition`` is put on afterwards;
    a story looks at it only where it tells another story by it (a change of shifts).
    """

    seed: int
    condition: Condition
    random: np.random.Generator

    def between(self, low: float, high: float) -> float:
        return float(self.random.uniform(low, high))


Teller = Callable[[Draw], Story | None]
"""Makes a story by the dice; None where this place does not suit it (its zone is out of sight): the next is tried."""


def vary(
    scene: str,
    positive: Teller,
    negative: Teller,
    batch: Batch,
    *,
    conditions: Sequence[Condition] = EVERYDAY,
    clips: int = CLIPS,
) -> tuple[Trial, ...]:
    """``clips`` trials of each of the two, the conditions in turn. A further pair of stories of a scene has a name of
    its own behind the scene's: ``forbidden_zone/still``.

    Raises:
        ValueError: no place of many suits a story, or a story says of itself what its teller should not tell.
    """
    scene, _, about = scene.partition("/")
    first = FRESH.get((scene, batch), FIRST_SEED[batch])
    trials: list[Trial] = []
    for sign, tell in (("positive", positive), ("negative", negative)):
        sort = f"{about}-{sign}" if about else sign
        for number in range(clips):
            condition = conditions[number % len(conditions)]
            story, seed = _told(f"{scene}/{sort}", tell, first + number, condition)
            if bool(story.expected) != (sign == "positive"):
                raise ValueError(f"{scene}: the {sort} story of seed {seed} expects {len(story.expected)} events")
            name = f"{scene}-{sort}-{number:02}-{condition}-{seed}"
            script = under(replace(story.script, name=name), condition, seed)
            trials.append(Trial(scene, name, replace(story, script=script), condition))
    return tuple(trials)


def _told(what: str, tell: Teller, first: int, condition: Condition) -> tuple[Story, int]:
    for attempt in range(TRIES):
        seed = first + STRIDE * attempt
        story = tell(Draw(seed, condition, np.random.default_rng([seed, crc32(what.encode())])))
        if story is not None:
            return story, seed
    raise ValueError(f"{what}: none of {TRIES} places suits the clip of seed {first}")


def under(script: Script, condition: Condition, seed: int) -> Script:
    """The script with what the condition adds to it, the same for the same seed."""
    random = np.random.default_rng([seed, 5])
    if condition is Condition.PASSER:
        starts = [float(random.uniform(0.5, script.seconds / 2 - PASSES)), float(random.uniform(0.5, 0.9))]
        starts[1] *= script.seconds - PASSES
        passes = tuple(Spell(Disturbance.PASSER, at, at + PASSES, ramp=PASSES) for at in starts)
        return replace(script, spells=(*script.spells, *passes))
    if condition not in STRENGTHS:
        return script
    kind, low, high = STRENGTHS[condition]
    return replace(
        script, spells=(*script.spells, Spell(kind, 0.0, script.seconds, amount=float(random.uniform(low, high))))
    )
