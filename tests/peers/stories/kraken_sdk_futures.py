"""python-kraken-sdk's Futures half against a sandbox."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import kraken.futures.websocket as sockets
from kraken.futures import Funding, FuturesWSClient, Market, Trade, User
from truth import BOX, Book, agrees, control, key, levels, until

SEEN: dict[str, Any] = {}


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


def settings() -> None:
    market, funding = (kind(url=BOX["futures"], **key("futures")) for kind in (Market, Funding))
    market.set_leverage_preference(symbol="PF_XBTUSD", maxLeverage=5)
    SEEN["leverage"] = market.get_leverage_preference()["leveragePreferences"]
    market.set_pnl_preference(symbol="PF_XBTUSD", pnlPreference="XBT")
    SEEN["pnl"] = market.get_pnl_preference()["preferences"]
    SEEN["funding"] = len(funding.get_historical_funding_rates(symbol="PF_XBTUSD")["rates"]) > 0
    moved = funding.initiate_wallet_transfer(amount=1, fromAccount="flex", toAccount="cash", unit="USD")
    SEEN["to wallet"] = moved["result"]
    SEEN["to Spot"] = funding.initiate_withdrawal_to_spot_wallet(amount=1, currency="USD")["result"]


def triggers() -> None:
    orders, user = Trade(url=BOX["futures"], **key("futures")), User(url=BOX["futures"], **key("futures"))
    shared = {"size": 0.01, "side": "sell", "symbol": "PF_XBTUSD", "triggerSignal": "mark"}
    orders.create_order(orderType="stp", stopPrice=20000, **shared)
    orders.create_order(orderType="take_profit", stopPrice=900000, **shared)
    orders.create_order(
        orderType="trailing_stop", trailingStopDeviationUnit="PERCENT", trailingStopMaxDeviation="5", **shared
    )
    SEEN["triggers"] = sorted(row["orderType"] for row in user.get_open_orders()["openOrders"])
    SEEN["held"] = [row["size"] for row in user.get_open_positions()["openPositions"]]
    control("POST", "/market/move", symbol="PF_XBTUSD", to="-6%")
    SEEN["left"] = sorted(row["orderType"] for row in user.get_open_orders()["openOrders"])
    # Market orders keep within a band of the price, so what the book has there in this moment may be less than the whole.
    SEEN["sold by the stop"] = sum(row["size"] for row in user.get_open_positions()["openPositions"]) < 0.01
    orders.dead_mans_switch(timeout=30)
    control("POST", "/advance", seconds=31, steps=5)
    SEEN["after the switch"] = user.get_open_orders()["openOrders"]


def unencrypted(connect: Any) -> Any:
    """Its Futures socket can only be asked for ``wss://``; a sandbox speaks without TLS."""
    return lambda url, **options: connect(url.replace("wss://", "ws://"), **options)


def followed(heard: dict[str, list[dict[str, Any]]]) -> Book:
    """The book that its frames make; it keeps none itself."""
    start = heard["book_snapshot"][0]
    pages = {"buy": start["bids"], "sell": start["asks"]}
    sides = {side: {row["price"]: row["qty"] for row in page} for side, page in pages.items()}
    for row in heard["book"]:
        sides[row["side"]][row["price"]] = row["qty"]
    rows = {side: sorted((price, qty) for price, qty in sides[side].items() if qty) for side in sides}
    return {"bids": levels(rows["buy"][::-1]), "asks": levels(rows["sell"])}


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
    SEEN["book true"] = await agrees(lambda: followed(heard), "PF_XBTUSD", 1000, "futures")
    await client.close()


market()
trade()
settings()
triggers()
asyncio.run(streams())
print(json.dumps(SEEN))
