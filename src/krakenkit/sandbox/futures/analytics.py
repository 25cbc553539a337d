"""Statistics of a contract in buckets of time, from what the exchange remembers of it.

Trades, candles and funding reach back as far as they are kept. What is not kept (the book, positions, the index) is
known for the running bucket only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeAlias

from krakenkit.sandbox.engine import INTERVALS, Candle
from krakenkit.sandbox.engine.derivatives import Contract, DerivativesExchange, Trade
from krakenkit.sandbox.engine.orders import Side
from krakenkit.wire.futures.analytics import Point, Series, SeriesTree

MOST: Final = 1_000
"""Buckets in one answer; what is beyond comes with the next question."""
_NANO: Final = 10**9
_ZERO: Final = Decimal(0)
_SIDES: Final[Mapping[str, Side]] = {"bid": "buy", "ask": "sell"}
_BANDS: Final = {"005": Decimal("0.0005"), "01": Decimal("0.001"), "025": Decimal("0.0025"), "05": Decimal("0.005"),
                 "10": Decimal("0.01"), "100": Decimal("0.1")}  # fmt: skip
_SIZES: Final = {"1k": Decimal(1_000), "10k": Decimal(10_000), "100k": Decimal(100_000), "1m": Decimal(1_000_000)}
_RETURNS: Final = 30
"""How many buckets a rolling volatility looks back."""
_YEAR: Final = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Span:
    """The buckets that are asked for."""

    begins: tuple[int, ...]
    """Starts, seconds since 1970."""
    interval: int
    more: bool

    @property
    def end(self) -> int:
        """The end of the last bucket."""
        return self.begins[-1] + self.interval if self.begins else 0

    def place(self, at: int) -> int | None:
        """Which bucket a moment in nanoseconds is in; None for one that is in none."""
        if not self.begins or not self.begins[0] <= at // _NANO < self.end:
            return None
        return (at // _NANO - self.begins[0]) // self.interval


def span_of(since: int, to: int, interval: int) -> Span:
    """The buckets between two moments in seconds, at most :data:`MOST` from the first on."""
    first = max(since, 0) - max(since, 0) % interval
    count = max((to - first) // interval + 1, 0) if to >= first else 0
    kept = min(count, MOST)
    return Span(tuple(first + number * interval for number in range(kept)), interval, more=count > kept)


@dataclass(frozen=True, slots=True)
class Question:
    """A contract and the buckets that are asked about."""

    exchange: DerivativesExchange
    contract: Contract
    span: Span

    @property
    def running(self) -> Span:
        """The running bucket alone, if it is among those that are asked for."""
        place = self.span.place(self.exchange.now)
        return Span(() if place is None else (self.span.begins[place],), self.span.interval, more=False)

    def candles(self) -> list[list[Candle]]:
        """The candles of every bucket, oldest first: the coarsest that fit into one."""
        fitting = [minutes for minutes in INTERVALS if self.span.interval % (minutes * 60) == 0]
        found: list[list[Candle]] = [[] for _ in self.span.begins]
        for candle in self.exchange.candles(self.contract, max(fitting)):
            place = self.span.place(candle.begin)
            if place is not None:
                found[place].append(candle)
        return found

    def trades(self) -> list[list[Trade]]:
        """The trades of every bucket."""
        found: list[list[Trade]] = [[] for _ in self.span.begins]
        for trade in self.exchange.trades(self.contract):
            place = self.span.place(trade.at)
            if place is not None:
                found[place].append(trade)
        return found


Answer: TypeAlias = tuple[Span, SeriesTree]
Groups: TypeAlias = dict[str, Series | dict[str, Series]]


def _volume(trades: Sequence[Trade], side: str | None = None) -> Decimal:
    return sum((one.qty for one in trades if side in (None, one.side)), _ZERO)


# --- from trades ------------------------------------------------------------------------------------------------------


def aggressor_differential(question: Question) -> Answer:
    """What takers bought less what they sold."""
    return question.span, [_volume(trades, "buy") - _volume(trades, "sell") for trades in question.trades()]


def liquidation_volume(question: Question) -> Answer:
    forced = ([one for one in trades if one.kind in ("liquidation", "termination")] for trades in question.trades())
    return question.span, [_volume(trades) for trades in forced]


def cvd(question: Question) -> Answer:
    """Bought and sold by takers, and their difference summed up from the first bucket on."""
    rows = question.trades()
    bought: Series = [_volume(trades, "buy") for trades in rows]
    sold: Series = [_volume(trades, "sell") for trades in rows]
    running, sums = _ZERO, list[Point]()
    for trades in rows:
        running += _volume(trades, "buy") - _volume(trades, "sell")
        sums.append(running)
    return question.span, {"buyVolume": bought, "sellVolume": sold, "cvd": sums}


# --- from candles and funding -----------------------------------------------------------------------------------------


def trade_volume(question: Question) -> Answer:
    return question.span, [sum((one.volume for one in candles), _ZERO) for candles in question.candles()]


def trade_count(question: Question) -> Answer:
    return question.span, [Decimal(sum(one.trades for one in candles)) for candles in question.candles()]


def rolling_volatility(question: Question) -> Answer:
    """The deviation of the returns of up to thirty buckets, as of a year; None before there are two returns."""
    span = question.span
    closes = _closes(question)
    returns = [None if now is None or before is None else (now / before).ln() for before, now in pairwise(closes)]
    series: Series = []
    for place in range(len(span.begins)):
        known = [one for one in returns[max(place - _RETURNS, 0) : place] if one is not None]
        series.append(_deviation(known, span.interval))
    return span, series


def _deviation(returns: Sequence[Decimal], interval: int) -> Decimal | None:
    if len(returns) < 2:
        return None
    mean = sum(returns, _ZERO) / len(returns)
    variance = sum(((one - mean) ** 2 for one in returns), _ZERO) / (len(returns) - 1)
    return (variance * _YEAR / interval).sqrt().quantize(Decimal("1E-8"))


def _closes(question: Question) -> list[Decimal | None]:
    """The last price of every bucket; None before anything traded."""
    return [candles[-1].close or None if candles else None for candles in question.candles()]


def funding(question: Question) -> Answer:
    """Rates in dollars and relative to the index: first, highest, lowest and last of each bucket that has any."""
    found: dict[int, list[tuple[Decimal, Decimal]]] = {}
    for rate in question.exchange.funding_rates(question.contract):
        place = question.span.place(rate.begin)
        if place is not None:
            found.setdefault(place, []).append((rate.absolute, rate.relative))
    begins = tuple(question.span.begins[place] for place in sorted(found))
    rows = [found[place] for place in sorted(found)]
    data: dict[str, Series] = {
        name: [_candle([pair[column] for pair in row]) for row in rows]
        for column, name in enumerate(("rate", "relativeRate"))
    }
    return Span(begins, question.span.interval, question.span.more), {**data}


def _candle(values: Sequence[Decimal]) -> list[Decimal | None]:
    return [values[0], max(values), min(values), values[-1]]


# --- of the moment ----------------------------------------------------------------------------------------------------


def _now(question: Question, value: Point) -> Series:
    """A series of the running bucket."""
    return [value for _ in question.running.begins]


def open_interest(question: Question) -> Answer:
    now = question.exchange.ticker(question.contract).open_interest
    return question.running, _now(question, [now, now, now, now])


def future_basis(question: Question) -> Answer:
    ticker = question.exchange.ticker(question.contract)
    basis = ((ticker.mark - ticker.index) / ticker.index).quantize(Decimal("1E-10"))
    return question.running, {"basis": _now(question, basis)}


def long_short_info(question: Question) -> Answer:
    return question.running, {**_sides(question, question.exchange.sides(question.contract))}


def long_short_ratio(question: Question) -> Answer:
    return question.running, _sides(question, question.exchange.sides(question.contract))["ratio"]


def top_traders(question: Question) -> Answer:
    """The fifth of all holders with the largest positions."""
    sizes = sorted(question.exchange.sides(question.contract), key=abs, reverse=True)
    top = sizes[: -(-len(sizes) // 5)]
    held = sum((abs(size) for size in top), _ZERO)
    return question.running, {"top20Percent": {"openInterest": _now(question, held)} | _sides(question, top)}


def _sides(question: Question, sizes: Sequence[Decimal]) -> dict[str, Series]:
    long, short = (Decimal(sum(1 for size in sizes if (size > 0) == wanted)) for wanted in (True, False))
    both = long + short
    figures: Mapping[str, Point] = {
        "longCount": long,
        "shortCount": short,
        "longPercent": long * 100 / both if both else None,
        "shortPercent": short * 100 / both if both else None,
        "ratio": long / short if short else None,
    }
    return {name: _now(question, value) for name, value in figures.items()}


def order_book(question: Question) -> Answer:
    return question.running, {**_book(question, "bestPrice", "liquidity", "slippage")}


def spreads(question: Question) -> Answer:
    return question.running, _book(question, "best_price", None, None)


def liquidity(question: Question) -> Answer:
    return question.running, _book(question, None, "liquidity_", None)


def slippage(question: Question) -> Answer:
    return question.running, _book(question, None, None, "slippage_")


def _book(question: Question, best: str | None, near: str | None, far: str | None) -> Groups:
    """Both sides of the book in numbers.

    Args:
        best: what the best price is called; None to leave it out.
        near: how the names begin of what rests within a part of the best price.
        far: how the names begin of what a trade of so many dollars loses.
    """
    found: Groups = {}
    for name, side in _SIDES.items():
        levels = question.exchange.levels(question.contract, side)
        base = [(price, qty / price if question.contract.inverse else qty) for price, qty in levels]
        figures: dict[str, Point] = {}
        if best is not None:
            figures[best] = levels[0][0] if levels else None
        if near is not None:
            figures |= {f"{near}{word}": _within(levels, band) for word, band in _BANDS.items()}
        if far is not None:
            figures |= {f"{far}{word}": _slipped(base, size) for word, size in _SIZES.items()}
        found[name] = {key: _now(question, value) for key, value in figures.items()}
    return found


def _within(levels: Sequence[tuple[Decimal, Decimal]], band: Decimal) -> Decimal:
    """What rests within a part of the best price."""
    if not levels:
        return _ZERO
    best = levels[0][0]
    return sum((qty for price, qty in levels if abs(price - best) <= best * band), _ZERO)


def _slipped(levels: Sequence[tuple[Decimal, Decimal]], dollars: Decimal) -> Decimal | None:
    """How far from the best price a trade of so many dollars ends on average, as a part of it; None beyond the book.

    Sizes are in the base asset.
    """
    left, taken = dollars, _ZERO
    for price, qty in levels:
        part = min(left, price * qty)
        taken += part / price
        left -= part
        if left <= 0:
            best = levels[0][0]
            return (abs(dollars / taken - best) / best).quantize(Decimal("1E-8"))
    return None


TYPES: Final[Mapping[str, Callable[[Question], Answer]]] = {
    "open-interest": open_interest,
    "aggressor-differential": aggressor_differential,
    "trade-volume": trade_volume,
    "trade-count": trade_count,
    "liquidation-volume": liquidation_volume,
    "rolling-volatility": rolling_volatility,
    "long-short-ratio": long_short_ratio,
    "long-short-info": long_short_info,
    "cvd": cvd,
    "top-traders": top_traders,
    "orderbook": order_book,
    "spreads": spreads,
    "liquidity": liquidity,
    "slippage": slippage,
    "future-basis": future_basis,
    "funding": funding,
}
