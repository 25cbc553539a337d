"""Orders in contracts: what the engine keeps of them, and the frozen view that everybody else gets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from ..orders import Side
from .contracts import Contract

if TYPE_CHECKING:
    from .accounts import Account

Signal: TypeAlias = Literal["mark", "index", "last"]
"""Which price sets a waiting order off."""
LIMITED: Final = frozenset({"lmt", "post", "ioc", "fok"})
TRIGGERED: Final = frozenset({"stp", "take_profit"})
KINDS: Final = LIMITED | TRIGGERED | {"mkt"}
"""What this engine executes; a trailing stop is refused as an order type it does not know."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a waiting order waits for."""

    price: int
    signal: Signal
    rising: bool
    """Whether it goes off when the price rises to it."""

    def reached(self, price: int) -> bool:
        """Whether this price sets it off."""
        return price >= self.price if self.rising else price <= self.price


class OrderView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order as it stood at one moment. Moments are nanoseconds since 1970."""

    order_id: str
    account: str
    contract: Contract
    side: Side
    kind: str
    """The order type of the request: ``lmt``, ``post``, ``ioc``, ``fok``, ``mkt``, ``stp`` or ``take_profit``."""
    qty: Decimal
    filled: Decimal
    limit_price: Decimal | None
    stop_price: Decimal | None
    """The trigger price of an order that waits for it, or waited."""
    signal: Signal | None
    rising: bool
    waiting: bool
    reduce_only: bool
    cli_ord_id: str | None
    placed_at: int
    updated_at: int

    @property
    def remaining(self) -> Decimal:
        return self.qty - self.filled


@dataclass(slots=True, eq=False, repr=False)
class Order:
    """The engine's own record of an order, in whole units of its contract. Only the engine changes it."""

    account: Account
    contract: Contract
    buy: bool
    kind: str
    lots: int
    limit: int | None = None
    trigger: Trigger | None = None
    reduce_only: bool = False
    cli_ord_id: str | None = None
    order_id: str = ""
    filled: int = 0
    waiting: bool = False
    """Whether it is a stop or take-profit order that has not gone off."""
    resting: bool = False
    """Whether it is in the book."""
    placed_at: int = 0
    updated_at: int = 0

    def __repr__(self) -> str:
        return f"Order({self.order_id or 'new'} {self.side} {self.lots} {self.contract.symbol} {self.kind})"

    @property
    def side(self) -> Side:
        return "buy" if self.buy else "sell"

    @property
    def remaining(self) -> int:
        return self.lots - self.filled

    @property
    def sign(self) -> int:
        """What a lot of it does to a position."""
        return 1 if self.buy else -1

    @property
    def rests_at(self) -> int:
        """Its limit price; only orders that have one rest in a book."""
        if self.limit is None:
            raise ValueError(f"Order {self.order_id} has no limit price and cannot rest.")
        return self.limit

    def takes(self, price: int) -> bool:
        """Whether it may trade at this price."""
        return self.limit is None or (price <= self.limit if self.buy else price >= self.limit)

    def view(self) -> OrderView:
        """How it stands now."""
        contract, trigger = self.contract, self.trigger
        return OrderView(
            order_id=self.order_id,
            account=self.account.name,
            contract=contract,
            side=self.side,
            kind=self.kind,
            qty=contract.qty(self.lots),
            filled=contract.qty(self.filled),
            limit_price=None if self.limit is None else contract.price(self.limit),
            stop_price=None if trigger is None else contract.price(trigger.price),
            signal=None if trigger is None else trigger.signal,
            rising=trigger is not None and trigger.rising,
            waiting=self.waiting,
            reduce_only=self.reduce_only,
            cli_ord_id=self.cli_ord_id,
            placed_at=self.placed_at,
            updated_at=self.updated_at,
        )
