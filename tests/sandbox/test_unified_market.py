"""The public side of the Unified WebSocket: its path, its subscriptions, and books that a client can verify."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.books import Level2Book, Level3Book
from krakenkit.protocol.unified_data import read_data
from krakenkit.wire.environment import WsKey
from sandbox.loopback import Moment, over_loopback, read, world
from sandbox.unified_line import SELL, UnifiedLine, deep, private, public, unread_by_clients

PRECISIONS = {"PF_XBTUSD": (1, 4), "PI_XBTUSD": (4, 0)}


class BookReader:
    """Keeps a book from messages, as a client does."""

    def __init__(self, line: UnifiedLine, book: Level2Book | Level3Book) -> None:
        self.line = line
        self.book = book
        self.events: Counter[str] = Counter()

    async def next(self) -> bool:
        """Whether the book agrees with the checksum of the next message."""
        batch = read_data((await self.line.line.text()).encode())
        assert batch is not None
        (row,) = batch.rows
        (self.book.snapshot if batch.snapshot else self.book.update)(row.asks, row.bids)
        self.events.update(getattr(one, "event", "") for one in (*row.asks, *row.bids))
        return self.book.checksum() == row.checksum and not self.book.crossed


@pytest.mark.parametrize("symbol", PRECISIONS)
def test_books_of_every_depth_verify_through_hundreds_of_updates(symbol: str) -> None:
    async def story() -> None:
        async with world(market=[symbol], pace=60) as here:
            trader = here.account()
            readers = [
                BookReader(await public(here), Level2Book(depth, *PRECISIONS[symbol])) for depth in (10, 25, 1000)
            ]
            readers += [
                BookReader(await deep(here, trader), Level3Book(depth, *PRECISIONS[symbol])) for depth in (10, 100)
            ]
            for reader in readers:
                channel = "book" if isinstance(reader.book, Level2Book) else "level3"
                await reader.line.follow(channel, symbol, depth=reader.book.depth)
            here.box.advance(150)
            for reader in readers:
                assert [await reader.next() for _ in range(140)] == [True] * 140
            assert readers[-1].events.keys() == {"", "add", "modify", "delete"}

    asyncio.run(story())


@over_loopback
async def test_a_trade_is_told_by_ticker_trades_and_candles() -> None:
    async with world() as here:
        maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
        line = await public(here)
        for channel in ("ticker", "trade", "ohlc"):
            await line.follow(channel, "PF_XBTUSD", snapshot=False)
        await maker.place(limit_price=90000)  # a book that changes is not told to any of them
        await taker.place(**SELL | {"order_type": "market", "order_qty": Decimal("0.2"), "limit_price": None})
        told = {message["channel"]: message for message in [await line.line.next() for _ in range(3)]}
        assert {message["type"] for message in told.values()} == {"update"}
        (trade,) = told["trade"]["data"]
        assert (trade["symbol"], trade["side"], trade["ord_type"]) == ("PF_XBTUSD", "sell", "market")
        assert (trade["price"], trade["qty"]) == (90000, Decimal("0.2"))
        (ticker,) = told["ticker"]["data"]
        assert (ticker["last"], ticker["bid"], ticker["bid_qty"]) == (90000, 90000, Decimal("0.3"))
        (candle,) = told["ohlc"]["data"]
        assert (candle["close"], candle["volume"], candle["interval"]) == (90000, Decimal("0.2"), 1)
        assert candle["symbol"] == "PF_XBTUSD"


@over_loopback
async def test_candles_of_the_mark_and_index_prices_come_when_those_have_moved() -> None:
    async with world(market=["PF_XBTUSD"], pace=60) as here:
        lines = {tick_type: await public(here) for tick_type in ("mark", "spot")}
        before: dict[str, Any] = {}
        for tick_type, line in lines.items():
            ack = await line.follow("ohlc", "PF_XBTUSD", tick_type=tick_type)
            assert (ack["result"]["tick_type"], ack["result"]["interval"]) == (tick_type, 1)
            before[tick_type] = (await line.on("ohlc", "snapshot"))["data"][-1]
        here.box.market.move("PF_XBTUSD", "+2%")
        for tick_type, line in lines.items():
            (candle,) = (await line.on("ohlc", "update"))["data"]
            assert candle["high"] > before[tick_type]["close"] * Decimal("1.01")
            assert (candle["symbol"], candle["volume"], candle["trades"]) == ("PF_XBTUSD", 0, 0)


@over_loopback
async def test_trades_come_without_a_snapshot_unless_it_is_asked_for() -> None:
    async with world(market=["PF_XBTUSD"], pace=60) as here:
        line = await public(here)
        ack = await line.follow("trade", "PF_XBTUSD")
        assert ack["result"]["snapshot"] is False
        await line.ask("unsubscribe", channel="trade", symbol=["PF_XBTUSD"])
        await line.follow("trade", "PF_XBTUSD", snapshot=True)
        numbers = [row["trade_id"] for row in (await line.on("trade", "snapshot"))["data"]]
        assert numbers == list(range(numbers[0], numbers[0] + 50))


@over_loopback
async def test_instruments_tell_ticks_that_are_coarser_than_the_precision() -> None:
    async with world() as here:
        line = await public(here)
        await line.follow("instrument")
        text = await line.line.text()
        assert unread_by_clients(text) == []
        data = read(text)["data"]
        bitcoin = next(pair for pair in data["pairs"] if pair["symbol"] == "PF_XBTUSD")
        assert (bitcoin["price_increment"], bitcoin["price_precision"]) == (1, 1)
        assert (bitcoin["qty_increment"], bitcoin["qty_precision"]) == (Decimal("0.0001"), 4)
        assert {bitcoin["base"], bitcoin["quote"]} <= {asset["id"] for asset in data["assets"]}


@over_loopback
async def test_every_public_message_is_read_whole_by_the_clients_classes() -> None:
    async with world(market=["PF_XBTUSD", "PI_XBTUSD"], pace=60) as here:
        line, with_token = await public(here), await deep(here, here.account())
        for channel in ("book", "ticker", "ohlc"):
            await line.follow(channel, "PF_XBTUSD", "PI_XBTUSD", snapshot=False)
        await line.follow("trade", "PF_XBTUSD", "PI_XBTUSD")
        await with_token.follow("level3", "PF_XBTUSD", snapshot=False)
        here.box.advance(20)
        seen: set[str] = set()
        texts = [await line.line.text() for _ in range(60)] + [await with_token.line.text() for _ in range(15)]
        for text in texts:
            assert unread_by_clients(text) == []
            batch = read_data(text.encode())
            seen.add(batch.channel if batch is not None else "heartbeat")
        assert seen >= {"book", "ticker", "ohlc", "trade", "level3"}


# --- the path and its subscriptions -----------------------------------------------------------------------------------


@over_loopback
async def test_both_paths_begin_with_the_status_and_tell_its_changes() -> None:
    async with world() as here:
        lines = [await public(here), await private(here, here.account())]
        assert [one.line.status["data"][0]["api_version"] for one in lines] == ["v2", "v2"]
        here.box.set_status("post_only")
        assert [(await one.line.next())["data"][0]["system"] for one in lines] == ["post_only"] * 2
        assert here.box.environment.socket(WsKey.UNIFIED_PUBLIC).endswith("/uws/v2/public")
        assert here.box.describe()["ws"]["UNIFIED_PRIVATE"].endswith("/uws/v2/private")


@over_loopback
async def test_a_heartbeat_comes_once_something_is_subscribed() -> None:
    async with world(pace=60) as here:
        line = await public(here)
        await line.follow("book", "PF_XBTUSD", snapshot=False)
        assert await line.line.next() == {"channel": "heartbeat"}
        await line.line.socket.send_str('{"method":"ping","req_id":7}')
        assert (await line.line.until(lambda m: m.get("req_id") == 7))["method"] == "pong"


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "book", "symbol": ["PF_XBTUSD"], "asset_class": None}, "Missing 'params.asset_class'"),
        (
            {"channel": "book", "symbol": ["BTC/USD"], "asset_class": "spot"},
            "'params.asset_class' spot is not available yet",
        ),
        ({"channel": "book", "symbol": ["PF_XBTUSD"], "asset_class": "bonds"}, "Unknown 'params.asset_class'"),
        ({"channel": "book", "symbol": ["PF_XBTUSD"], "asset_class": 7}, "Unknown 'params.asset_class'"),
        ({"channel": "book", "symbol": ["BTC/USD"]}, "Currency pair not supported BTC/USD"),
        ({"channel": "book", "symbol": ["pf_xbtusd"]}, "Currency pair not supported pf_xbtusd"),
        ({"channel": "book", "symbol": "PF_XBTUSD"}, "Symbol(s) not found"),
        ({"channel": "book"}, "Symbol(s) not found"),
        ({"channel": "book", "symbol": ["PF_XBTUSD"], "depth": 5}, "Subscription depth not supported"),
        ({"channel": "book", "symbol": ["PF_XBTUSD"], "depth": True}, "Subscription depth not supported"),
        ({"channel": "book", "symbol": ["PF_XBTUSD"], "snapshot": "yes"}, "Snapshot field must be a boolean"),
        (
            {"channel": "ticker", "symbol": ["PF_XBTUSD"], "event_trigger": "bbo"},
            "'params.event_trigger' is not valid for the ticker channel",
        ),
        ({"channel": "instrument", "symbol": ["PF_XBTUSD"]}, "'params.symbol' is not valid for the instrument channel"),
        ({"channel": "ohlc", "symbol": ["PF_XBTUSD"], "interval": 2}, "Subscription ohlc interval not supported"),
        ({"channel": "ohlc", "symbol": ["PF_XBTUSD"], "tick_type": "x"}, "Subscription ohlc tick_type not supported"),
        ({"channel": "level3", "symbol": ["PF_XBTUSD"], "depth": 25}, "Subscription depth not supported"),
        ({"channel": "level3", "symbol": ["PF_XBTUSD"]}, "ESession:Invalid session"),
        ({"channel": "level3", "symbol": ["PF_XBTUSD"], "token": "x"}, "EAPI:Invalid token"),
        ({"channel": "status"}, "Symbol(s) not found"),
        ({"channel": "gossip"}, "Subscription name invalid"),
        (
            {"channel": "positions"},
            "Private data and trading are unavailable on this endpoint. Try uws.kraken.com/v2/private",
        ),
    ],
)
def test_a_subscription_is_refused_in_words_after_krakens(params: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            assert await (await public(here)).refused("subscribe", **params) == error

    asyncio.run(story())


@over_loopback
async def test_the_public_path_takes_no_orders_and_the_private_one_no_market_data() -> None:
    async with world() as here:
        assert "Try uws.kraken.com/v2/private" in await (await public(here)).refused("cancel_all")
        line = await private(here, here.account())
        elsewhere = await line.refused("subscribe", channel="book", symbol=["PF_XBTUSD"])
        assert elsewhere.endswith("Try uws.kraken.com/v2/public")


@over_loopback
async def test_what_is_unsubscribed_is_not_told_any_more() -> None:
    async with world() as here:
        line, trader = await public(here), await private(here, here.account())
        await line.follow("book", "PF_XBTUSD", snapshot=False)
        assert (await line.refused("unsubscribe", channel="book", symbol=["PF_XBTUSD"], depth=25)).endswith("Not Found")
        ended = await line.ask("unsubscribe", channel="book", symbol=["PF_XBTUSD"])
        assert ended["result"]["symbol"] == "PF_XBTUSD"
        await trader.place()
        await line.line.socket.send_str('{"method":"ping","req_id":9}')
        assert (await line.line.next())["method"] == "pong"


# --- level 3 ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_orders_of_one_price_keep_their_places() -> None:
    async with world() as here:
        account = here.account()
        line, trader = await deep(here, account), await private(here, account)
        ids = [await trader.place(order_qty=Decimal(qty)) for qty in ("0.1", "0.2", "0.3")]
        await line.follow("level3", "PF_XBTUSD")
        (row,) = (await line.on("level3", "snapshot"))["data"]
        assert [order["order_id"] for order in row["bids"]] == ids
        await trader.done("amend_order", order_id=ids[0], order_qty=Decimal("0.5"))  # more: to the back
        (row,) = (await line.on("level3", "update"))["data"]
        assert [(step["event"], step["order_id"], step["order_qty"]) for step in row["bids"]] == [
            ("delete", ids[0], Decimal("0.1")),
            ("add", ids[0], Decimal("0.5")),
        ]
        await trader.done("amend_order", order_id=ids[1], order_qty=Decimal("0.1"))  # less: it stays
        (row,) = (await line.on("level3", "update"))["data"]
        assert [(step["event"], step["order_id"]) for step in row["bids"]] == [("modify", ids[1])]


@over_loopback
async def test_level_3_has_one_depth_a_symbol_costs_points_and_keeps_its_token_alive() -> None:
    clock = Moment()
    async with world(clock=clock, limits=True) as here:
        line = await deep(here, here.account())
        await line.follow("level3", "PF_XBTUSD", "PF_ETHUSD", depth=1000)
        assert await line.refused("subscribe", channel="level3", symbol=["PF_SOLUSD"]) == "EGeneral:Too many requests"
        clock.pass_by(901)
        other = await line.refused("subscribe", channel="level3", symbol=["PF_XBTUSD"])
        assert other == "Already subscribed to one level3 depth on this symbol"
        await line.follow("level3", "PF_SOLUSD")


# --- what goes wrong --------------------------------------------------------------------------------------------------


@over_loopback
async def test_checksums_and_updates_go_wrong_on_request() -> None:
    async with world() as here:
        line, trader = await public(here), await private(here, here.account())
        reader = BookReader(line, Level2Book(10, *PRECISIONS["PF_XBTUSD"]))
        await line.follow("book", "PF_XBTUSD")
        here.box.faults.corrupt_next_checksum("PF_XBTUSD")
        for price in (90000, 90001):
            await trader.place(limit_price=price)
        assert [await reader.next() for _ in range(3)] == [True, False, True]
        here.box.faults.lose_next_book_update("PF_XBTUSD")
        for price in (90002, 90003):
            await trader.place(limit_price=price)
        assert await reader.next() is False
        here.box.faults.refuse_subscriptions("EGeneral:Temporary lockout")
        refused = await line.refused("subscribe", channel="trade", symbol=["PF_XBTUSD"])
        assert refused == "EGeneral:Temporary lockout"
