"""What the tests of vision share: somebody else's detector, with a card written for it here."""

from __future__ import annotations

from pathlib import Path

import pytest

COCO_CLASSES = (
    "person bicycle car motorcycle airplane bus train truck boat,traffic light,fire hydrant,stop sign,parking meter,"
    "bench bird cat dog horse sheep cow elephant bear zebra giraffe backpack umbrella handbag tie suitcase frisbee "
    "skis snowboard,sports ball,kite,baseball bat,baseball glove,skateboard surfboard,tennis racket,bottle,wine glass,"
    "cup fork knife spoon bowl banana apple sandwich orange broccoli carrot,hot dog,pizza donut cake chair couch,"
    "potted plant,bed,dining table,toilet tv laptop mouse remote keyboard,cell phone,microwave oven toaster sink "
    "refrigerator book clock vase scissors,teddy bear,hair drier,toothbrush"
)
TWO_WORDS = {
    *("traffic light", "fire hydrant", "stop sign", "parking meter", "sports ball", "baseball bat", "baseball glove"),
    *("tennis racket", "wine glass", "hot dog", "potted plant", "dining table", "cell phone", "teddy bear"),
    "hair drier",
}


def coco_classes() -> list[str]:
    """The 80 names in COCO's order."""
    names: list[str] = []
    for part in COCO_CLASSES.split(","):
        names.extend([part] if part in TWO_WORDS else part.split())
    return names


@pytest.fixture(scope="session")
def yolox_nano_card(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A card for YOLOX-nano of COCO, whose weights stay where the data is."""
    weights = data_dir / "weights" / "yolox_nano.onnx"
    if not weights.is_file():
        pytest.skip(f"no detector at {weights}")
    card = tmp_path_factory.mktemp("coco") / "yolox_nano.toml"
    names = ", ".join(f'"{name}"' for name in coco_classes())
    card.write_text(
        f"""
name = "yolox_nano"
version = "0.1.1rc0"
file = "{weights.as_posix()}"
licence = "Apache-2.0"
classes = [{names}]

[input]
name = "images"
size = [416, 416]
layout = "NCHW"
colour = "BGR"
scale = 1.0
letterbox = "top-left"
pad = 114

[output]
decoder = "yolox"
name = "output"
strides = [8, 16, 32]

[thresholds]
confidence = 0.3
nms_iou = 0.65

[origin]
source = "Megvii YOLOX"
""",
        "utf-8",
    )
    return card
