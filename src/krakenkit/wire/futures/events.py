"""What happened to an order, as the trading calls tell it, and the outcome that every one of them reports.

Source: docs.kraken.com, Futures REST, Order Management (the schemas of ``orderEvents`` and the status words).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from krakenkit.wire.futures.words import ACCEPTED, REFUSED
from krakenkit.wire.vocab import Side


class EventOrder(Struct, frozen=True, rename="camel"):
    """An order as it was before or after an event."""

    order_id: str
    type: str
    """``lmt``, ``ioc``, ``post``, ``fok``, ``stp``, ``liquidation``, ``assignment``, ``unwind``, ``block``."""
    symbol: str
    side: Side
    quantity: Decimal | None = None
    filled: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    reduce_only: bool | None = None
    cli_ord_id: str | None = None
    timestamp: str | None = None
    """When it was placed, RFC 3339."""
    last_update_timestamp: str | None = None


class EventTrigger(Struct, frozen=True, rename="camel"):
    """A stop, take-profit or trailing order that waits for its trigger."""

    uid: str
    type: str
    symbol: str
    side: Side
    quantity: Decimal | None = None
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None
    trigger_side: str | None = None
    """``trigger_above`` or ``trigger_below``."""
    trigger_signal: str | None = None
    """``mark_price``, ``last_price`` or ``spot_price`` (the ``index`` of the request)."""
    reduce_only: bool | None = None
    client_id: str | None = None
    timestamp: str | None = None
    last_update_timestamp: str | None = None
    start_time: str | None = None


class OrderEvent(Struct, frozen=True, rename="camel"):
    """One event. ``type`` says which members it has; orders that wait have ``order_trigger`` in place of ``order``."""

    type: str
    """``PLACE``, ``EDIT``, ``CANCEL``, ``EXECUTION`` or ``REJECT``."""
    order: EventOrder | None = None
    """Placed, cancelled or rejected."""
    order_trigger: EventTrigger | None = None
    uid: str | None = None
    """Id of what was cancelled or rejected."""
    reason: str | None = None
    """Of a rejection, in capitals: ``POST_WOULD_EXECUTE``, ``INSUFFICIENT_MARGIN``, …"""
    old: EventOrder | None = None
    """Before an edit."""
    new: EventOrder | None = None
    """After an edit."""
    execution_id: str | None = None
    price: Decimal | None = None
    """Of an execution."""
    amount: Decimal | None = None
    """Executed."""
    order_prior_execution: EventOrder | None = None
    order_prior_edit: EventOrder | None = None
    reduced_quantity: Decimal | None = None
    """What was taken off a reduce-only order before it was placed or edited."""
    taker_reduced_quantity: Decimal | None = None
    """What was taken off a reduce-only order before it was executed."""


class Outcome(Struct, frozen=True, rename="camel"):
    """How an order call ended. The answer's ``result: success`` only says that the call was read."""

    status: str
    """A word of ``words.ACCEPTED`` or ``words.REFUSED``, or one that is new."""

    @property
    def accepted(self) -> bool:
        """Whether what was asked for was done."""
        return self.status in ACCEPTED

    @property
    def refused(self) -> bool:
        """Whether it is certain that nothing was done. For a new word both are False: look the order up."""
        return self.status in REFUSED


def executed(events: list[OrderEvent] | None) -> Decimal:
    """How much was executed at once, over all events of an answer."""
    return sum((event.amount for event in events or [] if event.amount is not None), Decimal(0))
