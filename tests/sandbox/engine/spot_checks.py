"""What must hold on the Spot engine between any two actions, and a listener that knows the exchange by its events alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from krakenkit.sandbox.engine import BalanceEvent, BookEvent, Event, Exchange, OrderEvent, OrderView, Pair, TradeEvent
from krakenkit.sandbox.engine.accounts import Account, needed
from krakenkit.sandbox.engine.events import StatusEvent
from krakenkit.sandbox.engine.floor import Desk
from krakenkit.sandbox.engine.instruments import Asset
from krakenkit.sandbox.engine.orders import Order
from krakenkit.sandbox.engine.scale import ceiling
from krakenkit.sandbox.engine.stops import Stops
from sandbox.engine.engine_helpers import assert_views_fresh
from sandbox.engine.priority import Key, Line, Lines, Served

OVER = {"filled", "canceled", "expired"}


def assert_sound(made: Exchange) -> None:
    """Holds, places of orders, books, positions and the pool."""
    accounts = list(made._floor.treasury.accounts.values())
    for account in accounts:
        assert_holds(account)
        assert_counts(account)
        assert_views_fresh(account)
    for pair in made.instruments.pairs:
        desk = made.desk(pair.name)
        assert_places(made, desk, [order for account in accounts for order in account.open.values()])
        assert_book(desk)
    assert_positions(made, accounts)


def assert_holds(account: Account) -> None:
    held: Counter[Asset] = Counter()
    for order in account.open.values():
        assert order.held == needed(order)
        held[order.hold_asset] += order.held
    assert +Counter(account.held) == +held
    for asset, units in account.balances.items():
        assert units >= account.held.get(asset, 0) >= 0


def assert_counts(account: Account) -> None:
    orders = account.open.values()
    assert +Counter(account.open_on) == Counter(order.pair.name for order in orders)
    assert account.client_ids == {order.cl_ord_id: order for order in orders if order.cl_ord_id is not None}
    assert account.margin_orders == {i: order for i, order in account.open.items() if order.leverage is not None}
    assert not account.open.keys() & account.closed.keys()


def assert_places(made: Exchange, desk: Desk, orders: list[Order]) -> None:
    """Every open order of a pair stands in exactly one place, and nothing else stands anywhere."""
    places: Counter[str] = Counter()
    for side in (desk.book.bids, desk.book.asks):
        places.update(f"book {order.order_id}" for level in side.top() for order in level.orders.values())
    for name, stops in (("last", desk.stops), ("index", desk.index_stops)):
        places.update(f"{name} {order.order_id}" for order in waiting_in(stops))
    places.update(
        f"schedule {order.order_id}"
        for _, _, order in made._schedule._starts
        if order.open and order.scheduled and order.pair is desk.pair
    )
    assert places == Counter(f"{_place(order)} {order.order_id}" for order in orders if order.pair is desk.pair)
    for order in orders:
        assert order.open
        assert order.remaining > 0 or (order.cash is not None and order.scheduled)
        if made.status == "online":
            assert not order.scheduled or (order.start_at or 0) > made.now
        if made.status != "maintenance":
            assert order.expire_at is None or order.expire_at > made.now


def _place(order: Order) -> str:
    if order.scheduled:
        return "schedule"
    return ("index" if order.index else "last") if order.waiting else "book"


def waiting_in(stops: Stops) -> Iterator[Order]:
    """The orders that wait here; what closed or moved since is passed over."""
    for _, _, order in (*stops._rising, *stops._falling):
        yield order
    for trails in stops._trails:
        for crest in trails._crests:
            yield from crest.waiting()


def assert_book(desk: Desk) -> None:
    for side in (desk.book.bids, desk.book.asks):
        prices = [level.price for level in side.top()]
        assert prices == sorted(prices, reverse=side.bids)
        assert set(prices) == set(side.levels)
        for level in side.top():
            assert level.visible == sum(order.visible for order in level.orders.values()) > 0
            assert all(
                order.limit == level.price and 0 < order.visible <= order.slice() for order in level.orders.values()
            )
            places = [order.place for order in level.orders.values()]
            assert places == sorted(places)
    best_bid, best_ask = desk.book.bids.best(), desk.book.asks.best()
    assert best_bid is None or best_ask is None or best_bid.price < best_ask.price


def assert_positions(made: Exchange, accounts: list[Account]) -> None:
    """The pool holds what positions are long of, less what they owe; reduce-only orders do no more than close."""
    pool: Counter[Asset] = Counter()
    borrowed: Counter[Asset] = Counter()
    for account in accounts:
        owed: Counter[Asset] = Counter()
        for position in account.positions.open.values():
            assert 0 < position.open_lots <= position.lots
            # Dust is worth less than the smallest unit of money: it may cost nothing.
            assert 0 <= position.open_money <= position.money
            assert position.money or position.exact < 2 * position.pair.per_money
            owed[position.borrowed_asset] += position.borrowed
            sign = 1 if position.long else -1
            pool[position.pair.base] += sign * position.open_lots * position.pair.lot
            pool[position.pair.quote] -= sign * position.open_money
        assert +Counter(account.positions.borrowed) == owed
        borrowed += owed
        for pair in made.instruments.pairs:
            on = account.positions.on(pair)
            assert len({position.long for position in on}) <= 1
            assert account.positions.size(pair) == sum(p.open_lots if p.long else -p.open_lots for p in on)
        for order in account.margin_orders.values():
            if order.reduce_only:
                assert 0 < order.remaining <= account.positions.closable(order.pair, buy=order.buy)
    treasury, lending = made._floor.treasury, made._floor.lending
    assert {a: u for a, u in treasury.pool.items() if u} == {a: u for a, u in pool.items() if u}
    assert {a: u for a, u in lending.borrowed.items() if u} == borrowed
    assert set(lending.exposed) == {account.name for account in accounts if account.positions.open}


def assert_used_margin(made: Exchange, names: tuple[str, ...]) -> None:
    """TradeBalance says what the positions say."""
    for name in names:
        worths = [
            _bound(made, one.position.cost_open, one.position.leverage, one.position.pair)
            for one in made.positions(name)
        ]
        assert abs(made.margin(name).margin - sum(worths, Decimal(0))) <= Decimal("0.0001") * (len(worths) + 1)


def _bound(made: Exchange, cost: Decimal, leverage: int, pair: Pair) -> Decimal:
    units = ceiling(int(cost.scaleb(pair.quote.decimals)), leverage)
    return made.worth(pair.quote.amount(units), pair.quote.name, "USD") or Decimal(0)


class Listener:
    """Who only listens: orders, balances, books and the status as events told them, and who was before whom in the lines."""

    def __init__(self, made: Exchange) -> None:
        self._made = made
        self.orders: dict[str, OrderView] = {}
        self.balances: dict[tuple[str, str], Decimal] = {}
        self.books: dict[tuple[str, str], dict[Decimal, Decimal]] = {}
        self.filled: Counter[str] = Counter()
        self.status = made.status
        self.seen: Counter[str] = Counter()
        self._numbers: dict[str, int] = {}
        self._lines = Lines()

    def hear(self) -> list[Event]:
        """Take in what happened since the last time, and check that it makes sense."""
        events, before = self._made.events(), dict(self.orders)
        for event in events:
            match event:
                case OrderEvent():
                    self._order(event)
                case BalanceEvent():
                    self._balance(event)
                case BookEvent():
                    self._book(event)
                case TradeEvent():
                    name = event.trade.pair.name
                    assert event.trade.number == self._numbers.get(name, event.trade.number - 1) + 1
                    self._numbers[name] = event.trade.number
                case StatusEvent():
                    self.status = event.status
                case _:
                    self.seen["margin call"] += 1
        self._check_lines([event for event in events if isinstance(event, OrderEvent)], before)
        return events

    def _order(self, event: OrderEvent) -> None:
        order = event.order
        known = self.orders.get(order.order_id)
        assert (known is None) == (event.kind == "pending_new")
        assert known is None or known.open, "nothing happens to an order after its end"
        assert (event.kind in OVER) == (order.status in OVER)
        self.orders[order.order_id] = order
        self.seen[event.kind] += 1
        if event.trade is not None:
            self.filled[order.order_id] += int(event.trade.qty.scaleb(8))
            assert order.cum_qty == Decimal(self.filled[order.order_id]).scaleb(-8)
            self.seen[str(event.trade.position_status)] += 1
            self.seen["liquidated"] += event.trade.liquidated

    def _balance(self, event: BalanceEvent) -> None:
        entry, key = event.entry, (event.account, event.entry.asset_name)
        self.balances[key] = self.balances.get(key, Decimal(0)) + entry.amount - entry.fee
        assert entry.balance == self.balances[key]
        self.seen[entry.type] += 1

    def _book(self, event: BookEvent) -> None:
        for side, changes in (("buy", event.bids), ("sell", event.asks)):
            shown = self.books.setdefault((event.pair.name, side), {})
            for price, qty in changes:
                shown[price] = qty
                if not qty:
                    del shown[price]

    # --- priority -------------------------------------------------------------------------------------------------------

    def _check_lines(self, events: list[OrderEvent], before: dict[str, OrderView]) -> None:
        """Whoever was in line and did nothing to lose his place still stands before all others, and nobody went past him."""
        lost = set[str]()
        served = list[Served]()
        for event in events:
            old = before.get(event.order.order_id)
            if event.kind in ("pending_new", "iceberg_refill") or (
                event.kind == "amended" and _loses(old, event.order)
            ):
                lost.add(event.order.order_id)
            if event.trade is not None and event.trade.maker:
                served.append(
                    Served((event.order.pair.name, event.order.side), event.order.order_id, event.trade.price)
                )
            before[event.order.order_id] = event.order
        self._lines.follow(self._lines_now(), lost=lost, served=served)

    def _lines_now(self) -> dict[Key, Line]:
        lines: dict[Key, Line] = {}
        for pair in self._made.instruments.pairs:
            book = self._made.desk(pair.name).book
            for name, side in (("buy", book.bids), ("sell", book.asks)):
                lines[pair.name, name] = [
                    (pair.price(level.price), order_id) for level in side.top() for order_id in level.orders
                ]
        return lines

    # --- the comparison -------------------------------------------------------------------------------------------------

    def assert_up_to_date(self) -> None:
        """What was heard is what the exchange says when it is asked."""
        made = self._made
        assert self.status == made.status
        names = [name for name, account in made._floor.treasury.accounts.items() if not account.terms.quiet]
        told = {order_id: _still(order) for order_id, order in self.orders.items() if order.open}
        assert told == {order.order_id: _still(order) for name in names for order in made.open_orders(name)}
        there = {(name, one.asset.name): one.balance for name in names for one in made.balances(name)}
        assert {key: amount for key, amount in self.balances.items() if amount} == {k: a for k, a in there.items() if a}
        for pair in made.instruments.pairs:
            for side in ("buy", "sell"):
                shown = self.books.get((pair.name, side), {})
                assert shown == {level.price: level.qty for level in made.levels(pair.name, side)}


def _loses(old: OrderView | None, new: OrderView) -> bool:
    """Whether an amend costs the place in line: a new price does, and a larger size."""
    return old is None or old.limit_price != new.limit_price or (new.qty or 0) > (old.qty or 0)


def _still(order: OrderView) -> object:
    """An order without what moves quietly: owners hear once a second that a trailing trigger moved."""
    if order.trailing is None or order.triggered_at is not None:
        return order
    return (order.order_id, order.status, order.qty, order.cum_qty, order.trailing.offset)
