"""Stories of the stream client against a scripted server on loopback."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clients.fake_v2 import FakeV2, Peer, politely
from krakenkit import (
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    BookOutOfStep,
    Credentials,
    Gap,
    OutcomeUnknown,
    ReconnectPolicy,
    SettingsError,
    StreamError,
    SubscriptionRefused,
    Timing,
    TransportError,
    WsKey,
    streams,
)
from krakenkit.books.replay import replay
from krakenkit.protocol.liveness import Patience

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
QUICK = ReconnectPolicy(first=0.01, base=0.01, ceiling=0.05)


def key() -> Credentials:
    return Credentials("stream-test-key", SECRET)


def ticker(symbol: str, bid: str) -> str:
    return (
        f'{{"channel":"ticker","type":"update","data":[{{"symbol":"{symbol}","bid":{bid},"bid_qty":1.5,'
        f'"ask":30000.2,"ask_qty":0.25,"last":30000.1,"volume":10,"vwap":29999.9,"low":29000.0,"high":31000.0,'
        f'"change":-5.0,"change_pct":-0.02}}]}}'
    )


def book(kind: str, asks: list[tuple[str, str]], bids: list[tuple[str, str]], checksum: int) -> str:
    def side(levels: list[tuple[str, str]]) -> str:
        return ",".join(f'{{"price":{price},"qty":{qty}}}' for price, qty in levels)

    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"BTC/USD","asks":[{side(asks)}],'
        f'"bids":[{side(bids)}],"checksum":{checksum}}}]}}'
    )


def crc(*levels: tuple[str, str]) -> int:
    """The checksum of these levels, asks before bids, at one and eight decimals."""
    text = "".join(number.replace(".", "").lstrip("0") for level in levels for number in level)
    return zlib.crc32(text.encode())


ASK, BID = ("30000.2", "0.25000000"), ("30000.1", "1.50000000")
SNAPSHOT = book("snapshot", [ASK], [BID], crc(ASK, BID))


@pytest.fixture
async def server() -> AsyncIterator[FakeV2]:
    async with FakeV2() as fake:
        yield fake


def client(server: FakeV2, credentials: Credentials | None = None, **options: Any) -> AsyncWebsocketClient:
    return AsyncWebsocketClient(credentials, environment=server.environment, reconnect=QUICK, **options)


def asked(peer: Peer, channel: str) -> list[str]:
    """What this peer asked about a channel, in order."""
    return [frame["method"] for frame in peer.received if frame.get("params", {}).get("channel") == channel]


def heard(ws: AsyncWebsocketClient, *names: str) -> list[Any]:
    """Everything these events tell, in order."""
    told: list[Any] = []
    for name in names:
        ws.on(name, told.append)  # type: ignore[call-overload]
    return told


async def test_rows_arrive_typed_and_exact(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
        await (await server.peer(1)).send(ticker("BTC/USD", "30000.10"))
        tick = await anext(ticks)
        assert isinstance(tick, streams.spot.TickerUpdate)
        assert str(tick.bid) == "30000.10"


async def test_one_request_names_all_symbols_and_each_is_acknowledged(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Trade(symbol=["btc/usd", "ETH/USD"])):
        (request,) = [f for f in server.peers[0].received if f["method"] == "subscribe"]
        assert request["params"] == {"channel": "trade", "symbol": ["BTC/USD", "ETH/USD"], "snapshot": True}


async def test_a_subscription_refused_for_one_of_three_symbols_goes_on_with_the_others() -> None:
    async def refuse_one(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] != "subscribe":
            return await politely(peer, frame)
        for symbol in frame["params"]["symbol"]:
            result: dict[str, Any] = {"method": "subscribe", "req_id": frame["req_id"]}
            if symbol == "WWW/USD":
                result |= {"error": "Currency pair not supported WWW/USD", "success": False, "symbol": symbol}
            else:
                result |= {"result": {"channel": "ticker", "symbol": symbol}, "success": True}
            await peer.send(result)

    async with FakeV2(refuse_one) as server, client(server) as ws:
        errors = heard(ws, "exception")
        async with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD", "WWW/USD", "ETH/USD"])) as ticks:
            assert ticks.refused == {"ticker WWW/USD": "Currency pair not supported WWW/USD"}
            await server.peers[0].send(ticker("ETH/USD", "2000.5"))
            tick = await anext(ticks)
            assert isinstance(tick, streams.spot.TickerUpdate)
            assert tick.symbol == "ETH/USD"
    (told,) = errors
    assert isinstance(told.error, SubscriptionRefused)
    assert "WWW/USD" in str(told.error)


async def test_when_every_symbol_is_refused_the_subscriber_is_told() -> None:
    async def refuse(peer: Peer, frame: dict[str, Any]) -> None:
        await peer.send({"method": "subscribe", "req_id": frame["req_id"], "success": False, "error": "No such thing"})

    async with FakeV2(refuse) as server, client(server) as ws:
        with pytest.raises(SubscriptionRefused, match="No such thing"):
            await ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"]))


async def test_a_cut_line_is_marked_and_everything_is_subscribed_again(server: FakeV2) -> None:
    async with client(server) as ws:
        told = heard(ws, "open", "reconnecting", "reconnected")
        async with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
            (await server.peer(1)).cut()
            again = await server.peer(2)
            marker = await anext(ticks)
            assert isinstance(marker, Gap)
            assert marker.topics == ("ticker BTC/USD",)
            await again.send(ticker("BTC/USD", "1.0"))
            tick = await anext(ticks)
            assert isinstance(tick, streams.spot.TickerUpdate)
            assert tick.bid == 1
            assert [type(event).__name__ for event in told] == ["OpenEvent", "ReconnectingEvent", "ReconnectedEvent"]
            assert all(event.ws_key is WsKey.SPOT_PUBLIC_V2 for event in told)


async def test_reconnected_waits_until_every_subscription_is_confirmed() -> None:
    held: list[dict[str, Any]] = []

    async def hold_after_the_cut(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "subscribe" and peer is not fake.peers[0]:
            held.append(frame)
        else:
            await politely(peer, frame)

    async with FakeV2(hold_after_the_cut) as fake, client(fake) as ws:
        told = heard(ws, "reconnected")
        await ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"]))
        fake.peers[0].cut()
        again = await fake.peer(2)
        await asyncio.sleep(0.1)
        assert not told
        await again.ack(held[0])
        async with asyncio.timeout(2):
            while not told:
                await asyncio.sleep(0.005)


async def test_the_book_is_asked_for_after_its_precision_is_known_and_shown_when_proven(server: FakeV2) -> None:
    async with client(server) as ws, ws.book("BTC/USD") as live:
        channels = [f["params"]["channel"] for f in server.peers[0].received if f["method"] == "subscribe"]
        assert channels == ["instrument", "book"]
        with pytest.raises(StreamError, match="withheld"):
            live.view()
        await server.peers[0].send(SNAPSHOT)
        view = await anext(live)
        assert not isinstance(view, Gap)
        assert view.best_ask is not None
        assert view.best_ask.price == Decimal("30000.2")
        assert live.is_synced()


async def test_a_book_that_fails_its_checksum_is_withheld_told_and_subscribed_anew(server: FakeV2) -> None:
    async with client(server) as ws:
        errors = heard(ws, "exception")
        async with (
            ws.subscribe(streams.spot.Book(symbol=["BTC/USD"])) as updates,
            ws.subscribe(streams.spot.Ticker(symbol=["ETH/USD"])) as ticks,
        ):
            peer = server.peers[0]
            await peer.send(SNAPSHOT)
            await peer.send(book("update", [("30000.3", "2.0")], [], 12345))
            first, marker = await anext(updates), await anext(updates)
            assert isinstance(first, streams.spot.BookUpdate)
            assert first.snapshot
            assert isinstance(marker, Gap)
            assert "out of step" in marker.reason
            await peer.send(book("update", [("30000.4", "2.0")], [], crc(ASK, BID)))  # must not be shown
            async with asyncio.timeout(2):
                while asked(peer, "book")[-2:] != ["unsubscribe", "subscribe"]:
                    await asyncio.sleep(0.005)
            await peer.send(SNAPSHOT)
            again = await anext(updates)
            assert isinstance(again, streams.spot.BookUpdate)
            assert again.snapshot
            await peer.send(ticker("ETH/USD", "2000.5"))
            assert isinstance(await anext(ticks), streams.spot.TickerUpdate)
            assert ticks.gaps == 0
    (told,) = errors
    assert isinstance(told.error, BookOutOfStep)
    assert told.error.symbol == "BTC/USD"


async def test_a_second_reader_of_a_book_begins_with_the_proven_book(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Book(symbol=["BTC/USD"])) as first:
        await server.peers[0].send(SNAPSHOT)
        await anext(first)
        async with ws.subscribe(streams.spot.Book(symbol=["BTC/USD"])) as second:
            row = await anext(second)
            assert isinstance(row, streams.spot.BookUpdate)
            assert row.snapshot
            assert row.asks == [streams.spot.BookLevel.of(Decimal(ASK[0]), Decimal(ASK[1]))]


async def test_a_second_depth_on_one_connection_is_refused_with_a_sentence(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Book(symbol=["BTC/USD"], depth=10)):
        with pytest.raises(SettingsError, match="depth"):
            ws.subscribe(streams.spot.Book(symbol=["BTC/USD"], depth=100))


async def test_frames_that_are_not_json_or_have_an_unknown_shape_never_stop_the_reader(server: FakeV2) -> None:
    async with client(server) as ws:
        errors = heard(ws, "exception")
        async with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
            peer = server.peers[0]
            await peer.send("CloudFlare WebSocket proxy restarting")
            await peer.send('{"channel":"ticker","type":"update","data":[{"symbol":7}]}')
            await peer.send('{"channel":"weather","data":[]}')
            await peer.send('{"Error":"Exceeded msg rate"}')
            await peer.socket.send_bytes(b'{"channel":"ticker\xff"')
            await peer.send(ticker("BTC/USD", "5.5"))
            marker, tick = await anext(ticks), await anext(ticks)
            assert isinstance(marker, Gap)
            assert marker.topics == ("ticker BTC/USD",)
            assert isinstance(tick, streams.spot.TickerUpdate)
    assert len(errors) == 5


async def test_a_callback_that_raises_harms_nobody_else(server: FakeV2) -> None:
    async with client(server) as ws:
        told = heard(ws, "exception")

        def broken(_: object) -> None:
            raise ZeroDivisionError

        ws.on("message", broken)
        later = heard(ws, "message")
        async with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
            await server.peers[0].send(ticker("BTC/USD", "5.5"))
            await anext(ticks)
    assert len(later) == 1
    assert [type(event.error) for event in told] == [ZeroDivisionError]


async def test_a_slow_consumer_loses_the_oldest_and_is_told_how_many(server: FakeV2) -> None:
    async with client(server, queue_size=3) as ws, ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
        for number in range(8):
            await server.peers[0].send(ticker("BTC/USD", f"{number}.5"))
        async with asyncio.timeout(2):
            while ticks.dropped < 5:
                await asyncio.sleep(0.005)
        marker = await anext(ticks)
        assert isinstance(marker, Gap)
        assert marker.dropped == 5
        row = await anext(ticks)
        assert isinstance(row, streams.spot.TickerUpdate)
        assert row.bid == Decimal("5.5")


async def test_account_channels_make_the_line_wait_instead_of_dropping(server: FakeV2) -> None:
    async with client(server, key(), queue_size=4) as ws, ws.subscribe(streams.spot.Balances()) as balances:
        for number in range(1, 201):
            kind = "snapshot" if number == 1 else "update"
            await server.peers[0].send(
                f'{{"channel":"balances","type":"{kind}","sequence":{number},'
                f'"data":[{{"asset":"USD","balance":{number}.25}}]}}'
            )
        seen = [await anext(balances) for _ in range(200)]
    assert [row.balance for row in seen if isinstance(row, streams.spot.Balance)] == [
        Decimal(f"{number}.25") for number in range(1, 201)
    ]
    assert balances.dropped == 0


async def test_a_hole_in_an_account_sequence_is_a_gap_and_a_fresh_snapshot_follows(server: FakeV2) -> None:
    def frame(sequence: int, kind: str = "update") -> str:
        row = f'{{"asset":"USD","balance":{sequence}}}'
        return f'{{"channel":"balances","type":"{kind}","sequence":{sequence},"data":[{row}]}}'

    async with client(server, key()) as ws, ws.subscribe(streams.spot.Balances()) as balances:
        peer = server.peers[0]
        for text in (frame(1, "snapshot"), frame(2), frame(4)):
            await peer.send(text)
        items = [await anext(balances) for _ in range(3)]
        assert isinstance(items[2], Gap)
        assert "from sequence 2 to 4" in items[2].reason
        async with asyncio.timeout(2):
            while sum(f["method"] == "subscribe" for f in peer.received) < 2:
                await asyncio.sleep(0.005)
        await peer.send(frame(1, "snapshot"))
        row = await anext(balances)
        assert isinstance(row, streams.spot.Balance)
        assert row.snapshot


async def test_topics_by_name_arrive_as_messages_and_are_asked_for_once(server: FakeV2) -> None:
    async with client(server) as ws:
        messages = heard(ws, "message")
        request = {"topic": "ticker", "payload": {"symbol": ["BTC/USD"]}}
        await ws.subscribe(request, WsKey.SPOT_PUBLIC_V2)
        await ws.subscribe([request, "instrument"], WsKey.SPOT_PUBLIC_V2)
        await server.peers[0].send(ticker("BTC/USD", "5.5"))
        async with asyncio.timeout(2):
            while not any(message.channel == "ticker" for message in messages):
                await asyncio.sleep(0.005)
        await ws.unsubscribe(request, WsKey.SPOT_PUBLIC_V2)
        async with asyncio.timeout(2):
            while server.peers[0].received[-1]["method"] != "unsubscribe":
                await asyncio.sleep(0.005)
    channels = [f["params"]["channel"] for f in server.peers[0].received if f["method"] == "subscribe"]
    assert channels == ["ticker", "instrument"]


@pytest.mark.parametrize(
    ("request_", "ws_key", "words"),
    [
        ("tikcer", WsKey.SPOT_PUBLIC_V2, "Did you mean 'ticker'"),
        ({"topic": "ticker", "payload": {"symbols": []}}, WsKey.SPOT_PUBLIC_V2, "does not take 'symbols'"),
        ("ticker", WsKey.SPOT_PUBLIC_V2, "needs more"),
        ({"topic": "ticker", "payload": {"symbol": []}}, WsKey.SPOT_PUBLIC_V2, "no symbol"),
        ("executions", WsKey.SPOT_PUBLIC_V2, "SPOT_PRIVATE_V2"),
        ("executions", WsKey.SPOT_PRIVATE_V2, "private"),
    ],
)
async def test_a_request_that_cannot_work_is_refused_at_once(
    server: FakeV2, request_: Any, ws_key: WsKey, words: str
) -> None:
    async with client(server) as ws:
        with pytest.raises(SettingsError, match=words):
            await ws.subscribe(request_, ws_key)
    assert not server.peers


async def test_a_private_line_carries_the_token_and_tells_when_it_is_accepted(server: FakeV2) -> None:
    async with client(server, key()) as ws:
        told = heard(ws, "authenticated")
        async with ws.subscribe(streams.spot.Executions()):
            assert server.peers[0].received[-1]["params"]["token"] == "secret-token-of-the-test"
            assert len(told) == 1


async def test_the_subscription_that_is_never_answered_is_given_up_in_time() -> None:
    async def silence(peer: Peer, frame: dict[str, Any]) -> None: ...

    async with FakeV2(silence) as server, client(server, subscribe_timeout=0.2) as ws:
        with pytest.raises(StreamError, match=r"0\.2 s"):
            await ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"]))


async def test_a_silent_line_is_noticed_and_dialled_again() -> None:
    async def deaf_to_pings(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] != "ping":
            await politely(peer, frame)

    timing = Timing(ping_interval=0.1, pong_timeout=0.1, silence=0.1)
    async with FakeV2(deaf_to_pings) as server, client(server, timing=timing) as ws:
        told = heard(ws, "reconnecting")
        await ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"]))
        await server.peer(2)
        assert "silent" in told[0].reason


async def test_an_order_waits_for_its_own_answer() -> None:
    async def trade(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] != "add_order":
            return await politely(peer, frame)
        orders.append(frame)
        if len(orders) == 2:
            for order in reversed(orders):
                result = {"order_id": f"O-{order['params']['cl_ord_id']}"}
                reply = {"method": "add_order", "req_id": order["req_id"], "success": True, "result": result}
                await peer.send(reply)

    orders: list[dict[str, Any]] = []
    async with FakeV2(trade) as server, AsyncWebsocketAPIClient(key(), environment=server.environment) as trading:

        async def place(name: str) -> str:
            placed = await trading.submit_spot_order(
                order_type="limit", side="buy", symbol="BTC/USD", order_qty="0.10", limit_price="1.5", cl_ord_id=name
            )
            return placed.order_id

        assert list(await asyncio.gather(place("a"), place("b"))) == ["O-a", "O-b"]


async def test_a_line_dropped_before_the_answer_leaves_the_outcome_unknown() -> None:
    async def drop(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "add_order":
            orders.append(frame)
            peer.cut()
        else:
            await politely(peer, frame)

    orders: list[dict[str, Any]] = []
    async with (
        FakeV2(drop) as server,
        AsyncWebsocketAPIClient(key(), environment=server.environment, reconnect=QUICK) as trading,
    ):
        with pytest.raises(OutcomeUnknown) as unknown:
            await trading.submit_spot_order(
                order_type="market", side="buy", symbol="BTC/USD", order_qty="1", cl_ord_id="mine-1"
            )
        assert unknown.value.client_order_id == "mine-1"
        await server.peer(2)
        await asyncio.sleep(0.05)
    assert len(orders) == 1


async def test_an_order_that_cannot_leave_says_that_nothing_was_sent() -> None:
    async with FakeV2() as server:
        environment = server.environment
    async with AsyncWebsocketAPIClient(key(), environment=environment, open_timeout=0.2) as trading:
        with pytest.raises(TransportError) as failed:
            await trading.cancel_all_spot_orders()
        assert failed.value.sent is False


async def test_closing_ends_the_streams_and_leaves_nothing_behind(server: FakeV2) -> None:
    before = asyncio.all_tasks()
    ws = client(server)
    ticks = await ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"]))
    async with asyncio.timeout(1):
        await ws.close()
        await ws.close()
    assert [row async for row in ticks] == []
    await asyncio.sleep(0)
    ours = {task for task in asyncio.all_tasks() - before if "krakenkit" in repr(task)}
    assert not ours


async def test_latest_keeps_only_the_newest_row_of_each_symbol(server: FakeV2) -> None:
    channel = streams.spot.Ticker(symbol=["BTC/USD", "ETH/USD"])
    async with client(server) as ws, ws.subscribe(channel, overflow="latest") as ticks:
        for number in range(5):
            await server.peers[0].send(ticker("BTC/USD", f"{number}.5"))
        await server.peers[0].send(ticker("ETH/USD", "9.5"))
        async with asyncio.timeout(2):
            while ticks.lag < 2:
                await asyncio.sleep(0.005)
        rows = [await anext(ticks), await anext(ticks)]
        assert [(row.symbol, row.bid) for row in rows if isinstance(row, streams.spot.TickerUpdate)] == [
            ("BTC/USD", Decimal("4.5")),
            ("ETH/USD", Decimal("9.5")),
        ]
        assert ticks.conflated == 4
        assert ticks.dropped == 0


async def test_latest_is_refused_where_every_row_counts(server: FakeV2) -> None:
    async with client(server) as ws:
        with pytest.raises(SettingsError, match="each of its rows counts"):
            ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"]), overflow="latest")


async def test_a_subscription_that_goes_quiet_on_a_living_line_is_renewed_alone(server: FakeV2) -> None:
    patience = Patience(least=0.5, most=60, pauses=1)
    async with client(server, patience=patience) as ws, ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
        await server.peers[0].send(ticker("BTC/USD", "1.5"))
        assert isinstance(await anext(ticks), streams.spot.TickerUpdate)
        async with asyncio.timeout(5):
            marker = await anext(ticks)
        assert isinstance(marker, Gap)
        assert "although the line lives" in marker.reason
        async with asyncio.timeout(2):
            while asked(server.peers[0], "ticker") != ["subscribe", "unsubscribe", "subscribe"]:
                await asyncio.sleep(0.005)
    assert len(server.peers) == 1


async def test_a_measured_client_counts_frames_acks_and_reconnects(server: FakeV2) -> None:
    async with client(server, measured=True) as ws, ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
        await server.peers[0].send(ticker("BTC/USD", "1.5"))
        await anext(ticks)
        metrics = ws.metrics(WsKey.SPOT_PUBLIC_V2)
        assert (metrics.messages, metrics.ack.count, metrics.reconnects) == (1, 1, 0)
        assert metrics.bytes == len(ticker("BTC/USD", "1.5"))
        assert 0 < metrics.ack.mean < 1
        server.peers[0].cut()
        assert isinstance(await anext(ticks), Gap)
        assert metrics.reconnects == 1


async def test_symbols_spread_over_several_connections_are_one_subscription(server: FakeV2) -> None:
    channel = streams.spot.Ticker(symbol=["BTC/USD", "ETH/USD", "SOL/USD", "ADA/USD"])
    async with client(server) as ws:
        async with ws.subscribe(channel, connections=2) as ticks:
            assert len(server.peers) == 2
            shares = [set(peer.received[0]["params"]["symbol"]) for peer in server.peers]
            assert [len(share) for share in shares] == [2, 2]
            assert shares[0] | shares[1] == {"BTC/USD", "ETH/USD", "SOL/USD", "ADA/USD"}
            for peer, share in zip(server.peers, shares, strict=True):
                for symbol in share:
                    await peer.send(ticker(symbol, "1.5"))
            rows = [await anext(ticks) for _ in range(4)]
            assert {row.symbol for row in rows if isinstance(row, streams.spot.TickerUpdate)} == shares[0] | shares[1]
            server.peers[0].cut()
            marker = await anext(ticks)
            assert isinstance(marker, Gap)
            assert len(marker.topics) == 2
            await (await server.peer(3)).send(ticker("BTC/USD", "2.5"))
        async with asyncio.timeout(2):
            while asked(server.peers[1], "ticker") != ["subscribe", "unsubscribe"]:
                await asyncio.sleep(0.005)


async def test_a_refusal_that_begins_like_data_is_read_as_a_refusal() -> None:
    async def refuse(peer: Peer, frame: dict[str, Any]) -> None:
        refusal = {"channel": "executions", "error": "EGeneral:Permission denied", "method": "subscribe"}
        await peer.send(json.dumps(refusal | {"req_id": frame["req_id"], "success": False}, separators=(",", ":")))

    async with FakeV2(refuse) as server, client(server, key()) as ws:
        with pytest.raises(SubscriptionRefused, match="Permission denied"):
            await ws.subscribe(streams.spot.Executions())


async def test_a_live_book_waits_until_it_is_proven_and_says_why(server: FakeV2) -> None:
    async with client(server) as ws, ws.book("BTC/USD") as live:
        assert live.why() == "no snapshot of BTC/USD has come yet"
        waiting = asyncio.ensure_future(live.synced())
        await asyncio.sleep(0.02)
        assert not waiting.done()
        await server.peers[0].send(SNAPSHOT)
        assert (await waiting).best_bid is not None
        assert (live.why(), live.checks()) == ("", (1, 0))
        with pytest.raises(SettingsError, match="level 3"):
            live.queue_position("O1")
        waiting = asyncio.ensure_future(live.synced("BTC/USD"))
        await waiting
    with pytest.raises(StreamError):
        live.view("ETH/USD")


async def test_the_evidence_of_a_failed_check_can_be_replayed(server: FakeV2, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    async with client(server, evidence=folder) as ws, ws.book("BTC/USD") as live:
        heard(ws, "exception")
        peer = server.peers[0]
        await peer.send(SNAPSHOT)
        await peer.send(book("update", [("30000.3", "2.0")], [], 12345))
        while not isinstance(await anext(live), Gap):
            pass
    (file,) = folder.iterdir()
    lines = file.read_bytes().splitlines()
    told = json.loads(lines[0])["evidence"]
    assert (told["symbol"], told["checksum_expected"], told["frames_lost"]) == ("BTC/USD", 12345, 0)
    assert told["ask_digits"].startswith("300002" + "25000000" + "300003")
    report = replay(lines)
    assert (report.symbols, report.updates, report.verified, report.failed) == (["BTC/USD"], 1, 0, 1)
