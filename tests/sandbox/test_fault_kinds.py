"""Faults of lines, frames, answers and the clock: each goes wrong exactly as its entry in the list says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import time
from typing import Any

import aiohttp
import pytest

from krakenkit.sandbox.faults import Happened
from krakenkit.sandbox.faults.rest import RateLimit, Throttle
from krakenkit.sandbox.faults.script import Script
from sandbox.loopback import PRIVATE, Line, Moment, World, over_loopback, world

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
V2_LIMIT = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 1, "limit_price": 30000}
TIME = "/0/public/Time"


async def bids(here: World, *prices: int) -> None:
    trader = here.account("bidder")
    for price in prices:
        await trader.result("AddOrder", **LIMIT | {"price": str(price)})


async def nothing_comes(line: Line, seconds: float) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await line.socket.receive()


async def prices(line: Line, count: int) -> list[int]:
    """The prices of the next updates of a book."""
    return [int((await line.on("book", "update"))["data"][0]["bids"][0]["price"]) for _ in range(count)]


# --- lines ------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_half_open_line_is_silent_for_ever_and_not_closed() -> None:
    async with world(market=["BTC/USD"], pace=60) as here:
        dead, live = await here.line(), await here.line(PRIVATE)
        await dead.subscribe("trade", "BTC/USD")
        await dead.on("trade", "snapshot")
        assert here.box.faults.half_open("public") == 1
        here.box.advance(50)
        await dead.send("ping")
        await dead.socket.ping()
        await nothing_comes(dead, 0.2)
        assert not dead.socket.closed
        await live.ask("ping")
        await (await here.line()).subscribe("trade", "BTC/USD")


@over_loopback
async def test_a_frozen_server_reads_nothing_and_says_nothing_until_it_thaws() -> None:
    async with world() as here:
        line = await here.line()
        here.box.faults.freeze(0.3)
        began = time.monotonic()
        call = asyncio.create_task(here.get("Time"))
        late = asyncio.create_task(here.line())
        await line.ask("ping")
        assert time.monotonic() - began > 0.29
        assert (await call)["error"] == []
        assert (await late).status["channel"] == "status"
        here.box.faults.freeze(60)
        here.box.faults.clear()
        await line.ask("ping")


@over_loopback
async def test_a_restart_of_the_proxy_is_announced_before_the_lines_end() -> None:
    async with world() as here:
        line = await here.line()
        assert here.box.faults.proxy_restart(0.05) == 1
        assert await line.text() == "CloudFlare WebSocket proxy restarting"
        assert await line.ended()


# --- frames -----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_one_channel_of_one_symbol_falls_silent_while_the_rest_lives() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("book", "BTC/USD")
        await line.subscribe("ticker", "BTC/USD", event_trigger="bbo")
        here.box.faults.mute("book", "XBTUSD")
        await bids(here, 30000, 30001)
        assert [(await line.on("ticker", "update"))["data"][0]["bid"] for _ in range(2)] == [30000, 30001]
        await line.ask("ping")
        here.box.faults.clear("mute")
        await bids(here, 30002)
        assert await prices(line, 1) == [30002]


@over_loopback
async def test_a_frame_comes_twice_and_two_frames_change_places() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("book", "BTC/USD")
        here.box.faults.duplicate_frames("book")
        await bids(here, 30000, 30001)
        assert await prices(line, 3) == [30000, 30000, 30001]
        here.box.faults.swap_frames(symbol="BTC/USD")
        await bids(here, 30002, 30003, 30004)
        assert await prices(line, 3) == [30003, 30002, 30004]


@over_loopback
async def test_an_order_is_taken_and_its_acknowledgement_lost() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        here.box.faults.lose_acks()
        await line.send("add_order", **V2_LIMIT)
        await nothing_comes(line, 0.1)
        assert len((await trader.result("OpenOrders"))["open"]) == 1
        assert (await line.ask("cancel_all"))["result"] == {"count": 1}


@over_loopback
async def test_commands_are_refused_and_nothing_is_done() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        here.box.faults.refuse_commands("add_order", error="EService:Unavailable")
        assert (await line.ask("cancel_all"))["success"] is True
        assert (await line.ask("add_order", **V2_LIMIT))["error"] == "EService:Unavailable"
        assert await trader.result("OpenOrders") == {"open": {}}


# --- answers ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_gateways_answer_in_html_or_not_at_all() -> None:
    async with world() as here:
        url = here.box.environment.spot_rest + TIME
        for status in (502, 520):
            here.box.faults.html_error(status=status)
            async with here.http.get(url) as answer:
                assert (answer.status, answer.content_type) == (status, "text/html")
                assert (await answer.text()).startswith("<html>")
        here.box.faults.empty_body()
        async with here.http.get(url) as answer:
            assert (answer.status, await answer.read()) == (200, b"")


@over_loopback
async def test_every_surface_is_over_its_limit_in_its_own_words() -> None:
    async with world(clock=Moment()) as here:
        here.box.faults.rate_limit(count=3, reset_seconds=7)
        assert (await here.get("Time"))["error"] == ["EAPI:Rate limit exceeded"]
        origin = here.box.environment.futures_rest
        async with here.http.get(f"{origin}/derivatives/api/v3/tickers") as answer:
            assert (await answer.json())["error"] == "apiLimitExceeded"
        async with here.http.get(f"{origin}/api/history/v3/executions") as answer:
            assert (answer.status, answer.content_type) == (429, "text/plain")
            assert answer.headers["rate-limit-reset"] == "7"
        here.box.faults.throttle(5)
        assert (await here.get("Time"))["error"] == ["EService: Throttled: 1790000005"]


def test_the_throttle_names_a_moment_that_has_not_passed() -> None:
    assert Throttle(0).says(TIME, 10**18 + 1) == "EService: Throttled: 1000000001"
    assert RateLimit().says("/derivatives/api/v3/x", 0) == "apiLimitExceeded"


@over_loopback
async def test_busy_and_unavailable_speak_the_language_of_the_surface() -> None:
    async with world() as here:
        here.box.faults.busy()
        here.box.faults.unavailable(count=2)
        assert (await here.get("Time"))["error"] == ["EService:Busy"]
        assert (await here.get("Time"))["error"] == ["EService:Unavailable"]
        async with here.http.get(f"{here.box.environment.futures_rest}/derivatives/api/v3/tickers") as answer:
            assert (await answer.json())["error"] == "Unavailable"


@over_loopback
async def test_the_clock_is_off_wherever_it_is_told() -> None:
    async with world(clock=Moment()) as here:
        assert (await here.get("Time"))["result"]["unixtime"] == 1_790_000_000
        here.box.faults.clock_skew(90)
        assert (await here.get("Time"))["result"]["unixtime"] == 1_790_000_090
        line = await here.line()
        assert (await line.ask("ping"))["time_in"].startswith("2026-09-21T14:14:50")
        here.box.faults.clear()
        assert (await here.get("Time"))["result"]["unixtime"] == 1_790_000_000


@over_loopback
async def test_the_market_goes_on_when_the_clock_is_set_back() -> None:
    async with world(market=["BTC/USD"], pace=0.01) as here:
        here.box.faults.clock_skew(3600)
        here.box.faults.clock_skew(-3600)
        line = await here.line()
        await line.subscribe("book", "BTC/USD")
        assert await line.on("book", "update")


@over_loopback
async def test_maintenance_ends_when_faults_are_cleared() -> None:
    async with world() as here:
        here.box.faults.set_status("maintenance")
        assert (await here.get("SystemStatus"))["result"]["status"] == "maintenance"
        here.box.faults.clear()
        assert (await here.get("SystemStatus"))["result"]["status"] == "online"


# --- by chance --------------------------------------------------------------------------------------------------------


def fates(seed: int, kinds: list[str] | None, occasions: int = 400) -> list[Any]:
    script = Script(lambda: 0)
    script.roll(seed, 0.1, kinds)
    return [script.due("call", TIME) for _ in range(occasions)]


def test_luck_comes_from_the_seed_and_each_kind_has_its_own() -> None:
    assert fates(1, None) == fates(1, None)
    assert fates(1, None) != fates(2, None)
    alone = fates(1, ["busy"])
    assert 20 < sum(one is not None for one in alone) < 70
    for one, other in zip(alone, fates(1, ["busy", "html_error"]), strict=True):
        assert one is None or one == other


def test_luck_goes_on_where_it_was_after_being_saved() -> None:
    script = Script(_epoch)
    script.roll(1, 0.3, None)
    for _ in range(50):
        script.due("call", TIME)
    twin = pickle.loads(pickle.dumps(script))
    follow = [[one.due("call", TIME) for _ in range(50)] for one in (script, twin)]
    assert follow[0] == follow[1]
    assert list(twin.history) == list(script.history)


def _epoch() -> int:
    return 0


@over_loopback
async def test_calls_fail_by_chance_the_same_for_one_seed() -> None:
    async def story() -> tuple[list[Any], list[Happened]]:
        async with world(clock=Moment()) as here:
            here.box.faults.at_random(seed=5, rate=0.2, kinds=["busy", "unavailable", "lose_acks"])
            errors = [(await here.get("Time"))["error"] for _ in range(40)]
            return errors, here.box.faults.history()

    errors, happened = await story()
    assert (errors, happened) == await story()
    wrong = [error for error in errors if error]
    assert len(wrong) > 5
    assert [one.fault for one in happened if one.by_chance] == [
        {"EService:Busy": "busy", "EService:Unavailable": "unavailable"}[error[0]] for error in wrong
    ]


async def test_chance_of_every_kind_leaves_the_server_on_its_feet(caplog: pytest.LogCaptureFixture) -> None:
    async with world(market=["BTC/USD"], pace=0.01) as here, asyncio.timeout(10):
        here.box.faults.at_random(seed=11, rate=0.05)
        for _ in range(8):
            with contextlib.suppress(aiohttp.ClientError, AssertionError, json.JSONDecodeError):
                line = await here.line()
                for channel in ("book", "ticker", "trade"):
                    await line.send("subscribe", channel=channel, symbol=["BTC/USD"])
                await asyncio.sleep(0.05)
                await here.get("Time")
        met = {one.fault for one in here.box.faults.history()}
        here.box.faults.clear()
        assert (await here.get("Time"))["error"] == []
        assert len(met) > 3
    assert not [record for record in caplog.records if record.exc_info]
