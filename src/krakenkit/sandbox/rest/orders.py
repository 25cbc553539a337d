"""From REST's way of describing an order to the engine's: one price field for two meanings, flags, seconds, offsets."""

from __future__ import annotations

import re

from krakenkit._core.numbers import Number
from krakenkit.sandbox.engine import Closing, EngineRefused, PlaceOrder, read_price
from krakenkit.sandbox.engine.prices import Offset, Price
from krakenkit.sandbox.engine.refusals import PRICE_ARGUMENT, invalid
from krakenkit.sandbox.engine.requests import TRAILING, TRIGGERED
from krakenkit.sandbox.values import names_in, read_amount, read_time
from krakenkit.wire.spot.batches import BatchOrder
from krakenkit.wire.spot.trading import SubmitOrder

_FLAGS = frozenset({"post", "fcib", "fciq", "viqc", "nompp"})


def placing(
    order: SubmitOrder | BatchOrder, *, pair: str, now: int, deadline: int | None, validate: bool
) -> PlaceOrder:
    """What the engine is asked to place.

    Raises:
        EngineRefused: for a value whose words or digits are odd.
    """
    close = order.close
    kind = order.ordertype.lower()
    flags = read_flags(order.oflags)
    limit, trigger = read_prices(kind, order.price, order.price2)
    volume = read_amount(order.volume, "volume")
    in_quote = "viqc" in flags
    if "_" in (order.stptype or ""):
        raise invalid("stptype")  # the underscores of sockets
    return PlaceOrder(
        pair=pair,
        side=order.type,
        order_type=kind,
        qty=None if in_quote else volume,
        cash_qty=volume if in_quote else None,
        limit_price=limit,
        trigger_price=trigger,
        trigger_reference=order.trigger or "last",
        display_qty=None if order.displayvol is None else read_amount(order.displayvol, "displayvol"),
        close=None if close is None else closing(close.ordertype, close.price, close.price2),
        time_in_force=order.timeinforce or "gtc",
        start_at=read_time(order.starttm, now, "starttm"),
        expire_at=read_time(order.expiretm, now, "expiretm"),
        post_only="post" in flags,
        reduce_only=bool(order.reduce_only),
        leverage=read_leverage(order.leverage),
        fee_in="base" if "fcib" in flags else "quote" if "fciq" in flags else None,
        stp_type=order.stptype or "cancel-newest",
        cl_ord_id=order.cl_ord_id,
        userref=order.userref,
        deadline=deadline,
        validate=validate,
    )


def read_flags(oflags: str | list[str] | None) -> set[str]:
    """The order flags.

    Raises:
        EngineRefused: for a flag nobody knows, and for both fee flags at once.
    """
    flags = set(names_in(oflags))
    if flags - _FLAGS or {"fcib", "fciq"} <= flags:
        raise invalid("oflags")
    return flags


def read_leverage(value: object) -> int | None:
    """How many times its margin an order is worth; None for an order without margin.

    Raises:
        EngineRefused: for anything but a whole number.
    """
    text = "none" if value is None else str(value).strip().lower()
    if text in ("none", "0", "1"):
        return None
    if not re.fullmatch("[0-9]{1,3}", text):
        raise invalid("leverage")
    return int(text)


def closing(ordertype: str, price: Number | None, price2: Number | None) -> Closing:
    """The conditional close that is asked for.

    Raises:
        EngineRefused: for prices against the grammar.
    """
    kind = ordertype.lower()
    limit, trigger = read_prices(kind, price, price2)
    return Closing(order_type=kind, limit_price=limit, trigger_price=trigger)


def read_prices(kind: str, price: Number | None, price2: Number | None) -> tuple[Price | None, Price | None]:
    """Limit and trigger price: ``price`` is the trigger of triggered orders, whose limit is ``price2``.

    Raises:
        EngineRefused: for prices against the grammar; the limit of a trailing stop has to have a sign.
    """
    first, second = _price(price), _price(price2)
    if kind in TRAILING and kind.endswith("-limit") and second is not None and not isinstance(second, Offset):
        raise EngineRefused(PRICE_ARGUMENT)
    if kind in TRIGGERED:
        return (second if kind.endswith("-limit") else None), first
    # Clients send a price of zero with market orders.
    return (None if kind == "market" and not first else first), None


def _price(value: Number | None) -> Price | None:
    return None if value is None else read_price(str(value))
