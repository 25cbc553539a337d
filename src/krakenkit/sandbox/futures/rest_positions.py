"""The history of positions: how trades, funding and settlements changed them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, TypeAlias

from krakenkit.sandbox.engine.derivatives import Fill, LogEntry
from krakenkit.sandbox.futures.encode import millis
from krakenkit.sandbox.futures.pages import Kept, meant, page
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import history
from krakenkit.wire.futures import history_events as wire

Change: TypeAlias = Fill | LogEntry
"""A trade, or the row of the account's log that tells of funding or of a settlement."""
_FUNDING: Final = "funding rate change"
_SETTLEMENT: Final = "settlement"
_TRADE_TYPES: Final = {"assignor": "assignment", None: "userExecution"}


def positions(caller: FuturesCaller, request: history.GetPositionEvents) -> wire.HistoryPage[Any]:
    rows = [row for row in _changes(caller, request.tradeable) if _wanted(row[2], request)]
    found = page(caller, rows, request, lambda change: _written(caller, change))
    return wire.HistoryPage(
        elements=[
            history.PositionElement(uid=one.uid, timestamp=one.timestamp, event=one.event) for one in found.elements
        ],
        len=found.len,
        account_uid=found.account_uid,
        continuation_token=found.continuation_token,
    )


def _changes(caller: FuturesCaller, tradeable: str | None) -> list[Kept[Change]]:
    """All changes, the newest first; of those at one moment, trades come before what follows from them."""
    rows: list[Kept[Change]] = [
        (fill.fill_id, fill.at, fill)
        for fill in caller.exchange.fills(caller.account)
        if meant(caller, fill.contract, tradeable)
    ]
    rows += [
        (row.uid, row.at, row) for row in _booked(caller) if row.contract and meant(caller, row.contract, tradeable)
    ]
    rows.sort(key=_moment, reverse=True)
    return [(uid, millis(at), change) for uid, at, change in rows]


def _moment(row: Kept[Change]) -> int:
    return row[1]


def _booked(caller: FuturesCaller) -> Iterator[LogEntry]:
    for row in caller.exchange.log(caller.account):
        if row.funding is not None or (row.info == _SETTLEMENT and row.position_leg):
            yield row


def _wanted(change: Change, request: history.GetPositionEvents) -> bool:
    """Filters of change widen each other, those of reason likewise; a row must pass both families."""
    changes = {
        "open": request.opened,
        "close": request.closed,
        "increase": request.increased,
        "decrease": request.decreased,
        "reverse": request.reversed,
        "noChange": request.no_change,
    }
    reasons = {
        "trade": request.trades,
        "fundingRealisation": request.funding_realization,
        "settlement": request.settlement,
    }
    asked = ((changes, _kind(change)), (reasons, _reason(change)))
    return all(not any(flags.values()) or bool(flags[word]) for flags, word in asked)


def _reason(change: Change) -> str:
    if isinstance(change, Fill):
        return "trade"
    return "settlement" if change.info == _SETTLEMENT else "fundingRealisation"


def _kind(change: Change) -> str:
    if isinstance(change, LogEntry):
        return "close" if change.info == _SETTLEMENT else "noChange"
    old, new = change.old_position, change.new_position
    if not old:
        return "open"
    if not new:
        return "close"
    if (old > 0) != (new > 0):
        return "reverse"
    return "increase" if abs(new) > abs(old) else "decrease"


def _written(caller: FuturesCaller, change: Change) -> history.PositionEvent:
    update = _traded(caller, change) if isinstance(change, Fill) else _from_log(caller, change)
    return history.PositionEvent(position_update=update)


def _from_log(caller: FuturesCaller, row: LogEntry) -> history.PositionUpdate:
    settled = row.info == _SETTLEMENT
    size = row.old_balance if settled else row.position or Decimal(0)
    return history.PositionUpdate(
        account_uid=caller.exchange.account_uid(row.account),
        tradeable=None if row.contract is None else row.contract.symbol,
        timestamp=millis(row.at),
        old_position=size,
        old_average_entry_price=row.old_entry,
        new_position=Decimal(0) if settled else size,
        new_average_entry_price=row.new_entry,
        position_change=_kind(row),
        update_reason=_reason(row),
        realized_pnl=row.realized,
        realized_funding=row.funding,
        funding_realization_time=None if settled else millis(row.at),
        settlement_price=row.price,
    )


def _traded(caller: FuturesCaller, fill: Fill) -> history.PositionUpdate:
    return history.PositionUpdate(
        account_uid=caller.exchange.account_uid(fill.account),
        tradeable=fill.contract.symbol,
        timestamp=millis(fill.at),
        old_position=fill.old_position,
        old_average_entry_price=fill.old_entry,
        new_position=fill.new_position,
        new_average_entry_price=fill.new_entry,
        position_change=_kind(fill),
        update_reason="trade",
        fill_time=millis(fill.entered_at),
        fee=fill.fee,
        fee_currency=fill.contract.currency.altname,
        realized_pnl=fill.realized,
        execution_uid=fill.trade_uid,
        execution_price=fill.price,
        execution_size=fill.qty,
        trade_type=_TRADE_TYPES.get(fill.forced, fill.forced),
    )


ENDPOINTS: Final = (endpoint(history.GetPositionEvents, positions),)
