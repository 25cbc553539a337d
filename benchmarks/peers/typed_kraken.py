"""typed-kraken: floats in dictionaries, validated by pydantic. It keeps no books and looks at no checksum."""

from __future__ import annotations

import asyncio
from typing import Any

from typed_kraken import Kraken

from benchmarks.course import KEY, ORDER, SECRET, Calls, Course, run


async def stream(course: Course) -> None:
    """Its streams, iterated."""
    client = Kraken.new(public=True)
    client.market_client.conn.url = f"{course.ws_url}/v2"
    market = client.streams.market_data
    streams = {"book": lambda: market.book(course.symbols, depth=course.depth)}
    streams |= {"ticker": lambda: market.ticker(course.symbols), "trade": lambda: market.trade(course.symbols)}
    await asyncio.gather(*(_read(course, streams[channel]()) for channel in course.channels))


async def _read(course: Course, opened: Any) -> None:
    async with opened as messages:
        async for message in messages:
            if message["type"] == "update":
                course.meter.count(len(message["data"]))


async def rest(calls: Calls) -> None:
    """It is awaited only."""
    client = Kraken.new(api_key=KEY, private_key=SECRET)
    client.spot_client.base_url = calls.url
    async with client.spot_client:
        await calls.awaited("ticker", lambda: client.spot.market_data.ticker("XBTUSD"))
        await calls.awaited("add_order", lambda: client.spot.trading.add_order(ORDER))


if __name__ == "__main__":
    run(stream, rest)
