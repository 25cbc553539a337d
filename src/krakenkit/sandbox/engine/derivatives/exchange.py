"""The derivatives exchange: every action a client or an operator can take.

What it refuses, it refuses with the word that the answer's status says. The caller brings the time, the randomness and
the index prices; one seed and one script of actions give the same ids, trades and events every time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import msgspec

from ..orders import Side
from ..refusals import INSUFFICIENT_FUNDS, INVALID_AMOUNT, UNKNOWN_ASSET, EngineRefused
from ..scale import to_units
from .accounts import Account
from .contracts import MONEY_PLACES, Contract, Contracts
from .events import Event, OrderEvent, Trade
from .floor import Desk, Floor, IndexPrices
from .matching import POST_REFUSED, Matcher
from .orders import LIMITED, Order, OrderView
from .requests import Declined, EditOrder, PlaceOrder, read_order, read_price, read_qty
from .views import DerivativesViews

SECOND: Final = 10**9
BY_USER: Final = "cancelled_by_user"
EDITED: Final = "edited_by_user"
SWITCHED_OFF: Final = "dead_man_switch"


class Done(msgspec.Struct, frozen=True):
    """What became of a request: the order as it stands, and the steps it went through in this action."""

    order: OrderView
    steps: list[OrderEvent]


class DerivativesExchange(DerivativesViews):
    """A derivatives exchange in memory. Accounts are names and exist from their first mention.

    ``now`` is nanoseconds since 1970 and never runs backwards. Whatever is due by then (triggers, switches) happens first.
    """

    def __init__(self, contracts: Contracts, rng: random.Random, now: int, index: IndexPrices) -> None:
        super().__init__(Floor(contracts, rng, now, index))
        self._matcher = Matcher(self._floor)

    # --- orders ---------------------------------------------------------------------------------------------------------

    def place(self, account: str, request: PlaceOrder, now: int) -> Done:
        """Place an order.

        Raises:
            Declined: and nothing has changed.
        """
        self.tick(now)
        _check_deadline(request.deadline, self.now)
        order = read_order(request, self._floor.account(account))
        order.order_id = self._floor.uid()
        order.placed_at = order.updated_at = self.now
        mark = len(self._floor.journal)
        try:
            reduced = self._matcher.admit(order, self.mode)
        except Declined as declined:
            self._reject(order, declined)
            raise
        self._floor.enlist(order)
        self._matcher.enter(order, reduced=reduced)
        self._finish()
        return self._done(order, mark)

    def check(self, account: str, request: PlaceOrder, now: int, *, words_only: bool = False) -> None:
        """Refuse what placing this order would refuse, or only what is wrong with its words; nothing is placed.

        Raises:
            Declined: in that case.
        """
        self.tick(now)
        _check_deadline(request.deadline, self.now)
        order = read_order(request, self._floor.account(account))
        if not words_only:
            self._matcher.admit(order, self.mode)

    def quote(self, house: Account, contract: Contract, side: Side, *, price: int, lots: int, kind: str) -> Order:
        """Place an order of a house account, in whole units and unchecked; the market's own way in."""
        order = Order(house, contract, side == "buy", kind, lots, price, order_id=self._floor.uid())
        self._floor.enlist(order)
        self._matcher.enter(order)
        return order

    def withdraw_quote(self, order: Order) -> None:
        """Take an order of a house account back."""
        if order.order_id in order.account.open:
            self._floor.remove(order, BY_USER)

    def resting_order(self, order_id: str) -> Order | None:
        """The order of this id that rests in a book, whoever placed it."""
        found = (account.open.get(order_id) for account in self._floor.accounts.values())
        return next((order for order in found if order is not None and order.resting), None)

    def fill(self, house: Account, order: Order, lots: int) -> None:
        """Let a house account trade with a resting order at its own price, past everybody before it in the line."""
        side: Side = "sell" if order.buy else "buy"
        taker = Order(house, order.contract, side == "buy", "ioc", lots, order.rests_at, order_id=self._floor.uid())
        self._floor.enlist(taker)
        self._floor.trade(taker, order, lots)
        self._finish()

    def end_of_step(self) -> None:
        """End a step of the market: triggers go off, and the changed books are told."""
        self._finish()

    def edit(self, account: str, request: EditOrder, now: int) -> Done:
        """Change an open order in place; a new price or a larger size costs it its place in the line.

        Raises:
            Declined: and nothing has changed.
        """
        self.tick(now)
        _check_deadline(request.deadline, self.now)
        order = self._find(account, request.order_id, request.cli_ord_id)
        if order is None:
            raise Declined("orderForEditNotFound")
        draft = self._draft(order, request)
        if not draft.waiting and (draft.limit, draft.lots) != (order.limit, order.lots):
            self._matcher.admit(draft, self.mode, replacing=order)
        mark, old = len(self._floor.journal), order.view()
        self._apply(order, draft)
        self._floor.tell("edited", order, EDITED, old=old)
        if not order.waiting and not order.resting:
            self._matcher.enter(order, reason=None)
        self._finish()
        return self._done(order, mark)

    def _draft(self, order: Order, request: EditOrder) -> Order:
        draft = replace(order)
        if request.qty is not None:
            qty = read_qty(order.contract, request.qty)
            draft.lots = qty if request.whole else order.filled + qty
            if draft.remaining <= 0:
                raise Declined("invalidSize")
        if request.limit_price is not None:
            draft.limit = read_price(order.contract, request.limit_price)
        if request.stop_price is not None:
            if order.trigger is None or not order.waiting:
                raise Declined("orderForEditNotAStop")
            draft.trigger = replace(order.trigger, price=read_price(order.contract, request.stop_price))
        return draft

    def _apply(self, order: Order, draft: Order) -> None:
        """Take the draft's terms over; an order that loses its place is out of the book afterwards."""
        moves = order.resting and (draft.limit != order.limit or draft.lots > order.lots)
        if moves:
            self._floor.lift(order)
        elif order.resting and draft.lots < order.lots:
            self._floor.touch(order).book.own(order).shrink(order, order.lots - draft.lots)
        order.lots, order.limit, order.trigger = draft.lots, draft.limit, draft.trigger
        order.updated_at = self.now

    def cancel(self, account: str, now: int, *, order_id: str | None = None, cli_ord_id: str | None = None) -> Done:
        """Cancel one order.

        Raises:
            Declined: ``filled`` for one that was filled whole, ``notFound`` for any other that is not open.
        """
        self.tick(now)
        order = self._find(account, order_id, cli_ord_id)
        if order is None:
            owner = self._floor.account(account)
            gone = owner.gone.get(order_id or owner.client_ids.get(cli_ord_id or "", ""))
            raise Declined("filled" if gone is not None and gone.reason == "full_fill" else "notFound")
        mark = len(self._floor.journal)
        self._floor.remove(order, BY_USER)
        self._finish()
        return self._done(order, mark)

    def cancel_all(self, account: str, now: int, *, contract: Contract | None = None) -> list[Done]:
        """Cancel every open order of the account, or those in one contract."""
        self.tick(now)
        orders = self._floor.account(account).open.values()
        return self._cancel([one for one in orders if contract in (None, one.contract)], BY_USER)

    def cancel_all_after(self, account: str, timeout: int, now: int) -> int | None:
        """Set the dead man's switch to go off after this many seconds unless set again; gives when. Zero turns it off."""
        self.tick(now)
        owner = self._floor.account(account)
        owner.switch_at = self.now + timeout * SECOND if timeout else None
        return owner.switch_at

    # --- operating ------------------------------------------------------------------------------------------------------

    def deposit(self, account: str, wallet: str, amount: Decimal, now: int) -> None:
        """Pay money into a wallet; it has to be of the wallet's currency.

        Raises:
            EngineRefused: for an unknown wallet, or an amount that cannot be.
        """
        self.tick(now)
        if wallet not in self.contracts.wallets:
            raise EngineRefused(UNKNOWN_ASSET)
        units = to_units(amount, MONEY_PLACES)
        if units is None or units <= 0:
            raise EngineRefused(INVALID_AMOUNT)
        self._floor.deposit(self._floor.account(account), wallet, units)

    def withdraw(self, account: str, wallet: str, amount: Decimal, now: int) -> None:
        """Pay money out of a wallet.

        Raises:
            EngineRefused: as for a deposit, and for more than no position or order binds.
        """
        self.tick(now)
        units = to_units(amount, MONEY_PLACES)
        if units is None or units <= 0:
            raise EngineRefused(INVALID_AMOUNT)
        owner = self._floor.account(account)
        if units > owner.margin(wallet, self._floor.mark).available:
            raise EngineRefused(INSUFFICIENT_FUNDS)
        self._floor.deposit(owner, wallet, -units)

    def tick(self, now: int) -> None:
        """Let time pass: orders of accounts whose switch went off are cancelled, and triggers go off."""
        self._floor.now = max(self._floor.now, now)
        for owner in self._floor.accounts.values():
            if owner.switch_at is not None and owner.switch_at <= self.now:
                owner.switch_at = None
                self._cancel(owner.open.values(), SWITCHED_OFF)
        self._finish()

    def events(self) -> list[Event]:
        """Everything that happened since the last call, oldest first. Somebody has to fetch them: they are kept until then."""
        events, self._floor.journal = self._floor.journal, []
        return events

    def account(self, name: str) -> Account:
        """An account itself, in whole units: for the sandbox's own market, which sets it up, and for tests."""
        return self._floor.account(name)

    def desk(self, contract: Contract) -> Desk:
        """The desk of a contract, in whole units: for the sandbox's own market, which only looks."""
        return self._floor.desks[contract]

    def record_past(self, contract: Contract, *, price: int, lots: int, side: Side, at: int) -> None:
        """Write a trade from before the exchange opened onto the tape; nobody's position changes, and no event says so."""
        desk = self._floor.desks[contract]
        public = desk.tape.record(price=price, lots=lots, side=side, order_type="limit", at=at)
        desk.keep(
            Trade(
                contract=contract,
                seq=public.number,
                uid=self._floor.uid(),
                price=public.price,
                qty=public.qty,
                side=side,
                mark_price=public.price,
                at=at,
            )
        )

    # --- within ---------------------------------------------------------------------------------------------------------

    def _find(self, account: str, order_id: str | None, cli_ord_id: str | None) -> Order | None:
        owner = self._floor.account(account)
        return owner.open.get(order_id or owner.client_ids.get(cli_ord_id or "", ""))

    def _cancel(self, orders: Iterable[Order], reason: str) -> list[Done]:
        mark, cancelled = len(self._floor.journal), list(orders)
        for order in cancelled:
            self._floor.remove(order, reason)
        self._finish()
        return [self._done(order, mark) for order in cancelled]

    def _reject(self, order: Order, declined: Declined) -> None:
        if declined.code in ("postWouldExecute", "iocWouldNotExecute") and order.kind in LIMITED | {"mkt"}:
            reason = POST_REFUSED if declined.code == "postWouldExecute" else declined.code
            self._floor.tell("rejected", order, reason)
            declined.order = order.view()

    def _done(self, order: Order, mark: int) -> Done:
        return Done(order.view(), self._steps(order, mark))

    def _steps(self, order: Order, mark: int) -> list[OrderEvent]:
        recent: Sequence[Event] = self._floor.journal[mark:]
        return [one for one in recent if isinstance(one, OrderEvent) and one.order.order_id == order.order_id]

    def _finish(self) -> None:
        for desk in self._floor.desks.values():
            if desk.waiting:
                self._matcher.set_off(desk)
        self._floor.finish()


def _check_deadline(deadline: int | None, now: int) -> None:
    if deadline is not None and deadline <= now:
        raise Declined("wouldProcessAfterSpecifiedTime")
