"""What happened, in order: the frozen events that the servers turn into frames.

One action (a placed order, a cancel, a tick) appends its events in the order things happened; the change of each book
comes once, at the end of the action, when the book is whole again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from .accounts import AccountTrade, LedgerEntry
from .instruments import Pair
from .orders import OrderView, Side

OrderEventKind: TypeAlias = Literal[
    "pending_new", "new", "trade", "filled", "iceberg_refill", "canceled", "expired", "amended", "restated", "status"
]
SystemStatus: TypeAlias = Literal["online", "cancel_only", "post_only", "maintenance"]


class OrderEvent(msgspec.Struct, frozen=True, gc=False):
    """One step in the life of an order; ``kind`` is the ``exec_type`` of WebSocket v2.

    ``order`` is the order right after the step. A ``trade`` says ``partially_filled`` even when it completes the order;
    the ``filled`` event that follows says so. ``status`` means that a triggered order went off, or that the trigger of a
    trailing stop moved.
    """

    kind: OrderEventKind
    account: str
    order: OrderView
    at: int
    trade: AccountTrade | None = None


class BalanceEvent(msgspec.Struct, frozen=True, gc=False):
    """One entry of an account's ledger."""

    account: str
    entry: LedgerEntry


class PublicTrade(msgspec.Struct, frozen=True, gc=False):
    """A trade as everybody sees it."""

    pair: Pair
    number: int
    """Counts up by one per pair."""
    price: Decimal
    qty: Decimal
    side: Side
    """Of the taker."""
    order_type: Literal["market", "limit"]
    """Of the taker; orders with a limit count as ``limit``."""
    at: int


class TradeEvent(msgspec.Struct, frozen=True, gc=False):
    """A public trade."""

    trade: PublicTrade


class BookEvent(msgspec.Struct, frozen=True, gc=False):
    """Levels of one book that changed in one action, with their size afterwards; zero for a level that is gone."""

    pair: Pair
    bids: tuple[tuple[Decimal, Decimal], ...]
    asks: tuple[tuple[Decimal, Decimal], ...]
    at: int


class StatusEvent(msgspec.Struct, frozen=True, gc=False):
    """The exchange changed its mode."""

    status: SystemStatus
    at: int


class MarginCallEvent(msgspec.Struct, frozen=True, gc=False):
    """The margin of an account fell below the level where Kraken calls for more."""

    account: str
    level: int
    """Hundredths of a percent."""
    at: int


Event: TypeAlias = OrderEvent | BalanceEvent | TradeEvent | BookEvent | StatusEvent | MarginCallEvent


class Journal:
    """Collects the events of a running exchange until somebody fetches them."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def add(self, event: Event) -> None:
        """Append one event."""
        self._events.append(event)

    def drain(self) -> list[Event]:
        """All events since the last call, oldest first."""
        events, self._events = self._events, []
        return events
