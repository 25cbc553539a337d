"""The derivatives floor: every contract's desk, and the few moves of orders and lots from which all actions are made."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, TypeAlias

from .accounts import Account, Gone, Position
from .collateral import DOLLAR, worth
from .contracts import MONEY_PLACES, PARTS, Contract, Contracts, money
from .desks import Desk
from .events import BookChange, Fill, Notice, OrderEvent, OrderEventKind, Trade, TradeKind, WalletEvent
from .fees import LIQUIDATION_FEE
from .ledger import Booking, Ledger
from .orders import Order, OrderView, Signal

IndexPrices: TypeAlias = Callable[[Contract], int]
"""The index price of a contract, in its price units."""
SMALL_DOLLARS = 10
"""Orders worth less than this are small; only so many of them may be open."""
Forced: TypeAlias = Literal["liquidation", "partialLiquidation", "assignor"]


class Floor(Ledger):
    """Accounts, desks and journal, and the moves between them."""

    def __init__(self, contracts: Contracts, rng: random.Random, now: int, index: IndexPrices) -> None:
        super().__init__(contracts, rng, now)
        self.index = index
        self.desks = {contract: Desk(contract, now) for contract in contracts.all}
        self.holders: dict[str, Account] = {}
        """Guests who have positions, or had some not long ago."""
        self.notices: list[Notice] = []
        self._busy: dict[Contract, Desk] = {}

    def desk(self, order: Order) -> Desk:
        """Where the order trades."""
        return self.desks[order.contract]

    def mark(self, contract: Contract) -> int:
        """The mark price of a contract, in its price units."""
        return self.desks[contract].mark(self.index(contract))

    def reference(self, contract: Contract, signal: Signal) -> int | None:
        """The price that a trigger looks at; None where nothing was traded yet."""
        match signal:
            case "last":
                return self.desks[contract].tape.last
            case "index":
                return self.index(contract)
            case "mark":
                return self.mark(contract)

    # --- telling --------------------------------------------------------------------------------------------------------

    def tell(
        self,
        kind: OrderEventKind,
        order: Order,
        reason: str,
        *,
        old: OrderView | None = None,
        fill: Fill | None = None,
        reduced: Decimal | None = None,
    ) -> None:
        """Journal one step of an order, and keep it in its account's history."""
        account = order.account
        if account.house:
            return
        event = OrderEvent(
            kind=kind,
            uid=self.uid(),
            account=account.name,
            order=order.view() if fill is None else fill.order,
            reason=reason,
            at=self.now,
            old=old,
            fill=fill,
            reduced=reduced,
        )
        account.steps.append(event)
        self.desks[order.contract].steps.append(event)
        self.journal.append(event)
        if kind != "rejected":
            self.journal.append(WalletEvent(account.name, order.contract.wallet))

    def announce(self, kind: Literal["settlement", "maintenance"], note: str, at: int) -> None:
        """Tell everybody something; maintenance is urgent."""
        priority: Literal["medium", "high"] = "high" if kind == "maintenance" else "medium"
        notice = Notice(id=len(self.notices) + 1, type=kind, priority=priority, note=note, at=at)
        self.notices.append(notice)
        self.journal.append(notice)

    def finish(self) -> None:
        """End the action: journal what changed in the books."""
        if not self._busy:
            return
        busy, self._busy = self._busy, {}
        for contract, desk in busy.items():
            for side, price, lots in desk.changes():
                desk.seq += 1
                shown, qty = contract.price(price), contract.qty(lots)
                self.journal.append(BookChange(contract, side, desk.seq, shown, qty, self.now))

    # --- orders ---------------------------------------------------------------------------------------------------------

    def enlist(self, order: Order) -> None:
        """Make an order that passed all checks a live one."""
        account = order.account
        order.placed_at = order.updated_at = self.now
        account.open[order.order_id] = order
        account.counts[order.contract] = account.counts.get(order.contract, 0) + 1
        account.small += order.small
        account.reducing += order.reduce_only
        account.bind(order, order.remaining)
        if order.cli_ord_id is not None:
            account.client_ids[order.cli_ord_id] = order.order_id

    def is_small(self, order: Order) -> bool:
        """Whether the order is worth next to nothing at the index price."""
        return self.dollars(order.contract, order.remaining, self.index(order.contract)) < SMALL_DOLLARS

    def dollars(self, contract: Contract, lots: int, price: int) -> int:
        """What lots are worth at a price, in whole dollars."""
        return lots if contract.inverse else contract.value(price, lots) // 10**MONEY_PLACES

    def rest(self, order: Order) -> None:
        """Put an order into its book."""
        self.touch(order).book.own(order).put(order)

    def wait(self, order: Order) -> None:
        """Let an order wait for its trigger."""
        desk = self.desk(order)
        desk.waiting[order.order_id] = order
        desk.watched = None

    def lift(self, order: Order) -> None:
        """Take an order out of its book, or out of those that wait."""
        if order.resting:
            self.touch(order).book.own(order).take_out(order)
        self.desk(order).waiting.pop(order.order_id, None)

    def remove(self, order: Order, reason: str, *, unplaced: bool = False) -> None:
        """End an order that is not filled whole; ``unplaced`` for one that did not come out of its trigger."""
        self._end(order, reason, unplaced=unplaced)
        self.tell("removed", order, reason)

    def _end(self, order: Order, reason: str, *, unplaced: bool = False) -> None:
        account = order.account
        self.lift(order)
        order.updated_at = self.now
        del account.open[order.order_id]
        account.counts[order.contract] -= 1
        account.small -= order.small
        account.reducing -= order.reduce_only
        account.bind(order, -order.remaining)
        if not account.house:
            account.keep_gone(Gone(order.view(), reason, self.now, unplaced))

    def touch(self, order: Order) -> Desk:
        """The order's desk, noted as one whose book changes in this action."""
        desk = self.desks[order.contract]
        self._busy[order.contract] = desk
        return desk

    # --- trades ---------------------------------------------------------------------------------------------------------

    def trade(self, taker: Order, maker: Order, lots: int) -> None:
        """Exchange lots between two orders at the price of the one that was there first."""
        kind: TradeKind = "liquidation" if taker.kind == "liquidation" else "fill"
        self.touch(taker).book.own(maker).shrink(maker, lots)
        self._exchange(taker, maker, lots, maker.rests_at, kind)

    def assign(self, giver: Order, taker: Order, kind: TradeKind = "termination") -> None:
        """Hand lots over beside the book, at the price of the order that gives them."""
        self._exchange(giver, taker, giver.remaining, giver.rests_at, kind)

    def _exchange(self, taker: Order, maker: Order, lots: int, price: int, kind: TradeKind) -> None:
        contract, desk = taker.contract, self.desks[taker.contract]
        public = desk.tape.record(
            price=price,
            lots=lots,
            side=taker.side,
            order_type="limit" if taker.kind in ("lmt", "post", "ioc", "fok") else "market",
            at=self.now,
        )
        trade = Trade(
            contract=contract,
            seq=public.number,
            uid=self.uid(),
            price=public.price,
            qty=public.qty,
            side=taker.side,
            mark_price=contract.price(self.mark(contract)),
            at=self.now,
            maker=maker.view(),
            taker=taker.view(),
            kind=kind,
        )
        desk.keep(trade)
        self.journal.append(trade)
        before = self._long(taker, maker)
        for order in (maker, taker):
            self._fill(order, lots, trade, price, taker=taker)
        desk.open_interest += self._long(taker, maker) - before

    def _long(self, *orders: Order) -> int:
        accounts = {order.account.name: order.account for order in orders}.values()
        return sum(max(account.position(orders[0].contract).lots, 0) for account in accounts)

    def _fill(self, order: Order, lots: int, trade: Trade, price: int, *, taker: Order) -> None:
        account, contract = order.account, order.contract
        value = contract.value(price, lots)
        if account.house:
            self._settle(order, lots, value, fee=0)
            return
        self.pay_funding(account, account.position(contract))
        self.holders[account.name] = account
        view = trade.taker if order is taker else trade.maker
        old, balance = account.position(contract).copy(), account.balance(contract.purse)
        forced = _forced(order, old, lots)
        tier = account.volume.tier
        extra = value * LIQUIDATION_FEE // PARTS if order.kind == "liquidation" else 0
        # What the exchange takes over costs nothing more.
        rate = 0 if forced == "assignor" else tier.taker if order is taker else tier.maker
        fee = extra + value * rate // PARTS
        profit = self._settle(order, lots, value, fee=fee)
        account.volume.add(self.dollars(contract, lots, price), self.now)
        position = account.position(contract)
        account.fill_count += 1
        fill = Fill(
            fill_id=self.uid(),
            seq=account.fill_count,
            contract=contract,
            account=account.name,
            order=order.view(),
            price=trade.price,
            qty=trade.qty,
            maker=order is not taker,
            taker_kind=taker.kind,
            fee=money(fee),
            realized=money(profit),
            trade_uid=trade.uid,
            mark_price=trade.mark_price,
            old_position=old.size,
            old_entry=old.entry_price,
            new_position=position.size,
            new_entry=position.entry_price,
            entered_at=position.since if position.lots else old.since,
            at=self.now,
            forced=forced,
            liquidation_fee=money(extra),
        )
        account.fills.append(fill)
        self.tell("filled", order, "partial_fill" if order.remaining else "full_fill", old=view, fill=fill)
        self._log_fill(account, fill, balance)
        self.keep_profit(account, contract, profit)

    def _settle(self, order: Order, lots: int, value: int, *, fee: int) -> int:
        """Move lots and money on one side of a trade; gives the profit that became real."""
        account, purse = order.account, order.contract.purse
        profit = account.position(order.contract).take(order.sign * lots, value, self.now)
        account.balances[purse] = account.balances.get(purse, 0) + profit
        if fee:
            self.earn(account, purse, -fee)
        order.filled += lots
        account.bind(order, -lots)
        order.updated_at = self.now
        if not order.remaining:
            self._end(order, "full_fill")
        return profit

    def _log_fill(self, account: Account, fill: Fill, old: Decimal) -> None:
        purse, info = fill.contract.purse, _INFO[fill.forced]
        cash = Booking(contract=fill.contract, fill=fill, liquidation_fee=fill.liquidation_fee)
        self.log(account, purse, info, old, account.balance(purse), cash)
        leg = Booking(
            contract=fill.contract, fill=fill, position_leg=True, old_entry=fill.old_entry, new_entry=fill.new_entry
        )
        self.log(account, purse, info, fill.old_position, fill.new_position, leg)

    # --- what follows from positions ------------------------------------------------------------------------------------

    def keep_profit(self, account: Account, contract: Contract, profit: int) -> None:
        """Change a profit or loss into the currency that the owner chose, and pay what he owes in dollars."""
        if contract.inverse:
            return
        unit = account.profit_units.get(contract, DOLLAR)
        held = account.balances.get((contract.wallet, unit), 0)
        # A loss that this currency does not cover stays one in dollars.
        if profit and unit != DOLLAR and self.rates.get(unit) and worth(unit, held, self.rates) >= -profit:
            self.change(account, DOLLAR, profit, unit)
        if account.balances.get(contract.purse, 0) < 0:
            self.pay_debt(account)

    def pay_funding(self, account: Account, position: Position) -> None:
        """Pay what a position's funding has come to since the last time; the exchange is on the other side."""
        contract = position.contract
        funding = self.desks[contract].funding
        units = funding.accrued(position, self.now)
        position.funded_at = self.now
        if not units:
            return
        old = account.balance(contract.purse)
        self.earn(account, contract.purse, units)
        booking = Booking(
            contract=contract,
            funding_rate=funding.absolute(funding.rate, funding.price),
            funding=money(units),
            old_entry=position.entry_price,
            new_entry=position.entry_price,
            position=position.size,
        )
        self.log(account, contract.purse, "funding rate change", old, account.balance(contract.purse), booking)
        self.journal.append(WalletEvent(account.name, contract.wallet))


_INFO: dict[Forced | None, str] = {
    None: "futures trade",
    "liquidation": "futures liquidation",
    "partialLiquidation": "futures liquidation",
    "assignor": "futures assignor",
}


def _forced(order: Order, position: Position, lots: int) -> Forced | None:
    match order.kind:
        case "liquidation":
            return "liquidation" if abs(position.lots) == lots else "partialLiquidation"
        case "assignment":
            return "assignor"
        case _:
            return None
