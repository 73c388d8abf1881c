"""People and accounts as workbooks."""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry import queries, services
from minewarden.center.registry.models import Node, Person, Role, User
from minewarden.center.registry.scope import grants_in_force
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.parsing import Choice, text
from minewarden.center.workbooks.problems import Problem, RowRefused, problem
from minewarden.center.workbooks.spec import ID, VERSION, Column, Known, SheetSpec, Values, register_sheet

from .offices import ID_COLUMNS, NOT_YOURS
from .records import NodesOfRows, RecordImporter, with_version

USERS = queries.MANAGE_USERS
ROLE = Choice(Role.choices)


class UserImporter(RecordImporter):
    """Accounts, known by their login name. A new one gets a password that nobody knows: set one on its page. Roles of
    an account that is there are given and ended on its page, each with its own word."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._nodes = NodesOfRows(user, USERS)

    def visible(self) -> QuerySet[Any]:
        return queries.users(self.user)

    def values(self, record: User) -> Values:
        return user_values(record, roles_of(record))

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        names = sorted({row["username"] for row in rows if row.get("username")})
        self._taken = set(User.objects.filter(username__in=names[:5000]).values_list("username", flat=True))
        return {user.username: user for user in self.visible().filter(username__in=names[:5000])}

    def natural_key(self, values: Values) -> Hashable | None:
        return values.get("username")

    def why_not(self, record: User) -> str:
        return ""

    def check(self, values: Values) -> list[Problem]:
        problems = []
        if values.get("username") in self._taken:
            problems.append(problem("username", "row", _("This login name is taken.")))
        problems += [found for found in self._roles(values) if isinstance(found, dict)]
        named = {name: values.get(name) or "" for name in ("username", "full_name", "email")}
        return problems + self.clean(User(**named), exclude=["password"])

    def _roles(self, values: Values) -> list[tuple[Role, Node] | Problem]:
        """``监察员@甲川市局；视频巡查员@甲川市局`` → roles and offices."""
        found: list[tuple[Role, Node] | Problem] = []
        for entry in (values.get("roles") or "").replace(";", "；").split("；"):
            if not entry.strip():
                continue
            word, _at, office = entry.replace("＠", "@").partition("@")
            role = ROLE.code_of(word)
            node = self._nodes.of("roles", office.strip())
            if role is None:
                found.append(problem("roles", "unknown_role", found=word.strip()))
            elif isinstance(node, Node):
                found.append((Role(role), node))
            else:
                found.append(node)
        return found

    def make(self, values: Values, batch: Batch) -> User:
        named = {name: values[name] for name in ("full_name", "email") if values.get(name)}
        made = services.create_user(self.user, username=values["username"], password=secrets.token_urlsafe(32), **named)
        for found in self._roles(values):
            assert isinstance(found, tuple)
            services.grant_role(self.user, user=made, role=found[0], node=found[1])
        return made

    def change(self, record: User, changes: Values, batch: Batch) -> None:
        services.update_user(self.user, record, **{name: value or "" for name, value in changes.items()})


def roles_of(user: User) -> str:
    """The roles in force, as :meth:`UserImporter._roles` reads them."""
    grants = grants_in_force(user).select_related("node").order_by("pk")
    return "；".join(f"{grant.get_role_display()}@{grant.node.name}" for grant in grants)


def user_values(user: User, roles: str) -> Values:
    """One account as a row."""
    named = {"username": user.username, "full_name": user.full_name, "email": user.email}
    return with_version(user.pk, named | {"roles": roles})


def user_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The accounts that somebody manages, as the page narrows them."""
    rows = queries.users(user)
    if words := params.get("q"):
        rows = rows.filter(username__icontains=words) | rows.filter(full_name__icontains=words)
    return (user_values(found, roles_of(found)) for found in rows.order_by("username").iterator(chunk_size=500))


class PersonImporter:
    """People who hold a post at a mine or an office."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._nodes = NodesOfRows(user, USERS)

    def load(self, rows: Sequence[Values]) -> None:
        """Nothing to fetch beforehand."""

    def known(self, rows: Sequence[Values]) -> list[Known | None]:
        ids = [_uuid(row.get(ID)) for row in rows]
        people = Person.objects.for_user(self.user, "registry.view").select_related("node")
        by_id = {person.pk: person for person in people.filter(pk__in=[key for key in ids if key])}
        known: list[Known | None] = []
        for key in ids:
            person = by_id.get(key) if key else None
            if person is None:
                known.append(None)
                continue
            values = person_values(person)
            why = "" if self._nodes.holds(person.node_id) else str(NOT_YOURS)
            known.append(Known(values.pop(ID), values.pop(VERSION), values, str(person), why))
        return known

    def check(self, values: Values) -> list[Problem]:
        office = self._nodes.of("office", values.get("office"))
        return [] if isinstance(office, Node) else [office]

    def check_change(self, known: Known, values: Values, changes: Values) -> list[Problem]:
        return []

    def create(self, rows: Sequence[Values], ids: Sequence[str], batch: Batch) -> list[str | RowRefused]:
        people = []
        for values, key in zip(rows, ids, strict=True):
            office = self._nodes.of("office", values.get("office"))
            assert isinstance(office, Node)
            people.append(Person(id=UUID(key), name=values["name"], post=values.get("post") or "", node=office))
        Person.objects.insert_many(people)
        return list(ids)

    def update(self, known: Known, values: Values, changes: Values, batch: Batch) -> None:
        person = Person.objects.get(pk=known.id)
        for name, value in changes.items():
            setattr(person, name, value or "")
        person.save(update_fields=list(changes))


def person_values(person: Person) -> Values:
    """One person as a row."""
    return with_version(person.pk, {"name": person.name, "post": person.post, "office": person.node.name})


def person_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """All people that the user may see."""
    rows = Person.objects.for_user(user, "registry.view").select_related("node").order_by("name", "pk")
    return (person_values(person) for person in rows.iterator(chunk_size=1000))


def _uuid(given: Any) -> UUID | None:
    try:
        return UUID(str(given)) if given else None
    except ValueError:
        return None


def register() -> None:
    """People and accounts."""
    register_sheet(
        SheetSpec(
            "people",
            gettext_lazy("People"),
            (
                Column("name", "姓名", "Name", text(60), required=True, editable=True),
                Column("post", "职务", "Post", text(60), aliases=("岗位",), editable=True),
                Column(
                    "office",
                    "单位",
                    "Mine or office",
                    text(100),
                    aliases=("所在单位", "煤矿"),
                    required=True,
                    width=24,
                    help=gettext_lazy("Its name, or its id where several have the same."),
                ),
                *ID_COLUMNS,
            ),
            person_rows,
            "registry.view",
            USERS,
            PersonImporter,
            order=30,
            makes_ids=True,
        )
    )
    register_sheet(
        SheetSpec(
            "users",
            gettext_lazy("Accounts"),
            (
                Column(
                    "username", "登录名", "Login name", text(150), aliases=("账号", "用户名"), required=True, width=18
                ),
                Column("full_name", "姓名", "Full name", text(60), editable=True),
                Column("email", "邮箱", "E-mail", text(254), editable=True, width=24),
                Column(
                    "roles",
                    "角色",
                    "Roles",
                    text(2000),
                    width=40,
                    help=gettext_lazy("Role@office, apart by semicolons. Only for a new account."),
                ),
                *ID_COLUMNS,
            ),
            user_rows,
            USERS,
            USERS,
            UserImporter,
            order=31,
        )
    )
