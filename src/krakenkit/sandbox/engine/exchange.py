"""The exchange: every action a client or an operator can take. What it refuses, it refuses in Kraken's words.

The caller brings the time and the randomness; the exchange brings nothing of its own, so one seed and one script of
actions give the same ids, the same trades and the same events every time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from .accounts import Account, EntryType, LedgerEntry, Terms, WalletId
from .admission import Admission, check_mode
from .amending import USER_REQUESTED, Amender, replacement
from .checks import read_order
from .closes import Closer
from .events import BalanceEvent, Event, PublicTrade, StatusEvent, SystemStatus
from .floor import Desk, Floor
from .house import HouseDoor
from .indexes import Indexes, IndexSource
from .instruments import Instruments, Pair
from .margin.allowing import check_withdrawal, withdrawable
from .margin.liquidation import Watch
from .margin.settling import SETTLE_POSITION, read_settlement, settle
from .matching import Matcher
from .orders import Order, OrderView, Side
from .outcomes import Amended, Edited, Placed, Switch
from .queues import Moments
from .refusals import UNAVAILABLE, UNKNOWN_ORDER, EngineRefused, invalid
from .requests import AmendOrder, EditOrder, PlaceOrder
from .scale import to_units
from .scheduled import Schedule
from .trading_rates import TradingRates
from .treasury import units_in
from .words import describe, describe_close

SECOND = 10**9
TELL_EVERY = SECOND
"""How often owners of trailing stops hear that a trigger moved, at most. Kraken reports it and does not say how often."""
SWITCH_BELOW = 86_400
"""Seconds; the dead man's switch must be set to less."""
# Kraken documents no words for these two.
REPLACED = "Order replaced"
SWITCHED_OFF = "Cancel all orders after"


class Exchange(HouseDoor):
    """A whole exchange in memory.

    Accounts are names and exist from their first mention. ``now`` is nanoseconds since 1970 and never runs backwards: an
    earlier moment counts as the latest one heard of. Whatever is due by then (expiries, switches, starts) happens first.

    Args:
        terms: those of accounts that nobody opened on other ones.
        rates: counts what accounts do to orders; left out, nothing is counted.
        index: where the index prices come from that can set off orders; without it no pair has an index.
    """

    def __init__(
        self,
        instruments: Instruments,
        rng: random.Random,
        now: int,
        *,
        terms: Terms | None = None,
        rates: TradingRates | None = None,
        index: IndexSource | None = None,
    ) -> None:
        super().__init__(Floor(instruments, rng, now, terms or Terms()))
        self.rates = rates
        self._matcher = Matcher(self._floor)
        self._admission = Admission(self._floor, self._matcher)
        self._indexes = Indexes(self._floor, index)
        self._amender = Amender(self._floor, self._matcher, self._indexes)
        self._schedule = Schedule(self._floor, self._matcher, self._indexes)
        self._closer = Closer(self._floor, self._admission, self._read, self._let_in)
        self._watch = Watch(self._floor, self._matcher)
        self._told_at = now
        self._expiries = Moments()
        self._switches: dict[str, Account] = {}

    # Orders

    def check(self, account: str, request: PlaceOrder, now: int) -> None:
        """Refuse a request whose words or numbers are wrong, whatever the book and the funds: what refuses a whole batch.

        Raises:
            EngineRefused: with the string of the first thing that is wrong.
        """
        self.tick(now)
        self._read(account, request)

    def place(self, account: str, request: PlaceOrder, now: int, *, share: float = 1.0) -> Placed:
        """Place an order, or only validate it; the limit of the trading engine counts it for a ``share`` of one.

        Raises:
            EngineRefused: and nothing has changed.
        """
        self.tick(now)
        if self.rates is not None:  # counted even when the order is refused
            self.rates.add(account, self.pair(request.pair), self.now, share=share)
        order = self._read(account, request)
        if order.order_type != SETTLE_POSITION:
            self._admission.admit(order)
        asked = order.view()
        description, close = describe(asked), describe_close(asked)
        if request.validate:
            return Placed(None, description, close)
        self._enter(order)
        return Placed(order.view(), description, close)

    def amend(self, account: str, request: AmendOrder, now: int) -> Amended:
        """Change an open order in place.

        Raises:
            EngineRefused: and nothing has changed.
        """
        self.tick(now)
        order = self._open_order(account, request.order_id, request.cl_ord_id)
        if self.rates is not None:
            self.rates.change("amend", order, self.now)
        makes_only = request.post_only or order.post_only or request.limit_price is None
        check_mode(self._status, makes_only=makes_only)
        amend_id = self._amender.amend(order, request)
        self._finish()
        return Amended(order.view(), amend_id)

    def edit(self, account: str, request: EditOrder, now: int) -> Edited:
        """Cancel an open order and place a changed one.

        Raises:
            EngineRefused: and nothing has changed.
        """
        self.tick(now)
        old = self._open_order(account, request.order_id, None)
        if request.pair is not None and self.pair(request.pair) != old.pair:
            raise invalid("pair")
        if self.rates is not None:
            self.rates.change("edit", old, self.now)
        order = self._read(account, replacement(old, request))
        self._admission.admit(order, replacing=old)
        description = describe(order.view())
        if request.validate:
            return Edited(old.view(), None, description)
        order.replaces = old.order_id
        self._floor.close(old, "canceled", REPLACED)
        self._enter(order)
        return Edited(old.view(), order.view(), description)

    def cancel(
        self,
        account: str,
        now: int,
        *,
        order_id: str | None = None,
        userref: int | None = None,
        cl_ord_id: str | None = None,
    ) -> list[OrderView]:
        """Cancel one order, or all open orders of a ``userref``; gives the cancelled ones.

        Raises:
            EngineRefused: ``EOrder:Unknown order`` when nothing open is meant.
        """
        self.tick(now)
        self._check_cancels()
        if order_id is None and cl_ord_id is None:
            orders = [order for order in self._account(account).open.values() if order.userref == userref]
            if userref is None or not orders:
                raise EngineRefused(UNKNOWN_ORDER)
        else:
            orders = [self._open_order(account, order_id, cl_ord_id)]
        if self.rates is not None:
            for order in orders:
                self.rates.cancel(order, self.now)
        return self._cancel(orders, USER_REQUESTED)

    def cancel_all(self, account: str, now: int) -> list[OrderView]:
        """Cancel every open order of the account; gives them."""
        self.tick(now)
        self._check_cancels()
        if self.rates is not None:
            self.rates.cancel_all(account, self.now)
        return self._cancel(self._account(account).open.values(), USER_REQUESTED)

    def cancel_all_after(self, account: str, timeout: int, now: int) -> Switch:
        """Set the dead man's switch to go off after this many seconds unless set again; zero turns it off.

        It does not go off during maintenance, but as soon as maintenance ends.

        Raises:
            EngineRefused: for a time below zero or of a day or more.
        """
        self.tick(now)
        self._check_cancels()
        if not 0 <= timeout < SWITCH_BELOW:
            raise invalid("timeout")
        owner = self._account(account)
        owner.switch_at = self.now + timeout * SECOND if timeout else None
        if timeout:
            self._switches[account] = owner
        else:
            self._switches.pop(account, None)
        return Switch(self.now, owner.switch_at)

    # Operating

    def open_account(self, name: str, terms: Terms) -> None:
        """Open an account on these terms, or change the terms of one without open orders."""
        self._floor.treasury.open(name, terms)

    def deposit(self, account: str, asset: str, amount: Decimal, now: int) -> LedgerEntry:
        """Pay money in.

        Raises:
            EngineRefused: for an unknown asset or an amount that cannot be.
        """
        self.tick(now)
        return self._paid(self._floor.treasury.deposit(self._account(account), self.asset(asset), amount, self.now))

    def check_deposit(self, asset: str, amount: Decimal) -> None:
        """Refuse what cannot be paid in, and do no more.

        Raises:
            EngineRefused: for an unknown asset or an amount that cannot be.
        """
        units_in(self.asset(asset), amount)

    def withdraw(self, account: str, asset: str, amount: Decimal, now: int) -> LedgerEntry:
        """Pay money out.

        Raises:
            EngineRefused: for an unknown asset, an amount that cannot be, or more than is available.
        """
        self.tick(now)
        owner, found = self._account(account), self.asset(asset)
        check_withdrawal(self._floor, owner, found, to_units(amount, found.decimals) or 0)
        return self._paid(self._floor.treasury.withdraw(owner, found, amount, self.now))

    def withdrawable(self, account: str, asset: str) -> int:
        """The most bookkeeping units of an asset that could be paid out now.

        Raises:
            EngineRefused: for an unknown asset.
        """
        return withdrawable(self._floor, self._account(account), self.asset(asset))

    def post(
        self,
        account: str,
        asset: str,
        units: int,
        now: int,
        *,
        kind: EntryType,
        subtype: str = "",
        fee: int = 0,
        ref_id: str | None = None,
        wallet: WalletId = "main",
    ) -> LedgerEntry:
        """Change one wallet by signed bookkeeping units, less the fee: for whatever moves money and is no trade.

        Raises:
            EngineRefused: for an unknown asset, or more than is available or not needed as margin.
        """
        self.tick(now)
        owner, found = self._account(account), self.asset(asset)
        if units < 0 and wallet == "main":
            check_withdrawal(self._floor, owner, found, fee - units)
        return self._paid(
            self._floor.treasury.post(
                owner,
                found,
                units,
                kind=kind,
                at=self.now,
                subtype=subtype,
                fee=fee,
                ref_id=ref_id,
                wallet=wallet,
            )
        )

    def set_status(self, status: SystemStatus, now: int) -> None:
        """Change the mode of the exchange; what came due during maintenance happens when it ends."""
        self.tick(now)
        if status != self._status:
            self._status = status
            self._floor.journal.add(StatusEvent(status, self.now))
            self.tick(now)

    def tick(self, now: int) -> None:
        """Let time pass: expired orders go, and so do those of accounts whose switch went off. Then scheduled orders start,
        the index sets off what waits for it, and owners hear of triggers that moved.
        """
        self._floor.now = max(self._floor.now, now)
        if self._status == "maintenance":
            return
        while (order := self._expiries.due(self.now)) is not None:
            self._floor.close(order, "expired")
        for owner in [owner for owner in self._switches.values() if (owner.switch_at or 0) <= self.now]:
            owner.switch_at = None
            del self._switches[owner.name]
            self._cancel(owner.open.values(), SWITCHED_OFF)
        self._floor.lending.roll(self.now)
        if self._status == "online":  # other modes have no matching
            self._schedule.run()
        self._set_off_by_index()
        if self._status == "online":
            self._watch.glance()
        if self._floor.moved and self.now >= self._told_at + TELL_EVERY:
            self._told_at = self.now
            self._tell_moved()
        self._finish()

    def check_margins(self, now: int) -> None:
        """Look at all margin levels now; :meth:`tick` does so by itself now and then after prices have moved."""
        self.tick(now)
        if self._status == "online":
            self._watch.look()
            self._finish()

    def events(self) -> list[Event]:
        """Everything that happened since the last call, oldest first. Somebody has to fetch them: they are kept until then."""
        return self._floor.journal.drain()

    def desk(self, pair: str) -> Desk:
        """The desk of a pair, in whole units: for the sandbox's own market, which only looks."""
        return self._desk(pair)

    def account(self, name: str) -> Account:
        """An account itself, in whole units: for the sandbox's own market, which only looks."""
        return self._account(name)

    def has_index(self, pair: Pair) -> bool:
        """Whether the index of this pair can set off orders right now."""
        return self._indexes.index(pair) is not None

    def record_past(
        self, pair: str, *, price: int, lots: int, side: Side, order_type: Literal["market", "limit"], at: int
    ) -> PublicTrade:
        """Write a trade from before the exchange opened onto the tape of a pair; nobody's money moves, and no event says so.

        Price and size are in whole units of the pair; trades come in the order of time.
        """
        return self._desk(pair).tape.record(price=price, lots=lots, side=side, order_type=order_type, at=at)

    def _read(self, account: str, request: PlaceOrder) -> Order:
        pair = self.pair(request.pair)
        check_mode(self._status, makes_only=request.post_only)
        if request.order_type.lower() == SETTLE_POSITION:
            return read_settlement(self._floor, request, pair, self._account(account))
        marks = self._indexes.marks(pair, request.trigger_reference)
        return read_order(request, pair, self._account(account), marks=marks, now=self.now)

    def _enter(self, order: Order) -> None:
        self._let_in(order)
        self._finish()

    def _let_in(self, order: Order) -> None:
        if order.order_type == SETTLE_POSITION:
            settle(self._floor, order)
        else:
            self._matcher.enter(order)
        if order.open and order.expire_at is not None:
            self._expiries.push((order.expire_at, order.order_id, order))
        if order.scheduled:
            self._schedule.add(order)

    def _tell_moved(self) -> None:
        moved, self._floor.moved = self._floor.moved, {}
        for stops in moved.values():
            for order in stops.moved():
                self._floor.tell("status", order)

    def _check_cancels(self) -> None:
        if self._status == "maintenance":
            raise EngineRefused(UNAVAILABLE)

    def _cancel(self, orders: Iterable[Order], reason: str) -> list[OrderView]:
        cancelled = list(orders)
        for order in cancelled:
            self._floor.close(order, "canceled", reason)
        self._floor.finish()
        return [order.view() for order in cancelled]

    def _open_order(self, account: str, order_id: str | None, cl_ord_id: str | None) -> Order:
        order = self._open(account, order_id, cl_ord_id)
        if order is None:
            raise EngineRefused(UNKNOWN_ORDER)
        return order

    def _paid(self, entry: LedgerEntry) -> LedgerEntry:
        if not self._account(entry.account).terms.quiet:
            self._floor.journal.add(BalanceEvent(entry.account, entry))
        return entry
