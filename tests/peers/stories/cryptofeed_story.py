"""cryptofeed against a sandbox: books, trades and tickers over Spot WebSocket v1.

Its addresses are class attributes, and its connection refuses what is not ``wss://``: the check happens in its constructor.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import cryptofeed.connection
import cryptofeed.feed
from cryptofeed import FeedHandler
from cryptofeed.connection import RestEndpoint, Routes, WebsocketEndpoint
from cryptofeed.defines import ASK, BID, L2_BOOK, TICKER, TRADES
from cryptofeed.exchanges import Kraken
from truth import BOX, Book, agrees, levels, until

SEEN: dict[str, Any] = {}
HEARD: dict[str, list[Any]] = {}
DEPTH = 100


class Unencrypted(cryptofeed.connection.WSAsyncConn):
    """The same connection, without its demand for TLS."""

    def __init__(self, address: str, *arguments: Any, **options: Any) -> None:
        super().__init__("wss://127.0.0.1", *arguments, **options)
        self.address = address


def point() -> None:
    cryptofeed.feed.WSAsyncConn = Unencrypted
    Kraken.websocket_endpoints = [WebsocketEndpoint(BOX["ws"]["SPOT_PUBLIC_V1"], limit=20)]
    Kraken.rest_endpoints = [RestEndpoint(BOX["rest"], routes=Routes("/0/public/AssetPairs"))]
    Kraken.api = f"{BOX['rest']}/0"


def callback(name: str) -> Any:
    async def heard(update: Any, at: float) -> None:
        HEARD.setdefault(name, []).append(update)

    return heard


def book() -> Book:
    """The newest book it told of; it is one object that goes on changing."""
    sides = HEARD["book"][-1].book.to_dict()
    return {"bids": levels(list(sides[BID].items())[:10]), "asks": levels(list(sides[ASK].items())[:10])}


async def streams() -> None:
    names = {L2_BOOK: "book", TRADES: "trades", TICKER: "ticker"}
    callbacks = {channel: callback(name) for channel, name in names.items()}
    feed = Kraken(
        symbols=["BTC-USD"], channels=list(names), callbacks=callbacks, max_depth=DEPTH, checksum_validation=True
    )
    handler = FeedHandler(config={"log": {"disabled": True}, "uvloop": False})
    handler.add_feed(feed)
    handler.run(start_loop=False, install_signal_handlers=False)
    await until(lambda: set(HEARD) == set(names.values()) and len(HEARD["book"]) > 60)
    SEEN["trade"] = HEARD["trades"][0].symbol
    SEEN["book true"] = await agrees(book, "BTC/USD", 10)
    await handler.stop_async()


point()
asyncio.run(streams())
print(json.dumps(SEEN))
