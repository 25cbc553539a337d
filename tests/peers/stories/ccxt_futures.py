"""ccxt against a sandbox, Futures."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import ccxt
import ccxt.pro

BOX: dict[str, Any] = json.loads(os.environ["SANDBOX"])
SEEN: dict[str, Any] = {}
CONTRACT = "BTC/USD:USD"


def pointed(made: Any, name: str) -> Any:
    """A client of ccxt with the addresses and a key of the sandbox."""
    origin = BOX["futures"]
    made.apiKey, made.secret = BOX["keys"][name]["key"], BOX["keys"][name]["secret"]
    made.urls["api"] |= {
        "public": f"{origin}/derivatives/api/",
        "private": f"{origin}/derivatives/api/",
        "charts": f"{origin}/api/charts/",
        "history": f"{origin}/api/history/",
        "ws": BOX["ws"]["DERIVATIVES_PRIVATE_V1"],
    }
    return made


def calls() -> None:
    futures = pointed(ccxt.krakenfutures({"enableRateLimit": False}), "futures")
    SEEN["markets"] = CONTRACT in futures.load_markets()
    SEEN["ticker"] = futures.fetch_ticker(CONTRACT)["symbol"]
    SEEN["levels"] = len(futures.fetch_order_book(CONTRACT)["asks"]) > 5
    SEEN["candles"] = len(futures.fetch_ohlcv(CONTRACT, "1h")) > 5
    SEEN["trades"] = len(futures.fetch_trades(CONTRACT)) > 5
    SEEN["balance"] = futures.fetch_balance({"type": "flex"})["USD"]["total"] > 0
    order = futures.create_order(CONTRACT, "limit", "buy", 0.01, 20000)
    SEEN["open"] = [one["amount"] for one in futures.fetch_open_orders(CONTRACT)]
    futures.edit_order(order["id"], CONTRACT, "limit", "buy", 0.02, 20001)
    SEEN["edited"] = [one["amount"] for one in futures.fetch_open_orders(CONTRACT)]
    SEEN["cancelled"] = futures.cancel_order(order["id"])["status"]
    futures.create_order(CONTRACT, "market", "buy", 0.01)
    SEEN["position"] = [one["side"] for one in futures.fetch_positions()]
    SEEN["mine"] = len(futures.fetch_my_trades(CONTRACT)) > 0
    many = [{"symbol": CONTRACT, "type": "limit", "side": "buy", "amount": 0.01, "price": 20002 + n} for n in range(2)]
    SEEN["many"] = len(futures.create_orders(many))
    futures.cancel_all_orders(CONTRACT)
    SEEN["none left"] = futures.fetch_open_orders(CONTRACT)
    futures.create_order(CONTRACT, "market", "sell", 0.01, params={"reduceOnly": True})
    SEEN["flat"] = futures.fetch_positions()


async def streams() -> None:
    futures = pointed(ccxt.pro.krakenfutures({"enableRateLimit": False}), "futures_2")
    try:
        async with asyncio.timeout(40):
            await futures.load_markets()
            SEEN["watched book"] = await crossed(futures)
            SEEN["watched ticker"] = (await futures.watch_ticker(CONTRACT))["symbol"]
            SEEN["watched trades"] = len(await futures.watch_trades(CONTRACT)) > 0
            SEEN["watched balance"] = "USD" in await futures.watch_balance({"account": "flex_futures"})
            orders = asyncio.create_task(futures.watch_orders(CONTRACT))
            await asyncio.sleep(0.5)
            order = await futures.create_order(CONTRACT, "limit", "buy", 0.01, 20003)
            SEEN["watched order"] = any(one["id"] == order["id"] for one in await orders)
    finally:
        await futures.close()


async def crossed(futures: Any) -> str:
    """Follow the book for a while and tell whether it ever crossed."""
    for _ in range(30):
        book = await futures.watch_order_book(CONTRACT)
        if book["bids"][0][0] >= book["asks"][0][0]:
            return "crossed"
    return "in order"


calls()
asyncio.run(streams())
print(json.dumps(SEEN))
