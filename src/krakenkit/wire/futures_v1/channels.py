"""The feeds of the Futures WebSocket v1 by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.futures_v1.account import (
    AccountLog,
    Fills,
    Notifications,
    OpenOrders,
    OpenOrdersVerbose,
    OpenPositions,
)
from krakenkit.wire.futures_v1.balances import Balances
from krakenkit.wire.futures_v1.market import Book, Heartbeat, Ticker, TickerLite, Trade

CHANNELS: Mapping[str, type[Channel[Any]]] = {
    channel.topic: channel
    for channel in (
        Ticker,
        TickerLite,
        Trade,
        Book,
        Heartbeat,
        OpenOrders,
        OpenOrdersVerbose,
        Fills,
        Balances,
        OpenPositions,
        AccountLog,
        Notifications,
    )
}

PUBLIC_KEYS = (WsKey.DERIVATIVES_PUBLIC_V1,)
PRIVATE_KEYS = (WsKey.DERIVATIVES_PRIVATE_V1,)
