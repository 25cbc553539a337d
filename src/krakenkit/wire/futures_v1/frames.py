"""Frames of the Futures WebSocket v1 as they arrive: data of feeds, and everything that is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeAlias, TypeVar

import msgspec
from msgspec import Raw, Struct

from krakenkit.wire.futures_v1.account import (
    Fill,
    LogEntry,
    Notification,
    OpenOrder,
    OpenOrderUpdate,
    OpenPositionsUpdate,
)
from krakenkit.wire.futures_v1.balances import BalancesUpdate
from krakenkit.wire.futures_v1.market import (
    BookUpdate,
    HeartbeatUpdate,
    TickerLiteUpdate,
    TickerUpdate,
    TradeUpdate,
)
from krakenkit.wire.open_row import OpenRow, read_open
from krakenkit.wire.spot_v2.market import BookLevel, Row
from krakenkit.wire.vocab import Side

R = TypeVar("R", bound=OpenRow)
SNAPSHOT = "_snapshot"
"""What the name of a feed ends in where the frame is the snapshot of the feed before it."""


class DataFrame(Struct, frozen=True, tag_field="feed", kw_only=True):
    """A frame that is no row by itself."""

    snapshot: ClassVar[bool] = False

    def rows(self, payload: bytes) -> Sequence[Row]:
        """What it tells, oldest first; ``payload`` is the frame itself.

        Raises:
            msgspec.ValidationError: when it is not what its feed should send.
        """
        raise NotImplementedError


class TradeSnapshot(DataFrame, frozen=True, tag="trade_snapshot", kw_only=True):
    """The latest trades of a product."""

    snapshot: ClassVar = True

    product_id: str
    trades: list[TradeUpdate]

    def rows(self, payload: bytes) -> Sequence[Row]:
        # The newest stands first on the wire.
        return sorted(self.trades, key=_moment)


class BookSnapshot(DataFrame, frozen=True, tag="book_snapshot", kw_only=True):
    """A whole book. Its ``tickSize`` was only ever seen as null, and is left unread."""

    snapshot: ClassVar = True

    product_id: str
    seq: int
    bids: list[BookLevel]
    asks: list[BookLevel]
    timestamp: int | None = None

    def rows(self, payload: bytes) -> Sequence[Row]:
        return (
            BookUpdate(
                product_id=self.product_id, seq=self.seq, timestamp=self.timestamp, bids=self.bids, asks=self.asks
            ),
        )


class BookChange(DataFrame, frozen=True, tag="book", kw_only=True):
    """One level of a book."""

    product_id: str
    side: Side
    seq: int
    price: Raw
    qty: Raw
    timestamp: int | None = None

    def rows(self, payload: bytes) -> Sequence[Row]:
        levels = [BookLevel(self.price, self.qty)]
        if self.side == "buy":
            return (BookUpdate(product_id=self.product_id, seq=self.seq, timestamp=self.timestamp, bids=levels),)
        if self.side == "sell":
            return (BookUpdate(product_id=self.product_id, seq=self.seq, timestamp=self.timestamp, asks=levels),)
        raise msgspec.ValidationError(f"Invalid value {self.side!r} - at `$.side`")


class OpenOrdersChange(DataFrame, frozen=True, tag="open_orders", kw_only=True):
    """What became of one order."""

    order: Raw = Raw(b"")

    def rows(self, payload: bytes) -> Sequence[Row]:
        row = read_open(OpenOrderUpdate, payload)
        if bytes(self.order) not in (b"", b"null"):
            order = read_open(OpenOrder, self.order)
            _complete(row, order=order, order_id=order.order_id)
        return (row,)


class OpenOrdersVerboseChange(OpenOrdersChange, frozen=True, tag="open_orders_verbose", kw_only=True):
    """The same, of the verbose feed."""


class OpenOrdersSnapshot(DataFrame, frozen=True, tag="open_orders_snapshot", kw_only=True):
    """The orders that are open."""

    snapshot: ClassVar = True

    orders: list[Raw]
    account: str | None = None

    def rows(self, payload: bytes) -> Sequence[Row]:
        return [_standing(read_open(OpenOrder, raw), self.account) for raw in self.orders]


class OpenOrdersVerboseSnapshot(OpenOrdersSnapshot, frozen=True, tag="open_orders_verbose_snapshot", kw_only=True):
    """The same, of the verbose feed."""


class FillsFrame(DataFrame, frozen=True, tag="fills", kw_only=True):
    """New fills."""

    fills: list[Raw]
    account: str | None = None
    username: str | None = None
    """Live updates were seen to say it so."""

    def rows(self, payload: bytes) -> Sequence[Row]:
        rows = _read_all(Fill, self.fills)
        for row in rows:
            _complete(row, account=self.account or self.username)
        return rows


class FillsSnapshot(FillsFrame, frozen=True, tag="fills_snapshot", kw_only=True):
    """The latest fills."""

    snapshot: ClassVar = True


class BalancesFrame(DataFrame, frozen=True, tag="balances", kw_only=True):
    """Parts of the balances that changed."""

    def rows(self, payload: bytes) -> Sequence[Row]:
        return (read_open(BalancesUpdate, payload),)


class BalancesSnapshot(BalancesFrame, frozen=True, tag="balances_snapshot", kw_only=True):
    """All balances."""

    snapshot: ClassVar = True


class OpenPositionsFrame(DataFrame, frozen=True, tag="open_positions", kw_only=True):
    """All open positions."""

    def rows(self, payload: bytes) -> Sequence[Row]:
        return (read_open(OpenPositionsUpdate, payload),)


class AccountLogEntry(DataFrame, frozen=True, tag="account_log", kw_only=True):
    """A new entry of the account log."""

    new_entry: Raw

    def rows(self, payload: bytes) -> Sequence[Row]:
        return (read_open(LogEntry, self.new_entry),)


class AccountLogSnapshot(DataFrame, frozen=True, tag="account_log_snapshot", kw_only=True):
    """The latest entries of the account log, the newest first on the wire."""

    snapshot: ClassVar = True

    logs: list[Raw]

    def rows(self, payload: bytes) -> Sequence[Row]:
        return sorted(_read_all(LogEntry, self.logs), key=_number)


class NotificationsFrame(DataFrame, frozen=True, tag="notifications_auth", kw_only=True):
    """Announcements."""

    notifications: list[Raw]

    def rows(self, payload: bytes) -> Sequence[Row]:
        return _read_all(Notification, self.notifications)


Frame: TypeAlias = (
    TickerUpdate
    | TickerLiteUpdate
    | TradeUpdate
    | HeartbeatUpdate
    | TradeSnapshot
    | BookSnapshot
    | BookChange
    | OpenOrdersChange
    | OpenOrdersVerboseChange
    | OpenOrdersSnapshot
    | OpenOrdersVerboseSnapshot
    | FillsFrame
    | FillsSnapshot
    | BalancesFrame
    | BalancesSnapshot
    | OpenPositionsFrame
    | AccountLogEntry
    | AccountLogSnapshot
    | NotificationsFrame
)

decode_frame = msgspec.json.Decoder(Frame, strict=False).decode


class Control(Struct, frozen=True):
    """Any frame that is no data, as far as it takes to tell what it is."""

    event: str | None = None
    feed: str | None = None
    product_ids: list[str] | str | None = None
    message: str | None = None

    @property
    def products(self) -> tuple[str, ...]:
        """The products that it names."""
        if isinstance(self.product_ids, str):
            return (self.product_ids,)
        return tuple(self.product_ids or ())


decode_control = msgspec.json.Decoder(Control, strict=False).decode


def _moment(trade: TradeUpdate) -> tuple[int, int]:
    return trade.time, trade.seq or 0


def _number(entry: LogEntry) -> int:
    return entry.id or 0


def _read_all(kind: type[R], raws: Sequence[Raw]) -> list[R]:
    return [read_open(kind, raw) for raw in raws]


def _standing(order: OpenOrder, account: str | None) -> OpenOrderUpdate:
    return OpenOrderUpdate(order_id=order.order_id, cli_ord_id=order.cli_ord_id, order=order, account=account)


def _complete(row: Row, **members: object) -> None:
    """Set fields of a row that was made a moment ago and that nobody has seen."""
    for name, value in members.items():
        msgspec.structs.force_setattr(row, name, value)
