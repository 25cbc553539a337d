"""All that belongs to one contract: its book, its waiting orders, its record of trading, its mark price and its funding."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from ..orders import Side
from ..tape import Tape
from .book import Book, BookSide
from .contracts import PARTS, Contract
from .events import MarkChange, OrderEvent, Trade
from .funding import Funding
from .orders import Order
from .price_candles import PriceCandles, Series

MARK_BAND = 100
"""The mark price is at most one part in this many away from the index."""
MARK_SPAN = 30 * 10**9
"""The mark price follows the book about this slowly; nanoseconds."""
LAST_HOUR = 3_600 * 10**9
"""A dated contract is settled at the average index price of this long before it expires."""
TRADES_KEPT = 2_000
STEPS_KEPT = 2_000
MARKS_KEPT = 10_000
Change: TypeAlias = tuple[Side, int, int]
"""A level of the book: side, price and lots."""


class Desk:
    """The desk of one contract."""

    def __init__(self, contract: Contract, now: int) -> None:
        self.contract = contract
        self.book = Book()
        self.tape = Tape(contract.scale)
        self.trades: list[Trade] = []
        self.steps: deque[OrderEvent] = deque(maxlen=STEPS_KEPT)
        """What happened to the orders of guests, oldest first."""
        self.marks: deque[MarkChange] = deque(maxlen=MARKS_KEPT)
        """Mark prices, oldest first."""
        self.prices: dict[Series, PriceCandles] = {"mark": PriceCandles(contract), "spot": PriceCandles(contract)}
        """Candles of prices that are not traded."""
        self.waiting: dict[str, Order] = {}
        """Orders that wait for their trigger."""
        self.watched: tuple[int | None, int, int] | None = None
        """The last, index and mark prices at which the waiting orders were looked at; None when one came since."""
        self.open_interest = 0
        """Lots that are held long, which is as many as are held short."""
        self.seq = 0
        """How many changes of the book there were."""
        self.funding = Funding(contract, now)
        self._premium = 0  # of the book over the index, averaged, in millionths of a price unit
        self._sampled_at = now
        self._closing = (0, 0)  # sum of index times time in the last hour, and that time

    def keep(self, trade: Trade) -> None:
        """Remember a trade; the oldest are forgotten now and then."""
        self.trades.append(trade)
        if len(self.trades) >= 2 * TRADES_KEPT:
            del self.trades[:-TRADES_KEPT]

    # --- prices ---------------------------------------------------------------------------------------------------------

    def mark(self, index: int) -> int:
        """The index with the averaged premium of the book, but near the index."""
        band = index // MARK_BAND
        return max(min(max(index + self._premium // PARTS, index - band), index + band), 1)

    def middle(self, index: int) -> int:
        """Half-way between the best prices; the index while a side of the book is empty.

        Kraken takes the prices at which a certain size would trade; here the best ones count.
        """
        bid, ask = self.book.bids.best(), self.book.asks.best()
        return index if bid is None or ask is None else (bid.price + ask.price) // 2

    def open(self, index: int) -> None:
        """Begin with the premium of the moment, as if it had always been there."""
        self._premium = (self.middle(index) - index) * PARTS

    def sample(self, index: int, now: int) -> None:
        """Let the averages take in the time since the last sample, with the prices of now."""
        elapsed, self._sampled_at = now - self._sampled_at, now
        premium = (self.middle(index) - index) * PARTS
        self._premium += (premium - self._premium) * elapsed // (elapsed + MARK_SPAN)
        self.funding.sample(premium // index, elapsed)
        self._sample_closing(index, elapsed, now)
        marked = self.mark(index)
        self.prices["mark"].add(marked, now)
        self.prices["spot"].add(index, now)
        mark = self.contract.price(marked)
        if not self.marks or self.marks[-1].price != mark:
            self.marks.append(MarkChange(self.contract, mark, now))

    def _sample_closing(self, index: int, elapsed: int, now: int) -> None:
        expiry = self.contract.expiry
        if expiry is not None and now > expiry - LAST_HOUR:
            counted = min(elapsed, now - (expiry - LAST_HOUR))
            value, time = self._closing
            self._closing = (value + index * counted, time + counted)

    def closing_price(self, index: int) -> int:
        """The average of the index over the last hour; the index where no time of it was seen."""
        value, time = self._closing
        return value // time if time else index

    # --- the book -------------------------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """The levels that changed since this was last asked, those that are gone first.

        So a book which follows change by change is never crossed on the way.
        """
        return sorted(_changes("buy", self.book.bids) + _changes("sell", self.book.asks), key=_stays)


def _changes(side: Side, book: BookSide) -> list[Change]:
    return [(side, price, lots) for price, lots in book.touched()]


def _stays(change: Change) -> bool:
    return change[2] > 0
