"""Commands of the Unified WebSocket: what each answers, and what it is refused for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.sandbox.encode import stamp
from sandbox.loopback import Moment, World, over_loopback, world
from sandbox.unified_line import BUY, ROW, SELL, UnifiedLine, private

SECOND = 10**9
RICH = {"USD": 50_000_000}
MARKET = SELL | {"order_type": "market", "limit_price": None}


@asynccontextmanager
async def trading(**settings: Any) -> AsyncIterator[tuple[World, UnifiedLine]]:
    async with world(**settings) as here:
        yield here, await private(here, here.account())


async def open_orders(here: World, name: str = "trader") -> dict[str, dict[str, Any]]:
    """Open orders by id, as a new line is shown them."""
    line = await private(here, here.account(name))
    await line.follow("executions")
    return {row["order_id"]: row for row in (await line.on("executions", "snapshot"))["data"]}


# --- placing ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_an_order_is_placed_under_a_uuid_and_ones_own_id() -> None:
    async with trading() as (here, line):
        result = await line.done("add_order", **BUY, cl_ord_id="mine")
        assert result == {"order_id": result["order_id"], "cl_ord_id": "mine"}
        assert len(result["order_id"]) == 36
        order = (await open_orders(here))[result["order_id"]]
        assert (order["order_qty"], order["limit_price"], order["cl_ord_id"]) == (Decimal("0.5"), 90000, "mine")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"post_only": True}, {"order_type": "limit", "post_only": True}),
        ({"order_type": "stop-loss-limit", "triggers": {"price": 99000}}, {"order_type": "stop-loss-limit"}),
        (
            {"order_type": "take-profit", "limit_price": None, "triggers": {"price": 80000, "reference": "index"}},
            {"order_type": "take-profit"},
        ),
        ({"order_type": "take-profit-limit", "triggers": {"price": 80000}}, {"order_type": "take-profit-limit"}),
        (
            {
                "order_type": "trailing-stop",
                "limit_price": None,
                "triggers": {"price": 2, "price_type": "pct", "reference": "index"},
            },
            {"order_type": "trailing-stop"},
        ),
        (
            {
                "order_type": "trailing-stop-limit",
                "limit_price": -10,
                "limit_price_type": "static",
                "triggers": {"price": 500, "price_type": "quote", "reference": "index"},
            },
            {"order_type": "trailing-stop-limit"},
        ),
    ],
)
def test_order_types_rest_under_their_names(change: dict[str, Any], shown: dict[str, Any]) -> None:
    async def story() -> None:
        async with trading() as (here, line):
            order_id = await line.place(**change)
            order = (await open_orders(here))[order_id]
            assert {name: order[name] for name in shown} == shown
            assert order.get("triggers", {}).get("reference") == (
                change["triggers"].get("reference", "last") if "triggers" in change else None
            )

    asyncio.run(story())


@over_loopback
async def test_what_only_takes_does_not_rest() -> None:
    async with trading() as (here, line):
        other = await private(here, here.account("other"))
        await other.place(**SELL)
        await line.place(order_qty=Decimal(1), time_in_force="ioc")
        assert await open_orders(here) == {}
        await other.place(**SELL)
        refused = await line.refused("add_order", **BUY | {"order_qty": Decimal(1), "time_in_force": "fok"})
        assert refused == "iocWouldNotExecute"
        await line.place(time_in_force="fok")
        assert (await open_orders(here), await open_orders(here, "other")) == ({}, {})


@over_loopback
async def test_a_validated_order_is_checked_and_not_placed() -> None:
    async with trading() as (here, line):
        assert await line.done("add_order", **BUY, validate=True) == {"order_id": ""}
        refused = await line.refused("add_order", **BUY | {"order_qty": 10_000}, validate=True)
        assert refused == "EOrder:Positions limit exceeded"
        assert await open_orders(here) == {}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"asset_class": None}, "Missing 'params.asset_class'"),
        ({"asset_class": "spot"}, "'params.asset_class' spot is not available yet"),
        ({"token": ""}, "Token(s) not found"),
        ({"token": "x"}, "EAPI:Invalid token"),
        ({"symbol": "BTC/USD"}, "Currency pair not supported BTC/USD"),
        ({"side": "both"}, "EOrder:Invalid order"),
        ({"order_type": "iceberg"}, "EGeneral:Invalid arguments:order_type"),
        ({"order_type": "settle-position"}, "EGeneral:Invalid arguments:order_type"),
        ({"order_qty": "0.5"}, "Order_qty field must be a number_float"),
        ({"order_qty": 0}, "EGeneral:Invalid arguments:order_qty"),
        ({"order_qty": -1}, "EGeneral:Invalid arguments:order_qty"),
        ({"order_qty": Decimal("0.00001")}, "EGeneral:Invalid arguments:order_qty"),
        ({"order_qty": Decimal("1E+400")}, "EGeneral:Invalid arguments:order_qty"),
        ({"order_qty": 400}, "EOrder:Insufficient margin"),
        ({"limit_price": None}, "EOrder:Invalid price"),
        ({"limit_price": Decimal("90000.5")}, "EOrder:Invalid price"),
        ({"limit_price": -5}, "EOrder:Invalid price"),
        ({"limit_price": True}, "Limit_price field must be a number_float"),
        ({"limit_price_type": "static"}, "EGeneral:Invalid arguments:limit_price_type"),
        ({"order_type": "market"}, "EGeneral:Invalid arguments:limit_price"),
        ({"order_type": "market", "limit_price": None}, "iocWouldNotExecute"),
        ({"order_type": "stop-loss-limit"}, "EOrder:Invalid price"),
        ({"triggers": {"price": 5}}, "EGeneral:Invalid arguments:triggers"),
        (
            {"order_type": "stop-loss-limit", "triggers": {"price": 5, "reference": "mark"}},
            "EGeneral:Invalid arguments:reference",
        ),
        (
            {"order_type": "stop-loss-limit", "triggers": {"price": 5, "price_type": "pct"}},
            "EGeneral:Invalid arguments:price_type",
        ),
        (
            {"order_type": "trailing-stop", "limit_price": None, "triggers": {"price": 5}},
            "EGeneral:Invalid arguments:price_type",
        ),
        (
            {"order_type": "trailing-stop", "limit_price": None, "triggers": {"price": 60, "price_type": "pct"}},
            "EOrder:Invalid price",
        ),
        (
            {"order_type": "trailing-stop", "triggers": {"price": 2, "price_type": "pct"}},
            "EGeneral:Invalid arguments:limit_price",
        ),
        ({"time_in_force": "gtd"}, "EGeneral:Invalid arguments:time_in_force"),
        ({"time_in_force": "ioc", "post_only": True}, "EGeneral:Invalid arguments:time_in_force"),
        ({"expire_time": "2030-01-01T00:00:00Z"}, "EGeneral:Invalid arguments:expire_time"),
        ({"display_qty": 1}, "EGeneral:Invalid arguments:display_qty"),
        ({"stp_type": "cancel_both"}, "EGeneral:Invalid arguments:stp_type"),
        ({"cl_ord_id": "x" * 37}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"reduce_only": True}, "EOrder:Reduce only:No position exists"),
        ({"deadline": "soon"}, "EGeneral:Invalid arguments:deadline"),
        ({"deadline": "2020-01-01T00:00:00.000Z"}, "EService:Deadline elapsed"),
        ({"margin": True}, "Unsupported field: 'margin' for the given msg type: add_order"),
    ],
)
def test_an_order_is_refused_and_nothing_happens(change: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with trading() as (here, line):
            members = {name: value for name, value in (BUY | change).items() if value is not None or name not in BUY}
            assert await line.refused("add_order", **members) == error
            assert await open_orders(here) == {}

    asyncio.run(story())


@over_loopback
async def test_orders_that_would_cross_or_meet_ones_own_are_refused() -> None:
    async with trading() as (here, line):
        other = await private(here, here.account("other"))
        await other.place(**SELL)
        assert await line.refused("add_order", **BUY, post_only=True) == "EOrder:Post only order"
        assert await other.refused("add_order", **BUY) == "selfFill"
        await line.place(cl_ord_id="mine", limit_price=80000)
        again = await line.refused("add_order", **BUY | {"limit_price": 80000}, cl_ord_id="mine")
        assert again == "EGeneral:Invalid arguments:cl_ord_id not unique"


@over_loopback
async def test_a_deadline_lies_at_most_a_minute_ahead() -> None:
    clock = Moment()
    async with trading(clock=clock) as (_, line):
        await line.place(deadline=stamp(clock() + 60 * SECOND, 3))
        late = await line.refused("add_order", **BUY, deadline=stamp(clock() + 61 * SECOND, 3))
        assert late == "EGeneral:Invalid arguments:deadline"


@over_loopback
async def test_the_modes_of_the_exchange_let_through_what_they_should() -> None:
    async with trading() as (here, line):
        order_id = await line.place()
        here.box.set_status("post_only")
        assert await line.refused("add_order", **BUY) == "EService:Market in post_only mode"
        await line.place(post_only=True)
        here.box.set_status("cancel_only")
        assert await line.refused("add_order", **BUY) == "EService:Market in cancel_only mode"
        await line.done("cancel_order", order_id=[order_id])
        here.box.set_status("maintenance")
        for method, params in (("add_order", BUY), ("cancel_all", {})):
            assert await line.refused(method, **params) == "EService:Unavailable"


# --- many at once -----------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_batch_places_what_can_be_placed() -> None:
    async with trading() as (here, line):
        rows = [ROW, ROW | {"order_qty": 400}, ROW | {"cl_ord_id": "mine", "limit_price": 80000}]
        first, second, third = await line.done("batch_add", symbol="PF_XBTUSD", orders=rows)
        assert (second, third["cl_ord_id"]) == ({"error": "EOrder:Insufficient margin"}, "mine")
        assert set(await open_orders(here)) == {first["order_id"], third["order_id"]}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([ROW], "EGeneral:Invalid arguments"),
        ([ROW] * 16, "EGeneral:Invalid arguments"),
        ([ROW, ROW | {"order_qty": -1}], "EGeneral:Invalid arguments:order_qty"),
        ([ROW, ROW | {"time_in_force": "gtd"}], "EGeneral:Invalid arguments:time_in_force"),
        ([ROW, ROW | {"symbol": "PF_ETHUSD"}], "Unsupported field: 'symbol' for the given msg type: batch_add"),
        ([ROW, 5], "Orders field must be an object"),
        ("all", "Orders field must be an array"),
    ],
)
def test_a_batch_with_a_word_out_of_place_places_nothing(rows: Any, error: str) -> None:
    async def story() -> None:
        async with trading() as (here, line):
            assert (await line.refused("batch_add", symbol="PF_XBTUSD", orders=rows)).startswith(error)
            assert await open_orders(here) == {}

    asyncio.run(story())


@over_loopback
async def test_a_batch_cancels_by_both_kinds_of_ids_and_counts() -> None:
    async with trading() as (here, line):
        ids = [await line.place(limit_price=price) for price in (80000, 80001)]
        await line.place(limit_price=80002, cl_ord_id="mine")
        done = await line.done("batch_cancel", orders=[ids[0], "no such order"], cl_ord_id=["mine"])
        assert (done["count"], set(await open_orders(here))) == (2, {ids[1]})
        assert (await line.refused("batch_cancel", orders=[ids[1]])).startswith("EGeneral:Invalid arguments")
        assert await line.done("cancel_all") == {"count": 1}
        assert await line.done("cancel_all") == {"count": 0}


# --- changing and taking back -----------------------------------------------------------------------------------------


@over_loopback
async def test_an_amend_keeps_the_ids_and_has_none_of_its_own() -> None:
    async with trading() as (here, line):
        order_id = await line.place(cl_ord_id="mine")
        done = await line.done("amend_order", order_id=order_id, order_qty=Decimal("0.7"), limit_price=89000)
        assert done == {"amend_id": "", "order_id": order_id}
        assert await line.done("amend_order", cl_ord_id="mine", limit_price=88000) == {
            "amend_id": "",
            "cl_ord_id": "mine",
        }
        order = (await open_orders(here))[order_id]
        assert (order["order_qty"], order["limit_price"]) == (Decimal("0.7"), 88000)


@over_loopback
async def test_a_stop_is_amended_by_its_trigger_price() -> None:
    async with trading() as (here, line):
        order_id = await line.place(order_type="stop-loss-limit", triggers={"price": 99000})
        await line.done("amend_order", order_id=order_id, trigger_price=98000)
        assert (await open_orders(here))[order_id]["triggers"]["price"] == 98000
        limit = await line.place(limit_price=80000)
        refused = await line.refused("amend_order", order_id=limit, trigger_price=98000)
        assert refused == "EGeneral:Invalid arguments:trigger_price"


@over_loopback
async def test_a_quantity_at_or_below_what_is_filled_cancels_the_rest() -> None:
    async with trading() as (here, line):
        order_id = await line.place()
        other = await private(here, here.account("other"))
        await other.place(**SELL | {"order_qty": Decimal("0.2")})
        await line.done("amend_order", order_id=order_id, order_qty=Decimal("0.2"))
        assert await open_orders(here) == {}


@over_loopback
async def test_amends_are_refused_for_what_is_gone_would_cross_or_is_nonsense() -> None:
    async with trading() as (here, line):
        order_id = await line.place()
        other = await private(here, here.account("other"))
        await other.place(**SELL | {"limit_price": 91000})
        for change, error in (
            ({"order_id": "gone", "limit_price": 5}, "EOrder:Unknown order"),
            ({"order_id": order_id, "limit_price": 91000, "post_only": True}, "EOrder:Post only order"),
            ({"order_id": order_id, "limit_price": Decimal("90000.5")}, "EOrder:Invalid price"),
            ({"order_id": order_id, "order_qty": -1}, "EGeneral:Invalid arguments:order_qty"),
            ({"order_id": order_id, "order_qty": 0}, "EGeneral:Invalid arguments:order_qty"),
            ({"order_id": order_id, "display_qty": 1}, "EGeneral:Invalid arguments:display_qty"),
            ({"order_id": order_id, "cl_ord_id": "both"}, "EGeneral:Invalid arguments"),
            ({"limit_price": 5}, "EGeneral:Invalid arguments"),
        ):
            assert await line.refused("amend_order", **change) == error
        assert await other.refused("amend_order", order_id=order_id, limit_price=5) == "EOrder:Unknown order"
        assert (await open_orders(here))[order_id]["limit_price"] == 90000


@over_loopback
async def test_cancels_are_answered_order_by_order() -> None:
    async with trading() as (here, line):
        order_id = await line.place(cl_ord_id="mine")
        req_id = await line.line.send("cancel_order", order_id=[order_id, order_id], asset_class="derivatives")
        first, second = [await line.line.until(lambda m: m.get("req_id") == req_id) for _ in range(2)]
        assert first["result"] == {"order_id": order_id}
        assert (second["success"], second["error"]) == (False, "EOrder:Unknown order")
        await line.place(cl_ord_id="other", limit_price=80000)
        assert await line.done("cancel_order", cl_ord_id=["other"]) == {"cl_ord_id": "other"}
        for ids in ({"order_userref": [5]}, {"order_id": ["a"], "cl_ord_id": ["b"]}, {}):
            assert (await line.refused("cancel_order", **ids)).startswith("EGeneral:Invalid arguments")
        assert await open_orders(here) == {}


@over_loopback
async def test_the_switch_cancels_contracts_and_leaves_spot_alone() -> None:
    clock = Moment()
    async with world(clock=clock, pace=0.01) as here:
        account = here.account()
        line = await private(here, account)
        spot = await account.result(
            "AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price="30000", volume="0.01"
        )
        await line.follow("executions", snap_orders=False)
        order_id = await line.place()
        armed = await line.done("cancel_all_orders_after", asset_class=None, timeout=60)
        assert armed == {"currentTime": stamp(clock(), 0), "triggerTime": stamp(clock() + 60 * SECOND, 0)}
        clock.pass_by(61)
        _, gone = await line.reports(2)
        assert (gone["order_id"], gone["exec_type"], gone["reason"]) == (order_id, "canceled", "Dead man switch")
        assert list((await account.result("OpenOrders"))["open"]) == spot["txid"]
        assert (await line.done("cancel_all_orders_after", timeout=0))["triggerTime"] == "0"
        assert (await line.refused("cancel_all_orders_after", timeout=-1)).startswith("EGeneral:Invalid arguments")


# --- preferences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"leverage_mode": {"symbol": "PF_XBTUSD"}}, "EGeneral:Invalid arguments:max_leverage"),
        ({"leverage_mode": {"symbol": "XBT", "max_leverage": None}}, "Unknown 'params.leverage_mode.symbol'"),
        (
            {"leverage_mode": {"symbol": "PF_XBTUSD", "max_leverage": "5"}},
            "Max_leverage field must be a number_float",
        ),
        ({"leverage_mode": {"max_leverage": 5}}, "EGeneral:Invalid arguments:symbol"),
        ({"leverage_mode": 5}, "Leverage_mode field must be an object"),
        ({}, "EGeneral:Invalid arguments:leverage_mode"),
        (
            {"symbol": "PF_XBTUSD", "max_leverage": 5},
            "Unsupported field: 'symbol' for the given msg type: set_preference",
        ),
    ],
)
def test_a_preference_is_refused(params: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with trading() as (_, line):
            assert await line.refused("set_preference", **params) == error

    asyncio.run(story())


def mode(leverage: object, symbol: str = "PF_XBTUSD") -> dict[str, Any]:
    return {"leverage_mode": {"symbol": symbol, "max_leverage": leverage}}


@over_loopback
async def test_a_number_fixes_the_leverage_and_null_shares_the_margin_again() -> None:
    async with trading() as (_, line):
        refused = await line.refused("add_order", **BUY | {"order_qty": 60})
        assert refused == "EOrder:Insufficient margin"
        await line.place(order_qty=10)  # 900 000 dollars, a fiftieth of which has to be there
        assert await line.refused("set_preference", **mode(5)) == "Insufficient margin for the requested leverage"
        await line.done("set_preference", **mode(Decimal("12.5")))
        for _ in range(2):
            await line.done("set_preference", **mode(None))


@pytest.mark.parametrize(
    ("params", "error"),
    [
        (mode(51), "Leverage is outside the permitted range for this market"),
        (mode(Decimal("0.5")), "Leverage is outside the permitted range for this market"),
        (mode(-1), "Leverage is outside the permitted range for this market"),
        (mode(5, "PI_XBTUSD"), "Leverage change rejected"),
    ],
)
def test_a_leverage_is_refused_in_krakens_words(params: dict[str, Any], error: str) -> None:
    test_a_preference_is_refused(params, error)


@over_loopback
async def test_a_leverage_that_a_large_position_may_not_have_exceeds_the_schedule() -> None:
    async with world() as here:
        whale, other = [
            await private(here, here.account(name))
            for name in ("whale", "other")
            if here.box.futures_key(name, balances=RICH)
        ]
        await other.place(**SELL | {"order_qty": 400})
        await whale.place(order_qty=400)  # 36 million dollars
        assert await whale.refused("set_preference", **mode(50)) == "Leverage exceeds the market's margin schedule"
        await whale.done("set_preference", **mode(10))


# --- frames that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["{", "[]", '{"method":"edit_order"}', '{"method":"add_order","params":[]}', "null"])
def test_nonsense_is_answered_and_the_line_goes_on(text: str) -> None:
    async def story() -> None:
        async with trading() as (_, line):
            await line.line.socket.send_str(text)
            assert (await line.line.next())["success"] is False
            await line.place()

    asyncio.run(story())


@over_loopback
async def test_a_command_can_be_carried_out_and_its_line_cut() -> None:
    async with trading() as (here, line):
        here.box.faults.drop_after_command("add_order")
        await line.line.send("add_order", asset_class="derivatives", **BUY)
        assert await line.line.ended()
        assert len(await open_orders(here)) == 1
