"""One run of one client, in its own process and environment: ``python -m benchmarks.peers.<client> stream book10``.

A client's module has a function for each kind of work; here is what they have in common.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from benchmarks.machine import CLIENT_CORE, stay_on
from benchmarks.market import LISTINGS
from benchmarks.meter import Meter, say
from benchmarks.servers import Server, http_server, stream_server
from benchmarks.streams import CACHE, depth_of, path_of

KEY = "benchmark-key"
SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
"""The example secret of Kraken's manual."""
ORDER = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "1.25", "price": "27500.0"}
AT_ONCE = 50


@dataclass(frozen=True)
class Course:
    """What a client is to do with the stream that is played to it."""

    stream: str
    manner: str
    """How the client hands over what it got, where it knows several ways."""
    ws_url: str
    http_url: str
    meter: Meter

    @property
    def channels(self) -> list[str]:
        """What is subscribed."""
        return ["book", "ticker", "trade"] if self.stream.endswith("mixed") else ["book"]

    @property
    def symbols(self) -> list[str]:
        """For which pairs, as Spot v2 names them."""
        return [one.symbol for one in LISTINGS] if self.stream.endswith("mixed") else [LISTINGS[0].symbol]

    @property
    def depth(self) -> int:
        """Levels of the books."""
        return depth_of(self.stream)


@dataclass(frozen=True)
class Calls:
    """The calls that are timed for REST."""

    url: str
    count: int

    def blocking(self, call: str, once: Callable[[], object]) -> None:
        """One after the other, blocking."""
        for _ in range(20):
            once()
        with _Timed(call, "blocking", self.count):
            for _ in range(self.count):
                once()

    async def awaited(self, call: str, once: Callable[[], Awaitable[object]]) -> None:
        """One after the other on an event loop, then fifty at once."""
        for _ in range(20):
            await once()
        with _Timed(call, "async", self.count):
            for _ in range(self.count):
                await once()
        await asyncio.gather(*(once() for _ in range(AT_ONCE)))
        shares = [self.count // AT_ONCE + 1] * AT_ONCE
        with _Timed(call, f"{AT_ONCE} at once", sum(shares)):
            await asyncio.gather(*(_repeated(once, share) for share in shares))


async def _repeated(once: Callable[[], Awaitable[object]], times: int) -> None:
    for _ in range(times):
        await once()


class _Timed:
    """Tells CPU and wall time of each of the calls made while it is entered."""

    def __init__(self, call: str, face: str, count: int) -> None:
        self.call = call
        self.face = face
        self.count = count

    def __enter__(self) -> None:
        gc.collect()
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def __exit__(self, kind: object, error: object, at: object) -> None:
        cpu, wall = time.process_time() - self.cpu, time.perf_counter() - self.wall
        if error is None:
            each = {"cpu_us": cpu / self.count * 1e6, "wall_us": wall / self.count * 1e6}
            say({"call": self.call, "face": self.face, **each})


def run(stream: Callable[[Course], Any], rest: Callable[[Calls], Any]) -> None:
    """Do what the command line says, with the functions of a client; they may be coroutines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("stream", "rest"))
    parser.add_argument("stream", nargs="?", default="")
    parser.add_argument("--manner", default="")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    stay_on(CLIENT_CORE)
    warnings.simplefilter("ignore")
    servers: list[Server] = [http_server(given.seconds)]
    threading.Timer(given.seconds, _give_up, (servers, given.seconds)).start()
    try:
        http_url = f"http://127.0.0.1:{servers[0].told['port']}"
        do_rest = given.kind == "rest"
        work = rest(Calls(http_url, given.count)) if do_rest else stream(_course(given, http_url, servers))
        if asyncio.iscoroutine(work):
            asyncio.run(work)
    except BaseException as error:
        say({"error": f"{type(error).__name__}: {error}"[:300]})
        raise
    finally:
        _end(servers, 0)


def _course(given: argparse.Namespace, http_url: str, servers: list[Server]) -> Course:
    times = CACHE / f"times-{os.getpid()}" if given.rate else None
    server = stream_server(
        path_of(given.stream), count=given.count, rate=given.rate, times=times, seconds=given.seconds
    )
    servers.append(server)
    meter = Meter(server, messages=given.count, rows=server.told["rows"], times=times, leave=lambda: _end(servers, 0))
    return Course(given.stream, given.manner, f"ws://127.0.0.1:{server.told['port']}", http_url, meter)


def _give_up(servers: list[Server], seconds: float) -> None:
    say({"error": f"not done after {seconds:g} s"})
    _end(servers, 1)


def _end(servers: list[Server], code: int) -> NoReturn:
    """Leave at once: some clients hold threads or tasks that do not end by themselves."""
    for server in servers:
        server.stop()
    os._exit(code)
