"""The channels of the Unified WebSocket by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.unified.account import Balances, Executions, Ledgers, Margin, Positions, Preferences
from krakenkit.wire.unified.market import Book, Instrument, Level3, Ohlc, Status, Ticker, Trade

CHANNELS: Mapping[str, type[Channel[Any]]] = {
    channel.topic: channel
    for channel in (
        Ticker,
        Book,
        Level3,
        Ohlc,
        Trade,
        Instrument,
        Status,
        Executions,
        Balances,
        Margin,
        Positions,
        Ledgers,
        Preferences,
    )
}

PUBLIC_KEYS = (WsKey.UNIFIED_PUBLIC,)
PRIVATE_KEYS = (WsKey.UNIFIED_PRIVATE,)
LEVEL3_KEYS = (WsKey.UNIFIED_L3,)
