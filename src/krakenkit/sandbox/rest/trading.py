"""Private REST of Spot that acts: orders in, changed and out, and tokens for private sockets."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.asset_classes import check_amended, pair_in
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import AmendOrder, EditOrder, EngineRefused, PlaceOrder
from krakenkit.sandbox.engine.refusals import UNKNOWN_ORDER
from krakenkit.sandbox.engine.words import digits, price_texts
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.orders import placing, read_flags, read_prices
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.tokens import LIFE_SECONDS
from krakenkit.sandbox.values import is_reference, read_amount, read_deadline
from krakenkit.wire.spot import batches, deadman, edits, trading
from krakenkit.wire.trading_limits import BATCHED_SHARE


def submit_order(caller: Caller, request: trading.SubmitOrder) -> trading.PlacedOrder | dict[str, object]:
    deadline = read_deadline(request.deadline, caller.now)
    pair = pair_in(caller.venue.exchange, request.pair, request.asset_class)
    asked = placing(request, pair=pair.name, now=caller.now, deadline=deadline, validate=bool(request.validate))
    placed = caller.venue.exchange.place(caller.account, asked, caller.now)
    text = trading.OrderText(order=placed.description, close=placed.close or None)
    if placed.order is None:
        return {"descr": text}  # an order that was only validated has no id, and its answer no such member
    return trading.PlacedOrder(descr=text, txid=[placed.order.order_id])


def amend_order(caller: Caller, request: trading.AmendOrder) -> trading.AmendedOrder:
    ids = {"order_id": request.txid, "cl_ord_id": request.cl_ord_id}
    check_amended(caller.venue.exchange, caller.account, request.pair, **ids)
    limit, _ = read_prices("limit", request.limit_price, None)
    trigger, _ = read_prices("limit", request.trigger_price, None)
    asked = AmendOrder(
        order_id=request.txid,
        cl_ord_id=request.cl_ord_id,
        qty=None if request.order_qty is None else read_amount(request.order_qty, "order_qty"),
        display_qty=None if request.display_qty is None else read_amount(request.display_qty, "display_qty"),
        limit_price=limit,
        trigger_price=trigger,
        post_only=bool(request.post_only),
        deadline=read_deadline(request.deadline, caller.now),
    )
    return trading.AmendedOrder(caller.venue.exchange.amend(caller.account, asked, caller.now).amend_id)


def edit_order(caller: Caller, request: edits.EditOrder) -> edits.EditedOrder:
    exchange = caller.venue.exchange
    old = exchange.order(caller.account, _order_id(caller, str(request.txid)))
    limit, trigger = read_prices(old.order_type, request.price, request.price2)
    asked = EditOrder(
        order_id=old.order_id,
        pair=pair_in(caller.venue.exchange, request.pair, request.asset_class).name,
        qty=None if request.volume is None else read_amount(request.volume, "volume"),
        display_qty=None if request.displayvol is None else read_amount(request.displayvol, "displayvol"),
        limit_price=limit,
        trigger_price=trigger,
        post_only="post" in read_flags(request.oflags),
        userref=request.userref,
        deadline=read_deadline(request.deadline, caller.now),
        validate=bool(request.validate),
    )
    done = exchange.edit(caller.account, asked, caller.now)
    new = done.order or done.original
    price, price2 = price_texts(new, digits)
    return edits.EditedOrder(
        status="ok",
        txid=None if done.order is None else done.order.order_id,
        originaltxid=done.original.order_id,
        descr=trading.OrderText(order=done.description),
        volume=new.qty,
        price=price,
        price2=price2,
        orders_cancelled=0 if done.order is None else 1,
        newuserref=None if done.order is None else done.order.userref,
        olduserref=done.original.userref,
    )


def _order_id(caller: Caller, name: str) -> str:
    """An order id, or the user reference that only one open order has."""
    if not is_reference(name):
        return name
    found = caller.venue.exchange.open_orders(caller.account, userref=int(name))
    if len(found) != 1:
        raise EngineRefused(UNKNOWN_ORDER)
    return found[0].order_id


def submit_batch(caller: Caller, request: batches.SubmitBatchOrders) -> batches.PlacedBatch:
    deadline = read_deadline(request.deadline, caller.now)
    pair = pair_in(caller.venue.exchange, request.pair, request.asset_class)
    asked = [
        placing(order, pair=pair.name, now=caller.now, deadline=deadline, validate=bool(request.validate))
        for order in request.orders
    ]
    for order in asked:
        caller.venue.exchange.check(caller.account, order, caller.now)
    return batches.PlacedBatch([_batched(caller, order) for order in asked])


def _batched(caller: Caller, order: PlaceOrder) -> batches.BatchedOrder:
    try:
        placed = caller.venue.exchange.place(caller.account, order, caller.now, share=BATCHED_SHARE)
    except EngineRefused as refused:
        return batches.BatchedOrder(error=refused.code)
    text = trading.OrderText(order=placed.description)
    # The manual has the close inside ``descr``, its own sample beside it.
    return batches.BatchedOrder(
        txid=None if placed.order is None else placed.order.order_id, descr=text, close=placed.close or None
    )


def cancel_order(caller: Caller, request: trading.CancelOrder) -> trading.CancelCount:
    if request.cl_ord_id is not None:
        gone = caller.venue.exchange.cancel(caller.account, caller.now, cl_ord_id=request.cl_ord_id)
        return trading.CancelCount(len(gone))
    return trading.CancelCount(cancel_named(caller, str(request.txid)))


def cancel_named(caller: Caller, name: str) -> int:
    """Cancel the order of this id, or all orders of this user reference; gives how many.

    Raises:
        EngineRefused: when there is none.
    """
    exchange = caller.venue.exchange
    if is_reference(name):
        return len(exchange.cancel(caller.account, caller.now, userref=int(name)))
    return len(exchange.cancel(caller.account, caller.now, order_id=name))


def cancel_batch(caller: Caller, request: batches.CancelBatchOrders) -> trading.CancelCount:
    count = sum(_cancelled(caller, str(name)) for name in request.orders or ())
    for name in request.cl_ord_ids or ():
        count += _cancelled(caller, name, client_id=True)
    return trading.CancelCount(count)


def _cancelled(caller: Caller, name: str, *, client_id: bool = False) -> int:
    """Orders of a batch that are gone already do not keep the others from being cancelled."""
    try:
        if client_id:
            return len(caller.venue.exchange.cancel(caller.account, caller.now, cl_ord_id=name))
        return cancel_named(caller, name)
    except EngineRefused as refused:
        if refused.code != UNKNOWN_ORDER:
            raise
        return 0


def cancel_all(caller: Caller, request: trading.CancelAllOrders) -> trading.CancelCount:
    return trading.CancelCount(len(caller.venue.exchange.cancel_all(caller.account, caller.now)))


def cancel_all_after(caller: Caller, request: deadman.CancelAllOrdersAfter) -> deadman.CancelTimer:
    switch = caller.venue.exchange.cancel_all_after(caller.account, request.timeout, caller.now)
    return deadman.CancelTimer(
        current_time=stamp(switch.now, 0), trigger_time="0" if switch.at is None else stamp(switch.at, 0)
    )


def websockets_token(caller: Caller, request: trading.GetWebSocketsToken) -> trading.WebSocketsToken:
    # A token has to live long enough for a client in real time, however fast the exchange runs.
    token = caller.venue.tokens.issue(caller.owner, caller.venue.time.after(LIFE_SECONDS))
    return trading.WebSocketsToken(token=token, expires=LIFE_SECONDS)


ENDPOINTS: Final = (
    endpoint(trading.SubmitOrder, submit_order),
    endpoint(trading.AmendOrder, amend_order),
    endpoint(edits.EditOrder, edit_order),
    endpoint(batches.SubmitBatchOrders, submit_batch),
    endpoint(trading.CancelOrder, cancel_order),
    endpoint(batches.CancelBatchOrders, cancel_batch),
    endpoint(trading.CancelAllOrders, cancel_all),
    endpoint(deadman.CancelAllOrdersAfter, cancel_all_after),
    endpoint(trading.GetWebSocketsToken, websockets_token),
)
