"""The trading floor: every pair's desk, every account, and the few moves from which all actions are made.

The moves keep the engine's promise: after each action, balances cover holds, holds are what the open orders need, and
every resting order is in its book exactly once.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Literal

from .accounts import AccountTrade, LedgerEntry, Terms
from .book import Book, BookSide
from .events import BalanceEvent, BookEvent, Journal, OrderEvent, OrderEventKind, PublicTrade, TradeEvent
from .fees import DOLLAR_PLACES
from .ids import IdMint
from .instruments import Asset, Instruments, Pair
from .margin.lending import Lending, on_margin
from .margin.reducing import reduce_orders
from .orders import Order, Side, Status
from .rates import Rates
from .stops import Stops
from .tape import Tape
from .treasury import Treasury


class Desk:
    """All that belongs to one pair: its book, its waiting stops and its record of trading."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.book = Book()
        self.stops = Stops()
        """Orders that wait for the last price."""
        self.index_stops = Stops()
        """Orders that wait for the index."""
        self.index: int | None = None
        """The index as it was last heard of, in price units; only kept up while orders wait for it."""
        self.tape = Tape(pair)

    def wait(self, order: Order) -> None:
        """Let an order wait for its trigger."""
        (self.index_stops if order.index else self.stops).add(order)

    def next_stop(self) -> Order | None:
        """The next order that goes off at the prices as they are, taken out; None when nothing is due."""
        last = self.tape.last
        order = None if last is None else self.stops.next(last)
        return self.index_stops.next(self.index) if order is None and self.index is not None else order


class Floor:
    """Accounts, desks and journal, and the moves between them. ``now`` is the moment of the action under way."""

    def __init__(self, instruments: Instruments, rng: random.Random, now: int, terms: Terms) -> None:
        self.instruments = instruments
        self.now = now
        self.mint = IdMint(rng)
        self.journal = Journal()
        self.treasury = Treasury(self.mint, terms)
        self.desks = {pair.name: Desk(pair) for pair in instruments.pairs}
        self.indexed: dict[str, Desk] = {}
        """Desks where orders wait for the index."""
        self.moved: dict[str, Stops] = {}
        """Where triggers moved that their owners have not been told of, by pair and reference."""
        self.unclosed: dict[str, Order] = {}
        """Orders with a conditional close that were filled in the action under way."""
        self.rates = Rates(instruments, self.desks)
        self.dollar = instruments.asset("USD") or instruments.pairs[0].quote
        """What accounts on margin are appraised in: dollars, where there are any."""
        self.lending = Lending(self)
        self.traded = False
        """Whether anything traded since margin levels were looked at."""
        self._busy: dict[str, Desk] = {}

    def desk(self, order: Order) -> Desk:
        """Where the order trades."""
        return self.desks[order.pair.name]

    def tell(self, kind: OrderEventKind, order: Order, trade: AccountTrade | None = None) -> None:
        """Journal one step of an order."""
        if not order.account.terms.quiet:
            self.journal.add(OrderEvent(kind, order.account.name, order.view(), self.now, trade))

    def enlist(self, order: Order) -> None:
        """Take in an order that passed all checks: it gets its id, and its money is held."""
        order.order_id = self.mint.order()
        order.opened_at = self.now
        order.account.register(order)
        order.account.hold(order)
        self.tell("pending_new", order)

    def start(self, order: Order) -> None:
        """Make an order live."""
        order.status = "new"
        self.tell("new", order)

    def wait(self, order: Order) -> None:
        """Let an order wait for its trigger."""
        desk = self.desk(order)
        desk.wait(order)
        if order.index:
            self.indexed[order.pair.name] = desk

    def rest(self, order: Order) -> None:
        """Put an order into its book."""
        self.touch(order).book.own(order).put(order, self.now)

    def lift(self, order: Order) -> None:
        """Take an order out of its book, if it is there."""
        if order.resting:
            self.touch(order).book.own(order).take_out(order, self.now)

    def close(self, order: Order, status: Status, reason: str | None = None) -> None:
        """End an order: out of the book, out of the open orders, nothing held for it any more."""
        self.lift(order)
        order.settle_trail()
        order.status = status
        order.reason = reason
        order.closed_at = self.now
        order.account.retire(order)
        match status:
            case "filled" | "canceled" | "expired":
                self.tell(status, order)
            case _:
                raise ValueError(f"An order does not end as {status}.")

    def trade(self, taker: Order, maker: Order, lots: int) -> None:
        """Exchange lots between two orders at the price of the one that was there first."""
        desk = self.touch(taker)
        price = maker.rests_at
        order_type: Literal["market", "limit"] = "market" if taker.limit is None else "limit"
        public = self.print_trade(desk, price=price, lots=lots, side=taker.side, order_type=order_type)
        side = desk.book.own(maker)
        side.shrink(maker, lots, self.now)
        self._fill(maker, price, lots, number=public.number, maker=True)
        if not maker.remaining:
            self.close(maker, "filled")
        elif not maker.visible:
            side.take_out(maker, self.now)
            side.put(maker, self.now)
            self.tell("iceberg_refill", maker)
        self._fill(taker, price, lots, number=public.number, maker=False)
        if maker.leverage is not None:
            reduce_orders(self, maker.account, maker.pair)
        if taker.leverage is not None:
            reduce_orders(self, taker.account, taker.pair)

    def print_trade(
        self, desk: Desk, *, price: int, lots: int, side: Side, order_type: Literal["market", "limit"]
    ) -> PublicTrade:
        """Make a trade public: its price is the last one from now on, and trailing stops hear of it."""
        public = desk.tape.record(price=price, lots=lots, side=side, order_type=order_type, at=self.now)
        self.journal.add(TradeEvent(public))
        self.traded = True
        if desk.stops.trailing and desk.stops.follow(price):
            self.moved[f"{desk.pair.name} last"] = desk.stops
        return public

    def touch(self, order: Order) -> Desk:
        """The order's desk, noted as one whose book changes in this action."""
        desk = self.desks[order.pair.name]
        self._busy[order.pair.name] = desk
        return desk

    def finish(self) -> None:
        """End the action: journal what changed in the books."""
        if not self._busy:
            return
        busy, self._busy = self._busy, {}
        for desk in busy.values():
            pair, book = desk.pair, desk.book
            bids, asks = _levels(pair, book.bids), _levels(pair, book.asks)
            if bids or asks:
                self.journal.add(BookEvent(pair, bids, asks, self.now))
                desk.tape.watch(book, self.now)

    def worth(self, amount: Decimal, asset: Asset, unit: Asset) -> Decimal | None:
        """The amount in another asset at last prices, over one asset in between if need be; None when none will do."""
        return self.rates.worth(amount, asset, unit)

    def _fill(self, order: Order, price: int, lots: int, *, number: int, maker: bool) -> None:
        pair, account = order.pair, order.account
        exact = price * lots
        quiet, loan = account.terms.quiet, None
        trade_id = "" if quiet and order.leverage is None else self.mint.trade()
        money = pair.money(exact)
        if order.leverage is None:
            fee, entries = self.treasury.settle(
                order, lots=lots, money=money, maker=maker, ref_id=trade_id, at=self.now
            )
        else:
            loan = self.lending.fill(order, price=price, lots=lots, money=money, maker=maker, trade_id=trade_id)
            fee, entries = loan.fee, (loan.entry,)
        order.filled += lots
        if order.cash is not None:
            order.qty = order.filled
        order.exact_cost += exact
        order.cost += exact // pair.per_cost
        order.fee += fee
        order.status = "partially_filled"
        if order.close is not None:
            order.unclosed += lots
            self.unclosed[order.order_id] = order
        account.hold(order)
        if quiet:
            return
        trade = self._trade_of(
            order, price, lots, number=number, maker=maker, trade_id=trade_id, fee=fee, entries=entries
        )
        if loan is not None:
            trade = on_margin(trade, order, loan)
        account.volume.add(self._dollar_units(pair, exact), self.now)
        order.fee_usd += trade.fee_usd
        order.trade_ids += (trade_id,)
        account.keep(account.trades, trade_id, trade)
        self.tell("trade", order, trade)
        for entry in entries:
            self.journal.add(BalanceEvent(account.name, entry))

    def _trade_of(
        self,
        order: Order,
        price: int,
        lots: int,
        *,
        number: int,
        maker: bool,
        trade_id: str,
        fee: int,
        entries: tuple[LedgerEntry, ...],
    ) -> AccountTrade:
        pair, fee_amount = order.pair, order.fee_asset.amount(fee)
        return AccountTrade(
            trade_id=trade_id,
            number=number,
            order_id=order.order_id,
            cl_ord_id=order.cl_ord_id,
            userref=order.userref,
            account=order.account.name,
            pair=pair,
            side=order.side,
            order_type=order.order_type,
            price=pair.price(price),
            qty=pair.qty(lots),
            cost=pair.cost(price * lots // pair.per_cost),
            fee=fee_amount,
            fee_asset=order.fee_asset,
            fee_usd=self._in_dollars(fee_amount, order.fee_asset),
            maker=maker,
            ledger_ids=tuple([entry.ledger_id for entry in entries]),
            at=self.now,
        )

    def _dollar_units(self, pair: Pair, exact: int) -> int:
        """What a trade of this exact cost adds to a volume of trading."""
        if pair.quote.display == "USD" and pair.quote.decimals == DOLLAR_PLACES:
            return pair.money(exact)
        worth = self._in_dollars(pair.cost(exact // pair.per_cost), pair.quote)
        return int(worth.scaleb(DOLLAR_PLACES))

    def _in_dollars(self, amount: Decimal, asset: Asset) -> Decimal:
        if asset.display == "USD":
            return amount
        dollar = self.instruments.asset("USD")
        return Decimal(0) if dollar is None else self.worth(amount, asset, dollar) or Decimal(0)


def _levels(pair: Pair, side: BookSide) -> tuple[tuple[Decimal, Decimal], ...]:
    """The prices that changed, with what they show now."""
    return tuple([(pair.price(price), pair.qty(lots)) for price, lots in side.touched()])
