"""python-kraken-sdk against a sandbox: leverage, positions, trailing stops, conditional closes, the dead man's switch."""

from __future__ import annotations

import json
from typing import Any

from kraken.spot import SpotClient, Trade, User
from truth import BOX, control, key

SEEN: dict[str, Any] = {}
SpotClient.URL = BOX["rest"]  # its orders look up the pair with a client of their own
ORDERS, USER = Trade(url=BOX["rest"], **key("spot")), User(url=BOX["rest"], **key("spot"))


def order(**settings: Any) -> dict[str, Any]:
    """What came back for an order of bitcoin."""
    answer: dict[str, Any] = ORDERS.create_order(pair="XBTUSD", **settings)
    return answer


def margin() -> None:
    order(ordertype="market", side="buy", volume="0.1", leverage="5")
    (held,) = USER.get_open_positions(docalcs=True)  # consolidated, a list
    SEEN["position"] = [held["pair"], held["type"], held["vol"]]
    SEEN["used"] = float(USER.get_trade_balance()["m"]) > 0
    order(ordertype="settle-position", side="sell", volume="0", leverage="5")
    SEEN["settled"] = not USER.get_open_positions()


def stops() -> None:
    trailing = order(ordertype="trailing-stop", side="sell", volume="0.01", price="+1%")
    SEEN["trailing"] = trailing["descr"]["order"]
    stop = order(ordertype="stop-loss", side="sell", volume="0.01", price="-0.5%", trigger="last")["txid"][0]
    control("POST", "/market/move", symbol="BTC/USD", to="-2%")
    closed = USER.get_closed_orders()["closed"]
    SEEN["stopped"] = [closed[one]["status"] for one in (trailing["txid"][0], stop)]


def close() -> None:
    placed = order(
        ordertype="limit", side="buy", volume="0.01", price="20000", close_ordertype="take-profit", close_price="90000"
    )
    SEEN["close"] = placed["descr"]["close"]
    control("POST", "/fill", order_id=placed["txid"][0])
    SEEN["closing"] = [row["descr"]["order"] for row in USER.get_open_orders()["open"].values()]
    ORDERS.cancel_all_orders()


def switch() -> None:
    order(ordertype="limit", side="buy", volume="0.01", price="20000", oflags=["post"], timeinforce="GTC")
    ORDERS.cancel_all_orders_after_x(30)
    SEEN["before"] = len(USER.get_open_orders()["open"])
    control("POST", "/advance", seconds=31, steps=5)
    SEEN["after"] = len(USER.get_open_orders()["open"])


margin()
stops()
close()
switch()
print(json.dumps(SEEN))
