"""Budgets as arithmetic on ``now``: how long until something may happen again."""

from __future__ import annotations

from collections import deque
from threading import Lock

_HAIR = 1e-9
"""A timer that fires at the very moment must not find itself a rounding error too early."""


class AttemptBudget:
    """At most ``limit`` attempts within any ``window`` seconds, counted over everyone who shares the object."""

    def __init__(self, limit: int = 120, window: float = 600.0) -> None:
        self.limit = limit
        self.window = window
        self._attempts: deque[float] = deque()
        self._lock = Lock()

    def claim(self, now: float) -> float:
        """Zero when an attempt may be made now, which is then counted; else the seconds to wait before asking again."""
        with self._lock:
            while self._attempts and self._attempts[0] + self.window <= now + _HAIR:
                self._attempts.popleft()
            if len(self._attempts) < self.limit:
                self._attempts.append(now)
                return 0.0
            return self._attempts[0] + self.window - now


class Pace:
    """At most ``rate`` a second on average, ``burst`` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self._free_at = float("-inf")

    def claim(self, now: float) -> float:
        """Zero when one may go now, which is then counted; else the seconds to wait before asking again."""
        span = 1.0 / self.rate
        earliest = self._free_at - (self.burst - 1) * span
        if earliest > now + _HAIR:
            return earliest - now
        self._free_at = max(self._free_at, now) + span
        return 0.0

    def hold(self, until: float) -> None:
        """Let nothing go before ``until``."""
        self._free_at = max(self._free_at, until + (self.burst - 1) / self.rate)
