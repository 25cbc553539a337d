"""cryptofeed: Decimals, Spot v1 only, on uvloop by its own choice. It checks one-sided book messages.

On a message with both sides it looks for the checksum in the wrong place.
"""

from __future__ import annotations

from typing import Any

import cryptofeed.connection
import cryptofeed.feed
from cryptofeed import FeedHandler
from cryptofeed.connection import RestEndpoint, Routes, WebsocketEndpoint
from cryptofeed.defines import L2_BOOK, TICKER, TRADES
from cryptofeed.exchanges import Kraken

from benchmarks.course import KEY, ORDER, SECRET, Calls, Course, run

_CHANNELS = {"book": L2_BOOK, "ticker": TICKER, "trade": TRADES}


class _PlainConnection(cryptofeed.connection.WSAsyncConn):
    """The same connection, less the demand for TLS."""

    def __init__(self, address: str, *arguments: Any, **options: Any) -> None:
        super().__init__("wss://loopback", *arguments, **options)
        self.address = address


def _point(ws_url: str, http_url: str) -> None:
    cryptofeed.feed.WSAsyncConn = _PlainConnection
    Kraken.websocket_endpoints = [WebsocketEndpoint(ws_url, limit=20)]
    Kraken.rest_endpoints = [RestEndpoint(http_url, routes=Routes("/0/public/AssetPairs"))]
    Kraken.api = f"{http_url}/0"


def stream(course: Course) -> None:
    """Its feed handler with one callback for each channel; their first call for each pair shows the snapshot."""
    _point(course.ws_url, course.http_url)
    shown: set[tuple[str, str]] = set()

    def callback(channel: str) -> Any:
        async def heard(update: Any, at: float) -> None:
            if (channel, update.symbol) in shown:
                course.meter.count()
            shown.add((channel, update.symbol))

        return heard

    channels = [_CHANNELS[name] for name in course.channels]
    feed = Kraken(
        symbols=[symbol.replace("/", "-") for symbol in course.symbols],
        channels=channels,
        callbacks={channel: callback(channel) for channel in channels},
        max_depth=course.depth,
        checksum_validation=True,
    )
    handler = FeedHandler(config={"log": {"disabled": True}})
    handler.add_feed(feed)
    handler.run()


async def rest(calls: Calls) -> None:
    """Awaited, and public only: its signed calls raise an ``AttributeError``."""
    _point("ws://127.0.0.1:9", calls.url)
    keys = {"kraken": {"key_id": KEY, "key_secret": SECRET}, "log": {"disabled": True}}
    client = Kraken(config=keys)
    await calls.awaited("ticker", lambda: client.ticker("BTC-USD"))
    await calls.awaited("add_order", lambda: client._post_private("/private/AddOrder", dict(ORDER)))


if __name__ == "__main__":
    run(stream, rest)
