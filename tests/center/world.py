"""A small invented province that tests of the center stand on. Names here are used by all of them: keep them.

::

    province ─ city_a ─ mine_a   place_a (14, belt head) camera_a   camera_a2   edge_a
             └ city_b ─ mine_b   place_b (40, dispatch)  camera_b               edge_b

Every user of mine A's path is in ``users``; ``mine_b`` and ``inspector_b`` are the mine and the city next door, and
``nobody`` has an account and no role.
"""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.center.audit.services import act
from minewarden.center.registry import services
from minewarden.center.registry.models import Camera, Edge, Mine, Node, NodeKind, Place, Role, User
from minewarden.standards import camera_code

PASSWORD = "coal-and-candle-9"


@dataclass(frozen=True)
class World:
    province: Node
    city_a: Node
    city_b: Node
    mine_a: Mine
    mine_b: Mine
    place_a: Place
    place_b: Place
    camera_a: Camera
    camera_a2: Camera
    camera_b: Camera
    edge_a: Edge
    edge_b: Edge
    edge_a_token: str
    edge_b_token: str
    users: dict[str, User]


def make_mine(city: Node, code: str, name: str, kind: str = "1") -> Mine:
    """A mine of a city."""
    return services.create_mine(None, parent=city, code=code, name=name, kind=kind)


def make_camera(place: Place, serial: int, edge: Edge | None = None, name: str = "") -> Camera:
    """Camera number ``serial`` of a place, looking for people without helmets."""
    return services.create_camera(
        None,
        place=place,
        code=camera_code(place.mine.code, place.place_class, serial),
        name=name or f"{place.name} {serial}",
        source=f"rtsp://viewer:s3cret@192.0.2.{serial}/live",
        edge=edge,
        scenes=[{"scene": "no_helmet", "settings": {}}],
    )


def make_user(username: str, role: Role | None, node: Node | None, full_name: str = "") -> User:
    """An account with one role at one node; without a role it may do nothing. Password: ``PASSWORD``."""
    user = services.create_user(None, username=username, password=PASSWORD, full_name=full_name)
    if role is not None and node is not None:
        services.grant_role(None, user=user, role=role, node=node)
    return user


def make_world() -> World:
    """Build the province through the services, in one action: each of its own would cost every test twice the time."""
    with act("tests.make_world", None):
        return _build()


def _build() -> World:
    province = services.create_node(None, name="云岭省局", kind=NodeKind.PROVINCE)
    city_a = services.create_node(None, name="甲川市局", kind=NodeKind.CITY, parent=province)
    city_b = services.create_node(None, name="乙川市局", kind=NodeKind.CITY, parent=province)
    mine_a = make_mine(city_a, "990101000001", "青石煤矿")
    mine_b = make_mine(city_b, "990201000002", "白岭煤矿")
    place_a = services.create_place(None, mine=mine_a, place_class="14", name="主运输带机头")
    place_b = services.create_place(None, mine=mine_b, place_class="40", name="调度室")
    edge_a, edge_a_token = services.create_edge(None, name="edge-a", mines=[mine_a])
    edge_b, edge_b_token = services.create_edge(None, name="edge-b", mines=[mine_b])
    grants = {
        "video_watch": (Role.VIDEO_WATCH, city_a, "巡查员甲"),
        "inspector": (Role.INSPECTOR, city_a, "监察员甲"),
        "inspector_2": (Role.INSPECTOR, city_a, "监察员乙"),
        "inspector_b": (Role.INSPECTOR, city_b, "邻市监察员"),
        "mine_a": (Role.MINE, mine_a.node, "青石安全科"),
        "mine_b": (Role.MINE, mine_b.node, "白岭安全科"),
        "mine_head": (Role.MINE_HEAD, mine_a.node, "青石矿长"),
        "office_head": (Role.OFFICE_HEAD, city_a, "局领导甲"),
        "inspectorate": (Role.INSPECTORATE, city_a, "监察处甲"),
        "government": (Role.GOVERNMENT, city_a, "甲川市长"),
        "operations": (Role.OPERATIONS, city_a, "运维甲"),
        "administrator": (Role.ADMINISTRATOR, province, "管理员"),
    }
    users = {name: make_user(name, role, node, full) for name, (role, node, full) in grants.items()}
    users["nobody"] = make_user("nobody", None, None)
    return World(
        province=province,
        city_a=city_a,
        city_b=city_b,
        mine_a=mine_a,
        mine_b=mine_b,
        place_a=place_a,
        place_b=place_b,
        camera_a=make_camera(place_a, 1, edge_a, "主运机头一号"),
        camera_a2=make_camera(place_a, 2, edge_a, "主运机头二号"),
        camera_b=make_camera(place_b, 1, edge_b, "调度室一号"),
        edge_a=edge_a,
        edge_b=edge_b,
        edge_a_token=edge_a_token,
        edge_b_token=edge_b_token,
        users=users,
    )
