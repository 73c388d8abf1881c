"""One scene at work on one camera: its settings, its memory and its lifecycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from minewarden.standards.scene_values import Zone
from minewarden.standards.scenes import MASK
from minewarden.vision.detections import NotAnalysed
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.lifecycle import Lifecycle, Transition
from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .masks import masked

NAMED = 12  # so many classes of a model are named in a message


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """A scene that a camera is to be watched for; in ``masks`` it is to see nothing."""

    kind: SceneKind
    settings: Any
    masks: tuple[Zone, ...] = ()

    def values(self) -> dict[str, Any]:
        """The settings in force, as JSON can hold them; tuples have become lists."""
        values = {key: _plain(value) for key, value in asdict(self.settings).items()}
        return values | {MASK: _plain(self.masks)} if self.masks else values


class SceneRun:
    """The scene as it goes from look to look."""

    def __init__(self, plan: ScenePlan) -> None:
        self.plan = plan
        self._memory = plan.kind.start(plan.settings)
        self._life = Lifecycle(lambda key: plan.kind.timing(plan.settings, key))
        self.holding: tuple[str, ...] = ()
        self._closely = False
        self.shown: Observation | None = None

    @property
    def kind(self) -> SceneKind:
        return self.plan.kind

    @property
    def uses_detector(self) -> bool:
        return bool(self.kind.classes)

    @property
    def sees_all(self) -> bool:
        """Whether it is shown every picture at once: it looks at bursts, and not at what a detector says."""
        return self.kind.need is Need.BURSTS and not self.uses_detector

    @property
    def pending(self) -> bool:
        """True while this scene asks to be looked at closely: by a claim, or, where it promotes, while one is on its
        way to an event or is one."""
        return self._closely or (self.kind.promotes and self._life.pending)

    @property
    def running(self) -> tuple[str, ...]:
        """The keys of the open events."""
        return self._life.running

    @property
    def kept_as(self) -> str | None:
        """The name under which its memory is kept over a restart; None: it is not."""
        keeping = self.kind.keeping
        if keeping is None:
            return None
        slot = keeping.slot(self.plan.settings)
        return f"{self.kind.id}-{slot}" if slot else self.kind.id

    def kept(self) -> bytes | None:
        """Its memory as bytes; None: there is nothing to keep."""
        return None if self.kind.keeping is None else self.kind.keeping.dump(self._memory)

    def restore(self, data: bytes) -> None:
        """Go on with a memory that was kept.

        Raises:
            ValueError: it is of another version, or broken; nothing has changed then.
        """
        if self.kind.keeping is not None:
            self._memory = self.kind.keeping.load(self.plan.settings, data)

    def renew(self) -> int | None:
        """Learn what is normal anew; the number of the new normal, None for a scene that learns none."""
        if self.kind.keeping is None:
            return None
        self._memory, version = self.kind.keeping.renew(self._memory)
        return version

    def look(self, seen: Observation) -> list[Transition]:
        """One look; what begins, changes or ends by it. The rows of findings are those of ``shown``, without what is
        masked."""
        self.shown = seen = masked(seen, self.plan.masks)
        self._memory, findings = self.kind.look(self.plan.settings, self._memory, seen)
        self.holding = tuple(finding.label for finding in findings if finding.holds)
        self._closely = any(finding.closely for finding in findings)
        return self._life.step(seen.at, findings, told=self._told(seen, findings))

    def close(self, at: float) -> list[Transition]:
        """The watch ends; every open event with it."""
        return self._life.close(at)

    def _told(self, seen: Observation, findings: Sequence[Finding]) -> bool:
        return not (self.uses_detector and isinstance(seen.outcome, NotAnalysed))


def need_of(plans: Sequence[ScenePlan]) -> Need:
    """How closely the most demanding of these scenes must look, bursts apart."""
    return Need.WATCH if any(plan.kind.need is Need.WATCH for plan in plans) else Need.PATROL


def check_classes(plans: Sequence[ScenePlan], classes: tuple[str, ...] | None) -> None:
    """Refuse scenes that the model (its ``classes``, None: no model) cannot serve.

    Raises:
        SceneSettingsError: names the scene and the classes that are wanting.
    """
    for plan in plans:
        wanted = plan.kind.classes
        if wanted and classes is None:
            raise SceneSettingsError(f"{plan.kind.id} needs a detector of {', '.join(wanted)}; give a model")
        missing = [name for name in wanted if name not in (classes or ())]
        if missing:
            known = ", ".join((classes or ())[:NAMED]) + (", …" if len(classes or ()) > NAMED else "")
            raise SceneSettingsError(
                f"{plan.kind.id} needs the classes {', '.join(missing)}, which the model does not know; "
                f"it knows {known}"
            )


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
