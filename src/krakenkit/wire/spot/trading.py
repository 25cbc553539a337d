"""Spot trading: orders in and out, and the token for private sockets. Source: docs.kraken.com, Spot REST, Trading."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import at_least_one, only_one
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import OrderType, Side, TimeInForce, Trigger

_MODIFY = "Orders and trades - Create & modify orders"
_CANCEL = f"{_MODIFY} or Orders and trades - Cancel & close orders"


class ConditionalClose(Params, frozen=True, kw_only=True):
    """An order of the opposite side that is placed for every fill of the first one."""

    ordertype: OrderType
    price: Number | None = None
    price2: Number | None = None


class OrderText(Struct, frozen=True):
    """The order as the exchange understood it."""

    order: str | None = None
    close: str | None = None


class PlacedOrder(Struct, frozen=True):
    """A placed order; ``txid`` is empty when it was only validated."""

    descr: OrderText | None = None
    txid: list[str] = []


class SubmitOrder(Request[PlacedOrder], frozen=True, kw_only=True):
    """Place an order. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    Prices of triggered and trailing orders follow the exchange's grammar: ``+5``, ``-1.5%``, ``#2%``.
    """

    route: ClassVar = Route.place(
        "spot.trading.add_order",
        "/0/private/AddOrder",
        siebly="submitOrder",
        permission=_MODIFY,
        cost=0,
        engine=True,
    )

    pair: str
    """Pair id or altname, for example ``XBTUSD``."""
    type: Side
    ordertype: OrderType
    volume: Number
    """Base quantity (quote with the flag ``viqc``); 0 closes a margin position."""
    trigger: Trigger | None = None
    """What fires a triggered order: ``last`` (when left out) or ``index``."""
    price: Number | None = None
    """Limit price, or the trigger price of triggered orders."""
    price2: Number | None = None
    """Limit price of ``stop-loss-limit``, ``take-profit-limit`` and ``trailing-stop-limit``."""
    reduce_only: bool | None = None
    leverage: str | int | None = None
    oflags: str | list[str] | None = None
    """``post``, ``fcib``, ``fciq``, ``viqc``."""
    stptype: str | None = None
    """Self-trade prevention: ``cancel-newest`` (when left out), ``cancel-oldest`` or ``cancel-both``."""
    timeinforce: TimeInForce | None = None
    """``GTC`` (when left out), ``IOC``, ``GTD`` with ``expiretm``, or ``FOK``."""
    starttm: int | str | None = None
    """0, seconds since 1970, or ``+n`` seconds from now."""
    expiretm: int | str | None = None
    """0, seconds since 1970, or ``+n`` seconds from now."""
    displayvol: Number | None = None
    """Visible quantity of an iceberg, at least a fifteenth of ``volume``."""
    close: ConditionalClose | None = None
    deadline: datetime | str | None = None
    """2 to 60 seconds ahead; the engine drops the order after it."""
    cl_ord_id: str | None = None
    """Your own id: a UUID, 32 hex digits or up to 18 characters. See ``new_order_id()``."""
    userref: int | None = None
    """A group number of yours (signed 32 bits); not together with ``cl_ord_id``."""
    validate: bool | None = None
    """Check only; nothing is placed."""
    broker: str | None = None
    asset_class: str | None = None
    account_id: str | None = None

    def check(self) -> None:
        only_one(self, "cl_ord_id", "userref")


class AmendedOrder(Struct, frozen=True):
    """The amend's own id; the order keeps its ids."""

    amend_id: str


class AmendOrder(Request[AmendedOrder], frozen=True, kw_only=True):
    """Change an open order in place; it keeps its ids and, where possible, its place in the queue.

    It is sent once: an amend that overtakes a fill could act twice.
    """

    route: ClassVar = Route.place(
        "spot.trading.amend_order",
        "/0/private/AmendOrder",
        siebly="amendOrder",
        permission=_CANCEL,
        cost=0,
        engine=True,
    )

    txid: str | None = None
    cl_ord_id: str | None = None
    order_qty: Number | None = None
    """New base quantity; below what is filled, the rest is cancelled."""
    display_qty: Number | None = None
    limit_price: Number | None = None
    trigger_price: Number | None = None
    pair: str | None = None
    """Needed for pairs other than crypto."""
    post_only: bool | None = None
    deadline: datetime | str | None = None

    def check(self) -> None:
        at_least_one(self, "txid", "cl_ord_id")
        only_one(self, "txid", "cl_ord_id")


class CancelCount(Struct, frozen=True):
    """How many orders were cancelled; ``pending`` when it is still under way."""

    count: int
    pending: bool | None = None


class CancelOrder(Request[CancelCount], frozen=True):
    """Cancel one order, or all orders of a ``userref`` given as ``txid``."""

    route: ClassVar = Route.cancel(
        "spot.trading.cancel_order",
        "/0/private/CancelOrder",
        siebly="cancelOrder",
        permission=_CANCEL,
        cost=0,
        engine=True,
    )

    txid: str | int | None = None
    cl_ord_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "txid", "cl_ord_id")
        only_one(self, "txid", "cl_ord_id")


class CancelAllOrders(Request[CancelCount], frozen=True):
    """Cancel every open order."""

    route: ClassVar = Route.cancel(
        "spot.trading.cancel_all", "/0/private/CancelAll", siebly="cancelAllOrders", permission=_CANCEL, cost=1
    )


class WebSocketsToken(Struct, frozen=True):
    """A token for private sockets; it must be used within ``expires`` seconds (900). Its repr hides it."""

    token: str
    expires: int

    def __repr__(self) -> str:
        return f"WebSocketsToken(token=<hidden>, expires={self.expires})"


class GetWebSocketsToken(Request[WebSocketsToken], frozen=True):
    """A token for private sockets; the stream clients fetch their own."""

    route: ClassVar = Route.read(
        "spot.trading.get_websockets_token",
        "/0/private/GetWebSocketsToken",
        siebly="getWebSocketsToken",
        permission="WebSocket interface - On",
    )
