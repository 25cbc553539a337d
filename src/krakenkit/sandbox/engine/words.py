"""Orders in Kraken's words and with its two price fields, as REST and WebSocket v1 show them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from .instruments import Pair
from .orders import OrderView
from .prices import Offset, Price
from .requests import Closing
from .scale import to_units

Write: TypeAlias = Callable[[Decimal], str]
"""How a face writes a price."""


def describe(order: OrderView) -> str:
    """The order in the words of REST's ``descr.order``, for example ``buy 1.25000000 XBTUSD @ limit 27500.0``."""
    size = order.qty if order.cash_qty is None else order.cash_qty
    terms = in_words(order.order_type, *price_texts(order, digits))
    return f"{order.side} {size:f} {order.pair.altname} @ {terms}{loan_in_words(order)}"


def loan_in_words(order: OrderView) -> str:
    """What stands behind the terms of a margin order: `` with 5:1 leverage``."""
    return "" if order.leverage is None else f" with {order.leverage}:1 leverage"


def describe_close(order: OrderView) -> str:
    """The conditional close in the words of REST's ``descr.close``; empty when there is none."""
    if order.close is None:
        return ""
    return f"close position @ {in_words(order.close.order_type, *close_texts(order.close, order.pair, digits))}"


def digits(price: Decimal) -> str:
    """A price with its own digits."""
    return f"{price:f}"


def in_words(order_type: str, price: str | None, price2: str | None) -> str:
    """Type and prices in words: ``stop loss 22000.0 -> limit 21000.0``."""
    words = "limit" if order_type == "iceberg" else order_type.removesuffix("-limit").replace("-", " ")
    words += "" if price is None else f" {price}"
    return words if price2 is None else f"{words} -> limit {price2}"


def price_texts(order: OrderView, write: Write) -> tuple[str | None, str | None]:
    """``price`` and ``price2`` of an order: limit, or trigger and limit; trailing stops keep their distances."""
    if order.trailing is not None:
        limit = order.trailing.limit or order.limit_price
        return order.trailing.offset.text(write), None if limit is None else _text(limit, write)
    first, second = order.trigger_price, order.limit_price
    if first is None:
        first, second = second, None
    return None if first is None else write(first), None if second is None else write(second)


def close_texts(close: Closing, pair: Pair, write: Write) -> tuple[str | None, str | None]:
    """``price`` and ``price2`` of a conditional close, relative where they were given so."""
    first, second = close.trigger_price, close.limit_price
    if first is None:
        first, second = second, None

    def padded(amount: Decimal) -> str:
        units = to_units(amount, pair.pair_decimals)
        return write(amount if units is None else pair.price(units))

    return None if first is None else _text(first, padded), None if second is None else _text(second, padded)


def _text(price: Price, write: Write) -> str:
    return price.text(write) if isinstance(price, Offset) else write(price)
