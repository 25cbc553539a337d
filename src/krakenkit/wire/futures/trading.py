"""Futures trading: orders in, changed and out. Source: docs.kraken.com, Futures REST, Order Management."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Protocol

from msgspec import Struct, field

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, not_empty, positive
from krakenkit.wire.futures.base import Reply, change, place
from krakenkit.wire.futures.events import OrderEvent, Outcome, executed
from krakenkit.wire.futures.words import PLACED, DeviationUnit, OrderType, QtyMode, TriggerSignal
from krakenkit.wire.request import Params, Request
from krakenkit.wire.vocab import Side

_NEEDS: dict[str, tuple[str, ...]] = {
    "lmt": ("limit_price",),
    "post": ("limit_price",),
    "ioc": ("limit_price",),
    "fok": ("limit_price",),
    "stp": ("stop_price",),
    "take_profit": ("stop_price",),
    "trailing_stop": ("trailing_stop_max_deviation", "trailing_stop_deviation_unit"),
}
_LONGEST_ID = 100
_LONGEST_TIMER = 2**32 - 1


class OrderTerms(Protocol):
    """The members that decide whether an order can be valid: of a single order and of one in a batch."""

    @property
    def order_type(self) -> str: ...
    @property
    def limit_price(self) -> Number | None: ...
    @property
    def stop_price(self) -> Number | None: ...


def check_terms(order: OrderTerms) -> None:
    """Refuse an order that lacks a price its type needs, or has one that its type excludes.

    Raises:
        SettingsError: naming the type and the parameters.
    """
    missing = [name for name in _NEEDS.get(order.order_type, ()) if getattr(order, name) is None]
    if missing:
        raise SettingsError(f"An order of type {order.order_type!r} needs {' and '.join(missing)}.")
    if order.order_type == "trailing_stop" and (order.limit_price is not None or order.stop_price is not None):
        raise SettingsError(
            "A trailing_stop order takes no limit_price and no stop_price; its trigger follows the market."
        )


def check_deviation(order: Params) -> None:
    """Refuse a trailing deviation in percent that is outside 0.1 to 50.

    Raises:
        SettingsError: naming the value.
    """
    value = getattr(order, "trailing_stop_max_deviation", None)
    if value is None or getattr(order, "trailing_stop_deviation_unit", None) != "PERCENT":
        return
    if not Decimal("0.1") <= exact(value, name="trailing_stop_max_deviation") <= 50:
        raise SettingsError(f"trailing_stop_max_deviation is {value} percent; the exchange takes 0.1 to 50.")


def check_client_id(given: str | None) -> None:
    """Refuse a client order id that is empty or longer than the exchange takes.

    Raises:
        SettingsError: naming the length.
    """
    if given is not None and not 0 < len(given) <= _LONGEST_ID:
        raise SettingsError(f"cli_ord_id has {len(given)} characters; the exchange takes 1 to {_LONGEST_ID}.")


class SendStatus(Outcome, frozen=True):
    """What became of an order. ``placed`` in ``status`` is also said of an order that was filled at once."""

    order_id: str | None = field(default=None, name="order_id")
    """None when it was refused."""
    received_time: str | None = None
    """RFC 3339."""
    cli_ord_id: str | None = None
    order_events: list[OrderEvent] | None = None

    @property
    def placed(self) -> bool:
        """Whether the exchange took the order."""
        return self.status in PLACED

    @property
    def executed(self) -> Decimal:
        """How much of it was executed at once."""
        return executed(self.order_events)


class SentOrder(Reply, frozen=True):
    """The answer to one order. A refusal is data here: look at ``send_status.refused``."""

    send_status: SendStatus


class SubmitOrder(Request[SentOrder], frozen=True, kw_only=True, rename="camel"):
    """Place an order. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    An answer without an error may still be a refusal: look at ``send_status.placed``. On markets with Maker Protection
    an order that is not ``post`` waits some milliseconds before the engine sees it.
    """

    route: ClassVar = place(
        "futures.trading.send_order", "/derivatives/api/v3/sendorder", siebly="submitOrder", cost=10
    )

    order_type: OrderType
    symbol: str
    side: Side
    size: Number
    """Contracts (one USD each) on inverse markets, base units on linear ones."""
    limit_price: Number | None = None
    """For ``stp`` and ``take_profit`` the worst price; without it they fire a market order."""
    stop_price: Number | None = None
    """Trigger price of ``stp`` and ``take_profit``."""
    trigger_signal: TriggerSignal | None = None
    """Which price fires the trigger."""
    cli_ord_id: str | None = None
    """Your own id, up to 100 characters, unique for good; a UUID is always safe."""
    reduce_only: bool | None = None
    """Only ever shrink a position."""
    trailing_stop_max_deviation: Number | None = None
    """How far the trigger may trail: 0.1 to 50 for ``PERCENT``, else in quote currency."""
    trailing_stop_deviation_unit: DeviationUnit | None = None
    limit_price_offset_value: Number | None = None
    """Limit price relative to the trigger, of trigger orders; may be negative."""
    limit_price_offset_unit: DeviationUnit | None = None
    process_before: datetime | str | None = None
    """Refuse the order when it would be processed after this moment."""
    broker: str | None = None
    """Broker IIBAN; documented for pre-production only."""

    def check(self) -> None:
        positive(self, "size")
        check_terms(self)
        check_deviation(self)
        check_client_id(self.cli_ord_id)
        offset = (self.limit_price_offset_value, self.limit_price_offset_unit)
        if (offset[0] is None) != (offset[1] is None):
            raise SettingsError("limit_price_offset_value and limit_price_offset_unit go together; give both.")
        if offset[0] is not None and self.limit_price is not None:
            raise SettingsError("Give limit_price or limit_price_offset_value, not both; leave one out.")

    @property
    def client_order_id(self) -> str | None:
        return self.cli_ord_id


class EditStatus(Outcome, frozen=True):
    """What became of an edit; ``edited`` when it was done."""

    order_id: str | None = None
    cli_ord_id: str | None = None
    received_time: str | None = None
    order_events: list[OrderEvent] = []


class EditedOrder(Reply, frozen=True):
    """The answer to an edit. A refusal is data here: look at ``edit_status.refused``."""

    edit_status: EditStatus


class EditOrder(Request[EditedOrder], frozen=True, kw_only=True, rename="camel"):
    """Change a resting order. It is sent once: an edit that overtakes a fill could act twice.

    Sending the trailing-stop parameters unchanged computes the trigger price anew.
    """

    route: ClassVar = place("futures.trading.edit_order", "/derivatives/api/v3/editorder", siebly="editOrder", cost=10)

    order_id: str | None = None
    cli_ord_id: str | None = None
    size: Number | None = None
    """New size, read as ``qty_mode`` says."""
    limit_price: Number | None = None
    stop_price: Number | None = None
    """Needed when the order is a ``stp``."""
    trailing_stop_max_deviation: Number | None = None
    trailing_stop_deviation_unit: DeviationUnit | None = None
    qty_mode: QtyMode | None = None
    """``RELATIVE`` (when left out) sets what remains open, ``ABSOLUTE`` the total including what is filled."""
    process_before: datetime | str | None = None

    def check(self) -> None:
        at_least_one(self, "order_id", "cli_ord_id")
        positive(self, "size")
        check_deviation(self)

    @property
    def client_order_id(self) -> str | None:
        return self.cli_ord_id


class CancelStatus(Outcome, frozen=True):
    """What became of a cancel: ``cancelled``, ``filled`` (too late) or ``notFound``."""

    order_id: str | None = field(default=None, name="order_id")
    cli_ord_id: str | None = None
    received_time: str | None = None
    order_events: list[OrderEvent] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the order was cancelled now."""
        return self.status == "cancelled"

    @property
    def refused(self) -> bool:
        """Whether there was nothing to cancel: the order is filled, gone or unknown."""
        return self.status == "filled" or super().refused


class CancelledOrder(Reply, frozen=True):
    """The answer to a cancel; an order that is gone is data here, not an error."""

    cancel_status: CancelStatus


class CancelOrder(Request[CancelledOrder], frozen=True, rename="camel"):
    """Cancel one order. An unknown or finished order is told by ``cancel_status``, without an error."""

    route: ClassVar = change(
        "futures.trading.cancel_order", "/derivatives/api/v3/cancelorder", siebly="cancelOrder", cost=10
    )

    order_id: str | None = field(default=None, name="order_id")
    cli_ord_id: str | None = None
    process_before: datetime | str | None = None

    def check(self) -> None:
        at_least_one(self, "order_id", "cli_ord_id")

    @property
    def client_order_id(self) -> str | None:
        return self.cli_ord_id


class OrderIds(Struct, frozen=True, rename="camel"):
    """The ids of one order."""

    order_id: str = field(name="order_id")
    cli_ord_id: str | None = None


class CancelAllStatus(Struct, frozen=True, rename="camel"):
    """Which orders were cancelled."""

    status: str
    """``cancelled`` or ``noOrdersToCancel``."""
    cancel_only: str | None = None
    """The market it was limited to, or ``all``."""
    received_time: str | None = None
    cancelled_orders: list[OrderIds] = []
    order_events: list[OrderEvent] = []


class CancelledOrders(Reply, frozen=True):
    """The answer to cancelling everything."""

    cancel_status: CancelAllStatus


class CancelAllOrders(Request[CancelledOrders], frozen=True):
    """Cancel every open order, or those of one market."""

    route: ClassVar = change(
        "futures.trading.cancel_all_orders", "/derivatives/api/v3/cancelallorders", siebly="cancelAllOrders", cost=25
    )

    symbol: str | None = None
    """A market (a margin account, says the manual, without an example); everything when left out."""

    def check(self) -> None:
        not_empty(self, "symbol")  # an empty text would cancel everything


class DeadMansSwitch(Struct, frozen=True, rename="camel"):
    """When all orders will be cancelled."""

    current_time: str
    trigger_time: str | int | None = None
    """RFC 3339, or ``0`` when the timer is off."""

    @property
    def armed(self) -> bool:
        """Whether the timer runs."""
        return str(self.trigger_time or 0) != "0"


class DeadMansSwitchReply(Reply, frozen=True):
    """The timer."""

    status: DeadMansSwitch


class CancelAllOrdersAfter(Request[DeadMansSwitchReply], frozen=True):
    """Cancel every order when this call is not repeated in time; the manual repeats it every 15 to 20 seconds for 60."""

    route: ClassVar = change(
        "futures.trading.cancel_all_orders_after",
        "/derivatives/api/v3/cancelallordersafter",
        siebly="cancelAllOrdersAfter",
        cost=25,
    )

    timeout: int | None = None
    """Seconds from now; 0 switches the timer off."""

    def check(self) -> None:
        if self.timeout is not None and not 0 <= self.timeout <= _LONGEST_TIMER:
            raise SettingsError(f"timeout is {self.timeout}; give whole seconds from 0 (off) to {_LONGEST_TIMER}.")
