"""python-kraken-sdk's Futures half against a sandbox."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import kraken.futures.websocket as sockets
from kraken.futures import FuturesWSClient, Market, Trade, User

BOX: dict[str, Any] = json.loads(os.environ["SANDBOX"])
SEEN: dict[str, Any] = {}


def key(name: str) -> dict[str, str]:
    return {"key": BOX["keys"][name]["key"], "secret": BOX["keys"][name]["secret"]}


def market() -> None:
    public = Market(url=BOX["futures"])
    SEEN["instruments"] = len(public.get_instruments()["instruments"]) > 3
    SEEN["ticker"] = any(row["symbol"] == "PF_XBTUSD" for row in public.get_tickers()["tickers"])
    SEEN["levels"] = len(public.get_orderbook(symbol="PF_XBTUSD")["orderBook"]["bids"]) > 5
    SEEN["trades"] = len(public.get_trade_history(symbol="PF_XBTUSD")["history"]) > 5
    SEEN["candles"] = len(public.get_ohlc(tick_type="trade", symbol="PF_XBTUSD", resolution="1h")["candles"]) > 5
    SEEN["executions"] = "elements" in public.get_public_execution_events(tradeable="PF_XBTUSD")


def trade() -> None:
    orders, user = Trade(url=BOX["futures"], **key("futures")), User(url=BOX["futures"], **key("futures"))
    SEEN["wallets"] = sorted(user.get_wallets()["accounts"])[:1]
    placed = orders.create_order(orderType="lmt", size=0.01, side="buy", symbol="PF_XBTUSD", limitPrice=20000)
    SEEN["placed"], order_id = placed["sendStatus"]["status"], placed["sendStatus"]["order_id"]
    SEEN["edited"] = orders.edit_order(orderId=order_id, limitPrice=20001)["editStatus"]["status"]
    SEEN["open"] = [row["limitPrice"] for row in user.get_open_orders()["openOrders"]]
    SEEN["status"] = [row["status"] for row in orders.get_orders_status(orderIds=[order_id])["orders"]]
    SEEN["cancelled"] = orders.cancel_order(order_id=order_id)["cancelStatus"]["status"]
    orders.create_order(orderType="mkt", size=0.01, side="buy", symbol="PF_XBTUSD")
    SEEN["position"] = [row["side"] for row in user.get_open_positions()["openPositions"]]
    SEEN["fills"] = len(orders.get_fills()["fills"]) > 0
    batch = [
        {"order": "send", "order_tag": str(n), "orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": 0.01,
         "limitPrice": 20000 + n}
        for n in range(2)
    ]  # fmt: skip
    SEEN["batch"] = [row["status"] for row in orders.create_batch_order(batchorder_list=batch)["batchStatus"]]
    SEEN["all cancelled"] = orders.cancel_all_orders(symbol="PF_XBTUSD")["cancelStatus"]["status"]
    SEEN["switch"] = orders.dead_mans_switch(timeout=60)["result"]
    SEEN["log"] = len(user.get_account_log()["logs"]) > 0
    SEEN["history"] = "elements" in user.get_order_events()


def unencrypted(connect: Any) -> Any:
    """Its Futures socket can only be asked for ``wss://``; a sandbox speaks without TLS."""
    return lambda url, **options: connect(url.replace("wss://", "ws://"), **options)


async def streams() -> None:
    heard: dict[str, list[dict[str, Any]]] = {}

    async def hear(message: dict[str, Any]) -> None:
        heard.setdefault(str(message.get("event") or message.get("feed")), []).append(message)

    sockets.connect = unencrypted(sockets.connect)
    address = BOX["ws"]["DERIVATIVES_PRIVATE_V1"].removeprefix("ws://")
    client = FuturesWSClient(**key("futures_2"), url=address, callback=hear)
    await client.start()
    await client.subscribe(feed="book", products=["PF_XBTUSD"])
    await client.subscribe(feed="ticker", products=["PF_XBTUSD"])
    await client.subscribe(feed="open_orders")
    await client.subscribe(feed="fills")
    await until(lambda: {"book_snapshot", "book", "ticker", "open_orders_snapshot", "fills_snapshot"} <= set(heard))
    numbers = [row["seq"] for row in heard["book_snapshot"] + heard["book"]]
    SEEN["book in step"] = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    await client.close()


async def until(met: Any) -> None:
    async with asyncio.timeout(20):
        while not met():
            await asyncio.sleep(0.02)


market()
trade()
asyncio.run(streams())
print(json.dumps(SEEN))
