"""Stories of the stream client on the Futures WebSocket v1, against a scripted server on loopback."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from clients.fake_futures import SECRET, FakeFutures, Frame, Peer, politely
from krakenkit import (
    AsyncWebsocketClient,
    BookOutOfStep,
    Credentials,
    Gap,
    ReconnectPolicy,
    SettingsError,
    StreamError,
    SubscriptionRefused,
    WsKey,
    streams,
)

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.errors.KrakenLifecycleWarning")
QUICK = ReconnectPolicy(first=0.01, base=0.01, ceiling=0.05)
XBT, ETH = "PF_XBTUSD", "PF_ETHUSD"


def key() -> Credentials:
    return Credentials("futures-test-key", SECRET)


@pytest.fixture
async def server() -> AsyncIterator[FakeFutures]:
    async with FakeFutures() as fake:
        yield fake


def client(server: FakeFutures, credentials: Credentials | None = None) -> AsyncWebsocketClient:
    return AsyncWebsocketClient(credentials, environment=server.environment, reconnect=QUICK)


def heard(ws: AsyncWebsocketClient, *names: str) -> list[Any]:
    """Everything these events tell, in order."""
    told: list[Any] = []
    for name in names:
        ws.on(name, told.append)  # type: ignore[call-overload]
    return told


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


def ticker(product: str, bid: str) -> str:
    return f'{{"feed":"ticker","time":1,"product_id":"{product}","bid":{bid},"tag":"perpetual"}}'


def snapshot(product: str, seq: int) -> str:
    levels = '"bids":[{"price":34892.5,"qty":6385}],"asks":[{"price":34912,"qty":2300}]'
    return f'{{"feed":"book_snapshot","product_id":"{product}","timestamp":1,"seq":{seq},"tickSize":null,{levels}}}'


def change(product: str, seq: int, price: str = "34893") -> str:
    return (
        f'{{"feed":"book","product_id":"{product}","side":"buy","seq":{seq},"price":{price},"qty":7.0,"timestamp":1}}'
    )


def positions(seq: int, *sizes: str) -> str:
    rows = ",".join(f'{{"instrument":"{XBT}","balance":{size}}}' for size in sizes)
    return f'{{"feed":"open_positions","account":"mine","seq":{seq},"timestamp":1,"positions":[{rows}]}}'


def balances(feed: str, seq: int, usdt: int) -> Frame:
    return {"feed": feed, "account": "mine", "holding": {"USDT": usdt}, "timestamp": 1, "seq": seq}


# ---------------------------------------------------------------- market data


async def test_rows_arrive_typed_and_exact(server: FakeFutures) -> None:
    async with client(server) as ws, ws.subscribe(streams.futures.Ticker(product_ids=["pf_xbtusd"])) as ticks:
        await (await server.peer(1)).send(ticker(XBT, "34892.50"))

        tick = await anext(ticks)

        assert isinstance(tick, streams.futures.TickerUpdate)
        assert str(tick.bid) == "34892.50"
        assert server.peers[0].asked("ticker") == [("subscribe", [XBT])]


async def test_topics_by_name_tell_their_rows_as_messages(server: FakeFutures) -> None:
    async with client(server) as ws:
        told = heard(ws, "message")
        request = {"topic": "trade", "payload": {"product_ids": [XBT]}}
        await ws.subscribe([request, "heartbeat"], WsKey.DERIVATIVES_PUBLIC_V1)

        trade = {"feed": "trade", "product_id": XBT, "side": "buy", "seq": 1, "time": 1, "qty": 2, "price": 3}
        await server.peers[0].send({"feed": "trade_snapshot", "product_id": XBT, "trades": [trade]}, trade | {"seq": 2})
        await server.peers[0].send({"feed": "heartbeat", "time": 1})
        await until(lambda: len(told) == 3)

        assert [(event.channel, event.snapshot) for event in told] == [
            ("trade", True),
            ("trade", False),
            ("heartbeat", False),
        ]


async def test_one_refused_product_of_three_leaves_the_others_alone() -> None:
    async def refuse_one(peer: Peer, frame: Frame) -> None:
        if frame["event"] != "subscribe":
            return await politely(peer, frame)
        for product in frame["product_ids"]:
            if product == "PF_WWWUSD":
                await peer.send('{"event":"error","message":"Invalid product id"}')
            else:
                await peer.ack(frame | {"product_ids": [product]})

    async with FakeFutures(refuse_one) as server, client(server) as ws:
        errors = heard(ws, "exception")
        async with ws.subscribe(streams.futures.Ticker(product_ids=[XBT, "PF_WWWUSD", ETH])) as ticks:
            assert ticks.refused == {"ticker PF_WWWUSD": "Invalid product id"}
            await server.peers[0].send(ticker(ETH, "2000.5"))
            assert (await anext(ticks)).product_id == ETH  # type: ignore[union-attr]
        assert [type(one.error) for one in errors] == [SubscriptionRefused]
        assert server.peers[0].asked("ticker")[0] == ("subscribe", [XBT, "PF_WWWUSD", ETH])


async def test_a_request_refused_as_a_whole_is_asked_again_product_by_product() -> None:
    async def all_or_nothing(peer: Peer, frame: Frame) -> None:
        if frame["event"] == "subscribe" and "PF_WWWUSD" in frame["product_ids"]:
            await peer.send('{"event":"error","message":"Invalid product id"}')
        else:
            await politely(peer, frame)

    async with FakeFutures(all_or_nothing) as server, client(server) as ws:
        async with ws.subscribe(streams.futures.Ticker(product_ids=[XBT, "PF_WWWUSD", ETH])) as ticks:
            assert ticks.refused == {"ticker PF_WWWUSD": "Invalid product id"}
        alone = [products for event, products in server.peers[0].asked("ticker")[1:] if event == "subscribe"]
        assert alone == [[XBT], ["PF_WWWUSD"], [ETH]]


async def test_a_hole_in_the_count_of_one_book_renews_that_product_only(server: FakeFutures) -> None:
    async with client(server) as ws:
        errors = heard(ws, "exception")
        async with ws.subscribe(streams.futures.Book(product_ids=[XBT, ETH])) as updates:
            peer = server.peers[0]
            await peer.send(snapshot(XBT, 10), snapshot(ETH, 20), change(XBT, 12), change(ETH, 21))
            await until(lambda: len(peer.asked("book")) == 3)
            await peer.send(change(XBT, 13), snapshot(XBT, 40), change(XBT, 41))

            told = [await anext(updates) for _ in range(6)]

        assert [item.topics if isinstance(item, Gap) else (item.product_id, item.seq) for item in told] == [
            (XBT, 10),
            (ETH, 20),
            (f"book {XBT}",),
            (ETH, 21),
            (XBT, 40),
            (XBT, 41),
        ]
        assert peer.asked("book")[1:3] == [("unsubscribe", [XBT]), ("subscribe", [XBT])]
        (error,) = [one.error for one in errors]
        assert isinstance(error, BookOutOfStep)
        assert (error.symbol, error.expected, error.computed) == (XBT, 11, 12)


async def test_a_live_book_holds_the_whole_book_and_is_withheld_after_a_cut(server: FakeFutures) -> None:
    async with client(server) as ws, ws.book(XBT, ws_key=WsKey.DERIVATIVES_PUBLIC_V1) as book:
        await server.peers[0].send(snapshot(XBT, 10), change(XBT, 11))
        view: Any = await anext(book)
        while view.best_bid.price != Decimal(34893):
            view = await anext(book)

        server.peers[0].cut()
        again = await server.peer(2)

        assert isinstance(await anext(book), Gap)
        with pytest.raises(StreamError, match="withheld"):
            book.view()
        await until(lambda: again.asked("book"))
        await again.send(snapshot(XBT, 90))
        view = await anext(book)
        assert (view.best_ask.price, view.best_bid.qty) == (Decimal(34912), Decimal(6385))


async def test_a_second_reader_begins_with_the_proven_book(server: FakeFutures) -> None:
    async with client(server) as ws, ws.subscribe(streams.futures.Book(product_ids=XBT)) as first:
        await server.peers[0].send(snapshot(XBT, 10), change(XBT, 11))
        _, _ = await anext(first), await anext(first)

        async with ws.subscribe(streams.futures.Book(product_ids=XBT)) as second:
            row = await anext(second)

        assert isinstance(row, streams.futures.BookUpdate)
        assert (row.snapshot, row.seq, [level.price for level in row.bids]) == (
            True,
            11,
            [Decimal(34893), Decimal("34892.5")],
        )


# ---------------------------------------------------------------- the account


async def test_a_challenge_is_signed_anew_on_each_connection(server: FakeFutures) -> None:
    async with client(server, key()) as ws:
        told = heard(ws, "authenticated", "reconnected")
        async with ws.subscribe(streams.futures.OpenPositions()) as stream:
            server.peers[0].cut()
            again = await server.peer(2)
            assert isinstance(await anext(stream), Gap)
            await until(lambda: len(told) == 3)
            await again.send(positions(7, "-0.5"))
            row: Any = await anext(stream)

        assert row.positions[0].balance == Decimal("-0.5")
        challenges = [
            f["original_challenge"] for peer in server.peers for f in peer.received if f["event"] == "subscribe"
        ]
        assert challenges == ["challenge-1", "challenge-2"]
        assert [type(event).__name__ for event in told] == [
            "AuthenticatedEvent",
            "AuthenticatedEvent",
            "ReconnectedEvent",
        ]


async def test_a_line_cut_in_the_middle_of_the_challenge_is_dialled_again() -> None:
    async def cut_at_the_challenge(peer: Peer, frame: Frame) -> None:
        if frame["event"] == "challenge" and len(fake.peers) < 4:
            peer.cut()
        else:
            await politely(peer, frame)

    async with FakeFutures(cut_at_the_challenge) as fake, client(fake, key()) as ws:
        async with ws.subscribe(streams.futures.Balances()) as stream:
            assert stream.confirmed
        assert len(fake.peers) == 4
        assert [peer.asked("balances") for peer in fake.peers[:3]] == [[], [], []]
        assert fake.peers[3].proves(next(f for f in fake.peers[3].received if f["event"] == "subscribe"))


async def test_a_feed_refused_for_its_challenge_is_taken_with_a_fresh_one() -> None:
    async def forget_the_first(peer: Peer, frame: Frame) -> None:
        if frame["event"] == "subscribe" and peer.challenge == "challenge-1":
            peer.challenge = "fresh"
        await politely(peer, frame)

    async with FakeFutures(forget_the_first) as server, client(server, key()) as ws:
        async with ws.subscribe(streams.futures.Fills()) as fills:
            assert fills.confirmed
        events = [frame["event"] for frame in server.peers[0].received]
        assert events[:4] == ["challenge", "subscribe", "challenge", "subscribe"]


async def test_a_key_that_is_never_accepted_ends_with_an_error_and_shows_no_secret() -> None:
    async def refuse(peer: Peer, frame: Frame) -> None:
        if frame["event"] == "subscribe":
            await peer.send('{"event":"alert","message":"Failed to subscribe to authenticated feed"}')
        else:
            await politely(peer, frame)

    async with FakeFutures(refuse) as server, client(server, key()) as ws:
        told = heard(ws, "exception", "response", "close")
        with pytest.raises(Exception, match="in a row were refused") as refused:
            await ws.subscribe(streams.futures.Fills())
        proofs = [f for f in server.peers[0].received if f["event"] == "subscribe"]

    assert len(proofs) == 3
    secrets = [value for proof in proofs for name, value in proof.items() if name in ("signed_challenge", "api_key")]
    assert not any(secret in f"{told!r}{refused.value}" for secret in secrets)


async def test_acknowledgements_are_told_without_the_proof_that_they_repeat(server: FakeFutures) -> None:
    async with client(server, key()) as ws:
        told = heard(ws, "response")
        await ws.subscribe(streams.futures.OpenOrders())
        await until(lambda: told)

        (proof,) = [frame for frame in server.peers[0].received if frame["event"] == "subscribe"]
        assert proof["signed_challenge"] not in repr(told)
        assert b"challenge-1" not in told[0].reply.raw


async def test_a_hole_in_the_balances_is_told_and_the_feed_renewed(server: FakeFutures) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.futures.Balances()) as stream:
        peer = server.peers[0]
        await peer.send(balances("balances_snapshot", 0, 5), balances("balances", 1, 6), balances("balances", 4, 9))
        await until(lambda: len(peer.asked("balances")) == 3)
        await peer.send(balances("balances_snapshot", 0, 9), balances("balances", 1, 10))

        told: list[Any] = [await anext(stream) for _ in range(5)]

        assert [None if isinstance(item, Gap) else item.holding["USDT"] for item in told] == [5, 6, None, 9, 10]


def fills(feed: str, *numbers: int) -> Frame:
    return {"feed": feed, "account": "mine", "fills": [{"fill_id": f"fill-{seq}", "seq": seq} for seq in numbers]}


async def test_a_hole_in_the_fills_is_told_and_the_feed_renewed(server: FakeFutures) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.futures.Fills()) as stream:
        peer = server.peers[0]
        await peer.send(fills("fills_snapshot", 36, 39), fills("fills", 40, 41), fills("fills", 42), fills("fills", 44))
        await until(lambda: len(peer.asked("fills")) == 3)
        await peer.send(fills("fills_snapshot", 43, 44), fills("fills", 45))

        told: list[Any] = [await anext(stream) for _ in range(9)]

        assert [None if isinstance(item, Gap) else item.seq for item in told] == [36, 39, 40, 41, 42, None, 43, 44, 45]


async def test_a_missing_trade_renews_the_trades_of_its_product_only(server: FakeFutures) -> None:
    def trade(product: str, seq: int) -> Frame:
        return {"feed": "trade", "product_id": product, "side": "buy", "seq": seq, "time": seq, "qty": 2, "price": 3}

    def latest(product: str, seq: int) -> Frame:
        return {
            "feed": "trade_snapshot",
            "product_id": product,
            "trades": [trade(product, seq), trade(product, seq - 1)],
        }

    async with client(server) as ws, ws.subscribe(streams.futures.Trade(product_ids=[XBT, ETH])) as stream:
        peer = server.peers[0]
        await peer.send(latest(XBT, 10), latest(ETH, 20), trade(XBT, 11), trade(ETH, 21), trade(XBT, 13))
        await until(lambda: len(peer.asked("trade")) == 3)
        await peer.send(trade(ETH, 22), latest(XBT, 13))

        told: list[Any] = [await anext(stream) for _ in range(10)]

        assert [None if isinstance(item, Gap) else item.seq for item in told] == [
            9,
            10,
            19,
            20,
            11,
            21,
            None,
            22,
            12,
            13,
        ]
        assert peer.asked("trade")[1:] == [("unsubscribe", [XBT]), ("subscribe", [XBT])]


async def test_positions_begin_at_any_number_and_a_late_reader_is_shown_them(server: FakeFutures) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.futures.OpenPositions()) as first:
        await server.peers[0].send(positions(41, "1", "2"), positions(42))
        sizes = [len((await anext(first)).positions) for _ in range(2)]  # type: ignore[union-attr]

        async with ws.subscribe(streams.futures.OpenPositions()) as late:
            row: Any = await anext(late)

        assert (sizes, row.positions, row.seq) == ([2, 0], [], 42)


async def test_fills_are_chosen_once_for_a_connection(server: FakeFutures) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.futures.Fills(product_ids=[XBT])):
        with pytest.raises(SettingsError, match="second client"):
            ws.subscribe(streams.futures.Fills())
        assert server.peers[0].asked("fills") == [("subscribe", [XBT])]


async def test_after_thirty_cuts_at_random_moments_the_picture_is_the_exchanges() -> None:
    rng = random.Random(11)
    state = [0, "0"]

    async def restless(peer: Peer, frame: Frame) -> None:
        if len(fake.peers) <= 30 and rng.random() < 0.6:
            await asyncio.sleep(rng.random() * 0.01)
            peer.cut()
            return
        await politely(peer, frame)
        if frame["event"] == "subscribe":
            seq, size = rng.randrange(1000), str(rng.randrange(1, 9))
            state[:] = [seq, size]
            await peer.send(positions(seq, size))
            if len(fake.peers) <= 30:
                await asyncio.sleep(rng.random() * 0.01)
                peer.cut()

    async with (
        FakeFutures(restless) as fake,
        client(fake, key()) as ws,
        ws.subscribe(streams.futures.OpenPositions()) as stream,
    ):
        await fake.peer(31)
        last: Any = None
        async with asyncio.timeout(10):
            while len(fake.peers) < 31 or last is None or last.seq != state[0]:
                item = await anext(stream)
                last = item if not isinstance(item, Gap) else last
        assert str(last.positions[0].balance) == state[1]
        assert stream.gaps >= 1


# ---------------------------------------------------------------- misuse


async def test_a_private_feed_without_a_key_is_refused_at_once(server: FakeFutures) -> None:
    async with client(server) as ws:
        with pytest.raises(SettingsError, match="fills is private"):
            ws.subscribe(streams.futures.Fills())
        with pytest.raises(SettingsError, match="subscribe it on DERIVATIVES_PRIVATE_V1"):
            await ws.subscribe("open_orders", WsKey.DERIVATIVES_PUBLIC_V1)


async def test_a_name_of_another_surface_is_told_the_right_one(server: FakeFutures) -> None:
    async with client(server) as ws:
        with pytest.raises(SettingsError, match="PF_XBTUSD"):
            ws.subscribe(streams.futures.Ticker(product_ids=["BTC/USD"]))
        with pytest.raises(SettingsError, match="takes product_ids"):
            await ws.subscribe({"topic": "ticker", "payload": {"symbol": ["PF_XBTUSD"]}}, WsKey.DERIVATIVES_PUBLIC_V1)
