"""Every write to cases: opening one, and moving it through the one engine that obeys ``transitions.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.files import keep, record_path
from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, Mine, Person, Place, User
from minewarden.center.registry.scope import may

from .errors import CaseError
from .guards import GUARDS, Attempt
from .models import Case, CaseYear, Level, Proof, State, StoredFile, Transition
from .search_text import search_text
from .transitions import Move, table
from .uploads import Received, received
from .wording import action_label

TITLE_MOST = 120  # characters, as the column has it


class NewCase(TypedDict):
    """What is known when a case is opened. ``found_at`` is timezone-aware."""

    kind: str
    mine: Mine
    place: Place | None
    camera: Camera | None
    title: str
    description: str
    level: str
    found_at: datetime


class Given(TypedDict, total=False):
    """What somebody gives with an action; what it wants is in the table. ``due_at`` is timezone-aware."""

    reason: str
    due_at: datetime | None
    responsible: Person | str | None
    proofs: Sequence[UploadedFile[bytes]]


def open_case(
    actor: User | None, *, verified: bool = False, case_id: UUID | None = None, **new: Unpack[NewCase]
) -> Case:
    """Open a case; ``verified`` at once where the actor may do that too (a watcher confirms what a machine found).

    ``actor`` None is the system. A ``case_id`` that is known already answers the case as it is and changes nothing, so
    a second delivery is safe.

    Raises:
        CaseError: forbidden, or a place or camera of another mine, or an empty title, or an id of another mine's case.
    """
    rules, now = table(), timezone.now()
    new["title"], new["description"] = words(new["title"]), words(new["description"])
    by_machine = new["kind"] in rules.found_by_machine
    if by_machine:
        new["found_at"] = min(new["found_at"], now)  # an edge's clock may be a little fast
    _check_new(new, now)
    if actor is not None and not may(actor, "cases.find", new["mine"].node):
        raise CaseError("forbidden", _("You may not open cases at this mine."))
    with act("cases.open", actor):
        numbers = _locked_numbers(now.astimezone(ZoneInfo(new["mine"].time_zone)).year)
        # Looked up only now that nobody else can be opening it.
        known: Case | None = Case.objects.filter(pk=case_id).first() if case_id else None
        if known is not None:
            if (known.mine_id, known.kind) != (new["mine"].pk, new["kind"]):
                raise CaseError("id_taken", _("This id belongs to another case already."))
            return known
        case = Case(
            id=case_id or uuid4(),
            number=_next_number(numbers),
            state=rules.initial[new["kind"]],
            found_by=None if by_machine else actor,
            **new,
        )
        case.search_text = _search_text(case)
        case.save(force_insert=True)
        _record(case, "open", "", case.found_by, now)
        if verified:
            move(case.pk, "verify", actor, expected_version=case.version)
            case.refresh_from_db()
    return case


def words(text: str) -> str:
    """What somebody wrote, without blanks around it and without the one character that PostgreSQL cannot hold."""
    return text.replace("\x00", "").strip()


def _check_new(new: NewCase, now: datetime) -> None:
    if not new["title"]:
        raise CaseError("title_wanted", _("Say in a few words what is wrong."), "title")
    if len(new["title"]) > TITLE_MOST:
        raise CaseError("title_too_long", _("Say it shorter here, and the rest in the description."), "title")
    if new["kind"] not in table().initial or new["level"] not in Level.values:
        raise CaseError("unknown_kind", _("There is no such kind or level of case."))
    if new["place"] is not None and new["place"].mine_id != new["mine"].pk:
        raise CaseError("wrong_place", _("This place belongs to another mine."), "place")
    if new["camera"] is not None and new["camera"].place.mine_id != new["mine"].pk:
        raise CaseError("wrong_camera", _("This camera belongs to another mine."), "camera")
    if new["found_at"] > now:
        raise CaseError("found_in_future", _("It cannot have been found in the future."), "found_at")


def _locked_numbers(year: int) -> CaseYear:
    """The year's numbers, held until the transaction ends: one case is opened at a time."""
    CaseYear.objects.get_or_create(pk=year)
    return CaseYear.objects.select_for_update().get(pk=year)


def _next_number(numbers: CaseYear) -> str:
    """The next number of the year; a transaction that fails gives it back, so there are no gaps."""
    numbers.last += 1
    numbers.save()
    return f"{numbers.year}-{numbers.last:06d}"


def _search_text(case: Case) -> str:
    places = [case.place.name if case.place else "", case.camera.name if case.camera else ""]
    return search_text(case.number, case.title, case.mine.name, case.responsible, *places, case.description)


def move(case_id: UUID, action: str, actor: User | None, *, expected_version: int, **given: Unpack[Given]) -> Case:
    """Do one action to a case: the only way its state changes.

    The caller says which version it looked at; where somebody was faster, nothing is written. Proof is kept before the
    transaction ends and removed again where it fails.

    Raises:
        CaseError: ``not_found``, ``changed``, ``not_now``, ``forbidden``, what a guard says, or what is still wanted.
    """
    with received(given.get("proofs", ())) as files, act(f"cases.{action}", actor, words(given.get("reason", ""))):
        case = visible_case(case_id, actor)
        if case.version != expected_version:
            raise changed(case)
        rule = _allowed(case, action, actor)
        attempt = Attempt(case, actor, timezone.now(), given.get("due_at"))
        for guard in rule.guards:
            GUARDS[guard](attempt)
        _check_given(rule, given, len(files))
        before = case.state
        changes = _changes(case, rule, given)
        if not Case.objects.compare_and_set(case, {"state": before, "version": expected_version}, **changes):
            raise changed(Case.objects.get(pk=case.pk))
        step = _record(case, action, before, actor, attempt.now, given)
        _keep_proofs(step, rule.proof_slot, files)
    return case


def visible_case(case_id: UUID, actor: User | None) -> Case:
    """The case, if the actor may see it at all.

    Raises:
        CaseError: ``not_found``, also where it exists but is none of the actor's business.
    """
    visible = Case.objects.all() if actor is None else Case.objects.for_user(actor, "cases.view")
    case: Case | None = visible.select_related("mine__node", "place", "camera").filter(pk=case_id).first()
    if case is None:
        raise CaseError("not_found", _("There is no such case, or it is not yours to see."))
    return case


def changed(case: Case) -> CaseError:
    """The error for somebody who was a little slower: says who did what."""
    last = case.transitions.select_related("actor").order_by("-version").first()
    assert last is not None
    message = _(
        "%(who)s was faster: “%(what)s” at %(when)s. Nothing of yours was saved; look at the case and decide again."
    )
    return CaseError(
        "changed",
        message
        % {
            "who": last.actor or _("The system"),
            "what": action_label(last.action),
            "when": timezone.localtime(last.at, ZoneInfo(case.mine.time_zone)).strftime("%Y-%m-%d %H:%M"),
        },
    )


def _allowed(case: Case, action: str, actor: User | None) -> Move:
    rule = table().move(case.kind, case.state, action)
    if rule is None:
        raise CaseError(
            "not_now",
            _("“%(what)s” is not possible while the case is “%(state)s”.")
            % {"what": action_label(action), "state": State(case.state).label},
        )
    if actor is not None and not may(actor, rule.permission, case.mine.node):
        raise CaseError("forbidden", _("Your role may not do “%(what)s” here.") % {"what": action_label(action)})
    return rule


def _check_given(rule: Move, given: Given, files: int) -> None:
    if rule.wants_reason and not words(given.get("reason", "")):
        raise CaseError("reason_wanted", _("Say why, or what was done: it stays in the record."), "reason")
    if rule.wants_due_at and given.get("due_at") is None:
        raise CaseError("due_wanted", _("Say until when it must be put right."), "due_at")
    if rule.wants_responsible and not given.get("responsible"):
        raise CaseError("responsible_wanted", _("Say who is responsible for putting it right."), "responsible")
    if files < rule.proof_at_least:
        raise CaseError("proof_wanted", _("Add a picture or document as proof."), "proofs")
    if files and not rule.proof_slot:
        raise CaseError("proof_not_taken", _("This step takes no proof."), "proofs")
    if (given.get("due_at") and not rule.wants_due_at) or (given.get("responsible") and not rule.wants_responsible):
        raise CaseError("not_taken", _("Due date and responsible person are set when the case is assigned."))


def _changes(case: Case, rule: Move, given: Given) -> dict[str, object]:
    """The columns that a move sets."""
    changes: dict[str, object] = {"state": rule.target, "version": case.version + 1}
    if rule.wants_due_at:
        changes |= {"due_at": given["due_at"], "extended_until": None}
    if rule.wants_responsible:
        person = given["responsible"]
        case.responsible = words(str(person))[:60]
        changes |= {"responsible": case.responsible, "search_text": _search_text(case)}
        changes["responsible_person"] = person if isinstance(person, Person) else None
    if rule.recurs:
        changes |= {"recurrence": case.recurrence + 1, "due_at": None, "extended_until": None}
    return changes


def _record(
    case: Case, action: str, before: str, actor: User | None, now: datetime, given: Given | None = None
) -> Transition:
    given = given or {}
    return Transition.objects.create(
        case=case,
        version=case.version,
        action=action,
        from_state=before,
        to_state=case.state,
        actor=actor,
        at=now,
        reason=words(given.get("reason", "")),
        due_at=given.get("due_at"),
        responsible=words(str(given.get("responsible") or ""))[:60],
        rules_version=table().version,
    )


def _keep_proofs(step: Transition, slot: str, files: list[Received]) -> None:
    """Keep the files and their rows; where one fails, no new file stays.

    The row comes first: whoever hands in the same file at the same moment waits for its key, so nobody relies on a file
    that a failure takes away again.
    """
    new: list[str] = []
    try:
        for file in files:
            stored, _created = StoredFile.objects.get_or_create(
                sha256=file.sha256,
                defaults={"size": file.size, "media_type": file.media_type, "stored_at": step.at},
            )
            if file.path.exists() and keep(file.path, file.sha256):
                new.append(file.sha256)
            Proof.objects.create(
                transition=step, case_id=step.case_id, slot=slot, original_name=file.original_name, file=stored
            )
    except BaseException:
        for sha256 in new:
            record_path(sha256).unlink(missing_ok=True)
        raise
