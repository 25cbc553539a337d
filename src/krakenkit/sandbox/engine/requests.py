"""What asks for an order or a change of one. Moments are nanoseconds since 1970; words are Kraken's, in any case."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .prices import Price

STOP_LOSS = frozenset({"stop-loss", "stop-loss-limit"})
TAKE_PROFIT = frozenset({"take-profit", "take-profit-limit"})
TRAILING = frozenset({"trailing-stop", "trailing-stop-limit"})
TRIGGERED = STOP_LOSS | TAKE_PROFIT | TRAILING
WITH_LIMIT = frozenset({"limit", "iceberg", "stop-loss-limit", "take-profit-limit", "trailing-stop-limit"})
ORDER_TYPES = frozenset({"market"}) | TRIGGERED | WITH_LIMIT
"""What is matched; ``settle-position`` is not, and goes another way."""
LARGEST_LEVERAGE = 0
"""Stands for the largest leverage of the pair, up to five: what ``margin`` asks for on the sockets."""
CLOSE_TYPES = ORDER_TYPES - {"market", "iceberg"}
"""What a conditional close may be. REST lists iceberg too, yet has no field for how much of it shows: it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A conditional close: the order of the opposite side that is placed for what the first one fills."""

    order_type: str
    limit_price: Price | None = None
    trigger_price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """A request to place an order; its fields carry the names of WebSocket v2 where that is shorter than REST's."""

    pair: str
    side: str
    order_type: str
    qty: Decimal | None = None
    """Size in the base asset."""
    cash_qty: Decimal | None = None
    """What to spend in the quote asset, fees not included, instead of ``qty``: market buys only (REST ``viqc``)."""
    limit_price: Price | None = None
    """Of ``trailing-stop-limit``: an offset from the trigger, or a fixed price."""
    trigger_price: Price | None = None
    """Of trailing stops: the distance, as an offset with ``+``."""
    trigger_reference: str = "last"
    """What sets off the order and its conditional close: ``last`` or ``index``."""
    display_qty: Decimal | None = None
    """Visible part of an iceberg order, at least a fifteenth of ``qty``."""
    close: Closing | None = None
    """Prices relative to a market price count from the one of the moment when the close is placed."""
    time_in_force: str = "gtc"
    start_at: int | None = None
    """Scheduled start; a moment that has passed means now."""
    expire_at: int | None = None
    post_only: bool = False
    reduce_only: bool = False
    leverage: int | None = None
    """None spends what the account has; 2 and more borrow. ``LARGEST_LEVERAGE`` lets the pair say how much."""
    fee_in: str | None = None
    """``quote`` or ``base``: the preference of REST's ``fciq`` and ``fcib``. Quote when left out, for sells too: the REST
    manual names base as their default, while the executions channel says that fees are in quote at present."""
    stp_type: str = "cancel_newest"
    cl_ord_id: str | None = None
    userref: int | None = None
    deadline: int | None = None
    validate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendOrder:
    """A request to change an open order in place, found by one of its ids; None leaves a field as it is."""

    order_id: str | None = None
    cl_ord_id: str | None = None
    qty: Decimal | None = None
    display_qty: Decimal | None = None
    limit_price: Price | None = None
    trigger_price: Price | None = None
    post_only: bool = False
    """Refuse the amend if the order would take; orders placed post-only are held to it anyway."""
    deadline: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrder:
    """A request to cancel an open order and place it anew, with a new id, under changed terms."""

    order_id: str
    pair: str | None = None
    qty: Decimal | None = None
    """The new whole size; what is filled already counts towards it."""
    display_qty: Decimal | None = None
    limit_price: Price | None = None
    trigger_price: Price | None = None
    trigger_reference: str | None = None
    post_only: bool = False
    """Has to be repeated to stay."""
    fee_in: str | None = None
    reduce_only: bool = False
    userref: int | None = None
    deadline: int | None = None
    validate: bool = False
