"""The derivatives exchange: every action a client or an operator can take.

What it refuses, it refuses with the word that the answer's status says. The caller brings the time, the randomness and
the index prices; one seed and one script of actions give the same ids, trades and events every time.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from ..orders import Side
from ..refusals import EngineRefused
from .accounts import Account
from .blocks import Part, check_block, trade_block
from .contracts import Contract, Contracts
from .desks import Desk
from .events import Event, OrderEvent, Trade
from .floor import Floor, IndexPrices
from .funding import HOUR
from .liquidation import Liquidator
from .matching import POST_REFUSED, Matcher
from .office import DerivativesOffice
from .orders import LIMITED, Order, OrderView, Trigger
from .requests import (
    Declined,
    EditOrder,
    PlaceOrder,
    check_deadline,
    read_deviation,
    read_order,
    read_price,
    read_qty,
    start_trailing,
)
from .settlement import Calendar
from .triggers import Triggers

SECOND: Final = 10**9
BY_USER: Final = "cancelled_by_user"
EDITED: Final = "edited_by_user"
HALTED: Final = "accountInactive"
SWITCHED_OFF: Final = "dead_man_switch"


class Done(msgspec.Struct, frozen=True):
    """What became of a request: the order as it stands, and the steps it went through in this action."""

    order: OrderView
    steps: list[OrderEvent]


class DerivativesExchange(DerivativesOffice):
    """A derivatives exchange in memory. Accounts are names and exist from their first mention.

    ``now`` is nanoseconds since 1970 and never runs backwards. Whatever is due by then (triggers, switches,
    funding, expiries) happens first. Between two looks at the prices, which are a second apart or asked for, averages
    stand still and nobody is liquidated.
    """

    def __init__(self, contracts: Contracts, rng: random.Random, now: int, index: IndexPrices) -> None:
        super().__init__(Floor(contracts, rng, now, index))
        self._matcher = Matcher(self._floor)
        self._triggers = Triggers(self._floor, self._matcher.enter_fired)
        self._liquidator = Liquidator(self._floor, self._matcher)
        self._calendar = Calendar(self._floor)
        self._switches: dict[str, Account] = {}
        self._due_at = self._calendar.next_at()
        self._look_at = now + SECOND

    # --- orders ---------------------------------------------------------------------------------------------------------

    def place(self, account: str, request: PlaceOrder, now: int) -> Done:
        """Place an order.

        Raises:
            Declined: and nothing has changed.
        """
        self.tick(now)
        self._check_halt(account)
        check_deadline(request.deadline, self.now)
        order = read_order(request, self._floor.account(account), self._floor.reference)
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
        check_deadline(request.deadline, self.now)
        order = read_order(request, self._floor.account(account), self._floor.reference)
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

    def trade_block(self, buyer: str, seller: str, parts: Sequence[Part], now: int, *, taker: str) -> None:
        """Let two accounts exchange a package of contracts beside the book; ``taker`` accepted the other's price.

        Raises:
            Declined: when one of them cannot take it; nothing has changed then.
        """
        self.tick(now)
        if self.mode != "open" or self._floor.account(buyer).halted or self._floor.account(seller).halted:
            raise Declined("marketRestricted")
        both = (self._floor.account(buyer), self._floor.account(seller))
        trade_block(self._floor, *both, parts, taker=self._floor.account(taker))
        self._finish()

    def check_block(self, account: str, parts: Sequence[Part]) -> None:
        """Refuse a package that an account could not take.

        Raises:
            Declined: in that case.
        """
        check_block(self._floor, self._floor.account(account), parts)

    def _check_halt(self, account: str) -> None:
        if self._floor.account(account).halted:
            raise EngineRefused(HALTED)

    def end_of_step(self) -> None:
        """End a step of the market: triggers go off, and the changed books are told."""
        self._finish()

    def edit(self, account: str, request: EditOrder, now: int) -> Done:
        """Change an open order in place; a new price or a larger size costs it its place in the line.

        Raises:
            Declined: and nothing has changed.
        """
        self.tick(now)
        self._check_halt(account)
        check_deadline(request.deadline, self.now)
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
            if order.kind == "trailing_stop":
                raise Declined("cannotEditLimitPriceOfTrailingStop")
            draft.limit = read_price(order.contract, request.limit_price)
        if request.stop_price is not None or request.deviation is not None:
            if order.trigger is None or not order.waiting:
                raise Declined("orderForEditNotAStop")
            draft.trigger = self._new_trigger(order, order.trigger, request)
        return draft

    def _new_trigger(self, order: Order, trigger: Trigger, request: EditOrder) -> Trigger:
        """The trigger at its new price; a trailing one starts anew from the price of the moment."""
        contract = order.contract
        if request.stop_price is not None:
            if trigger.trail is not None:
                raise Declined("cannotEditTriggerPriceOfTrailingStop")
            return msgspec.structs.replace(trigger, price=read_price(contract, request.stop_price))
        if trigger.trail is None:
            raise Declined("orderForEditNotAStop")
        trail = read_deviation(contract, request.deviation, request.deviation_unit or trigger.trail.unit)
        price = self._floor.reference(contract, trigger.signal)
        return start_trailing(contract, price, trail, trigger.signal, rising=trigger.rising, offset=trigger.offset)

    def _apply(self, order: Order, draft: Order) -> None:
        """Take the draft's terms over; an order that loses its place is out of the book afterwards."""
        moves = order.resting and (draft.limit != order.limit or draft.lots > order.lots)
        if moves:
            self._floor.lift(order)
        elif order.resting and draft.lots < order.lots:
            self._floor.touch(order).book.own(order).shrink(order, order.lots - draft.lots)
        order.account.bind(order, draft.lots - order.lots)
        order.lots, order.limit, order.trigger = draft.lots, draft.limit, draft.trigger
        order.updated_at = self.now
        if order.waiting:
            self._floor.wait(order)

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

    def cancel_all(self, account: str, now: int, *, contracts: Collection[Contract] | None = None) -> list[Done]:
        """Cancel every open order of the account, or those in some contracts."""
        self.tick(now)
        orders = self._floor.account(account).open.values()
        return self._cancel([one for one in orders if contracts is None or one.contract in contracts], BY_USER)

    def cancel_all_after(self, account: str, timeout: int, now: int) -> int | None:
        """Set the dead man's switch to go off after this many seconds unless set again; gives when. Zero turns it off."""
        self.tick(now)
        owner = self._floor.account(account)
        owner.switch_at = self.now + timeout * SECOND if timeout else None
        self._switches[account] = owner
        return owner.switch_at

    # --- operating ------------------------------------------------------------------------------------------------------

    def tick(self, now: int) -> None:
        """Let time pass, and happen what falls due by then."""
        while self._due_at <= now:
            self._floor.now = max(self._floor.now, self._due_at)
            self._fall_due()
            self._due_at = self._calendar.next_at()
        self._floor.now = max(self._floor.now, now)
        if self.now >= self._look_at:
            self._look()
        if self._switches:
            self._go_off()
        self._finish()

    def reprice(self, now: int) -> None:
        """Let time pass, and act on prices that have moved: averages take them in, and margins are looked at."""
        self.tick(now)
        self._look()
        self._finish()

    def _fall_due(self) -> None:
        self._look()
        if self.now % HOUR == 0:
            self._calendar.turn_hour()
        self._calendar.settle_expired()

    def _look(self) -> None:
        self._look_at = self.now + SECOND
        for contract in self.contracts.all:
            self._floor.desks[contract].sample(self._floor.index(contract), self.now)
        if self._floor.holders:
            self._liquidator.look()

    def _go_off(self) -> None:
        for name, owner in list(self._switches.items()):
            if owner.switch_at is None:
                del self._switches[name]
            elif owner.switch_at <= self.now:
                owner.switch_at = None
                self._cancel(owner.open.values(), SWITCHED_OFF)

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
        for candles in desk.prices.values():  # nobody quoted then, so what was traded at stands for every price
            candles.add(price, at)
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

    def open_desk(self, contract: Contract, rates: Sequence[int]) -> None:
        """Let a contract begin as if it had been quoted for a while, with the funding rates of the past hours."""
        desk, index = self._floor.desks[contract], self._floor.index(contract)
        desk.open(index)
        if contract.expiry is None:
            begin = self.now - self.now % HOUR - HOUR * (len(rates) - 1)
            for hours, rate in enumerate(rates):
                desk.funding.set(rate, index, begin + hours * HOUR)

    # --- within ---------------------------------------------------------------------------------------------------------

    def _find(self, account: str, order_id: str | None, cli_ord_id: str | None) -> Order | None:
        owner = self._floor.account(account)
        return owner.open.get(order_id or owner.client_ids.get(cli_ord_id or "", ""))

    def _cancel(self, orders: Iterable[Order], reason: str) -> list[Done]:
        mark, cancelled = len(self._floor.journal), list(orders)
        for order in cancelled:
            self._floor.remove(order, reason)
        self._finish()
        steps = self._steps(mark)
        return [Done(order.view(), steps.get(order.order_id, [])) for order in cancelled]

    def _reject(self, order: Order, declined: Declined) -> None:
        if declined.code in ("postWouldExecute", "iocWouldNotExecute") and order.kind in LIMITED | {"mkt"}:
            reason = POST_REFUSED if declined.code == "postWouldExecute" else declined.code
            self._floor.tell("rejected", order, reason)
            declined.order = order.view()

    def _done(self, order: Order, mark: int) -> Done:
        return Done(order.view(), self._steps(mark).get(order.order_id, []))

    def _steps(self, mark: int) -> dict[str, list[OrderEvent]]:
        """What happened to orders since the journal was that long, by order."""
        steps: dict[str, list[OrderEvent]] = {}
        for event in self._floor.journal[mark:]:
            if isinstance(event, OrderEvent):
                steps.setdefault(event.order.order_id, []).append(event)
        return steps

    def _finish(self) -> None:
        for desk in self._floor.desks.values():
            if desk.waiting:
                self._triggers.look(desk)
        self._floor.finish()
