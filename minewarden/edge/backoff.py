"""How long to wait before trying the center again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class BackOff:
    """Exponential waiting with full jitter, in seconds, so that many edges do not come back in step."""

    first: float = 0.5
    longest: float = 60.0
    chance: random.Random = field(default_factory=random.Random)
    _failures: int = 0

    def failed(self) -> float:
        """Count a failure and answer how long to wait."""
        ceiling = min(self.longest, self.first * 2**self._failures)
        self._failures = min(self._failures + 1, 30)
        return self.chance.uniform(ceiling / 2, ceiling)

    def succeeded(self) -> None:
        """Start again from the first wait."""
        self._failures = 0
