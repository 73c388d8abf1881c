"""Masks: parts of the picture in which a scene is to see nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minewarden.standards.scene_values import WrongValue, Zone, read_zones
from minewarden.standards.scenes import MASK
from minewarden.vision.detections import Detected, NothingFound
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import Observation
from minewarden.vision.scenes.geometry import feet_in

MASKS_ALLOWED = "a list of zones, each of corners x/y;x/y;x/y in fractions of the picture (0 to 1)"


def split_masks(scene: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Zone, ...]]:
    """The scene's own values, and the masks that stand among them under the reserved name ``mask``.

    Raises:
        SceneSettingsError: what stands there is no list of zones.
    """
    own = dict(values)
    given = own.pop(MASK, ())
    try:
        return own, read_zones(given)
    except WrongValue as error:
        raise SceneSettingsError(f"{scene}: {MASK}={given!r}: {error}; allowed: {MASKS_ALLOWED}") from error


def masked(seen: Observation, masks: Sequence[Zone]) -> Observation:
    """The same look without the detections whose feet lie in a mask (or on its edge); ``masks`` named in it.

    Nothing left is nothing found: somebody looked.
    """
    if not masks:
        return seen
    outcome = seen.outcome
    if isinstance(outcome, Detected):
        found = outcome.detections
        hidden = np.zeros(len(found), np.bool_)
        for mask in masks:
            hidden |= feet_in(mask, found, seen.width, seen.height)
        kept = found.where(~hidden)
        outcome = Detected(kept) if len(kept) else NothingFound()
    return replace(seen, outcome=outcome, masks=tuple(masks))
