"""The REST counter of a key: it rises with each call and falls with time. Off unless a sandbox asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from krakenkit.sandbox.inbound import Denied

RATE_LIMIT = "EAPI:Rate limit exceeded"
_NANO = 10**9


@dataclass(slots=True)
class RestCounter:
    """Kraken's counter of the intermediate tier: at most 20, falling by one half each second."""

    most: float = 20.0
    decay: float = 0.5
    level: float = 0.0
    at: int = 0

    def charge(self, cost: int, now: int) -> None:
        """Count one call; ``now`` is nanoseconds since 1970.

        Raises:
            Denied: when the counter would rise above its maximum; the call is not counted then.
        """
        self.level = max(0.0, self.level - (now - self.at) / _NANO * self.decay) if self.at else 0.0
        self.at = now
        if self.level + cost > self.most:
            raise Denied(RATE_LIMIT)
        self.level += cost
