"""Futures history: what happened to an account's orders, positions and money, and the executions of a market."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import Fill, LogEntry, OrderEvent, OrderView, Trade
from krakenkit.sandbox.futures_encode import millis
from krakenkit.sandbox.futures_inbound import wrong
from krakenkit.sandbox.futures_rest import FuturesCaller, endpoint
from krakenkit.wire.futures import account_log, history, market_history
from krakenkit.wire.futures import history_events as wire

T = TypeVar("T")
Kept: TypeAlias = tuple[str, int, T]
"""A row with its id and its moment in milliseconds; lists of them are newest first."""

_LARGEST_PAGE: Final = 1000
_LOG_PAGE: Final = 500
_KINDS: Final = {"post": "Post", "ioc": "IoC", "mkt": "IoC", "fok": "FoK"}
_REASONS: Final = {"new_placed_order_by_user": "new_user_order", "limit_order_from_stop": "limit_from_stop"}


# --- pages ------------------------------------------------------------------------------------------------------------


def _page(
    caller: FuturesCaller,
    rows: Sequence[Kept[T]],
    request: history.HistoryRequest[Any],
    written: Callable[[T], Any],
    *,
    private: bool = True,
) -> wire.HistoryPage[Any]:
    chosen = [row for row in rows if _between(row[1], request.since, request.before)]
    if request.sort == "asc":
        chosen.reverse()
    first = 0 if request.continuation_token is None else _place(chosen, request.continuation_token)
    size = min(request.count or _LARGEST_PAGE, _LARGEST_PAGE)
    shown = chosen[first : first + size]
    more = first + size < len(chosen)
    return wire.HistoryPage(
        elements=[wire.Element(uid=uid, timestamp=at, event=written(row)) for uid, at, row in shown],
        len=len(shown),
        account_uid=caller.exchange.account_uid(caller.account) if private else None,
        continuation_token=_token(shown[-1][0]) if more else None,
    )


def _between(at: int, since: int | None, before: int | None) -> bool:
    return (since is None or at >= since) and (before is None or at < before)


def _token(uid: str) -> str:
    """A token is the id of the last row that was seen, so rows that come in meanwhile do not shift the pages."""
    return base64.b64encode(uid.encode()).decode()


def _place(rows: Sequence[Kept[T]], token: str) -> int:
    try:
        last = base64.b64decode(token, validate=True).decode()
    except ValueError:  # no base64, or no text in it
        raise wrong("continuation_token") from None
    for index, row in enumerate(rows):
        if row[0] == last:
            return index + 1
    raise wrong("continuation_token")


def _meant(caller: FuturesCaller, order: OrderView, tradeable: str | None) -> bool:
    return tradeable is None or order.contract is caller.contract(tradeable, field="tradeable")


# --- orders and triggers ----------------------------------------------------------------------------------------------


def order_events(caller: FuturesCaller, request: history.GetOrderEvents) -> wire.HistoryPage[Any]:
    rows = _steps(caller, request, waiting=False)
    return _page(caller, rows, request, lambda step: _order_event(caller, step))


def trigger_events(caller: FuturesCaller, request: history.GetTriggerEvents) -> wire.HistoryPage[Any]:
    rows = _steps(caller, request, waiting=True)
    return _page(caller, rows, request, lambda step: _trigger_event(caller, step))


def _steps(
    caller: FuturesCaller, request: history.GetOrderEvents | history.GetTriggerEvents, *, waiting: bool
) -> list[Kept[OrderEvent]]:
    return [
        (step.uid, millis(step.at), step)
        for step in caller.exchange.steps(caller.account)
        if (step.order.waiting or step.kind == "fired") == waiting
        and _meant(caller, step.order, request.tradeable)
        and not (request.opened is False and step.kind == "placed")
        and not (request.closed is False and step.kind in ("removed", "rejected"))
    ]


def _order_event(caller: FuturesCaller, step: OrderEvent) -> wire.OrderHistoryEvent:
    order, reason = _order(caller, step.order), _REASONS.get(step.reason, step.reason)
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
            old = _order(caller, step.old or step.order)
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
                order_trigger_placed=wire.TriggerPlaced(order=order, reason="new_user_order")
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
    return wire.HistoryTrigger(
        uid=order.order_id,
        tradeable=order.contract.symbol,
        direction=order.side.capitalize(),
        quantity=order.qty,
        limit_price=order.limit_price,
        order_type="IoC" if order.limit_price is None else "Limit",
        reduce_only=order.reduce_only,
        client_id=order.cli_ord_id or "",
        timestamp=millis(order.placed_at),
        last_update_timestamp=millis(order.updated_at),
        trigger_options=wire.TriggerOptions(
            trigger_price=order.stop_price,
            trigger_signal=signals[order.signal or "mark"],
            trigger_side="Above" if order.rising else "Below",
        ),
        account_uid=caller.exchange.account_uid(order.account),
    )


# --- executions and positions -----------------------------------------------------------------------------------------


def executions(caller: FuturesCaller, request: history.GetExecutionEvents) -> wire.HistoryPage[Any]:
    rows = _fills(caller, request.tradeable)
    return _page(caller, rows, request, lambda fill: _own_execution(caller, fill))


def _fills(caller: FuturesCaller, tradeable: str | None) -> list[Kept[Fill]]:
    fills = caller.exchange.fills(caller.account)
    return [(fill.fill_id, millis(fill.at), fill) for fill in fills if _meant(caller, fill.order, tradeable)]


def _own_execution(caller: FuturesCaller, fill: Fill) -> wire.ExecutionEvent:
    execution = wire.Execution(
        uid=fill.trade_uid,
        timestamp=millis(fill.at),
        quantity=fill.qty,
        price=fill.price,
        mark_price=fill.mark_price,
        usd_value=_dollars(fill.qty, fill.price, inverse=fill.contract.inverse),
        limit_filled=not fill.order.remaining,
        execution_type="maker" if fill.maker else "taker",
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
    return _page(caller, rows, request, lambda trade: _execution(caller, trade), private=False)


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


def positions(caller: FuturesCaller, request: history.GetPositionEvents) -> wire.HistoryPage[Any]:
    wanted = {
        "open": request.opened,
        "close": request.closed,
        "increase": request.increased,
        "decrease": request.decreased,
        "reverse": request.reversed,
    }
    changes = {name for name, flag in wanted.items() if flag}
    # Positions change by trades only here.
    reasons = request.trades or not (request.funding_realization or request.settlement)
    rows = [row for row in _fills(caller, request.tradeable) if reasons and (not changes or _change(row[2]) in changes)]
    if request.no_change and not changes:
        rows = []
    page = _page(caller, rows, request, lambda fill: _position(caller, fill))
    elements = [history.PositionElement(uid=one.uid, timestamp=one.timestamp, event=one.event) for one in page.elements]
    return wire.HistoryPage(
        elements=elements,
        len=page.len,
        account_uid=page.account_uid,
        continuation_token=page.continuation_token,
    )


def _change(fill: Fill) -> str:
    old, new = fill.old_position, fill.new_position
    if not old:
        return "open"
    if not new:
        return "close"
    if (old > 0) != (new > 0):
        return "reverse"
    return "increase" if abs(new) > abs(old) else "decrease"


def _position(caller: FuturesCaller, fill: Fill) -> history.PositionEvent:
    return history.PositionEvent(
        position_update=history.PositionUpdate(
            account_uid=caller.exchange.account_uid(fill.account),
            tradeable=fill.contract.symbol,
            timestamp=millis(fill.at),
            old_position=fill.old_position,
            old_average_entry_price=fill.old_entry,
            new_position=fill.new_position,
            new_average_entry_price=fill.new_entry,
            position_change=_change(fill),
            update_reason="trade",
            fill_time=millis(fill.entered_at),
            fee=fill.fee,
            fee_currency=fill.contract.currency.altname,
            realized_pnl=fill.realized,
            execution_uid=fill.trade_uid,
            execution_price=fill.price,
            execution_size=fill.qty,
            trade_type="userExecution",
        )
    )


# --- the account log --------------------------------------------------------------------------------------------------


def log_rows(caller: FuturesCaller, request: account_log.GetAccountLog) -> account_log.AccountLog:
    kinds = [request.info] if isinstance(request.info, str) else request.info
    rows = [
        entry
        for entry in caller.exchange.log(caller.account)
        if _between(millis(entry.at), request.since, request.before)
        and (request.from_ is None or entry.id >= request.from_)
        and (request.to is None or entry.id <= request.to)
        and (kinds is None or entry.info in kinds)
    ]
    if request.sort == "asc":
        rows.reverse()
    return account_log.AccountLog(
        logs=[_log_row(entry) for entry in rows[: request.count or _LOG_PAGE]],
        account_uid=caller.exchange.account_uid(caller.account),
    )


def _log_row(entry: LogEntry) -> account_log.AccountLogEntry:
    fill = entry.fill
    cash = fill if fill is not None and not entry.position_leg else None
    leg = fill if entry.position_leg else None
    return account_log.AccountLogEntry(
        id=entry.id,
        date=stamp(entry.at, 3),
        asset=entry.asset,
        contract=None if fill is None else fill.contract.symbol.lower(),
        info=entry.info,
        booking_uid=entry.uid,
        margin_account=entry.wallet,
        old_balance=entry.old_balance,
        new_balance=entry.new_balance,
        collateral=None if fill is None else fill.contract.currency.altname.lower(),
        execution=None if fill is None else fill.trade_uid,
        trade_price=None if fill is None else fill.price,
        mark_price=None if fill is None else fill.mark_price,
        old_average_entry_price=None if leg is None else leg.old_entry,
        new_average_entry_price=None if leg is None else leg.new_entry,
        realized_pnl=None if cash is None else cash.realized,
        fee=None if cash is None else cash.fee,
    )


ENDPOINTS: Final = (
    endpoint(history.GetOrderEvents, order_events),
    endpoint(history.GetTriggerEvents, trigger_events),
    endpoint(history.GetExecutionEvents, executions),
    endpoint(history.GetPositionEvents, positions),
    endpoint(market_history.GetPublicExecutionEvents, public_executions),
    endpoint(account_log.GetAccountLog, log_rows),
)
