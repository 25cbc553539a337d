"""A counter that rises with what is spent and falls with time: the shape of nearly all of Kraken's limits."""

from __future__ import annotations

from dataclasses import dataclass

_NANO = 10**9


@dataclass(slots=True)
class Bucket:
    """Holds at most ``most`` points, and loses ``decay`` of them a second. Moments are nanoseconds since 1970."""

    most: float
    decay: float
    level: float = 0.0
    at: int = 0

    def level_at(self, now: int) -> float:
        """What is in it now."""
        passed = max(now - self.at, 0) / _NANO
        return max(self.level - passed * self.decay, 0.0)

    def spend(self, cost: float, now: int) -> bool:
        """Count a cost that fits; False when it does not, and then nothing is counted."""
        level = self.level_at(now)
        if level + cost > self.most:
            return False
        self.level, self.at = level + cost, max(now, self.at)
        return True

    def add(self, cost: float, now: int) -> None:
        """Count a cost whether it fits or not."""
        self.level, self.at = self.level_at(now) + cost, max(now, self.at)
