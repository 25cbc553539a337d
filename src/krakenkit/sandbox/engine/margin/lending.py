"""Lending: the exchange's side of every position. What it lends, and what comes back.

A margin trade does not touch the balances of its account but for fees, profit and loss: what is bought goes into the
pool, which paid for it. So the pool holds, of every asset, exactly what the open positions are long of it less what they
owe of it. A loss that the account's money does not cover is covered by the insurance of the exchange.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from krakenkit.sandbox.engine.accounts import Account, AccountTrade, EntryType, LedgerEntry, fee_on
from krakenkit.sandbox.engine.events import BalanceEvent
from krakenkit.sandbox.engine.instruments import Asset
from krakenkit.sandbox.engine.margin.collecting import Collector
from krakenkit.sandbox.engine.margin.positions import Position, PositionStatus
from krakenkit.sandbox.engine.margin.terms import ASSETS, NO_MARGIN, ROLLOVER_NS
from krakenkit.sandbox.engine.orders import Order

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.floor import Floor


@dataclass(frozen=True, slots=True)
class MarginFill:
    """What a margin trade did to its account, in bookkeeping units of the quote asset."""

    fee: int
    """With what the loan costs."""
    margin: int
    """What the part that opened binds."""
    status: PositionStatus
    position_id: str
    """The position that it opened, else the oldest one that it closed."""
    closes: bool
    """Whether it closed anything; a trade may close and open."""
    entry: LedgerEntry


class Lending:
    """The pool, the positions that it made possible, and what they cost."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._treasury = floor.treasury
        self._collector = Collector(floor)
        self._rollovers: list[tuple[int, int, Position]] = []
        self._number = 0
        self.exposed: dict[str, Account] = {}
        """Accounts with open positions."""
        self.borrowed: dict[Asset, int] = {}
        """What all accounts owe, in bookkeeping units."""

    def fill(self, order: Order, *, price: int, lots: int, money: int, maker: bool, trade_id: str) -> MarginFill:
        """Carry out one side of a trade: close what stands against it, the oldest first, and open with the rest."""
        account, pair = order.account, order.pair
        sign = 1 if order.buy else -1
        self._move(pair.base, sign * lots * pair.lot)
        self._move(pair.quote, -sign * money)
        trade_fee = fee_on(money, account.rate(pair, maker=maker, now=self._floor.now))
        closing = min(lots, account.positions.closable(pair, buy=order.buy))
        closing_money, closing_fee = money * closing // lots, trade_fee * closing // lots
        position_id = trade_id
        profit = margin = loan_fee = 0
        if closing:
            position_id = account.positions.on(pair)[0].position_id
            profit = self._close(order, price, closing, closing_money, closing_fee, trade_id)
        if closing < lots:
            opened = self._open(order, price, lots - closing, money - closing_money, trade_id)
            loan_fee = fee_on(opened.money, lending_rate(opened.borrowed_asset))
            opened.fee = trade_fee - closing_fee + loan_fee
            margin, position_id = opened.margin, trade_id
        fee = trade_fee + loan_fee
        entry = self._book(account, pair.quote, profit, fee=fee, kind="margin", ref_id=trade_id)
        status: PositionStatus = "opened" if closing < lots else "closing" if account.positions.size(pair) else "closed"
        return MarginFill(fee, margin, status, position_id, closing > 0, entry)

    def settle(self, order: Order, lots: int, trade_id: str) -> list[LedgerEntry]:
        """Close positions by giving back what was borrowed and keeping what was bought with it, the oldest first.

        The account must have what it owes.
        """
        account, pair = order.account, order.pair
        money = exact = 0
        for position, part in account.positions.oldest(pair, lots):
            share = self._shrink(position, part)
            portion = position.exact * part // position.lots
            position.close_exact += portion
            money += share
            exact += portion
        # A sell settles a long position: the account pays what it owes and gets what it is long of.
        sign = -1 if order.buy else 1
        self._move(pair.quote, sign * money)
        self._move(pair.base, -sign * lots * pair.lot)
        order.filled, order.exact_cost, order.cost = lots, exact, exact // pair.per_cost
        owed = (pair.quote, -sign * money), (pair.base, sign * lots * pair.lot)
        return [
            self._book(account, asset, units, kind="settled", ref_id=trade_id)
            for asset, units in (owed if sign > 0 else reversed(owed))
        ]

    def roll(self, now: int) -> None:
        """Charge for every position that has been open for another four hours by now."""
        while self._rollovers and self._rollovers[0][0] <= now:
            at, number, position = heapq.heappop(self._rollovers)
            if position.open_lots:
                position.rollover_at = at + ROLLOVER_NS
                heapq.heappush(self._rollovers, (position.rollover_at, number, position))
                self._charge(position, at)

    def _charge(self, position: Position, at: int) -> None:
        quote = position.pair.quote
        fee = fee_on(position.open_money, lending_rate(position.borrowed_asset))
        position.rollover_fee += fee
        entry = self._book(
            position.account,
            quote,
            0,
            fee=fee,
            kind="rollover",
            ref_id=position.position_id,
            at=min(at, self._floor.now),
        )
        self._tell(position.account, entry)

    def _open(self, order: Order, price: int, lots: int, money: int, trade_id: str) -> Position:
        account = order.account
        self._number += 1
        position = Position(
            account=account,
            position_id=trade_id,
            number=self._number,
            order_id=order.order_id,
            order_type=order.order_type,
            pair=order.pair,
            long=order.buy,
            leverage=order.leverage or 1,
            lots=lots,
            exact=price * lots,
            money=money,
            fee=0,
            opened_at=self._floor.now,
            rollover_at=self._floor.now + ROLLOVER_NS,
        )
        account.positions.add(position)
        self._owe(position, position.borrowed)
        self.exposed[account.name] = account
        heapq.heappush(self._rollovers, (position.rollover_at, position.number, position))
        return position

    def _close(self, order: Order, price: int, lots: int, money: int, fee: int, trade_id: str) -> int:
        """Close positions of the other side against this money; gives the profit, below zero for a loss."""
        profit = 0
        left = lots
        for position, part in order.account.positions.oldest(order.pair, lots):
            # Shares are cut off, and what is left over goes to the last one, so that nothing is lost.
            money_part, fee_part = (money, fee) if part == left else (money * part // left, fee * part // left)
            left, money, fee = left - part, money - money_part, fee - fee_part
            share = self._shrink(position, part)
            net = money_part - share if position.long else share - money_part
            position.net += net
            position.close_exact += price * part
            position.close_fee += fee_part
            position.closing.append(trade_id)
            self._move(position.pair.quote, -net)
            profit += net
        return profit

    def _shrink(self, position: Position, lots: int) -> int:
        account, owed = position.account, position.borrowed
        share = account.positions.shrink(position, lots, self._floor.now)
        self._owe(position, position.borrowed - owed)
        if not position.open_lots:
            account.keep(account.positions.closed, position.position_id, position)
            if not account.positions.open:
                del self.exposed[account.name]
                account.positions.called = False
        return share

    def _owe(self, position: Position, change: int) -> None:
        asset = position.borrowed_asset
        for owed in (self.borrowed, position.account.positions.borrowed):
            owed[asset] = owed.get(asset, 0) + change

    def _move(self, asset: Asset, units: int) -> None:
        pool = self._treasury.pool
        pool[asset] = pool.get(asset, 0) + units

    def _book(
        self, account: Account, asset: Asset, units: int, *, kind: EntryType, ref_id: str, fee: int = 0, at: int = 0
    ) -> LedgerEntry:
        at = at or self._floor.now
        for entry in self._collector.collect(account, asset, fee - units, ref_id, at):
            self._tell(account, entry)
        return self._treasury.post(account, asset, units, kind=kind, at=at, fee=fee, ref_id=ref_id)

    def _tell(self, account: Account, entry: LedgerEntry) -> None:
        if not account.terms.quiet:
            self._floor.journal.add(BalanceEvent(account.name, entry))


def on_margin(trade: AccountTrade, order: Order, loan: MarginFill) -> AccountTrade:
    """The trade of an account with what it did to the account's positions."""
    return msgspec.structs.replace(
        trade,
        leverage=order.leverage,
        margin=order.pair.quote.amount(loan.margin),
        position_id=loan.position_id,
        position_status=loan.status,
        closes_position=loan.closes,
        liquidated=order.liquidated,
    )


def lending_rate(asset: Asset) -> int:
    """What borrowing an asset costs for opening and for each four hours, in parts per million."""
    return ASSETS.get(asset.display, NO_MARGIN).rate
