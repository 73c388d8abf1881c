"""The board of dynamic clearing (动态清零): what is open, due and overdue, by office or mine, level and age.

One query counts all of it, grouped by mine, level and age; Python adds the groups up along the closure table. Each
figure carries the filters of the list of cases that it was counted from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Case as Choice
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from minewarden.center.cases.agenda import listed
from minewarden.center.cases.models import Case, Kind, Level
from minewarden.center.cases.queries import DAY, KINDS, OPEN, SOON, SOON_SPAN, open_states
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Node, NodeKind, NodePath, User

from .rules import Band, rules

MAJOR: Final = Kind.MAJOR_HAZARD.value


@dataclass(frozen=True)
class Cell:
    """One figure and the list it was counted from. ``tone`` colours it where it is not zero."""

    key: str
    label: str
    value: int
    url: str
    tone: str = ""


@dataclass
class Tally:
    """What is counted of one unit. ``ages`` and ``levels`` count open ones, ``late_ages`` those of them overdue."""

    open: int = 0
    soon: int = 0
    overdue: int = 0
    office_overdue: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    ages: Counter[int] = field(default_factory=Counter)
    late_ages: Counter[int] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add another unit's."""
        self.open += other.open
        self.soon += other.soon
        self.overdue += other.overdue
        self.office_overdue += other.office_overdue
        self.levels.update(other.levels)
        self.ages.update(other.ages)
        self.late_ages.update(other.late_ages)


@dataclass(frozen=True)
class Line:
    """One office or mine of the board."""

    node: Node
    leads_on: bool
    cells: list[Cell]
    tally: Tally


@dataclass(frozen=True)
class Bar:
    """One age of the chart; The widths are per cent of the longest bar: overdue first, the rest behind."""

    band: Band
    open: Cell
    late: Cell
    open_width: str
    late_width: str


@dataclass(frozen=True)
class Board:
    """``total`` counts everything of the choice, ``lines`` its parts; ``hidden`` parts were left out for room."""

    focus: Node | None
    above: list[Node]
    total: list[Cell]
    lines: list[Line]
    hidden: int
    bars: list[Bar]
    kind: str


def board(user: User, kind: str, node: Node | None, now: datetime, *, every: bool = False) -> Board:
    """The board of what the user may see, below ``node`` (which the caller has chosen by rights) or as a whole.

    ``kind`` is ``hazards`` or ``major_hazard``; ``every`` shows all lines.
    """
    parts = _parts(user, node)
    if node is None and len(parts) == 1:
        node = parts[0]  # there is only one office to choose: begin with what is in it
        parts = _parts(user, node)
    tallies = _tallies(_cases(user, kind, node), now)
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    lines = _lines(parts, tallies, kind)
    shown = lines if every else lines[: rules().board_rows]
    return Board(
        focus=node,
        above=_above(user, node),
        total=_cells(total, kind, node),
        lines=shown,
        hidden=len(lines) - len(shown),
        bars=_bars(total, kind, node),
        kind=kind,
    )


def _cases(user: User, kind: str, node: Node | None) -> QuerySet[Case]:
    cases = Case.objects.for_user(user, "cases.view")
    if node is not None:
        cases = cases.below(node.pk)
    found: QuerySet[Case] = cases.filter(kind__in=KINDS.get(kind, [kind]), state__in=open_states())
    return found


def _parts(user: User, node: Node | None) -> list[Node]:
    """The units of the lines: what stands right below a node, or the topmost nodes that the user may see."""
    nodes = Node.objects.for_user(user, "cases.view").order_by("name", "pk")
    if node is not None:
        return list(nodes.filter(parent=node))
    visible = Node.objects.for_user(user, "cases.view").values("pk")
    return list(nodes.exclude(parent__in=visible))


def _above(user: User, node: Node | None) -> list[Node]:
    """The way back: nodes above that the user may see, the topmost first."""
    if node is None:
        return []
    visible = Node.objects.for_user(user, "cases.view").values("pk")
    paths = NodePath.objects.filter(descendant=node, depth__gt=0, ancestor__in=visible).select_related("ancestor")
    return [path.ancestor for path in paths.order_by("-depth")]


def _tallies(cases: QuerySet[Case], now: datetime) -> dict[int, Tally]:
    """Node of a mine → what is counted there, in one query."""
    ages = rules().ages
    whens = [
        When(found_at__gt=now - (band.last + 1) * DAY, then=Value(number))
        for number, band in enumerate(ages)
        if band.last is not None
    ]
    runs = Q(state__in=table().clock_runs)
    rows = (
        cases.order_by()
        .annotate(
            band=Choice(*whens, default=Value(len(ages) - 1), output_field=IntegerField()),
            until=Coalesce("extended_until", "due_at"),
            at_node=F("node_id"),
        )
        .values_list("at_node", "level", "band")
        .annotate(
            total=Count("pk"),
            late=Count("pk", filter=runs & Q(until__lt=now)),
            soon=Count("pk", filter=runs & Q(until__gte=now, until__lt=now + SOON_SPAN)),
            office=Count("pk", filter=Q(office_due_at__lt=now)),
        )
    )
    tallies: dict[int, Tally] = defaultdict(Tally)
    for node_id, level, band, total, late, soon, office in rows:
        tallies[node_id].add(
            Tally(total, soon, late, office, Counter({level: total}), Counter({band: total}), Counter({band: late}))
        )
    return tallies


def _lines(parts: list[Node], tallies: dict[int, Tally], kind: str) -> list[Line]:
    """A line for each part in which something is open, those with the most overdue first."""
    inside = NodePath.objects.filter(ancestor__in=parts, descendant__kind=NodeKind.MINE)
    sums: dict[int, Tally] = defaultdict(Tally)
    for part, at_node in inside.values_list("ancestor_id", "descendant_id"):
        if at_node in tallies:
            sums[part].add(tallies[at_node])
    lines = [
        Line(part, part.kind != NodeKind.MINE, _cells(sums[part.pk], kind, part), sums[part.pk])
        for part in parts
        if part.pk in sums
    ]
    return sorted(lines, key=lambda line: (-line.tally.overdue, -line.tally.open, line.node.name))


def _cells(tally: Tally, kind: str, node: Node | None) -> list[Cell]:
    """The figures of one line, in the order of the table's columns."""
    where = {"kind": kind} | ({"node": str(node.pk)} if node else {})
    is_open = where | {"state": OPEN}
    cells = [
        Cell("open", _("Not cleared"), tally.open, listed(**is_open)),
        Cell("soon", _("Due within three days"), tally.soon, listed(**where, state=SOON), "orange"),
        Cell("overdue", _("Overdue"), tally.overdue, listed(**is_open, overdue="on"), "red"),
        Cell(
            "office_overdue", _("Office overdue"), tally.office_overdue, listed(**is_open, office_overdue="on"), "red"
        ),
    ]
    cells += [
        Cell(level.value, str(level.label), tally.levels[level], listed(**is_open, level=level.value), level.value)
        for level in Level
    ]
    cells += [
        Cell(
            f"age-{band.key}",
            _("%(days)s days") % {"days": band.label},
            tally.ages[number],
            listed(**is_open, **_age(band)),
        )
        for number, band in enumerate(rules().ages)
    ]
    return cells


def _age(band: Band) -> dict[str, str]:
    return {"age_from": str(band.first)} | ({} if band.last is None else {"age_to": str(band.last)})


def _bars(total: Tally, kind: str, node: Node | None) -> list[Bar]:
    where = {"kind": kind, "state": OPEN} | ({"node": str(node.pk)} if node else {})
    longest = max([1, *total.ages.values()])
    bars = []
    for number, band in enumerate(rules().ages):
        all_open, late = total.ages[number], total.late_ages[number]
        of_age = where | _age(band)
        bars.append(
            Bar(
                band,
                Cell("open", _("Not cleared"), all_open, listed(**of_age)),
                Cell("late", _("Overdue"), late, listed(**of_age, overdue="on"), "red"),
                f"{100 * all_open / longest:.2f}%",
                f"{100 * late / longest:.2f}%",
            )
        )
    return bars
