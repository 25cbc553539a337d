"""ccxt (pro): floats in unified dictionaries. It conflates, and its book checksum is off by default (and breaks when on)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import ccxt as blocking
import ccxt.async_support as awaited
import ccxt.pro

from benchmarks.course import KEY, SECRET, Calls, Course, run
from benchmarks.frames import moment


def _pointed(exchange: Any, url: str) -> Any:
    for access in ("public", "private"):
        exchange.urls["api"][access] = url
    return exchange


async def stream(course: Course) -> None:
    """Its ``watch…`` methods in loops; each returns the newest state."""
    exchange = _pointed(ccxt.pro.kraken({"enableRateLimit": False}), course.http_url)
    exchange.urls["api"]["ws"]["publicV2"] = f"{course.ws_url}/v2"
    await exchange.load_markets()
    if not course.stream.endswith("mixed"):
        await _book(exchange, course)
    await asyncio.gather(
        _loop(course, exchange.watch_order_book_for_symbols, course.symbols, course.depth),
        _loop(course, exchange.watch_tickers, course.symbols),
        _loop(course, exchange.watch_trades_for_symbols, course.symbols),
    )


async def _loop(course: Course, watch: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
    while True:
        await watch(*arguments)
        course.meter.count_state()


async def _book(exchange: Any, course: Course) -> None:
    numbers = {moment(number): number - 1 for number in range(course.meter.messages + 1)}
    while True:
        book = await exchange.watch_order_book(course.symbols[0], course.depth)
        number = numbers.get(book["datetime"])
        if number is not None and number >= 0:
            course.meter.count_state(number)


def rest(calls: Calls) -> None:
    """Its unified calls."""
    keys = {"apiKey": KEY, "secret": SECRET, "enableRateLimit": False}
    exchange = _pointed(blocking.kraken(keys), calls.url)
    exchange.load_markets()
    calls.blocking("ticker", lambda: exchange.fetch_ticker("BTC/USD"))
    calls.blocking("add_order", lambda: exchange.create_order("BTC/USD", "limit", "buy", 1.25, 27500.0))
    asyncio.run(_awaited(calls, keys))


async def _awaited(calls: Calls, keys: dict[str, Any]) -> None:
    exchange = _pointed(awaited.kraken(keys), calls.url)
    await exchange.load_markets()
    await calls.awaited("ticker", lambda: exchange.fetch_ticker("BTC/USD"))
    await calls.awaited("add_order", lambda: exchange.create_order("BTC/USD", "limit", "buy", 1.25, 27500.0))
    await exchange.close()


if __name__ == "__main__":
    run(stream, rest)
