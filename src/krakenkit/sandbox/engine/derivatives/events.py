"""What happened on the derivatives market, in order: the frozen events that the servers turn into frames and histories."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from ..orders import Side
from .contracts import Contract
from .orders import OrderView

TradeKind: TypeAlias = Literal["fill", "liquidation", "termination", "block"]
OrderEventKind: TypeAlias = Literal["placed", "filled", "edited", "removed", "rejected", "fired"]


class Fill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One account's side of a trade."""

    fill_id: str
    seq: int
    """Counts the fills of the account."""
    contract: Contract
    account: str
    order: OrderView
    """As it is afterwards."""
    price: Decimal
    qty: Decimal
    maker: bool
    taker_kind: str
    fee: Decimal
    """With what a liquidation costs."""
    realized: Decimal
    """Profit before the fee."""
    trade_uid: str
    mark_price: Decimal
    old_position: Decimal
    old_entry: Decimal
    new_position: Decimal
    new_entry: Decimal
    entered_at: int
    at: int
    forced: Literal["liquidation", "partialLiquidation", "assignor"] | None = None
    """Why the exchange traded for the account; None where it did not."""
    liquidation_fee: Decimal = Decimal(0)

    @property
    def fill_type(self) -> str:
        """In the words of the ``fills`` feed."""
        return self.forced or ("maker" if self.maker else "taker")


class OrderEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One step in the life of an order.

    ``placed`` means that it rests, in the book or waiting for its trigger; ``filled`` is any fill; ``removed`` ends it
    unless it was filled whole; ``fired`` means that its trigger went off, and what comes of it follows.
    """

    kind: OrderEventKind
    uid: str
    account: str
    order: OrderView
    """As it is afterwards."""
    reason: str
    """In the words of the ``open_orders`` feed; of a rejection the status of the answer."""
    at: int
    old: OrderView | None = None
    """As it was before a fill or an edit."""
    fill: Fill | None = None
    reduced: Decimal | None = None
    """What was taken off an order that only reduces before it was placed."""


class Trade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A trade as everybody sees it."""

    contract: Contract
    seq: int
    """Counts up by one per contract."""
    uid: str
    price: Decimal
    qty: Decimal
    side: Side
    """Of the taker."""
    mark_price: Decimal
    at: int
    maker: OrderView | None = None
    taker: OrderView | None = None
    """None on trades from before the exchange opened."""
    kind: TradeKind = "fill"


class BookChange(msgspec.Struct, frozen=True, gc=False):
    """One level that changed in one action, with its size afterwards; zero for a level that is gone."""

    contract: Contract
    side: Side
    seq: int
    """Counts up by one per contract."""
    price: Decimal
    qty: Decimal
    at: int


class Conversion(msgspec.Struct, frozen=True, gc=False):
    """How one currency was changed into another."""

    given: str
    rate: Decimal
    """What a unit of the given currency is worth in the other one."""
    fee: Decimal
    """What the change cost, in the other currency."""


class LogEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of an account's log; trades and settlements write one for the money and one for the position.

    What does not apply is None; of trades ``fill`` says the rest.
    """

    id: int
    uid: str
    account: str
    wallet: str
    asset: str
    info: str
    old_balance: Decimal
    new_balance: Decimal
    at: int
    fill: Fill | None = None
    position_leg: bool = False
    contract: Contract | None = None
    old_entry: Decimal | None = None
    new_entry: Decimal | None = None
    price: Decimal | None = None
    """At which a contract was settled."""
    realized: Decimal | None = None
    funding_rate: Decimal | None = None
    """Absolute."""
    funding: Decimal | None = None
    """What was paid to the account; negative when it paid."""
    liquidation_fee: Decimal | None = None
    spread: Decimal | None = None
    """What changing a currency cost, in percent."""
    conversion: Conversion | None = None
    position: Decimal | None = None
    """The position that was funded."""


class WalletEvent(msgspec.Struct, frozen=True, gc=False):
    """The money, the positions or the margin of a wallet changed; what they are now has to be asked."""

    account: str
    wallet: str


class MarkChange(msgspec.Struct, frozen=True, gc=False):
    """A new mark price."""

    contract: Contract
    price: Decimal
    at: int


class Notice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that the exchange tells everybody."""

    id: int
    type: Literal["settlement", "maintenance"]
    priority: Literal["medium", "high"]
    note: str
    at: int
    """When what it tells of takes effect."""


Event: TypeAlias = OrderEvent | Trade | BookChange | LogEntry | WalletEvent | Notice
