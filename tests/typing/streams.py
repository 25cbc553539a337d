"""What type checkers make of streams. Nothing here runs: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_type

from krakenkit import AsyncWebsocketClient, Gap, WebsocketClient, WsKey, streams
from krakenkit.books.view import BookView
from krakenkit.clients.blocking_websocket import BlockingSubscription
from krakenkit.clients.subscription import Subscription


async def rows_or_gaps(ws: AsyncWebsocketClient) -> None:
    async with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"])) as ticks:
        assert_type(ticks, Subscription[streams.spot.TickerUpdate])
        async for tick in ticks:
            assert_type(tick, streams.spot.TickerUpdate | Gap)
            if not isinstance(tick, Gap):
                assert_type(tick.bid, Decimal)


async def other_channels(ws: AsyncWebsocketClient) -> None:
    async for fill in ws.subscribe(streams.spot.Executions(snap_orders=True)):
        assert_type(fill, streams.spot.Execution | Gap)
    async for candle in ws.subscribe(streams.spot.Ohlc(symbol=["BTC/USD"], interval=5), WsKey.SPOT_PUBLIC_V2):
        assert_type(candle, streams.spot.OhlcUpdate | Gap)


async def topics_by_name(ws: AsyncWebsocketClient) -> None:
    await ws.subscribe({"topic": "trade", "payload": {"symbol": ["BTC/USD"]}}, WsKey.SPOT_PUBLIC_V2)
    await ws.unsubscribe("status", WsKey.SPOT_PUBLIC_V2)


async def live_books(ws: AsyncWebsocketClient) -> None:
    async with ws.book("BTC/USD", depth=10) as book:
        async for view in book:
            assert_type(view, BookView | Gap)
        assert_type(book.view(), BookView)


def blocking_streams(ws: WebsocketClient) -> None:
    with ws.subscribe(streams.spot.Trade(symbol=["BTC/USD"])) as trades:
        assert_type(trades, BlockingSubscription[streams.spot.TradeUpdate])
        for trade in trades:
            assert_type(trade, streams.spot.TradeUpdate | Gap)
        assert_type(trades.rows(), Iterator[streams.spot.TradeUpdate])
    with ws.book("BTC/USD") as book:
        for view in book:
            assert_type(view, BookView | Gap)
