"""The Futures WebSocket v1 on the wire: the conversation, and the public feeds."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.wire.environment import WsKey
from krakenkit.wire.futures_v1.frames import decode_frame
from sandbox.futures_line import FuturesLine, Trader, line, private_line, trade
from sandbox.loopback import World, over_loopback, read, world

FAILED = {"event": "alert", "message": "Failed to subscribe to authenticated feed"}


# --- the conversation -------------------------------------------------------------------------------------------------


@over_loopback
async def test_one_address_serves_public_and_private_feeds() -> None:
    async with world() as here:
        sockets = here.box.environment.ws
        assert sockets[WsKey.DERIVATIVES_PUBLIC_V1] == sockets[WsKey.DERIVATIVES_PRIVATE_V1]
        told = here.box.describe()
        assert told["futures"] == here.box.environment.futures_rest
        assert told["ws"]["DERIVATIVES_PUBLIC_V1"].endswith("/ws/v1")
        keys = [told["keys"][name] for name in ("futures", "futures_2", "futures_3")]
        assert len({key["key"] for key in keys}) == 3
        socket = await private_line(here, Trader(here))
        await socket.follow("book", "PF_XBTUSD")
        await socket.follow("open_orders")
        await socket.follow("ticker", "PF_XBTUSD")


@over_loopback
async def test_each_product_is_acknowledged_for_itself_in_capitals() -> None:
    async with world() as here:
        socket = await line(here)
        await socket.send("subscribe", feed="trade", product_ids=["pf_xbtusd", "PI_XBTUSD"], req_id="unknown to Kraken")
        acks = [await socket.until(lambda m: "event" in m) for _ in range(2)]
        assert acks == [
            {"event": "subscribed", "feed": "trade", "product_ids": [product]} for product in ("PF_XBTUSD", "PI_XBTUSD")
        ]
        ack = await socket.ask("unsubscribe", feed="trade", product_ids=["PF_XBTUSD"])
        assert ack == {"event": "unsubscribed", "feed": "trade", "product_ids": ["PF_XBTUSD"]}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"event": "subscribe", "feed": "moon"}, "Invalid feed"),
        ({"event": "subscribe"}, "Invalid feed"),
        ({"event": "subscribe", "feed": "ticker"}, "Invalid product id"),
        ({"event": "subscribe", "feed": "book", "product_ids": ["PF_WWWUSD"]}, "Invalid product id"),
        ({"event": "subscribe", "feed": "book", "product_ids": [7]}, "Invalid product id"),
        ({"event": "unsubscribe", "feed": "book", "product_ids": ["XBT"]}, "Invalid product id"),
        ({"event": "challenge"}, "Json Error"),
        ({"event": "dance"}, "Json Error"),
        ({}, "Json Error"),
    ],
)
def test_what_cannot_be_is_an_error(members: dict[str, Any], message: str) -> None:
    async def story() -> None:
        async with world() as here:
            socket = await line(here)
            await socket.socket.send_json(members)
            assert await socket.next() == {"event": "error", "message": message}

    asyncio.run(story())


@over_loopback
async def test_the_good_products_of_a_request_are_subscribed_beside_a_bad_one() -> None:
    async with world() as here:
        socket = await line(here)
        await socket.send("subscribe", feed="trade", product_ids=["PF_WWWUSD", "PF_XBTUSD"])
        assert (await socket.next())["message"] == "Invalid product id"
        assert (await socket.next())["event"] == "subscribed"


@over_loopback
async def test_frames_that_are_no_json_and_pings_are_answered() -> None:
    async with world() as here:
        socket = await line(here)
        for text in ("{", "[]", "7"):
            await socket.socket.send_str(text)
            assert await socket.next() == {"event": "error", "message": "Json Error"}
        assert await socket.ask("ping") == {"event": "pong"}
        await socket.socket.ping()
        assert await socket.ask("ping") == {"event": "pong"}


@over_loopback
async def test_a_feed_that_is_there_begins_anew_and_one_that_is_not_is_an_alert() -> None:
    async with world() as here:
        socket = await line(here)
        await socket.follow("book", "PF_XBTUSD")
        again = await socket.ask("subscribe", feed="book", product_ids=["PF_XBTUSD"])
        assert again == {"event": "alert", "message": "Already subscribed to feed, re-requesting"}
        assert (await socket.next())["event"] == "subscribed"
        assert (await socket.next())["feed"] == "book_snapshot"
        gone = await socket.ask("unsubscribe", feed="ticker", product_ids=["PF_XBTUSD"])
        assert gone == {"event": "alert", "message": "Not subscribed to feed"}


# --- proof ------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_private_feed_echoes_its_proof_but_for_balances() -> None:
    async with world() as here:
        socket = await private_line(here, Trader(here))
        ack = await socket.ask("subscribe", feed="open_orders", **socket.proof)
        assert ack == {"event": "subscribed", "feed": "open_orders"} | socket.proof
        await socket.on("open_orders_snapshot")
        assert await socket.ask("subscribe", feed="balances", **socket.proof) == {
            "event": "subscribed",
            "feed": "balances",
        }
        await socket.on("balances_snapshot")
        left = await socket.ask("unsubscribe", feed="open_orders", **socket.proof)
        assert left == {"event": "unsubscribed", "feed": "open_orders"} | socket.proof
        assert (await socket.ask("unsubscribe", feed="open_orders", **socket.proof))["event"] == "alert"


@over_loopback
async def test_a_proof_is_of_this_line_this_key_and_right() -> None:
    async with world() as here:
        trader = Trader(here)
        first, second = await private_line(here, trader), await private_line(here, trader)
        assert await second.ask("subscribe", feed="fills", **first.proof) == FAILED
        assert await second.ask("subscribe", feed="fills") == FAILED
        for wrong in ({"signed_challenge": "ü"}, {"signed_challenge": "AA=="}, {"api_key": "nobody's"}):
            assert await second.ask("subscribe", feed="fills", **(second.proof | wrong)) == FAILED
        blind = await private_line(here, Trader(here, "blind", permissions=[]))
        assert await blind.ask("subscribe", feed="fills", **blind.proof) == FAILED
        await second.follow("fills")
        assert await second.ask("unsubscribe", feed="fills") == FAILED


@over_loopback
async def test_any_challenge_of_the_line_is_good_and_one_is_enough() -> None:
    async with world() as here:
        trader = Trader(here)
        socket = await private_line(here, trader)
        first = dict(socket.proof)
        await socket.prove(trader)
        assert socket.proof["original_challenge"] != first["original_challenge"]
        for feed, proof in (("fills", first), ("open_orders", socket.proof), ("account_log", first)):
            assert (await socket.ask("subscribe", feed=feed, **proof))["event"] == "subscribed"


# --- public feeds -----------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_line_remembers_its_newest_challenges_only() -> None:
    async with world() as here:
        socket = await private_line(here, trader := Trader(here))
        first = dict(socket.proof)
        for _ in range(16):
            await socket.ask("challenge", api_key=trader.credentials.key)
        assert await socket.ask("subscribe", feed="fills", **first) == FAILED
        await socket.prove(trader)
        await socket.follow("fills")


@over_loopback
async def test_a_ticker_comes_at_once_and_then_once_a_second() -> None:
    async with world(pace=0.05) as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        await trade(buyer, seller, "0.1", "95000")
        socket = await line(here)
        first = await socket.follow("ticker", "PF_XBTUSD")
        lite = await socket.follow("ticker_lite", "PF_XBTUSD")
        assert (first["last"], first["volume"], first["tag"], first["openInterest"]) == (
            95000,
            Decimal("0.1"),
            "perpetual",
            Decimal("0.1"),
        )
        assert (lite["pair"], lite["maturityTime"]) == ("XBT:USD", 0)
        assert not {"funding_rate", "relative_funding_rate"} & first.keys()  # zero, and so left out
        before = asyncio.get_running_loop().time()
        assert (await socket.on("ticker"))["product_id"] == "PF_XBTUSD"
        assert asyncio.get_running_loop().time() - before > 0.5


@over_loopback
async def test_a_heartbeat_tells_the_time() -> None:
    async with world(pace=0.05) as here:
        socket = await line(here)
        first = await socket.follow("heartbeat")
        assert (await socket.on("heartbeat"))["time"] > first["time"]


@over_loopback
async def test_trades_come_after_the_latest_ones_the_newest_first() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        for price in ("95000", "95010"):
            await trade(buyer, seller, "0.1", price)
        socket = await line(here)
        snapshot = await socket.follow("trade", "PF_XBTUSD")
        assert [(row["seq"], row["price"]) for row in snapshot["trades"]] == [(2, 95010), (1, 95000)]
        assert {row["feed"] for row in snapshot["trades"]} == {"trade"}
        await trade(seller, buyer, "0.3", "95020")
        new = await socket.on("trade")
        assert (new["seq"], new["side"], new["qty"], new["type"]) == (3, "buy", Decimal("0.3"), "fill")


@over_loopback
async def test_a_book_counts_by_one_from_its_snapshot_and_follows_the_exchange() -> None:
    async with world(market=["PF_XBTUSD", "PI_XBTUSD"], pace=60) as here:
        socket = await line(here)
        books = [Picture(await socket.follow("book", product)) for product in ("PF_XBTUSD", "PI_XBTUSD")]
        here.box.advance(1, steps=40)
        await followed(socket, books)
        for book in books:
            assert book.count > 50
            assert book.levels == await rest_book(here, book.product)


class Picture:
    """A book as a subscriber keeps it; no step of it may be missing or cross it."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        assert snapshot["feed"] == "book_snapshot"
        self.product, self.seq, self.count = snapshot["product_id"], snapshot["seq"], 0
        sides = (("buy", "bids"), ("sell", "asks"))
        self.levels = {side: {row["price"]: row["qty"] for row in snapshot[name]} for side, name in sides}

    def hear(self, change: dict[str, Any]) -> None:
        assert change["seq"] == self.seq + 1
        self.seq += 1
        self.count += 1
        side = self.levels[change["side"]]
        if change["qty"]:
            side[change["price"]] = change["qty"]
        else:
            del side[change["price"]]
        assert max(self.levels["buy"]) < min(self.levels["sell"])


async def followed(socket: FuturesLine, books: list[Picture]) -> None:
    """Take in all that was sent; what the exchange answers to a ping comes after it."""
    await socket.send("ping")
    while "feed" in (message := await socket.next()):
        next(book for book in books if book.product == message["product_id"]).hear(message)


async def rest_book(here: World, product: str) -> dict[str, dict[Any, Any]]:
    url = f"{here.box.environment.futures_rest}/derivatives/api/v3/orderbook"
    async with here.http.get(url, params={"symbol": product}) as answer:
        book = read(await answer.text())["orderBook"]
    return {side: {row[0]: row[1] for row in book[name]} for side, name in (("buy", "bids"), ("sell", "asks"))}


@over_loopback
async def test_every_frame_is_read_by_the_clients_classes() -> None:
    async with world(market=["PF_XBTUSD"], pace=0.02) as here:
        trader = Trader(here)
        socket = await private_line(here, trader)
        for feed in ("ticker", "ticker_lite", "trade", "book"):
            await socket.send("subscribe", feed=feed, product_ids=["PF_XBTUSD"])
        for feed in ("heartbeat", "open_orders", "open_orders_verbose", "fills", "balances", "open_positions"):
            await socket.send("subscribe", feed=feed, **socket.proof)
        for feed in ("account_log", "notifications_auth"):
            await socket.send("subscribe", feed=feed, **socket.proof)
        await trader.order("buy", "0.01")
        await trader.order("buy", "0.01", "90000")
        await trader.post("cancelallorders")
        seen: set[str] = set()
        wanted = {"ticker", "ticker_lite", "trade_snapshot", "trade", "book_snapshot", "book", "heartbeat"}
        wanted |= {"open_orders_snapshot", "open_orders", "open_orders_verbose_snapshot", "open_orders_verbose"}
        wanted |= {"fills_snapshot", "fills", "balances_snapshot", "balances", "open_positions", "account_log_snapshot"}
        wanted |= {"account_log", "notifications_auth"}
        while seen < wanted:
            text = await socket.text()
            if '"event"' not in text:
                seen.add(str(decode_frame(text.encode()).__struct_config__.tag))
        assert seen == wanted
