"""Whatever a stranger sends over the Unified WebSocket, he gets words back; and an account's picture stays the engine's."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest

from sandbox.loopback import over_loopback, world, written
from sandbox.unified_line import BUY, UnifiedLine, private, public

ODD: list[Any] = [
    None,
    "",
    "x",
    0,
    -1,
    1,
    True,
    [],
    {},
    [None],
    {"a": 1},
    2**70,
    Decimal("1E+400"),
    "PF_XBTUSD",
    "\ud800",
]
NAMES = [
    "symbol",
    "side",
    "order_type",
    "order_qty",
    "limit_price",
    "triggers",
    "time_in_force",
    "deadline",
    "token",
    "orders",
]
NAMES += [
    "asset_class",
    "cl_ord_id",
    "order_id",
    "timeout",
    "leverage_mode",
    "channel",
    "depth",
    "snapshot",
    "interval",
]
METHODS = [
    "add_order",
    "amend_order",
    "cancel_order",
    "cancel_all",
    "cancel_all_orders_after",
    "batch_add",
    "batch_cancel",
]
METHODS += ["set_preference", "subscribe", "unsubscribe", "ping", "edit_order", ""]
CHANNELS = ["ticker", "book", "level3", "ohlc", "trade", "instrument", "executions", "balances", "margin", "positions"]
CHANNELS += ["ledgers", "preferences", "status", "x"]


def stranger(rng: random.Random, token: str) -> dict[str, Any]:
    """A request with some sense in it, and some of that turned around."""
    params: dict[str, Any] = {"asset_class": "derivatives", "token": token}
    method = rng.choice(METHODS)
    match method:
        case "add_order":
            params |= BUY
        case "batch_add":
            params |= {"symbol": "PF_XBTUSD", "orders": [dict(BUY), dict(BUY)]}
        case "set_preference":
            params |= {"leverage_mode": {"symbol": "PF_XBTUSD", "max_leverage": rng.choice(ODD)}}
        case "subscribe" | "unsubscribe":
            params |= {"channel": rng.choice(CHANNELS), "symbol": ["PF_XBTUSD"]}
        case _:
            params |= {"order_id": ["x"]} if rng.random() < 0.5 else {"cl_ord_id": "x"}
    for _ in range(rng.randint(0, 3)):
        params[rng.choice(NAMES)] = rng.choice(ODD)
    for name in rng.sample(sorted(params), rng.randint(0, min(2, len(params)))):
        del params[name]
    return {"method": method, "params": params, "req_id": 1}


def test_no_request_is_too_odd_to_be_answered_in_words(caplog: pytest.LogCaptureFixture) -> None:
    @over_loopback
    async def story() -> None:
        rng = random.Random(4)
        async with world() as here:
            account = here.account()
            for line in (await private(here, account), await public(here)):
                token = line.line.token or await account.token()
                for _ in range(400):
                    await line.line.socket.send_str(written(stranger(rng, token)))
                    reply = await line.line.until(lambda message: "method" in message)
                    assert "Internal error" not in str(reply.get("error")), reply

    story()
    assert [record for record in caplog.records if record.name == "krakenkit.sandbox"] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reports_merged_by_id_are_the_open_orders_of_the_engine(seed: int) -> None:
    @over_loopback
    async def story() -> None:
        rng = random.Random(seed)
        async with world() as here:
            lines = {name: await private(here, here.account(name)) for name in ("one", "two")}
            for line in lines.values():
                await line.follow("executions", snap_orders=False)
                await line.follow("positions", snapshot=False)
            for _ in range(150):
                await act(rng, lines[rng.choice(["one", "two"])])
            for name, line in lines.items():
                orders, sizes = await picture(line)
                exchange = here.box._venue.futures.exchange
                there = {order.order_id: (order.qty, order.filled) for order in exchange.open_orders(name)}
                assert orders == there
                assert sizes == {one.contract.symbol: one.size for one in exchange.holdings(name)}

    story()


async def act(rng: random.Random, line: UnifiedLine) -> None:
    """Something that traders do, whether it is allowed or not."""
    order = BUY | {"side": rng.choice(["buy", "sell"]), "limit_price": rng.randint(94_000, 96_000)}
    order["order_qty"] = Decimal(rng.randint(1, 9)) / 10
    match rng.randrange(8):
        case 0:
            market = {name: value for name, value in order.items() if name != "limit_price"}
            await line.ask("add_order", **market | {"order_type": "market"})
        case 1:
            trigger = {"price": rng.randint(94_000, 96_000), "reference": "last"}
            await line.ask("add_order", **order | {"order_type": "stop-loss-limit", "triggers": trigger})
        case 2:
            await line.ask("add_order", **order, time_in_force=rng.choice(["ioc", "fok"]))
        case 3:
            await line.ask("add_order", **order, reduce_only=True)
        case 4:
            mine = f"c{rng.randrange(20)}"
            await line.ask(
                "amend_order", cl_ord_id=mine, order_qty=order["order_qty"], limit_price=order["limit_price"]
            )
        case 5:
            await line.ask("cancel_order", cl_ord_id=[f"c{rng.randrange(20)}"])
        case _:
            await line.ask("add_order", **order, cl_ord_id=f"c{rng.randrange(20)}")


async def picture(line: UnifiedLine) -> tuple[dict[str, tuple[Any, Any]], dict[str, Any]]:
    """Open orders with sizes and fills, and positions, as a client has them after all that was told."""
    await line.line.socket.send_str(json.dumps({"method": "ping", "req_id": -1}))
    messages = line.take_kept()
    while (message := await line.line.next()).get("req_id") != -1:
        messages.append(message)
    orders: dict[str, tuple[Any, Any]] = {}
    sizes: dict[str, Any] = {}
    for message in messages:
        if message["channel"] == "positions":
            sizes |= {row["symbol"]: row["size"] for row in message["data"]["futures"]}
        for row in message["data"] if message["channel"] == "executions" else ():
            qty, filled = orders.get(row["order_id"], (None, None))
            orders[row["order_id"]] = (row.get("order_qty", qty), row.get("cum_qty", filled))
            if row["order_status"] in ("filled", "canceled"):
                del orders[row["order_id"]]
    return orders, {symbol: size for symbol, size in sizes.items() if size}
