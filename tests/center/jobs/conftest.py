"""Kinds of jobs that only the tests know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from minewarden.center.jobs import registry
from minewarden.center.jobs.registry import Handler


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """``declare(handler, attempts=3)`` → the kind's name; forgotten after the test. No other periodic work runs."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_rhythms", {})

    def add(handler: Handler, attempts: int = 3, name: str = "tests.work", **other: Any) -> str:
        registry._kinds.pop(name, None)
        registry.job(name, attempts=attempts, **other)(handler)
        return name

    return add
