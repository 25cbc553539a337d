"""The derivatives floor: every contract's desk, every account, and the few moves from which all actions are made.

After each action money adds up: whatever one account won or paid, another lost or the exchange took as a fee.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from ..orders import Side
from ..tape import Tape
from .accounts import Account, Gone
from .book import Book, BookSide
from .contracts import PARTS, Contract, Contracts, money
from .events import BookChange, Event, Fill, LogEntry, OrderEvent, OrderEventKind, Trade, WalletEvent
from .orders import Order, OrderView

IndexPrices: TypeAlias = Callable[[Contract], int]
"""The index price of a contract, in its price units."""
MARK_BAND = 100
"""The mark price is at most one part in this many away from the index."""
TRADES_KEPT = 2_000
_Change: TypeAlias = tuple[Side, int, int]


class Desk:
    """All that belongs to one contract: its book, its waiting orders and its record of trading."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.book = Book()
        self.tape = Tape(contract.scale)
        self.trades: list[Trade] = []
        self.waiting: dict[str, Order] = {}
        """Orders that wait for their trigger."""
        self.open_interest = 0
        """Lots that are held long, which is as many as are held short."""
        self.seq = 0
        """How many changes of the book there were."""

    def keep(self, trade: Trade) -> None:
        """Remember a trade; the oldest are forgotten now and then."""
        self.trades.append(trade)
        if len(self.trades) >= 2 * TRADES_KEPT:
            del self.trades[:-TRADES_KEPT]

    def mark(self, index: int) -> int:
        """Half-way between the best prices, but near the index; the index itself while a side of the book is empty.

        Kraken averages over half a minute; here the price of the moment counts.
        """
        bid, ask = self.book.bids.best(), self.book.asks.best()
        if bid is None or ask is None:
            return index
        band = index // MARK_BAND
        return min(max((bid.price + ask.price) // 2, index - band), index + band)


class Floor:
    """Accounts, desks and journal, and the moves between them. ``now`` is the moment of the action under way."""

    def __init__(self, contracts: Contracts, rng: random.Random, now: int, index: IndexPrices) -> None:
        self.contracts = contracts
        self.now = now
        self.index = index
        self.journal: list[Event] = []
        self.desks = {contract: Desk(contract) for contract in contracts.all}
        self.accounts: dict[str, Account] = {}
        self.fees: dict[str, int] = {}
        """Fees collected by wallet, in money units."""
        self._rng = rng
        self._busy: dict[Contract, Desk] = {}

    def uid(self) -> str:
        """A new id, in the form of a UUID."""
        digits = f"{self._rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def account(self, name: str) -> Account:
        """The account of this name; opened when it is new."""
        found = self.accounts.get(name)
        if found is None:
            found = self.accounts[name] = Account(name, self.uid())
        return found

    def desk(self, order: Order) -> Desk:
        """Where the order trades."""
        return self.desks[order.contract]

    def mark(self, contract: Contract) -> int:
        """The mark price of a contract, in its price units."""
        return self.desks[contract].mark(self.index(contract))

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
            order=order.view(),
            reason=reason,
            at=self.now,
            old=old,
            fill=fill,
            reduced=reduced,
        )
        account.steps.append(event)
        self.journal.append(event)
        if kind != "rejected":
            self.journal.append(WalletEvent(account.name, order.contract.wallet))

    def finish(self) -> None:
        """End the action: journal what changed in the books.

        Levels that are gone come first, so that a book which follows change by change is never crossed on the way.
        """
        busy, self._busy = self._busy, {}
        for contract, desk in busy.items():
            changes = _changes("buy", desk.book.bids) + _changes("sell", desk.book.asks)
            for side, price, lots in sorted(changes, key=_stays):
                desk.seq += 1
                shown, qty = contract.price(price), contract.qty(lots)
                self.journal.append(BookChange(contract, side, desk.seq, shown, qty, self.now))

    # --- orders ---------------------------------------------------------------------------------------------------------

    def enlist(self, order: Order) -> None:
        """Make an order that passed all checks a live one."""
        order.placed_at = order.updated_at = self.now
        order.account.open[order.order_id] = order
        if order.cli_ord_id is not None:
            order.account.client_ids[order.cli_ord_id] = order.order_id

    def rest(self, order: Order) -> None:
        """Put an order into its book."""
        self.touch(order).book.own(order).put(order)

    def lift(self, order: Order) -> None:
        """Take an order out of its book, or out of those that wait."""
        if order.resting:
            self.touch(order).book.own(order).take_out(order)
        self.desk(order).waiting.pop(order.order_id, None)

    def remove(self, order: Order, reason: str) -> None:
        """End an order that is not filled whole."""
        self._end(order, reason)
        self.tell("removed", order, reason)

    def _end(self, order: Order, reason: str) -> None:
        account = order.account
        self.lift(order)
        order.updated_at = self.now
        del account.open[order.order_id]
        if not account.house:
            account.keep_gone(Gone(order.view(), reason, self.now))

    def touch(self, order: Order) -> Desk:
        """The order's desk, noted as one whose book changes in this action."""
        desk = self.desks[order.contract]
        self._busy[order.contract] = desk
        return desk

    # --- trades ---------------------------------------------------------------------------------------------------------

    def trade(self, taker: Order, maker: Order, lots: int) -> None:
        """Exchange lots between two orders at the price of the one that was there first."""
        contract, desk, price = taker.contract, self.touch(taker), maker.rests_at
        public = desk.tape.record(
            price=price,
            lots=lots,
            side=taker.side,
            order_type="market" if taker.kind == "mkt" else "limit",
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
        )
        desk.keep(trade)
        self.journal.append(trade)
        desk.book.own(maker).shrink(maker, lots)
        before = self._long(taker, maker)
        for order in (maker, taker):
            self._fill(order, lots, trade, contract.value(price, lots), taker=taker)
        desk.open_interest += self._long(taker, maker) - before

    def _long(self, *orders: Order) -> int:
        accounts = {order.account.name: order.account for order in orders}.values()
        return sum(max(account.position(orders[0].contract).lots, 0) for account in accounts)

    def _fill(self, order: Order, lots: int, trade: Trade, value: int, *, taker: Order) -> None:
        account, contract = order.account, order.contract
        if account.house:
            self._settle(order, lots, value, rate=0)
            return
        view, old, balance = order.view(), replace(account.position(contract)), account.balance(contract.wallet)
        rate = account.taker_rate if order is taker else account.maker_rate
        profit, fee = self._settle(order, lots, value, rate=rate)
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
        )
        account.fills.append(fill)
        self.tell("filled", order, "partial_fill" if order.remaining else "full_fill", old=view, fill=fill)
        self._log_fill(account, fill, balance)

    def _settle(self, order: Order, lots: int, value: int, *, rate: int) -> tuple[int, int]:
        """Move lots and money on one side of a trade; gives the profit that became real, and the fee."""
        account, wallet = order.account, order.contract.wallet
        profit = account.position(order.contract).take(order.sign * lots, value, self.now)
        fee = value * rate // PARTS
        account.balances[wallet] = account.balances.get(wallet, 0) + profit - fee
        self.fees[wallet] = self.fees.get(wallet, 0) + fee
        order.filled += lots
        order.updated_at = self.now
        if not order.remaining:
            self._end(order, "full_fill")
        return profit, fee

    # --- money ----------------------------------------------------------------------------------------------------------

    def deposit(self, account: Account, wallet: str, units: int) -> None:
        """Money from outside, or to it when it is negative."""
        old = account.balances.get(wallet, 0)
        account.balances[wallet] = old + units
        if account.house:
            return
        asset = self.contracts.wallets[wallet].altname.lower()
        self.log(account, wallet, asset, "cross-exchange transfer", money(old), money(old + units))
        self.journal.append(WalletEvent(account.name, wallet))

    def _log_fill(self, account: Account, fill: Fill, old: Decimal) -> None:
        wallet = fill.contract.wallet
        asset = fill.contract.currency.altname.lower()
        self.log(account, wallet, asset, "futures trade", old, account.balance(wallet), fill=fill)
        symbol = fill.contract.symbol.lower()
        positions = (fill.old_position, fill.new_position)
        self.log(account, wallet, symbol, "futures trade", *positions, fill=fill, position_leg=True)

    def log(
        self,
        account: Account,
        wallet: str,
        asset: str,
        info: str,
        old: Decimal,
        new: Decimal,
        *,
        fill: Fill | None = None,
        position_leg: bool = False,
    ) -> None:
        """Write a row into the account's log."""
        account.log_count += 1
        entry = LogEntry(
            id=account.log_count,
            uid=self.uid(),
            account=account.name,
            wallet=wallet,
            asset=asset,
            info=info,
            old_balance=old,
            new_balance=new,
            at=self.now,
            fill=fill,
            position_leg=position_leg,
        )
        account.log.append(entry)
        self.journal.append(entry)

    def total(self, wallet: str) -> int:
        """All there is in the wallets of one kind, fees taken included; only money from and to outside changes it.

        What positions cost is taken off the money: it is what their holders paid to each other so far.
        """
        return self.fees.get(wallet, 0) + sum(
            account.balances.get(wallet, 0)
            - sum(
                position.contract.direction * (1 if position.lots > 0 else -1) * position.cost
                for position in account.holdings(wallet)
            )
            for account in self.accounts.values()
        )


def _changes(side: Side, book: BookSide) -> list[_Change]:
    return [(side, price, lots) for price, lots in book.touched()]


def _stays(change: _Change) -> bool:
    return change[2] > 0
