"""The demonstration province: offices, companies, mines, places, cameras and people. All of it is invented.

Region codes begin with 99, which GB/T 2260 does not use, so no code of this province can be mistaken for a real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PROVINCE = "云岭省（虚构）"

MineStateName = Literal["producing", "building", "stopped", "suspended", "closing", "closed"]


@dataclass(frozen=True, slots=True)
class PlannedCamera:
    """A camera and what its picture shows. ``script`` names a rendered clip of ``simulate.video``."""

    code: str
    name: str
    place_class: str
    place: str
    script: str
    offset_s: int


@dataclass(frozen=True, slots=True)
class PlannedMine:
    """A mine with its cameras. ``county`` and ``group`` are names of offices and companies above it.

    ``disaster`` is the kind of danger as the registry has it, ``capacity`` in 10,000 t a year."""

    code: str
    name: str
    county: str
    group: str
    state: MineStateName
    disaster: str
    capacity: int
    cameras: tuple[PlannedCamera, ...]


@dataclass(frozen=True, slots=True)
class PlannedUser:
    """A demonstration account: login name, full name, post, role and the node at which it holds."""

    username: str
    full_name: str
    post: str
    role: str
    node: str


# city → its counties with the six digits of their invented region codes
CITIES: dict[str, dict[str, str]] = {
    "石溪市": {"南屏县": "990121", "柳塘县": "990122"},
    "北岚市": {"望云县": "990221", "雁回县": "990222"},
}

GROUPS = ("云岭能源集团（虚构）", "岚石矿业集团（虚构）")

# name, county, group, state, kind of disaster, capacity in 10,000 t a year
MINES: tuple[tuple[str, str, str, MineStateName, str, int], ...] = (
    ("青禾煤矿", "南屏县", GROUPS[0], "producing", "low_gas", 120),
    ("赤松岭煤矿", "南屏县", GROUPS[0], "producing", "high_gas", 180),
    ("小石沟煤矿", "南屏县", GROUPS[1], "producing", "low_gas", 45),
    ("听泉煤矿", "柳塘县", GROUPS[0], "producing", "high_gas", 240),
    ("白鹭湾煤矿", "柳塘县", GROUPS[1], "producing", "water", 90),
    ("老槐树煤矿", "柳塘县", GROUPS[1], "stopped", "low_gas", 30),
    ("望云一号煤矿", "望云县", GROUPS[0], "producing", "outburst", 300),
    ("望云二号煤矿", "望云县", GROUPS[0], "building", "outburst", 240),
    ("灰鹤煤矿", "望云县", GROUPS[1], "producing", "high_gas", 60),
    ("雁回南煤矿", "雁回县", GROUPS[1], "producing", "low_gas", 90),
    ("雁回北煤矿", "雁回县", GROUPS[1], "suspended", "low_gas", 30),
    ("松果坪煤矿", "雁回县", GROUPS[0], "closing", "rock_burst", 150),
)

# Five cameras a mine: place class of the 2024-12 video rule, place, camera.
PLACES: tuple[tuple[str, str, str], ...] = (
    ("40", "调度室", "调度台"),
    ("10", "3102 掘进工作面", "掘进迎头"),
    ("14", "主运大巷", "主运带式机头"),
    ("43", "副井口", "副井口"),
    ("53", "煤场出入口", "煤场大门"),
)


def camera_code(mine_code: str, place_class: str, serial: int) -> str:
    """The 24 digits of a camera: region, 00, industry 41, device type 132, network 6, mine, place class, serial.

    Source: the 2024-12 industrial video rule, which puts four digits behind a GB/T 28181 id.
    """
    return f"{mine_code[:6]}0041132" + "6" + mine_code[6:] + place_class + f"{serial:02d}"


def mines(scripts: dict[str, tuple[str, ...]]) -> tuple[PlannedMine, ...]:
    """The twelve mines with sixty cameras.

    ``scripts`` says which rendered clips suit a place class; cameras of one place class take them in turn, each
    begun at another second.

    Raises:
        KeyError: a place class of ``PLACES`` has no clip.
    """
    planned = []
    for number, (name, county, group, state, disaster, capacity) in enumerate(MINES):
        region = next(codes[county] for codes in CITIES.values() if county in codes)
        code = f"{region}{number + 1:06d}"
        cameras = []
        for position, (place_class, place, camera) in enumerate(PLACES):
            choices = scripts[place_class]
            cameras.append(
                PlannedCamera(
                    code=camera_code(code, place_class, 1),
                    name=f"{name}{camera}",
                    place_class=place_class,
                    place=place,
                    script=choices[number % len(choices)],
                    # Small: a camera that is first seen with a fault would take the fault for its normal view.
                    offset_s=(number * 5 + position * 3) % 8,
                )
            )
        planned.append(PlannedMine(code, name, county, group, state, disaster, capacity, tuple(cameras)))
    return tuple(planned)


USERS: tuple[PlannedUser, ...] = (
    PlannedUser("admin", "管理员", "系统管理员", "administrator", PROVINCE),
    PlannedUser("watch", "苏望", "视频巡查员", "video_watch", PROVINCE),
    PlannedUser("inspector", "严青", "监察员", "inspector", PROVINCE),
    PlannedUser("inspector2", "陆远", "监察员", "inspector", PROVINCE),
    PlannedUser("head", "顾明", "局长", "office_head", PROVINCE),
    PlannedUser("head2", "白川", "副局长", "office_head", PROVINCE),
    PlannedUser("inspectorate", "江衡", "监察机构", "inspectorate", PROVINCE),
    PlannedUser("government", "程岳", "分管领导", "government", PROVINCE),
    PlannedUser("operations", "秦川", "运维", "operations", PROVINCE),
    *(
        PlannedUser(f"mine{number:02d}", surname + "安", "安全科科长", "mine", name)
        for number, (surname, (name, *_)) in enumerate(zip("何宋叶方石傅沈韩唐冯于董", MINES, strict=True), start=1)
    ),
    *(
        PlannedUser(f"minehead{number:02d}", surname + "正", "矿长", "mine_head", name)
        for number, (surname, (name, *_)) in enumerate(zip("钱孙李周吴郑王冯陈褚卫蒋", MINES, strict=True), start=1)
    ),
)
