"""ccxt against a sandbox, Futures: orders, positions, settings, triggers, and its sockets with the book compared."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import ccxt
import ccxt.pro
from ccxt_addresses import futures_at
from truth import Book, agrees, control, levels

SEEN: dict[str, Any] = {}
CONTRACT = "BTC/USD:USD"


def calls() -> None:
    futures = futures_at(ccxt.krakenfutures({"enableRateLimit": False}), "futures")
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


def settings() -> None:
    futures = futures_at(ccxt.krakenfutures({"enableRateLimit": False}), "futures")
    futures.load_markets()
    futures.set_leverage(5, CONTRACT)
    SEEN["leverage"] = futures.fetch_leverage(CONTRACT)["longLeverage"]
    SEEN["tiers"] = len(futures.fetch_leverage_tiers([CONTRACT])[CONTRACT]) > 1
    SEEN["rate"] = futures.fetch_funding_rate(CONTRACT)["fundingRate"] is not None
    SEEN["rates"] = CONTRACT in futures.fetch_funding_rates([CONTRACT])
    SEEN["rate history"] = len(futures.fetch_funding_rate_history(CONTRACT)) > 0
    SEEN["moved"] = futures.transfer("USD", 1, "flex", "cash")["amount"]
    SEEN["moved out"] = futures.transfer_out("USD", 1)["amount"]


def triggers() -> None:
    futures = futures_at(ccxt.krakenfutures({"enableRateLimit": False}), "futures")
    futures.load_markets()
    futures.create_order(CONTRACT, "market", "buy", 0.01)
    leaving = {"reduceOnly": True, "triggerSignal": "mark"}
    futures.create_order(CONTRACT, "market", "sell", 0.01, params={"stopLossPrice": 20000, **leaving})
    futures.create_order(CONTRACT, "market", "sell", 0.01, params={"takeProfitPrice": 100000, **leaving})
    SEEN["waiting"] = sorted(one["type"] or "" for one in futures.fetch_open_orders(CONTRACT))
    control("POST", "/market/move", symbol="PF_XBTUSD", to="+8%")
    # Market orders keep within a band of the price, so what the book has there in this moment may be less than the whole.
    SEEN["profit taken"] = sum(one["contracts"] for one in futures.fetch_positions()) < 0.01
    SEEN["gone off"] = all(one["type"] != "take_profit" for one in futures.fetch_open_orders(CONTRACT))
    control("POST", "/advance", seconds=2)
    for rest in futures.fetch_positions():
        futures.create_order(CONTRACT, "market", "sell", rest["contracts"], params={"reduceOnly": True})
    SEEN["closed"] = [one["status"] for one in futures.fetch_closed_orders(CONTRACT)][-1:]
    futures.cancel_all_orders(CONTRACT)


async def streams() -> None:
    futures = futures_at(ccxt.pro.krakenfutures({"enableRateLimit": False}), "futures_2")
    try:
        async with asyncio.timeout(40):
            await futures.load_markets()
            SEEN["book true"] = await followed(futures)
            SEEN["watched ticker"] = (await futures.watch_ticker(CONTRACT))["symbol"]
            SEEN["watched trades"] = len(await futures.watch_trades(CONTRACT)) > 0
            SEEN["watched balance"] = "USD" in await futures.watch_balance({"account": "flex_futures"})
            orders = asyncio.create_task(futures.watch_orders(CONTRACT))
            await asyncio.sleep(0.5)
            order = await futures.create_order(CONTRACT, "limit", "buy", 0.01, 20003)
            SEEN["watched order"] = any(one["id"] == order["id"] for one in await orders)
            SEEN["watched fills before"] = len(await futures.watch_my_trades(CONTRACT)) > 0
            trades = asyncio.create_task(futures.watch_my_trades(CONTRACT))
            positions = asyncio.create_task(futures.watch_positions([CONTRACT]))
            await asyncio.sleep(0.5)
            bought = await futures.create_order(CONTRACT, "market", "buy", 0.01)
            SEEN["watched fill"] = any(one["order"] == bought["id"] for one in await trades)
            SEEN["watched position"] = [[one["symbol"], one["side"], one["contracts"]] for one in await positions]
    finally:
        await futures.close()


async def followed(futures: Any) -> bool:
    """Whether the book that it keeps is the exchange's, all levels of it, three times."""
    book = await futures.watch_order_book(CONTRACT)

    def seen() -> Book:
        return {"bids": levels(book["bids"]), "asks": levels(book["asks"])}

    for _ in range(3):
        for _ in range(15):
            await futures.watch_order_book(CONTRACT)
        if not await agrees(seen, "PF_XBTUSD", 1000, "futures"):
            return False
    return True


calls()
settings()
triggers()
asyncio.run(streams())
print(json.dumps(SEEN))
