"""``stopped_mine_activity``: events of a mine that may not work become evidence of one case.

Called by ingest inside its transaction, with the events that are new or say something new. One delivery of a mine at a
time: its row is locked, so two edges at once open one case. What was linked stays as it is, whatever becomes of rules,
approved lists and the mine's state later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases.models import Case, Kind, Level
from minewarden.center.cases.services import open_case
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Mine, MineState

from . import catalogue
from .activity_rules import Rule, rules
from .models import ApprovedActivity, CaseEvent, Event

SCENE = "stopped_mine_activity"
RED = 1
# Evidence that has opened nothing yet is looked through up to so many.
GATHERED = 50


@dataclass(frozen=True)
class Piece:
    """An event as evidence, and what it counted by."""

    event: Event
    rule: Rule
    mine_state: str
    people: int = 0
    allowed: int = 0


def link(events: Iterable[Event]) -> None:
    """Add what is evidence among these events to the case of its mine, or open one. Inside the caller's ``act``."""
    wanted: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if rules().rule_of(event.scene, event.label) is not None:
            wanted[event.mine_id].append(event)
    if not wanted:
        return
    histories = {mine_id: history for mine_id, history in _states(wanted).items() if _ever_stopped(history)}
    # All before anything else and in one order: two edges that share two mines must not wait for each other.
    # Without the key: other deliveries may go on naming the mine.
    locked = Mine.objects.select_for_update(no_key=True).filter(pk__in=histories).select_related(None).order_by("pk")
    for mine in list(locked):
        _link_of_mine(mine, histories[mine.pk], wanted[mine.pk])


History = list[tuple[datetime, str]]


def _states(mines: Iterable[int]) -> dict[int, History]:
    """Mine → from when on it was in which state, as the office had written it down."""
    keys = [str(mine_id) for mine_id in mines]
    written = AuditEvent.objects.filter(object_type=Mine._meta.label_lower, object_id__in=keys).order_by("sequence")
    found: dict[int, History] = {int(key): [] for key in keys}
    for object_id, at, changes in written.values_list("object_id", "at", "changes"):
        if "state" in changes:
            found[int(object_id)].append((at, changes["state"][1]))
    return found


def _ever_stopped(history: History) -> bool:
    return any(state in rules().states for _at, state in history)


def state_at(history: History, moment: datetime) -> str:
    """The state at a moment; before the first word of it, the first."""
    state = history[0][1]
    for at, then in history:
        if at <= moment:
            state = then
    return state


def _link_of_mine(mine: Mine, history: History, events: Sequence[Event]) -> None:
    known = set(CaseEvent.objects.filter(event__in=events).values_list("event_id", flat=True))
    approved = list(ApprovedActivity.objects.filter(mine=mine))
    for event in sorted(events, key=lambda event: (event.started_at, event.pk)):
        if event.pk in known:
            continue
        piece = _assess(event, history, approved)
        if piece is None:
            continue
        known |= _add(mine, piece, history, approved)


def _assess(event: Event, history: History, approved: Sequence[ApprovedActivity]) -> Piece | None:
    """Whether an event is evidence: the mine was not to work at that time, and no approved work explains it."""
    rule, state = rules().rule_of(event.scene, event.label), state_at(history, event.started_at)
    if rule is None or state not in rules().states or rule.excuses(event.detail):
        return None
    in_force = [entry for entry in approved if in_force_at(entry, event.started_at) and rule.id in entry.excepted]
    if not rule.counts_out:
        return None if in_force else Piece(event, rule, state)
    allowed, people = sum(entry.people for entry in in_force), _underground(event, rule)
    return Piece(event, rule, state, people, allowed) if people - allowed >= rule.at_least else None


def in_force_at(entry: ApprovedActivity, moment: datetime) -> bool:
    """Whether approved work may go on at a moment."""
    end = min(filter(None, (entry.valid_until, entry.ended_at)))
    return entry.valid_from <= moment < end


def _underground(event: Event, rule: Rule) -> int:
    """How many people are in the mine after this event, as far as the cameras counted: in less out of all its mouths.

    An event may stand for several people who followed each other: where the scene gives its count of the shift, that
    is taken, for it also knows those whose own event has not arrived.
    """
    labels = {**dict.fromkeys(rule.labels, "in"), rule.counts_out: "out"}
    seen = Event.objects.filter(
        mine_id=event.mine_id,
        scene=rule.scene,
        label__in=labels,
        started_at__gt=event.started_at - rules().people,
        started_at__lte=event.started_at,
    )
    events: dict[tuple[int, str, str], int] = defaultdict(int)
    counted: dict[tuple[int, str, str], int] = defaultdict(int)
    for camera_id, label, detail in seen.values_list("camera_id", "label", "detail"):
        way = labels[label]
        key, said = (camera_id, str(detail.get("shift", "")), way), detail.get(way)
        events[key] += 1
        counted[key] = max(counted[key], said if isinstance(said, int) else 0)
    passed = {"in": 0, "out": 0}
    for key, number in events.items():
        passed[key[2]] += max(number, counted[key])
    return max(passed["in"] - passed["out"], 1)


def _add(mine: Mine, piece: Piece, history: History, approved: Sequence[ApprovedActivity]) -> set[UUID]:
    """Link a piece; answers the events that are evidence now."""
    case = _case_of(mine, piece.event.started_at)
    if case is not None:
        _keep(case, piece)
        return {piece.event.pk}
    together = [*_gathered(piece, history, approved), piece]
    if sum(one.rule.weight for one in together) < rules().opens_at:
        return set()
    together.sort(key=lambda one: one.event.started_at)
    case = _open(mine, together[0])
    for one in together:
        _keep(case, one)
    return {one.event.pk for one in together}


def _case_of(mine: Mine, moment: datetime) -> Case | None:
    """The case whose evidence is nearest in time, if it is near enough. Into one that is done goes only what was seen
    before that and came late."""
    quiet = rules().quiet
    near = CaseEvent.objects.filter(mine=mine, at__range=(moment - quiet, moment + quiet)).order_by()
    spans = {
        case_id: max(first - moment, moment - last, timedelta(0))
        for case_id, first, last in near.values_list("case_id").annotate(first=Min("at"), last=Max("at"))
    }
    cases = Case.objects.in_bulk(spans)
    for case_id in sorted(spans, key=lambda key: (spans[key], str(key))):
        case: Case = cases[case_id]
        if case.state not in table().done:
            return case
        last_step = case.transitions.order_by("-version").values_list("at", flat=True).first()
        if last_step is not None and moment <= last_step:
            return case
    return None


def _gathered(piece: Piece, history: History, approved: Sequence[ApprovedActivity]) -> list[Piece]:
    """Earlier evidence that was too little to open a case by itself."""
    if piece.rule.weight >= rules().opens_at:
        return []
    light = [rule for rule in rules().rules.values() if rule.weight < rules().opens_at]
    start, end = piece.event.started_at - rules().gather, piece.event.started_at + rules().gather
    near = Event.objects.filter(
        mine_id=piece.event.mine_id,
        scene__in={rule.scene for rule in light},
        label__in={label for rule in light for label in rule.labels},
        started_at__range=(start, end),
        evidence_of=None,
    ).exclude(pk=piece.event.pk)
    pieces = [_assess(event, history, approved) for event in near.order_by("-started_at")[:GATHERED]]
    return [found for found in pieces if found is not None]


def _keep(case: Case, piece: Piece) -> None:
    event = piece.event
    CaseEvent(
        event=event,
        case=case,
        mine_id=event.mine_id,
        at=event.started_at,
        rule=piece.rule.id,
        weight=piece.rule.weight,
        people=piece.people,
        allowed=piece.allowed,
        mine_state=piece.mine_state,
        added_at=timezone.now(),
    ).save(force_insert=True)
    if event.urgency != RED:
        event.urgency = RED
        event.save(update_fields=["urgency"])


def _open(mine: Mine, first: Piece) -> Case:
    """The suspicion as a violation of the gravest level, found by a machine and verified by nobody: whether the mine
    produced, and by which clause that is a major hazard, a person says. Its words are the office's language."""
    event = first.event
    with translation.override(settings.LANGUAGE_CODE):
        scene = catalogue.scene(SCENE)
        words = _("The mine is “%(state)s”. First seen: %(what)s, camera %(camera)s (%(code)s) at %(place)s.") % {
            "state": MineState(first.mine_state).label,
            "what": first.rule.names,
            "camera": event.camera.name,
            "code": event.camera.code,
            "place": event.place.name,
        }
        rest = _("Everything seen afterwards is listed in this case. To be put right: %(due)s.") % {"due": scene.due}
    return open_case(
        None,
        kind=Kind.VIOLATION,
        mine=mine,
        place=event.place,
        camera=event.camera if event.camera.place_id == event.place_id else None,
        title=str(scene.names.zh),
        description=f"{words}\n{rest}",
        level=Level.RED,
        # An edge's clock may be ahead; a case cannot be found in the future.
        found_at=min(event.started_at, timezone.now()),
    )
