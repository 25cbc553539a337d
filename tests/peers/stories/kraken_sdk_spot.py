"""python-kraken-sdk against a sandbox: market data, an order's life, money, and its sockets with the book checked."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from kraken.spot import Market, SpotClient, SpotOrderBookClient, SpotWSClient, Trade, User
from truth import BOX, Book, agrees, key, levels, until

SEEN: dict[str, Any] = {}
PUBLIC, PRIVATE = (BOX["ws"][name].removesuffix("/v2") for name in ("SPOT_PUBLIC_V2", "SPOT_PRIVATE_V2"))
# Some of its classes make helpers of their own that know no other address.
SpotClient.URL = BOX["rest"]
SpotOrderBookClient.WS_URL = PUBLIC


def market() -> None:
    public = Market(url=BOX["rest"])
    SEEN["status"] = public.get_system_status()["status"]
    SEEN["assets"] = sorted(public.get_assets(assets=["XBT", "USD"]))
    SEEN["pair"] = public.get_asset_pairs(pair="BTC/USD")["BTC/USD"]["wsname"]
    SEEN["ticker"] = list(public.get_ticker(pair="XBTUSD"))
    SEEN["levels"] = len(public.get_order_book(pair="XBTUSD", count=5)["XXBTZUSD"]["bids"])
    SEEN["candles"] = len(public.get_ohlc(pair="XBTUSD", interval=60)["XXBTZUSD"])
    SEEN["trades"] = len(public.get_recent_trades(pair="XBTUSD")["XXBTZUSD"])
    SEEN["spreads"] = len(public.get_recent_spreads(pair="XBTUSD")["XXBTZUSD"])


def trade() -> None:
    orders, user = Trade(url=BOX["rest"], **key("spot")), User(url=BOX["rest"], **key("spot"))
    SEEN["balance"] = user.get_account_balance()["XXBT"]
    placed = orders.create_order(ordertype="limit", side="buy", volume="0.01", pair="XBTUSD", price="20000")
    SEEN["description"], order_id = placed["descr"]["order"], placed["txid"][0]
    SEEN["amended"] = orders.amend_order(txid=order_id, order_qty="0.02", limit_price="20001")["amend_id"][0]
    SEEN["open"] = user.get_open_orders()["open"][order_id]["vol"]
    SEEN["amends"] = user.get_order_amends(order_id)["count"]
    edited = orders.edit_order(txid=order_id, pair="XBTUSD", volume="0.03", price="20002")
    SEEN["edited"] = edited["status"]
    SEEN["cancelled"] = orders.cancel_order(txid=edited["txid"])["count"]
    batch = orders.create_order_batch(
        orders=[
            {"ordertype": "limit", "type": "buy", "volume": "0.01", "price": price} for price in ("20003", "20004")
        ],
        pair="XBTUSD",
    )
    SEEN["batch"] = orders.cancel_order_batch(orders=[row["txid"] for row in batch["orders"]])["count"]
    SEEN["switch"] = "triggerTime" in orders.cancel_all_orders_after_x(60)
    orders.cancel_all_orders_after_x(0)
    bought = orders.create_order(ordertype="market", side="buy", volume="0.01", pair="XBTUSD")["txid"][0]
    SEEN["bought"] = user.get_closed_orders()["closed"][bought]["status"]
    SEEN["fills"] = user.get_trades_history()["count"] > 0
    SEEN["ledger"] = user.get_ledgers_info()["count"] > 0
    SEEN["volume"] = user.get_trade_volume(pair="XBTUSD")["currency"]
    SEEN["positions"] = user.get_open_positions()
    SEEN["equity"] = user.get_trade_balance()["eb"] != "0"


async def streams() -> None:
    heard: dict[str, list[dict[str, Any]]] = {}

    async def hear(message: dict[str, Any]) -> None:
        heard.setdefault(str(message.get("channel") or message.get("method")), []).append(message)

    client = SpotWSClient(**key("spot_3"), callback=hear, rest_url=BOX["rest"], ws_url=PUBLIC, auth_ws_url=PRIVATE)
    await client.start()
    await client.subscribe(params={"channel": "ticker", "symbol": ["BTC/USD"]})
    await client.subscribe(params={"channel": "ohlc", "symbol": ["BTC/USD"], "interval": 1})
    await client.subscribe(params={"channel": "executions", "snap_orders": True})
    await client.subscribe(params={"channel": "balances"})
    await until(lambda: {"ticker", "ohlc", "executions", "balances"} <= set(heard))
    order = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "limit_price": 20005, "order_qty": 0.01}
    await client.send_message(message={"method": "add_order", "params": order})
    await until(lambda: "add_order" in heard)
    SEEN["socket order"] = heard["add_order"][0]["success"]
    order_id = heard["add_order"][0]["result"]["order_id"]
    await client.send_message(message={"method": "cancel_order", "params": {"order_id": [order_id]}})
    await until(lambda: "cancel_order" in heard)
    SEEN["reports"] = sorted({row["exec_type"] for m in heard["executions"] for row in m["data"]})
    await client.close()


async def books() -> None:
    checked: list[bool] = []

    def on_book(pair: str, message: dict[str, Any]) -> None:
        if message.get("type") == "update":
            checked.append(book.get(pair)["valid"])

    book = SpotOrderBookClient(depth=10, callback=on_book)
    await book.start()
    await book.add_book(pairs=["BTC/USD", "ETH/USD"])
    await until(lambda: len(checked) >= 40)
    SEEN["book updates"], SEEN["book valid"] = len(checked) >= 40, all(checked)

    def seen(pair: str) -> Book:
        sides: dict[str, Any] = book.get(pair) or {}
        rows = {side: [(price, qty) for price, (qty, _) in sides[side].items()] for side in ("bid", "ask")}
        return {"bids": levels(rows["bid"]), "asks": levels(rows["ask"])}

    SEEN["book true"] = all([await agrees(lambda pair=pair: seen(pair), pair, 10) for pair in ("BTC/USD", "ETH/USD")])
    await book.close()


market()
trade()
asyncio.run(streams())
asyncio.run(books())
print(json.dumps(SEEN))
