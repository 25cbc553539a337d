"""What a user sees of a book: one moment of it, immutable. Decimals are made when they are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from decimal import Context, Decimal
from itertools import accumulate
from math import floor
from typing import Literal, NamedTuple

import msgspec

from krakenkit._core.numbers import Number, exact, plain
from krakenkit.books.digits import decimal_at, in_units
from krakenkit.errors import SettingsError

_WIDE = Context(prec=60)
"""Sums and products of prices and sizes are exact in it, whatever decimal context the program has set."""

_RATIO = Context(prec=28)
"""For divisions that need not end."""


class Level(NamedTuple):
    """A price and the quantity that stands there, with all decimals of the instrument."""

    price: Decimal
    qty: Decimal


class Fill(NamedTuple):
    """What a size costs when it is taken from the book at once; fees are not in it."""

    qty: Decimal
    average: Decimal
    """Average price; to 28 digits where the division does not end."""
    worst: Decimal
    """Price of the last level touched."""
    cost: Decimal
    """Sum of price times quantity, exact."""
    levels: int
    """How many levels are touched."""


class Change(NamedTuple):
    """A level that differs between two views; ``qty`` is zero where the level is gone."""

    side: Literal["ask", "bid"]
    price: Decimal
    qty: Decimal


class SideView:
    """One side at one moment, best level first.

    Args:
        keys: prices in units of their last decimal, times ``sign``.
        amounts: quantities in units of theirs; or, where the key's digits begin it, the digits of each level that enter
            the checksum: then the quantities are read from them when somebody looks.
    """

    __slots__ = ("_amounts", "_keys", "_levels", "_made", "_price_places", "_qty_places", "_sign")

    def __init__(
        self, keys: list[int], amounts: list[int] | list[bytes], sign: int, price_places: int, qty_places: int
    ) -> None:
        self._keys = keys
        self._amounts = amounts
        self._made: list[int] | None = None
        self._sign = sign
        self._price_places = price_places
        self._qty_places = qty_places
        self._levels: tuple[Level, ...] | None = None

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def levels(self) -> tuple[Level, ...]:
        """Every level; made at the first look and kept."""
        if self._levels is None:
            self._levels = tuple(map(Level, map(self._price, self._keys), map(self._qty, self._sizes)))
        return self._levels

    @property
    def best(self) -> Level | None:
        """The best level; None on an empty side."""
        return Level(self._price(self._keys[0]), self._qty(self._best(1)[0])) if self._keys else None

    @property
    def cumulative(self) -> tuple[Level, ...]:
        """Each price with the quantity that stands there or better."""
        return tuple(map(Level, map(self._price, self._keys), map(self._qty, accumulate(self._sizes))))

    def volume(self, count: int | None = None) -> Decimal:
        """The quantity of the best ``count`` levels, of all by default."""
        return self._qty(sum(self._best(count)))

    def volume_to(self, price: Number) -> Decimal:
        """The quantity that stands at ``price`` or better."""
        bound = exact(price, name="price").scaleb(self._price_places, _WIDE)
        if self._sign < 0:
            bound = bound.copy_negate()
        # Keys are whole, so that what is between two of them changes nothing.
        return self._qty(sum(self._sizes[: bisect_right(self._keys, floor(bound))]))

    def fill(self, qty: Number) -> Fill | None:
        """What taking ``qty`` costs; None when the levels do not hold that much.

        Raises:
            SettingsError: when ``qty`` is not a number above zero.
        """
        wanted = exact(qty, name="qty")
        if wanted <= 0:
            raise SettingsError(f"qty is {wanted}; a size to fill must be above zero.")
        return None if wanted > self.volume() else self._walk(wanted)

    def _walk(self, wanted: Decimal) -> Fill:
        # In whole units; a size finer than the instrument's makes the unit finer.
        places = max(self._qty_places, -int(wanted.as_tuple().exponent))
        factor = 10 ** (places - self._qty_places)
        left, cost, count = in_units(wanted, places) or 0, 0, 0
        while left:
            taken = min(left, self._sizes[count] * factor)
            left -= taken
            cost += taken * self._keys[count]
            count += 1
        total = decimal_at(cost * self._sign, places + self._price_places)
        return Fill(wanted, _RATIO.divide(total, wanted), self._price(self._keys[count - 1]), total, count)

    def changes_since(self, older: SideView) -> Iterator[Level]:
        """Levels that differ from ``older``, best first, with quantity zero where they are gone."""
        if older is self:
            return
        price_places = max(self._price_places, older._price_places)
        qty_places = max(self._qty_places, older._qty_places)
        now, then = self._scaled(price_places, qty_places), older._scaled(price_places, qty_places)
        for key in sorted(now.keys() | then.keys()):
            if now.get(key) != then.get(key):
                yield Level(decimal_at(key * self._sign, price_places), decimal_at(now.get(key, 0), qty_places))

    def _scaled(self, price_places: int, qty_places: int) -> dict[int, int]:
        price_factor = 10 ** (price_places - self._price_places)
        qty_factor = 10 ** (qty_places - self._qty_places)
        return {key * price_factor: size * qty_factor for key, size in zip(self._keys, self._sizes, strict=True)}

    @property
    def _sizes(self) -> list[int]:
        """Every quantity; made at the first look and kept."""
        if self._made is None:
            self._made = list(map(_units, self._keys, self._amounts))
        return self._made

    def _best(self, count: int | None) -> list[int]:
        """The quantities of the best levels, without those behind them."""
        if self._made is not None or count is None:
            return self._sizes[:count]
        return list(map(_units, self._keys[:count], self._amounts[:count]))

    def _price(self, key: int) -> Decimal:
        return decimal_at(key * self._sign, self._price_places)

    def _qty(self, size: int) -> Decimal:
        return decimal_at(size, self._qty_places)


def _units(key: int, amount: int | bytes) -> int:
    """A quantity, which may stand behind the digits of its price."""
    if isinstance(amount, int):
        return amount
    return int(amount[len(str(abs(key))) :]) if key else int(amount)


class BookView(msgspec.Struct, frozen=True, gc=False):
    """A book at one moment. It does not change when the book goes on, and is cheap until somebody looks."""

    symbol: str
    ask_side: SideView
    bid_side: SideView

    @property
    def asks(self) -> tuple[Level, ...]:
        """Asks, lowest price first."""
        return self.ask_side.levels

    @property
    def bids(self) -> tuple[Level, ...]:
        """Bids, highest price first."""
        return self.bid_side.levels

    @property
    def best_ask(self) -> Level | None:
        """The lowest ask; None on an empty side."""
        return self.ask_side.best

    @property
    def best_bid(self) -> Level | None:
        """The highest bid; None on an empty side."""
        return self.bid_side.best

    @property
    def spread(self) -> Decimal | None:
        """Best ask minus best bid; None when a side is empty."""
        ask, bid = self.best_ask, self.best_bid
        return _WIDE.subtract(ask.price, bid.price) if ask and bid else None

    @property
    def mid(self) -> Decimal | None:
        """Half-way between best bid and best ask, exact; None when a side is empty."""
        ask, bid = self.best_ask, self.best_bid
        return _WIDE.divide(_WIDE.add(ask.price, bid.price), 2) if ask and bid else None

    @property
    def microprice(self) -> Decimal | None:
        """The mid drawn to the side that is about to give way: best prices weighted with the other side's quantity."""
        ask, bid = self.best_ask, self.best_bid
        if not ask or not bid:
            return None
        weighted = _WIDE.fma(bid.price, ask.qty, _WIDE.multiply(ask.price, bid.qty))
        return _RATIO.divide(weighted, _WIDE.add(ask.qty, bid.qty))

    @property
    def crossed(self) -> bool:
        """Whether the best bid has reached the best ask."""
        ask, bid = self.best_ask, self.best_bid
        return bool(ask and bid and bid.price >= ask.price)

    @property
    def cumulative_asks(self) -> tuple[Level, ...]:
        """Each ask price with the quantity offered there or below."""
        return self.ask_side.cumulative

    @property
    def cumulative_bids(self) -> tuple[Level, ...]:
        """Each bid price with the quantity wanted there or above."""
        return self.bid_side.cumulative

    def imbalance(self, levels: int | None = 10) -> Decimal | None:
        """(Bids minus asks) over (bids plus asks) by quantity, from -1 to 1, over the best levels; None when empty."""
        bids, asks = self.bid_side.volume(levels), self.ask_side.volume(levels)
        both = _WIDE.add(bids, asks)
        return _RATIO.divide(_WIDE.subtract(bids, asks), both) if both else None

    def ask_volume(self, levels: int | None = None) -> Decimal:
        """The quantity offered on the best levels, on all by default."""
        return self.ask_side.volume(levels)

    def bid_volume(self, levels: int | None = None) -> Decimal:
        """The quantity wanted on the best levels, on all by default."""
        return self.bid_side.volume(levels)

    def ask_volume_up_to(self, price: Number) -> Decimal:
        """The quantity offered at ``price`` or below."""
        return self.ask_side.volume_to(price)

    def bid_volume_down_to(self, price: Number) -> Decimal:
        """The quantity wanted at ``price`` or above."""
        return self.bid_side.volume_to(price)

    def cost_to_buy(self, qty: Number) -> Fill | None:
        """What buying ``qty`` at once costs on the asks; None when they do not hold that much.

        Raises:
            SettingsError: when ``qty`` is not a number above zero.
        """
        return self.ask_side.fill(qty)

    def proceeds_of_selling(self, qty: Number) -> Fill | None:
        """What selling ``qty`` at once brings from the bids; None when they do not hold that much.

        Raises:
            SettingsError: when ``qty`` is not a number above zero.
        """
        return self.bid_side.fill(qty)

    def changes_since(self, older: BookView) -> tuple[Change, ...]:
        """How this view differs from an older one of the same book: asks, then bids, best level first.

        Views may have been left out in between; applying the changes to the older one gives this one.
        """
        asks = (Change("ask", *level) for level in self.ask_side.changes_since(older.ask_side))
        bids = (Change("bid", *level) for level in self.bid_side.changes_since(older.bid_side))
        return (*asks, *bids)

    def __repr__(self) -> str:
        return f"BookView({self.symbol!r}, bid={_shown(self.best_bid)}, ask={_shown(self.best_ask)})"


def _shown(level: Level | None) -> str:
    return f"{plain(level.qty)} at {plain(level.price)}" if level else "nothing"
