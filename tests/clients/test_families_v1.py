"""Stories of Spot v1 on the one stream client, against a scripted server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients.fake_families import QUICK, TOKEN, Everywhere, asked, client, crc, heard, in_v1, key, status, until
from clients.fake_v2 import Peer
from krakenkit import (
    AsyncWebsocketAPIClient,
    BookOutOfStep,
    Gap,
    OrderRefused,
    OutcomeUnknown,
    WsKey,
    streams,
)
from krakenkit.wire.spot_v1.trading import OrderCancelled


@pytest.fixture
async def v1() -> AsyncIterator[Everywhere]:
    async with Everywhere(in_v1) as fake:
        yield fake


def book_v1(depth: int, price: str, checksum: int | None = None) -> str:
    """A snapshot with one ask, or an update of it to twice the volume."""
    level = f'[["{price}","{"1.00" if checksum is None else "2.00"}","1690000000.000001"]]'
    sides = f'{{"as":{level},"bs":[]}}' if checksum is None else f'{{"a":{level},"c":"{checksum}"}}'
    return f'[336,{sides},"book-{depth}","XBT/USD"]'


async def test_one_request_names_all_pairs_and_rows_arrive_typed(v1: Everywhere) -> None:
    async with client(v1) as ws, ws.subscribe(streams.spot_v1.Spread(pair=["xbt/usd", "ETH/USD"])) as spreads:
        peer = await v1.peer(1)
        assert asked(peer, "spread") == [
            {"event": "subscribe", "reqid": 1, "pair": ["XBT/USD", "ETH/USD"], "subscription": {"name": "spread"}}
        ]
        await peer.send({"event": "heartbeat"})
        await peer.send('[341,["30100.10","30100.50","1690000001.5","0.75","3.125"],"spread","ETH/USD"]')
        row = await anext(spreads)
        assert isinstance(row, streams.spot_v1.SpreadUpdate)
        assert (row.pair, str(row.bid)) == ("ETH/USD", "30100.10")


async def test_two_depths_of_a_pair_live_on_one_connection_each_with_its_own_rows(v1: Everywhere) -> None:
    async with (
        client(v1) as ws,
        ws.subscribe(streams.spot_v1.Book(pair="XBT/USD")) as ten,
        ws.subscribe(streams.spot_v1.Book(pair="XBT/USD", depth=25)) as more,
    ):
        (peer,) = v1.peers
        await peer.send(book_v1(25, "30100.50"))
        await peer.send(book_v1(10, "30100.60"))
        await peer.send(book_v1(25, "30100.50", crc("30100.50", "2.00")))
        rows = [await anext(ten), await anext(more), await anext(more)]
    shown = [(row.depth, row.snapshot, str(row.asks[0].price)) for row in rows if not isinstance(row, Gap)]
    assert shown == [(10, True, "30100.60"), (25, True, "30100.50"), (25, False, "30100.50")]


async def test_a_v1_book_that_fails_its_checksum_is_withheld_and_renewed_and_the_other_depth_goes_on(
    v1: Everywhere,
) -> None:
    async with client(v1) as ws:
        errors = heard(ws, "exception")
        async with (
            ws.subscribe(streams.spot_v1.Book(pair="XBT/USD")) as ten,
            ws.subscribe(streams.spot_v1.Book(pair="XBT/USD", depth=25)) as more,
        ):
            (peer,) = v1.peers
            await peer.send(book_v1(10, "30100.50"))
            await peer.send(book_v1(10, "30100.50", 7))
            await anext(ten)
            assert isinstance(await anext(ten), Gap)
            await until(lambda: [f["event"] for f in asked(peer, "book")][2:] == ["unsubscribe", "subscribe"])
            assert [frame["subscription"]["depth"] for frame in asked(peer, "book")] == [10, 25, 10, 10]
            await peer.send(book_v1(10, "30100.70"))
            await peer.send(book_v1(25, "30100.80"))
            again, other = await anext(ten), await anext(more)
            assert not isinstance(again, Gap)
            assert not isinstance(other, Gap)
            assert (again.snapshot, other.snapshot, more.gaps) == (True, True, 0)
    assert [type(told.error) for told in errors] == [BookOutOfStep]


async def test_a_refused_v1_depth_is_reported_for_what_was_asked() -> None:
    async def refuse(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["event"] != "subscribe":
            return await in_v1(peer, frame)
        for pair in frame["pair"]:
            error = {"status": "error", "errorMessage": "Subscription depth not supported"}
            await peer.send(status(frame, pair, **error) if pair == "ETH/USD" else status(frame, pair))

    async with (
        Everywhere(refuse) as fake,
        client(fake) as ws,
        ws.subscribe(streams.spot_v1.Book(pair=["XBT/USD", "ETH/USD"], depth=25)) as book,
    ):
        assert book.refused == {"book ETH/USD depth=25": "Subscription depth not supported"}


async def test_the_engines_state_comes_unasked_and_a_late_reader_is_shown_it(v1: Everywhere) -> None:
    async with client(v1) as ws:
        await ws.connect(WsKey.SPOT_PUBLIC_V1)
        (peer,) = v1.peers
        await peer.send({"event": "systemStatus", "status": "post_only", "connectionID": 2**63 + 1, "version": "1.9"})
        await ws.subscribe({"topic": "ticker", "payload": {"pair": ["XBT/USD"]}}, WsKey.SPOT_PUBLIC_V1)
        async with ws.subscribe(streams.spot_v1.SystemStatus()) as states:
            state = await anext(states)
            assert isinstance(state, streams.spot_v1.SystemStatusUpdate)
            assert (state.status, state.connection_id) == ("post_only", 2**63 + 1)
        assert not asked(peer, "systemStatus")


async def test_a_private_v1_subscription_carries_its_token_inside_and_the_echo_shows_nowhere(v1: Everywhere) -> None:
    async with client(v1) as ws:
        told = heard(ws, "response", "message", "authenticated")
        async with ws.subscribe(streams.spot_v1.OpenOrders()) as orders:
            (peer,) = v1.peers
            assert asked(peer, "openOrders")[0]["subscription"] == {"name": "openOrders", "token": TOKEN}
            await peer.send('[[{"OAAAAA-BBBBB-CCCCCC":{"status":"open","news":1}}],"openOrders",{"sequence":1}]')
            order = await anext(orders)
            assert isinstance(order, streams.spot_v1.OpenOrder)
            assert (order.txid, order.snapshot, order.extra) == ("OAAAAA-BBBBB-CCCCCC", True, {"news": 1})
        assert told
        assert TOKEN not in repr(told)


async def test_a_hole_in_a_v1_sequence_is_marked_and_the_feed_subscribed_anew(v1: Everywhere) -> None:
    def trade(number: int) -> str:
        return f'[[{{"T{number}":{{"pair":"XBT/USD","vol":"1.50"}}}}],"ownTrades",{{"sequence":{number}}}]'

    async with client(v1) as ws, ws.subscribe(streams.spot_v1.OwnTrades()) as trades:
        (peer,) = v1.peers
        for number in (1, 2, 4):
            await peer.send(trade(number))
        first, second, gap = [await anext(trades) for _ in range(3)]
        assert isinstance(first, streams.spot_v1.OwnTrade)
        assert isinstance(second, streams.spot_v1.OwnTrade)
        assert (first.txid, first.snapshot, second.txid, second.snapshot) == ("T1", True, "T2", False)
        assert isinstance(gap, Gap)
        assert "from sequence 2 to 4" in gap.reason
        await until(lambda: [f["event"] for f in asked(peer, "ownTrades")][1:] == ["unsubscribe", "subscribe"])
        await peer.send(trade(1))
        again = await anext(trades)
        assert isinstance(again, streams.spot_v1.OwnTrade)


async def test_a_cut_v1_line_is_marked_and_everything_is_subscribed_again(v1: Everywhere) -> None:
    async with client(v1) as ws, ws.subscribe(streams.spot_v1.Ticker(pair="XBT/USD")) as ticks:
        (await v1.peer(1)).cut()
        assert isinstance(await anext(ticks), Gap)
        again = await v1.peer(2)
        await until(lambda: len(asked(again, "ticker")) == 1)


async def trading_in_v1(peer: Peer, frame: dict[str, Any]) -> None:
    """One order of two cannot be cancelled; new orders are taken."""
    said = {"event": f"{frame['event']}Status", "reqid": frame.get("reqid"), "status": "ok"}
    match frame["event"]:
        case "addOrder":
            await peer.send(said | {"txid": "OAAAAA-BBBBB-CCCCCC", "descr": f"buy {frame['volume']} {frame['pair']}"})
        case "cancelOrder":
            for txid in frame["txid"]:
                await peer.send(
                    said | ({} if txid == "O1" else {"status": "error", "errorMessage": "EOrder:Unknown order"})
                )
        case "editOrder":
            await peer.send(said | {"status": "error", "errorMessage": "EOrder:Invalid order"})
        case "cancelAll":
            peer.cut()
        case _:
            await in_v1(peer, frame)


async def test_v1_orders_go_over_their_own_connection_and_their_answers_are_gathered() -> None:
    async with Everywhere(trading_in_v1) as fake:
        async with AsyncWebsocketAPIClient(key(), environment=fake.environment, reconnect=QUICK) as trading:
            placed = await trading.submit_spot_v1_order(
                ordertype="limit", type="buy", pair="XBT/USD", volume="1.10", price="+5%"
            )
            assert (placed.txid, placed.descr) == ("OAAAAA-BBBBB-CCCCCC", "buy 1.10 XBT/USD")
            cancelled = await trading.cancel_spot_v1_order(txid=["O1", "O2"])
            assert cancelled == [OrderCancelled(), OrderCancelled(error="EOrder:Unknown order")]
            assert await trading.cancel_spot_v1_order(txid=["O1"]) == [OrderCancelled(txid="O1")]
            with pytest.raises(OrderRefused):
                await trading.edit_spot_v1_order(orderid="O1", pair="XBT/USD")
            with pytest.raises(OutcomeUnknown):
                await trading.cancel_all_spot_v1_orders()
        sent = [frame for frame in fake.peers[0].received if frame["event"] == "addOrder"]
        assert [(frame["token"], frame["price"], frame["volume"]) for frame in sent] == [(TOKEN, "+5%", "1.10")]
        assert asked(fake.peers[0], "ownTrades")[0]["subscription"]["snapshot"] is False
