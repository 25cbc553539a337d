"""Private REST of Futures that looks at orders and fills."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import Fill, Gone, OrderView
from krakenkit.sandbox.futures.inbound import read_moment
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import orders

_FILLS_SHOWN: Final = 100
_REMEMBERED: Final = 5 * 10**9
"""How long the status of an order that is over can be asked for."""
_ORDER_WORDS: Final = {"stp": "stop", "take_profit": "take_profit", "trailing_stop": "trailing_stop"}
_SIGNALS: Final = {"mark": "mark", "index": "spot", "last": "last"}
_REASONS: Final = {
    "full_fill": "FULL_FILL",
    "cancelled_by_user": "CANCELLED_BY_USER",
    "contract_expired": "CONTRACT_EXPIRED",
    "dead_man_switch": "DEAD_MAN_SWITCH",
    "not_enough_margin": "NOT_ENOUGH_MARGIN",
    "would_not_reduce_position": "WOULD_NOT_REDUCE_POSITION",
    "would_execute_self": "WOULD_EXECUTE_SELF_REASON",
    "ioc_order_failed_because_it_would_not_be_executed": "IOC_WOULD_NOT_EXECUTE_REASON",
}


_END: Final = {"full_fill": "FULLY_EXECUTED"}
_FAILURES: Final = {
    "not_enough_margin": "INSUFFICIENT_MARGIN",
    "would_not_reduce_position": "WOULD_NOT_REDUCE_POSITION",
    "would_execute_self": "WOULD_EXECUTE_SELF",
    "ioc_order_failed_because_it_would_not_be_executed": "IOC_WOULD_NOT_EXECUTE",
}
"""Why an order did not come out of its trigger."""


def open_orders(caller: FuturesCaller, request: orders.GetOpenOrders) -> orders.OpenOrders:
    return orders.OpenOrders(open_orders=[_open_order(one) for one in caller.exchange.open_orders(caller.account)])


def _open_order(order: OrderView) -> orders.OpenOrder:
    return orders.OpenOrder(
        order_id=order.order_id,
        cli_ord_id=order.cli_ord_id,
        symbol=order.contract.symbol,
        side=order.side,
        order_type=_ORDER_WORDS.get(order.kind, "lmt"),
        limit_price=order.limit_price,
        stop_price=order.stop_price if order.waiting else None,
        trigger_signal=_SIGNALS[order.signal] if order.waiting and order.signal is not None else None,
        filled_size=order.filled,
        unfilled_size=order.remaining,
        reduce_only=order.reduce_only,
        status="partiallyFilled" if order.filled else "untouched",
        received_time=stamp(order.placed_at, 3),
        last_update_time=stamp(order.updated_at, 3),
    )


def order_status(caller: FuturesCaller, request: orders.GetOrderStatus) -> orders.OrderStates:
    names = [*(request.order_ids or []), *(request.cli_ord_ids or [])]
    found = caller.exchange.orders(caller.account, names, since=caller.now - _REMEMBERED)
    return orders.OrderStates(orders=[_state(one) for one in found])


def _state(found: OrderView | Gone) -> orders.OrderState:
    if isinstance(found, Gone):
        error = _FAILURES.get(found.reason) if found.unplaced else None
        return orders.OrderState(
            order=_status_order(found.order),
            status="TRIGGER_ACTIVATION_FAILURE" if error else _END.get(found.reason, "CANCELLED"),
            update_reason=_REASONS.get(found.reason, "CANCELLED_BY_ADMIN"),
            error=error,
        )
    status = "TRIGGER_PLACED" if found.waiting else "ENTERED_BOOK"
    reason = "PARTIAL_FILL" if found.filled else "NEW_USER_ORDER"
    return orders.OrderState(order=_status_order(found), status=status, update_reason=reason)


def _status_order(order: OrderView) -> orders.StatusOrder:
    trigger = None
    if order.waiting and order.signal is not None:
        signals = {"mark": "MARK_PRICE", "index": "SPOT_PRICE", "last": "LAST_PRICE"}
        trigger = orders.PriceTrigger(
            trigger_price=order.stop_price,
            trigger_side="TRIGGER_ABOVE" if order.rising else "TRIGGER_BELOW",
            trigger_signal=signals[order.signal],
        )
    return orders.StatusOrder(
        order_id=order.order_id,
        cli_ord_id=order.cli_ord_id,
        type="TRIGGER_ORDER" if order.waiting else "ORDER",
        symbol=order.contract.symbol,
        side=order.side,
        quantity=order.qty,
        filled=order.filled,
        limit_price=order.limit_price,
        reduce_only=order.reduce_only,
        timestamp=stamp(order.placed_at, 3),
        last_update_timestamp=stamp(order.updated_at, 3),
        price_trigger_options=trigger,
    )


def fills(caller: FuturesCaller, request: orders.GetFills) -> orders.Fills:
    before = read_moment(request.last_fill_time, "lastFillTime")
    rows = [one for one in caller.exchange.fills(caller.account) if before is None or one.at < before]
    return orders.Fills(fills=[_fill(one) for one in rows[:_FILLS_SHOWN]])


def _fill(fill: Fill) -> orders.Fill:
    return orders.Fill(
        fill_id=fill.fill_id,
        symbol=fill.contract.symbol,
        side=fill.order.side,
        order_id=fill.order.order_id,
        cli_ord_id=fill.order.cli_ord_id,
        size=fill.qty,
        price=fill.price,
        fill_time=stamp(fill.at, 3),
        fill_type=fill.fill_type,
    )


ENDPOINTS: Final = (
    endpoint(orders.GetOpenOrders, open_orders),
    endpoint(orders.GetOrderStatus, order_status),
    endpoint(orders.GetFills, fills),
)
