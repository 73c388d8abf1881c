"""Tells people of what was done to a case, after the transaction that did it, in order and once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from minewarden.center.cases.models import Case, Extension, Kind, Transition
from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun
from minewarden.center.jobs.services import enqueue
from minewarden.center.registry.models import Role

from .addressees import Addressees, base_of
from .models import Untold
from .rules import Rule, fitting
from .services import Told, tell_many

KIND = "notices.steps"
BATCH = 200


def note_step(case: Case, step: Transition) -> None:
    """A hook of cases: write down with the step that people are to be told of it, where a rule says so."""
    if fitting(case.kind, step.action):
        Untold.objects.create(transition=step)
        # Not inside the transaction: the queue's row would hold back everybody else who moves a case.
        transaction.on_commit(partial(enqueue, KIND, unique_key=KIND))


@job(KIND, label=gettext_lazy("Tell people what was done"))
def tell_steps(run: JobRun) -> dict[str, Any]:
    """Tell of every step that nobody was told of yet."""
    addressees, count = Addressees(Role.values), 0
    while batch := list(Untold.objects.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = Untold.objects.select_for_update(of=("self",)).filter(pk__in=batch).order_by("pk")
            waiting = rows.select_related("transition__case__mine", "transition__actor")
            steps = [row.transition for row in waiting]
            told = [each for step in steps for each in _told(step, addressees)]
            tell_many(told)
            Untold.objects.filter(pk__in=batch).delete()
        count += len(batch)
        run.progress(count)
    return {"steps": count}


register_periodic(KIND, every=timedelta(minutes=5))


def _told(step: Transition, addressees: Addressees) -> list[Told]:
    case = step.case
    found: dict[int, Told] = {}
    for rule in fitting(case.kind, step.action):
        for role, node, user in _whom(rule, step, addressees):
            if user != step.actor_id:
                found.setdefault(user, _notice(step, case, role, node, user))
    return list(found.values())


def _whom(rule: Rule, step: Transition, addressees: Addressees) -> list[tuple[str, int, int]]:
    """Role, node and user of everybody whom a rule names."""
    base = base_of(step.case)
    if rule.at == "asker":
        decided = Extension.objects.filter(case=step.case, decided_at__lte=step.at).order_by("-decided_at").first()
        return [("", base, decided.requested_by_id)] if decided else []
    levels_up = 0 if rule.at == "mine" else 1
    found = []
    for role in rule.roles:
        node, users = addressees.of(role, base, levels_up)
        found += [(role, node, user) for user in users]
    return found


def _notice(step: Transition, case: Case, role: str, node: int, user: int) -> Told:
    params = {"case": str(case), "mine": case.concerns, "level": case.level, "action": step.action}
    kind = "step"
    if case.kind == Kind.SUPERVISION and step.action == "open":
        kind, params["bound"] = "supervision.opened", case.responsible
    elif step.actor is not None:
        kind, params["who"] = "step.by", str(step.actor)
    return Told(
        user_id=user,
        kind=kind,
        params=params,
        url=reverse("cases:detail", args=[case.pk]),
        dedupe_key=f"step:{step.pk}",
        case_id=case.pk,
        node_id=node,
        role=role,
    )
