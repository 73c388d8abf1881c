from __future__ import annotations

from . import EVERY_ACCOUNT, PUBLIC, Row

ROWS = [
    Row("home", EVERY_ACCOUNT, own=True),
    Row("login", PUBLIC),
    Row("logout", PUBLIC, method="post"),
    Row("password_change", EVERY_ACCOUNT, own=True),
    Row("theme", PUBLIC, method="post"),
    Row("set_language", PUBLIC, method="post"),
    Row("api:openapi-json", EVERY_ACCOUNT, own=True),
    Row("api:api-root", PUBLIC),
]
