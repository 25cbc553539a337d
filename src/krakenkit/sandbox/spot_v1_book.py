"""One book as Spot v1 tells it: levels with times of their own, and a mark on those that come back into the window."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from krakenkit.sandbox.engine import BookLevel, DepthFeed
from krakenkit.sandbox.spot_v1_frames import Row, level_row
from krakenkit.sandbox.spot_v2_frames import Members


class TimedBook:
    """The book of one pair and depth for all who read it."""

    def __init__(self, feed: DepthFeed) -> None:
        self.pair = feed.pair
        self._feed = feed
        self._asks = _TimedSide(feed, bids=False)
        self._bids = _TimedSide(feed, bids=True)

    def snapshot(self) -> Members:
        """The whole window, best level first on each side."""
        bids, asks = self._feed.snapshot()
        return {"as": self._asks.all(asks), "bs": self._bids.all(bids)}

    def changes(self, *, asks: Collection[Decimal], bids: Collection[Decimal]) -> list[Members]:
        """What changed since the last time, an object for each side that did; nothing when there is nothing to say.

        Args:
            asks: prices that changed in the book, inside the window or beyond it.
            bids: likewise.
        """
        new_bids, new_asks = self._feed.changes()
        rows = {"a": self._asks.changed(new_asks, asks), "b": self._bids.changed(new_bids, bids)}
        return [{name: side} for name, side in rows.items() if side]


class _TimedSide:
    """The times that readers know of the levels in their window.

    Clients are known that pass over a level whose time did not grow, and several actions may share one moment. So each
    change is at least a microsecond later than the last one of its level.
    """

    def __init__(self, feed: DepthFeed, *, bids: bool) -> None:
        self._pair = feed.pair
        self._depth = feed.depth
        self._bids = bids
        self._known: dict[Decimal, int] = {}

    def all(self, levels: Sequence[BookLevel]) -> list[Row]:
        self._known = {level.price: self._known.get(level.price, level.at // 1000) for level in levels}
        return [level_row(self._pair, level, micros=self._known[level.price]) for level in levels]

    def changed(self, levels: Sequence[BookLevel], touched: Collection[Decimal]) -> list[Row]:
        rows = [self._row(level, touched) for level in levels]
        if len(self._known) > self._depth:
            # Pushed out of the window: readers forget these too.
            for price in sorted(self._known, reverse=self._bids)[self._depth :]:
                del self._known[price]
        return rows

    def _row(self, level: BookLevel, touched: Collection[Decimal]) -> Row:
        known = self._known.pop(level.price, None)
        micros = level.at // 1000 if known is None else max(level.at // 1000, known + 1)
        if level.qty:
            self._known[level.price] = micros
        again = known is None and level.price not in touched
        return level_row(self._pair, level, micros=micros, again=again)
