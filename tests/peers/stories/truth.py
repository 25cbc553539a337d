"""What the Python stories share: the sandbox's addresses and keys, and its control API, which tells and moves the truth."""

from __future__ import annotations

import asyncio
import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeAlias

BOX: dict[str, Any] = json.loads(os.environ["SANDBOX"])
Levels: TypeAlias = list[tuple[Decimal, Decimal]]
Book: TypeAlias = dict[str, Levels]


def key(name: str) -> dict[str, str]:
    """A printed key as ``key`` and ``secret``."""
    return {"key": BOX["keys"][name]["key"], "secret": BOX["keys"][name]["secret"]}


def control(method: str, path: str, /, **body: Any) -> Any:
    """The result of a call of the control API."""
    data = json.dumps(body).encode() if method == "POST" else None
    request = urllib.request.Request(f"{BOX['rest']}/_sandbox{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer).get("result")


def levels(rows: Iterable[Any], depth: int | None = None) -> Levels:
    """Price and quantity of rows such as ``["42000.1", 0.5, …]``, exact, the first ``depth`` of them."""
    return [(Decimal(str(row[0])), Decimal(str(row[1]))) for row in list(rows)[:depth]]


def true_book(symbol: str, depth: int, product: str = "spot") -> Book:
    """The book as the exchange has it."""
    book = control("GET", f"/state?depth={depth}&account=nobody")[product]["books"][symbol]
    return {side: levels(book[side]) for side in ("bids", "asks")}


@contextmanager
def market_at_rest() -> Iterator[None]:
    """The market does nothing inside of this block."""
    control("POST", "/market/pause")
    try:
        yield
    finally:
        control("POST", "/market/resume")


async def agrees(seen: Callable[[], Book], symbol: str, depth: int, product: str = "spot", seconds: float = 5) -> bool:
    """Whether a client's book becomes the exchange's, level by level, once the market rests and the last frames came in."""
    with market_at_rest():
        true = await asyncio.to_thread(true_book, symbol, depth, product)
        end = time.monotonic() + seconds
        while seen() != true and time.monotonic() < end:
            await asyncio.sleep(0.02)
        return len(true["bids"]) > 5 and seen() == true


async def until(met: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.02)
