"""Orders: what the engine keeps of them, and the frozen view that everybody else gets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from .distances import Peak, Trail
from .instruments import Asset, Pair
from .prices import Offset
from .requests import Closing

if TYPE_CHECKING:
    from .accounts import Account

Side: TypeAlias = Literal["buy", "sell"]
Status: TypeAlias = Literal["pending_new", "new", "partially_filled", "filled", "canceled", "expired"]


class AmendRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an order's amend history; the first is the order as it was entered."""

    amend_id: str
    amend_type: Literal["original", "user", "restated"]
    order_qty: Decimal | None
    remaining_qty: Decimal
    limit_price: Decimal | None
    trigger_price: Decimal | None
    display_qty: Decimal | None
    post_only: bool
    reason: str | None
    at: int


class Trailing(msgspec.Struct, frozen=True, gc=False):
    """How a trailing stop follows the market."""

    offset: Offset
    limit: Offset | None
    """Of the limit from the trigger; None without a limit, or with a fixed one."""
    peak: Decimal
    """The best price it has seen."""


class OrderView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order as it stood at one moment. Moments are nanoseconds since 1970."""

    order_id: str
    account: str
    pair: Pair
    side: Side
    order_type: str
    status: Status
    qty: Decimal | None
    """None for orders given in the quote asset."""
    cash_qty: Decimal | None
    limit_price: Decimal | None
    trigger_price: Decimal | None
    """Of trailing stops, and their limit likewise: where it is at this moment."""
    trigger_reference: str
    trailing: Trailing | None
    display_qty: Decimal | None
    display_remaining: Decimal | None
    close: Closing | None
    time_in_force: str
    start_at: int | None
    """When it goes live, for an order that was scheduled."""
    expire_at: int | None
    post_only: bool
    fee_in: Literal["quote", "base"]
    stp_type: str
    cl_ord_id: str | None
    userref: int | None
    opened_at: int
    amended_at: int | None
    closed_at: int | None
    cum_qty: Decimal
    cum_cost: Decimal
    cum_fee: Decimal
    fee_asset: Asset
    fee_usd: Decimal
    """Fees so far in dollars, at the last prices when they were charged."""
    avg_price: Decimal
    reason: str | None
    triggered_at: int | None
    """When a stop or take-profit order went off; None while it waits, and on other types."""
    triggered_by: Decimal | None
    """The traded price, or the index, that set it off."""
    replaces: str | None
    """The order this one was edited from."""
    closes: str | None
    """The order whose fills this one closes."""
    trade_ids: tuple[str, ...]
    leverage: int | None = None
    """How many times its margin it is worth; None for orders that spend what the account has."""
    reduce_only: bool = False
    liquidated: bool = False
    """Whether the exchange placed it to close positions of an account that ran out of margin."""

    @property
    def open(self) -> bool:
        return self.status in {"pending_new", "new", "partially_filled"}


@dataclass(slots=True, eq=False, repr=False)
class Order:
    """The engine's own record of an order, in whole units of its pair. Only the engine changes it."""

    account: Account
    pair: Pair
    buy: bool
    order_type: str
    qty: int
    """Lots; the lots bought so far for an order given in the quote asset."""
    cash: int | None
    """Exact cost units to spend, for an order given in the quote asset."""
    limit: int | None
    trigger: int | None
    display: int | None
    time_in_force: str
    expire_at: int | None
    post_only: bool
    fee_in_base: bool
    stp_type: str
    cl_ord_id: str | None
    userref: int | None
    index: bool = False
    """Whether the index sets it off, not the last price."""
    trail: Trail | None = None
    """Of trailing stops. While they wait, their own trigger and limit are those they began with."""
    close: Closing | None = None
    unclosed: int = 0
    """Lots filled for which no close has been placed yet."""
    start_at: int | None = None
    order_id: str = ""
    opened_at: int = 0
    status: Status = "pending_new"
    filled: int = 0
    exact_cost: int = 0
    cost: int = 0
    fee: int = 0
    fee_usd: Decimal = Decimal(0)
    visible: int = 0
    """Lots of it that the book shows; zero while it does not rest in a book."""
    held: int = 0
    """Bookkeeping units held for it."""
    queued_at: int = 0
    place: int = 0
    """Its place in line on its side of the book, counted from 1; zero while it is in no book."""
    amended_at: int | None = None
    closed_at: int | None = None
    reason: str | None = None
    triggered_at: int | None = None
    triggered_by: int | None = None
    ticket: int = 0
    """Its current place in a queue of stops or expiries; an older ticket is void."""
    replaces: str | None = None
    closes: str | None = None
    trade_ids: tuple[str, ...] = ()
    leverage: int | None = None
    reduce_only: bool = False
    liquidated: bool = False
    amends: tuple[AmendRecord, ...] = ()
    shown: OrderView | None = field(default=None, init=False)
    """A view on its present terms, from which the next one is made; None when they changed since."""
    shown_filled: int = field(default=0, init=False)
    """Lots that were filled in that view."""

    def __repr__(self) -> str:
        return f"Order({self.order_id or 'new'} {self.side} {self.order_type} {self.pair.symbol})"

    @property
    def side(self) -> Side:
        return "buy" if self.buy else "sell"

    @property
    def remaining(self) -> int:
        """Lots still to be filled; zero for an order given in the quote asset, see ``cash_left``."""
        return self.qty - self.filled

    @property
    def cash_left(self) -> int:
        return 0 if self.cash is None else self.cash - self.exact_cost

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def waiting(self) -> bool:
        """Whether it is a triggered order that has not gone off."""
        return self.trigger is not None and self.triggered_at is None

    @property
    def scheduled(self) -> bool:
        """Whether its start is still to come."""
        return self.start_at is not None and self.status == "pending_new"

    @property
    def may_stay(self) -> bool:
        """Whether it can stay open after it came in: not so market, IOC and FOK orders that start now."""
        return self.waiting or self.scheduled or (self.limit is not None and self.time_in_force in {"GTC", "GTD"})

    @property
    def resting(self) -> bool:
        """Whether it is in a book."""
        return self.place > 0

    @property
    def rests_at(self) -> int:
        """Its limit price; only orders that have one rest in a book."""
        if self.limit is None:
            raise ValueError(f"Order {self.order_id} has no limit price and cannot rest.")
        return self.limit

    @property
    def goes_off_at(self) -> int:
        """Its trigger price; only orders that have one wait for it."""
        if self.trigger is None:
            raise ValueError(f"Order {self.order_id} has no trigger price and cannot wait.")
        return self.trigger

    @property
    def hold_asset(self) -> Asset:
        return self.pair.quote if self.buy else self.pair.base

    @property
    def fee_asset(self) -> Asset:
        return self.pair.base if self.fee_in_base else self.pair.quote

    def takes(self, price: int) -> bool:
        """Whether it may trade at this price."""
        return self.limit is None or (price <= self.limit if self.buy else price >= self.limit)

    def slice(self) -> int:
        """Lots that may show in the book: all that remains, or an iceberg's display size."""
        return self.remaining if self.display is None else min(self.display, self.remaining)

    def showing(self) -> int:
        """Lots it shows, or will show as soon as it rests."""
        return self.slice() if self.open and not self.resting else self.visible

    def settle_trail(self) -> None:
        """Stop following the market: trigger and limit stay where they are from now on."""
        if self.trail is not None and self.waiting:
            self.trigger, self.limit = self.terms()
            self.trail = replace(self.trail, peak=Peak(self.trail.peak.price))

    def terms(self) -> tuple[int | None, int | None]:
        """Trigger and limit as they are at this moment."""
        if self.trail is None or not self.waiting:
            return self.trigger, self.limit
        trigger = self.trail.trigger(self.pair, buy=self.buy)
        return trigger, self.trail.limit_at(trigger, self.pair, self.limit)

    def note_amend(self, at: int) -> None:
        """Note that its terms were changed."""
        self.amended_at = at
        self.shown = None

    def as_entered(self) -> AmendRecord:
        """The first row of its amend history; only right before the first amend."""
        # Derived from the order's own id, so that looking at a history draws no new id.
        return self.record(f"T{self.order_id[1:]}", "original", at=self.opened_at, remaining=self.qty)

    def record(
        self,
        amend_id: str,
        amend_type: Literal["original", "user", "restated"],
        *,
        at: int,
        remaining: int,
        reason: str | None = None,
    ) -> AmendRecord:
        """Its present terms as a row of its amend history."""
        pair = self.pair
        return AmendRecord(
            amend_id=amend_id,
            amend_type=amend_type,
            order_qty=pair.qty(self.qty) if self.cash is None else None,
            remaining_qty=pair.qty(remaining),
            limit_price=_price(pair, self.limit),
            trigger_price=_price(pair, self.trigger),
            display_qty=None if self.display is None else pair.qty(self.display),
            post_only=self.post_only,
            reason=reason,
            at=at,
        )

    def view(self) -> OrderView:
        """How it stands now."""
        if self.shown is None or self.trail is not None:
            self.shown, self.shown_filled = self.fresh_view(), self.filled
            return self.shown
        if self.filled != self.shown_filled:
            self.shown, self.shown_filled = self._with_fills(self.shown), self.filled
        return msgspec.structs.replace(
            self.shown,
            order_id=self.order_id,
            status=self.status,
            display_remaining=None if self.display is None else self.pair.qty(self.showing()),
            opened_at=self.opened_at,
            amended_at=self.amended_at,
            closed_at=self.closed_at,
            reason=self.reason,
            triggered_at=self.triggered_at,
            triggered_by=None if self.triggered_by is None else self.pair.price(self.triggered_by),
            replaces=self.replaces,
            closes=self.closes,
        )

    def _with_fills(self, shown: OrderView) -> OrderView:
        pair = self.pair
        return msgspec.structs.replace(
            shown,
            cum_qty=pair.qty(self.filled),
            cum_cost=pair.cost(self.cost),
            cum_fee=self.fee_asset.amount(self.fee),
            fee_usd=self.fee_usd,
            avg_price=pair.average(self.exact_cost, self.filled),
            trade_ids=self.trade_ids,
        )

    def fresh_view(self) -> OrderView:
        """How it stands now, with nothing taken over from an earlier view."""
        pair = self.pair
        trigger, limit = (self.trigger, self.limit) if self.trail is None else self.terms()
        return OrderView(
            order_id=self.order_id,
            account=self.account.name,
            pair=pair,
            side=self.side,
            order_type=self.order_type,
            status=self.status,
            qty=pair.qty(self.qty) if self.cash is None else None,
            cash_qty=None if self.cash is None else pair.cost(self.cash // pair.per_cost),
            limit_price=_price(pair, limit),
            trigger_price=_price(pair, trigger),
            trigger_reference="index" if self.index else "last",
            trailing=None if self.trail is None else _trailing(pair, self.trail),
            display_qty=None if self.display is None else pair.qty(self.display),
            display_remaining=None if self.display is None else pair.qty(self.showing()),
            close=self.close,
            time_in_force=self.time_in_force,
            start_at=self.start_at,
            expire_at=self.expire_at,
            post_only=self.post_only,
            fee_in="base" if self.fee_in_base else "quote",
            stp_type=self.stp_type,
            cl_ord_id=self.cl_ord_id,
            userref=self.userref,
            opened_at=self.opened_at,
            amended_at=self.amended_at,
            closed_at=self.closed_at,
            cum_qty=pair.qty(self.filled),
            cum_cost=pair.cost(self.cost),
            cum_fee=self.fee_asset.amount(self.fee),
            fee_asset=self.fee_asset,
            fee_usd=self.fee_usd,
            avg_price=pair.average(self.exact_cost, self.filled),
            reason=self.reason,
            triggered_at=self.triggered_at,
            triggered_by=_price(pair, self.triggered_by),
            replaces=self.replaces,
            closes=self.closes,
            trade_ids=self.trade_ids,
            leverage=self.leverage,
            reduce_only=self.reduce_only,
            liquidated=self.liquidated,
        )


def _price(pair: Pair, units: int | None) -> Decimal | None:
    return None if units is None else pair.price(units)


def _trailing(pair: Pair, trail: Trail) -> Trailing:
    limit = None if trail.limit is None else trail.limit.offset(pair)
    return Trailing(trail.offset.offset(pair), limit, pair.price(trail.peak.price))
