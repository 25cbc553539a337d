"""Stories of what goes wrong around a stream: callbacks, closing, tokens, dead hosts, huge frames. Loopback only."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from clients.fake_v2 import INSTRUMENTS, FakeV2, Peer, politely
from clients.test_streams import ASK, BID, QUICK, SNAPSHOT, asked, book, client, crc, heard, key, ticker
from krakenkit import (
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    AuthRefused,
    Environment,
    Gap,
    SettingsError,
    SubscriptionRefused,
    Timing,
    TransportError,
    WsKey,
    streams,
)
from krakenkit._core.limits import AttemptBudget
from krakenkit.protocol.liveness import Patience
from krakenkit.sandbox import Sandbox

BTC = streams.spot.Ticker(symbol=["BTC/USD"])


@pytest.fixture
async def server() -> AsyncIterator[FakeV2]:
    async with FakeV2() as fake:
        yield fake


async def until(happened: Callable[[], Any], seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.005)


def balances(sequence: int, kind: str = "update", amount: int | None = None) -> str:
    row = f'{{"asset":"USD","balance":{sequence if amount is None else amount}}}'
    return f'{{"channel":"balances","type":"{kind}","sequence":{sequence},"data":[{row}]}}'


def trade(number: int, kind: str = "update") -> str:
    row = f'{{"symbol":"BTC/USD","side":"buy","price":1.5,"qty":1,"trade_id":{number},"timestamp":""}}'
    return f'{{"channel":"trade","type":"{kind}","data":[{row}]}}'


def ours(before: set[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """Tasks of the library that were not there before."""
    return {task for task in asyncio.all_tasks() - before if "krakenkit" in repr(task)}


# --- callbacks --------------------------------------------------------------------------------------------------------


async def test_a_callback_may_close_the_client_from_inside(server: FakeV2) -> None:
    before = asyncio.all_tasks()
    ws = client(server)

    async def leave(_: object) -> None:
        await ws.close()

    ws.on("message", leave)
    ticks = await ws.subscribe(BTC)
    await server.peers[0].send(ticker("BTC/USD", "1.5"))

    async with asyncio.timeout(1):
        rows = [row async for row in ticks]
    assert len(rows) == 1
    await until(lambda: not ours(before))


async def test_a_callback_may_subscribe(server: FakeV2) -> None:
    async with client(server) as ws:
        added: list[Any] = []
        ws.on("reconnecting", lambda _: added.append(ws.subscribe(streams.spot.Trade(symbol=["ETH/USD"]))))
        await ws.subscribe(BTC)
        server.peers[0].cut()
        again = await server.peer(2)

        await until(lambda: added and added[0].confirmed)
        assert asked(again, "trade") == ["subscribe"]


async def test_a_callback_that_asks_for_what_was_cancelled_harms_nobody_else(server: FakeV2) -> None:
    cancelled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    cancelled.cancel()
    async with client(server) as ws:
        told = heard(ws, "exception")
        ws.on("response", lambda _: cancelled.result())
        async with ws.subscribe(BTC) as ticks:
            await server.peers[0].send(ticker("BTC/USD", "1.5"))
            await anext(ticks)
    assert "cancelled" in str(told[0].error)


async def test_a_callback_that_blocks_is_not_held_against_the_line() -> None:
    timing = Timing(ping_interval=0.2, pong_timeout=0.1, silence=0.1)
    with Sandbox(seed=2, pace=0.01, market=["BTC/USD"]) as box:  # in a thread of its own: it goes on meanwhile
        async with AsyncWebsocketClient(environment=box.environment, timing=timing) as ws:
            drops = heard(ws, "reconnecting")
            blocked: list[float] = []

            def block(_: object) -> None:
                if len(blocked) < 3:
                    blocked.append(0.6)
                    time.sleep(0.6)

            ws.on("message", block)
            async with ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"])) as trades:
                rows = [item async for item in _first(trades, 150)]
            assert len(blocked) == 3
    assert not any(isinstance(row, Gap) for row in rows)
    assert drops == []


async def test_an_order_whose_caller_is_cancelled_is_sent_once_and_leaves_nothing_waiting() -> None:
    async def slow(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] != "cancel_all":
            return await politely(peer, frame)
        orders.append(frame)
        if len(orders) == 2:
            for order in orders:
                reply = {"method": "cancel_all", "req_id": order["req_id"], "success": True, "result": {"count": 7}}
                await peer.send(reply)

    orders: list[dict[str, Any]] = []
    async with FakeV2(slow) as fake, AsyncWebsocketAPIClient(key(), environment=fake.environment) as trading:
        given_up = asyncio.create_task(trading.cancel_all_spot_orders())
        await until(lambda: orders)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert (await trading.cancel_all_spot_orders()).count == 7
        line = trading.get_ws_client().connection(WsKey.SPOT_PRIVATE_V2).line
        assert (line._pending, line.machine.commands.waiting) == ({}, {})
    assert len(orders) == 2


async def test_a_book_may_be_closed_by_the_callback_that_hears_it_failed(
    server: FakeV2, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(server) as ws:
        live = await ws.book("BTC/USD")
        ws.on("exception", lambda _: live.close())
        other = await ws.subscribe(streams.spot.Ticker(symbol=["ETH/USD"]))
        await server.peers[0].send(SNAPSHOT)
        await server.peers[0].send(book("update", [("30000.3", "2.0")], [], 12345))
        await server.peers[0].send(ticker("ETH/USD", "2000.5"))

        assert isinstance(await anext(other), streams.spot.TickerUpdate)
        assert live.closed
        await until(lambda: asked(server.peers[0], "book") == ["subscribe", "unsubscribe"])
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_client_that_is_being_closed_is_not_opened_again_by_its_own_events(server: FakeV2) -> None:
    ws = client(server)
    told = heard(ws, "exception")
    ws.on("close", lambda _: ws.subscribe(BTC))
    await ws.subscribe(BTC)

    await ws.close()

    assert [type(event.error) for event in told] == [SettingsError]
    assert len(server.peers) == 1


# --- closing ----------------------------------------------------------------------------------------------------------


async def test_a_line_that_waits_for_its_reader_is_closed_at_once(server: FakeV2) -> None:
    ws = client(server, key(), queue_size=2)
    stream = await ws.subscribe(streams.spot.Balances())
    for number in range(1, 50):
        await server.peers[0].send(balances(number, "snapshot" if number == 1 else "update"))
    await until(lambda: stream.lag > 2)

    started = time.monotonic()
    await ws.close()

    assert time.monotonic() - started < 0.5


async def test_a_peer_that_never_says_goodbye_is_left_within_a_second() -> None:
    async def mute(request: web.Request) -> web.StreamResponse:
        peer = web.WebSocketResponse(autoclose=False)
        await peer.prepare(request)
        await stay.wait()
        return peer

    stay = asyncio.Event()
    app = web.Application()
    app.router.add_get("/v2", mute)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    url = f"ws://127.0.0.1:{listening.getsockname()[1]}/v2"
    ws = AsyncWebsocketClient(environment=Environment("mute", ws={WsKey.SPOT_PUBLIC_V2: url}))
    await ws.connect(WsKey.SPOT_PUBLIC_V2)

    started = time.monotonic()
    await ws.close()
    taken = time.monotonic() - started
    stay.set()
    await runner.cleanup()

    assert taken < 1


async def test_a_close_that_is_cancelled_ends_the_streams_all_the_same(server: FakeV2) -> None:
    before = asyncio.all_tasks()
    ws = client(server)
    ticks = await ws.subscribe(BTC)
    closing = asyncio.create_task(ws.close())
    await asyncio.sleep(0)
    closing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await closing
    async with asyncio.timeout(1):
        assert [row async for row in ticks] == []
    await until(lambda: not ours(before))


async def test_closing_twice_at_once_waits_for_the_same_end(server: FakeV2) -> None:
    before = asyncio.all_tasks()
    ws = client(server)
    told = heard(ws, "close")
    ticks = await ws.subscribe(BTC)

    await asyncio.gather(ws.close(), ws.close())

    assert ticks.closed
    assert len(told) == 1
    assert not ours(before)


@pytest.mark.parametrize("moment", ["dialling", "authenticating", "subscribing", "waiting"])
async def test_closing_at_any_moment_is_quick_and_leaves_nothing(moment: str) -> None:
    async def answer(peer: Peer, frame: dict[str, Any]) -> None:
        if moment != "subscribing":
            await politely(peer, frame)

    before = asyncio.all_tasks()
    async with FakeV2(answer) as fake:
        credentials = key() if moment == "authenticating" else None
        if moment == "authenticating":
            fake.token_refusals += ["EService:Unavailable"] * 50
        ws = AsyncWebsocketClient(credentials, environment=fake.environment)
        stream: Any = ws.subscribe(BTC if credentials is None else streams.spot.Balances())
        if moment != "dialling":
            await fake.peer(1)
        if moment == "waiting":
            await stream
            fake.peers[0].cut()
            await until(lambda: stream.gaps)
        started = time.monotonic()
        await ws.close()
        taken = time.monotonic() - started
        assert [item async for item in stream if not isinstance(item, Gap)] == []
        assert not ours(before)
    assert taken < 1


async def test_a_subscription_that_only_half_fits_leaves_nothing_subscribed(server: FakeV2) -> None:
    async with client(server) as ws:
        first = ws.subscribe(streams.spot.Book(symbol=["ETH/USD", "BTC/USD"], depth=10), connections=2)
        await first
        # The second connection has BTC/USD in another depth already; by then the first one has taken SOL/USD.
        with pytest.raises(SettingsError, match="depth"):
            ws.subscribe(streams.spot.Book(symbol=["SOL/USD", "BTC/USD"], depth=100), connections=2)
        readers = {one for shard in ws._connections.values() for one in shard.feeds.everyone()}
    assert readers == {first}


# --- tokens and keys --------------------------------------------------------------------------------------------------


async def test_a_wrong_key_tells_every_subscription_once_and_asks_no_more(server: FakeV2) -> None:
    server.token_refusals += ["EAPI:Invalid key"] * 9
    async with client(server, key()) as ws:
        closed = heard(ws, "close")
        orders, money = ws.subscribe(streams.spot.Executions()), ws.subscribe(streams.spot.Balances())
        for stream in (orders, money):
            with pytest.raises(SubscriptionRefused, match="EAPI:Invalid key"):
                await stream
        await asyncio.sleep(0.2)
        assert isinstance(closed[0].error, AuthRefused)
    assert (server.token_calls, len(closed), len(server.peers)) == (1, 1, 1)


async def test_an_order_after_a_wrong_key_says_why_and_the_next_one_tries_again(server: FakeV2) -> None:
    server.token_refusals.append("EGeneral:Permission denied")

    async def trade(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "cancel_all":
            await peer.send(
                {"method": "cancel_all", "req_id": frame["req_id"], "success": True, "result": {"count": 0}}
            )
        else:
            await politely(peer, frame)

    server.answer = trade
    async with AsyncWebsocketAPIClient(key(), environment=server.environment, reconnect=QUICK) as trading:
        with pytest.raises(TransportError, match="Permission denied") as failed:
            await trading.cancel_all_spot_orders()
        assert failed.value.sent is False
        assert isinstance(failed.value.__cause__, AuthRefused)
        assert (await trading.cancel_all_spot_orders()).count == 0


async def test_a_token_that_is_late_is_told_and_waited_for(server: FakeV2) -> None:
    server.token_refusals += ["EGeneral:Temporary lockout"]
    async with client(server, key()) as ws:
        told = heard(ws, "exception")
        await ws.subscribe(streams.spot.Balances())
        assert "Temporary lockout" in str(told[0].error)


async def test_a_line_that_flaps_does_not_pile_up_token_calls(server: FakeV2) -> None:
    calls, most = 0, 0
    real = server._token

    async def slow(request: web.Request) -> web.Response:
        nonlocal calls, most
        calls += 1
        most = max(most, calls)
        await asyncio.sleep(0.3)
        calls -= 1
        return await real(request)

    fake = FakeV2()
    fake._token = slow  # type: ignore[method-assign, assignment]
    async with fake, client(fake, key()) as ws:
        stream = ws.subscribe(streams.spot.Balances())
        for number in range(1, 9):
            (await fake.peer(number)).cut()
        await stream
    assert most == 1


async def test_a_keeper_of_the_line_takes_nothing_from_a_reader(server: FakeV2) -> None:
    async def trade(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "cancel_all":
            await peer.send(
                {"method": "cancel_all", "req_id": frame["req_id"], "success": True, "result": {"count": 0}}
            )
        else:
            await politely(peer, frame)

    server.answer = trade
    async with AsyncWebsocketAPIClient(key(), environment=server.environment, reconnect=QUICK) as trading:
        async with trading.get_ws_client().subscribe(streams.spot.Executions()) as orders:
            await trading.cancel_all_spot_orders()
            server.peers[0].cut()
            again = await server.peer(2)
            await until(lambda: orders.confirmed)
            assert asked(server.peers[0], "executions") == ["subscribe"]
            (request,) = [frame for frame in again.received if frame["method"] == "subscribe"]
            assert request["params"]["snap_orders"] is True
        await trading.cancel_all_spot_orders()
        await until(lambda: asked(again, "executions") == ["subscribe", "unsubscribe", "subscribe"])


# --- hosts that are not there -----------------------------------------------------------------------------------------


async def test_a_server_that_closes_after_every_upgrade_is_dialled_within_the_budget(server: FakeV2) -> None:
    async def slam(peer: Peer, frame: dict[str, Any]) -> None:
        await peer.socket.close()

    server.answer = slam
    async with client(server, attempts=AttemptBudget(limit=10, window=60)) as ws:
        told = heard(ws, "reconnecting")
        ws.subscribe(BTC)
        await until(lambda: told and "budget" in told[-1].reason)
        await asyncio.sleep(0.2)
    assert len(server.peers) == 10
    assert 50 < told[-1].delay <= 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def test_a_proxy_that_is_down_is_told_and_tried_again(server: FakeV2) -> None:
    async with client(server, proxy=f"http://user:hidden@127.0.0.1:{free_port()}") as ws:
        told = heard(ws, "reconnecting")
        ws.subscribe(BTC)
        await until(lambda: len(told) >= 3)
    assert "proxy" in told[0].reason
    assert "hidden" not in told[0].reason


async def test_a_name_that_is_not_found_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    environment = Environment("gone", ws={WsKey.SPOT_PUBLIC_V2: "wss://kraken.invalid/v2"})
    async with AsyncWebsocketClient(environment=environment, reconnect=QUICK) as ws:
        told = heard(ws, "reconnecting")
        with pytest.raises(TransportError) as failed:
            await ws.connect(WsKey.SPOT_PUBLIC_V2, timeout=0.2)
        assert failed.value.sent is False
    assert "was not found" in told[0].reason
    assert len(told) > 1


class Impatient(AsyncWebsocketClient):
    async def connect(self, ws_key: WsKey, *, timeout: float = 30.0) -> None:
        await super().connect(ws_key, timeout=0.1 if ws_key.private else 0.3)


async def test_connecting_all_waits_for_all_before_it_raises() -> None:
    before = asyncio.all_tasks()
    gone = f"ws://127.0.0.1:{free_port()}/v2"
    keys = dict.fromkeys((WsKey.SPOT_PUBLIC_V2, WsKey.SPOT_PRIVATE_V2), gone)
    async with Impatient(key(), environment=Environment("gone", ws=keys), reconnect=QUICK) as ws:
        with pytest.raises(TransportError):
            await ws.connect_all()
        assert not [task for task in asyncio.all_tasks() - before if "Impatient.connect" in repr(task)]


# --- frames -----------------------------------------------------------------------------------------------------------


async def test_a_frame_of_twenty_megabytes_is_a_frame_like_any_other(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(BTC) as ticks:
        huge = ticker("BTC/USD", "1.5").replace('"data"', f'"note":"{"x" * 20_000_000}","data"')
        await server.peers[0].send(huge)
        await server.peers[0].send(ticker("BTC/USD", "2.5"))
        assert [row.bid async for row in _first(ticks, 2)] == [1.5, 2.5]
        assert ticks.gaps == 0


async def _first(stream: Any, count: int) -> AsyncIterator[Any]:
    async with asyncio.timeout(5):
        for _ in range(count):
            yield await anext(stream)


async def test_an_account_frame_that_cannot_be_read_is_a_gap_and_the_state_comes_anew(server: FakeV2) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.spot.Balances()) as money:
        peer = server.peers[0]
        await peer.send(balances(1, "snapshot"))
        await peer.send('{"channel":"balances","type":"update","sequence":2,"data":[{"asset":7}]}')
        items = [item async for item in _first(money, 2)]
        assert isinstance(items[1], Gap)
        await until(lambda: asked(peer, "balances") == ["subscribe", "unsubscribe", "subscribe"])
        await peer.send(balances(1, "snapshot", amount=9))
        row = await anext(money)
        assert isinstance(row, streams.spot.Balance)
        assert row.balance == 9


async def test_trades_that_cannot_be_read_leave_a_marker_where_they_are_missing(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"])) as trades:
        peer = server.peers[0]
        await peer.send(trade(1))
        await peer.send(trade(2).replace('"qty":1', '"qty":"?"'))
        await peer.send(trade(3))
        items = [item async for item in _first(trades, 3)]
        assert [getattr(item, "trade_id", "marker") for item in items] == [1, "marker", 3]


# --- what is live, and what is not any more ---------------------------------------------------------------------------


async def test_a_line_cut_before_the_answer_leaves_a_marker_behind_what_came() -> None:
    async def data_first(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "subscribe" and peer is fake.peers[0]:
            await peer.send(trade(1, "snapshot"))
            await peer.send(trade(2))
        else:
            await politely(peer, frame)

    async with FakeV2(data_first) as fake, client(fake) as ws:
        trades = ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"]))
        first = [item async for item in _first(trades, 2)]
        fake.peers[0].cut()
        await trades
        await fake.peers[1].send(trade(99))
        rest = [item async for item in _first(trades, 2)]
    assert [getattr(item, "trade_id", "marker") for item in first + rest] == [1, 2, "marker", 99]


async def test_a_second_reader_of_an_account_gets_the_whole_state_and_the_first_is_told(server: FakeV2) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.spot.Balances()) as first:
        peer = server.peers[0]
        await peer.send(balances(1, "snapshot"))
        await anext(first)
        second = ws.subscribe(streams.spot.Balances())
        await until(lambda: asked(peer, "balances") == ["subscribe", "unsubscribe", "subscribe"])
        await peer.send(balances(1, "snapshot", amount=5))
        assert isinstance(await anext(first), Gap)
        rows = [await anext(first), await anext(second)]
        assert [getattr(row, "balance", None) for row in rows] == [5, 5]
        assert second.gaps == 0


async def test_account_rows_count_from_wherever_the_exchange_begins_once_it_has_confirmed(server: FakeV2) -> None:
    async with client(server, key()) as ws, ws.subscribe(streams.spot.Balances(snapshot=False)) as money:
        for number in (7, 8, 10):
            await server.peers[0].send(balances(number))
        items = [item async for item in _first(money, 3)]
        assert [getattr(item, "balance", "marker") for item in items] == [7, 8, "marker"]


async def test_an_account_that_is_subscribed_again_later_has_no_hole(server: FakeV2) -> None:
    async with client(server, key()) as ws:
        for _ in range(2):
            async with ws.subscribe(streams.spot.Balances(snapshot=False)) as money:
                for number in (1, 2, 3):
                    await server.peers[0].send(balances(number))
                assert [getattr(item, "balance", "marker") async for item in _first(money, 3)] == [1, 2, 3]
            await until(lambda: asked(server.peers[0], "balances")[-1] == "unsubscribe")


async def test_a_late_reader_is_never_shown_what_straggled_in_after_the_last_one_left(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"])) as trades:
        async with ws.subscribe(BTC):
            pass
        await server.peers[0].send(ticker("BTC/USD", "1.5"))
        await server.peers[0].send(trade(1))
        await anext(trades)
        async with ws.subscribe(BTC) as ticks:
            assert ticks.lag == 0


async def test_a_second_kind_of_ticker_on_one_connection_is_refused(server: FakeV2) -> None:
    async with client(server) as ws, ws.subscribe(BTC):
        with pytest.raises(SettingsError, match="event_trigger"):
            ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"], event_trigger="bbo"))


async def test_a_quiet_subscription_is_marked_where_the_fresh_one_begins() -> None:
    async def speak_while_leaving(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "unsubscribe":
            await peer.send(trade(2))
        await politely(peer, frame)
        if frame["method"] == "subscribe":
            await peer.send(trade(1 if len(peer.received) < 2 else 9, "snapshot"))

    patience = Patience(least=0.3, most=60, pauses=1)
    async with FakeV2(speak_while_leaving) as fake, client(fake, patience=patience) as ws:
        gaps = heard(ws, "gap")
        async with ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"])) as trades:
            items = [item async for item in _first(trades, 4)]
    assert [getattr(item, "trade_id", "marker") for item in items] == [1, 2, "marker", 9]
    assert len(gaps) == 1


async def test_a_pair_that_is_listed_later_gets_its_book_and_is_complained_about_once(server: FakeV2) -> None:
    async with client(server) as ws:
        told = heard(ws, "exception")
        live = await ws.book("NEW/USD")
        peer = server.peers[0]
        new = SNAPSHOT.replace("BTC/USD", "NEW/USD")
        for _ in range(3):
            await peer.send(new)
        await until(lambda: told)
        pair = json.loads(json.dumps(INSTRUMENTS["data"]))["pairs"][0] | {"symbol": "NEW/USD"}
        await peer.send({"channel": "instrument", "type": "update", "data": {"assets": [], "pairs": [pair]}})
        await until(lambda: asked(peer, "book") == ["subscribe", "unsubscribe", "subscribe"])
        await peer.send(new)
        await live.synced()
    assert len(told) == 1
    assert "does not list it yet" in str(told[0].error)


async def test_a_book_whose_first_message_fails_before_its_answer_is_renewed() -> None:
    async def data_first(peer: Peer, frame: dict[str, Any]) -> None:
        params = frame.get("params", {})
        if frame["method"] == "subscribe" and params["channel"] == "book" and asked(peer, "book") == ["subscribe"]:
            await peer.send(book("snapshot", [ASK], [BID], 1 + crc(ASK, BID)))
        await politely(peer, frame)

    async with FakeV2(data_first) as fake, client(fake) as ws:
        live = ws.book("BTC/USD")
        peer = await fake.peer(1)
        await until(lambda: asked(peer, "book") == ["subscribe", "unsubscribe", "subscribe"])
        await peer.send(SNAPSHOT)
        await live.synced()


async def test_a_topic_given_up_by_name_while_it_is_pending_lets_its_waiter_go() -> None:
    async def silence(peer: Peer, frame: dict[str, Any]) -> None: ...

    request = {"topic": "ticker", "payload": {"symbol": ["BTC/USD"]}}
    async with FakeV2(silence) as fake, client(fake) as ws:
        waiting = asyncio.ensure_future(ws.subscribe(request, WsKey.SPOT_PUBLIC_V2))
        await fake.peer(1)
        await ws.unsubscribe(request, WsKey.SPOT_PUBLIC_V2)
        async with asyncio.timeout(1):
            await waiting


async def test_topics_by_name_that_were_asked_for_in_two_ways_are_given_up_together(server: FakeV2) -> None:
    one = {"topic": "ticker", "payload": {"symbol": ["BTC/USD"]}}
    both = {"topic": "ticker", "payload": {"symbol": ["BTC/USD", "ETH/USD"]}}
    async with client(server) as ws:
        await ws.subscribe(one, WsKey.SPOT_PUBLIC_V2)
        await ws.subscribe(both, WsKey.SPOT_PUBLIC_V2)
        await ws.unsubscribe(both, WsKey.SPOT_PUBLIC_V2)

        def left() -> set[str]:
            requests = [frame["params"] for frame in server.peers[0].received if frame["method"] == "unsubscribe"]
            return {symbol for params in requests for symbol in params["symbol"]}

        await until(lambda: left() == {"BTC/USD", "ETH/USD"})


async def test_a_line_nobody_reads_is_not_blamed_for_answers_that_could_not_be_read(server: FakeV2) -> None:
    timing = Timing(ping_interval=0.1, pong_timeout=0.1, silence=0.1, ack_timeout=0.1, ack_tries=2)
    async with client(server, key(), queue_size=2, timing=timing) as ws:
        money = await ws.subscribe(streams.spot.Balances())
        drops = heard(ws, "reconnecting", "exception")
        for number in range(1, 20):
            await server.peers[0].send(balances(number, "snapshot" if number == 1 else "update"))
        await until(lambda: money.lag > 2)
        orders = ws.subscribe(streams.spot.Executions())
        await asyncio.sleep(0.6)
        assert not orders.confirmed
        for _ in range(19):
            await anext(money)
        await orders
    assert drops == []
