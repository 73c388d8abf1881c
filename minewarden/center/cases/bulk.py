"""One step for many cases: chosen, looked at, confirmed, and then done one by one through ``services.move``.

What was chosen is kept as a ``BulkRun`` with the version of every case, so that a case that somebody changed between
the look and the confirmation is skipped and told, and a second click does nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.jobs.registry import job
from minewarden.center.jobs.run import JobRun
from minewarden.center.jobs.services import enqueue
from minewarden.center.lists.models import BulkRun, BulkState
from minewarden.center.registry.models import User

from . import services
from .errors import CaseError
from .forms import end_of_day
from .guards import GUARDS, Attempt
from .models import Case, State, Transition
from .services import Given
from .transitions import Move, table
from .wording import action_label

# Steps that may be the same for many cases. The others are signatures, or want proof and particulars of each.
ACTIONS: Final = ("verify", "assign", "start", "accept", "close")
MOST: Final = 2000
INLINE: Final = 60  # so many are done while the page waits, more by a job
CHUNK: Final = 500


@dataclass(frozen=True)
class Line:
    """One chosen case; ``reason`` says why it is skipped, empty where it will be changed."""

    case: Case
    reason: str


@dataclass
class Preview:
    """What a run would do."""

    changing: list[Line] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    moves: set[Move] = field(default_factory=set)
    gone: int = 0

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why cases are skipped, the most frequent first."""
        return Counter(line.reason for line in self.skipped).most_common()


@dataclass(frozen=True)
class PlannedAttempt(Attempt):
    """An attempt whose actor's earlier steps were read for all cases at once."""

    did: frozenset[tuple[UUID, str]] = frozenset()

    def actor_did(self, *actions: str) -> bool:
        return any((self.case.pk, action) in self.did for action in actions)


def bulk_actions(permissions: Collection[str]) -> list[tuple[str, str]]:
    """The steps that somebody with these permissions may do to many cases, with their names."""
    allowed = {move.action for move in table().moves.values() if move.permission in permissions}
    return [(action, action_label(action)) for action in ACTIONS if action in allowed]


def plan(user: User, action: str, cases: QuerySet[Case], back: str) -> BulkRun:
    """Keep what was chosen. ``cases`` start from what the user may see.

    Raises:
        CaseError: no such action, nothing chosen, or more than :data:`MOST`.
    """
    if action not in ACTIONS:
        raise CaseError("unknown_action", _("Choose what to do with the cases."))
    rows = [[str(pk), version] for pk, version in cases.order_by().values_list("pk", "version")[: MOST + 1]]
    if not rows:
        raise CaseError("nothing_chosen", _("Tick at least one case."))
    if len(rows) > MOST:
        raise CaseError("too_many", _("More than %(n)d cases fit: narrow the list first.") % {"n": MOST})
    return BulkRun.objects.create(
        user=user, list_key="cases", action=action, rows=rows, back=back[:1000], created_at=timezone.now()
    )


def preview(run: BulkRun, user: User) -> Preview:
    """Every chosen case with what would become of it, as things are now. Nothing is written."""
    found = _cases(user, run.rows)
    allowed = _allowed_for(user, run.action, found)
    did = frozenset(
        pair
        for keys in _chunks(list(found))
        for pair in Transition.objects.filter(actor=user, case_id__in=keys).values_list("case_id", "action")
    )
    now, result = timezone.now(), Preview()
    for key, version in run.rows:
        case = found.get(UUID(key))
        if case is None:
            result.gone += 1
            continue
        move = table().move(case.kind, case.state, run.action)
        attempt = PlannedAttempt(case, user, now, None, did)
        reason = _why_not(attempt, move, case.version == version, allowed, run.action)
        (result.skipped if reason else result.changing).append(Line(case, reason))
        if move and not reason:
            result.moves.add(move)
    return result


def _cases(user: User, rows: Sequence[Sequence[Any]]) -> dict[UUID, Case]:
    visible = Case.objects.for_user(user, "cases.view").select_related("mine", "node")
    keys = [UUID(key) for key, _version in rows]
    return {case.pk: case for part in _chunks(keys) for case in visible.filter(pk__in=part)}


def _chunks(keys: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _allowed_for(user: User, action: str, found: dict[UUID, Case]) -> dict[str, set[UUID]]:
    """Permission → the cases where the user has it, of all permissions that this action wants anywhere."""
    wanted = {move.permission for move in table().moves.values() if move.action == action}
    return {
        permission: {
            pk
            for keys in _chunks(list(found))
            for pk in Case.objects.for_user(user, permission).filter(pk__in=keys).values_list("pk", flat=True)
        }
        for permission in wanted
    }


def _why_not(attempt: Attempt, move: Move | None, unchanged: bool, allowed: dict[str, set[UUID]], action: str) -> str:
    """Why a case is skipped; empty where it is not."""
    if not unchanged:
        return _("Somebody has changed it since you chose it.")
    if move is None:
        return _("“%(what)s” is not possible while the case is “%(state)s”.") % {
            "what": action_label(action),
            "state": State(attempt.case.state).label,
        }
    if attempt.case.pk not in allowed[move.permission]:
        return _("Your role may not do “%(what)s” here.") % {"what": action_label(action)}
    if move.proof_at_least or move.facts:
        return _("This step wants proof or particulars of each case: do it on the case's own page.")
    try:
        for guard in move.guards:
            GUARDS[guard](attempt)
    except CaseError as error:
        return error.message
    return ""


def confirm(run: BulkRun, user: User, given: dict[str, str]) -> bool:
    """Do it: at once where it is little, else by a job. False where it was confirmed before, by whatever click."""
    mine = BulkRun.objects.filter(pk=run.pk, user=user, state=BulkState.PLANNED)
    if mine.update(state=BulkState.RUNNING, given=given) != 1:
        return False
    run.refresh_from_db()
    if len(run.rows) <= INLINE:
        execute(run, user)
    else:
        enqueue("cases.bulk", {"run": str(run.pk)}, actor=user, unique_key=f"bulk:{run.pk}")
    return True


def execute(run: BulkRun, user: User, told: JobRun | None = None) -> None:
    """Move every case that is as it was chosen; each in its own transaction, the others' faults are theirs.

    Goes on where an earlier try stopped.
    """
    results = list(run.results)
    for key, version in run.rows[len(results) :]:
        results.append([key, _moved(run, user, UUID(key), version)])
        if told is not None and len(results) % 20 == 0:
            BulkRun.objects.filter(pk=run.pk).update(results=results)
            told.progress(len(results), len(run.rows))
    BulkRun.objects.filter(pk=run.pk).update(results=results, state=BulkState.DONE, finished_at=timezone.now())


def _moved(run: BulkRun, user: User, key: UUID, version: int) -> str:
    """Do the step to one case; why not, or empty."""
    case = Case.objects.filter(pk=key).select_related("mine").first()
    if case is None:
        return _("There is no such case, or it is not yours to see.")
    if _done_by_an_earlier_try(run, user, case, version):
        return ""
    move = table().move(case.kind, case.state, run.action)
    try:
        services.move(key, run.action, user, expected_version=version, **_given(run, move, case))
    except CaseError as error:
        return error.message
    return ""


def _done_by_an_earlier_try(run: BulkRun, user: User, case: Case, version: int) -> bool:
    """Whether a try that was killed before it could say so moved this case already."""
    if case.version != version + 1:
        return False
    steps = Transition.objects.filter(case=case, version=case.version, actor=user, action=run.action)
    return steps.filter(at__gte=run.created_at).exists()


def _given(run: BulkRun, move: Move | None, case: Case) -> Given:
    """What is given with the step, as far as this case's own rule takes it."""
    given: Given = {"reason": run.given.get("reason", "")}
    if move and move.wants_due_at and (day := run.given.get("due_at")):
        given["due_at"] = due_on(day, case)
    if move and move.wants_responsible:
        given["responsible"] = run.given.get("responsible", "")
    return given


def due_on(day: str, case: Case) -> datetime:
    """The end of a day (ISO) where the case's mine is."""
    return end_of_day(date.fromisoformat(day), ZoneInfo(case.time_zone))


@job("cases.bulk", attempts=5)
def bulk_job(run: JobRun) -> dict[str, Any]:
    """Carry a confirmed run through."""
    found = BulkRun.objects.select_related("user").get(pk=run.payload["run"])
    execute(found, found.user, run)
    found.refresh_from_db()
    return {"changed": sum(not reason for _key, reason in found.results), "of": len(found.rows)}
