"""Futures history: what happened to an account's orders and triggers, its executions, and the public past of a market."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from krakenkit.sandbox.engine.derivatives import Fill, MarkChange, OrderEvent, OrderView, Trade
from krakenkit.sandbox.futures.encode import millis
from krakenkit.sandbox.futures.pages import Kept, meant, page
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import history, market_history
from krakenkit.wire.futures import history_events as wire

_KINDS: Final = {
    "post": "Post",
    "ioc": "IoC",
    "mkt": "IoC",
    "fok": "FoK",
    "liquidation": "Liquidation",
    "assignment": "Assignment",
}
_UNITS: Final = {"PERCENT": "Percent", "QUOTE_CURRENCY": "QuoteCurrency", None: None}
_REASONS: Final = {"new_placed_order_by_user": "new_user_order", "limit_order_from_stop": "limit_from_stop"}


# --- orders and triggers ----------------------------------------------------------------------------------------------


def order_events(caller: FuturesCaller, request: history.GetOrderEvents) -> wire.HistoryPage[Any]:
    rows = _steps(caller, request, waiting=False)
    return page(caller, rows, request, lambda step: _order_event(caller, step))


def trigger_events(caller: FuturesCaller, request: history.GetTriggerEvents) -> wire.HistoryPage[Any]:
    rows = _steps(caller, request, waiting=True)
    return page(caller, rows, request, lambda step: _trigger_event(caller, step))


def _steps(
    caller: FuturesCaller, request: history.GetOrderEvents | history.GetTriggerEvents, *, waiting: bool
) -> list[Kept[OrderEvent]]:
    return [
        (step.uid, millis(step.at), step)
        for step in caller.exchange.steps(caller.account)
        if (step.order.waiting or step.kind == "fired") == waiting
        and meant(caller, step.order.contract, request.tradeable)
        and not (request.opened is False and step.kind == "placed")
        and not (request.closed is False and step.kind in ("removed", "rejected"))
    ]


def public_orders(caller: FuturesCaller, request: market_history.GetPublicOrderEvents) -> wire.HistoryPage[Any]:
    """What happened to the orders of a market; public pages say neither who rejected nor what was."""
    steps = caller.exchange.steps_of(caller.contract(request.tradeable, field="tradeable"))
    rows = [
        (step.uid, millis(step.at), step)
        for step in steps
        if not step.order.waiting and step.kind not in ("fired", "rejected")
    ]
    return page(caller, rows, request, lambda step: _order_event(caller, step, private=False), private=False)


def mark_prices(caller: FuturesCaller, request: market_history.GetPublicMarkPriceEvents) -> wire.HistoryPage[Any]:
    """Changes of the mark price. Their ids are empty, as were seen; so the moment tells where the next page begins."""
    marks = caller.exchange.marks(caller.contract(request.tradeable, field="tradeable"))
    rows = [(f"mark {one.at}", millis(one.at), one) for one in marks]
    found = page(caller, rows, request, _mark_price, private=False)
    return wire.HistoryPage(
        elements=[wire.Element(uid="", timestamp=one.timestamp, event=one.event) for one in found.elements],
        len=found.len,
        continuation_token=found.continuation_token,
    )


def _mark_price(change: MarkChange) -> market_history.MarkPriceEvent:
    return market_history.MarkPriceEvent(mark_price_changed=market_history.MarkPriceChanged(price=change.price))


def _order_event(caller: FuturesCaller, step: OrderEvent, *, private: bool = True) -> wire.OrderHistoryEvent:
    order, reason = _order(caller, step.order, private=private), _REASONS.get(step.reason, step.reason)
    match step.kind:
        case "placed":
            placed = wire.OrderPlaced(
                order=order, reason=reason, reduced_quantity=step.reduced, algo_id="", origin="Unknown Origin"
            )
            return wire.OrderHistoryEvent(order_placed=placed)
        case "removed":
            return wire.OrderHistoryEvent(order_cancelled=wire.OrderCancelled(order=order, reason=reason))
        case "rejected":
            error = "POST_WOULD_EXECUTE" if step.order.kind == "post" else "IOC_WOULD_NOT_EXECUTE"
            rejected = wire.OrderRejected(order=order, order_error=error, reason="new_user_order")
            return wire.OrderHistoryEvent(order_rejected=rejected)
        case _:
            old = _order(caller, step.old or step.order, private=private)
            updated = wire.OrderUpdated(old_order=old, new_order=order, reason=reason)
            return wire.OrderHistoryEvent(order_updated=updated)


def _order(caller: FuturesCaller, order: OrderView, *, private: bool = True) -> wire.HistoryOrder:
    return wire.HistoryOrder(
        uid=order.order_id,
        tradeable=order.contract.symbol,
        direction=order.side.capitalize(),
        quantity=order.qty,
        filled=order.filled if private else None,
        limit_price=order.limit_price,
        order_type=_KINDS.get(order.kind, "Limit"),
        reduce_only=order.reduce_only,
        client_id=(order.cli_ord_id or "") if private else None,
        timestamp=millis(order.placed_at),
        last_update_timestamp=millis(order.updated_at),
        account_uid=caller.exchange.account_uid(order.account) if private else None,
    )


def _trigger_event(caller: FuturesCaller, step: OrderEvent) -> wire.TriggerHistoryEvent:
    order = _trigger(caller, step.order)
    match step.kind:
        case "placed":
            return wire.TriggerHistoryEvent(
                order_trigger_placed=wire.TriggerPlaced(
                    order=order, reason="new_user_order", algo_id="", origin="Unknown Origin"
                )
            )
        case "removed":
            return wire.TriggerHistoryEvent(
                order_trigger_cancelled=wire.TriggerCancelled(order=order, reason=step.reason)
            )
        case "fired":
            return wire.TriggerHistoryEvent(order_trigger_activated=wire.TriggerActivated(order=order))
        case _:
            old = _trigger(caller, step.old or step.order)
            updated = wire.TriggerUpdated(old_order_trigger=old, new_order_trigger=order, reason=step.reason)
            return wire.TriggerHistoryEvent(order_trigger_updated=updated)


def _trigger(caller: FuturesCaller, order: OrderView) -> wire.HistoryTrigger:
    signals = {"mark": "MarkPrice", "index": "SpotPrice", "last": "LastPrice"}
    trail = wire.TrailingStopOptions(max_deviation=order.deviation, unit=_UNITS.get(order.deviation_unit))
    offset = wire.LimitPriceOffset(price_offset=order.offset, unit=_UNITS.get(order.offset_unit))
    return wire.HistoryTrigger(
        uid=order.order_id,
        tradeable=order.contract.symbol,
        direction=order.side.capitalize(),
        quantity=order.qty,
        limit_price=order.limit_price,
        order_type="IoC" if order.limit_price is None and order.offset is None else "Limit",
        reduce_only=order.reduce_only,
        client_id=order.cli_ord_id or "",
        timestamp=millis(order.placed_at),
        last_update_timestamp=millis(order.updated_at),
        trigger_options=wire.TriggerOptions(
            trigger_price=order.stop_price,
            trigger_signal=signals[order.signal or "mark"],
            trigger_side="Above" if order.rising else "Below",
            trailing_stop_options=None if order.deviation is None else trail,
            limit_price_offset=None if order.offset is None else offset,
        ),
        account_uid=caller.exchange.account_uid(order.account),
    )


# --- executions -----------------------------------------------------------------------------------------


def executions(caller: FuturesCaller, request: history.GetExecutionEvents) -> wire.HistoryPage[Any]:
    rows = _fills(caller, request.tradeable)
    return page(caller, rows, request, lambda fill: _own_execution(caller, fill))


def _fills(caller: FuturesCaller, tradeable: str | None) -> list[Kept[Fill]]:
    fills = caller.exchange.fills(caller.account)
    return [(fill.fill_id, millis(fill.at), fill) for fill in fills if meant(caller, fill.contract, tradeable)]


def _own_execution(caller: FuturesCaller, fill: Fill) -> wire.ExecutionEvent:
    execution = wire.Execution(
        uid=fill.trade_uid,
        timestamp=millis(fill.at),
        quantity=fill.qty,
        price=fill.price,
        mark_price=fill.mark_price,
        usd_value=_dollars(fill.qty, fill.price, inverse=fill.contract.inverse),
        limit_filled=not fill.order.remaining,
        execution_type=fill.fill_type,
        order=_order(caller, fill.order),
        order_data=wire.ExecutedOrderData(fee=fill.fee, position_size=fill.new_position, realized_pnl=fill.realized),
    )
    return wire.ExecutionEvent(capital=wire.ExecutionDetails(execution=execution))


def _dollars(qty: Decimal, price: Decimal, *, inverse: bool) -> Decimal:
    return qty if inverse else (qty * price).quantize(Decimal("0.01"))


def public_executions(caller: FuturesCaller, request: market_history.GetPublicExecutionEvents) -> wire.HistoryPage[Any]:
    trades = reversed(caller.exchange.trades(caller.contract(request.tradeable, field="tradeable")))
    # Those from before the exchange opened had no orders.
    rows = [(one.uid, millis(one.at), one) for one in trades if one.maker is not None]
    return page(caller, rows, request, lambda trade: _execution(caller, trade), private=False)


def _execution(caller: FuturesCaller, trade: Trade) -> wire.ExecutionEvent:
    maker, taker = (
        None if order is None else _order(caller, order, private=False) for order in (trade.maker, trade.taker)
    )
    execution = wire.Execution(
        uid=trade.uid,
        timestamp=millis(trade.at),
        quantity=trade.qty,
        price=trade.price,
        mark_price=trade.mark_price,
        usd_value=_dollars(trade.qty, trade.price, inverse=trade.contract.inverse),
        limit_filled=trade.maker is not None and trade.maker.remaining == trade.qty,
        maker_order=maker,
        taker_order=taker,
    )
    return wire.ExecutionEvent(capital=wire.ExecutionDetails(execution=execution))


ENDPOINTS: Final = (
    endpoint(history.GetOrderEvents, order_events),
    endpoint(history.GetTriggerEvents, trigger_events),
    endpoint(history.GetExecutionEvents, executions),
    endpoint(market_history.GetPublicExecutionEvents, public_executions),
    endpoint(market_history.GetPublicOrderEvents, public_orders),
    endpoint(market_history.GetPublicMarkPriceEvents, mark_prices),
)
