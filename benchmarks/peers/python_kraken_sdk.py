"""python-kraken-sdk: floats in dictionaries; its order book client checks every update and tells by ``valid``."""

from __future__ import annotations

import asyncio
from typing import Any

from kraken.spot import Market, SpotAsyncClient, SpotClient, SpotOrderBookClient, SpotWSClient, Trade

from benchmarks.course import KEY, ORDER, SECRET, Calls, Course, run


async def stream(course: Course) -> None:
    """Books with its order book client, the mixed stream with the plain one, which keeps no books."""
    if course.stream.endswith("mixed"):
        await _plain(course)
    else:
        await _book(course)
    await asyncio.sleep(3600)


async def _plain(course: Course) -> None:
    async def heard(message: dict[str, Any]) -> None:
        if message.get("type") == "update" and message.get("channel") in course.channels:
            course.meter.count(len(message["data"]))

    client = SpotWSClient(callback=heard, ws_url=course.ws_url)
    await client.start()
    for channel in course.channels:
        params: dict[str, Any] = {"channel": channel, "symbol": course.symbols}
        await client.subscribe(params=params | ({"depth": course.depth} if channel == "book" else {}))
    _keep.append(client)


async def _book(course: Course) -> None:
    SpotClient.URL = course.http_url
    SpotOrderBookClient.WS_URL = course.ws_url

    async def heard(pair: str, message: dict[str, Any]) -> None:
        if not book.get(pair)["valid"]:
            course.meter.bad += 1
        if message.get("type") == "update":
            course.meter.count()

    book = SpotOrderBookClient(depth=course.depth, callback=heard)
    await book.start()
    await book.add_book(pairs=course.symbols)
    _keep.append(book)


_keep: list[object] = []


def rest(calls: Calls) -> None:
    """Public and signed; its awaited client takes paths."""
    market, trade = Market(url=calls.url), Trade(key=KEY, secret=SECRET, url=calls.url)
    order = {"side" if name == "type" else name: value for name, value in ORDER.items()}
    calls.blocking("ticker", lambda: market.get_ticker(pair="XBTUSD"))
    calls.blocking("add_order", lambda: trade.create_order(**order))
    asyncio.run(_awaited(calls))


async def _awaited(calls: Calls) -> None:
    client = SpotAsyncClient(key=KEY, secret=SECRET, url=calls.url)
    public = {"method": "GET", "uri": "/0/public/Ticker", "params": {"pair": "XBTUSD"}, "auth": False}
    signed = {"method": "POST", "uri": "/0/private/AddOrder"}
    await calls.awaited("ticker", lambda: client.request(**public))
    await calls.awaited("add_order", lambda: client.request(**signed, params=dict(ORDER)))
    await client.close()


if __name__ == "__main__":
    run(stream, rest)
