"""The scenes that come with the package, one file each, and the catalogue of all that are installed."""

from .catalogue import parse_scene, scene_kind, scene_kinds
from .settings import settings_from

__all__ = ["parse_scene", "scene_kind", "scene_kinds", "settings_from"]
