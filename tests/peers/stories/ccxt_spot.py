"""ccxt against a sandbox, Spot: market data, an order's life, money, and its sockets with the book compared."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import ccxt
import ccxt.pro
from ccxt_addresses import spot_at
from truth import Book, agrees, levels

SEEN: dict[str, Any] = {}
PAIR = "BTC/USD"


def calls() -> None:
    spot = spot_at(ccxt.kraken({"enableRateLimit": False}), "spot")
    SEEN["markets"] = PAIR in spot.load_markets()
    SEEN["time"] = spot.fetch_time() > 0
    SEEN["status"] = spot.fetch_status()["status"]
    SEEN["ticker"] = spot.fetch_ticker(PAIR)["symbol"]
    SEEN["tickers"] = len(spot.fetch_tickers()) > 5
    SEEN["levels"] = len(spot.fetch_order_book(PAIR, 5)["asks"])
    SEEN["candles"] = len(spot.fetch_ohlcv(PAIR, "1h")) > 100
    SEEN["trades"] = len(spot.fetch_trades(PAIR)) > 10
    SEEN["balance"] = spot.fetch_balance()["BTC"]["total"] > 0
    order = spot.create_order(PAIR, "limit", "buy", 0.01, 20000)
    SEEN["open"] = [one["status"] for one in spot.fetch_open_orders(PAIR)]
    SEEN["price"] = spot.fetch_order(order["id"])["price"]
    spot.edit_order(order["id"], PAIR, "limit", "buy", 0.02, 20001)  # amends: the order keeps its id
    SEEN["edited"] = spot.fetch_order(order["id"])["amount"]
    spot.cancel_order(order["id"])
    SEEN["closed"] = [one["status"] for one in spot.fetch_closed_orders(PAIR, limit=1)]
    bought = spot.create_order(PAIR, "market", "buy", 0.01)
    SEEN["filled"] = spot.fetch_order(bought["id"])["filled"]
    SEEN["mine"] = len(spot.fetch_my_trades(PAIR)) > 0
    SEEN["ledger"] = len(spot.fetch_ledger()) > 0
    SEEN["fee"] = spot.fetch_trading_fee(PAIR)["taker"] > 0
    many = [{"symbol": PAIR, "type": "limit", "side": "buy", "amount": 0.01, "price": 20002 + n} for n in range(2)]
    SEEN["many"] = len(spot.create_orders(many))
    spot.cancel_all_orders()
    SEEN["none left"] = spot.fetch_open_orders(PAIR)
    try:
        spot.create_order(PAIR, "limit", "buy", 1000, 20000)
    except ccxt.InsufficientFunds:
        SEEN["refused"] = "InsufficientFunds"


async def streams() -> None:
    spot = spot_at(ccxt.pro.kraken({"enableRateLimit": False}), "spot_2")
    try:
        async with asyncio.timeout(40):
            await spot.load_markets()
            SEEN["book true"] = await followed(spot)
            SEEN["watched ticker"] = (await spot.watch_ticker(PAIR))["symbol"]
            SEEN["watched trades"] = len(await spot.watch_trades(PAIR)) > 0
            SEEN["watched candles"] = len(await spot.watch_ohlcv(PAIR, "1m")) > 0
            SEEN["watched balance"] = "BTC" in await spot.watch_balance()
            orders = asyncio.create_task(spot.watch_orders(PAIR))
            await asyncio.sleep(0.5)
            order = await spot.create_order_ws(PAIR, "limit", "buy", 0.01, 20003)
            SEEN["watched order"] = any(one["id"] == order["id"] for one in await orders)
            await spot.cancel_order_ws(order["id"])
            trades = asyncio.create_task(spot.watch_my_trades(PAIR))
            await asyncio.sleep(0.5)
            bought = await spot.create_order(PAIR, "market", "buy", 0.01)
            SEEN["watched fill"] = any(one["order"] == bought["id"] for one in await trades)
    finally:
        await spot.close()


async def followed(spot: Any) -> bool:
    """Whether the book that it keeps is the exchange's, three times."""
    book = await spot.watch_order_book(PAIR, 10)

    def seen() -> Book:
        return {"bids": levels(book["bids"], 10), "asks": levels(book["asks"], 10)}

    for _ in range(3):
        for _ in range(15):
            await spot.watch_order_book(PAIR, 10)
        if not await agrees(seen, PAIR, 10):
            return False
    return True


calls()
asyncio.run(streams())
print(json.dumps(SEEN))
