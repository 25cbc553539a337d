"""A market that trades by itself, so that books, tickers and candles live while a client looks on.

Each asset takes random steps; a pair's price is the quotient of two assets, so BTC/EUR, BTC/USD and ETH/BTC stay in line
with each other. Two house accounts follow these prices through the same door as everybody else: one keeps quotes on both
sides, the other takes. Orders of others are guests: those near the best price are soon traded with.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

from .accounts import Account, Terms
from .book import BookSide
from .exchange import Exchange
from .history import write_history
from .instruments import Pair
from .orders import Order, Side
from .requests import PlaceOrder
from .walks import Walks

MAKER = "house maker"
TAKER = "house taker"
FEWEST_LEVELS = 40
"""Levels on each side of a book after every step, at least."""
MOST_LEVELS = 60
FUNDS = 10**12
"""Dollars that each house account has of each asset; topped up when half of it is gone."""
NEAR_LEVELS = 12
"""A guest's order within this many levels of the best price is traded with."""
WALLS = (20_000, 50_000, 100_000, 200_000)
"""Distances in parts per million where large orders stand, so that any market order finds somebody."""
WALL_DOLLARS = 20_000_000
GUEST_DOLLARS = 500_000
"""The most that is traded with guests of one side of one pair in one step."""

_TERMS = Terms(maker_rate=0, taker_rate=0, max_open_orders=10_000, quiet=True)
_GAP = 25
"""Distance between two quotes, in parts per million, at most."""
_MILLION = 10**6


class Market:
    """Moves some pairs of an exchange, all of them unless told otherwise. One seed gives one market."""

    def __init__(self, exchange: Exchange, rng: random.Random, pairs: Iterable[str] | None = None) -> None:
        self._exchange = exchange
        self._rng = rng
        wanted = [pair.name for pair in exchange.instruments.pairs] if pairs is None else list(pairs)
        self.pairs: tuple[Pair, ...] = tuple(exchange.pair(name) for name in wanted)
        self._walks = Walks(exchange.instruments.assets, rng)
        self._walls: dict[tuple[str, Side], list[str]] = {}
        self._houses: list[Account] = []
        for name in (MAKER, TAKER):
            exchange.open_account(name, _TERMS)
            self._houses.append(exchange.account(name))
        self._fund()

    def price(self, pair: str) -> Decimal:
        """What a pair is worth to the market right now; its quotes stand around it."""
        found = self._exchange.pair(pair)
        return found.price(self._walks.price(found))

    def history(self, now: int) -> None:
        """Give every pair a past, then open its book. Once, before the first step."""
        for pair in self.pairs:
            write_history(self._exchange, pair, self._walks, self._rng, now)
            self._quote(pair, now)

    def step(self, now: int) -> None:
        """Let all prices move once and the house act on every pair. Nothing happens unless the exchange is online."""
        self._exchange.tick(now)
        if self._exchange.status != "online":
            return
        self._fund()
        self._walks.step()
        for pair in self.pairs:
            self._follow(pair, now)
            self._serve_guests(pair, now)
            self._trade_at_random(pair, now)
            self._withdraw_some(pair, now)
            self._quote(pair, now)

    # The taker

    def _follow(self, pair: Pair, now: int) -> None:
        """Take every order that the new price has made too good."""
        bid, ask = self._touch(pair)
        book = self._exchange.desk(pair.name).book
        sides: tuple[tuple[Side, int, BookSide], ...] = (("buy", bid, book.asks), ("sell", ask, book.bids))
        for side, limit, stale in sides:
            lots = 0
            for level in stale.top():
                if level.price > limit if side == "buy" else level.price < limit:
                    break
                lots += sum(order.remaining for order in level.orders.values())
            if lots:
                self._take(pair, side, lots, limit, now)

    def _serve_guests(self, pair: Pair, now: int) -> None:
        """Trade down to the nearest guest of each side, mostly for all of his order, now and then for a part."""
        book = self._exchange.desk(pair.name).book
        most = self._walks.lots(pair, GUEST_DOLLARS)
        sides: tuple[tuple[Side, BookSide], ...] = (("sell", book.bids), ("buy", book.asks))
        for side, resting in sides:
            found = self._nearest_guest(resting)
            if found is None or self._rng.random() < 0.25:
                continue
            ahead, guest = found
            part = guest.remaining if self._rng.random() < 0.6 else self._rng.randint(1, guest.remaining)
            self._take(pair, side, ahead + min(part, most), guest.rests_at, now)

    def _nearest_guest(self, side: BookSide) -> tuple[int, Order] | None:
        """The first guest's order among the near levels, and the lots that stand before it."""
        ahead = 0
        for level in side.top(NEAR_LEVELS):
            for order in level.orders.values():
                if order.account not in self._houses:
                    return ahead, order
                ahead += order.remaining
        return None

    def _trade_at_random(self, pair: Pair, now: int) -> None:
        if self._rng.random() < 0.5:
            return
        side: Side = "buy" if self._rng.random() < 0.5 else "sell"
        book = self._exchange.desk(pair.name).book
        best = (book.asks if side == "buy" else book.bids).best()
        if best is not None:
            self._take(pair, side, best.visible * self._rng.randint(5, 80) // 100, None, now)

    def _take(self, pair: Pair, side: Side, lots: int, limit: int | None, now: int) -> None:
        """Buy or sell at once, not below the pair's minimums and not beyond half of the house's means."""
        price, house = limit or self._walks.price(pair), self._houses[1]
        means = house.available(pair.quote) * pair.per_money // price
        if side == "sell":
            means = house.available(pair.base) // pair.lot
        lots = min(max(lots, pair.smallest_qty, 2 * pair.smallest_cost // price), means // 2)
        order = PlaceOrder(
            pair=pair.name,
            side=side,
            order_type="market" if limit is None else "limit",
            qty=pair.qty(lots),
            limit_price=None if limit is None else pair.price(limit),
            time_in_force="GTC" if limit is None else "IOC",
        )
        self._exchange.place(TAKER, order, now)

    # The maker

    def _quote(self, pair: Pair, now: int) -> None:
        """Renew the best quotes and fill up both sides."""
        book = self._exchange.desk(pair.name).book
        bid, ask = self._touch(pair)
        sides: tuple[tuple[Side, BookSide, int], ...] = (("buy", book.bids, bid), ("sell", book.asks, ask))
        for side, resting, touch in sides:
            self._stand(pair, side, touch, self._rng.randint(100, 8_000), now)
            self._build_walls(pair, side, now)
            price, dollars = touch, 2_000
            while len(resting) < FEWEST_LEVELS:
                price += self._gap(pair, price) * (-1 if side == "buy" else 1)
                dollars += 250
                self._stand(pair, side, price, self._rng.randint(100, dollars), now)

    def _build_walls(self, pair: Pair, side: Side, now: int) -> None:
        standing = [wall for wall in self._walls.get((pair.name, side), []) if wall in self._houses[0].open]
        if len(standing) == len(WALLS):
            return
        for wall in standing:
            self._exchange.cancel(MAKER, now, order_id=wall)
        price = self._walks.price(pair)
        sign = -1 if side == "buy" else 1
        self._walls[pair.name, side] = [
            self._stand(pair, side, price + sign * max(price * far // _MILLION, pair.tick), WALL_DOLLARS, now)
            for far in WALLS
        ]

    def _stand(self, pair: Pair, side: Side, price: int, dollars: int, now: int) -> str:
        """Place a quote; gives its id."""
        price = max(price - price % pair.tick, pair.tick)
        lots = max(self._walks.lots(pair, dollars), 2 * pair.smallest_cost // price)
        order = PlaceOrder(
            pair=pair.name,
            side=side,
            order_type="limit",
            qty=pair.qty(lots),
            limit_price=pair.price(price),
            # Should it meet a quote of the house on the other side, the older one is out of date.
            stp_type="cancel_oldest",
        )
        placed = self._exchange.place(MAKER, order, now).order
        return "" if placed is None else placed.order_id

    def _withdraw_some(self, pair: Pair, now: int) -> None:
        """Take back the farthest quotes of a side that grew too long, and now and then one near the front."""
        book = self._exchange.desk(pair.name).book
        for side in (book.bids, book.asks):
            if len(side) > MOST_LEVELS:
                levels = list(side.top())[MOST_LEVELS:]
            elif len(side) and self._rng.random() < 0.3:
                levels = [list(side.top(20))[self._rng.randrange(min(len(side), 20))]]
            else:
                continue
            for order in [order for level in levels for order in level.orders.values() if self._is_quote(order)]:
                self._exchange.cancel(MAKER, now, order_id=order.order_id)

    def _is_quote(self, order: Order) -> bool:
        walls = self._walls.get((order.pair.name, order.side), [])
        return order.account is self._houses[0] and order.order_id not in walls

    # Prices and money

    def _touch(self, pair: Pair) -> tuple[int, int]:
        """Where the best bid and ask should be: two ticks around the price, or ten parts per million when that is more."""
        price = self._walks.price(pair)
        half = max(price * 5 // _MILLION, pair.tick)
        bid = max(price - half - (price - half) % pair.tick, pair.tick)
        return bid, bid + 2 * max(half // pair.tick, 1) * pair.tick

    def _gap(self, pair: Pair, price: int) -> int:
        ticks = max(price * _GAP // _MILLION // pair.tick, 1)
        return self._rng.randint(1, ticks) * pair.tick

    def _fund(self) -> None:
        for house in self._houses:
            for asset in self._exchange.instruments.assets:
                funds = self._walks.worth(asset, FUNDS)
                if house.balances.get(asset, 0) < int(funds) * 10**asset.decimals // 2:
                    self._exchange.deposit(house.name, asset.name, funds, self._exchange.now)
