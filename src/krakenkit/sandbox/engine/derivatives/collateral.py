"""What the currencies of the multi-collateral wallet are worth as margin, and what changing one into dollars costs.

The exchange publishes neither list in its interface; the numbers here are sensible ones of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from ..catalogue import ADA, BTC, DOGE, ETH, EUR, LTC, SOL, USD, USDC, USDT, XRP
from ..instruments import Asset
from ..scale import nearest
from .contracts import FLEX, PARTS

Rates: TypeAlias = dict[str, int]
"""What a unit of each currency is worth, in billionths of a dollar; one that is missing counts as nothing."""
ONE: Final = 10**9
DOLLAR: Final = USD.altname
DOLLARS: Final = (FLEX, DOLLAR)
"""Where linear contracts are settled."""


@dataclass(frozen=True, slots=True)
class Collateral:
    """One currency that the multi-collateral wallet takes."""

    asset: Asset
    haircut: int
    """Part of its worth that does not count as margin, in parts per million."""
    spread: int
    """Part of its worth that is lost when losses have to be paid with it, in parts per million."""


COLLATERAL: Final = {
    one.asset.altname: one
    for one in (
        Collateral(USD, 0, 0),
        Collateral(USDC, 5_000, 1_000),
        Collateral(USDT, 10_000, 1_000),
        Collateral(EUR, 20_000, 1_000),
        Collateral(BTC, 40_000, 2_500),
        Collateral(ETH, 50_000, 2_500),
        Collateral(SOL, 100_000, 5_000),
        Collateral(XRP, 100_000, 5_000),
        Collateral(LTC, 150_000, 5_000),
        Collateral(ADA, 150_000, 5_000),
        Collateral(DOGE, 200_000, 5_000),
    )
}
"""By the currency's name. Debts are paid in this order."""
_BY_NAME: Final = {name: one.asset for one in COLLATERAL.values() for name in (one.asset.altname, one.asset.display)}


def collateral_asset(name: str) -> Asset | None:
    """The currency of this name that the multi-collateral wallet takes, whatever the case."""
    return _BY_NAME.get(name.upper())


def shown_unit(unit: str) -> str:
    """The name that answers give a currency: ``BTC`` for ``XBT``."""
    terms = COLLATERAL.get(unit.upper())
    return unit.upper() if terms is None else terms.asset.display


def worth(unit: str, amount: int, rates: Rates) -> int:
    """What an amount of a currency is worth in dollars, in money units."""
    return amount if unit == DOLLAR else nearest(amount * rates.get(unit, 0), ONE)


def as_margin(unit: str, amount: int, rates: Rates) -> int:
    """What counts of it as margin; debts count in full."""
    value = worth(unit, amount, rates)
    return value - max(value, 0) * COLLATERAL[unit].haircut // PARTS
