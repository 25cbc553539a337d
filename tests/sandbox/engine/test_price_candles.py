"""Candles of prices that nobody trades at, next to what a list of all samples says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from krakenkit.sandbox.engine.candles import MINUTE
from krakenkit.sandbox.engine.derivatives import perpetuals
from krakenkit.sandbox.engine.derivatives.price_candles import PriceCandles

CONTRACT = perpetuals().all[0]
START = 1_790_000_000 * 10**9
SAMPLES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 10**6)), min_size=1, max_size=60)


@given(samples=SAMPLES, interval=st.sampled_from([1, 5, 30, 60, 240, 720]), rest=st.integers(0, 2_000))
def test_candles_are_what_all_samples_together_say(samples: list[tuple[int, int]], interval: int, rest: int) -> None:
    candles, at = PriceCandles(CONTRACT), START
    seen: list[tuple[int, int]] = []
    for minutes, price in samples:
        at += minutes * MINUTE
        candles.add(price, at)
        seen.append((at, price))
    now, length = at + rest * MINUTE, interval * MINUTE
    rows = candles.rows(interval, now)
    assert rows[-1].begin == now - now % length
    assert [row.begin for row in rows] == list(range(rows[0].begin, now + 1, length))
    assert len(rows) <= 720
    close = None
    for row in rows:
        inside = [price for moment, price in seen if row.begin <= moment < row.end]
        before = [price for moment, price in seen if moment < row.begin]
        expected = inside or before[-1:]
        told = (row.open, row.high, row.low, row.close)
        assert told == tuple(map(CONTRACT.price, (expected[0], max(expected), min(expected), expected[-1])))
        assert inside or close in (None, row.open)
        close = row.close


def test_there_are_no_candles_before_the_first_price_and_never_more_than_asked_for() -> None:
    candles = PriceCandles(CONTRACT)
    assert candles.rows(1, START) == []
    candles.add(100, START)
    assert [row.close for row in candles.rows(1, START + 50 * MINUTE, count=3)] == [CONTRACT.price(100)] * 3
