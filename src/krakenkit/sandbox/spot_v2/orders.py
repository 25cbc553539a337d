"""From a socket's way of describing an order to the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from krakenkit._core.clock import nanoseconds
from krakenkit._core.numbers import Number
from krakenkit.sandbox.engine import AmendOrder, Closing, EditOrder, Offset, PlaceOrder
from krakenkit.sandbox.engine.prices import Price
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.engine.requests import LARGEST_LEVERAGE
from krakenkit.sandbox.values import read_deadline
from krakenkit.wire.spot_v2 import trading

OLD_FIELDS = frozenset({"no_mpp", "stop_price", "trigger", "price"})
"""Deprecated names that are still taken; :func:`modern` says what they are called now."""


def modern(members: Mapping[str, object]) -> dict[str, object]:
    """The members of a request under their present names."""
    new = dict(members)
    new.pop("no_mpp", None)
    stop, reference, price = new.pop("stop_price", None), new.pop("trigger", None), new.pop("price", None)
    if stop:
        new.setdefault("triggers", {"price": stop} | ({"reference": reference} if reference else {}))
    if price is not None:
        new.setdefault("limit_price", price)
    close = new.get("conditional")
    if isinstance(close, dict) and "stop_price" in close:
        terms = cast("dict[str, object]", close)
        renamed = {"trigger_price" if name == "stop_price" else name: value for name, value in terms.items()}
        new["conditional"] = renamed
    orders = new.get("orders")
    if isinstance(orders, list):
        rows = cast("list[object]", orders)
        new["orders"] = [modern(cast("dict[str, object]", row)) if isinstance(row, dict) else row for row in rows]
    return new


def placing(
    order: trading.OrderParams, *, symbol: str, now: int, deadline: str | None, validate: bool | None
) -> PlaceOrder:
    """What the engine is asked to place.

    Raises:
        EngineRefused: for odd words or moments.
    """
    trigger = order.triggers
    if "-" in (order.stp_type or ""):
        raise invalid("stp_type")  # the hyphens of REST
    return PlaceOrder(
        pair=symbol,
        side=order.side,
        order_type=order.order_type,
        qty=_amount(order.order_qty),
        cash_qty=_amount(order.cash_order_qty),
        limit_price=read_limit(order.limit_price, order.limit_price_type, order.order_type),
        trigger_price=None if trigger is None else read_price(trigger.price, trigger.price_type, "price_type"),
        trigger_reference="last" if trigger is None else trigger.reference or "last",
        display_qty=_amount(order.display_qty),
        close=None if order.conditional is None else _closing(order.conditional),
        time_in_force=order.time_in_force or "gtc",
        start_at=read_moment(order.effective_time, "effective_time"),
        expire_at=read_moment(order.expire_time, "expire_time"),
        post_only=bool(order.post_only),
        reduce_only=bool(order.reduce_only),
        leverage=LARGEST_LEVERAGE if order.margin else None,
        fee_in=order.fee_preference,
        stp_type=order.stp_type or "cancel_newest",
        cl_ord_id=order.cl_ord_id,
        userref=order.order_userref,
        deadline=read_deadline(deadline, now),
        validate=bool(validate),
    )


def _closing(close: trading.ConditionalParams) -> Closing:
    """The conditional close that is asked for. The manual lists price types in it, the Rust SDK has none."""
    return Closing(
        order_type=close.order_type.lower(),
        limit_price=read_limit(close.limit_price, close.limit_price_type, close.order_type),
        trigger_price=read_price(close.trigger_price, close.trigger_price_type, "trigger_price_type"),
    )


def amending(command: trading.AmendOrder, now: int, *, order_type: str | None) -> AmendOrder:
    """What the engine is asked to change in place; ``order_type`` is the one of the order that is meant."""
    return AmendOrder(
        order_id=command.order_id,
        cl_ord_id=command.cl_ord_id,
        qty=_amount(command.order_qty),
        display_qty=_amount(command.display_qty),
        limit_price=read_limit(command.limit_price, command.limit_price_type, order_type or ""),
        trigger_price=read_price(command.trigger_price, command.trigger_price_type, "trigger_price_type"),
        post_only=bool(command.post_only),
        deadline=read_deadline(command.deadline, now),
    )


def editing(command: trading.EditOrder, now: int, *, pair: str) -> EditOrder:
    """What the engine is asked to cancel and place anew."""
    trigger = command.triggers
    return EditOrder(
        order_id=command.order_id,
        pair=pair,
        qty=_amount(command.order_qty),
        display_qty=_amount(command.display_qty),
        limit_price=read_price(command.limit_price, None, "limit_price"),
        trigger_price=None if trigger is None else read_price(trigger.price, trigger.price_type, "price_type"),
        trigger_reference=None if trigger is None else trigger.reference or "last",
        post_only=bool(command.post_only),
        fee_in=command.fee_preference,
        reduce_only=bool(command.reduce_only),
        userref=command.order_userref,
        deadline=read_deadline(command.deadline, now),
        validate=bool(command.validate),
    )


def read_limit(value: Number | None, kind: str | None, order_type: str) -> Price | None:
    """A limit price; the one behind a trailing stop is an offset in price when nothing is said.

    Raises:
        EngineRefused: for a kind of price that nobody knows.
    """
    default = "quote" if order_type.lower() == "trailing-stop-limit" else "static"
    return read_price(value, kind or default, "limit_price_type")


def read_price(value: Number | None, kind: str | None, field: str) -> Price | None:
    """A price, or a signed distance from the last trade: in quote units or in percent.

    Raises:
        EngineRefused: for a kind of price that nobody knows.
    """
    number = _amount(value)
    if number is None:
        return None
    match (kind or "static").lower():
        case "static":
            return number
        case "quote" | "pct" as relative:
            return Offset("-" if number < 0 else "+", abs(number), relative == "pct")
        case _:
            raise invalid(field)


def read_moment(text: str | None, field: str) -> int | None:
    """RFC 3339 as nanoseconds since 1970.

    Raises:
        EngineRefused: for anything else.
    """
    if text is None:
        return None
    try:
        return nanoseconds(text)
    except ValueError:
        raise invalid(field) from None


def _amount(value: Number | None) -> Decimal | None:
    return None if value is None else Decimal(value)
