"""Odd values in any field of an order: refused in Kraken's words, and nothing has changed then."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.sandbox.engine import EngineRefused, Exchange
from krakenkit.sandbox.inbound import RestReader
from krakenkit.sandbox.rest.orders import placing
from krakenkit.wire.spot.trading import SubmitOrder
from sandbox.engine.engine_helpers import NOW, SECOND, Quotes, exchange, trade_at

ODD = (
    *(
        "",
        " ",
        "+",
        "-",
        "#",
        "%",
        "+%",
        "+ 5",
        "5+",
        "0",
        "-0",
        "+0",
        "+0%",
        "-1",
        "-1%",
        "#1%",
        "+100%",
        "-100%",
        "+1.23456%",
    ),
    *("NaN", "inf", "-inf", "1E+99", "1E-99", "+1E+400", "1e400000", "9" * 40, "0x10", "\u0663", "true", "null", "[]"),
)
TYPES = (
    *("market", "limit", "iceberg", "stop-loss", "take-profit", "stop-loss-limit", "take-profit-limit"),
    *("trailing-stop", "trailing-stop-limit"),
)
FIELDS = (
    "price",
    "price2",
    "starttm",
    "expiretm",
    "displayvol",
    "volume",
    "trigger",
    "timeinforce",
    "stptype",
    "userref",
)


def some_order(dice: random.Random) -> dict[str, Any]:
    """The members of an order, most of them sensible."""
    kind = dice.choice(TYPES)
    order: dict[str, Any] = {
        "pair": "XBTUSD",
        "type": dice.choice(["buy", "sell"]),
        "ordertype": kind,
        "volume": "0.01",
    }
    if kind.startswith("trailing"):
        order |= {"price": dice.choice(["+1%", "+500"]), "price2": dice.choice(["+0", "-1%", "+5"])}
    elif kind != "market":
        order |= {"price": dice.choice(["29000", "31000", "#1%"]), "price2": dice.choice(["29000", "#1%", "+1%"])}
    if dice.random() < 0.3:
        prices = {name: dice.choice(["+1%", "31000", *ODD]) for name in ("price", "price2")}
        order["close"] = {"ordertype": dice.choice([*TYPES, "best"])} | prices
    order |= {"displayvol": "0.005"} if kind == "iceberg" else {}
    order |= {"trigger": dice.choice(["last", "index"])} if dice.random() < 0.3 else {}
    order |= {"starttm": "+5"} if dice.random() < 0.2 else {}
    return order | {name: dice.choice(ODD) for name in dice.sample(FIELDS, dice.choice([0, 0, 1, 2]))}


def state(made: Exchange) -> object:
    return [(made.balances(name), made.open_orders(name)) for name in ("ann", "bob")]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_refused_changes_nothing_and_what_is_taken_can_be_cancelled(seed: int) -> None:
    dice, done = random.Random(seed), Counter[str]()
    made = exchange(seed=seed, index=Quotes(XBTUSD=30_000_0))
    trade_at(made, "30000")
    for turn in range(600):
        now, before = NOW + turn * SECOND, state(made)
        try:
            request = RestReader().read(SubmitOrder, some_order(dice))
            asked = placing(request, pair=request.pair, now=now, deadline=None, validate=False)
            placed = made.place("ann", asked, now).order
        except EngineRefused as refused:
            done[refused.code.partition(":")[0]] += 1
            made.tick(now)
            assert state(made) == before
            continue
        done["placed"] += 1
        assert placed is not None
        if made.order("ann", placed.order_id).open:
            made.cancel("ann", now, order_id=placed.order_id)
        made.cancel_all("ann", now)
        assert all(held.hold_trade == Decimal(0) for held in made.balances("ann"))
    assert min(done["placed"], done["EGeneral"], done["EOrder"]) > 50
