"""Stories of level 3, and of what is refused because it belongs to another family."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients.fake_families import TOKEN, Everywhere, about, client, crc, key, until
from clients.fake_v2 import Peer, politely
from krakenkit import (
    AsyncWebsocketAPIClient,
    Gap,
    SettingsError,
    SubscriptionRefused,
    WsKey,
    streams,
)
from krakenkit.clients.families import FAMILIES, family_of


@pytest.fixture
async def server() -> AsyncIterator[Everywhere]:
    async with Everywhere(politely) as fake:
        yield fake


# --- level 3 ----------------------------------------------------------------------------------------------------------


def level3(kind: str, bids: list[dict[str, Any]], checksum: int) -> str:
    return json.dumps(
        {
            "channel": "level3",
            "type": kind,
            "data": [{"symbol": "BTC/USD", "asks": [], "bids": bids, "checksum": checksum}],
        }
    )


BID = {"order_id": "O1", "limit_price": 30000.5, "order_qty": 1.25, "timestamp": "2026-11-20T00:00:00.000000001Z"}


async def test_level_3_has_its_own_connection_and_every_message_is_proven(server: Everywhere) -> None:
    channel = streams.spot.Level3(symbol="BTC/USD")
    async with client(server) as ws, ws.subscribe(channel) as orders:
        (peer,) = server.peers
        assert about(peer, "level3")[0]["params"] == {
            "channel": "level3",
            "symbol": ["BTC/USD"],
            "depth": 10,
            "snapshot": True,
            "token": TOKEN,
        }
        await peer.send(level3("snapshot", [BID], crc("30000.50", "1.25000000")))
        await peer.send(
            level3("update", [BID | {"event": "add", "order_id": "O2"}], crc(*("30000.50", "1.25000000") * 2))
        )
        first, second = await anext(orders), await anext(orders)
        assert isinstance(first, streams.spot.Level3Update)
        assert isinstance(second, streams.spot.Level3Update)
        assert (first.snapshot, second.bids[0].event) == (True, "add")
        book = ws.book("BTC/USD", level=3)
        view = book.view()
        assert (book.queue_position("O1"), book.queue_position("O2"), book.queue_position("O3")) == (0, 1, None)
        assert str(book.volume_ahead("O2")) == "1.25000000"
        assert [(str(price), str(qty)) for price, qty in view.bids] == [("30000.50", "2.50000000")]
        await peer.send(level3("update", [BID | {"event": "delete"}], 7))
        assert isinstance(await anext(orders), Gap)
        await until(lambda: [frame["method"] for frame in about(peer, "level3")][1:] == ["unsubscribe", "subscribe"])


async def test_level_3_of_unified_fetches_a_token_though_it_stands_on_the_public_path(server: Everywhere) -> None:
    async with client(server) as ws:
        async with ws.subscribe(streams.unified.Ticker(symbol="PF_XBTUSD")):
            assert "token" not in about(server.peers[0], "ticker")[0]["params"]
        async with ws.book("PF_XBTUSD", level=3, ws_key=WsKey.UNIFIED_L3) as book:
            (peer,) = server.peers[1:]
            assert about(peer, "level3")[0]["params"] == {
                "channel": "level3",
                "symbol": ["PF_XBTUSD"],
                "asset_class": "derivatives",
                "depth": 10,
                "snapshot": True,
                "token": TOKEN,
            }
            data = [{"symbol": "PF_XBTUSD", "asks": [], "bids": [BID], "checksum": crc("30000.5", "1.25")}]
            await peer.send({"channel": "level3", "type": "snapshot", "data": data})
            await book.synced()
            assert book.queue_position("O1") == 0


async def test_a_second_depth_of_level_3_is_refused_with_a_sentence(server: Everywhere) -> None:
    async with client(server) as ws, ws.subscribe(streams.spot.Level3(symbol="BTC/USD")):
        with pytest.raises(SettingsError, match="depth=100"):
            ws.subscribe(streams.spot.Level3(symbol="BTC/USD", depth=100))


# --- what cannot work -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "ws_key", "hint"),
    [
        (streams.spot.Ticker(symbol="XBT/USD"), None, "BTC/USD"),
        (streams.spot.Ticker(symbol="PF_XBTUSD"), None, "BTC/USD"),
        (streams.spot.Level3(symbol="XBTUSD"), None, "BTC/USD"),
        (streams.spot_v1.Ticker(pair="btc/usd"), None, "XBT/USD"),
        (streams.unified.Ticker(symbol="BTC/USD"), None, "PF_XBTUSD"),
        (streams.spot.Level3(symbol="BTC/USD"), WsKey.SPOT_PUBLIC_V2, "SPOT_L3_V2"),
        (streams.spot_v1.Ticker(pair="XBT/USD"), WsKey.SPOT_PUBLIC_V2, "SPOT_PUBLIC_V1"),
        (streams.unified.Positions(), WsKey.UNIFIED_PUBLIC, "UNIFIED_PRIVATE"),
    ],
)
async def test_a_symbol_or_channel_of_another_surface_is_refused_with_the_right_name(
    server: Everywhere, channel: Any, ws_key: WsKey | None, hint: str
) -> None:
    async with client(server) as ws:
        with pytest.raises(SettingsError, match=hint):
            ws.subscribe(channel, ws_key)
    assert not server.peers


async def test_an_order_for_a_symbol_of_another_surface_is_not_sent(server: Everywhere) -> None:
    async with AsyncWebsocketAPIClient(key(), environment=server.environment) as trading:
        with pytest.raises(SettingsError, match="PF_XBTUSD"):
            await trading.submit_unified_order(order_type="market", side="buy", symbol="BTC/USD", order_qty=1)
        with pytest.raises(SettingsError, match="XBT/USD"):
            await trading.submit_spot_v1_order(ordertype="market", type="buy", pair="BTC/USD", volume=1)
        with pytest.raises(SettingsError, match="BTC/USD"):
            await trading.submit_spot_order(order_type="market", side="buy", symbol="XBT/USD", order_qty=1)
    assert not server.peers


@pytest.mark.parametrize("ws_key", [WsKey.SPOT_L3_V2, WsKey.UNIFIED_PUBLIC, WsKey.SPOT_PUBLIC_V1])
def test_a_connection_without_orders_is_no_place_to_trade(ws_key: WsKey) -> None:
    with pytest.raises(SettingsError, match="takes no orders"):
        AsyncWebsocketAPIClient(key(), ws_key=ws_key)


async def test_preferences_that_are_not_there_yet_are_asked_for_again() -> None:
    async def later(peer: Peer, frame: dict[str, Any]) -> None:
        if frame["method"] == "subscribe" and len(about(peer, "preferences")) == 1:
            error = "Preferences are not available yet, try again later"
            await peer.send({"method": "subscribe", "req_id": frame["req_id"], "success": False, "error": error})
        else:
            await politely(peer, frame)

    async with (
        Everywhere(later) as fake,
        client(fake) as ws,
        ws.subscribe(streams.unified.Preferences()) as preferences,
    ):
        assert preferences.confirmed
        assert len(about(fake.peers[0], "preferences")) == 2


async def test_a_parameter_that_the_exchange_refuses_by_name_is_reported(server: Everywhere) -> None:
    error = "'params.asset_class' is not valid for the ledgers channel"

    async def refuse(peer: Peer, frame: dict[str, Any]) -> None:
        await peer.send({"method": "subscribe", "req_id": frame["req_id"], "success": False, "error": error})

    server.answer = refuse
    async with client(server) as ws:
        with pytest.raises(SubscriptionRefused, match=r"params\.asset_class"):
            await ws.subscribe(streams.unified.Ledgers())


def test_every_family_is_listed_with_exactly_its_connections() -> None:
    for home, keys in FAMILIES.items():
        families = {id(family_of(one)): family_of(one) for one in keys}
        (family,) = families.values()
        assert set(family.keys) == set(keys), home
        assert {channel.ws_key for channel in family.channels.values()} <= set(keys), home
