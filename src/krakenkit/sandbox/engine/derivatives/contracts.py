"""Contracts of the derivatives market: their scales, their margin, and what a size of them is worth.

Money is counted in whole units of ``10**-12`` of the collateral currency, fine enough that the value and the fee of a
trade in a linear contract are exact. The value of inverse contracts, a quotient, is rounded to the nearest unit, the
same for both sides of a trade.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from ..catalogue import BTC, ETH, SOL, USD
from ..instruments import Asset, Pair
from ..scale import from_units, nearest, power_of_ten

MONEY_PLACES = 12
PARTS = 10**6
FLEX = "flex"
"""The multi-collateral wallet; here its only currency is the dollar."""


# Contracts are singletons and compare by identity: they are keys in every hot path.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Contract:
    """One perpetual contract. Linear ones count sizes in the base asset, inverse ones in dollars."""

    scale: Pair
    """How fine prices and sizes are; a lot is the smallest size."""
    wallet: str
    """The wallet whose money backs it."""
    currency: Asset
    """What is won and lost with it."""
    index: str
    """The Spot pair whose price it follows."""
    largest: int
    """The largest position, in lots."""
    inverse: bool = False
    initial_margin: int = 20_000
    """Part of the value that has to be there to open, in parts per million."""
    maintenance_margin: int = 10_000
    symbol: str = field(init=False)
    _factor: int = field(init=False)

    def __post_init__(self) -> None:
        places = MONEY_PLACES + self.scale.pair_decimals if self.inverse else MONEY_PLACES - self._exact_places()
        object.__setattr__(self, "_factor", power_of_ten(places))
        object.__setattr__(self, "symbol", self.scale.name)

    def _exact_places(self) -> int:
        return self.scale.pair_decimals + self.scale.lot_decimals

    def __repr__(self) -> str:
        return f"Contract({self.symbol})"

    @property
    def direction(self) -> int:
        """What a holder gains when the value of his contracts rises by one: minus one for inverse contracts."""
        return -1 if self.inverse else 1

    def value(self, price: int, lots: int) -> int:
        """What these lots are worth at this price, in money units."""
        return nearest(lots * self._factor, price) if self.inverse else price * lots * self._factor

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
        self.wallets: dict[str, Asset] = {FLEX: USD} | {one.wallet: one.currency for one in self.all}
        """The currency of each wallet."""
        self._by_symbol = {one.symbol: one for one in self.all}

    def find(self, symbol: str) -> Contract | None:
        """The contract of this symbol."""
        return self._by_symbol.get(symbol.upper())


@cache
def perpetuals() -> Contracts:
    """The contracts a sandbox trades; ticks and sizes as the exchange had them in 2025 and 2026."""
    return Contracts(
        [
            _linear("PF_XBTUSD", BTC, tick="1", places=4, largest="500"),
            _linear("PF_ETHUSD", ETH, tick="0.1", places=3, largest="10000"),
            _linear("PF_SOLUSD", SOL, tick="0.01", places=2, largest="100000"),
            Contract(
                # Pair wants as many places in all as the dollar has, so prices have four, and the tick is 5000 of them.
                scale=_scale("PI_XBTUSD", BTC, price_places=4, tick="0.5", places=0),
                wallet="fi_xbtusd",
                currency=BTC,
                index="BTC/USD",
                largest=10_000_000,
                inverse=True,
            ),
        ]
    )


def _linear(symbol: str, base: Asset, *, tick: str, places: int, largest: str) -> Contract:
    # One place finer than the tick, for index and mark prices.
    price_places = len(tick.partition(".")[2]) + 1
    return Contract(
        scale=_scale(symbol, base, price_places=price_places, tick=tick, places=places),
        wallet=FLEX,
        currency=USD,
        index=f"{base.display}/USD",
        largest=int(largest) * power_of_ten(places),
    )


def _scale(symbol: str, base: Asset, *, price_places: int, tick: str, places: int) -> Pair:
    return Pair(
        name=symbol,
        altname=symbol,
        wsname=symbol,
        symbol=f"{base.altname}:USD",
        base=base,
        quote=USD,
        pair_decimals=price_places,
        tick_size=Decimal(tick),
        ordermin=Decimal(f"1E-{places}"),
        costmin=Decimal(0),
        lot_decimals=places,
        cost_decimals=4,
    )
