"""The level 3 host of Spot v2: every order of a book in its place, proven by its checksum."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from krakenkit.books.level3 import Level3Book
from krakenkit.wire.environment import WsKey
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v2.frames import Level3Frame, decode_frame
from sandbox.loopback import Account, Line, Moment, World, over_loopback, world

L3 = WsKey.SPOT_L3_V2
LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}


async def level3_line(here: World, account: Account | None = None) -> Line:
    line = await here.line(L3)
    line.token = await (account or here.account("reader")).token()
    return line


async def place(trader: Account, **changes: str) -> str:
    """The id of a new order."""
    placed = await trader.result("AddOrder", **LIMIT | changes)
    return str(placed["txid"][0])


async def steps(line: Line) -> list[tuple[str, str, str, str]]:
    """Event, id, price and size of everything the next update tells of the bids."""
    (row,) = (await line.on("level3", "update"))["data"]
    return [
        (order["event"], order["order_id"], str(order["limit_price"]), str(order["order_qty"])) for order in row["bids"]
    ]


class Reader:
    """Keeps a book from messages, as a client does."""

    def __init__(self, line: Line, depth: int, places: int) -> None:
        self.line = line
        self.book = Level3Book(depth, places, 8)
        self.events: Counter[str] = Counter()

    async def next(self) -> bool:
        """Whether the book agrees with the checksum of the next message."""
        frame = decode_frame(await self.line.text())
        assert isinstance(frame, Level3Frame)
        (row,) = frame.data
        (self.book.snapshot if frame.type == "snapshot" else self.book.update)(row.asks, row.bids)
        self.events.update(order.event for order in (*row.asks, *row.bids))
        return self.book.checksum() == row.checksum


# --- books ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("symbol", "places"), [("BTC/USD", 1), ("DOGE/USD", 7)])
def test_books_of_every_depth_verify_through_hundreds_of_updates(symbol: str, places: int) -> None:
    async def story() -> None:
        async with world(market=[symbol], pace=60) as here:
            readers = [Reader(await level3_line(here), depth, places) for depth in (10, 100, 1000)]
            for reader in readers:
                await reader.line.subscribe("level3", symbol, depth=reader.book.depth)
            here.box.advance(1, steps=250)
            for reader in readers:
                assert [await reader.next() for _ in range(251)] == [True] * 251
                assert reader.events.keys() == {"", "add", "modify", "delete"}
                assert not reader.book.crossed

    asyncio.run(story())


@over_loopback
async def test_orders_of_one_price_keep_their_places() -> None:
    async with world() as here:
        trader, other = here.account("trader"), here.account("other")
        line = await level3_line(here)
        ids = [await place(trader, volume=volume) for volume in ("0.01", "0.02", "0.03")]
        await line.subscribe("level3", "BTC/USD")
        (row,) = (await line.on("level3", "snapshot"))["data"]
        assert [order["order_id"] for order in row["bids"]] == ids
        await trader.result("AmendOrder", txid=ids[1], order_qty="0.015")  # less: it keeps its place
        assert await steps(line) == [("modify", ids[1], "30000.0", "0.01500000")]
        await trader.result("AmendOrder", txid=ids[0], order_qty="0.05")  # more: it goes to the back
        assert await steps(line) == [
            ("delete", ids[0], "30000.0", "0.01000000"),
            ("add", ids[0], "30000.0", "0.05000000"),
        ]
        await place(other, type="sell", volume="0.02")  # takes the first one, and a part of the next
        assert await steps(line) == [
            ("delete", ids[1], "30000.0", "0.01500000"),  # with its last size
            ("modify", ids[2], "30000.0", "0.02500000"),
        ]
        await trader.result("AmendOrder", txid=ids[2], limit_price="29999")
        assert await steps(line) == [
            ("delete", ids[2], "30000.0", "0.02500000"),
            ("add", ids[2], "29999.0", "0.02500000"),
        ]


@over_loopback
async def test_an_order_that_moves_into_the_window_is_told_with_its_old_time() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader, line = here.account(), await level3_line(here)
        ids = [await place(trader, price=f"{30000 - step}") for step in range(11)]
        clock.pass_by(1.5)
        await line.subscribe("level3", "BTC/USD")
        assert len((await line.on("level3"))["data"][0]["bids"]) == 10
        await trader.result("CancelOrder", txid=ids[0])
        (row,) = (await line.on("level3"))["data"]
        assert row["timestamp"] == "2026-09-21T14:13:21.500000000Z"
        assert [(order["event"], order["timestamp"]) for order in row["bids"]] == [
            ("delete", "2026-09-21T14:13:20.000000000Z"),
            ("add", "2026-09-21T14:13:20.000000000Z"),
        ]
        await place(trader, price="30001")
        assert [step[0] for step in await steps(line)] == ["add"]  # what falls out of the window is not told


@over_loopback
async def test_only_what_rests_and_shows_is_told() -> None:
    async with world() as here:
        trader, line = here.account(), await level3_line(here)
        await line.subscribe("level3", "BTC/USD", snapshot=False)
        await place(trader, ordertype="iceberg", volume="0.15", displayvol="0.05")
        await place(trader, type="sell", ordertype="stop-loss", price="20000")
        ((event, _, _, qty),) = await steps(line)
        assert (event, qty) == ("add", "0.05000000")
        await line.send("ping")
        assert (await line.next())["method"] == "ping"  # and of the stop nothing


@over_loopback
async def test_every_message_is_read_whole_by_the_clients_classes() -> None:
    async with world(market=["BTC/USD"], pace=60) as here:
        line = await level3_line(here)
        await line.subscribe("level3", "BTC/USD")
        here.box.advance(1, steps=20)
        for _ in range(20):
            text = await line.text()
            again = on_the_wire(decode_frame(text.encode())) | {"channel": "level3"}
            assert unread(exact_json(text), again) == []
            assert altered(exact_json(text), again) == []


# --- the connection and its subscriptions -----------------------------------------------------------------------------


@over_loopback
async def test_the_host_speaks_v2_and_sends_heartbeats() -> None:
    async with world(pace=60) as here:
        line = await level3_line(here)
        assert line.status["data"][0]["api_version"] == "v2"
        here.box.set_status("post_only")
        assert (await line.next())["data"][0]["system"] == "post_only"
        ack = await line.subscribe("level3", "btc/usd", depth=100, snapshot=False)
        assert ack["result"] == {"channel": "level3", "symbol": "btc/usd", "snapshot": False}
        assert await line.next() == {"channel": "heartbeat"}


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "level3", "symbol": ["BTC/USD"], "token": ""}, "ESession:Invalid session"),
        ({"channel": "level3", "symbol": ["BTC/USD"], "token": "x"}, "EAPI:Invalid token"),
        ({"channel": "level3", "symbol": ["BTC/USD"], "depth": 25}, "Subscription depth not supported"),
        ({"channel": "level3", "symbol": ["XBT/USD"]}, "Currency pair not supported XBT/USD"),
        ({"channel": "level3"}, "Symbol(s) not found"),
        ({"channel": "status"}, "Symbol(s) not found"),
        ({"channel": "gossip"}, "Subscription name invalid"),
        (
            {"channel": "book", "symbol": ["BTC/USD"]},
            "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com",
        ),
        (
            {"channel": "executions"},
            "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com",
        ),
    ],
)
def test_a_subscription_is_refused_in_krakens_words(params: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            reply = await (await level3_line(here)).ask("subscribe", **params)
            assert (reply["method"], reply["success"], reply["error"]) == ("subscribe", False, error)

    asyncio.run(story())


@over_loopback
async def test_level_3_is_nowhere_else_and_takes_no_orders() -> None:
    async with world() as here:
        level3, public = await level3_line(here), await here.line()
        elsewhere = await public.ask("subscribe", channel="level3", symbol=["BTC/USD"])
        assert elsewhere["error"] == "Subscription name invalid"
        assert "Try ws-auth.kraken.com" in (await level3.ask("cancel_all"))["error"]


@over_loopback
async def test_a_symbol_has_one_depth_until_it_is_unsubscribed() -> None:
    async with world() as here:
        line = await level3_line(here)
        await line.subscribe("level3", "BTC/USD", "ETH/USD")
        other = await line.ask("subscribe", channel="level3", symbol=["BTC/USD"], depth=100)
        assert (other["success"], other["symbol"]) == (False, "BTC/USD")
        missed = await line.ask("unsubscribe", channel="level3", symbol=["BTC/USD"], depth=100)
        assert missed["error"] == "Subscription Not Found"
        assert (await line.ask("unsubscribe", channel="level3", symbol=["BTC/USD"]))["success"] is True
        await line.subscribe("level3", "BTC/USD", depth=100)
        await place(here.account())
        assert len(await steps(line)) == 1


@over_loopback
async def test_a_token_lives_as_long_as_a_subscription_that_was_made_with_it() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        holding, other = await level3_line(here), await level3_line(here)
        await holding.subscribe("level3", "BTC/USD")
        clock.pass_by(901)
        await holding.subscribe("level3", "ETH/USD")
        late = await other.ask("subscribe", channel="level3", symbol=["BTC/USD"])
        assert (late["error"], late["status"]) == ("ESession:Invalid session", "error")


@over_loopback
async def test_subscribing_costs_points_that_come_back_with_time() -> None:
    clock = Moment()
    async with world(clock=clock, limits=True) as here:
        line = await level3_line(here)
        await line.subscribe("level3", "BTC/USD", "ETH/USD", depth=1000)
        refused = await line.ask("subscribe", channel="level3", symbol=["SOL/USD"])
        assert (refused["error"], refused["symbol"]) == ("EGeneral:Too many requests", "SOL/USD")
        clock.pass_by(0.025)
        await line.subscribe("level3", "SOL/USD")


# --- what goes wrong --------------------------------------------------------------------------------------------------


@over_loopback
async def test_checksums_and_updates_go_wrong_on_request() -> None:
    async with world() as here:
        trader, line = here.account(), await level3_line(here)
        await line.subscribe("level3", "BTC/USD")
        reader = Reader(line, 10, 1)
        here.box.faults.corrupt_next_checksum("BTC/USD")
        for price in ("30000", "30001"):
            await place(trader, price=price)
        assert [await reader.next() for _ in range(3)] == [True, False, True]
        here.box.faults.lose_next_book_update("BTC/USD")
        for price in ("30002", "30003"):
            await place(trader, price=price)
        assert await reader.next() is False


@over_loopback
async def test_its_lines_are_private_ones() -> None:
    async with world() as here:
        line = await level3_line(here)
        here.box.faults.refuse_subscriptions("EGeneral:Temporary lockout")
        refused = await line.ask("subscribe", channel="level3", symbol=["BTC/USD"])
        assert refused["error"] == "EGeneral:Temporary lockout"
        assert here.box.faults.drop_lines("public") == 0
        assert here.box.faults.drop_lines("private") == 1
        assert await line.ended()
