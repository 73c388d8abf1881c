"""Opening a case: its number, its first state, and pictures of how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.hooks import told
from minewarden.center.cases.models import WITHOUT_MINE, Case, Level, Slot
from minewarden.center.cases.numbers import locked_numbers, taken
from minewarden.center.cases.transitions import table
from minewarden.center.cases.uploads import received
from minewarden.center.registry.models import Camera, Mine, Node, Place, User
from minewarden.center.registry.scope import may

from .common import searched, words
from .moving import move
from .steps import Kept, keep_proofs, record_step

TITLE_MOST = 120  # characters, as the column has it


class NewCase(TypedDict):
    """What is known when a case is opened. ``found_at`` is timezone-aware."""

    kind: str
    mine: Mine | None
    # Only of a kind that may concern more than one mine; else it is the mine's own.
    node: NotRequired[Node]
    place: Place | None
    camera: Camera | None
    title: str
    description: str
    level: str
    found_at: datetime
    clause: NotRequired[str]
    # Only of a kind that is born assigned, such as a supervision order.
    bound_node: NotRequired[Node | None]
    due_at: NotRequired[datetime | None]
    responsible: NotRequired[str]


def open_case(
    actor: User | None,
    *,
    verified: bool = False,
    case_id: UUID | None = None,
    proofs: Sequence[UploadedFile[bytes]] = (),
    **new: Unpack[NewCase],
) -> Case:
    """Open a case; ``verified`` at once where the actor may do that too (a watcher confirms what a machine found).
    ``proofs`` are pictures of how it was found.

    ``actor`` None is the system. A ``case_id`` that is known already answers the case as it is and changes nothing, so
    a second delivery is safe.

    Raises:
        CaseError: forbidden, or a place or camera of another mine, or an empty title, or an id of another mine's case,
            or no mine where the kind wants one.
    """
    rules, now = table(), timezone.now()
    new["title"], new["description"] = words(new["title"]), words(new["description"])
    by_machine = new["kind"] in rules.found_by_machine
    if by_machine:
        new["found_at"] = min(new["found_at"], now)  # an edge's clock may be a little fast
    _check_new(new, now)
    mine = new["mine"]
    node = new["node"] = mine.node if mine else new["node"]
    if actor is not None and not may(actor, rules.open_permission[new["kind"]], node):
        raise CaseError("forbidden", _("You may not open cases at this mine."))
    with received(proofs) as files, act("cases.open", actor):
        zone = ZoneInfo(mine.time_zone) if mine else timezone.get_default_timezone()
        numbers = locked_numbers(now.astimezone(zone).year)
        # Looked up only now that nobody else can be opening it.
        known: Case | None = Case.objects.filter(pk=case_id).first() if case_id else None
        if known is not None:
            if (known.node_id, known.kind) != (node.pk, new["kind"]):
                raise CaseError("id_taken", _("This id belongs to another case already."))
            return known
        case = Case(
            id=case_id or uuid4(),
            number=taken(numbers)[0],
            state=rules.initial[new["kind"]],
            found_by=None if by_machine else actor,
            **new,
        )
        case.search_text = searched(case)
        case.save(force_insert=True)
        kept: Kept = {"due_at": case.due_at, "responsible": case.responsible}
        step = record_step(case, "open", "", case.found_by, now, kept)
        keep_proofs(step, Slot.FOUND, files)
        told(case, step)
        if verified:
            move(case.pk, "verify", actor, expected_version=case.version)
            case.refresh_from_db()
    return case


def check_content(mine: Mine | None, title: str, level: str, place: Place | None) -> None:
    """What a case says must make sense.

    Raises:
        CaseError: ``title_wanted``, ``title_too_long``, ``unknown_level``, ``wrong_place``.
    """
    if not title:
        raise CaseError("title_wanted", _("Say in a few words what is wrong."), "title")
    if len(title) > TITLE_MOST:
        raise CaseError("title_too_long", _("Say it shorter here, and the rest in the description."), "title")
    if level not in Level.values:
        raise CaseError("unknown_level", _("There is no such level."), "level")
    if place is not None and (mine is None or place.mine_id != mine.pk):
        raise CaseError("wrong_place", _("This place belongs to another mine."), "place")


def _check_new(new: NewCase, now: datetime) -> None:
    if new["kind"] not in table().initial:
        raise CaseError("unknown_kind", _("There is no such kind of case."))
    check_content(new["mine"], new["title"], new["level"], new["place"])
    if new["mine"] is None and ("node" not in new or new["kind"] not in WITHOUT_MINE):
        raise CaseError("mine_wanted", _("Say which mine it is about."), "mine")
    if new["camera"] is not None and (new["mine"] is None or new["camera"].place.mine_id != new["mine"].pk):
        raise CaseError("wrong_camera", _("This camera belongs to another mine."), "camera")
    if new["found_at"] > now:
        raise CaseError("found_in_future", _("It cannot have been found in the future."), "found_at")
    born_assigned = table().initial[new["kind"]] in table().clock_runs
    if born_assigned and not (new.get("due_at") and new.get("responsible")):
        raise CaseError("due_wanted", _("Say until when it must be put right, and by whom."), "due_at")
