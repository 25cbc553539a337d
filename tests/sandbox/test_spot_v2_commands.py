"""Trading over private sockets: what each command answers, and what it is refused for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.wire.codec import reader_for
from krakenkit.wire.rewrite import exact_json, on_the_wire, unread
from krakenkit.wire.spot_v2 import trading
from sandbox.loopback import Account, Line, Moment, World, over_loopback, trade, world

BUY = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": Decimal("0.01"), "limit_price": 30000}
ROW = {name: value for name, value in BUY.items() if name != "symbol"}


@asynccontextmanager
async def trading_line(**settings: Any) -> AsyncIterator[tuple[World, Account, Line]]:
    async with world(**settings) as here:
        trader = here.account()
        yield here, trader, await here.private_line(trader)


async def placed(line: Line, **change: Any) -> str:
    reply = await line.ask("add_order", **BUY | change)
    assert reply["success"] is True, reply
    return str(reply["result"]["order_id"])


async def open_orders(trader: Account) -> dict[str, Any]:
    orders: dict[str, Any] = (await trader.result("OpenOrders"))["open"]
    return orders


# --- placing ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_an_order_is_placed_and_answered_before_its_reports() -> None:
    async with trading_line() as (_, trader, line):
        await line.subscribe("executions", snap_orders=False)
        await line.send("add_order", **BUY, cl_ord_id="mine")
        reply, report = await line.next(), await line.next()
        order_id = reply["result"]["order_id"]
        assert reply["result"] == {"order_id": order_id, "cl_ord_id": "mine"}
        assert (reply["method"], reply["success"], reply["req_id"]) == ("add_order", True, 2)
        assert {"time_in", "time_out"} <= set(reply)
        assert report["data"][0]["order_id"] == order_id
        assert (await open_orders(trader))[order_id]["cl_ord_id"] == "mine"


@over_loopback
async def test_a_validated_order_gets_an_empty_id() -> None:
    async with trading_line() as (_, trader, line):
        reply = await line.ask("add_order", **BUY, validate=True)
        assert reply["result"] == {"order_id": ""}
        assert await open_orders(trader) == {}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"limit_price": "30000"}, "Limit_price field must be a number_float"),
        ({"order_qty": "0.01"}, "Order_qty field must be a number_float"),
        ({"order_qty": True}, "Order_qty field must be a number_float"),
        ({"cash_order_qty": "5"}, "Cash_order_qty field must be a number_float"),
        ({"post_only": "true"}, "Post_only field must be a boolean"),
        ({"order_userref": "5"}, "Order_userref field must be a number_integer"),
        ({"side": 1}, "Side field must be a string"),
        ({"triggers": 5}, "Triggers field must be an object"),
        ({"leverage": 5}, "Unsupported field: 'leverage' for the given msg type: add_order"),
        ({"triggers": {"price": 1, "when": "now"}}, "Unsupported field: 'when' for the given msg type: add_order"),
        ({"order_type": None}, "EGeneral:Invalid arguments:order_type"),
        ({"order_qty": None}, "EGeneral:Invalid arguments"),
        ({"cl_ord_id": "mine", "order_userref": 5}, "EGeneral:Invalid arguments"),
        ({"symbol": "WWW/USD"}, "EQuery:Unknown asset pair"),
        ({"order_qty": Decimal("0.00001")}, "EOrder:Order minimum not met"),
        (
            {"limit_price": Decimal("30000.05")},
            "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.",
        ),
        ({"order_qty": 1000}, "EOrder:Insufficient funds"),
        ({"margin": True, "symbol": "DOT/USD"}, "EOrder:Cannot open position"),
        ({"reduce_only": True}, "EOrder:Reduce only:Non-PC"),
        ({"conditional": {"order_type": "market"}}, "EGeneral:Invalid arguments:close"),
        ({"conditional": {"order_type": "limit"}}, "EOrder:Invalid price:Invalid price argument"),
        ({"conditional": {"order_type": "limit", "limit_price": "5"}}, "Limit_price field must be a number_float"),
        ({"conditional": {"limit_price": 5}}, "EGeneral:Invalid arguments:order_type"),
        ({"conditional": "limit"}, "Conditional field must be an object"),
        ({"effective_time": "soon"}, "EGeneral:Invalid arguments:effective_time"),
        ({"effective_time": "2100-01-01T00:00:00Z"}, "EGeneral:Invalid arguments:starttm"),
        ({"deadline": "2020-01-01T00:00:00.000Z"}, "EService:Deadline elapsed"),
        ({"deadline": "2100-01-01T00:00:00.000Z"}, "EGeneral:Invalid arguments:deadline"),
        ({"expire_time": "soon", "time_in_force": "gtd"}, "EGeneral:Invalid arguments:expire_time"),
        ({"symbol": "XBT/USD"}, "EQuery:Unknown asset pair"),
        ({"symbol": "XXBTZUSD"}, "EQuery:Unknown asset pair"),
        ({"stp_type": "cancel-oldest"}, "EGeneral:Invalid arguments:stp_type"),
        ({"limit_price_type": "about"}, "EGeneral:Invalid arguments:limit_price_type"),
    ],
)
def test_an_order_is_refused_in_krakens_words(change: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with trading_line() as (_, trader, line):
            params = {name: value for name, value in (BUY | change).items() if value is not None}
            reply = await line.ask("add_order", **params)
            assert (reply["success"], reply["error"]) == (False, error)
            assert "result" not in reply
            assert await open_orders(trader) == {}

    asyncio.run(story())


@over_loopback
async def test_deprecated_names_are_still_taken() -> None:
    async with trading_line() as (here, trader, line):
        await trade(here.account("maker"), trader)
        stop = BUY | {"order_type": "stop-loss-limit", "side": "sell", "stop_price": 39000, "trigger": "last"}
        await placed(line, **stop, no_mpp=True)
        (row,) = (await open_orders(trader)).values()
        assert (row["descr"]["price"], row["descr"]["price2"]) == ("39000.0", "30000.0")


@over_loopback
async def test_prices_may_be_distances_from_the_last_trade() -> None:
    async with trading_line() as (here, trader, line):
        await trade(here.account("maker"), trader, price="40000")
        triggers = {"price": -2, "price_type": "pct", "reference": "last"}
        await placed(line, order_type="stop-loss-limit", side="sell", triggers=triggers, limit_price=-1500,
                     limit_price_type="quote")  # fmt: skip
        (row,) = (await open_orders(trader)).values()
        assert (row["descr"]["price"], row["descr"]["price2"]) == ("39200.0", "38500.0")


@over_loopback
async def test_an_expiry_is_a_moment() -> None:
    async with trading_line(clock=Moment()) as (_, trader, line):
        await placed(line, time_in_force="gtd", expire_time="2026-09-21T14:14:00Z")
        (row,) = (await open_orders(trader)).values()
        assert (row["expiretm"], row["time_in_force"]) == (1_790_000_040, "gtd")


# --- changing ---------------------------------------------------------------------------------------------------------


@over_loopback
async def test_an_amend_keeps_the_order_and_gets_an_id_of_its_own() -> None:
    async with trading_line() as (_, trader, line):
        order_id = await placed(line, cl_ord_id="mine")
        by_id = await line.ask("amend_order", order_id=order_id, order_qty=Decimal("0.02"))
        by_own = await line.ask("amend_order", cl_ord_id="mine", limit_price=31000)
        assert by_id["result"] == {"amend_id": by_id["result"]["amend_id"], "order_id": order_id}
        assert by_own["result"] == {"amend_id": by_own["result"]["amend_id"], "cl_ord_id": "mine"}
        row = (await open_orders(trader))[order_id]
        assert (row["vol"], row["descr"]["price"], row["amended"], row["misc"]) == (
            "0.02000000",
            "31000.0",
            True,
            "amended",
        )
        amends = await trader.result("OrderAmends", order_id=order_id)
        assert [entry["amend_type"] for entry in amends["amends"]] == ["original", "user", "user"]


@over_loopback
async def test_an_edit_gives_the_order_a_new_id() -> None:
    async with trading_line() as (_, trader, line):
        old = await placed(line)
        reply = await line.ask("edit_order", order_id=old, symbol="BTC/USD", limit_price=Decimal("31000.5"))
        assert reply["result"]["original_order_id"] == old
        assert list(await open_orders(trader)) == [reply["result"]["order_id"]]


# --- cancelling -------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_cancel_of_several_ids_is_answered_once_for_each() -> None:
    async with trading_line() as (_, trader, line):
        first, _, _ = await placed(line), await placed(line, cl_ord_id="mine"), await placed(line, order_userref=5)
        gone = "OABCDE-ABCDE-ABCDEF"
        req_id = await line.send("cancel_order", order_id=[first, gone], cl_ord_id=["mine"], order_userref=[5])
        replies = [await line.until(lambda m: m.get("req_id") == req_id) for _ in range(4)]
        assert [reply.get("result") for reply in replies] == [
            {"order_id": first},
            None,
            {"cl_ord_id": "mine"},
            {"order_userref": 5},
        ]
        assert replies[1]["error"] == "EOrder:Unknown order"
        assert await open_orders(trader) == {}


@over_loopback
async def test_cancel_all_counts() -> None:
    async with trading_line() as (_, _, line):
        await placed(line)
        await placed(line)
        assert (await line.ask("cancel_all"))["result"] == {"count": 2}
        assert (await line.ask("cancel_all"))["result"] == {"count": 0}


@over_loopback
async def test_the_dead_mans_switch_goes_off_unless_it_is_renewed() -> None:
    clock = Moment()
    async with trading_line(clock=clock, pace=0.01) as (_, _, line):
        await line.subscribe("executions", snap_orders=False, order_status=False)
        await placed(line)
        armed = await line.ask("cancel_all_orders_after", timeout=60)
        assert armed["result"] == {"currentTime": "2026-09-21T14:13:20Z", "triggerTime": "2026-09-21T14:14:20Z"}
        clock.pass_by(59)
        off = await line.ask("cancel_all_orders_after", timeout=0)
        assert off["result"]["triggerTime"] == "0"
        await line.ask("cancel_all_orders_after", timeout=1)
        clock.pass_by(1)
        gone = await line.until(lambda m: m.get("channel") == "executions" and m["data"][0]["exec_type"] == "canceled")
        assert gone["data"][0]["reason"] == "Cancel all orders after"
        assert (await line.ask("cancel_all_orders_after", timeout=86_400))["error"] == "EGeneral:Invalid arguments"


# --- batches ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_batch_is_answered_row_by_row() -> None:
    async with trading_line() as (_, trader, line):
        rows = [ROW | {"cl_ord_id": "first"}, ROW | {"order_qty": 999, "order_userref": 2}, ROW | {"no_mpp": True}]
        reply = await line.ask("batch_add", symbol="BTC/USD", orders=rows)
        good, refused, last = reply["result"]
        assert reply["success"] is True
        assert (good["cl_ord_id"], set(good)) == ("first", {"order_id", "cl_ord_id"})
        assert refused == {"error": "EOrder:Insufficient funds", "order_userref": 2}
        assert set(await open_orders(trader)) == {good["order_id"], last["order_id"]}


@over_loopback
async def test_bad_words_in_one_row_refuse_the_batch() -> None:
    async with trading_line() as (_, trader, line):
        for bad, error in (
            (
                {"limit_price": Decimal("0.01")},
                "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.",
            ),
            ({"limit_price": "5"}, "Limit_price field must be a number_float"),
            ({"symbol": "BTC/USD"}, "Unsupported field: 'symbol' for the given msg type: batch_add"),
        ):
            reply = await line.ask("batch_add", symbol="BTC/USD", orders=[ROW, ROW | bad])
            assert reply["error"] == error
        assert (await line.ask("batch_add", symbol="BTC/USD", orders=[ROW]))["error"] == "EGeneral:Invalid arguments"
        assert (await line.ask("batch_add", symbol="BTC/USD", orders="x"))["error"] == "Orders field must be an array"
        assert await open_orders(trader) == {}


@over_loopback
async def test_a_batch_cancel_counts_where_either_kind_of_client_looks() -> None:
    async with trading_line() as (_, trader, line):
        first, _, _ = await placed(line), await placed(line, cl_ord_id="mine"), await placed(line, order_userref=5)
        reply = await line.ask("batch_cancel", orders=[first, "5", "OABCDE-ABCDE-ABCDEF"], cl_ord_id=["mine"])
        assert (reply["result"], reply["orders_cancelled"]) == ({"count": 3}, 3)
        assert await open_orders(trader) == {}


# --- all of them ------------------------------------------------------------------------------------------------------


@over_loopback
async def test_every_result_is_read_by_the_class_of_its_command() -> None:
    async with trading_line() as (_, _, line):
        order_id = await placed(line)
        samples: dict[type[Any], dict[str, Any]] = {
            trading.AddOrder: BUY,
            trading.AmendOrder: {"order_id": order_id, "order_qty": Decimal("0.02")},
            trading.EditOrder: {"order_id": order_id, "symbol": "BTC/USD", "order_qty": Decimal("0.03")},
            trading.CancelOrder: {"order_id": [await placed(line)]},
            trading.BatchAdd: {"symbol": "BTC/USD", "orders": [ROW, ROW]},
            trading.BatchCancel: {"orders": ["1", "2"]},
            trading.CancelAllOrdersAfter: {"timeout": 5},
            trading.CancelAll: {},
        }
        assert set(samples) == set(trading.COMMANDS)
        for kind, params in samples.items():
            await line.send(kind.method, **params)
            text = await line.text()
            result = text[text.index('"result":') + 9 : text.rindex(',"success"')]
            # A cancel is answered once for each order, and its class gathers the answers.
            whole = f"[{result}]" if kind is trading.CancelOrder else result
            answer = reader_for(kind.answer_type())(whole.encode())
            assert unread(exact_json(whole), on_the_wire(answer)) == [], kind


@over_loopback
async def test_a_mode_of_the_exchange_refuses_what_it_does_not_allow() -> None:
    async with trading_line() as (here, _, line):
        order_id = await placed(line)
        here.box.set_status("cancel_only")
        assert (await line.ask("add_order", **BUY))["error"] == "EService:Market in cancel_only mode"
        assert (await line.ask("cancel_order", order_id=[order_id]))["success"] is True
        here.box.set_status("post_only")
        assert (await line.ask("add_order", **BUY))["error"] == "EService:Market in post_only mode"
        here.box.set_status("maintenance")
        assert (await line.ask("cancel_all"))["error"] == "EService:Unavailable"
