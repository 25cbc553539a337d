"""Trading commands of Spot v1. Numbers travel as text. Source: docs.kraken.com, Spot WebSocket v1, User Trading."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct, field

from krakenkit._core.numbers import Number, exact
from krakenkit.wire.checks import a_list, at_least_one, comma_joined, only_one, within
from krakenkit.wire.command import Command
from krakenkit.wire.environment import WsKey
from krakenkit.wire.request import Params, amount_fields
from krakenkit.wire.vocab import OrderType, Side, TimeInForce

C = TypeVar("C")
_RELATIVE = re.compile(r"[+\-#][0-9]+(\.[0-9]+)?%?|[0-9]+(\.[0-9]+)?%")
_PRICES = ("price", "price2", "close[price]", "close[price2]", "limit_price", "trigger_price")


class SpotV1Command(Command[C], Generic[C], frozen=True):
    """A trading request of Spot v1. Its answer's members stand at the top of the event that brings them."""

    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V1

    def exact_amounts(self) -> dict[str, Decimal]:
        """The amounts that were given, exact; relative prices such as ``+5%`` are no amounts and stay text."""
        amounts = amount_fields(type(self))
        given = Params.given(self).items()
        return {
            name: exact(value, name=name) for name, value in given if name in amounts and not _is_relative(name, value)
        }


def _is_relative(name: str, value: object) -> bool:
    return name in _PRICES and isinstance(value, str) and _RELATIVE.fullmatch(value) is not None


class OrderPlaced(Struct, frozen=True):
    """A placed order; ``txid`` is empty when it was only validated."""

    txid: str = ""
    descr: str = ""
    """The order in words."""
    cl_ord_id: str | None = None


class AddOrder(SpotV1Command[OrderPlaced], frozen=True, kw_only=True):
    """Place an order. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    Prices may be relative: ``+5``, ``-1.5%``, ``#2%``; trailing orders need ``+``.
    """

    method: ClassVar = "addOrder"

    ordertype: OrderType
    type: Side
    pair: str
    """For example ``XBT/USD``."""
    volume: Number
    """Base quantity (quote with the flag ``viqc``)."""
    price: Number | None = None
    """Limit price, or the trigger price of triggered orders."""
    price2: Number | None = None
    """Limit price of triggered limit orders."""
    leverage: Number | None = None
    margin: bool | None = None
    """True takes the largest leverage of the pair."""
    reduce_only: bool | None = None
    oflags: str | list[str] | None = None
    """``post``, ``fcib``, ``fciq``, ``viqc``."""
    starttm: str | None = None
    """``0``, ``+n`` seconds from now, or seconds since 1970."""
    expiretm: str | None = None
    """``0``, ``+n`` seconds from now, or seconds since 1970; at most a month ahead."""
    deadline: str | None = None
    """RFC 3339 with milliseconds, 500 ms to 60 s ahead (5 s when left out); the engine will not match after it."""
    cl_ord_id: str | None = None
    """Your own id: a UUID, 32 hex digits or up to 18 characters. Not together with ``userref``."""
    userref: Number | None = None
    stp_type: str | None = None
    """``cancel_newest`` (when left out), ``cancel_oldest`` or ``cancel_both``."""
    sender_sub_id: str | None = None
    timeinforce: TimeInForce | None = None
    """``GTC`` (when left out), ``GTD`` with ``expiretm``, or ``IOC``."""
    validate: bool | None = None
    """Check only; nothing is placed."""
    close_ordertype: OrderType | None = field(default=None, name="close[ordertype]")
    """An order of the opposite side that is placed for every fill."""
    close_price: Number | None = field(default=None, name="close[price]")
    close_price2: Number | None = field(default=None, name="close[price2]")

    def check(self) -> None:
        super().check()
        only_one(self, "cl_ord_id", "userref")
        comma_joined(self, "oflags")

    def given(self) -> dict[str, Any]:
        members = super().given()
        if self.validate is not None:
            members["validate"] = "true" if self.validate else "false"  # text here, unlike in editOrder
        return members


class OrderAmended(Struct, frozen=True):
    """The amend's own id; the order keeps its ids."""

    amend_id: str
    txid: str | None = None
    cl_ord_id: str | None = None


class AmendOrder(SpotV1Command[OrderAmended], frozen=True, kw_only=True):
    """Change an open order in place; it keeps its ids and, where possible, its place in the queue."""

    method: ClassVar = "amendOrder"

    txid: str | None = None
    cl_ord_id: str | None = None
    volume: Number | None = None
    """New base quantity; below what is filled, the rest is cancelled."""
    display_volume: Number | None = None
    limit_price: Number | None = None
    """Absolute, or relative with ``+``, ``-`` and ``%``."""
    trigger_price: Number | None = None
    """Absolute, or relative with ``+``, ``-`` and ``%``."""
    post_only: bool | None = None
    pair: str | None = None
    """Needed for pairs other than crypto."""
    deadline: str | None = None

    def check(self) -> None:
        super().check()
        at_least_one(self, "txid", "cl_ord_id")
        only_one(self, "txid", "cl_ord_id")


class OrderEdited(Struct, frozen=True):
    """An edit gives the order a new id."""

    txid: str
    originaltxid: str | None = None
    descr: str = ""


class EditOrder(SpotV1Command[OrderEdited], frozen=True, kw_only=True):
    """Cancel and replace an order; prefer amending, which keeps id and queue place."""

    method: ClassVar = "editOrder"

    orderid: str
    """Order id or userref."""
    pair: str
    volume: Number | None = None
    price: Number | None = None
    price2: Number | None = None
    oflags: str | list[str] | None = None
    newuserref: Number | None = None
    validate: bool | None = None

    def check(self) -> None:
        super().check()
        comma_joined(self, "oflags")


class OrderCancelled(Struct, frozen=True):
    """What became of one order: cancelled, or refused with ``error``.

    Replies name no order; the ids are filled in where it is certain which is meant.
    """

    txid: str | None = None
    cl_ord_id: str | None = None
    error: str | None = None


class CancelOrder(SpotV1Command[list[OrderCancelled]], frozen=True, kw_only=True):
    """Cancel orders by their ids; the answer has one entry for each. It raises only when all were refused."""

    method: ClassVar = "cancelOrder"

    txid: list[str] | None = None
    """Order ids or userrefs, both as text."""
    cl_ord_id: list[str] | None = None

    def check(self) -> None:
        super().check()
        a_list(self, "txid")
        a_list(self, "cl_ord_id")
        at_least_one(self, "txid", "cl_ord_id")

    @property
    def expected_replies(self) -> int:
        return len(self.ids())

    def ids(self) -> list[dict[str, str]]:
        """Every order that is meant, as the member it belongs into."""
        named = {"txid": self.txid, "cl_ord_id": self.cl_ord_id}
        return [{name: one} for name, ids in named.items() for one in ids or ()]

    @property
    def client_order_id(self) -> str | None:
        return self.cl_ord_id[0] if self.cl_ord_id and len(self.cl_ord_id) == 1 else None


class CancelCount(Struct, frozen=True):
    """How many orders were cancelled."""

    count: int = 0


class CancelAll(SpotV1Command[CancelCount], frozen=True):
    """Cancel every open order."""

    method: ClassVar = "cancelAll"


class CancelAllAfter(Struct, frozen=True):
    """The dead man's switch as it is set now."""

    current_time: str | None = field(default=None, name="currentTime")
    trigger_time: str | None = field(default=None, name="triggerTime")
    """``0`` once it is off."""


class CancelAllOrdersAfter(SpotV1Command[CancelAllAfter], frozen=True):
    """A dead man's switch: all orders are cancelled unless it is renewed within ``timeout`` seconds; 0 turns it off.

    Send 60 every 15 to 30 seconds; turn it off before announced maintenance.
    """

    method: ClassVar = "cancelAllOrdersAfter"

    timeout: int

    def check(self) -> None:
        super().check()
        within(self, "timeout", 0, 86_399)


COMMANDS: tuple[type[SpotV1Command[Any]], ...] = (
    AddOrder,
    AmendOrder,
    EditOrder,
    CancelOrder,
    CancelAll,
    CancelAllOrdersAfter,
)
