from __future__ import annotations

from tests.center.world import World

from . import ROLES, Row

CAMERAS = {"operations", "administrator"}
OFFICE = {"administrator"}


def inspector(world: World) -> dict[str, int]:
    return {"pk": world.users["inspector"].pk}


ROWS = [
    Row("registry:head", {"office_head", "government", "administrator"}),
    Row("registry:search", ROLES),
    Row("registry:mines", ROLES),
    Row("registry:mine", ROLES, lambda world: {"pk": world.mine_a.pk}),
    Row("registry:mine_add", OFFICE),
    Row("registry:mine_edit", OFFICE, lambda world: {"pk": world.mine_a.pk}),
    Row("registry:place_add", CAMERAS, lambda world: {"mine_pk": world.mine_a.pk}),
    Row("registry:place_edit", CAMERAS, lambda world: {"pk": world.place_a.pk}),
    Row("registry:cameras", ROLES),
    Row("registry:camera", ROLES, lambda world: {"pk": world.camera_a.pk}),
    Row("registry:camera_add", CAMERAS),
    Row("registry:camera_edit", CAMERAS, lambda world: {"pk": world.camera_a.pk}),
    Row("registry:edges", CAMERAS),
    Row("registry:edge", CAMERAS, lambda world: {"pk": world.edge_a.pk}),
    Row("registry:edge_add", CAMERAS),
    Row("registry:edge_revoke", CAMERAS, lambda world: {"pk": world.edge_a.pk}, method="post"),
    Row("registry:users", OFFICE),
    Row("registry:user", OFFICE, inspector),
    Row("registry:user_add", OFFICE),
    Row("registry:user_edit", OFFICE, inspector),
    Row("registry:user_password", OFFICE, inspector, method="post"),
    Row("registry:user_active", OFFICE, inspector, method="post"),
    Row("registry:grant_add", OFFICE, inspector, method="post"),
    Row("registry:grant_end", OFFICE, lambda world: {"pk": world.users["inspector"].grants.get().pk}, method="post"),
    Row("registry:nodes", OFFICE),
    Row("registry:node_add", OFFICE),
    Row("registry:node_edit", OFFICE, lambda world: {"pk": world.city_a.pk}),
    Row("GET /api/registry/mines", ROLES),
    Row("GET /api/registry/cameras", ROLES),
]
