"""Every write of the registry: one function an action, one transaction, audited.

``actor`` is who does it, None for the system. Whether the actor *may* is asked before, where the rows are chosen
(``for_user(user, permission)``); these functions keep what must be true whoever acts, and raise Django's
``ValidationError`` with the fault beside its field.
"""

from __future__ import annotations

from .accounts import (
    change_password,
    create_integration,
    create_user,
    end_grant,
    grant_role,
    record_login,
    record_login_failure,
    set_user_active,
    update_user,
)
from .edges import assign_camera, create_edge, edge_of_token, revoke_edge
from .sites import (
    create_camera,
    create_mine,
    create_place,
    keep_missing_versions,
    set_scenes,
    update_camera,
    update_mine,
    update_place,
)
from .tree import create_node, move_node, rebuild_paths, rename_node

__all__ = [
    "assign_camera",
    "change_password",
    "create_camera",
    "create_edge",
    "create_integration",
    "create_mine",
    "create_node",
    "create_place",
    "create_user",
    "edge_of_token",
    "end_grant",
    "grant_role",
    "keep_missing_versions",
    "move_node",
    "rebuild_paths",
    "record_login",
    "record_login_failure",
    "rename_node",
    "revoke_edge",
    "set_scenes",
    "set_user_active",
    "update_camera",
    "update_mine",
    "update_place",
    "update_user",
]
