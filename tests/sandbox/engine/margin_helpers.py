"""A market with one price, and small accounts that trade on margin."""

from __future__ import annotations

import random
from decimal import Decimal

from krakenkit.sandbox.engine import Exchange, PlaceOrder, Terms, spot_instruments
from sandbox.engine.engine_helpers import NOW, PAIR, limit, place

HOUSE = "house"


def lender(**money: str) -> Exchange:
    """An exchange where BTC costs 30000 dollars, ``ann`` has this money, and the house trades any size; events drained."""
    made = Exchange(spot_instruments(), random.Random(1), NOW)
    for house in (HOUSE, "other house"):
        made.open_account(house, Terms(maker_rate=0, taker_rate=0))
        for asset, amount in (("BTC", "100000"), ("ETH", "100000"), ("EUR", "1000000000"), ("USD", "9000000000")):
            made.deposit(house, asset, Decimal(amount), NOW)
    for asset, amount in (money or {"USD": "10000"}).items():
        made.deposit("ann", asset, Decimal(amount), NOW)
    move(made, "30000")
    made.events()
    return made


def move(made: Exchange, price: str, *, pair: str = PAIR, now: int = NOW) -> None:
    """Let the house buy and sell at this price, and trade there once."""
    for order in made.open_orders(HOUSE):
        if order.pair is made.pair(pair):
            made.cancel(HOUSE, now, order_id=order.order_id)
    place(made, HOUSE, limit("buy", "1000", price, pair=pair), now=now)
    made.place("other house", limit("sell", "0.01", price, pair=pair, time_in_force="IOC"), now)
    tick = made.pair(pair).tick_size
    place(made, HOUSE, limit("sell", "1000", str(Decimal(price) + tick), pair=pair), now=now)


def lever(side: str, qty: str, leverage: int = 5, /, **more: object) -> PlaceOrder:
    """A market order on margin; ``more`` sets any of its fields."""
    fields = {"pair": PAIR, "side": side, "order_type": "market", "qty": Decimal(qty), "leverage": leverage}
    return PlaceOrder(**(fields | more))  # type: ignore[arg-type]  # a wrong field fails the test that wrote it
