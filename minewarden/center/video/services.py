"""Every write of the review: who looks at what, and the verdicts. Ingest has files of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Kind
from minewarden.center.cases.services import move as move_case
from minewarden.center.cases.services import open_case
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

from . import catalogue, queries, tally
from .models import Claim, Event, ReviewState, Verdict
from .moves import BEFORE, LEVELS, Move, moves
from .tally import Change

CLAIM_TIME = timedelta(minutes=3)
UNDO_TIME = timedelta(minutes=15)


class ReviewError(Exception):
    """Nothing was written. ``code`` is for programs, the message for the person, in their language."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Given:
    """What a reviewer gives with a verdict; ``level`` is one of the four for ``confirm``, empty for the scene's own.
    ``whole``: it holds for all events that wait and are evidence of the same case."""

    action: str
    level: str = ""
    reason: str = ""
    words: str = ""
    whole: bool = False


def claim(user: User, count: int, skip: Collection[UUID] = (), keep: Collection[UUID] = ()) -> list[Event]:
    """Take the next events of the queue for this reviewer; nobody else is given them for ``CLAIM_TIME``.

    What the reviewer holds already may come again and is held anew, as is ``keep`` where still held; ``skip`` is let
    go and does not come now.
    """
    now = timezone.now()
    Claim.objects.filter(user=user, event_id__in=skip).delete()
    Claim.objects.filter(user=user, event_id__in=keep).update(until=now + CLAIM_TIME)
    wanted = [event.pk for event in queries.free_queue(user, now).exclude(pk__in=skip)[:count]]
    until = now + CLAIM_TIME
    Claim.objects.filter(Q(user=user) | Q(until__lt=now), event_id__in=wanted).update(user=user, until=until)
    Claim.objects.bulk_create(
        [Claim(event_id=event_id, user=user, until=until) for event_id in wanted], ignore_conflicts=True
    )
    # Held, whatever the minute: another request of the same reviewer may have renewed it a moment ago.
    held = set(Claim.objects.filter(user=user, until__gt=now, event_id__in=wanted).values_list("event_id", flat=True))
    return queries.reviewable(user, [event_id for event_id in wanted if event_id in held])


def judge(user: User, event_id: UUID, given: Given) -> Event:
    """Give a verdict, or take the own last one back: one compare-and-set, one row of history, in one transaction.

    A confirmed event opens a case, verified, in the same transaction; one that is evidence of an open case verifies
    that one instead. Turned down as a whole, a case of which nothing was confirmed is rejected with its events.

    Raises:
        ReviewError: ``not_found``; ``already`` with who decided what and when; ``forbidden``; ``too_late`` to undo;
            ``reason_wanted``, ``words_wanted``, ``level_wanted``; or what the case said.
    """
    event = queries.event(user, event_id)
    if event is None:
        raise ReviewError("not_found", _("There is no such event, or it is not yours to see."))
    rule = _allowed(user, event, given.action)
    _check(given)
    with act(f"video.{given.action}", user, given.words):
        if rule.target == BEFORE:
            verdict, taken_back = _undo(user, event, rule)
            verdicts, changes = [verdict], [Change(event, taken_back.new_state, taken_back.reason, -1)]
        else:
            verdicts = [_decide(user, event, rule, given)]
            if given.whole:
                verdicts += _decide_rest(user, event, given)
            changes = [Change(verdict.event, verdict.new_state, verdict.reason, 1) for verdict in verdicts]
        for verdict in verdicts:
            verdict.save()
        Claim.objects.filter(event__in=[verdict.event_id for verdict in verdicts]).delete()
        tally.write(changes)
    return event


def _decide_rest(user: User, first: Event, given: Given) -> list[Verdict]:
    """The same verdict on everything else that waits as evidence of this case, and what becomes of the case."""
    evidence = queries.evidence_of(first)
    if evidence is None:
        raise ReviewError("not_whole", _("This event stands for itself: there is nothing else to decide with it."))
    waiting = Event.objects.filter(evidence_of__case=evidence.case_id, state=ReviewState.WAITING)
    verdicts = []
    for event in waiting.exclude(pk=first.pk).select_related("mine__node", "camera", "place").order_by("pk"):
        verdicts.append(_decide(user, event, _allowed(user, event, given.action), given))
    case = Case.objects.get(pk=evidence.case_id)
    confirmed = Event.objects.filter(evidence_of__case=case, state=ReviewState.CONFIRMED).exists()
    if given.action == "reject" and not confirmed and table().move(case.kind, case.state, "reject") is not None:
        words = str(catalogue.reject_reasons()[given.reason].names)
        _move(case, "reject", user, "：".join(filter(None, [words, given.words.strip()])))
    return verdicts


def _move(case: Case, action: str, user: User, reason: str = "") -> None:
    try:
        move_case(case.pk, action, user, expected_version=case.version, reason=reason)
    except CaseError as error:
        raise ReviewError(error.code, error.message) from error


def _allowed(user: User, event: Event, action: str) -> Move:
    rule = moves().get((event.state, action))
    if rule is None:
        raise _already(event)
    if not may(user, rule.permission, event.mine.node):
        raise ReviewError("forbidden", _("Your role may not do this at this mine."))
    return rule


def _already(event: Event) -> ReviewError:
    """Somebody was faster: who, what, when, in the mine's time."""
    event.refresh_from_db()
    if event.reviewed_at is None:
        return ReviewError("already", _("The event waits for a verdict; there is nothing to take back."))
    when = timezone.localtime(event.reviewed_at, ZoneInfo(event.mine.time_zone)).strftime("%Y-%m-%d %H:%M:%S")
    said = {"who": event.reviewed_by, "what": ReviewState(event.state).label, "when": when}
    return ReviewError("already", _("Decided already: %(who)s, “%(what)s”, %(when)s. Yours was not saved.") % said)


def _check(given: Given) -> None:
    if given.action == "confirm" and given.level and given.level not in LEVELS.values():
        raise ReviewError("level_wanted", _("Choose one of the four levels."))
    if given.action == "reject":
        reason = catalogue.reject_reasons().get(given.reason)
        if reason is None:
            raise ReviewError("reason_wanted", _("Choose the reason for turning it down."))
        if reason.words and not given.words.strip():
            raise ReviewError("words_wanted", _("Write the reason in a few words."))


def _decide(user: User, event: Event, rule: Move, given: Given) -> Verdict:
    now, before = timezone.now(), event.state
    changes = {
        "state": rule.target,
        "reviewed_by_id": user.pk,
        "reviewed_at": now,
        "reject_reason": given.reason if rule.target == ReviewState.REJECTED else "",
        "words": given.words.strip(),
    }
    if not Event.objects.compare_and_set(event, {"state": before}, **changes):
        raise _already(event)
    if rule.target == ReviewState.CONFIRMED:
        event.case = _joined_case(user, event) or _open_case(user, event, given.level or LEVELS[event.urgency])
        event.save(update_fields=["case"])
    return Verdict(
        event=event,
        action=rule.action,
        old_state=before,
        new_state=rule.target,
        by=user,
        at=now,
        reason=event.reject_reason,
        words=event.words,
        case=event.case,
    )


def _joined_case(user: User, event: Event) -> Case | None:
    """The open case that this event is evidence of, verified now at the latest; None where there is none."""
    evidence = queries.evidence_of(event)
    if evidence is None or evidence.case.state in table().done:
        return None
    if table().move(evidence.case.kind, evidence.case.state, "verify") is not None:
        _move(evidence.case, "verify", user)
    joined: Case = Case.objects.get(pk=evidence.case_id)
    return joined


def _open_case(user: User, event: Event, level: str) -> Case:
    """The case of a confirmed event. Its words are the office's language whatever the reviewer reads."""
    with translation.override(settings.LANGUAGE_CODE):
        scene = catalogue.scene(event.scene)
        label = catalogue.label_words(event.scene, event.label)
        title = str(scene.names) if label == str(scene.names) else f"{scene.names}：{label}"
        words = _("Seen by camera %(camera)s (%(code)s) at %(place)s. To be put right: %(due)s.") % {
            "camera": event.camera.name,
            "code": event.camera.code,
            "place": event.place.name,
            "due": scene.due,
        }
    try:
        return open_case(
            user,
            verified=True,
            kind=Kind.VIOLATION,
            mine=event.mine,
            place=event.place,
            camera=event.camera if event.camera.place_id == event.place_id else None,
            title=title,
            description="\n".join(filter(None, [words, event.words])),
            level=level,
            # An edge's clock may be ahead; a case cannot be found in the future.
            found_at=min(event.started_at, timezone.now()),
        )
    except CaseError as error:
        raise ReviewError(error.code, error.message) from error


def _undo(user: User, event: Event, rule: Move) -> tuple[Verdict, Verdict]:
    """The new verdict, and the one that it takes back."""
    last = event.verdicts.exclude(action="undo").filter(at=event.reviewed_at).first()
    now = timezone.now()
    if last is None or last.by_id != user.pk or now - last.at > UNDO_TIME:
        raise ReviewError("too_late", _("Only the own last verdict can be taken back, within 15 minutes."))
    case, before = event.case, event.state
    earlier = _verdict_before(event, last)
    changes = {
        "state": last.old_state,
        "reviewed_by_id": earlier.by_id if earlier else None,
        "reviewed_at": earlier.at if earlier else None,
        "reject_reason": "",
        "words": earlier.words if earlier else "",
        "case_id": None,
    }
    if not Event.objects.compare_and_set(event, {"state": before, "reviewed_at": last.at}, **changes):
        raise _already(event)
    evidence = queries.evidence_of(event)
    # A case of many events does not fall with one of them: whoever verified it rejects it on its own page.
    if case is not None and (evidence is None or evidence.case_id != case.pk):
        try:
            reason = _("The confirmation on video was taken back.")
            move_case(case.pk, "reject", user, expected_version=case.version, reason=reason)
        except CaseError as error:
            raise ReviewError("too_late", _("The case has gone on: ") + error.message) from error
    undone = Verdict(event=event, action="undo", old_state=before, new_state=last.old_state, by=user, at=now, case=case)
    return undone, last


def _verdict_before(event: Event, last: Verdict) -> Verdict | None:
    """The verdict that brought the event to where ``last`` found it; None when it was waiting."""
    if last.old_state == ReviewState.WAITING:
        return None
    found: Verdict | None = event.verdicts.filter(new_state=last.old_state, at__lt=last.at).order_by("-at").first()
    return found
