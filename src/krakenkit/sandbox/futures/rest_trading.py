"""Private REST of Futures that acts: orders in, changed and out. What the engine declines is a status, not an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from krakenkit._core.numbers import Number
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import Contract, Declined, Done, EditOrder, PlaceOrder, Signal
from krakenkit.sandbox.engine.derivatives.requests import check_deadline
from krakenkit.sandbox.futures.inbound import Batch, lacking, maybe_number, read_moment, read_number, wrong
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.futures.rest_events import REJECTED, rejection, wire_events
from krakenkit.sandbox.routing import Endpoint, endpoint
from krakenkit.wire.futures import batch, trading
from krakenkit.wire.futures.batch import BatchRow, CancelInstruction, EditInstruction, Instruction, SendInstruction
from krakenkit.wire.futures.events import OrderEvent

_ABSOLUTE: Final = "ABSOLUTE"
_UNITS: Final = ("PERCENT", "QUOTE_CURRENCY")
_IN_BATCHES: Final = {"clientOrderIdTooBig": "clientOrderIdTooLong"}
"""Statuses that have another name in a batch."""
_SIGNALS: Final[Mapping[str, Signal]] = {"mark": "mark", "index": "index", "spot": "index", "last": "last"}


# --- what the engine is asked -----------------------------------------------------------------------------------------


def _signal(word: str | None) -> Signal:
    """The price that a trigger looks at; which one it is when none is named is not published, here the mark price."""
    if word is None:
        return "mark"
    if word not in _SIGNALS:
        raise wrong("triggerSignal")
    return _SIGNALS[word]


def _unit(word: str | None) -> str | None:
    """The unit of a deviation."""
    if word is not None and word not in _UNITS:
        raise wrong("trailingStopDeviationUnit")
    return word


def _placing(caller: FuturesCaller, order: trading.SubmitOrder | SendInstruction, deadline: object) -> PlaceOrder:
    offset: tuple[Number | None, str | None] = (None, None)
    if isinstance(order, trading.SubmitOrder):  # instructions of a batch have no limit price relative to the trigger
        offset = order.limit_price_offset_value, order.limit_price_offset_unit
    return PlaceOrder(
        contract=caller.contract(order.symbol),
        side=order.side,
        kind=order.order_type,
        qty=read_number(order.size, "size"),
        limit_price=maybe_number(order.limit_price, "limitPrice"),
        stop_price=maybe_number(order.stop_price, "stopPrice"),
        signal=_signal(order.trigger_signal),
        reduce_only=bool(order.reduce_only),
        cli_ord_id=order.cli_ord_id,
        deadline=read_moment(deadline, "processBefore"),
        deviation=maybe_number(order.trailing_stop_max_deviation, "trailingStopMaxDeviation"),
        deviation_unit=_unit(order.trailing_stop_deviation_unit),
        offset=maybe_number(offset[0], "limitPriceOffsetValue"),
        offset_unit=offset[1],
    )


def _editing(order: trading.EditOrder | EditInstruction, deadline: object) -> EditOrder:
    return EditOrder(
        order_id=order.order_id,
        cli_ord_id=order.cli_ord_id,
        qty=maybe_number(order.size, "size"),
        whole=order.qty_mode == _ABSOLUTE,
        limit_price=maybe_number(order.limit_price, "limitPrice"),
        stop_price=maybe_number(order.stop_price, "stopPrice"),
        deadline=read_moment(deadline, "processBefore"),
        deviation=maybe_number(order.trailing_stop_max_deviation, "trailingStopMaxDeviation"),
        deviation_unit=_unit(order.trailing_stop_deviation_unit),
    )


def _rejections(declined: Declined) -> list[OrderEvent] | None:
    if declined.error is not None:
        return [OrderEvent(type="REJECT", reason=declined.error)]
    if declined.order is None or declined.code not in REJECTED:
        return None
    return [rejection(declined.order, declined.code)]


# --- one order --------------------------------------------------------------------------------------------------------


def send_order(caller: FuturesCaller, request: trading.SubmitOrder) -> trading.SentOrder:
    asked = _placing(caller, request, request.process_before)
    received = stamp(caller.now, 3)
    try:
        done = caller.exchange.place(caller.account, asked, caller.now)
    except Declined as declined:
        order_id = None if declined.order is None else declined.order.order_id
        return trading.SentOrder(
            send_status=trading.SendStatus(
                status=declined.code,
                order_id=order_id,
                received_time=received,
                cli_ord_id=request.cli_ord_id,
                order_events=_rejections(declined),
            )
        )
    return trading.SentOrder(
        send_status=trading.SendStatus(
            status="placed",
            order_id=done.order.order_id,
            received_time=received,
            cli_ord_id=done.order.cli_ord_id,
            order_events=wire_events(done.steps),
        )
    )


def edit_order(caller: FuturesCaller, request: trading.EditOrder) -> trading.EditedOrder:
    asked, received = _editing(request, request.process_before), stamp(caller.now, 3)
    try:
        done = caller.exchange.edit(caller.account, asked, caller.now)
    except Declined as declined:
        return trading.EditedOrder(
            edit_status=trading.EditStatus(
                status=declined.code,
                order_id=request.order_id,
                cli_ord_id=request.cli_ord_id,
                received_time=received,
            )
        )
    return trading.EditedOrder(
        edit_status=trading.EditStatus(
            status="edited",
            order_id=done.order.order_id,
            cli_ord_id=done.order.cli_ord_id,
            received_time=received,
            order_events=wire_events(done.steps),
        )
    )


def cancel_order(caller: FuturesCaller, request: trading.CancelOrder) -> trading.CancelledOrder:
    deadline, received = read_moment(request.process_before, "processBefore"), stamp(caller.now, 3)
    try:
        check_deadline(deadline, caller.now)
        done = caller.exchange.cancel(
            caller.account, caller.now, order_id=request.order_id, cli_ord_id=request.cli_ord_id
        )
    except Declined as declined:
        return trading.CancelledOrder(
            cancel_status=trading.CancelStatus(
                status=declined.code,
                order_id=request.order_id,
                cli_ord_id=request.cli_ord_id,
                received_time=received,
            )
        )
    return trading.CancelledOrder(
        cancel_status=trading.CancelStatus(
            status="cancelled",
            order_id=done.order.order_id,
            cli_ord_id=done.order.cli_ord_id,
            received_time=received,
            order_events=wire_events(done.steps),
        )
    )


# --- many orders ------------------------------------------------------------------------------------------------------


def cancel_all(caller: FuturesCaller, request: trading.CancelAllOrders) -> trading.CancelledOrders:
    name, contracts = _scope(caller, request.symbol)
    done = caller.exchange.cancel_all(caller.account, caller.now, contracts=contracts)
    return trading.CancelledOrders(
        cancel_status=trading.CancelAllStatus(
            status="cancelled" if done else "noOrdersToCancel",
            cancel_only=name,
            received_time=stamp(caller.now, 3),
            cancelled_orders=[
                trading.OrderIds(order_id=one.order.order_id, cli_ord_id=one.order.cli_ord_id) for one in done
            ],
            order_events=[event for one in done for event in wire_events(one.steps)],
        )
    )


def _scope(caller: FuturesCaller, symbol: str | None) -> tuple[str, list[Contract] | None]:
    """What is cancelled, by name: everything, the contracts that a margin account backs, or one contract."""
    if symbol is None:
        return "all", None
    backed = [one for one in caller.venue.contracts.all if one.wallet == symbol.lower()]
    if backed:
        return symbol.lower(), backed
    contract = caller.contract(symbol)
    return contract.symbol, [contract]


def cancel_all_after(caller: FuturesCaller, request: trading.CancelAllOrdersAfter) -> trading.DeadMansSwitchReply:
    if request.timeout is None:
        raise lacking("timeout")
    at = caller.exchange.cancel_all_after(caller.account, request.timeout, caller.now)
    switch = trading.DeadMansSwitch(current_time=stamp(caller.now, 3), trigger_time="0" if at is None else stamp(at, 3))
    return trading.DeadMansSwitchReply(status=switch)


@dataclass(frozen=True, slots=True)
class _Cancel:
    """A request to cancel an order, found by one of its ids."""

    order_id: str | None
    cli_ord_id: str | None
    deadline: int | None


def batch_order(caller: FuturesCaller, request: Batch) -> batch.BatchReply:
    """All instructions are read before the first is carried out: what is refused as a whole has done nothing."""
    asked = [(one, _asked(caller, one, request.deadline)) for one in request.instructions]
    return batch.BatchReply(batch_status=[_row(caller, one, ask) for one, ask in asked])


def _asked(caller: FuturesCaller, instruction: Instruction, deadline: str | None) -> PlaceOrder | EditOrder | _Cancel:
    match instruction:
        case SendInstruction():
            return _placing(caller, instruction, deadline)
        case EditInstruction():
            return _editing(instruction, deadline)
        case CancelInstruction():
            moment = read_moment(deadline, "processBefore")
            return _Cancel(instruction.order_id, instruction.cli_ord_id, moment)


def _row(caller: FuturesCaller, instruction: Instruction, asked: PlaceOrder | EditOrder | _Cancel) -> BatchRow:
    tag = instruction.order_tag if isinstance(instruction, SendInstruction) else None
    received = stamp(caller.now, 3)
    try:
        status, done = _done(caller, asked)
    except Declined as declined:
        return BatchRow(
            status=_IN_BATCHES.get(declined.code, declined.code),
            order_tag=tag,
            order_id=_named(instruction),
            cli_ord_id=instruction.cli_ord_id,
            date_time_received=received,
            order_events=_rejections(declined) or [],
        )
    return BatchRow(
        status=status,
        order_tag=tag,
        order_id=done.order.order_id,
        cli_ord_id=done.order.cli_ord_id,
        date_time_received=received,
        order_events=wire_events(done.steps),
    )


def _done(caller: FuturesCaller, asked: PlaceOrder | EditOrder | _Cancel) -> tuple[str, Done]:
    exchange, account, now = caller.exchange, caller.account, caller.now
    match asked:
        case PlaceOrder():
            return "placed", exchange.place(account, asked, now)
        case EditOrder():
            return "edited", exchange.edit(account, asked, now)
        case _Cancel():
            check_deadline(asked.deadline, now)
            return "cancelled", exchange.cancel(account, now, order_id=asked.order_id, cli_ord_id=asked.cli_ord_id)


def _named(instruction: Instruction) -> str | None:
    return None if isinstance(instruction, SendInstruction) else instruction.order_id


ENDPOINTS: Final = (
    endpoint(trading.SubmitOrder, send_order),
    endpoint(trading.EditOrder, edit_order),
    endpoint(trading.CancelOrder, cancel_order),
    endpoint(trading.CancelAllOrders, cancel_all),
    endpoint(trading.CancelAllOrdersAfter, cancel_all_after),
    # Its instructions are of three kinds, which no single class can be read into: it gets a Batch.
    Endpoint(batch.BatchOrderManagement, batch_order),
)
