"""Red lines: put forward by a person with a document or by the records, put into force by somebody else, ended with
evidence by somebody else again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Min
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minewarden.center.accidents.models import Accident
from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case, Kind, Transition
from minewarden.center.lookback.population import FAILED
from minewarden.center.ranking.computing import formula_of, version_on
from minewarden.center.ranking.counts import NOT_VERIFIED, rules
from minewarden.center.ranking.models import LineState, RaisedLine
from minewarden.center.registry.models import Mine, User
from minewarden.center.video.models import CaseEvent

from .common import ranking_changed, wanted

DOCUMENT_MOST = 300


def put_forward(actor: User, *, mine: Mine, line: str, document: str, since: date, case_number: str = "") -> RaisedLine:
    """Say that a mine is over a red line, by which document, since when. It lists the mine once somebody else puts it
    into force."""
    today = timezone.localdate()
    if line not in {one.key for one in formula_of(version_on(today)).red_lines}:
        raise ValidationError({"line": _("The formula in force has no such red line.")})
    document = wanted(document, "document", _("A red line is a fact with a document: name it."))
    if since > today:
        raise ValidationError({"since": _("This day is still to come.")})
    case = _case(mine, case_number)
    with act("ranking.put_line_forward", actor, document):
        row = RaisedLine(
            mine=mine,
            line=line,
            document=document[:DOCUMENT_MOST],
            case=case,
            since=since,
            state=LineState.PROPOSED,
            written_by=actor,
            written_at=timezone.now(),
        )
        row.save()
    return row


def _case(mine: Mine, number: str) -> Case | None:
    if not number.strip():
        return None
    found: Case | None = Case.objects.filter(mine=mine, number=number.strip()).first()
    if found is None:
        raise ValidationError({"case_number": _("No case of this mine has this number.")})
    return found


def decide_line(actor: User, row: RaisedLine, *, holds: bool, why: str) -> None:
    """Put what was put forward into force, or refuse it; either with a reason.

    Four eyes: whoever put it forward may take it back (refuse it), and not put it into force.
    """
    if holds and actor.pk == row.written_by_id:
        raise ValidationError(_("You put this red line forward: somebody else puts it into force."))
    why = wanted(why, "why", _("Say why: the mine reads it."))
    state = LineState.RAISED if holds else LineState.REFUSED
    with act("ranking.confirm_line" if holds else "ranking.refuse_line", actor, why):
        changes = {"state": state, "decided_by": actor, "decided_at": timezone.now(), "decided_why": why}
        _change(row, LineState.PROPOSED, changes)
        ranking_changed()


def end_line(actor: User, row: RaisedLine, *, ended_on: date, evidence: str, why: str) -> None:
    """End a red line with the evidence that what ends it is on record. It stays in the history.

    Four eyes: whoever put it forward or into force does not end it.
    """
    if actor.pk in raised_by(row):
        raise ValidationError(_("You raised this red line: somebody else ends it."))
    evidence = wanted(evidence, "evidence", _("Name the document that proves it."))
    why = wanted(why, "why", _("Say why: the mine reads it."))
    if ended_on > timezone.localdate():
        raise ValidationError({"ended_on": _("This day is still to come.")})
    if ended_on < row.since:
        raise ValidationError({"ended_on": _("This is before it began, on %(day)s.") % {"day": row.since}})
    with act("ranking.end_line", actor, why):
        changes = {
            "state": LineState.ENDED,
            "ended_on": ended_on,
            "ended_evidence": evidence[:DOCUMENT_MOST],
            "ended_why": why,
            "ended_by": actor,
            "ended_at": timezone.now(),
        }
        _change(row, LineState.RAISED, changes)
        ranking_changed()


def raised_by(row: RaisedLine) -> set[int]:
    """Keys of who put a red line forward and who put it into force."""
    return {key for key in (row.written_by_id, row.decided_by_id) if key is not None}


def _change(row: RaisedLine, expected: str, changes: dict[str, Any]) -> None:
    if not RaisedLine.objects.compare_and_set(row, {"state": expected}, **changes):
        raise ValidationError(_("Somebody has decided this red line meanwhile. Open it again."))


def propose_lines(now: datetime) -> int:
    """Propose what our own records prove and nobody has been told of yet; answers how many. Lists no mine."""
    formula = formula_of(version_on(timezone.localdate(now)))
    lines = {one.key for one in formula.red_lines}
    # The words are kept: they are the office's language, not that of whoever runs this.
    with translation.override(settings.LANGUAGE_CODE):
        found = [row for row in _proved(now) if row.line in lines]
    known = set(RaisedLine.objects.exclude(proof_key="").values_list("proof_key", flat=True))
    new = [row for row in found if row.proof_key not in known]
    if new:
        with act("ranking.propose_lines", None):
            for row in sorted(new, key=lambda row: row.proof_key):
                row.save()
    return len(new)


def _proved(now: datetime) -> Iterator[RaisedLine]:
    since = now - timedelta(days=rules()["red_lines"]["look_back_days"])
    yield from _failed_look_backs(since, now)
    yield from _repeated(since, now)
    yield from _worked(since, now)
    yield from _concealed(since, now)


def _failed_look_backs(since: datetime, now: datetime) -> Iterator[RaisedLine]:
    rows = Transition.objects.filter(action=FAILED, at__gte=since, case__kind=Kind.MAJOR_HAZARD)
    for step in rows.select_related("case__mine").order_by("at", "pk"):
        words = _("Case %(number)s: look-back failed") % {"number": step.case.number}
        yield _proposal(step.case, "failed_lookback", words, step.at, f"lookback:{step.pk}", now)


def _repeated(since: datetime, now: datetime) -> Iterator[RaisedLine]:
    """A major hazard of a clause of which one was closed at this mine within the twelve months before."""
    within = timedelta(days=rules()["red_lines"]["repeat_within_days"])
    majors = Case.objects.filter(kind=Kind.MAJOR_HAZARD, mine__isnull=False).exclude(clause="")
    closed: dict[tuple[int | None, str], list[Case]] = {}
    for case in majors.filter(closed_at__gte=since - within).order_by("closed_at", "pk"):
        closed.setdefault((case.mine_id, case.clause), []).append(case)
    later = majors.filter(found_at__gte=since).exclude(state__in=NOT_VERIFIED)
    for case in later.select_related("mine").order_by("found_at", "pk"):
        for before in closed.get((case.mine_id, case.clause), ()):
            if before.closed_at is not None and before.closed_at < case.found_at <= before.closed_at + within:
                words = _("Case %(number)s: the same clause %(clause)s as case %(before)s, closed on %(day)s") % {
                    "number": case.number,
                    "clause": case.clause,
                    "before": before.number,
                    "day": f"{timezone.localtime(before.closed_at):%Y-%m-%d}",
                }
                yield _proposal(case, "repeated_major_hazard", words, case.found_at, f"repeat:{case.pk}", now)
                break


def _worked(since: datetime, now: datetime) -> Iterator[RaisedLine]:
    """A person verified that a stopped mine worked, in a case that video evidence opened."""
    began = dict(
        CaseEvent.objects.filter(case__found_at__gte=since)
        .exclude(case__state__in=NOT_VERIFIED)
        .order_by()
        .values_list("case_id")
        .annotate(Min("at"))
    )
    for case in Case.objects.filter(pk__in=began).select_related("mine").order_by("number"):
        words = _("Case %(number)s: at work while it was stopped, verified") % {"number": case.number}
        yield _proposal(case, "worked_against_order", words, began[case.pk], f"stopped:{case.pk}", now)


def _concealed(since: datetime, now: datetime) -> Iterator[RaisedLine]:
    rows = Accident.objects.filter(concealed=True, withdrawn=False, happened_at__gte=since)
    for accident in rows.select_related("mine").order_by("happened_at", "pk"):
        words = _("Accident “%(title)s” of %(day)s, recorded as concealed") % {
            "title": accident.title,
            "day": f"{timezone.localtime(accident.happened_at):%Y-%m-%d}",
        }
        row = RaisedLine(mine=accident.mine, line="concealed_accident", document=words)
        yield _dated(row, accident.happened_at, f"accident:{accident.pk}", now)


def _proposal(case: Case, line: str, words: str, since: datetime, key: str, now: datetime) -> RaisedLine:
    return _dated(RaisedLine(mine=case.own_mine, case=case, line=line, document=words), since, key, now)


def _dated(row: RaisedLine, since: datetime, key: str, now: datetime) -> RaisedLine:
    row.since, row.state, row.proof_key, row.written_at = timezone.localdate(since), LineState.PROPOSED, key, now
    row.document = row.document[:DOCUMENT_MOST]
    return row
