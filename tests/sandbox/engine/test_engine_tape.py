from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise

import pytest

from krakenkit.sandbox.engine import INTERVALS, EngineRefused, Exchange
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, exchange, limit, place

MINUTE = 60 * SECOND
START = NOW - NOW % (1440 * MINUTE)  # a midnight


def numbers(*values: int | str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def trade(made: Exchange, price: str, qty: str, at: int) -> None:
    place(made, "bob", limit("sell", qty, price), now=at)
    place(made, "cat", limit("buy", qty, price), now=at)


def past(made: Exchange, price: int, lots: int, at: int) -> None:
    made.record_past(PAIR, price=price * 10, lots=lots * 10**8, side="buy", order_type="market", at=at)


def test_candles_hold_first_highest_lowest_and_last_price() -> None:
    made = exchange()
    at = NOW - NOW % MINUTE + MINUTE
    for second, (price, qty) in enumerate([("30000", "1"), ("30010", "2"), ("29990", "1"), ("30005", "0.5")]):
        trade(made, price, qty, at + second * SECOND)

    (candle,) = made.candles(PAIR, 1)

    assert (candle.begin, candle.end, candle.interval) == (at, at + MINUTE, 1)
    assert (candle.open, candle.high, candle.low, candle.close) == numbers(30000, 30010, 29990, 30005)
    assert (candle.volume, candle.trades) == (Decimal("4.5"), 4)
    assert candle.vwap == Decimal("30002.8")  # 135012.5 / 4.5


def test_candles_without_trades_stand_at_the_close_before_them() -> None:
    made = exchange()
    at = NOW - NOW % (5 * MINUTE) + 5 * MINUTE
    trade(made, "30000", "1", at)
    trade(made, "30100", "1", at + 3 * MINUTE)
    made.tick(at + 5 * MINUTE)

    candles = made.candles(PAIR, 1)

    assert tuple(candle.close for candle in candles) == numbers(30000, 30000, 30000, 30100, 30100, 30100)
    assert [candle.trades for candle in candles] == [1, 0, 0, 1, 0, 0]
    assert {(candle.open, candle.high, candle.low, candle.volume) for candle in candles[4:]} == {
        numbers(30100, 30100, 30100, 0)
    }
    assert [candle.begin for candle in candles] == [at + minute * MINUTE for minute in range(6)]
    assert made.candles(PAIR, 1, count=2) == candles[-2:]


def test_every_interval_sees_every_trade_and_keeps_720_candles() -> None:
    made = exchange()
    for hour in range(2000, 0, -1):
        past(made, 30000 + hour, 1, NOW - hour * 60 * MINUTE)

    for interval in INTERVALS:
        candles = made.candles(PAIR, interval)
        assert len(candles) <= 720
        assert all(later.begin - earlier.begin == interval * MINUTE for earlier, later in pairwise(candles))
        assert candles[-1].begin == NOW - NOW % (interval * MINUTE)
        assert candles[-1].close == 30001
    assert sum(candle.trades for candle in made.candles(PAIR, 10080)) == 2000


def test_candles_are_the_same_however_often_they_were_looked_at() -> None:
    watched, left_alone, rng = exchange(), exchange(), random.Random(5)
    at = START
    for _ in range(300):
        at += rng.choice([0, SECOND, 20 * SECOND, 7 * MINUTE])
        price, lots = rng.randint(29_000, 31_000), rng.randint(1, 9)
        past(watched, price, lots, at)
        past(left_alone, price, lots, at)
        watched.candles(PAIR, rng.choice(INTERVALS))

    for interval in INTERVALS:
        candles = watched.candles(PAIR, interval)
        assert candles == left_alone.candles(PAIR, interval)
        assert sum(candle.trades for candle in candles) == 300 or len(candles) == 720


def test_unknown_intervals_and_pairs_are_refused() -> None:
    made = exchange()

    with pytest.raises(EngineRefused, match="EGeneral:Invalid arguments:interval"):
        made.candles(PAIR, 7)
    with pytest.raises(EngineRefused, match="EQuery:Unknown asset pair"):
        made.ticker("NOPE")
    assert made.candles(PAIR, 5) == []


def test_the_ticker_tells_today_from_the_last_24_hours() -> None:
    made = exchange()
    past(made, 100, 50, START - 1000 * MINUTE)  # too old when asked
    past(made, 31000, 1, START - 600 * MINUTE)
    past(made, 28000, 2, START - 500 * MINUTE)
    past(made, 30000, 1, START + 10 * MINUTE)
    past(made, 30500, 3, START + 20 * MINUTE)
    made.tick(START + 700 * MINUTE)
    place(made, "bob", limit("sell", "0.7", "30600"))
    place(made, "ann", limit("buy", "0.4", "30400"))

    ticker = made.ticker(PAIR)

    assert (ticker.bid, ticker.bid_qty, ticker.ask, ticker.ask_qty) == numbers(30400, "0.4", 30600, "0.7")
    assert (ticker.last, ticker.last_qty) == numbers(30500, 3)
    assert (ticker.today.open, ticker.today.high, ticker.today.low) == numbers(30000, 30500, 30000)
    assert (ticker.today.volume, ticker.today.vwap) == numbers(4, 30375)
    assert (ticker.day.open, ticker.day.high, ticker.day.low) == numbers(31000, 31000, 28000)
    assert (ticker.today.trades, ticker.day.trades) == (2, 4)
    assert (ticker.day.volume, ticker.day.vwap) == numbers(7, "29785.7")
    assert ticker.change == -500


def test_the_ticker_follows_every_trade_and_forgets_after_a_day() -> None:
    made = exchange()
    trade(made, "30000", "1", NOW)
    trade(made, "30500", "1", NOW + SECOND)
    trade(made, "29500", "2", NOW + 90 * SECOND)

    day = made.ticker(PAIR).day
    assert (day.open, day.high, day.low, day.volume) == numbers(30000, 30500, 29500, 4)
    assert day.trades == 3

    made.tick(NOW + 1440 * MINUTE + MINUTE)
    assert made.ticker(PAIR).day.trades == 1
    made.tick(NOW + 1440 * MINUTE + 3 * MINUTE)
    empty = made.ticker(PAIR)
    assert empty.day.trades == 0
    assert (empty.day.open, empty.last, empty.change) == numbers(0, 29500, 0)


def test_a_pair_that_never_traded_has_an_empty_ticker() -> None:
    ticker = exchange().ticker(PAIR)

    assert (ticker.bid, ticker.ask, ticker.last) == (None, None, None)
    assert ticker.change == 0
    assert ticker.day.volume == 0


def test_spreads_are_kept_when_the_best_prices_move() -> None:
    made = exchange()
    place(made, "ann", limit("buy", "1", "29000"))
    place(made, "bob", limit("sell", "1", "31000"), now=NOW + 1)
    place(made, "bob", limit("sell", "1", "32000"), now=NOW + 2)
    place(made, "ann", limit("buy", "1", "29500"), now=NOW + 3)

    assert [(spread.bid, spread.ask, spread.at) for spread in made.spreads(PAIR)] == [
        (Decimal(29000), Decimal(31000), NOW + 1),
        (Decimal(29500), Decimal(31000), NOW + 3),
    ]


def test_the_past_is_on_the_tape_and_nowhere_else() -> None:
    made = exchange()
    past(made, 30000, 1, NOW - MINUTE)

    assert made.events() == []
    (public,) = made.public_trades(PAIR)
    assert (public.number, public.at) == (1, NOW - MINUTE)
    assert (public.price, public.qty) == numbers(30000, 1)
    assert made.ticker(PAIR).last == 30000
