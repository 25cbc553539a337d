"""Futures orders and fills of the key's owner. Source: docs.kraken.com, Futures REST, Order Management, Historical Data."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.base import FULL, Reply, look_up
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.vocab import Side


class OpenOrder(Struct, frozen=True, rename="camel"):
    """One open order. Some words differ from the request's: ``stop`` for ``stp``, ``spot`` for ``index``."""

    order_id: str = field(name="order_id")
    symbol: str
    side: Side
    order_type: str
    """``lmt``, ``stop`` or ``take_profit``."""
    status: str
    """``untouched`` or ``partiallyFilled``."""
    filled_size: Decimal
    reduce_only: bool = False
    unfilled_size: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trigger_signal: str | None = None
    """``mark``, ``spot`` or ``last``."""
    cli_ord_id: str | None = None
    received_time: str | None = None
    """RFC 3339."""
    last_update_time: str | None = None


class OpenOrders(Reply, frozen=True):
    """Open orders, the newest first."""

    open_orders: list[OpenOrder]


class GetOpenOrders(Request[OpenOrders], frozen=True):
    """The open orders of all markets, the newest first."""

    route: ClassVar = look_up(
        "futures.trading.open_orders", "/derivatives/api/v3/openorders", siebly="getOpenOrders", cost=2
    )


class PriceTrigger(Struct, frozen=True, rename="camel"):
    """What fires a waiting order."""

    trigger_price: Decimal | None = None
    trigger_side: str | None = None
    """``TRIGGER_ABOVE`` or ``TRIGGER_BELOW``."""
    trigger_signal: str | None = None
    """``MARK_PRICE``, ``LAST_PRICE`` or ``SPOT_PRICE``."""


class StatusOrder(Struct, frozen=True, rename="camel"):
    """The order of a status row."""

    order_id: str
    type: str
    """``ORDER``, or ``TRIGGER_ORDER`` for one that waits for its trigger."""
    symbol: str
    side: Side
    quantity: Decimal | None = None
    filled: Decimal | None = None
    limit_price: Decimal | None = None
    reduce_only: bool = False
    cli_ord_id: str | None = None
    timestamp: str | None = None
    last_update_timestamp: str | None = None
    price_trigger_options: PriceTrigger | None = None
    trigger_time: str | None = None
    algo_id: str | None = None


class OrderState(Struct, frozen=True, rename="camel"):
    """How one order stands."""

    order: StatusOrder
    status: str
    """``ENTERED_BOOK``, ``FULLY_EXECUTED``, ``REJECTED``, ``CANCELLED``, ``TRIGGER_PLACED``,
    ``TRIGGER_ACTIVATION_FAILURE``."""
    update_reason: str | None = None
    """For example ``PARTIAL_FILL``, ``CANCELLED_BY_USER``, ``NOT_ENOUGH_MARGIN``."""
    error: str | None = None
    """Why it was rejected, in capitals."""


class OrderStates(Reply, frozen=True):
    """The orders that were found; ids that were not are left out."""

    orders: list[OrderState] = []


class GetOrderStatus(Request[OrderStates], frozen=True, kw_only=True, rename="camel"):
    """How chosen orders stand: open ones, and those filled or cancelled within the last 5 seconds.

    The exchange asks for a key with full access although the call only reads.
    """

    route: ClassVar = look_up(
        "futures.trading.order_status",
        "/derivatives/api/v3/orders/status",
        siebly="getOrderStatus",
        method="POST",
        encoding="form",
        permission=FULL,
        cost=1,
        repeat=("orderIds", "cliOrdIds"),
    )

    order_ids: list[str] | None = None
    """Ids of orders or triggers."""
    cli_ord_ids: list[str] | None = None

    def check(self) -> None:
        not_empty(self, "order_ids", "cli_ord_ids")


class Fill(Struct, frozen=True, rename="camel"):
    """One of your fills. Its fee is not told here: see the account log or the execution events."""

    fill_id: str = field(name="fill_id")
    symbol: str
    side: Side
    order_id: str = field(name="order_id")
    size: Decimal
    price: Decimal
    fill_time: str
    """RFC 3339."""
    fill_type: str | None = None
    """``maker``, ``taker``, ``liquidation``, ``partialLiquidation``, ``assignor``, ``assignee``, ``takerAfterEdit``,
    ``unwindBankrupt``, ``unwindCounterparty``."""
    cli_ord_id: str | None = None
    realized_pnl: Decimal | None = field(default=None, name="realized_pnl")
    """Unconfirmed: None on calls with ``last_fill_time``."""
    sequence_id: int | None = field(default=None, name="sequence_id")
    """Unconfirmed: counts the trades of a market."""
    fee_paid: Decimal | None = field(default=None, name="fee_paid")
    """Not documented for this call; the stream of fills has it."""
    fee_currency: str | None = field(default=None, name="fee_currency")


class Fills(Reply, frozen=True):
    """Up to 100 fills, the newest first."""

    fills: list[Fill]


class GetFills(Request[Fills], Paged[Fill], frozen=True, rename="camel"):
    """The newest 100 fills, or the 100 before a moment. Execution events page further back at a lower cost."""

    route: ClassVar = look_up("futures.historical.fills", "/derivatives/api/v3/fills", siebly="getFills", cost=2)

    last_fill_time: datetime | str | None = None
    """Only fills before this moment; the call then costs 25 in place of 2."""

    @property
    def budget_cost(self) -> int:
        """What it takes from the budget."""
        return 2 if self.last_fill_time is None else 25
