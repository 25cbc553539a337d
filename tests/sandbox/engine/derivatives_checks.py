"""What must hold on the derivatives engine between any two actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from krakenkit.sandbox.engine.derivatives import (
    BookChange,
    Contract,
    DerivativesExchange,
    Event,
    LogEntry,
    OrderEvent,
    OrderView,
    Trade,
)
from krakenkit.sandbox.engine.derivatives.accounts import Account
from krakenkit.sandbox.engine.derivatives.book import Book
from sandbox.engine.priority import Key, Line, Lines, Served


def assert_sound(made: DerivativesExchange, contracts: Iterable[Contract]) -> None:
    """Positions, places of orders, books, and what accounts keep count of."""
    accounts = list(made._floor.accounts.values())
    for one in (*contracts, *made.contracts.expired):
        assert sum(account.position(one).lots for account in accounts) == 0
        desk = made.desk(one)
        assert desk.open_interest == sum(max(account.position(one).lots, 0) for account in accounts)
        orders = [order for account in accounts for order in account.open.values() if order.contract is one]
        assert {order.order_id for order in orders if order.waiting} == set(desk.waiting)
        resting = [line for side in (desk.book.bids, desk.book.asks) for level in side.top() for line in level.orders]
        assert Counter(resting) == Counter(order.order_id for order in orders if not order.waiting)
        assert_book(desk.book)
    for account in accounts:
        assert_counts(account)


def assert_book(book: Book) -> None:
    for side in (book.bids, book.asks):
        prices = [level.price for level in side.top()]
        assert prices == sorted(prices, reverse=side.bids)
        for level in side.top():
            assert level.visible == sum(order.remaining for order in level.orders.values()) > 0
            assert all(order.limit == level.price for order in level.orders.values())
    best_bid, best_ask = book.bids.best(), book.asks.best()
    assert best_bid is None or best_ask is None or best_bid.price < best_ask.price


def assert_counts(account: Account) -> None:
    orders = account.open.values()
    for position in account.positions.values():
        assert (position.lots == 0) == (position.cost == 0)
    assert {one: count for one, count in account.counts.items() if count} == Counter(order.contract for order in orders)
    for one, pending in account.pending.items():
        binding = [o for o in orders if o.contract is one and not (o.reduce_only or o.waiting)]
        assert pending == tuple(sum(o.remaining for o in binding if o.buy == buy) for buy in (True, False))
    assert account.reducing == sum(order.reduce_only for order in orders)
    assert account.small == sum(order.small for order in orders)
    if account.house:
        return  # it has what it needs, and pays what others cannot
    assert all(amount >= 0 for (wallet, unit), amount in account.balances.items() if unit != "USD" or wallet == "cash")


class Listener:
    """Who only listens: books, open orders and balances as events told them, and who was before whom in the lines."""

    def __init__(self, made: DerivativesExchange) -> None:
        self._made = made
        self.books: dict[tuple[str, str], dict[Decimal, Decimal]] = {}
        self.orders: dict[str, OrderEvent] = {}
        self.money: dict[tuple[str, str, str], Decimal] = {}
        self.seen: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._lines = Lines()

    def hear(self) -> list[Event]:
        """Take in what happened since the last time, and check that it makes sense."""
        events = self._made.events()
        for event in events:
            match event:
                case BookChange():
                    self._book(event)
                case OrderEvent():
                    self.orders[event.order.order_id] = event
                    self.seen[event.kind] += 1
                case LogEntry() if not event.position_leg:
                    self._log(event)
                case Trade():
                    self.seen[event.kind] += 1
                case _:
                    pass
        self._check_lines([event for event in events if isinstance(event, OrderEvent)])
        return events

    def _book(self, event: BookChange) -> None:
        symbol = event.contract.symbol
        self._counts[symbol] += 1
        assert event.seq == self._counts[symbol]
        self.books.setdefault((symbol, event.side), {})[event.price] = event.qty

    def _log(self, event: LogEntry) -> None:
        key = (event.account, event.wallet, event.asset)
        assert event.old_balance == self.money.get(key, event.old_balance), "no row of the log is missing"
        self.money[key] = event.new_balance
        self.seen[event.info] += 1

    def _check_lines(self, events: list[OrderEvent]) -> None:
        """Whoever was in line and did nothing to lose his place still stands before those who came after him."""
        lost = {event.order.order_id for event in events if event.kind == "placed" or _loses(event.old, event)}
        served = [
            Served((event.order.contract.symbol, event.order.side), event.order.order_id, event.fill.price)
            for event in events
            if event.fill is not None and event.fill.maker
        ]
        self._lines.follow(self._lines_now(), lost=lost, served=served)

    def _lines_now(self) -> dict[Key, Line]:
        lines: dict[Key, Line] = {}
        for one in self._made.contracts.all:
            book = self._made.desk(one).book
            for name, side in (("buy", book.bids), ("sell", book.asks)):
                lines[one.symbol, name] = [
                    (one.price(level.price), order_id) for level in side.top() for order_id in level.orders
                ]
        return lines

    def assert_up_to_date(self) -> None:
        """What was heard is what the exchange says when it is asked."""
        made = self._made
        for one in made.contracts.all:
            for side in ("buy", "sell"):
                heard = {price: qty for price, qty in self.books.get((one.symbol, side), {}).items() if qty}
                assert heard == dict(made.levels(one, "buy" if side == "buy" else "sell"))
        over = ("removed", "rejected")
        told = {i for i, event in self.orders.items() if event.kind not in over and event.order.remaining}
        assert told == {order.order_id for name in made._floor.accounts for order in made.open_orders(name)}
        for (name, wallet, asset), amount in self.money.items():
            balances = {(w, unit.lower()): units for (w, unit), units in made.account(name).balances.items()}
            assert made.account(name).balance((wallet, _unit(made, name, wallet, asset))) == amount, balances


def _unit(made: DerivativesExchange, name: str, wallet: str, asset: str) -> str:
    return next(
        (unit for where, unit in made.account(name).balances if (where, unit.lower()) == (wallet, asset)), asset
    )


def _loses(old: OrderView | None, event: OrderEvent) -> bool:
    """Whether an edit costs the place in line: a new price does, and a larger size."""
    new = event.order
    return event.kind == "edited" and (old is None or old.limit_price != new.limit_price or new.qty > old.qty)
