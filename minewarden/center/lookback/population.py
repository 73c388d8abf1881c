"""Which closed cases a campaign is about, who may look at each, and what a draw and a deal of them would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone

from minewarden.center.cases.filter_form import CaseFilter
from minewarden.center.cases.guards import SIGNATURES, WORK
from minewarden.center.cases.models import WITHOUT_MINE, Case, State, Transition
from minewarden.center.cases.queries import narrowed
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import NodeKind, NodePath, RoleGrant, User
from minewarden.center.registry.scope import in_force, roles_with

from .dealing import Hand, deal
from .draw import Entry, Rule, draw
from .models import Check, CheckState
from .rules import rules

PLAN: Final = "lookback.plan"
LOOK: Final = "cases.look_back"
PASSED, FAILED = "look_back_passed", "look_back_failed"
# Who did one of these to a case, in any round, is never sent to look back at it: the engine would refuse him there.
NEVER: Final = (*WORK, "self_accept", *SIGNATURES)
ACCEPT: Final = "accept"


def kinds() -> list[str]:
    """The kinds of case that can be looked back at on the spot when they are closed; a problem is by its figures."""
    closable = [kind for kind in table().initial if table().move(kind, State.CLOSED, PASSED)]
    return [kind for kind in closable if kind not in WITHOUT_MINE]


@dataclass(frozen=True)
class Scope:
    """Which closed cases: of these kinds (none named: all that can be looked back at), closed from one day to another
    of the office's calendar, of one level, under clauses that begin so; or what a filter of the list of cases shows,
    ``query`` as it stands in its address. What is empty narrows nothing."""

    kinds: tuple[str, ...] = ()
    closed_from: str = ""
    closed_to: str = ""
    level: str = ""
    clause: str = ""
    query: str = ""

    def as_data(self) -> dict[str, Any]:
        """The scope as it is kept."""
        return {name: list(value) if name == "kinds" else value for name, value in vars(self).items() if value}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """Back from :meth:`as_data`."""
        return cls(**data | {"kinds": tuple(data.get("kinds", ()))})


def cases_in(scope: Scope, node_id: int, planner: User) -> QuerySet[Case]:
    """The closed cases of a scope at or below a node, as far as the planner may plan for them."""
    cases: QuerySet[Case] = Case.objects.for_user(planner, PLAN).below(node_id)
    wanted = [kind for kind in kinds() if not scope.kinds or kind in scope.kinds]
    cases = cases.filter(state=State.CLOSED, kind__in=wanted)
    if scope.query:
        cases = narrowed(cases, CaseFilter(planner, QueryDict(scope.query)).filters())
    if scope.closed_from:
        cases = cases.filter(closed_at__gte=midnight(date.fromisoformat(scope.closed_from)))
    if scope.closed_to:
        cases = cases.filter(closed_at__lt=midnight(date.fromisoformat(scope.closed_to) + timedelta(days=1)))
    if scope.level:
        cases = cases.filter(level=scope.level)
    return cases.filter(clause__startswith=scope.clause) if scope.clause else cases


def midnight(day: date) -> datetime:
    """The beginning of a day of the office's calendar."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Population:
    """The cases of a scope. ``clauses`` by case number; ``barred``: who must not look at a case. ``busy`` cases wait in
    another campaign already and are not in it; ``too_many``: the scope holds more than can be drawn at once."""

    entries: list[Entry]
    clauses: dict[str, str]
    barred: dict[UUID, frozenset[int]]
    busy: int
    too_many: bool = False


def population(scope: Scope, node_id: int, planner: User) -> Population:
    """The cases as they are now, in five queries."""
    every = cases_in(scope, node_id, planner)
    waits = Exists(Check.objects.filter(case=OuterRef("pk"), state=CheckState.WAITING))
    free = every.filter(~waits).order_by()
    most = rules().most_population
    rows = list(free.order_by("number").values_list("number", "pk", "mine_id", "clause")[: most + 1])
    busy = every.filter(waits).count()
    if len(rows) > most:
        return Population([], {}, {}, busy, too_many=True)
    cities = cities_of_mines(node_id)
    barred: dict[UUID, set[int]] = {}
    acceptor: dict[UUID, int] = {}
    done = Transition.objects.filter(case__in=free.values("pk"), action__in=NEVER, actor__isnull=False)
    for case, action, actor in done.order_by("version").values_list("case_id", "action", "actor_id"):
        barred.setdefault(case, set()).add(actor)
        if action == ACCEPT:
            acceptor[case] = actor
    entries = [
        Entry(number, case, mine, cities.get(mine, 0), acceptor.get(case, 0)) for number, case, mine, _clause in rows
    ]
    clauses = {number: clause for number, _case, _mine, clause in rows}
    return Population(entries, clauses, {case: frozenset(who) for case, who in barred.items()}, busy)


def cities_of_mines(node_id: int) -> dict[int, int]:
    """The nearest city above each mine at or below a node."""
    below = NodePath.objects.filter(ancestor_id=node_id).values("descendant_id")
    paths = NodePath.objects.filter(descendant__in=below, descendant__mine__isnull=False, ancestor__kind=NodeKind.CITY)
    # The farthest first, so that the nearest is what remains.
    return dict(paths.order_by("-depth").values_list("descendant__mine__pk", "ancestor_id"))


def reach(team: Iterable[int]) -> dict[int, frozenset[int]]:
    """For each of these users the mines where they may look back at cases now."""
    found: dict[int, set[int]] = {user: set() for user in team}
    grants = RoleGrant.objects.filter(in_force(), user__in=list(found), user__is_active=True, role__in=roles_with(LOOK))
    mines = grants.filter(node__descendant_paths__descendant__mine__isnull=False)
    for user, mine in mines.values_list("user_id", "node__descendant_paths__descendant__mine__pk").distinct():
        found[user].add(mine)
    return {user: frozenset(mines) for user, mines in found.items()}


def dealt(found: Population, drawn: Iterable[Entry], team: Iterable[int]) -> dict[str, int | None]:
    """Case number → who of the team looks at it; None where nobody may."""
    mines = reach(team)
    nobody: frozenset[int] = frozenset()
    hands = [
        Hand(
            entry.number,
            entry.mine,
            frozenset(user for user in mines if entry.mine in mines[user]) - found.barred.get(entry.case, nobody),
        )
        for entry in drawn
    ]
    return deal(hands, set(mines))


@dataclass(frozen=True)
class Preview:
    """What a campaign would be if it were started now. Counts by id: (in the population, drawn)."""

    size: int
    drawn: int
    busy: int
    too_many: bool
    mines: int
    nobody: int
    by_city: dict[int, tuple[int, int]] = field(default_factory=dict)
    by_acceptor: dict[int, tuple[int, int]] = field(default_factory=dict)
    by_member: dict[int, int] = field(default_factory=dict)


def preview(found: Population, rule: Rule, seed: str, team: Iterable[int]) -> Preview:
    """Count a draw and a deal, and write nothing."""
    members = list(team)
    drawn = draw(found.entries, rule, seed)
    by_whom = Counter(dealt(found, drawn, members).values())
    return Preview(
        size=len(found.entries),
        drawn=len(drawn),
        busy=found.busy,
        too_many=found.too_many,
        mines=len({entry.mine for entry in drawn}),
        nobody=by_whom.pop(None, 0),
        by_city=_pairs(found.entries, drawn, "city"),
        by_acceptor=_pairs(found.entries, drawn, "acceptor"),
        by_member={member: by_whom.get(member, 0) for member in members},
    )


def _pairs(every: list[Entry], drawn: list[Entry], name: str) -> dict[int, tuple[int, int]]:
    whole = Counter(getattr(entry, name) for entry in every)
    part = Counter(getattr(entry, name) for entry in drawn)
    return {key: (count, part.get(key, 0)) for key, count in whole.most_common()}
