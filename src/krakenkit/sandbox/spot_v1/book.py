"""One book as Spot v1 tells it: levels with times of their own, and a mark on those that come back into the window."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from krakenkit.books.checksum import TOP, checksum_of
from krakenkit.sandbox.engine import BookEvent, BookLevel, DepthFeed, Exchange
from krakenkit.sandbox.spot_v1.frames import Row, level_row, level_texts
from krakenkit.sandbox.spot_v2.frames import Members


@dataclass(slots=True)
class Touched:
    """Prices that changed in a book, inside of anybody's window or beyond it."""

    asks: set[Decimal] = field(default_factory=set[Decimal])
    bids: set[Decimal] = field(default_factory=set[Decimal])
    at_once: bool = False
    """Whether one action changed both sides."""

    def add(self, event: BookEvent) -> None:
        self.asks.update(price for price, _ in event.asks)
        self.bids.update(price for price, _ in event.bids)
        self.at_once = self.at_once or bool(event.asks and event.bids)


class TimedBook:
    """The book of one pair and depth for all who read it."""

    def __init__(self, exchange: Exchange, feed: DepthFeed) -> None:
        self._feed = feed
        self._asks = _TimedSide(exchange, feed, bids=False)
        self._bids = _TimedSide(exchange, feed, bids=True)

    def snapshot(self) -> Members:
        """The whole window, best level first on each side. It has no checksum."""
        bids, asks = self._feed.snapshot()
        return {"as": self._asks.all(asks), "bs": self._bids.all(bids)}

    def updates(self, touched: Touched) -> list[list[Members]]:
        """The objects of each message that tells what changed; the last object of each has the checksum.

        Several actions may have happened. Where each of them changed one side only, as nearly all do, the sides are told
        one after the other, in the order that leaves no crossed book between them.
        """
        bids, asks = self._feed.changes()
        steps = [
            (self._asks, self._asks.changed(asks, touched.asks)),
            (self._bids, self._bids.changed(bids, touched.bids)),
        ]
        if touched.at_once and all(part for _, part in steps):
            (_, first), (_, last) = steps
            return [[first, last | self._checksum(self._asks, self._bids)]]
        if self._asks.comes_down():
            steps.reverse()
        return [[part | self._checksum(side)] for side, part in steps if part]

    def _checksum(self, *told: _TimedSide) -> Members:
        """The checksum of what readers have, once these sides are told."""
        for side in told:
            side.look()
        return {"c": str(checksum_of(self._asks.top, self._bids.top))}


class _TimedSide:
    """What readers know of one side: the levels of their window with their times, and the digits of the best ones.

    Clients are known that pass over a level whose time did not grow, and several actions may share one moment. So each
    change is at least a microsecond later than the last one of its level.
    """

    def __init__(self, exchange: Exchange, feed: DepthFeed, *, bids: bool) -> None:
        self.top: list[tuple[str, str]] = []
        self._exchange = exchange
        self._pair = feed.pair
        self._depth = feed.depth
        self._bids = bids
        self._best: Decimal | None = None
        self._known: dict[Decimal, int] = {}

    def all(self, levels: Sequence[BookLevel]) -> list[Row]:
        """Rows of the whole window."""
        self.look()
        self._known = {level.price: self._known.get(level.price, level.at // 1000) for level in levels}
        return [level_row(self._pair, level, micros=self._known[level.price]) for level in levels]

    def changed(self, levels: Sequence[BookLevel], touched: Collection[Decimal]) -> Members:
        """The object that tells of these levels; empty when there are none."""
        rows = [self._row(level, touched) for level in levels]
        if len(self._known) > self._depth:
            # Pushed out of the window: readers forget these too.
            for price in sorted(self._known, reverse=self._bids)[self._depth :]:
                del self._known[price]
        return {"b" if self._bids else "a": rows} if rows else {}

    def look(self) -> None:
        """Take the best levels as they are now."""
        levels = self._levels(TOP)
        self.top = [level_texts(self._pair, level) for level in levels]
        self._best = levels[0].price if levels else None

    def comes_down(self) -> bool:
        """Whether the best price is lower than when this was last looked at; one on an empty side is."""
        best = next(iter(self._levels(1)), None)
        return best is not None and (self._best is None or best.price < self._best)

    def _levels(self, count: int) -> list[BookLevel]:
        return self._exchange.levels(self._pair.name, "buy" if self._bids else "sell", count)

    def _row(self, level: BookLevel, touched: Collection[Decimal]) -> Row:
        known = self._known.pop(level.price, None)
        micros = level.at // 1000 if known is None else max(level.at // 1000, known + 1)
        if level.qty:
            self._known[level.price] = micros
        again = known is None and level.price not in touched
        return level_row(self._pair, level, micros=micros, again=again)
