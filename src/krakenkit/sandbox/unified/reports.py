"""Reports of the Unified WebSocket about orders in contracts, as plain members: Spot v2's, where nothing else is known.

What is Kraken's: there is no ``pending_new``, and a live order is first reported with ``new``. What is chosen here, because
Kraken's page could not be read so far: a fill says ``partially_filled`` even when it is the last one, and a ``filled``
report follows, as on Spot. Sums and averages of what an order cost are not told: the engine does not keep them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import Event, Fill, OrderEvent, OrderView, Trade
from krakenkit.sandbox.engine.derivatives.orders import LIMITED, TRIGGERED
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.unified.words import DERIVATIVES

_UNITS: Final[Mapping[str, str]] = {"PERCENT": "pct", "QUOTE_CURRENCY": "quote"}
_LIVES: Final[Mapping[str, str]] = {"ioc": "IOC", "fok": "FOK"}
_BY_USER: Final = "User requested"
_REASONS: Final[Mapping[str, str]] = {"cancelled_by_user": _BY_USER, "edited_by_user": _BY_USER}


def reports(events: Iterable[Event], account: str) -> Iterator[Members]:
    """The reports about one account's orders in all that happened in one action or more.

    Which order is a new one shows by how it begins: resting, or with a fill as the taker.
    """
    numbers: dict[str, int] = {}
    told: set[str] = set()
    for event in events:
        if isinstance(event, Trade):
            numbers[event.uid] = event.seq
        elif isinstance(event, OrderEvent) and event.account == account and event.kind != "rejected":
            first = event.order.order_id not in told
            told.add(event.order.order_id)
            yield from _steps(event, numbers, first=first)


def _steps(event: OrderEvent, numbers: Mapping[str, int], *, first: bool) -> Iterator[Members]:
    order, fill = event.order, event.fill
    match event.kind:
        case "placed" if first:
            yield report("new", order, event.at) | terms(order)
        case "filled" if fill is not None:
            if first and not fill.maker and event.old is not None:
                yield report("new", event.old, event.at) | terms(event.old)
            yield fill_report(fill, numbers.get(fill.trade_uid)) | {"cum_qty": order.filled}
            if not order.remaining:
                yield report("filled", order, event.at) | {"order_status": "filled", "cum_qty": order.filled}
        case "edited" if event.reason in _REASONS:
            yield report("amended", order, event.at) | {"amended": True, "reason": _BY_USER} | _size(order)
        case "edited":  # a trailing stop followed its price
            yield report("restated", order, event.at) | _size(order)
        case "fired":
            yield report("status", order, event.at) | {"triggers": _triggers(order)}
        case "removed":
            reason = _REASONS.get(event.reason) or event.reason.replace("_", " ").capitalize()
            ended: Members = {"order_status": "canceled", "cum_qty": order.filled, "reason": reason}
            yield report("canceled", order, event.at) | ended
        case _:
            pass


def report(kind: str, order: OrderView, at: int) -> Members:
    """What every report about an order says."""
    row: Members = {
        "exec_type": kind,
        "order_status": "partially_filled" if order.filled else "new",
        "timestamp": stamp(at),
        "asset_class": DERIVATIVES,
        "order_id": order.order_id,
    }
    return row if order.cli_ord_id is None else row | {"cl_ord_id": order.cli_ord_id}


def terms(order: OrderView) -> Members:
    """What was ordered."""
    row: Members = {"symbol": order.contract.symbol, "side": order.side, "order_type": order_type(order)}
    row |= _size(order) | {"time_in_force": _LIVES.get(order.kind, "GTC")}
    if order.kind == "post":
        row["post_only"] = True
    if order.reduce_only:
        row["reduce_only"] = True
    return row


def open_order_row(order: OrderView) -> Members:
    """An open order as the snapshot shows it: everything that is known of it."""
    return report("new", order, order.updated_at) | terms(order)


def fill_report(fill: Fill, number: int | None) -> Members:
    """A fill; its trade's number in the contract's sequence is left out where it is no longer kept.

    The cost of an inverse contract is its size, which is in dollars.
    """
    row = report("trade", fill.order, fill.at) | {
        "order_status": "partially_filled",
        "exec_id": fill.fill_id,
        "symbol": fill.contract.symbol,
        "side": fill.order.side,
        "order_type": order_type(fill.order),
        "last_qty": fill.qty,
        "last_price": fill.price,
        "cost": fill.qty if fill.contract.inverse else fill.price * fill.qty,
        "liquidity_ind": "m" if fill.maker else "t",
        "fees": [{"asset": fill.contract.currency.display, "qty": fill.fee}],
    }
    if fill.forced is not None:
        row["liquidated"] = True
    return row if number is None else row | {"trade_id": number}


def order_type(order: OrderView) -> str:
    """The order type in the words of v2; those that the exchange makes itself are market orders.

    An order that has gone off keeps its type: its trigger is still known.
    """
    if order.stop_price is None:
        return "limit" if order.kind in LIMITED else "market"
    if order.deviation is not None:
        kind = "trailing-stop"
    else:
        kind = "stop-loss" if order.rising == (order.side == "buy") else "take-profit"
    return f"{kind}-limit" if order.offset is not None or _has_limit(order) else kind


def _has_limit(order: OrderView) -> bool:
    """Whether the limit price is the owner's; a market order has one that only protects it."""
    return order.limit_price is not None and order.kind in LIMITED | TRIGGERED


def _size(order: OrderView) -> Members:
    row: Members = {"order_qty": order.qty, "cum_qty": order.filled}
    if _has_limit(order):
        row |= {"limit_price": order.limit_price, "limit_price_type": "static"}
    return row if order.stop_price is None else row | {"triggers": _triggers(order)}


def _triggers(order: OrderView) -> Members:
    """What sets an order off; of a trailing one its distance, and where that is now."""
    row: Members = {"reference": order.signal or "last"}
    if order.deviation is None:
        row |= {"price": order.stop_price, "price_type": "static"}
    else:
        unit = _UNITS.get(order.deviation_unit or "", "quote")
        row |= {"price": order.deviation, "price_type": unit, "actual_price": order.stop_price}
    return row | {"status": "untriggered" if order.waiting else "triggered"}
