"""For every page and every call of the API: who is not logged in, the wrong role and the mine next door get nothing.

The pages come from the URL resolver and the calls from the OpenAPI document, so that a new one without a row in
``access_rows`` fails.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from minewarden.center.api import api
from minewarden.center.registry.models import Role, User
from tests.center import access_rows
from tests.center.access_rows import AT_MINES, EDGE, EVERY_ACCOUNT, PUBLIC, ROLES, Row, nothing
from tests.center.world import World, make_user

DENIED = {401, 403, 404, 405}
METHODS = ("get", "post", "put", "delete", "patch")


def all_rows() -> list[Row]:
    modules = (module.name for module in pkgutil.iter_modules(access_rows.__path__))
    return [row for name in modules for row in importlib.import_module(f"{access_rows.__name__}.{name}").ROWS]


def page_names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    """The names of all pages; calls of the API stand in its own document."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from page_names(pattern.url_patterns, inner)
        elif namespace != "api:" or pattern.name in ("openapi-json", "api-root"):
            yield f"{namespace}{pattern.name}"


def api_calls() -> list[str]:
    paths = api.get_openapi_schema()["paths"]
    return [f"{method.upper()} {path}" for path, calls in paths.items() for method in calls if method in METHODS]


ROWS = all_rows()
cases = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def test_every_page_and_every_call_has_one_row():
    known = [row.name for row in ROWS]
    assert sorted(set(known)) == sorted(known), "a page has two rows"
    assert set(page_names(get_resolver().url_patterns)) | set(api_calls()) == set(known)


def address(row: Row, world: World) -> tuple[str, str]:
    """Method and address of a row."""
    if " " not in row.name:
        return row.method, reverse(row.name, kwargs=row.sample(world))
    method, path = row.name.split(" ")
    sample = row.sample(world)
    return method.lower(), re.sub(r"\{(\w+)\}", lambda match: str(sample[match[1]]), path)


def ask(client: Client, method: str, url: str, data: dict, **headers: str):
    if url.startswith("/api/") and method != "get":
        return client.generic(method.upper(), url, json.dumps(data), "application/json", headers=headers)
    return getattr(client, method)(url, data, headers=headers)


def is_denied(response) -> bool:
    to_login = response.status_code == 302 and response["Location"].startswith("/login/")
    return to_login or response.status_code in DENIED


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def neighbours(row: Row, world: World) -> Iterator[User]:
    """For each role that may: somebody with it at the city or mine next door."""
    for role in sorted(row.who & ROLES):
        node = world.mine_b.node if role in AT_MINES else world.city_b
        yield make_user(f"neighbour_{role}", Role(role), node)


def accounts(world: World) -> dict[str, User]:
    return {name: world.users["mine_a" if name == "mine" else name] for name in EVERY_ACCOUNT}


def assert_tells_nothing_of_mine_a(response, world: World) -> None:
    if getattr(response, "streaming", False):
        pytest.fail("a neighbour was sent a file")
    text = response.content.decode()
    words = {world.mine_a.name, world.mine_a.code, world.camera_a.code, world.camera_a.name, world.place_a.name}
    assert {word for word in words if word in text} == set()


def assert_denied_without_login(method: str, url: str, data: dict) -> None:
    for tried in {method, "get", "post"}:
        response = ask(Client(), tried, url, data if tried == method else {})
        assert is_denied(response), f"without login: {tried} {url}: {response.status_code}"


def assert_denied_to_wrong_roles(row: Row, world: World, method: str, url: str, data: dict) -> None:
    for name, user in accounts(world).items():
        if name in row.who:
            continue
        client = logged_in(user)
        for tried in {method, "get", "post"}:
            response = ask(client, tried, url, data if tried == method else {})
            assert is_denied(response), f"{name}: {tried} {url}: {response.status_code}"


def assert_nothing_for_the_mine_next_door(row: Row, world: World, method: str, url: str, data: dict) -> None:
    for user in neighbours(row, world):
        response = ask(logged_in(user), method, url, data)
        if row.sample is not nothing:
            assert is_denied(response), f"{user}: {method} {url}: {response.status_code}"
        else:
            assert response.status_code < 500
            assert_tells_nothing_of_mine_a(response, world)
    if row.who == EDGE:
        response = ask(Client(), method, url, data, Authorization=f"Bearer {world.edge_b_token}")
        assert response.status_code < 500
        assert_tells_nothing_of_mine_a(response, world)


@cases
@pytest.mark.one_database  # refused by the role alone, before a record is looked up
def test_anonymous_and_the_wrong_role_get_nothing(row: Row, world: World):
    if row.who == PUBLIC:
        return
    method, url = address(row, world)
    data = row.data(world)
    assert_denied_without_login(method, url, data)
    assert_denied_to_wrong_roles(row, world, method, url, data)


@cases
@pytest.mark.one_database  # whose rows they are is asked with the same words everywhere
def test_the_mine_next_door_gets_nothing(row: Row, world: World):
    if row.who == PUBLIC or row.own:
        return
    method, url = address(row, world)
    assert_nothing_for_the_mine_next_door(row, world, method, url, row.data(world))


@cases
@pytest.mark.one_database  # the tests of each app open its pages on both
def test_those_who_may_get_in(row: Row, world: World):
    method, url = address(row, world)
    if row.who == EDGE:
        response = ask(Client(), method, url, row.data(world), Authorization=f"Bearer {world.edge_a_token}")
        assert response.status_code not in DENIED
        return
    for name, user in accounts(world).items():
        if name in row.who:
            response = ask(logged_in(user), method, url, row.data(world))
            assert not is_denied(response), f"{name}: {method} {url}: {response.status_code}"
            assert response.status_code < 500
