"""One asset, and one thing to trade: its names on every surface, its precisions, and the arithmetic that follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from krakenkit._core.numbers import Number, exact, plain
from krakenkit.errors import SettingsError

if TYPE_CHECKING:
    from krakenkit.wire.futures.instruments import Instrument as FuturesTerms
    from krakenkit.wire.spot.market import AssetPair

Direction: TypeAlias = Literal["down", "up", "nearest"]

# Quotients of prices and ticks are whole numbers, and long ones must not be refused or cut.
_EXACT = Context(prec=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetInfo:
    """One asset under all its names, with its decimals."""

    name: str
    """Internal, the key of balances: ``XXBT``."""
    altname: str
    """``XBT``; requests take it too."""
    symbol: str
    """``BTC``: WebSocket v2, and answers to ``asset_version=1``."""
    asset_class: str = "currency"
    """``currency``, or ``tokenized_asset`` for xStocks."""
    decimals: int | None = None
    """Decimals of bookkeeping; None for an asset that the exchange does not list."""
    display_decimals: int | None = None
    status: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its names without repetition."""
        return tuple(dict.fromkeys((self.name, self.altname, self.symbol)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A pair of Spot or a contract of Futures.

    Spot counts volume in base. Futures count contracts: base units on linear markets, US dollars on inverse ones.
    """

    venue: Literal["spot", "futures"]
    name: str
    """The exchange's own, the key of REST answers: ``XXBTZUSD``, ``PF_XBTUSD``."""
    altname: str
    """What requests are best given: ``XBTUSD``, ``PF_XBTUSD``."""
    wsname: str | None
    """On WebSocket v1: ``XBT/USD``; None for a pair that is not on the sockets."""
    base: AssetInfo
    quote: AssetInfo
    asset_class: str
    """``currency``, ``tokenized_asset`` (xStocks); on Futures ``flexible_futures``, ``futures_inverse`` and the like."""
    price_decimals: int
    volume_decimals: int
    """Negative where sizes are multiples of ten, a hundred, …"""
    tick: Decimal
    """Prices are multiples of it."""
    lot: Decimal
    """Volumes are multiples of it."""
    cost_decimals: int | None = None
    min_volume: Decimal | None = None
    min_cost: Decimal | None = None
    """In quote."""
    status: str | None = None
    """``online``, ``cancel_only``, ``post_only``, ``limit_only``, ``reduce_only``, …; ``closed`` for a contract that does
    not trade now. None where an old answer does not tell."""
    terms: AssetPair | FuturesTerms = field(repr=False, compare=False)
    """All that the exchange says about it."""

    @property
    def symbol(self) -> str:
        """On WebSocket v2, ``BTC/USD``; for a contract its name on all sockets.

        Raises:
            SettingsError: for a pair that is not on the sockets.
        """
        if self.venue == "futures":
            return self.name
        if self.wsname is None:
            raise SettingsError(f"{self.name} is not on the WebSockets; use it with REST, as {self.altname}.")
        return f"{self.base.symbol}/{self.quote.symbol}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its names on all surfaces, without repetition."""
        sockets = () if self.wsname is None else (self.wsname, self.symbol)
        return tuple(dict.fromkeys((self.name, self.altname, *sockets)))

    def round_price(self, price: Number, direction: Direction) -> Decimal:
        """The price as a multiple of the tick: the next one ``down`` or ``up``, or the ``nearest`` (from the middle up)."""
        return _multiple(exact(price, name="price"), self.tick, direction)

    def round_volume(self, volume: Number) -> Decimal:
        """The volume cut down to a multiple of the lot, so that it is never more than was meant."""
        return _multiple(exact(volume, name="volume"), self.lot, "down")

    def problems(self, volume: Number, price: Number | None = None) -> list[str]:
        """Why the exchange would refuse an order of this volume and limit price, in words; empty for none known here.

        Funds, limits of the account and the state of the market are not looked at.
        """
        amount = exact(volume, name="volume")
        found = [f"volume {plain(amount)} {fault}" for fault in self._volume_faults(amount)]
        if price is not None:
            limit = exact(price, name="price")
            found += [f"price {plain(limit)} {fault}" for fault in self._price_faults(limit)]
            found += [f"cost {fault}" for fault in self._cost_faults(amount, limit)]
        return found

    def check(self, volume: Number, price: Number | None = None) -> None:
        """Refuse an order that the exchange would refuse for its numbers; see :meth:`problems`.

        Raises:
            SettingsError: naming everything that is wrong with it.
        """
        found = self.problems(volume, price)
        if found:
            raise SettingsError(f"{self.altname} does not take this order: {'; '.join(found)}. Nothing was sent.")

    def _volume_faults(self, volume: Decimal) -> list[str]:
        if volume <= 0:
            return ["is not above zero"]
        small = self.min_volume is not None and volume < self.min_volume
        least = [f"is below the minimum of {plain(self.min_volume or volume)}"] if small else []
        return least + ([] if _fits(volume, self.lot) else [f"is not a multiple of {plain(self.lot)}"])

    def _price_faults(self, price: Decimal) -> list[str]:
        if price <= 0:
            return ["is not above zero"]
        return [] if _fits(price, self.tick) else [f"is not a multiple of {plain(self.tick)}"]

    def _cost_faults(self, volume: Decimal, price: Decimal) -> list[str]:
        cost = _EXACT.multiply(volume, price)
        if self.min_cost is None or cost <= 0 or cost >= self.min_cost:
            return []
        return [f"{plain(cost)} is below the minimum of {plain(self.min_cost)} {self.quote.symbol}"]


def _fits(value: Decimal, step: Decimal) -> bool:
    return not _EXACT.remainder(value, step)


def _multiple(value: Decimal, step: Decimal, direction: Direction) -> Decimal:
    whole, rest = _EXACT.divmod(value, step)
    if rest < 0:  # divmod of decimals cuts towards zero
        whole, rest = whole - 1, rest + step
    if (direction == "up" and rest) or (direction == "nearest" and 2 * rest >= step):
        whole = _EXACT.add(whole, Decimal(1))
    return _EXACT.multiply(whole, step)
