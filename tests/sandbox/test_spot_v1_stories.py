"""The library's own clients against Spot v1 and level 3 of the sandbox, through drops, lost messages and lost answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import (
    AsyncSpotClient,
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    Gap,
    OrderRefused,
    OutcomeUnknown,
    ReconnectPolicy,
    SubscriptionRefused,
    WsKey,
    streams,
)
from krakenkit.sandbox import Sandbox
from krakenkit.wire.channel import Channel
from krakenkit.wire.spot_v1.trading import OrderCancelled
from sandbox.loopback import over_loopback

QUICK = ReconnectPolicy(first=0.01, base=0.01, ceiling=0.05)
LIMIT: dict[str, Any] = {"ordertype": "limit", "type": "buy", "pair": "XBT/USD", "price": "30000", "volume": "0.01"}


@asynccontextmanager
async def scene(**settings: Any) -> AsyncIterator[tuple[Sandbox, AsyncWebsocketClient]]:
    """A sandbox, quiet unless told otherwise, and somebody with a key who listens."""
    async with Sandbox(**({"market": False, "pace": 60} | settings)) as box:
        client = AsyncWebsocketClient(box.key("trader"), environment=box.environment, reconnect=QUICK)
        async with client as ws:
            yield box, ws


async def until_a_gap(rows: AsyncIterator[Any]) -> Gap:
    async for row in rows:
        if isinstance(row, Gap):
            return row
    raise AssertionError("the stream ended")


@over_loopback
async def test_books_of_v1_and_level_3_come_back_proven_after_every_cut() -> None:
    async with (
        scene(market=["BTC/USD"]) as (box, ws),
        AsyncSpotClient(environment=box.environment) as spot,
        ws.subscribe(streams.spot_v1.Book(pair="XBT/USD")) as shallow,
        ws.subscribe(streams.spot.Level3(symbol="BTC/USD", depth=100)) as deep,
    ):
        for _ in range(3):
            box.advance(1, steps=20)
            best = (await spot.get_order_book("XBTUSD", count=10))["XXBTZUSD"]
            box.faults.drop_lines()
            for rows in (shallow, deep):
                await until_a_gap(rows)
                fresh = await anext(rows)
                assert not isinstance(fresh, Gap)
                assert fresh.snapshot
                if isinstance(fresh, streams.spot_v1.BookUpdate):
                    assert [level.price for level in fresh.bids] == [level.price for level in best.bids]
                else:
                    assert fresh.bids[0].limit_price == best.bids[0].price
        box.faults.corrupt_next_checksum("BTC/USD")
        box.advance(0.05)
        assert "out of step" in (await until_a_gap(shallow)).reason


@over_loopback
async def test_an_account_is_followed_through_a_trade_and_a_lost_message() -> None:
    async with (
        scene() as (box, ws),
        AsyncWebsocketAPIClient(box.key("trader"), environment=box.environment, reconnect=QUICK) as trading,
        AsyncWebsocketAPIClient(box.key("maker"), environment=box.environment, reconnect=QUICK) as maker,
        ws.subscribe(streams.spot_v1.OpenOrders()) as orders,
        ws.subscribe(streams.spot_v1.OwnTrades(snapshot=False)) as trades,
    ):
        placed = await trading.submit_spot_v1_order(**LIMIT)
        await maker.submit_spot_v1_order(**LIMIT | {"type": "sell"})
        steps = [await anext(orders) for _ in range(4)]
        assert [getattr(step, "status", None) for step in steps] == ["pending", "open", None, "closed"]
        fill = await anext(trades)
        assert isinstance(fill, streams.spot_v1.OwnTrade)
        assert (fill.ordertxid, fill.price, fill.snapshot) == (placed.txid, Decimal(30000), False)

        box.faults.lose_next_report("openOrders")
        kept = await trading.submit_spot_v1_order(**LIMIT)
        assert "sequence" in (await until_a_gap(orders)).reason
        whole = await anext(orders)
        assert isinstance(whole, streams.spot_v1.OpenOrder)
        assert (whole.txid, whole.snapshot, whole.status) == (kept.txid, True, "open")


@over_loopback
async def test_every_command_of_v1_is_understood_and_a_lost_answer_is_told() -> None:
    async with (
        scene() as (box, _),
        AsyncWebsocketAPIClient(box.key("trader"), environment=box.environment, reconnect=QUICK) as trading,
        AsyncSpotClient(box.key("trader"), environment=box.environment) as spot,
    ):
        first = await trading.submit_spot_v1_order(**LIMIT, userref=7)
        second = await trading.submit_spot_v1_order(**LIMIT, cl_ord_id="mine")
        amended = await trading.amend_spot_v1_order(cl_ord_id="mine", limit_price="30001.5")
        assert amended.cl_ord_id == "mine"
        edited = await trading.edit_spot_v1_order(orderid="7", pair="XBT/USD", price="29000")
        assert edited.originaltxid == first.txid
        gone = await trading.cancel_spot_v1_order(txid=[first.txid, edited.txid])
        assert gone == [OrderCancelled(error="EOrder:Unknown order"), OrderCancelled()]
        with pytest.raises(OrderRefused, match="Insufficient funds"):
            await trading.submit_spot_v1_order(**LIMIT | {"volume": "1000"})
        assert (await trading.cancel_all_spot_v1_orders_after(timeout=60)).trigger_time != "0"
        assert (await trading.cancel_all_spot_v1_orders_after(timeout=0)).trigger_time == "0"
        assert (await trading.cancel_all_spot_v1_orders()).count == 1
        assert second.txid

        box.faults.drop_after_command("addOrder")
        with pytest.raises(OutcomeUnknown):
            await trading.submit_spot_v1_order(**LIMIT, cl_ord_id="lost")
        found = (await spot.get_open_orders(cl_ord_id="lost")).open
        assert len(found) == 1


@over_loopback
async def test_all_channels_are_heard_at_once_and_a_wrong_pair_is_reported() -> None:
    async with scene(market=["BTC/USD"]) as (box, ws):
        channels: list[Channel[Any]] = [
            streams.spot_v1.Ticker(pair=["XBT/USD", "ETH/USD"]),
            streams.spot_v1.Trade(pair="XBT/USD"),
            streams.spot_v1.Spread(pair="XBT/USD"),
            streams.spot_v1.Ohlc(pair="XBT/USD", interval=5),
            streams.spot_v1.SystemStatus(),
        ]
        heard = [await ws.subscribe(channel).ready() for channel in channels]
        box.advance(1, steps=10)
        async with asyncio.timeout(5):
            rows = [await anext(subscription) for subscription in heard]
        assert [type(row).__name__ for row in rows] == [
            "TickerUpdate",
            "TradeUpdate",
            "SpreadUpdate",
            "OhlcUpdate",
            "SystemStatusUpdate",
        ]
        with pytest.raises(SubscriptionRefused, match="Currency pair not supported"):
            await ws.subscribe(streams.spot_v1.Trade(pair="WWW/USD")).ready()
        assert ws.is_connected(WsKey.SPOT_PUBLIC_V1)
