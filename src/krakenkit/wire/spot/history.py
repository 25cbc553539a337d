"""Spot account: how one order was amended, and trades by id. Source: docs.kraken.com, Spot REST, Account Data."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.checks import at_least_one, at_most
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.account import TradeInfo
from krakenkit.wire.vocab import RebaseMultiplier

_OPEN = "Orders and trades - Query open orders & trades"
_CLOSED = "Orders and trades - Query closed orders & trades"


class OrderAmend(Struct, frozen=True):
    """One state of an order: as it was entered, or after a change. Quantities are in base."""

    amend_id: str
    amend_type: str
    """``original``, ``user`` or ``restated`` (changed by the exchange)."""
    order_qty: Decimal
    remaining_qty: Decimal | None = None
    limit_price: Decimal | None = None
    timestamp: int | None = None
    """Since 1970: nanoseconds by the manual, while a capture of October 2024 has milliseconds. Tell them by length."""
    display_qty: Decimal | None = None
    """Visible quantity of an iceberg."""
    trigger_price: Decimal | None = None
    reason: str | None = None
    post_only: bool | None = None


class OrderAmends(Struct, frozen=True):
    """The states of one order, oldest first; the first is the order as it was entered."""

    amends: list[OrderAmend]
    count: int | None = None


class GetOrderAmends(Request[OrderAmends], frozen=True):
    """How one order was changed over its life. The permission needed depends on whether it is open or closed."""

    route: ClassVar = Route.read(
        "spot.account.get_order_amends",
        "/0/private/OrderAmends",
        siebly="getOrderAmends",
        permission=f"{_OPEN} or {_CLOSED}",
    )

    order_id: str
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None


class GetTrades(Request[dict[str, TradeInfo]], frozen=True):
    """Your trades by id; at most 20 in one call."""

    route: ClassVar = Route.read(
        "spot.account.get_trades", "/0/private/QueryTrades", siebly="getTrades", permission=_CLOSED, cost=2
    )

    txid: str | list[str]
    """One trade id or several."""
    trades: bool | None = None
    """Add the ids of the trades that closed the position."""
    ledgers: bool | None = None
    """Add the ids of the ledger entries."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "txid")
        at_most(self, 20, "txid")
