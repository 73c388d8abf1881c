"""Puts the invented province into an empty office, through the same services that a person's clicks use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, Disaster, Edge, MineKind, MineState, Node, NodeKind, Role, User
from minewarden.center.registry.services.accounts import create_user, grant_role
from minewarden.center.registry.services.edges import create_edge
from minewarden.center.registry.services.sites import create_camera, create_mine, create_place
from minewarden.center.registry.services.tree import create_node
from minewarden.simulate.province import CITIES, PROVINCE, USERS, PlannedMine

# Known to everybody who reads this file: good for a demonstration on the loopback address and for nothing else.
PASSWORD = "Kuangwei-demo-2026"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the rest of the demonstration needs of the seeded office."""

    users: dict[str, User]
    edge: Edge
    edge_token: str


def seed_province(mines: tuple[PlannedMine, ...], sources: Mapping[str, str], scenes: Mapping[str, Any]) -> Seeded:
    """Register offices, mines, cameras, people and one edge, in one transaction.

    ``sources`` gives each camera's source by its code, ``scenes`` the scene settings by the name of its clip.
    """
    with act("demo.seed", None, "demonstration province", actor_name="demo"):
        nodes = _offices()
        registered = [
            create_mine(
                None,
                parent=nodes[plan.county],
                code=plan.code,
                name=plan.name,
                kind=MineKind.UNDERGROUND,
                state=MineState(plan.state),
                disaster=Disaster(plan.disaster),
                capacity=plan.capacity,
            )
            for plan in mines
        ]
        edge, token = create_edge(None, name="demo-edge", mines=registered)
        for mine, plan in zip(registered, mines, strict=True):
            nodes[plan.name] = mine.node
            for camera in plan.cameras:
                place = create_place(None, mine=mine, place_class=camera.place_class, name=camera.place)
                create_camera(
                    None,
                    place=place,
                    code=camera.code,
                    name=camera.name,
                    source=sources[camera.code],
                    edge=edge,
                    scenes=scenes[camera.script],
                )
        users = {plan.username: _user(plan.username, plan.full_name) for plan in USERS}
        for person in USERS:
            grant_role(None, user=users[person.username], role=Role(person.role), node=nodes[person.node])
    return Seeded(users, edge, token)


def _user(username: str, full_name: str) -> User:
    return create_user(None, username=username, password=PASSWORD, full_name=full_name)


def _offices() -> dict[str, Node]:
    """The province with its cities and counties, by name."""
    province = create_node(None, name=PROVINCE, kind=NodeKind.PROVINCE)
    nodes = {PROVINCE: province}
    for city, counties in CITIES.items():
        nodes[city] = create_node(None, name=city, kind=NodeKind.CITY, parent=province)
        for county in counties:
            nodes[county] = create_node(None, name=county, kind=NodeKind.COUNTY, parent=nodes[city])
    return nodes


def watched_cameras() -> int:
    """How many cameras the demonstration's edge is to watch."""
    return Camera.objects.filter(edge__isnull=False).count()
