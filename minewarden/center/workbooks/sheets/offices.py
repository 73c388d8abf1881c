"""Offices and mines as workbooks."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry import queries, services
from minewarden.center.registry.forms import MineFilter
from minewarden.center.registry.models import Disaster, Mine, MineKind, MineState, Node, NodeKind, User
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.parsing import Choice, code, text, whole
from minewarden.center.workbooks.problems import Problem, problem
from minewarden.center.workbooks.spec import ID, VERSION, Column, SheetSpec, Values, register_sheet

from .records import NodesOfRows, RecordImporter, with_version

MANAGE, CAMERAS = queries.MANAGE_ORGANISATION, queries.MANAGE_CAMERAS
NOT_YOURS = gettext_lazy("Your role may not change this record.")
MINE_KIND, MINE_STATE, NODE_KIND = Choice(MineKind.choices), Choice(MineState.choices), Choice(NodeKind.choices)
DISASTER = Choice([choice for choice in Disaster.choices if choice[0]])
MINE_FACTS = ("code", "name", "kind", "state", "disaster", "capacity", "time_zone")
ID_COLUMNS = (
    Column(ID, "记录标识", "Record id", code(64), hidden=True, fixed=True),
    Column(VERSION, "记录版本", "Record version", code(64), hidden=True, fixed=True),
)
MINE_COLUMNS = (
    Column(
        "mine_code",
        "煤矿编码",
        "Mine code",
        code(12),
        aliases=("矿井编码", "煤矿代码"),
        kind="code",
        width=16,
        help=gettext_lazy("12 digits; or give the name of the mine."),
    ),
    Column(
        "mine",
        "煤矿",
        "Mine",
        text(100),
        aliases=("煤矿名称", "矿井", "矿井名称"),
        width=20,
        help=gettext_lazy("As it is registered."),
    ),
)


class MineImporter(RecordImporter):
    """Mines, known by their national code."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._nodes = NodesOfRows(user, MANAGE)

    def visible(self) -> QuerySet[Any]:
        return Mine.objects.for_user(self.user, "registry.view").select_related("node__parent")

    def values(self, record: Mine) -> Values:
        return mine_values(record)

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        codes = {row["code"] for row in rows if row.get("code")}
        return {mine.code: mine for mine in self.visible().filter(code__in=sorted(codes))}

    def natural_key(self, values: Values) -> Hashable | None:
        return values.get("code")

    def why_not(self, record: Mine) -> str:
        return "" if self._nodes.holds(record.node_id) else str(NOT_YOURS)

    def check(self, values: Values) -> list[Problem]:
        office = self._nodes.of("office", values.get("office"))
        problems = [] if isinstance(office, Node) else [office]
        if isinstance(office, Node) and office.kind == NodeKind.MINE:
            problems.append(problem("office", "row", _("Nothing can be placed below a mine.")))
        return problems + self.clean(Mine(**self._columns(values)), exclude=["node"])

    def _columns(self, values: Values) -> dict[str, Any]:
        named = {name: values.get(name) for name in MINE_FACTS}
        return {name: value for name, value in named.items() if value is not None}

    def make(self, values: Values, batch: Batch) -> Mine:
        parent = self._nodes.of("office", values.get("office"))
        assert isinstance(parent, Node)
        return services.create_mine(self.user, parent=parent, **self._columns(values))

    def change(self, record: Mine, changes: Values, batch: Batch) -> None:
        services.update_mine(self.user, record, batch.original_name, **changes)


def mine_values(mine: Mine) -> Values:
    """One mine as a row."""
    named = {name: getattr(mine, name) for name in MINE_FACTS}
    return with_version(mine.pk, named | {"office": mine.node.parent.name if mine.node.parent else ""})


def mine_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The list of mines as its page narrows it."""
    form = MineFilter(params)
    rows = queries.mines(user, form.cleaned_data if form.is_valid() else {})
    return (mine_values(mine) for mine in rows.order_by("name", "pk").iterator(chunk_size=1000))


class NodeImporter(RecordImporter):
    """Offices and companies; mines have a sheet of their own. Known by name and kind below the same office."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._nodes = NodesOfRows(user, MANAGE)

    def visible(self) -> QuerySet[Any]:
        rows = Node.objects.for_user(self.user, "registry.view").exclude(kind=NodeKind.MINE)
        return rows.select_related("parent")

    def values(self, record: Node) -> Values:
        return node_values(record)

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        names = {row["name"] for row in rows if row.get("name")}
        found = self.visible().filter(name__in=sorted(names)).order_by("-pk")
        return {(node.name, node.kind, node.parent.name if node.parent else None): node for node in found}

    def natural_key(self, values: Values) -> Hashable | None:
        return values.get("name"), values.get("kind"), values.get("office")

    def why_not(self, record: Node) -> str:
        return "" if self._nodes.holds(record.pk) else str(NOT_YOURS)

    def check(self, values: Values) -> list[Problem]:
        office = self._nodes.of("office", values.get("office"))
        if not isinstance(office, Node):
            return [office]
        if values.get("kind") == NodeKind.MINE or office.kind == NodeKind.MINE:
            return [problem("kind", "row", _("Mines have a sheet of their own, and nothing stands below one."))]
        return []

    def make(self, values: Values, batch: Batch) -> Node:
        parent = self._nodes.of("office", values.get("office"))
        assert isinstance(parent, Node)
        return services.create_node(self.user, name=values["name"], kind=values["kind"], parent=parent)

    def change(self, record: Node, changes: Values, batch: Batch) -> None:
        services.rename_node(self.user, record, changes["name"])


def node_values(node: Node) -> Values:
    """One office as a row."""
    office = node.parent.name if node.parent else None
    return with_version(node.pk, {"name": node.name, "kind": node.kind, "office": office})


def node_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """All offices and companies that the user may see."""
    rows = Node.objects.for_user(user, "registry.view").exclude(kind=NodeKind.MINE).select_related("parent")
    return (node_values(node) for node in rows.order_by("pk").iterator(chunk_size=1000))


def register() -> None:
    """Offices and mines."""
    office = Column(
        "office",
        "上级机构",
        "Office above",
        text(100),
        aliases=("所属机构", "上级单位", "主管部门"),
        width=22,
        help=gettext_lazy("Its name, or its id where several have the same."),
    )
    register_sheet(
        SheetSpec(
            "nodes",
            gettext_lazy("Offices"),
            (
                Column(
                    "name", "机构名称", "Name", text(100), aliases=("名称",), required=True, editable=True, width=24
                ),
                Column(
                    "kind",
                    "机构类别",
                    "Kind",
                    NODE_KIND.parse,
                    NODE_KIND.show,
                    ("类别",),
                    required=True,
                    choices=tuple(kind.label for kind in NodeKind if kind != NodeKind.MINE),
                ),
                office,
                *ID_COLUMNS,
            ),
            node_rows,
            "registry.view",
            MANAGE,
            NodeImporter,
            order=20,
        )
    )
    register_sheet(
        SheetSpec(
            "mines",
            gettext_lazy("Mines"),
            (
                Column(
                    "code",
                    "煤矿编码",
                    "National code",
                    code(12),
                    aliases=("矿井编码", "编码"),
                    required=True,
                    kind="code",
                    width=16,
                    help=gettext_lazy("12 digits, given once and for ever."),
                ),
                Column(
                    "name",
                    "煤矿名称",
                    "Name",
                    text(100),
                    aliases=("煤矿", "名称"),
                    required=True,
                    editable=True,
                    width=24,
                ),
                Column(
                    "kind",
                    "开采方式",
                    "Kind",
                    MINE_KIND.parse,
                    MINE_KIND.show,
                    ("类型",),
                    required=True,
                    choices=MINE_KIND.words(),
                ),
                Column(
                    "state",
                    "生产状态",
                    "State",
                    MINE_STATE.parse,
                    MINE_STATE.show,
                    ("状态",),
                    editable=True,
                    choices=MINE_STATE.words(),
                ),
                Column(
                    "disaster",
                    "灾害类型",
                    "Kind of disaster",
                    DISASTER.parse,
                    DISASTER.show,
                    ("灾害类别", "瓦斯等级"),
                    editable=True,
                    choices=DISASTER.words(),
                ),
                Column(
                    "capacity",
                    "核定生产能力（万吨/年）",
                    "Capacity, 10,000 t a year",
                    whole(1, 100_000),
                    aliases=("生产能力", "核定生产能力", "产能"),
                    editable=True,
                ),
                Column(
                    "time_zone",
                    "时区",
                    "Time zone",
                    text(40),
                    editable=True,
                    help=gettext_lazy("Asia/Shanghai where it is left empty."),
                ),
                office,
                *ID_COLUMNS,
            ),
            mine_rows,
            "registry.view",
            MANAGE,
            MineImporter,
            order=21,
        )
    )
