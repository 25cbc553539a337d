"""From the Unified WebSocket's way of describing an order in a contract to the engine's.

What contracts do not have (a hidden part, a life until a moment, a start at one) is refused by the name of its field, as is
what the engine does not execute. A self-trade is never made: an order that would meet one's own is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from krakenkit._core.numbers import Number
from krakenkit.sandbox.engine.derivatives import Contract, EditOrder, PlaceOrder, Signal
from krakenkit.sandbox.engine.refusals import INVALID_PRICE, invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.values import read_deadline
from krakenkit.wire.spot_v2.trading import TriggerParams
from krakenkit.wire.unified import trading

_TRIGGERED: Final[Mapping[str, str]] = {
    "stop-loss": "stp",
    "stop-loss-limit": "stp",
    "take-profit": "take_profit",
    "take-profit-limit": "take_profit",
    "trailing-stop": "trailing_stop",
    "trailing-stop-limit": "trailing_stop",
}
_TRAILING_LIMIT: Final = "trailing-stop-limit"
_UNITS: Final[Mapping[str, str]] = {"pct": "PERCENT", "quote": "QUOTE_CURRENCY"}
_LIVES: Final[Mapping[str, str]] = {"gtc": "lmt", "ioc": "ioc", "fok": "fok"}
_SIGNALS: Final[Mapping[str, Signal]] = {"last": "last", "index": "index"}
_LONGEST_ID: Final = 36


def placing(order: trading.OrderParams, contract: Contract, *, now: int, deadline: str | None) -> PlaceOrder:
    """What the engine is asked to place.

    Raises:
        EngineRefused: for odd words and moments, and for what contracts do not have.
    """
    _check_absent(order)
    asked = PlaceOrder(
        contract=contract,
        side=order.side,
        kind=_kind(order),
        qty=_number(order.order_qty),
        limit_price=_limit(order),
        signal="last" if order.triggers is None else _signal(order.triggers),
        reduce_only=bool(order.reduce_only),
        cli_ord_id=order.cl_ord_id,
        deadline=read_deadline(deadline, now),
    )
    return asked if order.triggers is None else _triggered(asked, order, order.triggers)


def _triggered(asked: PlaceOrder, order: trading.OrderParams, trigger: TriggerParams) -> PlaceOrder:
    """The order with what sets it off: a price, or the distance at which a trailing stop follows one.

    The limit price of a trailing stop is an offset from its trigger price, in the money of the price.
    """
    kind = trigger.price_type or "static"
    if asked.kind != "trailing_stop":
        if kind != "static":
            raise invalid("price_type")  # relative ones are not in the readable part of Kraken's page
        return replace(asked, stop_price=_number(trigger.price))
    if kind not in _UNITS:
        raise invalid("price_type")
    trailing = replace(asked, deviation=abs(_number(trigger.price)), deviation_unit=_UNITS[kind])
    if order.order_type != _TRAILING_LIMIT:
        return trailing
    return replace(trailing, limit_price=None, offset=asked.limit_price, offset_unit=_UNITS["quote"])


def _check_absent(order: trading.OrderParams) -> None:
    """Refuse what does not go with an order in a contract, or with its type."""
    absent = {
        "effective_time": order.effective_time,
        "expire_time": order.expire_time,
        "display_qty": order.display_qty,
        "limit_price_type": None if _static_offset(order) else order.limit_price_type,
        "triggers": None if order.order_type in _TRIGGERED else order.triggers,
        "post_only": order.post_only if order.order_type != "limit" else None,
    }
    for field, value in absent.items():
        if value not in (None, False):
            raise invalid(field)
    if (order.stp_type or "cancel_newest") != "cancel_newest":
        raise invalid("stp_type")
    if order.cl_ord_id is not None and not (order.cl_ord_id.isascii() and len(order.cl_ord_id) <= _LONGEST_ID):
        raise invalid("cl_ord_id")


def _static_offset(order: trading.OrderParams) -> bool:
    """Whether the type of its limit price is one that may be named."""
    return order.order_type == _TRAILING_LIMIT and order.limit_price_type in (None, "static")


def _kind(order: trading.OrderParams) -> str:
    """The engine's order type."""
    life = (order.time_in_force or "gtc").lower()
    if life not in _LIVES or (life != "gtc" and order.post_only):
        raise invalid("time_in_force")
    match order.order_type:
        case "limit":
            return "post" if order.post_only else _LIVES[life]
        case "market" if life != "fok":
            return "mkt"
        case triggered if triggered in _TRIGGERED and life == "gtc":
            return _TRIGGERED[triggered]
        case known if known == "market" or known in _TRIGGERED:
            raise invalid("time_in_force")
        case _:
            raise invalid("order_type")


def _limit(order: trading.OrderParams) -> Decimal | None:
    limited = order.order_type == "limit" or order.order_type.endswith("-limit")
    if limited != (order.limit_price is not None):
        raise Denied(INVALID_PRICE) if limited else invalid("limit_price")
    return None if order.limit_price is None else _number(order.limit_price)


def _signal(trigger: TriggerParams) -> Signal:
    """The price a trigger looks at; the mark price, which the old API has, is not among them."""
    reference = trigger.reference or "last"
    if reference not in _SIGNALS:
        raise invalid("reference")
    return _SIGNALS[reference]


def amending(command: trading.AmendOrder, now: int) -> EditOrder:
    """What the engine is asked to change in place.

    Raises:
        EngineRefused: for an odd moment, and for a hidden part.
    """
    if command.display_qty is not None:
        raise invalid("display_qty")
    return EditOrder(
        order_id=command.order_id,
        cli_ord_id=command.cl_ord_id,
        qty=_maybe(command.order_qty),
        whole=True,
        limit_price=_maybe(command.limit_price),
        stop_price=_maybe(command.trigger_price),
        deadline=read_deadline(command.deadline, now),
    )


def _maybe(value: Number | None) -> Decimal | None:
    return None if value is None else _number(value)


def _number(value: Number) -> Decimal:
    return Decimal(value)
