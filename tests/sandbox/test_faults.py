"""What can be made to go wrong, and that it goes wrong exactly so."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from krakenkit.books import Level2Book
from krakenkit.errors import SettingsError
from krakenkit.wire.spot_v2.frames import BookFrame, decode_frame
from sandbox.loopback import PRIVATE, Line, World, over_loopback, world

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
V2_LIMIT = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 1, "limit_price": 30000}


async def agreeing(line: Line, count: int) -> list[bool]:
    """Whether each of the next messages of a new book subscription agrees with its checksum."""
    book, agreed = Level2Book(10, 1, 8), list[bool]()
    while len(agreed) < count:
        frame = decode_frame(await line.text())
        if isinstance(frame, BookFrame):
            (row,) = frame.data
            (book.snapshot if frame.type == "snapshot" else book.update)(row.asks, row.bids)
            agreed.append(book.checksum() == row.checksum)
    return agreed


async def bid(here: World, *prices: int) -> None:
    trader = here.account("bidder")
    for price in prices:
        await trader.result("AddOrder", **LIMIT | {"price": str(price)})


# --- lines ------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_lines_are_cut_without_a_word() -> None:
    async with world() as here:
        public, private = await here.line(), await here.line(PRIVATE)
        assert here.box.faults.drop_lines("private") == 1
        assert await private.ended()
        assert private.socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
        await public.subscribe("ticker", "BTC/USD")
        assert here.box.faults.drop_lines() == 1
        assert await public.ended()
        assert here.box.faults.drop_lines() == 0
        await (await here.line()).subscribe("ticker", "BTC/USD")


@over_loopback
async def test_silence_keeps_lines_open_and_says_nothing() -> None:
    async with world() as here:
        public, private = await here.line(), await here.line(PRIVATE)
        here.box.faults.silence(0.3, "public")
        began = asyncio.get_running_loop().time()
        assert "error" in await private.ask("cancel_all")
        assert asyncio.get_running_loop().time() - began < 0.2
        assert (await public.ask("subscribe", channel="ticker", symbol=["BTC/USD"]))["success"] is True
        assert asyncio.get_running_loop().time() - began > 0.29


@over_loopback
async def test_upgrades_are_refused_with_a_status() -> None:
    async with world() as here:
        here.box.faults.refuse_upgrades(429, count=2)
        for _ in range(2):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await here.line()
            assert refused.value.status == 429
        await here.line()


@over_loopback
async def test_any_text_can_be_said() -> None:
    async with world() as here:
        line = await here.line()
        here.box.faults.say("CloudFlare WebSocket proxy restarting")
        assert await line.text() == "CloudFlare WebSocket proxy restarting"


@over_loopback
async def test_a_client_that_does_not_read_is_cut_off() -> None:
    async with world(market=["BTC/USD"], pace=60, longest_queue=20) as here:
        slow, quick = await here.line(), await here.line(PRIVATE)
        await slow.subscribe("book", "BTC/USD")
        here.box.faults.silence(30, "public")  # what a full socket does
        here.box.advance(1, steps=100)
        assert await slow.ended()
        assert (await quick.ask("cancel_all"))["error"] == "Token(s) not found"


# --- what is said on them ---------------------------------------------------------------------------------------------


@over_loopback
async def test_one_update_of_a_book_has_a_wrong_checksum() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("book", "BTC/USD")
        here.box.faults.corrupt_next_checksum("BTC/USD")
        await bid(here, 30000, 30001, 30002)
        assert await agreeing(line, 4) == [True, False, True, True]


@over_loopback
async def test_a_lost_update_leaves_the_book_wrong() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("book", "BTC/USD")
        here.box.faults.lose_next_book_update("XBTUSD")
        await bid(here, 30000, 30001, 30002)
        assert await agreeing(line, 3) == [True, False, False]
        with pytest.raises(SettingsError, match="no pair 'WWW/USD'"):
            here.box.faults.lose_next_book_update("WWW/USD")


@over_loopback
async def test_a_lost_report_leaves_a_hole_in_the_sequence() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions")
        here.box.faults.lose_next_report("executions")
        await trader.result("AddOrder", **LIMIT)
        assert [(await line.on("executions"))["sequence"] for _ in range(2)] == [1, 3]


@over_loopback
async def test_subscriptions_are_refused_one_by_one() -> None:
    async with world() as here:
        line = await here.private_line(here.account())
        here.box.faults.refuse_subscriptions("EGeneral:Too many requests")
        assert (await line.ask("subscribe", channel="balances"))["error"] == "EGeneral:Too many requests"
        await line.subscribe("balances")
        public = await here.line()
        here.box.faults.refuse_subscriptions("EService:Busy")
        req_id = await public.send("subscribe", channel="trade", symbol=["BTC/USD", "ETH/USD"], snapshot=False)
        replies = [await public.until(lambda m: m.get("req_id") == req_id) for _ in range(2)]
        assert [reply["success"] for reply in replies] == [False, True]
        assert (replies[0]["error"], replies[0]["symbol"]) == ("EService:Busy", "BTC/USD")


@over_loopback
async def test_replies_come_late_while_data_does_not_wait() -> None:
    async with world() as here:
        line = await here.line()
        here.box.faults.delay_acks(0.1)
        await line.send("subscribe", channel="ticker", symbol=["BTC/USD"])
        assert (await line.next())["channel"] == "ticker"
        assert (await line.next())["success"] is True
        here.box.faults.delay_acks(0)
        await line.subscribe("book", "BTC/USD")


@over_loopback
async def test_stale_tokens_are_refused_while_subscriptions_go_on() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions", snap_orders=False)
        here.box.faults.stale_tokens()
        assert (await line.ask("cancel_all"))["error"] == "ESession:Invalid session"
        await trader.result("AddOrder", **LIMIT)
        assert (await line.on("executions"))["sequence"] == 1
        line.token = await trader.token()
        assert (await line.ask("cancel_all"))["result"] == {"count": 1}


@over_loopback
async def test_a_command_is_carried_out_and_its_line_cut() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        here.box.faults.drop_after_command("add_order")
        assert (await line.ask("cancel_all"))["result"] == {"count": 0}
        await line.send("add_order", **V2_LIMIT, cl_ord_id="mine")
        assert await line.ended()
        assert len((await trader.result("OpenOrders", cl_ord_id="mine"))["open"]) == 1


# --- REST -------------------------------------------------------------------------------------------------------------


async def lost(trader: Any) -> bool:
    try:
        await trader.call("AddOrder", **LIMIT)
    except aiohttp.ServerDisconnectedError:
        return True
    return False


@over_loopback
async def test_a_request_is_carried_out_and_its_answer_lost() -> None:
    async with world() as here:
        trader = here.account()
        here.box.faults.close_after_request("AddOrder")
        assert await trader.result("OpenOrders") == {"open": {}}  # another path is not meant
        assert await lost(trader)
        assert len((await trader.result("OpenOrders"))["open"]) == 1
        assert not await lost(trader)


@over_loopback
async def test_a_request_is_lost_without_being_carried_out() -> None:
    async with world() as here:
        trader = here.account()
        here.box.faults.close_before_request("/0/private/AddOrder", count=2)
        assert [await lost(trader) for _ in range(3)] == [True, True, False]
        assert len((await trader.result("OpenOrders"))["open"]) == 1


@over_loopback
async def test_rest_answers_what_it_is_told_and_does_nothing() -> None:
    async with world() as here:
        trader = here.account()
        url = f"{here.box.environment.spot_rest}/0/public/Time"
        here.box.faults.answer_rest_with(502, "<html>bad gateway</html>", content_type="text/html", count=2)
        for _ in range(2):
            async with here.http.get(url) as answer:
                assert (answer.status, answer.content_type) == (502, "text/html")
                assert await answer.text() == "<html>bad gateway</html>"
        here.box.faults.answer_rest_with(200, path="Time")
        async with here.http.get(url) as answer:
            assert (answer.status, await answer.read()) == (200, b"")
        here.box.faults.refuse_rest("EService:Unavailable", path="AddOrder")
        assert (await trader.call("AddOrder", **LIMIT))["error"] == ["EService:Unavailable"]
        assert await trader.result("OpenOrders") == {"open": {}}


@over_loopback
async def test_an_answer_comes_late_though_the_deed_was_done_at_once() -> None:
    async with world() as here:
        trader = here.account()
        here.box.faults.delay_rest(0.2, path="AddOrder")
        late = asyncio.create_task(trader.call("AddOrder", **LIMIT))
        await asyncio.sleep(0.1)
        assert len((await trader.result("OpenOrders"))["open"]) == 1
        assert not late.done()
        assert (await late)["error"] == []
