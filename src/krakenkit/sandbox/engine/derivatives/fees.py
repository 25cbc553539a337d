"""What trades cost: rates that fall with the dollars traded in thirty days."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

_DAY: Final = 86_400 * 10**9
_SPAN: Final = 30
LIQUIDATION_FEE: Final = 2_000
"""What a liquidation costs beside the taker's fee, in parts per million; it goes to the insurance of the exchange."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Fees from a volume on, in parts per million: 200 is 0.02 %."""

    dollars: int
    maker: int
    taker: int


TIERS: Final = (
    Tier(0, 200, 500),
    Tier(100_000, 150, 400),
    Tier(1_000_000, 125, 300),
    Tier(5_000_000, 100, 250),
    Tier(10_000_000, 75, 200),
    Tier(20_000_000, 50, 150),
    Tier(50_000_000, 25, 125),
    Tier(100_000_000, 0, 100),
)
"""As the exchange's public fee page had them; each trade pays by what was traded before it."""
_STEPS: Final = tuple(tier.dollars for tier in TIERS)


@dataclass(slots=True)
class Volume:
    """The dollars that an account traded, day by day, and the tier it is in."""

    days: dict[int, int] = field(default_factory=dict[int, int])
    total: int = 0
    tier: Tier = TIERS[0]

    def add(self, dollars: int, at: int) -> None:
        """Count a trade."""
        today = at // _DAY
        if today not in self.days:
            self.forget(at)
        self.days[today] = self.days.get(today, 0) + dollars
        self._change(dollars)

    def forget(self, at: int) -> None:
        """Leave out the days that are more than thirty ago."""
        for day in [day for day in self.days if day <= at // _DAY - _SPAN]:
            self._change(-self.days.pop(day))

    def _change(self, dollars: int) -> None:
        self.total += dollars
        self.tier = TIERS[bisect_right(_STEPS, self.total) - 1]
