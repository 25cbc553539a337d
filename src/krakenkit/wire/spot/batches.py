"""Spot trading: several orders in one call, in and out. Source: docs.kraken.com, Spot REST, Trading, batch endpoints.

Both calls travel as JSON: their lists have no agreed spelling in a form.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import a_list, at_least_one, at_most, comma_joined, only_one
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.trading import CancelCount, ConditionalClose, OrderText
from krakenkit.wire.vocab import OrderType, Side, TimeInForce, Trigger

_MODIFY = "Orders and trades - Create & modify orders"
_CANCEL = "Orders and trades - Cancel & close orders"


class BatchOrder(Params, frozen=True, kw_only=True):
    """One order of a batch: the fields of ``submit_order`` less those that the batch has for all.

    Pair, deadline, validate, broker and asset class are the batch's.
    """

    type: Side
    ordertype: OrderType
    volume: Number
    """Base quantity (quote with the flag ``viqc``)."""
    price: Number | None = None
    """Limit price, or the trigger price of triggered orders."""
    price2: Number | None = None
    trigger: Trigger | None = None
    leverage: str | int | None = None
    reduce_only: bool | None = None
    stptype: str | None = None
    """Self-trade prevention: ``cancel-newest`` (when left out), ``cancel-oldest`` or ``cancel-both``."""
    oflags: str | list[str] | None = None
    """``post``, ``fcib``, ``fciq``, ``viqc``; a list is kept as one text with commas, as the exchange wants it."""
    timeinforce: TimeInForce | None = None
    starttm: int | str | None = None
    expiretm: int | str | None = None
    displayvol: Number | None = None
    close: ConditionalClose | None = None
    cl_ord_id: str | None = None
    """Your own id. When the answer to a batch is lost, these ids are what tells which orders arrived."""
    userref: int | None = None
    """Not together with ``cl_ord_id``."""

    def __post_init__(self) -> None:
        comma_joined(self, "oflags")
        Params.__post_init__(self)

    def check(self) -> None:
        only_one(self, "cl_ord_id", "userref")


class BatchedOrder(Struct, frozen=True):
    """What became of one order: an id, or an error of this order alone."""

    txid: str | None = None
    descr: OrderText | None = None
    error: str | None = None
    """Why this order was refused, for example ``EOrder:Insufficient funds``; the others stand."""
    close: str | None = None
    """The conditional close, where the exchange writes it here and not in ``descr``."""


class PlacedBatch(Struct, frozen=True):
    """One entry per order, in the order they were sent. A success can hold refused orders: look at ``refused``."""

    orders: list[BatchedOrder]

    @property
    def placed(self) -> list[BatchedOrder]:
        """The orders that are in the book or were filled; empty when the batch was only validated."""
        return [order for order in self.orders if order.txid and not order.error]

    @property
    def refused(self) -> list[BatchedOrder]:
        """The orders that were refused one by one."""
        return [order for order in self.orders if order.error]


class SubmitBatchOrders(Request[PlacedBatch], frozen=True, kw_only=True):
    """Place 2 to 15 orders on one pair. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    One malformed order refuses the whole batch; what the engine refuses, such as missing funds, is said order by order
    inside a success.
    """

    route: ClassVar = Route.place(
        "spot.trading.add_order_batch",
        "/0/private/AddOrderBatch",
        siebly="submitBatchOrders",
        permission=f"{_MODIFY} and {_CANCEL}",
        cost=0,
        engine=True,
        encoding="json",
    )

    pair: str
    """The pair of all orders: id or altname, for example ``XBTUSD``."""
    orders: Sequence[BatchOrder]
    deadline: datetime | str | None = None
    """2 to 60 seconds ahead; the engine drops the batch after it."""
    validate: bool | None = None
    """Check only; nothing is placed."""
    broker: str | None = None
    asset_class: str | None = None
    """``tokenized_asset`` for xStocks."""

    def check(self) -> None:
        if not 2 <= len(self.orders) <= 15:
            raise SettingsError(
                f"A batch holds 2 to 15 orders, not {len(self.orders)}; nothing was sent. "
                "Place a single order with submit_order, and split a longer list."
            )

    @property
    def client_order_ids(self) -> list[str]:
        """The ids to look up when the answer is lost."""
        return [order.cl_ord_id for order in self.orders if order.cl_ord_id is not None]

    @property
    def client_order_id(self) -> str | None:
        """The first of the batch's own ids, for ``OutcomeUnknown``; the others are in ``client_order_ids``."""
        return next(iter(self.client_order_ids), None)


class CancelBatchOrders(Request[CancelCount], frozen=True):
    """Cancel up to 50 orders by their ids, user references or your own ids."""

    route: ClassVar = Route.cancel(
        "spot.trading.cancel_order_batch",
        "/0/private/CancelOrderBatch",
        siebly="cancelBatchOrders",
        permission=f"{_MODIFY} or {_CANCEL}",
        cost=0,
        engine=True,
        encoding="json",
    )

    orders: Sequence[str | int] | None = None
    """Order ids, or user references: a reference cancels all orders that carry it."""
    cl_ord_ids: Sequence[str] | None = None
    """Your own ids; 50 together with ``orders`` at most."""

    def check(self) -> None:
        at_least_one(self, "orders", "cl_ord_ids")
        a_list(self, "orders")
        a_list(self, "cl_ord_ids")
        at_most(self, 50, "orders", "cl_ord_ids")
