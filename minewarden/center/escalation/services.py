"""Every write of escalation: the ladder, the office's calendar, supervision orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import CalendarDay, Case, Kind, State, Transition
from minewarden.center.cases.services import TITLE_MOST, open_case, words
from minewarden.center.cases.transitions import table
from minewarden.center.notices.addressees import issuer_above
from minewarden.center.registry.models import Node, NodePath, User
from minewarden.center.registry.scope import grants_in_force

from .ladder import LATER, defaults
from .models import Rung, SupervisionOrder


def sync_ladder() -> int:
    """Make the rungs of ``ladders.toml`` where an office has none at all, and those of kinds that came later where it
    has none of these; answers how many were made. A rung that is not wanted is taken out of use, and stays."""
    known = set(Rung.objects.values_list("kind", flat=True))
    wanted = [one for one in defaults() if not known or (one.get("kind") in LATER and one["kind"] not in known)]
    if not wanted:
        return 0
    with act("escalation.first_ladder", None):
        for columns in wanted:
            Rung(**columns).save()
    return len(wanted)


def save_rung(actor: User, rung: Rung, **columns: Any) -> Rung:
    """Write a rung, new or changed. What was told already is not told again."""
    with act("escalation.change_ladder", actor):
        for name, value in columns.items():
            setattr(rung, name, value)
        rung.full_clean()
        rung.save()
    return rung


def set_calendar_day(actor: User, *, day: date, working: bool, note: str) -> CalendarDay:
    """Say of a day that it is worked or not, whatever the package's table says."""
    with act("escalation.set_calendar_day", actor):
        row: CalendarDay = CalendarDay.objects.filter(day=day).first() or CalendarDay(day=day)
        row.working, row.note = working, words(note)
        row.save()
    return row


def open_supervision(
    actor: User | None, *, about: Case, bound: Node, reason: str, due_at: datetime, document_number: str = ""
) -> Case:
    """Press an office or a mine to see to a case; answers the order's own case, which is born assigned.

    ``bound`` is what ``about`` concerns (mostly its mine) or an office above it; ``due_at`` is timezone-aware. The
    issuer is the nearest node above ``bound`` where the actor may open orders; for the system (``actor`` None) the
    nearest office above.

    Raises:
        CaseError: ``forbidden``, ``not_about_this`` (a case that is done, or an order itself), ``not_bound`` (a node
            that the case does not concern, or with nobody above), ``reason_wanted``, ``due_in_past``, ``order_open``.
    """
    reason = words(reason)
    if about.kind == Kind.SUPERVISION or about.state in table().done:
        raise CaseError("not_about_this", _("There is nothing to press for here: the case is done, or is an order."))
    if not NodePath.objects.filter(ancestor=bound, descendant_id=about.node_id).exists():
        raise CaseError("not_bound", _("This office is not answerable for what the case concerns."), "bound")
    if not reason:
        raise CaseError("reason_wanted", _("Say why: it stands in the order."), "reason")
    if due_at <= timezone.now():
        raise CaseError("due_in_past", _("The due date has passed already: choose a later one."), "due_at")
    order = SupervisionOrder(about=about, bound=bound, issuer=_issuer(actor, bound), reason=reason)
    order.document_number = words(document_number)
    try:
        with act("escalation.open_supervision", actor, reason):
            return _write_order(actor, order, due_at)
    except IntegrityError as error:
        if not SupervisionOrder.objects.filter(about=about, bound=bound, lifted_at=None).exists():
            raise
        raise CaseError(
            "order_open", _("%(who)s has an open order about this already.") % {"who": bound.name}
        ) from error


def _issuer(actor: User | None, bound: Node) -> Node:
    if actor is None:
        office = issuer_above(bound)
        if office is None:
            raise CaseError("not_bound", _("There is no office above that could press."), "bound")
        return office
    granted = grants_in_force(actor, "supervision.open").values("node_id")
    above = NodePath.objects.filter(descendant=bound, depth__gt=0, ancestor_id__in=granted)
    path = above.select_related("ancestor").order_by("depth").first()
    if path is None or not actor.is_active:
        raise CaseError("forbidden", _("Only an office above the one to be bound can open a supervision order."))
    return path.ancestor


def _write_order(actor: User | None, order: SupervisionOrder, due_at: datetime) -> Case:
    about, now = order.about, timezone.now()
    title = _("Supervision: %(about)s") % {"about": about.title}
    order.opened_at = now
    order.case = open_case(
        actor,
        kind=Kind.SUPERVISION,
        mine=about.mine,
        node=about.node,
        place=about.place,
        camera=None,
        title=title[:TITLE_MOST],
        description=order.reason,
        level=about.level,
        found_at=now,
        bound_node=order.bound,
        due_at=due_at,
        responsible=order.bound.name[:60],
    )
    order.save()
    return order.case


def note_lifted(case: Case, step: Transition) -> None:
    """A hook of cases: an order whose case is closed is lifted, and another about the same may be opened."""
    if case.kind != Kind.SUPERVISION or step.to_state != State.CLOSED:
        return
    for order in SupervisionOrder.objects.filter(case=case, lifted_at=None):
        order.lifted_at = step.at
        order.save()
