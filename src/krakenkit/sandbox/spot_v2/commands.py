"""Trading commands of Spot v2: what each does, and what answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from krakenkit.sandbox.asset_classes import check_amended
from krakenkit.sandbox.commands import MODIFY, TAKE_BACK, Reply, key_for, listed
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import EngineRefused, PlaceOrder
from krakenkit.sandbox.engine.refusals import UNKNOWN_ORDER, UNKNOWN_PAIR
from krakenkit.sandbox.inbound import SocketReader
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.spot_v2.instruments import pair_of
from krakenkit.sandbox.spot_v2.orders import OLD_FIELDS, amending, editing, modern, placing
from krakenkit.sandbox.values import is_reference
from krakenkit.sandbox.venue import Venue
from krakenkit.wire.command import Command
from krakenkit.wire.spot_v2 import trading
from krakenkit.wire.trading_limits import BATCHED_SHARE

K = TypeVar("K", bound=Command[Any])
_ALSO = OLD_FIELDS | {"token"}


@dataclass(frozen=True, slots=True)
class Trader:
    """Who commands, and when."""

    venue: Venue
    account: str
    now: int


def carry_out(venue: Venue, method: str, members: Mapping[str, object], now: int) -> list[Reply]:
    """Do what a command says; gives its replies, refusals among them."""
    try:
        asked = COMMANDS[method]
        command = SocketReader(method, also=_ALSO).read(asked.kind, modern(members))
        key = key_for(asked, venue, members, now)
        venue.exchange.tick(now)
        return list(asked.carry_out(Trader(venue, key.account, now), command))
    except EngineRefused as refused:
        return [Reply(error=refused.code)]


def _own_ids(order: trading.OrderParams) -> Members:
    """The client's ids of an order, as they were sent."""
    ids = {"cl_ord_id": order.cl_ord_id, "order_userref": order.order_userref}
    return {name: value for name, value in ids.items() if value is not None}


def _add(trader: Trader, command: trading.AddOrder) -> Iterator[Reply]:
    asked = placing(
        command,
        symbol=_pair_name(trader, command.symbol),
        now=trader.now,
        deadline=command.deadline,
        validate=command.validate,
    )
    yield Reply({"order_id": _placed(trader, asked)} | _own_ids(command))


def _pair_name(trader: Trader, symbol: str) -> str:
    """The name of a pair that is traded under this symbol here, where ``XBT/USD`` is none.

    Raises:
        EngineRefused: ``EQuery:Unknown asset pair``.
    """
    pair = pair_of(trader.venue.exchange, symbol)
    if pair is None:
        raise EngineRefused(UNKNOWN_PAIR)
    return pair.name


def _placed(trader: Trader, asked: PlaceOrder, *, share: float = 1.0) -> str:
    """The id of the order; empty when it was only validated."""
    order = trader.venue.exchange.place(trader.account, asked, trader.now, share=share).order
    return "" if order is None else order.order_id


def _amend(trader: Trader, command: trading.AmendOrder) -> Iterator[Reply]:
    exchange = trader.venue.exchange
    ids = {"order_id": command.order_id, "cl_ord_id": command.cl_ord_id}
    named = None if command.symbol is None else _pair_name(trader, command.symbol)
    check_amended(exchange, trader.account, named, **ids)
    order_type = exchange.open_type(trader.account, **ids)
    done = exchange.amend(trader.account, amending(command, trader.now, order_type=order_type), trader.now)
    yield Reply({"amend_id": done.amend_id} | {name: value for name, value in ids.items() if value is not None})


def _edit(trader: Trader, command: trading.EditOrder) -> Iterator[Reply]:
    asked = editing(command, trader.now, pair=_pair_name(trader, command.symbol))
    done = trader.venue.exchange.edit(trader.account, asked, trader.now)
    new = "" if done.order is None else done.order.order_id
    yield Reply({"order_id": new, "original_order_id": done.original.order_id})


def _cancel(trader: Trader, command: trading.CancelOrder) -> Iterator[Reply]:
    """One reply for each id."""
    for order_id in command.order_id or ():
        yield _cancelled(trader, {"order_id": order_id})
    for cl_ord_id in command.cl_ord_id or ():
        yield _cancelled(trader, {"cl_ord_id": cl_ord_id})
    for userref in command.order_userref or ():
        yield _cancelled(trader, {"order_userref": userref})


def _cancelled(trader: Trader, named: Members) -> Reply:
    try:
        _take_back(trader, **named)
    except EngineRefused as refused:
        return Reply(error=refused.code)
    return Reply(named)


def _take_back(
    trader: Trader, *, order_id: str | None = None, cl_ord_id: str | None = None, order_userref: int | None = None
) -> int:
    gone = trader.venue.exchange.cancel(
        trader.account, trader.now, order_id=order_id, cl_ord_id=cl_ord_id, userref=order_userref
    )
    return len(gone)


def _cancel_all(trader: Trader, command: trading.CancelAll) -> Iterator[Reply]:
    yield Reply({"count": len(trader.venue.exchange.cancel_all(trader.account, trader.now))})


def _cancel_all_after(trader: Trader, command: trading.CancelAllOrdersAfter) -> Iterator[Reply]:
    switch = trader.venue.exchange.cancel_all_after(trader.account, command.timeout, trader.now)
    yield Reply(
        {
            "currentTime": stamp(switch.now, 0),
            "triggerTime": "0" if switch.at is None else stamp(switch.at, 0),
        }
    )


def _batch_add(trader: Trader, command: trading.BatchAdd) -> Iterator[Reply]:
    """What is wrong with one order's words refuses all; what the engine refuses later is said order by order."""
    pair = _pair_name(trader, command.symbol)
    asked = [
        placing(order, symbol=pair, now=trader.now, deadline=command.deadline, validate=command.validate)
        for order in command.orders
    ]
    for order in asked:
        trader.venue.exchange.check(trader.account, order, trader.now)
    yield Reply([_row(trader, order, one) for order, one in zip(asked, command.orders, strict=True)])


def _row(trader: Trader, asked: PlaceOrder, order: trading.OrderParams) -> Members:
    try:
        return {"order_id": _placed(trader, asked, share=BATCHED_SHARE)} | _own_ids(order)
    except EngineRefused as refused:
        return {"error": refused.code} | _own_ids(order)


def _batch_cancel(trader: Trader, command: trading.BatchCancel) -> Iterator[Reply]:
    named: list[Members] = [
        {"order_userref": int(name)} if is_reference(name) else {"order_id": name} for name in command.orders
    ]
    named += [{"cl_ord_id": name} for name in command.cl_ord_id or ()]
    count = 0
    for one in named:
        try:
            count += _take_back(trader, **one)
        except EngineRefused as refused:
            if refused.code != UNKNOWN_ORDER:
                raise
    # The manual has the count in the result, captures of 2024 and 2026 at top level: clients of either kind find it.
    yield Reply({"count": count}, more={"orders_cancelled": count})


COMMANDS: Final = dict(
    (
        listed(trading.AddOrder, _add, MODIFY),
        listed(trading.AmendOrder, _amend, TAKE_BACK),
        listed(trading.EditOrder, _edit, MODIFY),
        listed(trading.CancelOrder, _cancel, TAKE_BACK),
        listed(trading.CancelAll, _cancel_all, TAKE_BACK),
        listed(trading.CancelAllOrdersAfter, _cancel_all_after, TAKE_BACK),
        listed(trading.BatchAdd, _batch_add, MODIFY),
        listed(trading.BatchCancel, _batch_cancel, TAKE_BACK),
    )
)
