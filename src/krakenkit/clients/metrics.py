"""Counts and latencies of one connection, for those who watch. Nothing is measured unless a client is asked to."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field

from krakenkit._core.clock import nanoseconds


@dataclass(slots=True)
class Spread:
    """A running picture of some durations, in seconds."""

    count: int = 0
    total: float = 0.0
    least: float = float("inf")
    most: float = 0.0
    last: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration in."""
        self.count += 1
        self.total += seconds
        self.least = min(self.least, seconds)
        self.most = max(self.most, seconds)
        self.last = seconds

    @property
    def mean(self) -> float:
        """The average; zero before the first."""
        return self.total / self.count if self.count else 0.0


@dataclass(slots=True)
class ConnectionMetrics:
    """What one connection has done so far."""

    messages: int = 0
    bytes: int = 0
    reconnects: int = 0
    renewals: int = 0
    """Subscriptions that were taken up anew while the line lived: a failed check, a hole, a quiet one."""
    ack: Spread = field(default_factory=Spread)
    """From asking for a subscription to its confirmation."""
    latency: Spread = field(default_factory=Spread)
    """From the exchange's timestamp on a row to its delivery; it holds the difference of the two clocks."""

    def frame(self, size: int) -> None:
        """Count one frame."""
        self.messages += 1
        self.bytes += size

    def delivered(self, timestamp: object) -> None:
        """Count the latency of a row that carries the exchange's timestamp."""
        if isinstance(timestamp, str) and timestamp:
            with suppress(ValueError):  # the exchange may write moments in a new way; counting must not cost a row
                self.latency.add((time.time_ns() - nanoseconds(timestamp)) / 1e9)
