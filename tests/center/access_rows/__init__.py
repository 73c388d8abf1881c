"""Who may open what: one row for every page and every call of the API, in one module an app.

``test_access.py`` fails for a page that has no row here and for a row that has no page. To add a page, append to
``ROWS`` of the app's module::

    Row("cases:case", {"inspector", "mine"}, lambda world: {"pk": make_case(world).pk})

The sample must belong to mine A. Everybody not named, everybody who is not logged in, and the same roles next door
(city B, mine B) must get nothing: the login, 401, 403, 404 or 405, and for lists not a word of mine A.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, Final

from tests.center.world import World

ROLES: Final = frozenset(
    {
        *("video_watch", "inspector", "mine", "mine_head", "office_head", "inspectorate", "government"),
        *("operations", "administrator"),
    }
)
AT_MINES: Final = frozenset({"mine", "mine_head"})
EVERY_ACCOUNT: Final = ROLES | {"nobody"}
PUBLIC: Final = frozenset({"public"})
EDGE: Final = frozenset({"edge"})


def nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """``name``: a URL's name (``app:page``), or ``GET /api/…`` exactly as the OpenAPI document writes it.

    ``who``: roles; or ``EVERY_ACCOUNT``, ``PUBLIC`` (no login), ``EDGE`` (a token and no session).
    ``sample``: the parameters of the address, of records of mine A. ``data``: what is sent (form, or JSON to the API).
    ``method``: how those who may are let in: ``get``, or ``post`` for a page that only writes.
    ``own``: the page is about the caller alone or nobody's records, so that a neighbour may open it as well.
    """

    name: str
    who: Set[str]
    sample: Callable[[World], dict[str, Any]] = nothing
    method: str = "get"
    data: Callable[[World], dict[str, Any]] = nothing
    own: bool = False
