"""Assets and pairs: their names in every spelling, their precisions, and the arithmetic that follows from them.

Rounding. What a trade costs is its price times its size, exactly, and then cut off: to ``cost_decimals`` where it is
reported as cost, to the decimals of the quote asset where it moves between balances. Fees are cut off the same way.
Cutting off means that the fills of an order never add up to more than what was held for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from krakenkit.errors import SettingsError

from .margin.terms import PairMargin
from .scale import ceiling, from_units, nearest, to_units

CURRENCY = "currency"
TOKENIZED = "tokenized_asset"


# Assets and pairs are singletons of their Instruments and compare by identity: they are keys in every hot path.
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asset:
    """One asset under its three names: ``XXBT`` (internal), ``XBT`` (altname) and ``BTC`` (display)."""

    name: str
    altname: str
    display: str
    decimals: int
    """Decimals of the bookkeeping."""
    display_decimals: int
    status: str = "enabled"
    aclass: str = CURRENCY
    """``currency``, or ``tokenized_asset`` for xStocks, which have to be asked for by their class."""

    def __repr__(self) -> str:
        return f"Asset({self.display})"

    def amount(self, units: int) -> Decimal:
        """Bookkeeping units as a Decimal."""
        return from_units(units, self.decimals)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Pair:
    """One pair under its four names, with its precisions and minimums."""

    name: str
    """Internal name, ``XXBTZUSD``; the usual key of REST answers."""
    altname: str
    """``XBTUSD``; stands in the description of orders."""
    wsname: str
    """``XBT/USD``; WebSocket v1."""
    symbol: str
    """``BTC/USD``; WebSocket v2."""
    base: Asset
    quote: Asset
    pair_decimals: int
    tick_size: Decimal
    ordermin: Decimal
    costmin: Decimal
    lot_decimals: int = 8
    cost_decimals: int = 5
    status: str = "online"
    margin: PairMargin | None = None
    """How it is traded on margin; None when it is not."""
    tick: int = field(init=False)
    """``tick_size`` in price units."""
    smallest_qty: int = field(init=False)
    """``ordermin`` in lots."""
    smallest_cost: int = field(init=False)
    """``costmin`` in exact cost units."""
    lot: int = field(init=False)
    """Bookkeeping units of the base asset in one lot."""
    per_cost: int = field(init=False)
    """Exact cost units in one unit of reported cost."""
    per_money: int = field(init=False)
    """Exact cost units in one bookkeeping unit of the quote asset."""

    def __post_init__(self) -> None:
        exact = self.pair_decimals + self.lot_decimals
        if exact < max(self.cost_decimals, self.quote.decimals) or self.base.decimals < self.lot_decimals:
            raise SettingsError(
                f"The decimals of {self.name} do not fit together; give its prices or lots more places."
            )
        derived = {
            "tick": to_units(self.tick_size, self.pair_decimals),
            "smallest_qty": to_units(self.ordermin, self.lot_decimals),
            "smallest_cost": to_units(self.costmin, exact),
        }
        if None in derived.values():
            raise SettingsError(f"A minimum or the tick of {self.name} is finer than its decimals allow.")
        derived["lot"] = 10 ** (self.base.decimals - self.lot_decimals)
        derived["per_cost"] = 10 ** (exact - self.cost_decimals)
        derived["per_money"] = 10 ** (exact - self.quote.decimals)
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"Pair({self.symbol})"

    def price(self, units: int) -> Decimal:
        """Price units as a Decimal."""
        return from_units(units, self.pair_decimals)

    def qty(self, lots: int) -> Decimal:
        """Lots as a Decimal."""
        return from_units(lots, self.lot_decimals)

    def cost(self, units: int) -> Decimal:
        """Units of reported cost as a Decimal."""
        return from_units(units, self.cost_decimals)

    def exact_cost(self, units: int) -> Decimal:
        """Exact cost units, price units times lots, as a Decimal."""
        return from_units(units, self.pair_decimals + self.lot_decimals)

    def money(self, exact: int) -> int:
        """Bookkeeping units of the quote asset that an exact cost moves: cut off."""
        return exact // self.per_money

    def money_needed(self, exact: int) -> int:
        """Bookkeeping units that cover an exact cost, however it is split into fills: rounded up."""
        return ceiling(exact, self.per_money)

    def average(self, exact: int, lots: int) -> Decimal:
        """The average price of lots with this exact cost, to the decimals of the pair; zero for no lots."""
        return self.price(nearest(exact, lots) if lots else 0)


class Instruments:
    """Every asset and pair of an exchange, found by any of their spellings, whatever the case."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.pairs: tuple[Pair, ...] = tuple(pairs)
        self.assets: tuple[Asset, ...] = tuple(dict.fromkeys(a for p in self.pairs for a in (p.base, p.quote)))
        if len({asset.name for asset in self.assets}) < len(self.assets):
            raise SettingsError("Two assets have the same name; let all pairs share one Asset object for each asset.")
        self._pair_by_name = {key.upper(): pair for pair in self.pairs for key in _pair_spellings(pair)}
        self._asset_by_name = {
            key.upper(): asset for asset in self.assets for key in (asset.name, asset.altname, asset.display)
        }

    def pair(self, name: str) -> Pair | None:
        """The pair of this name: ``XXBTZUSD``, ``XBTUSD``, ``XBT/USD``, ``BTC/USD``, ``btcusd``."""
        return self._pair_by_name.get(name.upper())

    def asset(self, name: str) -> Asset | None:
        """The asset of this name: ``XXBT``, ``XBT``, ``btc``."""
        return self._asset_by_name.get(name.upper())

    def between(self, base: Asset, quote: Asset) -> Pair | None:
        """The pair that trades these two assets this way round."""
        return self._pair_by_name.get(f"{base.display}/{quote.display}".upper())


def _pair_spellings(pair: Pair) -> set[str]:
    names = {pair.name, pair.altname, pair.wsname, pair.symbol}
    names |= {f"{base}{quote}" for base in _asset_spellings(pair.base) for quote in _asset_spellings(pair.quote)}
    names |= {f"{pair.base.altname}/{pair.quote.altname}", f"{pair.base.display}/{pair.quote.display}"}
    return names


def _asset_spellings(asset: Asset) -> set[str]:
    return {asset.altname, asset.display}
