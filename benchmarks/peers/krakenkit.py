"""krakenkit: typed updates with exact numbers; every book message is checked before it is handed over."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.course import KEY, ORDER, SECRET, Calls, Course, run
from krakenkit import AsyncSpotClient, AsyncWebsocketClient, Credentials, Environment, Gap, SpotClient, WsKey
from krakenkit.streams import spot


async def stream(course: Course) -> None:
    """``rows`` iterates subscriptions, ``events`` takes callbacks, ``views`` iterates live books."""
    url = f"{course.ws_url}/v2"
    environment = Environment("benchmark", spot_rest=course.http_url, ws={WsKey.SPOT_PUBLIC_V2: url})
    async with AsyncWebsocketClient(environment=environment) as client:
        match course.manner:
            case "views":
                await _views(client, course)
            case "events":
                await _events(client, course)
            case _:
                await asyncio.gather(*(_rows(client, course, channel) for channel in course.channels))


async def _rows(client: AsyncWebsocketClient, course: Course, name: str) -> None:
    channel: Any = {
        "book": lambda: spot.Book(symbol=course.symbols, depth=course.depth),
        "ticker": lambda: spot.Ticker(symbol=course.symbols),
        "trade": lambda: spot.Trade(symbol=course.symbols),
    }[name]()
    count, meter = course.meter.count, course.meter
    # A full queue makes the socket wait: one turn of the loop brings thousands of messages here, and none may be lost.
    async with client.subscribe(channel, overflow="wait") as rows:
        async for row in rows:
            if isinstance(row, Gap):
                meter.bad += 1
            elif not row.snapshot:
                count()


async def _events(client: AsyncWebsocketClient, course: Course) -> None:
    count = course.meter.count

    def heard(event: Any) -> None:
        if not event.snapshot and event.channel in course.channels:
            count(len(event.data))

    client.on("message", heard)
    for name in course.channels:
        payload: dict[str, Any] = {"symbol": course.symbols} | ({"depth": course.depth} if name == "book" else {})
        await client.subscribe({"topic": name, "payload": payload}, WsKey.SPOT_PUBLIC_V2)
    await asyncio.sleep(3600)


async def _views(client: AsyncWebsocketClient, course: Course) -> None:
    state = course.meter.count_state
    async with client.book(course.symbols, depth=course.depth) as book:
        async for view in book:
            if isinstance(view, Gap):
                course.meter.bad += 1
            else:
                state()


def rest(calls: Calls) -> None:
    """Public and signed, on both faces."""
    environment = Environment("benchmark", spot_rest=calls.url)
    with SpotClient(Credentials(KEY, SECRET), environment=environment) as client:
        calls.blocking("ticker", lambda: client.get_ticker("XBTUSD"))
        calls.blocking("add_order", lambda: client.submit_order(**ORDER))
    asyncio.run(_awaited(calls, environment))


async def _awaited(calls: Calls, environment: Environment) -> None:
    async with AsyncSpotClient(Credentials(KEY, SECRET), environment=environment) as client:
        await calls.awaited("ticker", lambda: client.get_ticker("XBTUSD"))
        await calls.awaited("add_order", lambda: client.submit_order(**ORDER))


if __name__ == "__main__":
    run(stream, rest)
