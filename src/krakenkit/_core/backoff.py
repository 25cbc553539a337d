"""How long to wait before trying again. The roll of the dice comes in as an argument, so a test is arithmetic."""

from __future__ import annotations

from dataclasses import dataclass


def delay_after(attempt: int, *, base: float, ceiling: float, roll: float) -> float:
    """Seconds before try ``attempt + 1``: doubling from ``base`` to ``ceiling``, times a roll from 0 to 1 (full jitter)."""
    return min(base * 2.0 ** min(attempt, 63), ceiling) * roll


@dataclass(frozen=True, slots=True)
class ReconnectPolicy:
    """When to dial again after a drop; times in seconds.

    The first drop of a steady line is answered at once (``first``), later ones with doubling, jittered delays. After
    ``steady`` seconds without a drop the count starts anew. ``busy`` is the least wait after an answer such as 503.
    """

    first: float = 0.05
    base: float = 0.5
    ceiling: float = 30.0
    busy: float = 5.0
    steady: float = 30.0

    def delay(self, drops: int, *, roll: float, busy: bool = False) -> float:
        """Seconds to wait after the ``drops``-th drop in a row (the first is 1)."""
        if busy:
            return max(self.busy, delay_after(drops, base=self.base, ceiling=self.ceiling, roll=roll))
        if drops <= 1:
            return self.first * roll
        # Never less than a tenth of the span: full jitter may roll zero, and hammering helps nobody.
        return delay_after(drops - 2, base=self.base, ceiling=self.ceiling, roll=max(roll, 0.1))
