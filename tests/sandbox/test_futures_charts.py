"""Charts of Futures: candles of what was traded, of the mark price and of the index."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from krakenkit._core.clock import nanoseconds
from sandbox.futures_line import V3, get
from sandbox.loopback import over_loopback, world


@over_loopback
async def test_charts_of_mark_and_spot_follow_the_ticker() -> None:
    async with world(market=["PF_XBTUSD"], pace=60) as here:
        here.box.advance(150)
        ticker = (await get(here, V3 + "tickers/PF_XBTUSD"))["ticker"]
        for tick_type, price in (("mark", "markPrice"), ("spot", "indexPrice")):
            for resolution, minutes in (("1m", 1), ("12h", 720), ("1w", 10080)):
                rows = (await get(here, f"/api/charts/v1/{tick_type}/PF_XBTUSD/{resolution}"))["candles"]
                assert (Decimal(rows[-1]["close"]), rows[-1]["volume"]) == (ticker[price], "0")
                assert {later["time"] - row["time"] for row, later in pairwise(rows)} <= {minutes * 60_000}
                assert all(Decimal(row["low"]) <= Decimal(row["open"]) <= Decimal(row["high"]) for row in rows)
        whole = (await get(here, "/api/charts/v1/spot/PF_XBTUSD/1h"))["candles"]
        assert len(whole) > 24, "the past before the exchange opened is drawn too"


@over_loopback
async def test_the_history_of_an_index_is_what_it_was_calculated_as() -> None:
    async with world(market=["PF_XBTUSD", "PI_XBTUSD"], pace=60) as here:
        here.box.advance(200)
        for symbol in ("in_xbtusd", "rr_xbtusd"):
            index = (await get(here, V3 + f"tickers/{symbol}"))["ticker"]["last"]
            rows = (await get(here, V3 + "history", [("symbol", symbol)]))["history"]
            assert (rows[0]["price"], len(rows), rows[0].keys()) == (index, 100, {"time", "price"})
            times = [nanoseconds(row["time"]) for row in rows]
            assert times == sorted(times, reverse=True)
            older = (await get(here, V3 + "history", [("symbol", symbol), ("lastTime", rows[10]["time"])]))["history"]
            assert older[:80] == rows[11:91]
