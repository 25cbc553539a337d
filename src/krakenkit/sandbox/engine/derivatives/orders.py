"""Orders in contracts: what the engine keeps of them, and the frozen view that everybody else gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from ..orders import Side
from ..scale import from_units
from .contracts import Contract

if TYPE_CHECKING:
    from .accounts import Account

Signal: TypeAlias = Literal["mark", "index", "last"]
"""Which price sets a waiting order off."""
LIMITED: Final = frozenset({"lmt", "post", "ioc", "fok"})
TRIGGERED: Final = frozenset({"stp", "take_profit", "trailing_stop"})
KINDS: Final = LIMITED | TRIGGERED | {"mkt"}
"""What an order can be asked for as. The exchange itself makes orders of the kinds ``liquidation`` and ``assignment``."""
SelfTrade: TypeAlias = Literal["REJECT_TAKER", "CANCEL_MAKER_SELF", "CANCEL_MAKER_CHILD", "CANCEL_MAKER_ANY"]
"""What happens when an order meets another of the same owner."""
Unit: TypeAlias = Literal["PERCENT", "QUOTE_CURRENCY"]
Terms: TypeAlias = "tuple[str, int, int | None, Trigger | None]"


class Distance(msgspec.Struct, frozen=True, gc=False):
    """How far from another price: a part of it, or so much money."""

    units: int
    """Hundredths of a percent, or price units."""
    unit: Unit

    def of(self, price: int) -> int:
        """In price units."""
        return price * self.units // 10_000 if self.unit == "PERCENT" else self.units

    def shown(self, contract: Contract) -> Decimal:
        """As it was asked for."""
        return from_units(self.units, 2) if self.unit == "PERCENT" else contract.price(self.units)


class Trigger(msgspec.Struct, frozen=True, gc=False):
    """What a waiting order waits for."""

    price: int
    signal: Signal
    rising: bool
    """Whether it goes off when the price rises to it."""
    trail: Distance | None = None
    """How far a trailing stop stays behind the price."""
    offset: Distance | None = None
    """How far from the trigger price the limit price will be."""

    def reached(self, price: int) -> bool:
        """Whether this price sets it off."""
        return price >= self.price if self.rising else price <= self.price

    def behind(self, price: int, tick: int) -> int:
        """Where a trailing stop would be that follows this price, on the tick and at least one from nothing."""
        distance = 0 if self.trail is None else self.trail.of(price)
        wanted = price + distance if self.rising else price - distance
        return max(-(-wanted // tick) * tick if self.rising else wanted // tick * tick, tick)

    def after(self, price: int, tick: int) -> Trigger:
        """The trigger when this price was seen: a trailing one follows prices that move away from it."""
        if self.trail is None:
            return self
        wanted = self.behind(price, tick)
        better = wanted < self.price if self.rising else wanted > self.price
        return msgspec.structs.replace(self, price=wanted) if better else self

    def limit(self, tick: int) -> int | None:
        """The limit price that the offset makes, on the tick; None without one."""
        if self.offset is None:
            return None
        wanted = self.price + self.offset.of(self.price)
        return wanted - wanted % tick


class OrderView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order as it stood at one moment. Moments are nanoseconds since 1970."""

    order_id: str
    account: str
    contract: Contract
    side: Side
    kind: str
    """The order type of the request: ``lmt``, ``post``, ``ioc``, ``fok``, ``mkt``, ``stp``, ``take_profit`` or
    ``trailing_stop``; or ``liquidation`` or ``assignment``, which the exchange makes."""
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
    deviation: Decimal | None = None
    """How far a trailing stop stays behind the price."""
    deviation_unit: Unit | None = None
    offset: Decimal | None = None
    """How far from the trigger price the limit price will be."""
    offset_unit: Unit | None = None

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
    small: bool = False
    """Whether it was worth next to nothing when it was placed."""
    shown: OrderView | None = field(default=None, init=False)
    """A view of it on its terms of the moment, from which the next one is made while they stay."""
    shown_terms: Terms | None = field(default=None, init=False)

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

    @property
    def terms(self) -> Terms:
        """What changes now and then: its kind, size, limit and trigger."""
        return self.kind, self.lots, self.limit, self.trigger

    def view(self) -> OrderView:
        """How it stands now."""
        if self.shown is None or self.shown_terms != self.terms:
            self.shown, self.shown_terms = self._fresh_view(), self.terms
            return self.shown
        return msgspec.structs.replace(
            self.shown,
            order_id=self.order_id,
            filled=self.contract.qty(self.filled),
            waiting=self.waiting,
            placed_at=self.placed_at,
            updated_at=self.updated_at,
        )

    def _fresh_view(self) -> OrderView:
        contract, trigger = self.contract, self.trigger
        trail = None if trigger is None else trigger.trail
        offset = None if trigger is None else trigger.offset
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
            deviation=None if trail is None else trail.shown(contract),
            deviation_unit=None if trail is None else trail.unit,
            offset=None if offset is None else offset.shown(contract),
            offset_unit=None if offset is None else offset.unit,
        )
