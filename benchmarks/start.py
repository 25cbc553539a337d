"""How long it takes to import a library and make one client, then until its first answer; and the memory at both times.

Run as a script in the client's environment, with as little imported beforehand as can be:
``python benchmarks/start.py ccxt http://127.0.0.1:8080``. Functions that end in ``_stream`` make the client for streams.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

Once = Callable[[], Any]
"""Gets the first answer."""
_SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


def krakenkit(url: str) -> Once:
    from krakenkit import Credentials, Environment, SpotClient

    client = SpotClient(Credentials("key", _SECRET), environment=Environment("benchmark", spot_rest=url))
    return lambda: client.get_ticker("XBTUSD")


def python_kraken_sdk(url: str) -> Once:
    from kraken.spot import Market

    client = Market(key="key", secret=_SECRET, url=url)
    return lambda: client.get_ticker(pair="XBTUSD")


def ccxt(url: str) -> Once:
    import ccxt as library

    client = library.kraken({"apiKey": "key", "secret": _SECRET, "enableRateLimit": False})
    client.urls["api"]["public"] = url
    return lambda: client.publicGetTicker({"pair": "XBTUSD"})


def typed_kraken(url: str) -> Once:
    import asyncio

    from typed_kraken import Kraken

    client = Kraken.new(api_key="key", private_key=_SECRET)
    client.spot_client.base_url = url

    async def once() -> Any:
        async with client.spot_client:
            return await client.spot.market_data.ticker("XBTUSD")

    return lambda: asyncio.run(once())


def cryptofeed(url: str) -> Once:
    import asyncio

    from cryptofeed.connection import RestEndpoint, Routes
    from cryptofeed.exchanges import Kraken

    Kraken.rest_endpoints = [RestEndpoint(url, routes=Routes("/0/public/AssetPairs"))]
    Kraken.api = f"{url}/0"
    client = Kraken(config={"log": {"disabled": True}})
    return lambda: asyncio.run(client.ticker("BTC-USD"))


def krakenkit_stream(url: str) -> None:
    import asyncio

    from krakenkit import AsyncWebsocketClient, Environment, WsKey

    async def make() -> object:
        return AsyncWebsocketClient(environment=Environment("benchmark", ws={WsKey.SPOT_PUBLIC_V2: "ws://127.0.0.1:9"}))

    _keep(asyncio.run(make()))


def python_kraken_sdk_stream(url: str) -> None:
    import asyncio

    from kraken.spot import SpotWSClient

    async def make() -> object:
        return SpotWSClient(callback=print)

    _keep(asyncio.run(make()))


def ccxt_stream(url: str) -> None:
    import ccxt.pro

    _keep(ccxt.pro.kraken({}))


def typed_kraken_stream(url: str) -> None:
    from typed_kraken import Kraken

    _keep(Kraken.new(public=True).streams)


def cryptofeed_stream(url: str) -> None:
    from cryptofeed import FeedHandler
    from cryptofeed.exchanges import Kraken

    _keep((FeedHandler(config={"log": {"disabled": True}}), Kraken))


_kept: list[object] = []
_keep = _kept.append


def _resident_mb() -> float:
    with open("/proc/self/status") as status:
        return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS")), 0.0)


def main() -> None:
    """Import, make a client, get one answer; tell times and memory after each."""
    make: Callable[[str], Once | None] = globals()[sys.argv[1]]
    wall, cpu = time.perf_counter(), time.process_time()
    once = make(sys.argv[2])
    ready = {"start_ms": (time.perf_counter() - wall) * 1e3, "start_cpu_ms": (time.process_time() - cpu) * 1e3}
    ready["start_mb"] = _resident_mb()
    if once is not None:
        once()
        ready["answer_ms"] = (time.perf_counter() - wall) * 1e3
        ready["answer_mb"] = _resident_mb()
    told = ", ".join(f'"{name}": {value:.3f}' for name, value in ready.items())
    sys.stdout.write(f"RESULT {{{told}}}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
