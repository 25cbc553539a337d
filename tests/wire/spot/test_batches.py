"""Batches of orders, edits, and the dead man's switch."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.codec import refusal_in
from krakenkit.wire.request import Params, form_text, json_value, wire_params
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.batches import BatchOrder, CancelBatchOrders, SubmitBatchOrders
from krakenkit.wire.spot.deadman import CancelAllOrdersAfter
from krakenkit.wire.spot.edits import EditOrder
from krakenkit.wire.spot.trading import ConditionalClose


def form(request: Params) -> str:
    return form_text(wire_params(request))


def body(request: Params) -> object:
    return json_value(wire_params(request))


def order(**more: str) -> BatchOrder:
    return BatchOrder(type="buy", ordertype="limit", volume="1", price="9.50", cl_ord_id=more.get("cl_ord_id"))


def test_a_batch_travels_as_json_with_amounts_as_text() -> None:
    first = BatchOrder(
        type="sell",
        ordertype="limit",
        volume=Decimal("0.10"),
        price="41.50",
        reduce_only=True,
        oflags=["post", "fciq"],
        close=ConditionalClose(ordertype="stop-loss", price="39.0"),
        cl_ord_id="desk-1",
    )
    request = SubmitBatchOrders(
        pair="LTCUSD", orders=[first, order()], deadline=datetime(2026, 12, 1, 12, tzinfo=UTC), validate=True
    )

    assert body(request) == {
        "pair": "LTCUSD",
        "orders": [
            {
                "type": "sell",
                "ordertype": "limit",
                "volume": "0.10",
                "price": "41.50",
                "reduce_only": True,
                "oflags": "post,fciq",
                "close": {"ordertype": "stop-loss", "price": "39.0"},
                "cl_ord_id": "desk-1",
            },
            {"type": "buy", "ordertype": "limit", "volume": "1", "price": "9.50"},
        ],
        "deadline": "2026-12-01T12:00:00.000Z",
        "validate": True,
    }
    assert (request.route.encoding, request.route.resend) == ("json", Resend.NEVER)


def test_a_successful_batch_can_hold_refused_orders() -> None:
    batch = SubmitBatchOrders.reader()(
        b'{"orders":[{"txid":"OAAAAA-BBBBB-CCCCCC","descr":{"order":"buy 1 LTCUSD @ limit 9.50","close":"close it"}},'
        b'{"descr":{"order":"buy 9 LTCUSD @ limit 9.50"},"error":"EOrder:Insufficient funds"},'
        b'{"txid":"ODDDDD-EEEEE-FFFFFF","descr":{"order":"sell 1 LTCUSD @ limit 60"},"close":"close it too"}]}'
    )

    assert [order.txid for order in batch.placed] == ["OAAAAA-BBBBB-CCCCCC", "ODDDDD-EEEEE-FFFFFF"]
    assert [order.error for order in batch.refused] == ["EOrder:Insufficient funds"]
    assert batch.orders[0].descr is not None
    assert batch.orders[0].descr.close == "close it"
    assert batch.orders[2].close == "close it too"


def test_a_batch_names_its_own_ids_and_the_first_of_them() -> None:
    both = SubmitBatchOrders(pair="LTCUSD", orders=[order(), order(cl_ord_id="desk-1"), order(cl_ord_id="desk-2")])
    none = SubmitBatchOrders(pair="LTCUSD", orders=[order(), order()])

    assert (both.client_order_ids, both.client_order_id) == (["desk-1", "desk-2"], "desk-1")
    assert (none.client_order_ids, none.client_order_id) == ([], None)


def test_a_validated_batch_placed_nothing() -> None:
    batch = SubmitBatchOrders.reader()(b'{"orders":[{"descr":{"order":"a"}},{"descr":{"order":"b"}}]}')

    assert batch.placed == batch.refused == []


@pytest.mark.parametrize("count", [0, 1, 16])
def test_a_batch_holds_2_to_15_orders(count: int) -> None:
    with pytest.raises(SettingsError, match=f"2 to 15 orders, not {count}"):
        SubmitBatchOrders(pair="LTCUSD", orders=[order()] * count)


def test_an_order_of_a_batch_has_one_kind_of_own_id_and_no_floats() -> None:
    with pytest.raises(SettingsError, match="cl_ord_id and userref"):
        BatchOrder(type="buy", ordertype="market", volume="1", cl_ord_id="a", userref=1)
    with pytest.raises(SettingsError, match=r"BatchOrder\.volume is the float"):
        BatchOrder(type="buy", ordertype="market", volume=0.1)  # type: ignore[arg-type]


def test_a_batch_of_cancels_names_ids_and_own_ids() -> None:
    request = CancelBatchOrders(["OAAAAA-BBBBB-CCCCCC", 77], cl_ord_ids=["desk-1"])

    assert body(request) == {"orders": ["OAAAAA-BBBBB-CCCCCC", 77], "cl_ord_ids": ["desk-1"]}
    assert (request.route.encoding, request.route.resend) == ("json", Resend.CANCEL)
    assert CancelBatchOrders.reader()(b'{"count":3}').count == 3


def test_a_batch_of_cancels_needs_1_to_50_ids_in_lists() -> None:
    with pytest.raises(SettingsError, match="needs orders or cl_ord_ids"):
        CancelBatchOrders()
    with pytest.raises(SettingsError, match="empty orders or cl_ord_ids"):
        CancelBatchOrders([])
    with pytest.raises(SettingsError, match="orders is a text; give a list"):
        CancelBatchOrders("OAAAAA-BBBBB-CCCCCC")
    with pytest.raises(SettingsError, match="at most 50 in orders and cl_ord_ids, not 51"):
        CancelBatchOrders(["O"] * 30, cl_ord_ids=["c"] * 21)


def test_an_edit_can_be_refused_inside_a_success() -> None:
    done = EditOrder.reader()(
        b'{"status":"ok","txid":"ONEW","originaltxid":"OOLD","descr":{"order":"buy 2 LTCUSD @ limit 9.6"},"volume":"2.00",'
        b'"price":"9.60","price2":"0","orders_cancelled":1,"newuserref":"12","olduserref":11}'
    )
    refused = EditOrder.reader()(b'{"status":"err","error_message":"EOrder:Unknown order","orders_cancelled":0}')

    assert (done.accepted, done.txid, done.volume, done.newuserref) == (True, "ONEW", Decimal("2.00"), 12)
    assert (refused.accepted, refused.txid, refused.error_message) == (False, None, "EOrder:Unknown order")
    assert (refusal_in(done), refusal_in(refused)) == (None, "EOrder:Unknown order")


def test_a_refused_edit_says_when_the_old_order_is_gone() -> None:
    refused = EditOrder.reader()(b'{"status":"err","error_message":"EOrder:Insufficient funds","orders_cancelled":1}')

    assert refusal_in(refused) == "EOrder:Insufficient funds (the old order was cancelled)"


def test_answers_without_the_hook_refuse_nothing() -> None:
    assert refusal_in(CancelBatchOrders.reader()(b'{"count":0}')) is None


def test_an_edit_is_sent_once_and_names_its_order() -> None:
    request = EditOrder(txid="OOLD", pair="LTCUSD", price="+1.5%", oflags=["post"], cancel_response=False)

    assert form(request) == "txid=OOLD&pair=LTCUSD&price=%2B1.5%25&oflags=post&cancel_response=false"
    assert (request.route.resend, request.route.engine, request.route.cost) == (Resend.NEVER, True, 0)
    with pytest.raises(SettingsError, match="empty txid"):
        EditOrder(txid="", pair="LTCUSD")


@pytest.mark.parametrize(
    ("trigger", "armed"),
    [
        (b',"triggerTime":"2026-12-01T10:01:00Z"', True),
        (b',"triggerTime":"2026-12-01T10:00:00Z"', False),
        (b',"triggerTime":"0"', False),
        (b"", False),
    ],
)
def test_the_dead_mans_switch_says_whether_it_is_armed(trigger: bytes, armed: bool) -> None:
    timer = CancelAllOrdersAfter.reader()(b'{"currentTime":"2026-12-01T10:00:00Z"' + trigger + b"}")

    assert timer.armed is armed


def test_the_dead_mans_switch_takes_less_than_a_day() -> None:
    assert form(CancelAllOrdersAfter(0)) == "timeout=0"
    for timeout in (-1, 86_400):
        with pytest.raises(SettingsError, match="give 0 to 86399"):
            CancelAllOrdersAfter(timeout)
