"""Every write to publications and quarterly reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.canonical import digest
from minewarden.center.audit.services import act
from minewarden.center.cases.clocks import clocks
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.facts import PREFIX
from minewarden.center.cases.models import Case, Kind, Transition
from minewarden.center.cases.services import words
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import may

from .models import Of, Publication, QuarterlyReport
from .quarters import Quarter
from .report_content import drafted

# Steps after which a notice must come out, and which one.
MUST_BE_PUBLISHED: Final = {"order_stop": Of.STOP_ORDER, "delist": Of.REMOVAL}


class Published(TypedDict):
    """Where and when a notice came out. One of ``url`` and ``text`` should say what it said."""

    published_on: date
    published_where: str
    url: str
    text: str


def follow(case: Case, step: Transition) -> None:
    """What a step of a major hazard means for publications; called inside the step's own action.

    A stop order and a removal must each be published; the step ``publish`` of the loop records that of the removal.

    Raises:
        CaseError: the removal cannot have been published on the day that the step says.
    """
    if case.kind != Kind.MAJOR_HAZARD:
        return
    if step.action in MUST_BE_PUBLISHED:
        due_at = clocks()["publication"].ends(step.at, ZoneInfo(case.time_zone))
        Publication.objects.create(step=step, case=case, of=MUST_BE_PUBLISHED[step.action], due_at=due_at)
    elif step.action == "publish":
        removals = Publication.objects.filter(case=case, of=Of.REMOVAL, published_on=None)
        waiting: Publication | None = removals.order_by("-pk").first()
        if waiting is not None:
            on = date.fromisoformat(step.facts["published_on"])
            _check_day(on, waiting.step.at, step.at, case.time_zone, f"{PREFIX}published_on")
            waiting.published_on = on
            waiting.published_where = step.facts["published_where"]
            waiting.recorded_by, waiting.recorded_at = step.actor, step.at
            waiting.save()


def publish(publication_id: int, actor: User, **given: Unpack[Published]) -> Publication:
    """Record that the notice of a stop order came out. That of a removal is the step ``publish`` of its case.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``published`` already, ``by_the_case`` for a removal, ``where_wanted``,
            ``on_in_future``, ``on_too_early`` before the order itself.
    """
    with act("major.publish", actor):
        seen = Publication.objects.for_user(actor, "major.view").select_related("case__mine", "case__node", "step")
        found: Publication | None = seen.filter(pk=publication_id).first()
        if found is None:
            raise CaseError("not_found", _("There is no such notice, or it is not yours to see."))
        if not may(actor, "major.publish", found.case.node):
            raise CaseError("forbidden", _("Your role may not publish notices here."))
        if found.of == Of.REMOVAL:
            raise CaseError("by_the_case", _("The notice of a removal is a step of the case itself: do it there."))
        _check_published(found, given)
        changes = {name: words(value) if isinstance(value, str) else value for name, value in given.items()}
        changes |= {"recorded_by_id": actor.pk, "recorded_at": timezone.now()}
        if not Publication.objects.compare_and_set(found, {"published_on": None}, **changes):
            raise CaseError("published", _("This notice was recorded already; nothing of yours was saved."))
    return found


def _check_published(found: Publication, given: Published) -> None:
    if not words(given["published_where"]):
        raise CaseError("where_wanted", _("Say where it was published."), "published_where")
    _check_day(given["published_on"], found.step.at, timezone.now(), found.case.time_zone, "published_on")


def _check_day(on: date, ordered_at: datetime, now: datetime, zone: str, field: str) -> None:
    """A notice comes out on the day of what it tells of, or later, and not in the future."""
    if on > now.astimezone(ZoneInfo(zone)).date():
        raise CaseError("on_in_future", _("It cannot have been published in the future."), field)
    if on < ordered_at.astimezone(ZoneInfo(zone)).date():
        raise CaseError("on_too_early", _("It cannot have been published before what it tells of was done."), field)


def write_report(
    mine: Mine, quarter: Quarter, actor: User, *, remarks: str, plan: str, expected_version: int
) -> QuarterlyReport:
    """Write the mine's own words of a quarter, or write them again while it is not signed.

    ``expected_version`` is 0 for the first time, else the version that was looked at.

    Raises:
        CaseError: ``forbidden``, ``words_wanted``, ``not_begun``, ``signed``, ``changed``.
    """
    with act("major.write_report", actor):
        if not may(actor, "major.write_report", mine.node):
            raise CaseError("forbidden", _("Your role may not write reports of this mine."))
        for name, text in (("remarks", remarks), ("plan", plan)):
            if not words(text):
                raise CaseError("words_wanted", _("Write a sentence here, also where there was nothing."), name)
        now = timezone.now()
        if quarter.begin(mine.time_zone) > now:
            raise CaseError("not_begun", _("This quarter has not begun."))
        own = {"remarks": words(remarks), "plan": words(plan), "written_by_id": actor.pk, "written_at": now}
        report, created = QuarterlyReport.objects.get_or_create(
            mine=mine, year=quarter.year, quarter=quarter.number, defaults=own
        )
        if created:
            return report
        if report.signed_at is not None:
            raise CaseError("signed", _("This report is signed: nothing in it can be changed any more."))
        if report.version != expected_version or not QuarterlyReport.objects.compare_and_set(
            report, {"version": expected_version, "signed_at": None}, version=expected_version + 1, **own
        ):
            raise _changed()
    return report


def sign_report(mine: Mine, quarter: Quarter, actor: User, *, expected_version: int) -> QuarterlyReport:
    """The head of the mine signs: the report is drafted once more from the records and frozen with its SHA-256.

    Who calls this has asked for the password again.

    Raises:
        CaseError: ``forbidden``, ``not_written``, ``signed``, ``not_over`` before the quarter's end, ``changed``.
    """
    with act("major.sign_report", actor):
        if not may(actor, "major.sign_report", mine.node):
            raise CaseError("forbidden", _("Only the head of this mine signs its reports."))
        report: QuarterlyReport | None = QuarterlyReport.objects.filter(
            mine=mine, year=quarter.year, quarter=quarter.number
        ).first()
        if report is None:
            raise CaseError("not_written", _("The safety department has not written this report yet."))
        if report.signed_at is not None:
            raise CaseError("signed", _("This report is signed: nothing in it can be changed any more."))
        now = timezone.now()
        if quarter.end(mine.time_zone) > now:
            raise CaseError("not_over", _("The quarter is not over: a report is signed after its end."))
        content = drafted(mine, quarter) | {
            "remarks": report.remarks,
            "plan": report.plan,
            "written_by": str(report.written_by),
            "signed_by": str(actor),
        }
        changes = {"content": content, "sha256": digest(content), "signed_by_id": actor.pk, "signed_at": now}
        expected = {"version": expected_version, "signed_at": None}
        if not QuarterlyReport.objects.compare_and_set(report, expected, version=expected_version + 1, **changes):
            raise _changed()
    return report


def _changed() -> CaseError:
    return CaseError("changed", _("Somebody else wrote meanwhile. Nothing of yours was saved; look at it again."))
