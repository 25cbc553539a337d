"""Positions: what an account bought or sold with borrowed money and has not given back.

Every trade that opens makes a position of its own, under the id of the trade. All positions on one pair are of one side:
a trade of the other side closes them, the oldest first, and only what is left of it opens.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from krakenkit.sandbox.engine.instruments import Asset, Pair
from krakenkit.sandbox.engine.scale import ceiling

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.accounts import Account

PositionStatus: TypeAlias = Literal["opened", "closing", "closed"]
"""What a trade did to the positions on its pair."""


class PositionView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position as it stood at one moment. Amounts are in the quote asset unless told otherwise."""

    position_id: str
    """The id of the trade that opened it."""
    order_id: str
    order_type: str
    pair: Pair
    long: bool
    leverage: int
    qty: Decimal
    """In the base asset; what is closed counts in."""
    qty_closed: Decimal
    cost: Decimal
    cost_open: Decimal
    """The part of the cost that is still owed or, of a short position, kept as security."""
    fee: Decimal
    """Of the trade that opened it, with what the loan cost until then."""
    margin: Decimal
    """What it bound when it was opened."""
    margin_open: Decimal
    """What it binds now."""
    rollover_fee: Decimal
    """What keeping it open has cost."""
    opened_at: int
    rollover_at: int
    """When keeping it open costs the next time."""
    closed_at: int | None
    close_price: Decimal
    """Average; zero while nothing is closed."""
    close_cost: Decimal
    close_fee: Decimal
    net: Decimal
    """Profit or loss of what is closed, without fees."""
    closing_trades: tuple[str, ...]


@dataclass(slots=True, eq=False, repr=False)
class Position:
    """The engine's own record of a position, in whole units of its pair."""

    account: Account
    position_id: str
    number: int
    """Counts the positions of the exchange."""
    order_id: str
    order_type: str
    pair: Pair
    long: bool
    leverage: int
    lots: int
    exact: int
    money: int
    """What was borrowed to buy, or received for what was borrowed: bookkeeping units of the quote asset."""
    fee: int
    opened_at: int
    rollover_at: int
    rollover_fee: int = 0
    closed_lots: int = 0
    returned: int = 0
    """The part of ``money`` that belonged to what is closed."""
    close_exact: int = 0
    close_fee: int = 0
    net: int = 0
    closed_at: int | None = None
    closing: list[str] = field(default_factory=list[str])

    def __repr__(self) -> str:
        return f"Position({self.position_id})"

    @property
    def open_lots(self) -> int:
        return self.lots - self.closed_lots

    @property
    def open_money(self) -> int:
        return self.money - self.returned

    @property
    def margin(self) -> int:
        """What it bound when it was opened: the cost by the leverage."""
        return ceiling(self.money, self.leverage)

    @property
    def open_margin(self) -> int:
        """What it binds now."""
        return ceiling(self.open_money, self.leverage)

    @property
    def borrowed_asset(self) -> Asset:
        return self.pair.quote if self.long else self.pair.base

    @property
    def borrowed(self) -> int:
        """Bookkeeping units of its ``borrowed_asset`` that are owed."""
        return self.open_money if self.long else self.open_lots * self.pair.lot

    def part(self, lots: int) -> int:
        """The part of its open money that belongs to some of its open lots; cut off, but the last lots take all."""
        return self.open_money if lots == self.open_lots else self.open_money * lots // self.open_lots

    def give_back(self, lots: int) -> int:
        """Take lots out of it; gives their part of its money."""
        part = self.part(lots)
        self.closed_lots += lots
        self.returned += part
        return part

    def view(self) -> PositionView:
        """How it stands now."""
        pair, quote = self.pair, self.pair.quote
        return PositionView(
            position_id=self.position_id,
            order_id=self.order_id,
            order_type=self.order_type,
            pair=pair,
            long=self.long,
            leverage=self.leverage,
            qty=pair.qty(self.lots),
            qty_closed=pair.qty(self.closed_lots),
            cost=quote.amount(self.money),
            cost_open=quote.amount(self.open_money),
            fee=quote.amount(self.fee),
            margin=quote.amount(self.margin),
            margin_open=quote.amount(self.open_margin),
            rollover_fee=quote.amount(self.rollover_fee),
            opened_at=self.opened_at,
            rollover_at=self.rollover_at,
            closed_at=self.closed_at,
            close_price=pair.average(self.close_exact, self.closed_lots),
            close_cost=pair.cost(self.close_exact // pair.per_cost),
            close_fee=quote.amount(self.close_fee),
            net=quote.amount(self.net),
            closing_trades=tuple(self.closing),
        )


@dataclass(slots=True, eq=False, repr=False)
class Positions:
    """All positions of one account."""

    open: dict[str, Position] = field(default_factory=dict[str, Position])
    """By id, the oldest first."""
    closed: OrderedDict[str, Position] = field(default_factory=OrderedDict[str, Position])
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    """Open lots by pair; below zero for short positions."""
    borrowed: dict[Asset, int] = field(default_factory=dict[Asset, int])
    called: bool = False
    """Whether the account has been called for more margin since its level fell."""

    def on(self, pair: Pair) -> list[Position]:
        """The open positions of a pair, the oldest first."""
        return [position for position in self.open.values() if position.pair is pair]

    def size(self, pair: Pair) -> int:
        """Open lots on a pair; below zero for short positions."""
        return self.sizes.get(pair.name, 0)

    def closable(self, pair: Pair, *, buy: bool) -> int:
        """Lots that an order of this side would close."""
        size = self.size(pair)
        return max(-size if buy else size, 0)

    def oldest(self, pair: Pair, lots: int) -> list[tuple[Position, int]]:
        """The positions on a pair that these lots close, with the lots of each."""
        found: list[tuple[Position, int]] = []
        for position in self.on(pair):
            part = min(position.open_lots, lots)
            if not part:
                break
            found.append((position, part))
            lots -= part
        return found

    def add(self, position: Position) -> None:
        """Take a new position among the open ones."""
        self.open[position.position_id] = position
        lots = position.lots if position.long else -position.lots
        self.sizes[position.pair.name] = self.size(position.pair) + lots

    def shrink(self, position: Position, lots: int, at: int) -> int:
        """Close lots of a position; gives the part of its money that belonged to them."""
        part = position.give_back(lots)
        self.sizes[position.pair.name] -= lots if position.long else -lots
        if not position.open_lots:
            position.closed_at = at
            del self.open[position.position_id]
        return part
