"""The channels of Spot v2 by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.account import Balances, Executions
from krakenkit.wire.spot_v2.level3 import Level3
from krakenkit.wire.spot_v2.market import Book, Instrument, Ohlc, Status, Ticker, Trade

CHANNELS: Mapping[str, type[Channel[Any]]] = {
    channel.topic: channel for channel in (Ticker, Book, Level3, Trade, Ohlc, Instrument, Status, Executions, Balances)
}

PUBLIC_KEYS = (WsKey.SPOT_PUBLIC_V2, WsKey.SPOT_BETA_PUBLIC_V2)
PRIVATE_KEYS = (WsKey.SPOT_PRIVATE_V2, WsKey.SPOT_BETA_PRIVATE_V2)
KEYS = PUBLIC_KEYS + PRIVATE_KEYS
LEVEL3_KEYS = (WsKey.SPOT_L3_V2,)
