"""Orders through REST: a sandbox in a process of its own, held to one core, and a client that only sends and counts.

The requests are signed beforehand: what is measured is the exchange.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks.sandbox.rows import Row, rate_row
from krakenkit.signing import spot

PATH = "/0/private/AddOrder"
CONNECTIONS = 8
WANTED = 2_000
_READY_SECONDS = 30


@dataclass(frozen=True)
class Rate:
    """How many calls were answered, and in what time."""

    calls: int
    refused: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.calls / self.seconds


def measure() -> list[Row]:
    """Orders a second over loopback, signed, checked, matched and answered, with the server on one core."""
    return [rate_row("orders by REST, on one core", _taken, wanted=WANTED)]


def _taken() -> float:
    found = rate()
    if found.refused:
        raise SystemExit(f"The sandbox refused {found.refused} of {found.calls} orders: nothing was measured.")
    return found.per_second


def rate(calls: int = 10_000, warm_up: int = 1_000) -> Rate:
    """The rate at which a sandbox takes orders by REST, in one run."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sandbox.serve"], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        box: dict[str, Any] = json.loads(server.stdout.readline())
        with _another_core():
            return asyncio.run(_measure(box, calls, warm_up))
    finally:
        server.communicate(timeout=_READY_SECONDS)  # closes its stdin, which ends it


@contextmanager
def _another_core() -> Iterator[None]:
    """Leave the first core to the server, where there is another one."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores - {min(cores)} or cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


async def _measure(box: dict[str, Any], calls: int, warm_up: int) -> Rate:
    keys = [(key["key"], b64decode(key["secret"])) for key in box["traders"]]
    requests = _signed(keys, urlsplit(box["rest"]).netloc, calls + warm_up)
    host, port = urlsplit(box["rest"]).hostname, urlsplit(box["rest"]).port
    lines = [await asyncio.open_connection(host, port) for _ in range(CONNECTIONS)]
    await _send(lines, requests[:warm_up])
    began = time.perf_counter()
    refused = await _send(lines, requests[warm_up:])
    spent = time.perf_counter() - began
    for _, writer in lines:
        writer.close()
    return Rate(calls, refused, spent)


def _signed(keys: list[tuple[str, bytes]], host: str, count: int) -> list[bytes]:
    """Orders as bytes ready to send: two traders by turns, who meet around one price. The keys have a wide nonce window."""
    first, made = time.time_ns(), list[bytes]()
    for number in range(count):
        side, price = ("buy", 30_000 + number % 5) if number % 2 else ("sell", 30_000 - number % 5)
        key, secret = keys[number % 2]
        body = f"nonce={first + number}&ordertype=limit&pair=XBTUSD&price={price}&type={side}&volume=0.01"
        sign = spot.sign(secret, path=PATH, nonce=str(first + number), body=body.encode())
        made.append(
            f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nAPI-Key: {key}\r\nAPI-Sign: {sign}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
    return made


Lines = list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


async def _send(lines: Lines, requests: list[bytes]) -> int:
    """Send all requests over these connections, one at a time on each; gives how many were refused."""
    waiting = iter(requests)

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        refused = 0
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            refused += not (await reader.readexactly(length)).startswith(b'{"error":[]')
        return refused

    return sum(await asyncio.gather(*(work(*line) for line in lines)))


if __name__ == "__main__":
    found = rate()
    print(f"{found.per_second:,.0f} orders/s by REST ({found.refused} refused)")
