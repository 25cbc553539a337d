"""Futures orders in and out: forms, refusals that come as data, and what is refused before sending."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures import words
from krakenkit.wire.futures.trading import (
    CancelAllOrders,
    CancelAllOrdersAfter,
    CancelOrder,
    EditOrder,
    SubmitOrder,
)
from krakenkit.wire.route import Resend
from wire.futures.reading import filled, form, read

ORDER = (
    '{"orderId": "o-1", "cliOrdId": "mine-1", "type": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "quantity": 0.30,'
    ' "filled": 0, "limitPrice": 90000.5, "reduceOnly": false, "timestamp": "2026-11-20T09:00:00.1Z",'
    ' "lastUpdateTimestamp": "2026-11-20T09:00:00.1Z"}'
)


def limit_order(**more: str) -> SubmitOrder:
    return SubmitOrder(order_type="lmt", symbol="PF_XBTUSD", side="buy", size="1", limit_price="2", **more)  # type: ignore[arg-type]


def test_an_order_travels_as_a_form_in_the_manuals_names() -> None:
    order = SubmitOrder(
        order_type="lmt", symbol="PF_XBTUSD", side="buy", size="0.01", limit_price=20000, cli_ord_id="my id/1"
    )

    # The form of the signature's third vector: its hash depends on every character.
    assert form(order) == "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=20000&cliOrdId=my+id%2F1"
    assert order.client_order_id == "my id/1"


def test_a_trailing_stop_sends_its_deviation_and_a_deadline() -> None:
    order = SubmitOrder(
        order_type="trailing_stop",
        symbol="PF_XBTUSD",
        side="sell",
        size=Decimal("0.10"),
        trigger_signal="mark",
        reduce_only=True,
        trailing_stop_max_deviation="0.1",
        trailing_stop_deviation_unit="PERCENT",
        limit_price_offset_value="-1.50",
        limit_price_offset_unit="QUOTE_CURRENCY",
        process_before=datetime(2026, 12, 1, 12, tzinfo=UTC),
    )

    assert form(order) == (
        "orderType=trailing_stop&symbol=PF_XBTUSD&side=sell&size=0.10&triggerSignal=mark&reduceOnly=true"
        "&trailingStopMaxDeviation=0.1&trailingStopDeviationUnit=PERCENT&limitPriceOffsetValue=-1.50"
        "&limitPriceOffsetUnit=QUOTE_CURRENCY&processBefore=2026-12-01T12%3A00%3A00.000Z"
    )


def test_a_placed_order_tells_its_ids_and_what_was_executed_at_once() -> None:
    answer = read(
        SubmitOrder,
        '{"result": "success", "serverTime": "2026-11-20T09:00:00.2Z", "sendStatus": {"status": "placed",'
        ' "order_id": "o-1", "receivedTime": "2026-11-20T09:00:00.1Z", "cliOrdId": "mine-1", "orderEvents": ['
        '{"type": "EXECUTION", "executionId": "e-1", "price": 90000.25, "amount": 0.10, "orderPriorEdit": null,'
        f' "orderPriorExecution": {ORDER}, "takerReducedQuantity": null}},'
        '{"type": "EXECUTION", "executionId": "e-2", "price": "90000.5", "amount": "0.05",'
        f' "orderPriorExecution": {ORDER}}}]}}}}',
    )

    status = answer.send_status
    assert (status.placed, status.accepted, status.refused) == (True, True, False)
    assert (status.order_id, status.cli_ord_id) == ("o-1", "mine-1")
    assert status.executed == Decimal("0.15")
    assert status.order_events is not None
    assert status.order_events[1].price == Decimal("90000.5")


def test_a_refusal_inside_a_success_is_data_that_says_so() -> None:
    answer = read(
        SubmitOrder,
        '{"result": "success", "sendStatus": {"status": "insufficientAvailableFunds",'
        ' "receivedTime": "2026-11-20T09:00:00.1Z"}}',
    )

    assert (answer.send_status.placed, answer.send_status.refused) == (False, True)
    assert (answer.send_status.order_id, answer.send_status.executed) == (None, Decimal(0))


def test_a_status_that_is_new_is_neither_placed_nor_refused() -> None:
    answer = read(SubmitOrder, '{"result": "success", "sendStatus": {"status": "pendingReview"}}')

    assert (answer.send_status.placed, answer.send_status.refused) == (False, False)


def test_the_status_words_do_not_overlap() -> None:
    assert words.PLACED < words.ACCEPTED
    assert not words.ACCEPTED & words.REFUSED


def test_a_rejected_trigger_order_keeps_its_reason() -> None:
    answer = read(
        SubmitOrder,
        '{"result": "success", "sendStatus": {"status": "invalidPrice", "orderEvents": [{"type": "REJECT", "uid": "t-1",'
        ' "reason": "LIMIT_PRICE_OFFSET_TOO_HIGH", "orderTrigger": {"uid": "t-1", "clientId": null, "type": "lmt",'
        ' "symbol": "PF_XBTUSD", "side": "sell", "quantity": 1.0, "limitPrice": null, "triggerPrice": 80000,'
        ' "triggerSide": "trigger_below", "triggerSignal": "unknown", "reduceOnly": true,'
        ' "timestamp": "2026-11-20T09:00:00Z", "lastUpdateTimestamp": "2026-11-20T09:00:00Z", "startTime": null}}]}}',
    )

    assert answer.send_status.order_events is not None
    (event,) = answer.send_status.order_events
    assert event.reason == "LIMIT_PRICE_OFFSET_TOO_HIGH"
    assert event.order_trigger is not None
    assert event.order_trigger.trigger_price == Decimal(80000)


def test_an_edit_names_the_order_as_order_id_in_camel_case() -> None:
    assert form(EditOrder(order_id="o-1", size="2.50", qty_mode="ABSOLUTE")) == "orderId=o-1&size=2.50&qtyMode=ABSOLUTE"
    answer = read(
        EditOrder,
        '{"result": "success", "editStatus": {"status": "edited", "orderId": "o-1", "cliOrdId": "mine-1",'
        ' "receivedTime": "2026-11-20T09:00:00.1Z", "orderEvents": [{"type": "EDIT", "reducedQuantity": 0.5,'
        f' "old": {ORDER}, "new": {ORDER}}}]}}}}',
    )

    assert answer.edit_status.accepted
    assert answer.edit_status.order_events[0].reduced_quantity == Decimal("0.5")
    assert answer.edit_status.order_events[0].old == answer.edit_status.order_events[0].new


def test_a_cancel_names_the_order_in_snake_case_and_tells_when_it_came_too_late() -> None:
    assert form(CancelOrder("o-1")) == "order_id=o-1"
    assert form(CancelOrder(cli_ord_id="mine-1")) == "cliOrdId=mine-1"
    done = read(
        CancelOrder,
        '{"result": "success", "cancelStatus": {"status": "cancelled", "order_id": "o-1", "cliOrdId": null,'
        ' "receivedTime": "2026-11-20T09:00:00.1Z", "orderEvents": [{"type": "CANCEL", "uid": "o-1",'
        f' "order": {ORDER}}}]}}}}',
    )
    late = read(CancelOrder, '{"result": "success", "cancelStatus": {"status": "filled"}}')
    unknown = read(CancelOrder, '{"result": "success", "cancelStatus": {"status": "notFound"}}')
    new = read(CancelOrder, '{"result": "success", "cancelStatus": {"status": "queued"}}')

    assert [(each.cancel_status.accepted, each.cancel_status.refused) for each in (done, late, unknown, new)] == [
        (True, False),
        (False, True),
        (False, True),
        (False, False),
    ]


def test_cancelling_everything_lists_what_was_cancelled() -> None:
    answer = read(
        CancelAllOrders,
        '{"result": "success", "cancelStatus": {"status": "cancelled", "cancelOnly": "all",'
        ' "receivedTime": "2026-11-20T09:00:00.1Z", "cancelledOrders": [{"order_id": "o-1", "cliOrdId": "mine-1"},'
        ' {"order_id": "o-2"}], "orderEvents": []}}',
    )
    none = read(CancelAllOrders, '{"result": "success", "cancelStatus": {"status": "noOrdersToCancel"}}')

    assert [(order.order_id, order.cli_ord_id) for order in answer.cancel_status.cancelled_orders] == [
        ("o-1", "mine-1"),
        ("o-2", None),
    ]
    assert none.cancel_status.cancelled_orders == []
    with pytest.raises(SettingsError, match="empty symbol"):
        CancelAllOrders("")


@pytest.mark.parametrize(
    ("trigger", "armed"), [('"2026-11-20T09:01:00Z"', True), ('"0"', False), ("0", False), ("null", False)]
)
def test_the_dead_mans_switch_tells_whether_it_is_armed(trigger: str, armed: bool) -> None:
    answer = read(
        CancelAllOrdersAfter,
        filled('{"result": "success", "status": {"currentTime": "2026-11-20T09:00:00Z", "triggerTime": <>}}', trigger),
    )

    assert answer.status.armed is armed


def test_the_timer_is_a_whole_number_of_seconds_from_zero() -> None:
    assert form(CancelAllOrdersAfter(0)) == "timeout=0"
    for seconds in (-1, 2**32):
        with pytest.raises(SettingsError, match="timeout"):
            CancelAllOrdersAfter(seconds)


@pytest.mark.parametrize(
    ("order_type", "given", "words_of_refusal"),
    [
        ("lmt", {}, "needs limit_price"),
        ("post", {"stop_price": 1}, "needs limit_price"),
        ("stp", {"limit_price": 1}, "needs stop_price"),
        ("take_profit", {}, "needs stop_price"),
        ("trailing_stop", {}, "trailing_stop_max_deviation and trailing_stop_deviation_unit"),
        (
            "trailing_stop",
            {"trailing_stop_max_deviation": 1, "trailing_stop_deviation_unit": "PERCENT", "stop_price": 1},
            "no stop_price",
        ),
        (
            "trailing_stop",
            {"trailing_stop_max_deviation": "50.01", "trailing_stop_deviation_unit": "PERCENT"},
            "0.1 to 50",
        ),
        ("mkt", {"limit_price_offset_value": 1}, "go together"),
        (
            "stp",
            {"stop_price": 1, "limit_price": 1, "limit_price_offset_value": 1, "limit_price_offset_unit": "PERCENT"},
            "not both",
        ),
        ("mkt", {"cli_ord_id": "x" * 101}, "101 characters"),
        ("mkt", {"cli_ord_id": ""}, "0 characters"),
    ],
)
def test_an_order_that_cannot_be_valid_is_not_sent(
    order_type: str, given: dict[str, str | int], words_of_refusal: str
) -> None:
    with pytest.raises(SettingsError, match=words_of_refusal):
        SubmitOrder(order_type=order_type, symbol="PF_XBTUSD", side="buy", size=1, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", ["0", "-1", "many", Decimal("NaN")])
def test_a_size_is_a_number_above_zero(size: str | Decimal) -> None:
    with pytest.raises(SettingsError, match="size"):
        SubmitOrder(order_type="mkt", symbol="PF_XBTUSD", side="buy", size=size)


def test_an_edit_or_cancel_names_an_order() -> None:
    with pytest.raises(SettingsError, match="order_id or cli_ord_id"):
        EditOrder(size=1)
    with pytest.raises(SettingsError, match="order_id or cli_ord_id"):
        CancelOrder()


def test_orders_and_edits_are_never_sent_twice_and_cancels_may_be() -> None:
    assert {SubmitOrder.route.resend, EditOrder.route.resend} == {Resend.NEVER}
    assert {each.route.resend for each in (CancelOrder, CancelAllOrders, CancelAllOrdersAfter)} == {Resend.CANCEL}
    assert limit_order(cli_ord_id="x").client_order_id == "x"
