"""The channels of Spot v1 by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v1.account import OpenOrders, OwnTrades
from krakenkit.wire.spot_v1.market import Book, Ohlc, Spread, SystemStatus, Ticker, Trade

CHANNELS: Mapping[str, type[Channel[Any]]] = {
    channel.topic: channel for channel in (Ticker, Ohlc, Trade, Spread, Book, SystemStatus, OpenOrders, OwnTrades)
}

PUBLIC_KEYS = (WsKey.SPOT_PUBLIC_V1,)
PRIVATE_KEYS = (WsKey.SPOT_PRIVATE_V1,)
