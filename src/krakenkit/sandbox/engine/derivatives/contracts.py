"""Contracts of the derivatives market: their scales, their margin, and what a size of them is worth.

Money is counted in whole units of ``10**-12`` of the collateral currency, fine enough that the value and the fee of a
trade in a linear contract are exact. The value of inverse contracts, a quotient, is rounded to the nearest unit, the
same for both sides of a trade.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from ..catalogue import USD
from ..instruments import Asset, Pair
from ..scale import from_units, nearest, power_of_ten

MONEY_PLACES = 12
PARTS = 10**6
_LEAST_WORTH = 1_000
FLEX = "flex"
"""The multi-collateral wallet: its contracts are settled in dollars, and other currencies back them too."""
CASH = "cash"
"""The wallet that backs nothing."""
Purse: TypeAlias = tuple[str, str]
"""One currency in one wallet: the wallet's name and the currency's, such as ``("flex", "USD")``."""


@dataclass(frozen=True, slots=True)
class MarginLevel:
    """The margin that a position needs from a size on, in parts per million of its value."""

    size: int
    """In lots of inverse contracts, in dollars of linear ones."""
    initial: int
    maintenance: int


# Contracts are singletons and compare by identity: they are keys in every hot path.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Contract:
    """One contract, perpetual or dated. Linear ones count sizes in the base asset, inverse ones in dollars."""

    scale: Pair
    """How fine prices and sizes are; a lot is one unit of the last decimal of a size."""
    wallet: str
    """The wallet whose money backs it."""
    currency: Asset
    """What is won and lost with it."""
    index: str
    """The Spot pair whose price it follows."""
    largest: int
    """The largest position, in lots."""
    levels: tuple[MarginLevel, ...]
    """From the smallest size on; the first begins at zero."""
    inverse: bool = False
    step: int = 1
    """Sizes are whole multiples of this many lots; more than one where the precision of sizes is negative."""
    expiry: int | None = None
    """When a dated contract is settled; nanoseconds since 1970."""
    symbol: str = field(init=False)
    purse: Purse = field(init=False)
    """Where its profits and fees go."""
    _factor: int = field(init=False)
    _steps: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        places = MONEY_PLACES + self.scale.pair_decimals if self.inverse else MONEY_PLACES - self._exact_places()
        object.__setattr__(self, "_factor", power_of_ten(places))
        object.__setattr__(self, "symbol", self.scale.name)
        object.__setattr__(self, "purse", (self.wallet, self.currency.altname))
        unit = 1 if self.inverse else power_of_ten(MONEY_PLACES)
        object.__setattr__(self, "_steps", tuple(level.size * unit for level in self.levels))

    def _exact_places(self) -> int:
        return self.scale.pair_decimals + self.scale.lot_decimals

    def __repr__(self) -> str:
        return f"Contract({self.symbol})"

    @property
    def direction(self) -> int:
        """What a holder gains when the value of his contracts rises by one: minus one for inverse contracts."""
        return -1 if self.inverse else 1

    @property
    def tag(self) -> str:
        """How long it lives, in the exchange's words."""
        return "perpetual" if self.expiry is None else "quarter"

    @property
    def initial_margin(self) -> int:
        """What the smallest positions need to be opened, in parts per million of their value."""
        return self.levels[0].initial

    @property
    def maintenance_margin(self) -> int:
        """What the smallest positions need to stay open, in parts per million of their value."""
        return self.levels[0].maintenance

    @property
    def precision(self) -> int:
        """Decimals of a size; negative where sizes are multiples of a power of ten."""
        return self.scale.lot_decimals - (len(str(self.step)) - 1)

    def level(self, lots: int, value: int) -> MarginLevel:
        """The level of a position, by its unsigned lots and its value; it holds for the whole of the position."""
        return self.levels[bisect_right(self._steps, lots if self.inverse else value) - 1]

    def whole(self, lots: int) -> int:
        """The lots cut off to a size that can be traded."""
        return lots - lots % self.step

    def value(self, price: int, lots: int) -> int:
        """What these lots are worth at this price, in money units."""
        return nearest(lots * self._factor, price) if self.inverse else price * lots * self._factor

    def prices_in(self, price: int) -> bool:
        """Whether the smallest size is worth enough at this price to be reckoned with, a thousand money units.

        Only inverse contracts are worth less the higher the price; without a bound some would be worth nothing.
        """
        return not self.inverse or price * _LEAST_WORTH <= self.step * self._factor

    def average(self, value: int, lots: int) -> Decimal:
        """The price at which these lots have this value, a billion times finer than its prices; zero for no lots."""
        if not lots:
            return Decimal(0)
        over, under = (lots * self._factor, value) if self.inverse else (value, lots * self._factor)
        return from_units(nearest(over * power_of_ten(9), under), self.scale.pair_decimals + 9)

    def price(self, units: int) -> Decimal:
        """Price units as a Decimal."""
        return self.scale.price(units)

    def qty(self, lots: int) -> Decimal:
        """Lots as a Decimal."""
        return self.scale.qty(lots)


def money(units: int) -> Decimal:
    """Money units as a Decimal."""
    return from_units(units, MONEY_PLACES)


def price_units(contract: Contract, price: Decimal) -> int:
    """A price in the units of a contract, cut off; at least one."""
    numerator, denominator = price.as_integer_ratio()
    return max(numerator * power_of_ten(contract.scale.pair_decimals) // denominator, 1)


class Contracts:
    """All contracts of an exchange, found by symbol, whatever the case."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self.all: tuple[Contract, ...] = tuple(contracts)
        """Those that are traded."""
        self.expired: tuple[Contract, ...] = ()
        """Those that were settled, oldest first."""
        self.wallets: dict[str, Asset] = {FLEX: USD} | {one.wallet: one.currency for one in self.all}
        """The margin wallets, each with the currency that its contracts are settled in."""
        self._by_symbol = {one.symbol: one for one in self.all}

    def find(self, symbol: str) -> Contract | None:
        """The contract of this symbol, traded or expired."""
        return self._by_symbol.get(symbol.upper())

    def replace(self, old: Contract, new: Contract) -> None:
        """Let a contract expire and list the one that comes after it."""
        self.all = tuple(new if one is old else one for one in self.all)
        self.expired = (*self.expired, old)
        self._by_symbol[new.symbol] = new
