"""What a pair has traded: recent trades, candles, the day's statistics and the history of its spread."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from itertools import islice
from typing import Literal

import msgspec

from .book import Book
from .candles import MINUTE, Bar, Candles
from .events import PublicTrade
from .instruments import Pair
from .orders import Side

TRADES_KEPT = 5_000
SPREADS_KEPT = 200
DAY = 1440 * MINUTE


class Statistics(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A span of trading in numbers; prices are zero when nothing traded in it."""

    open: Decimal
    high: Decimal
    low: Decimal
    vwap: Decimal
    volume: Decimal
    trades: int


class Ticker(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Best prices, the last trade, and the numbers of today (since midnight UTC) and of the last 24 hours.

    A price or size is None when that side of the book is empty, or nothing ever traded.
    """

    pair: Pair
    bid: Decimal | None
    bid_qty: Decimal | None
    ask: Decimal | None
    ask_qty: Decimal | None
    last: Decimal | None
    last_qty: Decimal | None
    today: Statistics
    day: Statistics
    at: int

    @property
    def change(self) -> Decimal:
        """From the first price of the last 24 hours to the last one."""
        return Decimal(0) if self.last is None or not self.day.trades else self.last - self.day.open


class Spread(msgspec.Struct, frozen=True, gc=False):
    """The best prices from one moment on."""

    bid: Decimal
    ask: Decimal
    at: int


class Tape:
    """The trading record of one pair."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.last: int | None = None
        """The last traded price, in units."""
        self.number = 0
        """How many trades there were."""
        self.trades: deque[PublicTrade] = deque(maxlen=TRADES_KEPT)
        self.spreads: deque[Spread] = deque(maxlen=SPREADS_KEPT)
        self.candles = Candles(pair)
        self._last_lots = 0
        self._minutes: deque[Bar] = deque()
        self._spans: dict[tuple[int, int], Bar | None] = {}
        self._best: tuple[int, int] | None = None

    def record(
        self, *, price: int, lots: int, side: Side, order_type: Literal["market", "limit"], at: int
    ) -> PublicTrade:
        """Write down one trade."""
        self.number += 1
        self.last, self._last_lots = price, lots
        self.candles.add(price, lots, at)
        if not self._minutes or at >= self._minutes[-1].begin + MINUTE:
            self._minutes.append(Bar(at - at % MINUTE, price))
            self._forget(at)
        self._minutes[-1].add(price, lots)
        pair = self.pair
        trade = PublicTrade(pair, self.number, pair.price(price), pair.qty(lots), side, order_type, at)
        self.trades.append(trade)
        return trade

    def watch(self, book: Book, at: int) -> None:
        """Write down the best prices if they moved."""
        bid, ask = book.bids.best(), book.asks.best()
        if bid is None or ask is None or self._best == (bid.price, ask.price):
            return
        self._best = (bid.price, ask.price)
        self.spreads.append(Spread(self.pair.price(bid.price), self.pair.price(ask.price), at))

    def ticker(self, book: Book, now: int) -> Ticker:
        """The numbers of the moment."""
        pair = self.pair
        bid, ask = book.bids.best(), book.asks.best()
        return Ticker(
            pair=pair,
            bid=None if bid is None else pair.price(bid.price),
            bid_qty=None if bid is None else pair.qty(bid.visible),
            ask=None if ask is None else pair.price(ask.price),
            ask_qty=None if ask is None else pair.qty(ask.visible),
            last=None if self.last is None else pair.price(self.last),
            last_qty=None if self.last is None else pair.qty(self._last_lots),
            today=self.statistics(now - now % DAY),
            day=self.statistics(now - DAY),
            at=now,
        )

    def statistics(self, since: int) -> Statistics:
        """The trading from a moment on, to the minute, up to 24 hours back."""
        since -= since % MINUTE
        span = self._span(since)
        if self._minutes and self._minutes[-1].begin >= since:
            span = _joined(span, self._minutes[-1])
        pair = self.pair
        if span is None:
            zero = pair.price(0)
            return Statistics(open=zero, high=zero, low=zero, vwap=zero, volume=pair.qty(0), trades=0)
        return Statistics(
            open=pair.price(span.open),
            high=pair.price(span.high),
            low=pair.price(span.low),
            vwap=pair.average(span.exact, span.volume),
            volume=pair.qty(span.volume),
            trades=span.trades,
        )

    def _span(self, since: int) -> Bar | None:
        """All minutes since then but the newest, in one bar. Reckoned once a minute: tickers ask after every trade."""
        key = (since, self._minutes[-1].begin if self._minutes else 0)
        if key not in self._spans:
            span: Bar | None = None
            for minute in islice(self._minutes, max(len(self._minutes) - 1, 0)):
                if minute.begin >= since:
                    span = _joined(span, minute)
            if len(self._spans) >= 4:
                self._spans.clear()
            self._spans[key] = span
        return self._spans[key]

    def _forget(self, at: int) -> None:
        while self._minutes[0].begin < at - at % MINUTE - DAY:
            self._minutes.popleft()


def _joined(span: Bar | None, minute: Bar) -> Bar:
    whole = Bar(minute.begin if span is None else span.begin, minute.open if span is None else span.open)
    if span is not None:
        whole.join(span)
    whole.join(minute)
    return whole
