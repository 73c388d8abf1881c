"""The office's words for scenes and for reasons to reject, out of TOML, in the language of who reads."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from minewarden.center.ui.words import Words

OTHER = "_other"


@dataclass(frozen=True)
class Scene:
    """``level`` is 1 (red) to 4 (blue)."""

    id: str
    names: Words
    level: int
    due: Words
    labels: dict[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class RejectReason:
    """``key`` is the number key of the review page; with ``words`` the reviewer must write why. ``boxes``: what it says
    of the machine's boxes, ``right``, ``wrong`` or nothing."""

    code: str
    names: Words
    key: int
    words: bool = False
    boxes: str = ""


@cache
def _read(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def scenes() -> dict[str, Scene]:
    """All scenes that have words, by id; ``_other`` is not among them.

    Raises:
        ValueError: a level that is none of the four: the queue could not be ordered.
    """
    found = {}
    for name, entry in _read("scenes.toml").items():
        if name == OTHER:
            continue
        found[name] = _scene(name, entry)
    return found


def _scene(name: str, entry: dict[str, object]) -> Scene:
    level, names, due, labels = entry["level"], entry.get("names", {}), entry["due"], entry.get("labels", {})
    if level not in (1, 2, 3, 4):
        raise ValueError(f"scenes.toml: {name}: level {level!r} is none of 1, 2, 3, 4")
    assert isinstance(names, dict)
    assert isinstance(due, dict)
    assert isinstance(labels, dict)
    return Scene(
        id=name,
        names=Words(**names) if names else Words(name, name),
        level=int(str(level)),
        due=Words(**due),
        labels={label: Words(**words) for label, words in labels.items()},
    )


def scene(name: str) -> Scene:
    """The words of a scene; one that nobody has described yet goes by its id."""
    return scenes().get(name) or _scene(name, _read("scenes.toml")[OTHER])


def label_words(scene_name: str, label: str) -> str:
    """What exactly a scene saw, for people; a label that is not in the table (a zone's name) is said as it is."""
    return str(scene(scene_name).labels.get(label, label))


@cache
def reject_reasons() -> dict[str, RejectReason]:
    """The reasons by code, in the order of their number keys.

    Raises:
        ValueError: a word about the boxes that is none.
    """
    reasons = {}
    for key, (code, entry) in enumerate(_read("reject_reasons.toml").items(), start=1):
        names = entry["names"]
        assert isinstance(names, dict)
        boxes = str(entry.get("boxes", ""))
        if boxes not in ("", "right", "wrong"):
            raise ValueError(f"reject_reasons.toml: {code}: boxes are right or wrong, not {boxes!r}")
        reasons[code] = RejectReason(code, Words(**names), key, bool(entry.get("words", False)), boxes)
    return reasons
