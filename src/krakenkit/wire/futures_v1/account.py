"""Private feeds of the Futures WebSocket v1: typed, and open to members that are new or of another type than documented.

Numbers are bare JSON numbers, moments milliseconds since 1970. Source: docs.kraken.com, Futures WebSocket, Private Feeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct, field

from krakenkit.errors import SettingsError
from krakenkit.wire.channel import Channel, Topic
from krakenkit.wire.environment import WsKey
from krakenkit.wire.open_row import Open, OpenRow, kept_json
from krakenkit.wire.vocab import Side


class TrailingStopOptions(Struct, frozen=True):
    """How far a trailing stop stays behind."""

    max_deviation: Decimal | None = None
    unit: str | None = None
    """``percent`` or ``quote_currency``."""


class OpenOrder(Struct, Open, frozen=True, kw_only=True):
    """An order as it stands."""

    order_id: str = ""
    instrument: str | None = None
    """The product's id."""
    direction: int | None = None
    """0 buys, 1 sells; see ``side``."""
    type: str | None = None
    """``limit``, ``stop``, ``take_profit`` or ``trailing_stop``."""
    qty: Decimal | None = None
    """What is still open of it."""
    filled: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    """Zero means none."""
    time: int | None = None
    last_update_time: int | None = None
    cli_ord_id: str | None = None
    reduce_only: bool | None = None
    trigger_signal: str | None = field(default=None, name="triggerSignal")
    """``last``, ``mark`` or ``spot``."""
    trailing_stop_options: TrailingStopOptions | None = None
    raw: Raw = kept_json()

    @property
    def side(self) -> Side | None:
        """``buy`` or ``sell``."""
        return None if self.direction is None else ("sell" if self.direction else "buy")


class OpenOrderUpdate(OpenRow, frozen=True, kw_only=True):
    """An order that was placed, changed or left; in the snapshot, one that is open.

    ``is_cancel`` says that the order is out of the book, also when it was filled: ``reason`` tells why. An order that left
    may come with its last state, or with its id alone.
    """

    feed: str = ""
    """What the frame was called."""
    order_id: str = ""
    order: OpenOrder | None = None
    cli_ord_id: str | None = None
    is_cancel: bool = False
    reason: str | None = None
    """``new_placed_order_by_user``, ``partial_fill``, ``full_fill``, ``cancelled_by_user``, …; the list is open."""
    account: str | None = None
    """Told in the snapshot only."""


class OpenOrders(Channel[OpenOrderUpdate], frozen=True):
    """Your open orders and what becomes of them."""

    topic: ClassVar = "open_orders"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1


class OpenOrdersVerbose(Channel[OpenOrderUpdate], frozen=True):
    """The same, and post-only orders that were refused since they would have been filled at once."""

    topic: ClassVar = "open_orders_verbose"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1


class Fill(OpenRow, frozen=True, kw_only=True):
    """One fill of an order of yours. After a renewed subscription the snapshot repeats fills: tell them by ``fill_id``."""

    fill_id: str = ""
    instrument: str | None = None
    """The product's id."""
    time: int | None = None
    price: Decimal | None = None
    qty: Decimal | None = None
    buy: bool | None = None
    seq: int | None = None
    """Rises by one with each fill of the subscription."""
    remaining_order_qty: Decimal | None = None
    order_id: str | None = None
    cli_ord_id: str | None = None
    fill_type: str | None = None
    """``maker``, ``taker``, ``liquidation``, ``assignee``, ``assignor``, ``unwindBankrupt``, ``unwindCounterparty`` or
    ``takerAfterEdit``."""
    fee_paid: Decimal | None = None
    """Negative for a rebate."""
    fee_currency: str | None = None
    taker_order_type: str | None = None
    order_type: str | None = None
    account: str | None = None
    """Whose fill it is, which stands beside the fills on the wire (``account``, or ``username`` on updates)."""

    @property
    def side(self) -> Side | None:
        """``buy`` or ``sell``."""
        return None if self.buy is None else ("buy" if self.buy else "sell")


class Fills(Channel[Fill], frozen=True):
    """Your fills; the snapshot holds the latest ones."""

    topic: ClassVar = "fills"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1
    keyed_by: ClassVar = ("product_ids",)

    product_ids: list[str] | str | None = None
    """Only these products. A fill does not say which choice it is for, so that a connection takes one choice at a time."""

    def topics(self) -> Iterator[Topic]:
        """One topic, whatever products are named: fills of all of them come in one count.

        Raises:
            SettingsError: for an empty list of products.
        """
        if self.product_ids is None:
            yield Topic(self.topic, None, (), self.keyed_by)
            return
        names = [self.product_ids] if isinstance(self.product_ids, str) else self.product_ids
        if not names:
            raise SettingsError("Fills was given no product; leave product_ids out for all of them.")
        yield Topic(self.topic, None, (("product_ids", tuple(sorted(set(names)))),), self.keyed_by)


class Position(Struct, Open, frozen=True, kw_only=True):
    """One open position."""

    instrument: str = ""
    """The product's id."""
    balance: Decimal | None = None
    """Its size; that shorts are negative is inferred, not documented."""
    entry_price: Decimal | None = None
    mark_price: Decimal | None = None
    index_price: Decimal | None = None
    pnl: Decimal | None = None
    pnl_currency: str | None = None
    """Linear contracts only."""
    liquidation_threshold: Decimal | None = None
    effective_leverage: Decimal | None = None
    return_on_equity: Decimal | None = None
    unrealized_funding: Decimal | None = None
    initial_margin: Decimal | None = None
    initial_margin_with_orders: Decimal | None = None
    maintenance_margin: Decimal | None = None
    iv: Decimal | None = None
    """This and the sensitivities below: options only."""
    delta: Decimal | None = None
    gamma: Decimal | None = None
    vega: Decimal | None = None
    theta: Decimal | None = None
    rho: Decimal | None = None
    raw: Raw = kept_json()


class OpenPositionsUpdate(OpenRow, frozen=True, kw_only=True):
    """All open positions: one that is not in the list is closed, an empty list means that none is open."""

    feed: str = ""
    """What the frame was called."""
    account: str | None = None
    seq: int | None = None
    """Rises by one with each message of the subscription."""
    timestamp: int | None = None
    positions: list[Position] = []


class OpenPositions(Channel[OpenPositionsUpdate], frozen=True):
    """Your open positions, all of them in each message."""

    topic: ClassVar = "open_positions"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1


class LogEntry(OpenRow, frozen=True, kw_only=True):
    """One entry of the account log. What does not apply is zero or empty text."""

    id: int | None = None
    date: str | None = None
    """RFC 3339."""
    asset: str | None = None
    info: str | None = None
    booking_uid: str | None = None
    margin_account: str | None = None
    old_balance: Decimal | None = None
    new_balance: Decimal | None = None
    old_average_entry_price: Decimal | None = None
    new_average_entry_price: Decimal | None = None
    trade_price: Decimal | None = None
    mark_price: Decimal | None = None
    realized_pnl: Decimal | None = None
    fee: Decimal | None = None
    execution: str | None = None
    collateral: str | None = None
    funding_rate: Decimal | None = None
    realized_funding: Decimal | None = None
    conversion_spread_percentage: Decimal | None = None
    liquidation_fee: Decimal | None = None


class AccountLog(Channel[LogEntry], frozen=True):
    """Every entry of the account log; the snapshot holds the latest ones."""

    topic: ClassVar = "account_log"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1


class Notification(OpenRow, frozen=True, kw_only=True):
    """An announcement of the exchange. High priority with the type ``maintenance`` announces a downtime."""

    id: int | None = None
    type: str | None = None
    """``market``, ``general``, ``new_feature``, ``bug_fix``, ``maintenance`` or ``settlement``."""
    priority: str | None = None
    """``low``, ``medium`` or ``high``."""
    note: str | None = None
    effective_time: int | None = None
    expected_downtime_minutes: int | None = None


class Notifications(Channel[Notification], frozen=True):
    """Announcements of the exchange. Whether later messages repeat the earlier ones is not published: tell them by ``id``."""

    topic: ClassVar = "notifications_auth"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1
