"""Open orders, order states and fills."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.budget import DERIVATIVES, HISTORY, budget_of, cost_of
from krakenkit.wire.futures.history import GetExecutionEvents
from krakenkit.wire.futures.market import GetTickers
from krakenkit.wire.futures.orders import GetFills, GetOpenOrders, GetOrderStatus
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.market import GetServerTime
from wire.futures.reading import form, read


def test_open_orders_are_read_with_numbers_as_numbers_or_as_text() -> None:
    answer = read(
        GetOpenOrders,
        '{"result": "success", "openOrders": ['
        '{"order_id": "o-1", "symbol": "PF_XBTUSD", "side": "buy", "orderType": "lmt", "limitPrice": "90000.50",'
        ' "unfilledSize": "0.10", "filledSize": 0, "status": "untouched", "reduceOnly": false,'
        ' "receivedTime": "2026-11-20T09:00:00.123456Z", "lastUpdateTime": "2026-11-20T09:00:00.123456Z"},'
        '{"order_id": "o-2", "cliOrdId": "mine-2", "symbol": "PI_XBTUSD", "side": "sell", "orderType": "stop",'
        ' "stopPrice": 80000, "triggerSignal": "spot", "unfilledSize": 5, "filledSize": 2.0,'
        ' "status": "partiallyFilled", "reduceOnly": true}]}',
    )

    limit, stop = answer.open_orders
    assert (limit.limit_price, limit.unfilled_size) == (Decimal("90000.50"), Decimal("0.10"))
    assert (stop.stop_price, stop.trigger_signal, stop.filled_size) == (Decimal(80000), "spot", Decimal("2.0"))
    assert (stop.reduce_only, stop.cli_ord_id, stop.received_time) == (True, "mine-2", None)


def test_order_states_tell_status_reason_and_trigger() -> None:
    answer = read(
        GetOrderStatus,
        '{"result": "success", "orders": [{"status": "TRIGGER_PLACED", "updateReason": "NEW_USER_ORDER", "error": null,'
        ' "order": {"type": "TRIGGER_ORDER", "orderId": "t-1", "cliOrdId": null, "symbol": "PF_XBTUSD", "side": "sell",'
        ' "quantity": 0.5, "filled": null, "limitPrice": null, "reduceOnly": true, "algoId": null,'
        ' "timestamp": "2026-11-20T09:00:00Z", "lastUpdateTimestamp": "2026-11-20T09:00:00Z", "triggerTime": null,'
        ' "priceTriggerOptions": {"triggerPrice": 80000.5, "triggerSide": "TRIGGER_BELOW",'
        ' "triggerSignal": "MARK_PRICE"}}}]}',
    )

    (state,) = answer.orders
    assert (state.status, state.update_reason, state.order.quantity) == (
        "TRIGGER_PLACED",
        "NEW_USER_ORDER",
        Decimal("0.5"),
    )
    assert state.order.price_trigger_options is not None
    assert state.order.price_trigger_options.trigger_price == Decimal("80000.5")


def test_orders_nobody_knows_are_an_empty_list() -> None:
    assert read(GetOrderStatus, '{"result": "success", "serverTime": "2026-11-20T09:00:00Z"}').orders == []
    with pytest.raises(SettingsError, match="empty order_ids"):
        GetOrderStatus(order_ids=[])


def test_asking_for_order_states_is_a_post_that_may_be_repeated() -> None:
    route = GetOrderStatus.route

    assert (route.method, route.encoding, route.resend, route.cost) == ("POST", "form", Resend.READ, 1)
    assert (
        form(GetOrderStatus(order_ids=["o-1", "o-2"], cli_ord_ids=["c-1"])) == "orderIds=o-1&orderIds=o-2&cliOrdIds=c-1"
    )


def test_fills_keep_ids_size_and_price() -> None:
    answer = read(
        GetFills,
        '{"result": "success", "fills": [{"fill_id": "f-1", "symbol": "PI_XBTUSD", "side": "buy", "order_id": "o-1",'
        ' "cliOrdId": "mine-1", "size": 5000.0, "price": 90000.25, "fillTime": "2026-11-20T09:00:00.739Z",'
        ' "fillType": "partialLiquidation", "realized_pnl": null, "sequence_id": "18446744073709551615"},'
        '{"fill_id": "f-0", "symbol": "PI_XBTUSD", "side": "sell", "order_id": "o-0", "size": 1, "price": 9,'
        ' "fillTime": "2026-11-20T08:00:00Z", "fillType": "maker", "realized_pnl": -0.00000010,'
        ' "fee_paid": 0.0000008957, "fee_currency": "BTC"}]}',
    )

    newest, older = answer.fills
    assert (newest.size, newest.price, newest.sequence_id) == (Decimal("5000.0"), Decimal("90000.25"), 2**64 - 1)
    assert (newest.realized_pnl, newest.cli_ord_id) == (None, "mine-1")
    assert (older.realized_pnl, older.fee_paid) == (Decimal("-0.00000010"), Decimal("8.957E-7"))


def test_older_fills_cost_more() -> None:
    assert form(GetFills("2026-11-20T08:00:00Z")) == "lastFillTime=2026-11-20T08%3A00%3A00Z"
    assert (cost_of(GetFills()), cost_of(GetFills("2026-11-20T08:00:00Z"))) == (2, 25)


def test_each_call_draws_on_its_own_budget() -> None:
    assert budget_of(GetFills.route) is DERIVATIVES
    assert budget_of(GetExecutionEvents.route) is HISTORY
    assert budget_of(GetTickers.route) is None
    assert budget_of(GetServerTime.route) is None
    assert cost_of(GetExecutionEvents()) == 1
