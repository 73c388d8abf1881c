"""Who may open the pages of accounts: one's own is everybody's, another's is the administrator's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from minewarden.center.accounts import tokens
from tests.center.access_rows import EVERY_ACCOUNT, PUBLIC, Row
from tests.center.world import World

OFFICE = {"administrator"}


def _inspector(world: World) -> dict[str, Any]:
    return {"pk": world.users["inspector"].pk}


def _token(world: World) -> dict[str, Any]:
    until = timezone.now() + timedelta(days=3)
    token, _key = tokens.make_token(world.users["administrator"], world.users["inspector"], name="x", valid_until=until)
    return {"pk": token.pk}


ROWS = [
    Row("login_code", PUBLIC),
    Row("accounts:me", EVERY_ACCOUNT, own=True),
    Row("accounts:factor", EVERY_ACCOUNT, own=True),
    Row("accounts:factor_remove", EVERY_ACCOUNT, method="post", own=True),
    # Rows of somebody else answer 404 to everybody: tests/center/accounts.
    Row("accounts:session_end", set(), lambda world: {"pk": 10**9}, method="post"),
    Row("accounts:deputy_add", EVERY_ACCOUNT, method="post", own=True),
    Row("accounts:deputy_end", set(), lambda world: {"pk": 10**9}, method="post"),
    Row("accounts:user", OFFICE, _inspector),
    Row("accounts:user_factor", OFFICE, _inspector, method="post"),
    Row("accounts:user_sessions", OFFICE, _inspector, method="post"),
    Row("accounts:user_key", OFFICE, _inspector, method="post"),
    Row("accounts:key_revoke", OFFICE, _token, method="post"),
    Row("accounts:integration_add", OFFICE, own=True),
]
