"""How a trailing stop keeps its distance: from the best price it has seen to its trigger, and from there to its limit.

The distance in price is cut off to the tick, so that the trigger lies on the near side of the exact one. Real orders show
it: a sell one percent below 4.0266 had its trigger at 3.9864, a buy fifty percent above 0.50527 at 0.75790.
"""

from __future__ import annotations

from dataclasses import dataclass

from .instruments import Pair
from .prices import Offset, Price, price_units, whole_units
from .refusals import INVALID_PRICE, PRICE_ARGUMENT, EngineRefused
from .scale import from_units, to_units

_PERCENT_PLACES = 4
_PARTS = 100 * 10**_PERCENT_PLACES


@dataclass(frozen=True, slots=True)
class Distance:
    """A signed distance between two prices: price units, or ten-thousandths of a percent of the other price."""

    size: int
    percent: bool

    def at(self, price: int, tick: int) -> int:
        """The distance in price units at this price, cut off to the tick."""
        far = price * abs(self.size) // _PARTS if self.percent else abs(self.size)
        return (far - far % tick) * (1 if self.size >= 0 else -1)

    def offset(self, pair: Pair) -> Offset:
        """The distance as a request gives it."""
        places = _PERCENT_PLACES if self.percent else pair.pair_decimals
        return Offset("-" if self.size < 0 else "+", from_units(abs(self.size), places), self.percent)


class Peak:
    """The best price that trailing orders have seen: the highest for sells, the lowest for buys. Orders may share one."""

    __slots__ = ("price",)

    def __init__(self, price: int) -> None:
        self.price = price


@dataclass(slots=True, eq=False)
class Trail:
    """What makes an order trail."""

    offset: Distance
    """From the peak back to the trigger; above zero."""
    limit: Distance | None
    """From the trigger to the limit; None for an order without limit, or with a fixed one."""
    peak: Peak

    def trigger(self, pair: Pair, *, buy: bool) -> int:
        """Where the order goes off, as things stand."""
        peak = self.peak.price
        return peak + self.offset.at(peak, pair.tick) * (1 if buy else -1)

    def limit_at(self, trigger: int, pair: Pair, fixed: int | None) -> int | None:
        """The limit behind this trigger; never below one tick, however low the trigger came."""
        return fixed if self.limit is None else max(trigger + self.limit.at(trigger, pair.tick), pair.tick)


def read_trail(
    offset: Price, limit: Price | None, pair: Pair, *, buy: bool, price: int | None
) -> tuple[Trail, int, int | None]:
    """A trail that begins at this price, with its first trigger and limit. ``limit`` is None for orders without one.

    A plain number as ``limit`` is a fixed price; sockets may ask for that.

    Raises:
        EngineRefused: for a distance that is not ``+x`` or ``+x%`` or less than a tick, and for a trigger or limit that
            would not be a price.
    """
    back = _back(offset, pair)
    if price is None:
        raise EngineRefused(INVALID_PRICE)
    return _begun(Trail(back, None, Peak(price)), limit, pair, buy=buy, fixed=None)


def amended_trail(
    trail: Trail, offset: Price | None, limit: Price | None, pair: Pair, *, buy: bool, fixed: int | None
) -> tuple[Trail, int, int | None]:
    """The trail with other distances from the same peak; None leaves one as it is.

    Raises:
        EngineRefused: as for a new one.
    """
    back = trail.offset if offset is None else _back(offset, pair)
    return _begun(Trail(back, trail.limit if limit is None else None, trail.peak), limit, pair, buy=buy, fixed=fixed)


def _begun(
    trail: Trail, limit: Price | None, pair: Pair, *, buy: bool, fixed: int | None
) -> tuple[Trail, int, int | None]:
    if isinstance(limit, Offset):
        trail.limit = _distance(limit, pair)
    elif limit is not None:
        fixed = price_units(limit, pair, last=None, chosen_sign="")
    trigger = trail.trigger(pair, buy=buy)
    behind = 0 if trail.limit is None else trail.limit.at(trigger, pair.tick)
    if trigger == trail.peak.price or min(trigger, trigger + behind) <= 0:
        raise EngineRefused(INVALID_PRICE)
    return trail, trigger, trail.limit_at(trigger, pair, fixed)


def _back(offset: Price, pair: Pair) -> Distance:
    """The distance of a trigger: ``+x`` or ``+x%``, and more than nothing."""
    if not isinstance(offset, Offset) or offset.sign != "+":
        raise EngineRefused(PRICE_ARGUMENT)
    distance = _distance(offset, pair)
    if not distance.size:
        raise EngineRefused(INVALID_PRICE)
    return distance


def _distance(offset: Offset, pair: Pair) -> Distance:
    """A percentage may have four decimals, as many as Kraken shows."""
    if offset.sign == "#":
        raise EngineRefused(PRICE_ARGUMENT)
    size = to_units(offset.amount, _PERCENT_PLACES) if offset.percent else whole_units(offset.amount, pair)
    if size is None:
        raise EngineRefused(PRICE_ARGUMENT)
    return Distance(-size if offset.sign == "-" else size, offset.percent)
