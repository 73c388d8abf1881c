"""What follows on a named problem: measures, the nightly count of before against after, the guards of closing and
look-back, and what is reopened because it rose back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.guards import Attempt
from minewarden.center.cases.models import Case, State, Transition
from minewarden.center.cases.models import Kind as CaseKind
from minewarden.center.cases.services import move, note_step, words
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import grants_in_force

from .models import Measure, Problem, Purpose, Reckoning
from .naming import visible_problem
from .reckoning import WATCHED, keep, look_back_from, look_back_until, looked_back, reckoned
from .services import ANSWER
from .wording import later_words, reckoning_words, verdict_words

# Steps at which the figures are kept.
KEPT_AT: Final = ("close", "look_back_passed", "look_back_failed")
# While its owner has the next step.
STATES: Final = (State.ASSIGNED, State.RECTIFYING, State.RETURNED)


def enter_measure(problem_id: UUID, actor: User, *, what: str, since: date) -> Measure:
    """Write down what was done against a problem, and since when it is in force.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``what_wanted``, ``since_wrong``.
    """
    what = words(what)[:2000]
    with act("problems.enter_measure", actor):
        problem = _answered_by(problem_id, actor)
        if not what:
            raise CaseError("what_wanted", _("Say what was done."), "what")
        if not problem.baseline_from < since <= timezone.localdate():
            raise CaseError("since_wrong", _("Since when is a day up to today, after what is compared with."), "since")
        measure = Measure(problem=problem, what=what, since=since, entered_by=actor, entered_at=timezone.now())
        measure.save()
        note_step(problem.case, "enter_measure", actor, timezone.now(), {"reason": f"{since}: {what}"})
    return measure


def withdraw_measure(measure_id: int, actor: User, why: str) -> Measure:
    """Say that a measure was never in force or was written down wrongly; it stays to be read.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``why_wanted``.
    """
    why = words(why)[:300]
    with act("problems.withdraw_measure", actor, why):
        measure: Measure | None = Measure.objects.filter(pk=measure_id, withdrawn=False).first()
        if measure is None:
            raise CaseError("not_found", _("There is no such measure."))
        problem = _answered_by(measure.problem_id, actor)
        if not why:
            raise CaseError("why_wanted", _("Say why it does not count."), "why")
        measure.withdrawn, measure.withdrawn_why = True, why
        measure.save()
        note_step(problem.case, "withdraw_measure", actor, timezone.now(), {"reason": f"{measure.what}: {why}"})
    return measure


def may_answer(problem: Problem, actor: User) -> bool:
    """Whether the actor stands where the problem binds."""
    return grants_in_force(actor, ANSWER).filter(node_id=problem.case.bound_node_id or 0).exists()


def measures_are_named(attempt: Attempt) -> None:
    """What is handed in are measures, each with its day: without them nothing could be compared."""
    if not Measure.objects.filter(problem_id=attempt.case.pk, withdrawn=False).exists():
        raise CaseError("no_measure", _("Enter first which measures are in force, and since when."))


def measure_shows_it(attempt: Attempt) -> None:
    """The guard of closing: the rate since the measures shows it."""
    found = reckoned(_problem_of(attempt.case))
    if found is None:
        raise CaseError("no_figures", _("No measure is in force yet, so that nothing can be compared."))
    if found[1].verdict != "shown":
        raise CaseError("not_shown", f"{verdict_words(found[1].verdict)} {reckoning_words(*found)}")


def measure_still_shows_it(attempt: Attempt) -> None:
    """The guard of a passed look-back: the rate since closing has held. After the last month a person may say so
    without figures, where too little was inspected for them."""
    problem, today = _problem_of(attempt.case), timezone.localdate()
    begins, until = look_back_from(problem), look_back_until(problem)
    if begins is not None and today < begins:
        raise CaseError("too_soon", _("The look-back is from %(day)s on.") % {"day": begins})
    found = looked_back(problem, today)
    told = found[2] if found else "too_little"
    if told == "held" or (told == "too_little" and until is not None and today >= until):
        return
    raise CaseError("not_held", f"{later_words(told)} {reckoning_words(*found[:2]) if found else ''}".strip())


def keep_figures(case: Case, step: Transition) -> None:
    """A hook of every step: what a problem was closed or looked back at with is kept for ever."""
    if case.kind != CaseKind.PROBLEM or step.action not in KEPT_AT:
        return
    problem = _problem_of(case)
    if step.action == "close" and (found := reckoned(problem)):
        keep(problem, Purpose.CLOSING, *found)
    elif step.action != "close" and step.actor is not None:  # the system keeps its own
        problem.case = Case.objects.get(pk=case.pk)
        problem.case.closed_at = _closed_at(case)
        if held := looked_back(problem):
            keep(problem, Purpose.LOOK_BACK, held[0], held[1], held[2])


def reckon_all(today: date | None = None) -> int:
    """Count every problem with measures anew and keep what changed its verdict; answers how many were kept.

    A closed one whose rate rose back is reopened by the system, with the figures as the reason.
    """
    kept = 0
    problems = Problem.objects.filter(case__state__in=WATCHED).select_related("case__node", "case__mine")
    for problem in problems.order_by("pk"):
        if problem.case.state == State.CLOSED:
            kept += _reopened(problem, today or timezone.localdate())
            continue
        found = reckoned(problem, today)
        newest: Reckoning | None = problem.reckonings.order_by("-at", "-pk").first()
        if found is None or (newest is not None and newest.verdict == found[1].verdict):
            continue
        with act("problems.reckon", None):
            keep(problem, Purpose.NIGHTLY, *found)
        kept += 1
    return kept


def _reopened(problem: Problem, today: date) -> bool:
    begins = look_back_from(problem)
    if begins is None or today < begins:
        return False
    found = looked_back(problem, today)
    if found is None or found[2] != "rose_back":
        return False
    # What the system writes into the record is in the office's language, whoever's job it runs in.
    with translation.override("zh-hans"), act("cases.look_back_failed", None):
        reason = f"{later_words('rose_back')} {reckoning_words(*found[:2])}"
        keep(problem, Purpose.LOOK_BACK, found[0], found[1], found[2])
        move(problem.pk, "look_back_failed", None, expected_version=problem.case.version, reason=reason)
    return True


def _closed_at(case: Case) -> datetime | None:
    step: Transition | None = case.transitions.filter(action="close").order_by("-version").first()
    return step.at if step else None


def _answered_by(problem_id: UUID, actor: User) -> Problem:
    found = visible_problem(problem_id, actor)
    if not may_answer(found, actor):
        raise CaseError("forbidden", _("Only the office, company or mine that this binds can answer it."))
    if found.case.state not in STATES:
        raise CaseError("not_now", _("Measures are entered while the problem is being put right."))
    return found


def _problem_of(case: Case) -> Problem:
    found: Problem | None = Problem.objects.select_related("case__node", "case__mine").filter(pk=case.pk).first()
    if found is None:
        raise CaseError("no_figures", _("There are no figures yet that would show it."))
    return found
