"""What a test can let go wrong on the Futures side."""

from __future__ import annotations

import asyncio

from sandbox.futures_line import Trader, line, private_line, trade
from sandbox.loopback import over_loopback, world


@over_loopback
async def test_lines_are_cut_all_of_them_or_those_with_private_feeds() -> None:
    async with world() as here:
        trader = Trader(here)
        public, private = await line(here), await private_line(here, trader)
        await public.follow("book", "PF_XBTUSD")
        await private.follow("fills")
        assert here.box.faults.drop_lines("private") == 1
        assert await private.ended()
        assert await public.ask("ping") == {"event": "pong"}
        assert here.box.faults.drop_lines() == 1
        assert await public.ended()


@over_loopback
async def test_after_a_cut_a_new_line_needs_a_new_challenge() -> None:
    async with world() as here:
        trader = Trader(here)
        first = await private_line(here, trader)
        await first.follow("fills")
        here.box.faults.drop_lines()
        second = await line(here)
        failed = await second.ask("subscribe", feed="fills", **first.proof)
        assert failed["message"] == "Failed to subscribe to authenticated feed"
        await second.prove(trader)
        await second.follow("fills")


@over_loopback
async def test_a_lost_update_of_a_book_leaves_a_hole_in_the_count() -> None:
    async with world() as here:
        trader = Trader(here)
        socket = await line(here)
        start = (await socket.follow("book", "PF_XBTUSD"))["seq"]
        here.box.faults.lose_next_book_update("pf_xbtusd")
        for price in ("90000", "90001", "90002"):
            await trader.order("buy", "0.1", price)
        changes = [await socket.on("book") for _ in range(2)]
        assert [(change["seq"], change["price"]) for change in changes] == [(start + 2, 90001), (start + 3, 90002)]


@over_loopback
async def test_a_lost_report_leaves_a_hole_where_messages_are_counted() -> None:
    async with world(pace=60) as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        socket = await private_line(here, buyer)
        await socket.follow("fills")
        await socket.follow("open_positions")
        here.box.faults.lose_next_report("fills")
        here.box.faults.lose_next_report("open_positions")
        for price in ("95000", "95001"):
            await trade(buyer, seller, "0.1", price)
        (fill,) = (await socket.on("fills"))["fills"]
        assert (fill["seq"], fill["price"]) == (2, 95001)
        assert (await socket.on("open_positions"))["seq"] == 2


@over_loopback
async def test_subscriptions_are_refused_and_acknowledged_late() -> None:
    async with world() as here:
        socket = await line(here)
        here.box.faults.refuse_subscriptions("Market closed", count=1)
        refused = await socket.ask("subscribe", feed="trade", product_ids=["PF_XBTUSD"])
        assert refused == {"event": "error", "message": "Market closed"}
        here.box.faults.delay_acks(0.15)
        before = asyncio.get_running_loop().time()
        await socket.send("subscribe", feed="trade", product_ids=["PF_XBTUSD"])
        assert (await socket.next())["feed"] == "trade_snapshot"  # data does not wait
        assert (await socket.next())["event"] == "subscribed"
        assert asyncio.get_running_loop().time() - before >= 0.15


@over_loopback
async def test_lines_keep_silent_and_say_anything() -> None:
    async with world() as here:
        socket = await line(here)
        here.box.faults.say('{"event":"alert","message":"Maintenance at noon"}')
        assert (await socket.next())["message"] == "Maintenance at noon"
        here.box.faults.silence(0.2)
        before = asyncio.get_running_loop().time()
        assert await socket.ask("ping") == {"event": "pong"}
        assert asyncio.get_running_loop().time() - before >= 0.15
