"""Sets up an office for the kill test: one mine, four cameras that go black at a known rate, one edge.

Run as a script with MINEWARDEN_HOME set, and a prepared database in it: ``kill_office.py CLIP TOKEN_FILE``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django

CAMERAS = 4
SETTINGS = {"black_after": 0.2, "hold": 0.2, "cool_down": 0.0, "looks": 1}


def seed(clip: Path, token_file: Path) -> None:
    from minewarden.center.registry import services
    from minewarden.center.registry.models import NodeKind
    from minewarden.standards import camera_code

    province = services.create_node(None, name="杀进程测试省", kind=NodeKind.PROVINCE)
    mine = services.create_mine(None, parent=province, code="990101000001", name="测试煤矿", kind="1")
    place = services.create_place(None, mine=mine, place_class="40", name="调度室")
    edge, token = services.create_edge(None, name="edge", mines=[mine])
    for serial in range(1, CAMERAS + 1):
        services.create_camera(
            None,
            place=place,
            code=camera_code(mine.code, "40", serial),
            name=f"camera {serial}",
            source=f"file:{clip}?loop=1&realtime=1&offset={serial}",
            edge=edge,
            scenes=[{"scene": "camera_health", "settings": SETTINGS}],
        )
    token_file.write_text(token)


if __name__ == "__main__":
    django.setup()
    seed(Path(sys.argv[1]), Path(sys.argv[2]))
