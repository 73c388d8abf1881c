"""Settings of the page on the telephone, from ``field.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.urls import reverse

MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True)
class FieldConfig:
    """See the comments of ``field.toml``."""

    photos: int
    reference_fresh_minutes: int
    reference_old_days: int
    clock_off_minutes: int
    retry_first_seconds: float
    retry_most_seconds: float
    clause_back_days: int
    keep_arrived_days: int


@cache
def field_config() -> FieldConfig:
    """The settings of the package.

    Raises:
        TypeError: a name is missing or unknown.
    """
    return FieldConfig(**tomllib.loads(files(__package__).joinpath("field.toml").read_text("utf-8")))


def page_settings() -> dict[str, Any]:
    """What the page's scripts read; the same for everybody. Times in milliseconds, sizes in bytes."""
    config = field_config()
    return {
        "api": api_root(),
        "page": reverse("hazards:field"),
        "worker": reverse("hazards:field_worker"),
        "photos": config.photos,
        "photo_bytes": int(settings.PROOF_MAX_BYTES),
        "media_types": list(MEDIA_TYPES),
        "reference_fresh_ms": config.reference_fresh_minutes * 60_000,
        "reference_old_ms": config.reference_old_days * 86_400_000,
        "clock_off_ms": config.clock_off_minutes * 60_000,
        "keep_arrived_ms": config.keep_arrived_days * 86_400_000,
        "retry_first_ms": int(config.retry_first_seconds * 1000),
        "retry_most_ms": int(config.retry_most_seconds * 1000),
    }


def api_root() -> str:
    """The address below which the page finds its calls, with a slash at the end."""
    return reverse("api:field_session").removesuffix("session")
