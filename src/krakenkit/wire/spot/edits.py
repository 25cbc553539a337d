"""Spot trading: the older way to change an order. Source: docs.kraken.com, Spot REST, Trading, Edit Order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import at_least_one
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.trading import OrderText
from krakenkit.wire.vocab import AssetClass


class EditedOrder(Struct, frozen=True):
    """The order that took the place of the old one, or why there is none: look at ``accepted``."""

    status: str
    """``ok``, or ``err`` with ``error_message``: a refusal inside an answer that has no error of its own."""
    txid: str | None = None
    """The id of the new order."""
    originaltxid: str | None = None
    descr: OrderText | None = None
    volume: Decimal | None = None
    price: str | None = None
    """A price, or text such as ``+5.0%``."""
    price2: str | None = None
    orders_cancelled: int | None = None
    """1 when the old order was cancelled, 0 when not."""
    newuserref: int | None = None
    olduserref: int | None = None
    error_message: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the edit was done."""
        return self.status == "ok" and not self.error_message

    def refusal(self) -> str | None:
        """The exchange's words when the edit was not done; see :class:`~krakenkit.wire.codec.MayRefuse`."""
        if self.status != "err" and not self.error_message:
            return None
        words = self.error_message or "EOrder:Edit refused without a reason"
        return f"{words} (the old order was cancelled)" if self.orders_cancelled else words


class EditOrder(Request[EditedOrder], frozen=True, kw_only=True):
    """Cancel an order and place another in its stead; ``amend_order`` is better in every way the exchange offers it.

    The new order has a new id and goes to the back of the queue. Not for triggered stops, conditional closes, orders
    with ``cl_ord_id``, or a volume below what is filled. It is sent once: when the answer is lost, ``OutcomeUnknown``
    is raised.
    """

    route: ClassVar = Route.place(
        "spot.trading.edit_order",
        "/0/private/EditOrder",
        permission="Orders and trades - Create & modify orders and Orders and trades - Cancel & close orders",
        cost=0,
        engine=True,
    )

    txid: str | int
    """The order's id, or a user reference that only this order has."""
    pair: str
    """Pair id or altname, for example ``XBTUSD``."""
    userref: int | None = None
    """User reference of the new order; the old one is not kept."""
    volume: Number | None = None
    displayvol: Number | None = None
    """Icebergs only."""
    price: Number | None = None
    """New limit price, or trigger price of triggered orders."""
    price2: Number | None = None
    oflags: str | list[str] | None = None
    """Only ``post`` can change, and it must be given again to stay."""
    deadline: datetime | str | None = None
    """2 to 60 seconds ahead; the engine drops the edit after it."""
    cancel_response: bool | None = None
    """Answer before the new order is in."""
    validate: bool | None = None
    """Check only; nothing is changed."""
    asset_class: AssetClass | None = None
    """``tokenized_asset`` for xStocks."""

    def check(self) -> None:
        at_least_one(self, "txid")
