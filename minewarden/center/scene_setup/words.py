"""What the page says of scenes and their settings: names, one sentence of what a scene tells and cannot, what it costs,
and why it is proposed for a place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minewarden.center.ui.words import Words
from minewarden.center.video import catalogue
from minewarden.standards.place_scenes import PlaceScene
from minewarden.standards.scenes import SceneEntry, SceneSetting

from .values import as_text

COMMON: Final = "_common"

NEEDS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "patrol": (gettext_lazy("On patrol"), gettext_lazy("One picture every two seconds or so: costs little.")),
    "watch": (gettext_lazy("Close watch"), gettext_lazy("Several pictures a second, all the time: costs most.")),
    "bursts": (
        gettext_lazy("In bursts"),
        gettext_lazy("A second or two of moving pictures now and then: costs little more."),
    ),
}
UNITS: Final[dict[str, str | Promise]] = {
    "s": gettext_lazy("seconds"),
    "h": gettext_lazy("hours"),
    "persons": gettext_lazy("persons"),
    "pixels": gettext_lazy("pixels"),
    "heights of the person": gettext_lazy("heights of the person"),
    "heights of the vehicle": gettext_lazy("heights of the vehicle"),
}


@dataclass(frozen=True)
class SettingWords:
    """A setting for people. ``help`` also says unit, default and limits; ``more``: folded away."""

    label: str
    help: str
    more: bool


@cache
def _setting_table() -> dict[str, dict[str, Any]]:
    folder = files("minewarden.center.video")
    return tomllib.loads(folder.joinpath("scene_settings.toml").read_text("utf-8"))


@cache
def _explained() -> dict[str, dict[str, Words]]:
    table = tomllib.loads(files(__package__).joinpath("explained.toml").read_text("utf-8"))
    return {
        scene: {name: Words.of(words) for name, words in entry.items() if name != "shown"}
        for scene, entry in table.items()
    }


@cache
def _shown() -> dict[str, frozenset[str]]:
    """Scene → the settings that are not folded away, where somebody has chosen them."""
    table = tomllib.loads(files(__package__).joinpath("explained.toml").read_text("utf-8"))
    return {scene: frozenset(entry["shown"]) for scene, entry in table.items() if "shown" in entry}


def setting_words(scene: str, setting: SceneSetting) -> SettingWords:
    """What a setting is called and means, in the reader's language; one nobody has described goes by its own name."""
    table = _setting_table()
    own, common = table.get(scene, {}).get(setting.name), table.get(COMMON, {}).get(setting.name)
    entry = own or common or {}
    label = str(Words.of(entry["names"])) if "names" in entry else setting.name
    told = str(Words.of(entry["help"])) if "help" in entry else setting.help
    chosen = _shown().get(scene)
    more = setting.name not in chosen if chosen is not None else own is None
    return SettingWords(label, " · ".join(part for part in (told, _limits(setting)) if part), more)


@cache
def setting_names(name: str) -> frozenset[str]:
    """All names that settings of this key have in either language, in small letters."""
    entries = [entry[name] for entry in _setting_table().values() if name in entry]
    return frozenset(word.casefold() for entry in entries for word in entry.get("names", {}).values())


def unit(setting: SceneSetting) -> str:
    """The unit of a setting in the reader's language."""
    return str(UNITS.get(setting.unit, setting.unit))


def _limits(setting: SceneSetting) -> str:
    """Unit, default and limits of a value."""
    if setting.kind in ("yes_no", "text", "zone", "zones"):
        return ""
    shown = as_text(setting, setting.default)
    if setting.kind not in ("number", "whole"):
        return _("Usual: %(default)s.") % {"default": shown} if shown else ""
    words = {"default": f"{shown} {unit(setting)}".strip()}
    if setting.low is None or setting.high is None:
        return _("Usual: %(default)s.") % words
    limits = {"low": f"{setting.low:g}", "high": f"{setting.high:g}"}
    return _("Usual: %(default)s; from %(low)s to %(high)s.") % {**words, **limits}


def scene_label(entry: SceneEntry) -> str:
    """What a scene is called in the reader's language."""
    known = catalogue.scenes().get(entry.id)
    if known is not None:
        return str(known.names)
    return entry.name_zh if _chinese() else entry.name_en


@dataclass(frozen=True)
class SceneWords:
    """A scene for somebody who chooses: ``side`` is the word at the arrow of its line."""

    label: str
    tells: str
    cannot: str
    side: str
    need: str
    cost: str
    reason: str = ""
    source: str = ""
    proposed: bool = False
    unsure: bool = False


def scene_words(entry: SceneEntry, proposal: PlaceScene | None) -> SceneWords:
    """All that the page says of one scene at a place."""
    told = _explained().get(entry.id, {})
    need, cost = NEEDS.get(entry.need, (entry.need, ""))
    return SceneWords(
        label=scene_label(entry),
        tells=str(told.get("tells", "")),
        cannot=str(told.get("cannot", "")),
        side=str(told.get("side", "")),
        need=str(need),
        cost=str(cost),
        reason=proposal.reason(get_language() or "zh") if proposal else "",
        source=proposal.source if proposal else "",
        proposed=proposal is not None,
        unsure=proposal.unsure if proposal else False,
    )


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
