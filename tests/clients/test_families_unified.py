"""Stories of the Unified WebSocket on the one stream client, against a scripted server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from clients.fake_families import QUICK, TOKEN, Everywhere, about, client, crc, key, until
from clients.fake_v2 import Peer, politely
from krakenkit import (
    AsyncWebsocketAPIClient,
    Gap,
    SettingsError,
    WsKey,
    streams,
)
from krakenkit.wire.unified.trading import LeverageMode, OrderParams


@pytest.fixture
async def server() -> AsyncIterator[Everywhere]:
    async with Everywhere(politely) as fake:
        yield fake


async def test_unified_rows_keep_what_no_field_knows(server: Everywhere) -> None:
    async with client(server) as ws, ws.subscribe(streams.unified.Ticker(symbol="PF_XBTUSD")) as ticks:
        (peer,) = server.peers
        assert about(peer, "ticker")[0]["params"] == {
            "channel": "ticker",
            "symbol": ["PF_XBTUSD"],
            "asset_class": "derivatives",
            "snapshot": True,
        }
        await peer.send('{"channel":"ticker","type":"snapshot","data":[{"symbol":"PF_XBTUSD","bid":1.50,"mark":2.50}]}')
        tick = await anext(ticks)
        assert isinstance(tick, streams.unified.TickerUpdate)
        assert (tick.snapshot, str(tick.bid), tick.extra) == (True, "1.50", {"mark": Decimal("2.50")})


async def test_a_unified_book_proves_itself_without_an_instrument_channel(server: Everywhere) -> None:
    checksum = crc("30000.50", "1.200")
    row = f'{{"symbol":"PF_XBTUSD","asks":[{{"price":30000.5,"qty":1.2}}],"bids":[],"checksum":{checksum}}}'
    async with client(server) as ws, ws.subscribe(streams.unified.Book(symbol="PF_XBTUSD")) as book:
        (peer,) = server.peers
        await peer.send(f'{{"channel":"book","type":"snapshot","data":[{row}]}}')
        first = await anext(book)
        assert not isinstance(first, Gap)
        view = ws.book("PF_XBTUSD", ws_key=WsKey.UNIFIED_PUBLIC).view()
        assert [(str(price), str(qty)) for price, qty in view.asks] == [("30000.50", "1.200")]
        assert not about(peer, "instrument")
        async with ws.subscribe(streams.unified.Book(symbol="PF_XBTUSD")) as late:
            shown = await anext(late)
            assert isinstance(shown, streams.unified.BookUpdate)
            assert (shown.snapshot, shown.asks) == (True, first.asks)


async def test_two_kinds_of_candles_cannot_be_told_apart_and_are_refused(server: Everywhere) -> None:
    async with client(server) as ws, ws.subscribe(streams.unified.Ohlc(symbol="PF_XBTUSD")):
        with pytest.raises(SettingsError, match="which of the two"):
            ws.subscribe(streams.unified.Ohlc(symbol="PF_XBTUSD", tick_type="mark"))
        ws.subscribe(streams.unified.Ohlc(symbol="PF_XBTUSD", interval=5, tick_type="mark")).close()


async def test_account_channels_of_the_unified_socket_arrive_with_a_token(server: Everywhere) -> None:
    async with (
        client(server) as ws,
        ws.subscribe(streams.unified.Positions()) as positions,
        ws.subscribe(streams.unified.Margin()) as margin,
        ws.subscribe(streams.unified.Preferences()) as preferences,
    ):
        (peer,) = server.peers
        assert about(peer, "positions")[0]["params"] == {
            "channel": "positions",
            "asset_class": "derivatives",
            "token": TOKEN,
        }
        await peer.send({"channel": "positions", "type": "snapshot", "data": {"error": "snapshot_too_large"}})
        await peer.send({"channel": "margin", "type": "single_collateral", "data": {"equity": 5}})
        await peer.send({"channel": "preferences", "type": "snapshot", "data": {"futures_permission": "enabled"}})
        position, section, setting = await anext(positions), await anext(margin), await anext(preferences)
    assert isinstance(position, streams.unified.PositionsUpdate)
    assert isinstance(section, streams.unified.MarginUpdate)
    assert isinstance(setting, streams.unified.PreferencesUpdate)
    assert (position.too_large, section.section, section.extra) == (True, "single_collateral", {"equity": 5})
    assert setting.futures_permission == "enabled"


async def test_ledgers_begin_at_any_number_and_a_hole_is_marked(server: Everywhere) -> None:
    async with client(server) as ws, ws.subscribe(streams.unified.Ledgers()) as ledgers:
        (peer,) = server.peers
        for sequence in (41, 42, 44):
            entry = {"asset_class": "derivatives", "ledger_id": f"L{sequence}"}
            await peer.send({"channel": "ledgers", "type": "update", "data": [entry], "sequence": sequence})
        rows = [await anext(ledgers) for _ in range(3)]
        assert [row.ledger_id for row in rows if isinstance(row, streams.unified.LedgerEntry)] == ["L41", "L42"]
        assert isinstance(rows[2], Gap)
        await until(lambda: [frame["method"] for frame in about(peer, "ledgers")][1:] == ["unsubscribe", "subscribe"])
        await peer.send({"channel": "ledgers", "type": "update", "data": [{"ledger_id": "L50"}], "sequence": 50})
        again = await anext(ledgers)
        assert isinstance(again, streams.unified.LedgerEntry)
        assert again.ledger_id == "L50"


async def trading_unified(peer: Peer, frame: dict[str, Any]) -> None:
    """Yes to orders and preferences; the second order of a batch is refused."""
    said: dict[str, Any] = {"method": frame["method"], "req_id": frame.get("req_id"), "success": True}
    match frame["method"]:
        case "add_order":
            await peer.send(said | {"result": {"order_id": "e6", "cl_ord_id": frame["params"]["cl_ord_id"]}})
        case "cancel_order":
            for order_id in frame["params"]["order_id"]:
                await peer.send(said | {"result": {"order_id": order_id}})
        case "batch_add":
            await peer.send(said | {"result": [{"order_id": "e7"}, {"error": "EOrder:Insufficient margin"}]})
        case "set_preference":
            await peer.send(said)
        case _:
            await politely(peer, frame)


async def test_unified_orders_go_over_their_own_connection_with_their_asset_class() -> None:
    async with Everywhere(trading_unified) as fake:
        options: dict[str, Any] = {"environment": fake.environment, "reconnect": QUICK}
        async with AsyncWebsocketAPIClient(key(), ws_key=WsKey.UNIFIED_PRIVATE, **options) as trading:
            await trading.connect()
            placed = await trading.submit_unified_order(
                order_type="limit",
                side="buy",
                symbol="PF_XBTUSD",
                order_qty="0.10",
                limit_price="1.50",
                cl_ord_id="mine",
            )
            assert (placed.order_id, placed.cl_ord_id) == ("e6", "mine")
            cancelled = await trading.cancel_unified_order(order_id=["e6", "e7"])
            assert [one.order_id for one in cancelled] == ["e6", "e7"]
            row = OrderParams(order_type="limit", side="buy", order_qty="0.10", limit_price="1.50")
            batch = await trading.batch_submit_unified_orders(symbol="PF_XBTUSD", orders=[row, row])
            assert [(one.order_id, one.error) for one in batch.orders] == [
                ("e7", None),
                ("", "EOrder:Insufficient margin"),
            ]
            cross = LeverageMode(symbol="PF_XBTUSD", max_leverage=None)
            assert (await trading.set_unified_preference(leverage_mode=cross)).extra == {}
        (peer,) = fake.peers
        (sent,) = [frame["params"] for frame in peer.received if frame["method"] == "add_order"]
        assert (sent["asset_class"], sent["token"], sent["order_qty"]) == ("derivatives", TOKEN, 0.10)
        assert about(peer, "executions")[0]["params"]["snap_orders"] is False
