"""ccxt against a sandbox, Spot: deposits and withdrawals, margin, stops, and an order whose answer is lost."""

from __future__ import annotations

import json
from typing import Any

import ccxt
from ccxt_addresses import spot_at
from truth import control

SEEN: dict[str, Any] = {}
PAIR = "BTC/USD"
SPOT = spot_at(ccxt.kraken({"enableRateLimit": False}), "spot")


def funding() -> None:
    address = SPOT.create_deposit_address("BTC", {"network": "Bitcoin"})["address"]
    control("POST", "/bank/announce", account="trader", asset="BTC", amount="0.5", address=address)
    control("POST", "/bank/addresses", account="trader", key="cold", asset="BTC", address="bc1qsomewhere")
    sent = SPOT.withdraw("BTC", 0.4, "bc1qsomewhere", params={"key": "cold"})
    control("POST", "/advance", seconds=600, steps=5)
    SEEN["deposits"] = [[one["status"], one["amount"]] for one in SPOT.fetch_deposits("BTC")]
    SEEN["withdrawals"] = [[one["status"], one["id"] == sent["id"]] for one in SPOT.fetch_withdrawals("BTC")]
    SEEN["moved"] = SPOT.transfer_out("USD", 50)["id"] != ""


def margin() -> None:
    SPOT.create_order(PAIR, "market", "buy", 0.1, params={"leverage": 5})
    SEEN["positions"] = [[one["symbol"], one["side"], one["contracts"]] for one in SPOT.fetch_positions()]
    SPOT.create_order(PAIR, "market", "sell", 0.1, params={"leverage": 5, "reduceOnly": True})
    SEEN["flat"] = SPOT.fetch_positions()


def stops() -> None:
    placed = [
        SPOT.create_order(PAIR, "market", "sell", 0.01, params={"stopLossPrice": 30000}),
        SPOT.create_order(PAIR, "limit", "sell", 0.01, 910000, params={"takeProfitPrice": 900000}),
        SPOT.create_order(PAIR, "market", "sell", 0.01, params={"trailingPercent": "5"}),
        SPOT.create_order(PAIR, "market", "sell", 0.01, params={"trailingAmount": "3000"}),
    ]
    open_now = {one["id"]: one for one in SPOT.fetch_open_orders(PAIR)}
    SEEN["stops"] = [open_now[one["id"]]["type"] for one in placed]
    SEEN["stop price"] = open_now[placed[0]["id"]]["stopPrice"]
    control("POST", "/market/move", symbol=PAIR, to="-6%")
    SEEN["after a fall"] = [SPOT.fetch_order(one["id"])["status"] for one in placed]
    SPOT.cancel_all_orders()


def lost() -> None:
    control("POST", "/faults/close_after_request", path="AddOrder")
    try:
        SPOT.create_order(PAIR, "limit", "buy", 0.01, 20000, {"clientOrderId": "the-lost-one"})
    except ccxt.NetworkError as error:
        SEEN["lost"] = type(error).__name__
    SEEN["found"] = [one["clientOrderId"] for one in SPOT.fetch_open_orders(PAIR)]
    SPOT.cancel_all_orders()
    control("POST", "/faults/close_before_request", path="AddOrder")
    try:
        SPOT.create_order(PAIR, "limit", "buy", 0.01, 20000)
    except ccxt.NetworkError as error:
        SEEN["never taken"] = type(error).__name__
    SEEN["none"] = SPOT.fetch_open_orders(PAIR)


SPOT.load_markets()
funding()
margin()
stops()
lost()
print(json.dumps(SEEN))
