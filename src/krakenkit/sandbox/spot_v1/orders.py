"""From Spot v1's way of describing an order to the engine's. It is REST's way: text, flags, and one price of two meanings."""

from __future__ import annotations

from krakenkit.sandbox.engine import AmendOrder, EditOrder, Exchange, OrderView, PlaceOrder
from krakenkit.sandbox.engine.refusals import UNKNOWN_ORDER, EngineRefused, invalid
from krakenkit.sandbox.engine.requests import LARGEST_LEVERAGE
from krakenkit.sandbox.rest.orders import closing, read_flags, read_leverage, read_prices
from krakenkit.sandbox.values import is_reference, read_amount, read_deadline, read_time
from krakenkit.wire.spot_v1 import trading


def placing(order: trading.AddOrder, now: int) -> PlaceOrder:
    """What the engine is asked to place.

    Raises:
        EngineRefused: for a value whose words or digits are odd.
    """
    close = order.close_ordertype
    kind = order.ordertype.lower()
    flags = read_flags(order.oflags)
    limit, trigger = read_prices(kind, order.price, order.price2)
    volume = read_amount(order.volume, "volume")
    in_quote = "viqc" in flags
    if "-" in (order.stp_type or ""):
        raise invalid("stp_type")  # the hyphens of REST
    if (order.timeinforce or "").upper() == "FOK":
        raise invalid("timeinforce")  # came when v1 had been frozen
    return PlaceOrder(
        pair=order.pair,
        side=order.type,
        order_type=kind,
        qty=None if in_quote else volume,
        cash_qty=volume if in_quote else None,
        limit_price=limit,
        trigger_price=trigger,
        close=None if close is None else closing(close, order.close_price, order.close_price2),
        time_in_force=order.timeinforce or "gtc",
        start_at=read_time(order.starttm, now, "starttm"),
        expire_at=read_time(order.expiretm, now, "expiretm"),
        post_only="post" in flags,
        reduce_only=bool(order.reduce_only),
        leverage=read_leverage(order.leverage) or (LARGEST_LEVERAGE if order.margin else None),
        fee_in="base" if "fcib" in flags else "quote" if "fciq" in flags else None,
        stp_type=order.stp_type or "cancel_newest",
        cl_ord_id=order.cl_ord_id,
        userref=_reference(order.userref, "userref"),
        deadline=read_deadline(order.deadline, now),
        validate=bool(order.validate),
    )


def amending(command: trading.AmendOrder, now: int) -> AmendOrder:
    """What the engine is asked to change in place.

    Raises:
        EngineRefused: for a value whose words or digits are odd.
    """
    limit, _ = read_prices("limit", command.limit_price, None)
    trigger, _ = read_prices("limit", command.trigger_price, None)
    return AmendOrder(
        order_id=command.txid,
        cl_ord_id=command.cl_ord_id,
        qty=None if command.volume is None else read_amount(command.volume, "volume"),
        display_qty=None if command.display_volume is None else read_amount(command.display_volume, "display_volume"),
        limit_price=limit,
        trigger_price=trigger,
        post_only=bool(command.post_only),
        deadline=read_deadline(command.deadline, now),
    )


def editing(command: trading.EditOrder, old: OrderView) -> EditOrder:
    """What the engine is asked to cancel and place anew.

    Raises:
        EngineRefused: for a value whose words or digits are odd.
    """
    limit, trigger = read_prices(old.order_type, command.price, command.price2)
    return EditOrder(
        order_id=old.order_id,
        pair=command.pair,
        qty=None if command.volume is None else read_amount(command.volume, "volume"),
        limit_price=limit,
        trigger_price=trigger,
        post_only="post" in read_flags(command.oflags),
        userref=_reference(command.newuserref, "newuserref"),
        validate=bool(command.validate),
    )


def named_order(exchange: Exchange, account: str, name: str) -> OrderView:
    """The order of this id, or the only open one with this user reference.

    Raises:
        EngineRefused: when there is none, or more than one.
    """
    if not is_reference(name):
        return exchange.order(account, name)
    found = exchange.open_orders(account, userref=int(name))
    if len(found) != 1:
        raise EngineRefused(UNKNOWN_ORDER)
    return found[0]


def _reference(value: object, field: str) -> int | None:
    """A user reference, a whole number in quotes."""
    if value is None:
        return None
    if not is_reference(str(value)):
        raise invalid(field)
    return int(str(value))
