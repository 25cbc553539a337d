"""Candles of one pair, grown trade by trade, in every interval Kraken offers."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import msgspec

from .instruments import Pair

INTERVALS = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
"""Minutes."""
KEPT = 720
"""Candles per interval; Kraken's REST answers with no more."""
MINUTE = 60 * 10**9


class Candle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One candle. One without trades has all its prices at the close before it, and zeros elsewhere."""

    begin: int
    """Nanoseconds since 1970, a multiple of the interval."""
    interval: int
    """Minutes."""
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    volume: Decimal
    trades: int

    @property
    def end(self) -> int:
        return self.begin + self.interval * MINUTE


class Bar:
    """A candle that is still being drawn, in whole units."""

    __slots__ = ("begin", "close", "exact", "high", "low", "open", "trades", "volume")

    def __init__(self, begin: int, price: int) -> None:
        self.begin = begin
        self.open = self.high = self.low = self.close = price
        self.volume = self.exact = self.trades = 0

    def add(self, price: int, lots: int) -> None:
        """Take in one trade."""
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price
        self.volume += lots
        self.exact += price * lots
        self.trades += 1

    def join(self, later: Bar) -> None:
        """Take in a whole later bar."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume
        self.exact += later.exact
        self.trades += later.trades


class Candles:
    """The candles of one pair: only those with trades are kept, the empty ones between them are drawn when asked for."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._bars: dict[int, deque[Bar]] = {interval: deque(maxlen=KEPT) for interval in INTERVALS}
        self._latest: Bar | None = None
        """Trades of one minute that are in no candle yet: intervals are whole minutes, so they go in together."""

    def add(self, price: int, lots: int, at: int) -> None:
        """Take in one trade."""
        if self._latest is None or at >= self._latest.begin + MINUTE:
            self._draw()
            self._latest = Bar(at - at % MINUTE, price)
        self._latest.add(price, lots)

    def _draw(self) -> None:
        """Let the latest trades into the candles of every interval."""
        latest, self._latest = self._latest, None
        if latest is None:
            return
        for interval, bars in self._bars.items():
            length = interval * MINUTE
            if not bars or latest.begin >= bars[-1].begin + length:
                bars.append(Bar(latest.begin - latest.begin % length, latest.open))
            bars[-1].join(latest)

    def rows(self, interval: int, now: int, *, count: int = KEPT) -> list[Candle]:
        """The newest candles, oldest first; the last one is the one still forming. Empty before the first trade.

        Raises:
            KeyError: for an interval that is not one of ``INTERVALS``.
        """
        self._draw()
        length = interval * MINUTE
        rows: list[Candle] = []
        begin = now - now % length
        for bar in reversed(self._bars[interval]):
            while begin > bar.begin and len(rows) < count:
                rows.append(self._row(Bar(begin, bar.close), interval))
                begin -= length
            if len(rows) >= count:
                break
            rows.append(self._row(bar, interval))
            begin = bar.begin - length
        rows.reverse()
        return rows

    def _row(self, bar: Bar, interval: int) -> Candle:
        pair = self._pair
        return Candle(
            begin=bar.begin,
            interval=interval,
            open=pair.price(bar.open),
            high=pair.price(bar.high),
            low=pair.price(bar.low),
            close=pair.price(bar.close),
            vwap=pair.average(bar.exact, bar.volume),
            volume=pair.qty(bar.volume),
            trades=bar.trades,
        )
