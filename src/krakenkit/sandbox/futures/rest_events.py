"""Orders and their steps in the words of Futures REST, shared by the calls that place, change and cancel."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import OrderEvent, OrderView
from krakenkit.sandbox.engine.derivatives.triggers import FOLLOWED
from krakenkit.wire.futures.events import EventOrder, EventTrigger
from krakenkit.wire.futures.events import OrderEvent as WireEvent

_SIGNALS: Final = {"mark": "mark_price", "index": "spot_price", "last": "last_price"}
REJECTED: Final = {"postWouldExecute": "POST_WOULD_EXECUTE", "iocWouldNotExecute": "IOC_WOULD_NOT_EXECUTE"}


def event_type(order: OrderView) -> str:
    """The type of an order in events, where market orders are IOC with a price that protects them."""
    match order.kind:
        case "mkt":
            return "ioc"
        case "take_profit" | "trailing_stop":
            return "ioc" if order.limit_price is None and order.offset is None else "lmt"
        case kind:
            return kind


def event_order(order: OrderView) -> EventOrder:
    """An order as it stands in an event."""
    return EventOrder(
        order_id=order.order_id,
        cli_ord_id=order.cli_ord_id,
        type=event_type(order),
        symbol=order.contract.symbol,
        side=order.side,
        quantity=order.qty,
        filled=order.filled,
        limit_price=order.limit_price,
        stop_price=order.stop_price if order.waiting else None,
        reduce_only=order.reduce_only,
        timestamp=stamp(order.placed_at, 3),
        last_update_timestamp=stamp(order.updated_at, 3),
    )


def event_trigger(order: OrderView) -> EventTrigger:
    """A waiting order as it stands in an event."""
    return EventTrigger(
        uid=order.order_id,
        client_id=order.cli_ord_id,
        type=event_type(order),
        symbol=order.contract.symbol,
        side=order.side,
        quantity=order.qty,
        limit_price=order.limit_price,
        trigger_price=order.stop_price,
        trigger_side="trigger_above" if order.rising else "trigger_below",
        trigger_signal=_SIGNALS[order.signal or "mark"],
        reduce_only=order.reduce_only,
        timestamp=stamp(order.placed_at, 3),
        last_update_timestamp=stamp(order.updated_at, 3),
    )


def wire_events(steps: list[OrderEvent]) -> list[WireEvent]:
    """The steps of an order in one action."""
    return [event for step in steps if (event := _event(step)) is not None]


def _event(step: OrderEvent) -> WireEvent | None:
    order, waiting = step.order, step.order.waiting
    match step.kind:
        case "placed" if waiting:
            return WireEvent(type="PLACE", order_trigger=event_trigger(order))
        case "placed":
            return WireEvent(type="PLACE", order=event_order(order), reduced_quantity=step.reduced)
        case "removed" if waiting:
            return WireEvent(type="CANCEL", uid=order.order_id, order_trigger=event_trigger(order))
        case "removed":
            return WireEvent(type="CANCEL", uid=order.order_id, order=event_order(order))
        case "edited" if step.reason == FOLLOWED:
            return None
        case "edited" if step.old is not None:
            return WireEvent(type="EDIT", old=event_order(step.old), new=event_order(order))
        case "filled" if step.fill is not None and step.old is not None:
            return WireEvent(
                type="EXECUTION",
                execution_id=step.fill.fill_id,
                price=step.fill.price,
                amount=step.fill.qty,
                order_prior_execution=event_order(step.old),
            )
        case _:
            return None


def rejection(order: OrderView, status: str) -> WireEvent:
    """The event of an order that was refused for what the book held."""
    return WireEvent(type="REJECT", uid=order.order_id, order=event_order(order), reason=REJECTED[status])
