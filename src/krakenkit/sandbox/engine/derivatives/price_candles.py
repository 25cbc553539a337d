"""Candles of a price that nobody trades at: the mark price and the index of a contract, as they were looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from ..candles import KEPT, MINUTE, Bar, Candle
from .contracts import Contract

Series: TypeAlias = Literal["trade", "mark", "spot"]
"""The prices that candles are drawn of; ``spot`` is the index."""
_HOUR: Final = 60 * MINUTE
_MINUTES_KEPT: Final = 2 * 24 * 60
_HOURS_KEPT: Final = 180 * 24


class PriceCandles:
    """The candles of one price. Minutes are kept for two days and hours for half a year; longer candles are made of them."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._minutes: deque[Bar] = deque(maxlen=_MINUTES_KEPT)
        self._hours: deque[Bar] = deque(maxlen=_HOURS_KEPT)

    def add(self, price: int, at: int) -> None:
        """Take in what the price is at a moment."""
        for bars, length in ((self._minutes, MINUTE), (self._hours, _HOUR)):
            if not bars or at >= bars[-1].begin + length:
                bars.append(Bar(at - at % length, price))
            bars[-1].add(price, 0)

    def rows(self, interval: int, now: int, *, count: int = KEPT) -> list[Candle]:
        """The newest candles of an interval in minutes, oldest first, the one still forming last.

        While nobody looked the price stood still.
        """
        length = interval * MINUTE
        drawn = _joined(self._minutes if interval < 60 else self._hours, length)
        if not drawn:
            return []
        last = now - now % length
        begin = max(drawn[0].begin, last - (count - 1) * length)
        rows: list[Candle] = []
        bars, close = iter(drawn), drawn[0].open
        ahead = next(bars, None)
        while begin <= last:
            while ahead is not None and ahead.begin < begin:
                close, ahead = ahead.close, next(bars, None)
            if ahead is not None and ahead.begin == begin:
                rows.append(self._row(ahead, interval))
            else:
                rows.append(self._row(Bar(begin, close), interval))
            begin += length
        return rows

    def _row(self, bar: Bar, interval: int) -> Candle:
        price = self._contract.price
        return Candle(
            begin=bar.begin,
            interval=interval,
            open=price(bar.open),
            high=price(bar.high),
            low=price(bar.low),
            close=price(bar.close),
            vwap=price(bar.close),
            volume=Decimal(0),
            trades=0,
        )


def _joined(bars: Iterable[Bar], length: int) -> list[Bar]:
    """The bars of a length that shorter ones make together."""
    made: list[Bar] = []
    for bar in bars:
        if not made or bar.begin >= made[-1].begin + length:
            made.append(Bar(bar.begin - bar.begin % length, bar.open))
        made[-1].join(bar)
    return made
