"""Which scenes a camera can be watched for, and whether settings can be obeyed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from minewarden.center.registry.models import Camera, Edge
from minewarden.standards.scene_values import WrongValue
from minewarden.standards.scenes import SceneEntry, scenes, scenes_of

from .errors import Problem
from .models import EdgeScenes
from .values import said
from .words import setting_words

MOST_TEXT: Final = 16_000
"""Settings as JSON have at most so many characters: each event repeats them, and events of 64 KiB are refused."""

Scenes = Sequence[Mapping[str, Any]]
"""``[{"scene": id, "settings": {name: value}}, …]``, as ``Camera.scenes`` holds it."""


def scenes_for(camera: Camera | None = None) -> Mapping[str, SceneEntry]:
    """The scenes that the camera's edge has told of, by id; those of this package where it has told of none."""
    return scenes_of_edge(camera.edge if camera is not None else None)


def scenes_of_edge(edge: Edge | None) -> Mapping[str, SceneEntry]:
    """As :func:`scenes_for`, of an edge; None: no edge is known yet."""
    told = EdgeScenes.objects.filter(edge=edge).first() if edge is not None else None
    return scenes() if told is None else scenes_of(told.scenes)


def check_scenes(wanted: Scenes, known: Mapping[str, SceneEntry] | None = None) -> list[Problem]:
    """What of these settings could not be obeyed, in the reader's language; nothing when all is well.

    ``known`` is what :func:`scenes_for` gives; the scenes of this package where it is left out.
    """
    entries = scenes() if known is None else known
    problems: list[Problem] = []
    seen: set[str] = set()
    for each in wanted:
        name = each.get("scene")
        if not isinstance(name, str) or name not in entries:
            words = _("There is no such scene at this camera's edge; there are: %(scenes)s.")
            problems.append(Problem(str(name), "", "unknown_scene", words % {"scenes": ", ".join(entries)}))
        elif name in seen:
            problems.append(Problem(name, "", "twice", _("This scene stands there twice: take one away.")))
        else:
            seen.add(name)
            problems += _check_settings(entries[name], each.get("settings", {}))
    return problems


def _check_settings(entry: SceneEntry, settings: Any) -> list[Problem]:
    if not isinstance(settings, Mapping):
        return [Problem(entry.id, "", "not_settings", _("The settings are names with values."))]
    if len(json.dumps(settings, default=str)) > MOST_TEXT:
        return [Problem(entry.id, "", "too_much", _("Too many corners or names: draw with fewer corners."))]
    problems = []
    for name, value in settings.items():
        setting = entry.setting(name)
        if setting is None:
            known = ", ".join(each.name for each in entry.settings)
            words = _("There is no such setting; there are: %(settings)s.") % {"settings": known}
            problems.append(Problem(entry.id, name, "unknown_setting", words))
            continue
        try:
            setting.read(value)
        except WrongValue as fault:
            words = f"{setting_words(entry.id, setting).label}: {said(fault, setting)}"
            problems.append(Problem(entry.id, name, fault.fault, words))
    return problems
