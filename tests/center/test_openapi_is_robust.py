"""Whatever the OpenAPI document allows, and much that it does not, is answered without a fault of ours.

schemathesis makes the calls from the document: with what it describes, with what contradicts it, and with the keys of
records that there are (from ``access_rows``), so that more than "not found" is reached. Nothing is mocked: the calls go
through Django's whole stack, as an edge with its token and as users of several roles.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from minewarden.center.api import api
from tests.center.access_rows import EDGE, nothing
from tests.center.test_access import ROWS
from tests.center.world import World

EXAMPLES = 20
USERS = ("inspector", "mine_a", "office_head")
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
ROW_OF = {row.name: row for row in ROWS if " " in row.name}


def test_every_operation_of_the_document_is_called():
    assert set(OPERATIONS) == set(ROW_OF)


@pytest.mark.parametrize("label", sorted(OPERATIONS))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["described", "contradicting"])
def test_no_call_ends_in_a_fault_of_ours(world: World, label: str, mode: GenerationMode):
    row = ROW_OF[label]
    known = {name: str(value) for name, value in row.sample(world).items()} if row.sample is not nothing else {}
    callers = [_edge(world)] if row.who == EDGE else [_user(world, name) for name in USERS]
    strategy = OPERATIONS[label].as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy, st.sampled_from(callers), st.booleans())
    def call(case: Any, caller: Client, real: bool) -> None:
        if real and known:
            case.path_parameters = {**(case.path_parameters or {}), **known}
        with transaction.atomic():
            answer = _send(case, caller)
            transaction.set_rollback(True)
        assert answer.status_code < 500, (answer.status_code, answer.content[:300])

    call()


def _user(world: World, name: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(world.users[name])
    return client


def _edge(world: World) -> Client:
    return Client(raise_request_exception=True, headers={"Authorization": f"Bearer {world.edge_a_token}"})


def _send(case: Any, client: Client) -> Any:
    """Send what schemathesis made, as it would go over the wire."""
    call = case.as_transport_kwargs(base_url="http://testserver")
    query = call.get("params") or {}
    headers = {name: value for name, value in (call.get("headers") or {}).items() if name.lower() != "authorization"}
    body, media = _body(call)
    return client.generic(
        call["method"], _path(call["url"]), body, media, query_params=_plain(query), headers=_latin(headers)
    )


def _path(url: str) -> str:
    return url.removeprefix("http://testserver")


def _plain(query: dict[str, Any]) -> dict[str, Any]:
    return {str(name): value if isinstance(value, list) else str(value) for name, value in query.items()}


def _latin(headers: dict[str, Any]) -> dict[str, str]:
    texts = {str(name): str(value) for name, value in headers.items()}
    return {name: value for name, value in texts.items() if value.isascii() and name.lower() != "content-length"}


def _body(call: dict[str, Any]) -> tuple[bytes, str]:
    if call.get("json") is not None:
        return json.dumps(call["json"]).encode(), "application/json"
    if call.get("files"):
        from requests import Request

        prepared = Request("POST", "http://testserver/", files=call["files"], data=call.get("data")).prepare()
        return prepared.body or b"", prepared.headers["Content-Type"]
    data = call.get("data")
    if isinstance(data, dict):
        from urllib.parse import urlencode

        return urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded"
    raw = data if isinstance(data, bytes) else str(data or "").encode("utf-8", "surrogatepass")
    return raw, (call.get("headers") or {}).get("Content-Type", "application/octet-stream")
