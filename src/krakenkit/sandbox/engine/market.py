"""A market that trades by itself, so that books, tickers and candles live while a client looks on.

Each asset has a fair price that wanders; a pair's price is the quotient of two of them, so BTC/EUR, BTC/USD and ETH/BTC
stay in line with each other. Two house accounts follow these prices: one keeps quotes on both sides, the other takes. In a
burst the spread widens, quotes get thinner and takers come in a row. Orders of others are guests: those near the best price
are soon traded with.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

from .accounts import Account, Terms
from .book import BookSide
from .exchange import Exchange
from .history import write_history
from .instruments import Asset, Pair
from .orders import Order, Side
from .walks import CALM, Walks

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

HOUSE_TERMS = Terms(maker_rate=0, taker_rate=0, max_open_orders=10_000, quiet=True)
_GAP = 25
"""Distance between two quotes in calm, in parts per million, at most."""
_HALF_SPREAD = 5
"""In calm, in parts per million."""
_MOST_IN_A_ROW = 5
_LONGEST_LINE = 8
"""Orders at the best price, beyond which the house adds no more."""
_MILLION = 10**6


class Market:
    """Moves some pairs of an exchange, all of them unless told otherwise. One seed gives one market."""

    def __init__(self, exchange: Exchange, rng: random.Random, pairs: Iterable[str] | None = None) -> None:
        self._exchange = exchange
        self._rng = rng
        wanted = [pair.name for pair in exchange.instruments.pairs] if pairs is None else list(pairs)
        self.pairs: tuple[Pair, ...] = tuple(exchange.pair(name) for name in wanted)
        assets = dict.fromkeys(asset for pair in self.pairs for asset in (pair.base, pair.quote))
        self._walks = Walks(exchange.instruments.assets, rng)
        self._walls: dict[tuple[str, Side], list[Order]] = {}
        self._maker, self._taker = (open_house(exchange, name) for name in (MAKER, TAKER))
        # Half of the funds is the least that each house keeps of an asset.
        self._least = {asset: int(self._walks.worth(asset, FUNDS)) * 10**asset.decimals // 2 for asset in assets}
        self._fund()

    def price(self, pair: str) -> Decimal:
        """What a pair is worth to the market right now; its quotes stand around it."""
        found = self._exchange.pair(pair)
        return found.price(self._walks.price(found))

    def trades(self, pair: Pair) -> bool:
        """Whether this market moves the pair."""
        return pair in self.pairs

    def fair_price(self, pair: Pair) -> int:
        """The same in price units."""
        return self._walks.price(pair)

    def history(self, now: int) -> None:
        """Give every pair a past, then open its book. Once, before the first step."""
        for pair in self.pairs:
            write_history(self._exchange, pair, self._walks, self._rng, now)
            self._quote(pair)
        self._exchange.end_of_step()

    def step(self, now: int) -> None:
        """Let prices move on to this moment and the house act on every pair. Nothing happens unless the exchange is online."""
        self._exchange.tick(now)
        if self._exchange.status != "online":
            return
        self._fund()
        self._walks.step(now)
        for pair in self.pairs:
            self._follow(pair)
            self._serve_guests(pair)
            self._trade_at_random(pair)
            self._withdraw_some(pair)
            self._quote(pair)
        self._exchange.end_of_step()

    def move(self, asset: Asset, numerator: int, denominator: int, now: int) -> None:
        """Multiply the fair price of an asset by a fraction and let the books follow at once: what stands in between trades."""
        self._exchange.tick(now)
        self._fund()
        self._walks.move(asset, numerator, denominator)
        for pair in self.pairs:
            if asset in (pair.base, pair.quote):
                self._follow(pair, through=True)
                self._quote(pair)
                # Books are not deep enough to trade all the way; the last price has to arrive all the same.
                self._take(pair, "buy" if (numerator > denominator) == (asset is pair.base) else "sell", 1, None)
                self._quote(pair)
        self._exchange.end_of_step()

    # --- the taker ------------------------------------------------------------------------------------------------------

    def _follow(self, pair: Pair, *, through: bool = False) -> None:
        """Take what the new price has made too good: every guest's order, and of the house's own quotes some or all.

        Quotes of the house mostly move with the price; ``through`` the book, each of them is traded.
        """
        bid, ask = self._touch(pair)
        book = self._exchange.desk(pair.name).book
        sides: tuple[tuple[Side, int, BookSide], ...] = (("buy", bid, book.asks), ("sell", ask, book.bids))
        for side, limit, stale in sides:
            lots = 0
            for order in _too_good(stale, limit):
                if order.account is self._maker and not through and self._rng.getrandbits(2):
                    self._exchange.withdraw_quote(order)
                else:
                    lots += order.remaining
            if lots:
                self._take(pair, side, lots, limit)

    def _serve_guests(self, pair: Pair) -> None:
        """Trade down to the nearest guest of each side, mostly for all of his order, now and then for a part."""
        book = self._exchange.desk(pair.name).book
        sides: tuple[tuple[Side, BookSide], ...] = (("sell", book.bids), ("buy", book.asks))
        for side, resting in sides:
            found = self._nearest_guest(resting)
            if found is None or self._rng.random() < 0.25:
                continue
            ahead, guest = found
            part = guest.remaining if self._rng.random() < 0.6 else self._rng.randint(1, guest.remaining)
            most = self._walks.lots(pair, GUEST_DOLLARS)
            self._take(pair, side, ahead + min(part, most), guest.rests_at)

    def _nearest_guest(self, side: BookSide) -> tuple[int, Order] | None:
        """The first guest's order among the near levels, and the lots that stand before it."""
        ahead = 0
        for level in side.top(NEAR_LEVELS):
            for order in level.orders.values():
                if order.account is not self._maker:
                    return ahead, order
                ahead += order.remaining
        return None

    def _trade_at_random(self, pair: Pair) -> None:
        """Mostly one taker or none; in a burst several in a row, who all want the same side."""
        heat = self._walks.heat(pair)
        takers = self._rng.randrange(2 * heat) // CALM
        side: Side = "buy" if self._rng.getrandbits(1) else "sell"
        book = self._exchange.desk(pair.name).book
        for _ in range(min(takers, _MOST_IN_A_ROW)):
            best = (book.asks if side == "buy" else book.bids).best()
            if best is not None:
                self._take(pair, side, best.visible * self._rng.randint(5, 80) // 100, None)

    def _take(self, pair: Pair, side: Side, lots: int, limit: int | None) -> None:
        """Buy or sell at once, not below the pair's minimums and not beyond half of the house's means."""
        price, house = limit or self._walks.price(pair), self._taker
        if side == "sell":
            means = house.available(pair.base) // pair.lot
        else:
            means = house.available(pair.quote) * pair.per_money // price
        lots = min(max(lots, _fewest_lots(pair, price)), means // 2)
        if lots:
            self._exchange.quote(house, pair, side, price=limit, lots=lots, stays=False)

    # --- the maker ------------------------------------------------------------------------------------------------------

    def _quote(self, pair: Pair) -> None:
        """Renew the best quotes and fill up both sides."""
        book, heat = self._exchange.desk(pair.name).book, self._walks.heat(pair)
        bid, ask = self._touch(pair)
        sides: tuple[tuple[Side, BookSide, int], ...] = (("buy", book.bids, bid), ("sell", book.asks, ask))
        for side, resting, touch in sides:
            level = resting.levels.get(touch)
            if level is None or len(level.orders) < _LONGEST_LINE:
                self._stand(pair, side, touch, self._rng.randint(100, 8_000 * CALM // heat))
            self._build_walls(pair, side)
            price, dollars = touch, 2_000
            widest = max(price * _GAP * heat // (CALM * _MILLION * pair.tick), 1)
            while len(resting) < FEWEST_LEVELS and price > pair.tick:
                price += self._rng.randint(1, widest) * (-pair.tick if side == "buy" else pair.tick)
                if price not in resting.levels:
                    dollars += 250
                    self._stand(pair, side, price, self._rng.randint(100, dollars))

    def _build_walls(self, pair: Pair, side: Side) -> None:
        standing = [wall for wall in self._walls.get((pair.name, side), []) if wall.open]
        if len(standing) == len(WALLS):
            return
        for wall in standing:
            self._exchange.withdraw_quote(wall)
        price = self._walks.price(pair)
        sign = -1 if side == "buy" else 1
        self._walls[pair.name, side] = [
            self._stand(pair, side, price + sign * max(price * far // _MILLION, pair.tick), WALL_DOLLARS)
            for far in WALLS
        ]

    def _stand(self, pair: Pair, side: Side, price: int, dollars: int) -> Order:
        """Place a quote."""
        price = max(price - price % pair.tick, pair.tick)
        lots = max(self._walks.lots(pair, dollars), _fewest_lots(pair, price))
        return self._exchange.quote(self._maker, pair, side, price=price, lots=lots, stays=True)

    def _withdraw_some(self, pair: Pair) -> None:
        """Take back the farthest quotes of a side that grew too long, and now and then one near the front."""
        book = self._exchange.desk(pair.name).book
        sides: tuple[tuple[Side, BookSide], ...] = (("buy", book.bids), ("sell", book.asks))
        for side, resting in sides:
            if len(resting) > MOST_LEVELS:
                levels = list(resting.top())[MOST_LEVELS:]
            elif len(resting) and self._rng.random() < 0.3:
                levels = [list(resting.top(20))[self._rng.randrange(min(len(resting), 20))]]
            else:
                continue
            walls = self._walls.get((pair.name, side), [])
            for order in [order for level in levels for order in level.orders.values()]:
                if order.account is self._maker and order not in walls:
                    self._exchange.withdraw_quote(order)

    # --- prices and money -----------------------------------------------------------------------------------------------

    def _touch(self, pair: Pair) -> tuple[int, int]:
        """Where the best bid and ask should be: a tick or a few parts per million away from the price, farther in a burst."""
        price = self._walks.price(pair)
        half = max(price * _HALF_SPREAD * self._walks.heat(pair) // (CALM * _MILLION), pair.tick)
        bid = max(price - half - (price - half) % pair.tick, pair.tick)
        return bid, bid + 2 * max(half // pair.tick, 1) * pair.tick

    def _fund(self) -> None:
        for house in (self._maker, self._taker):
            for asset, least in self._least.items():
                if house.balances.get(asset, 0) < least:
                    self._exchange.deposit(house.name, asset.name, self._walks.worth(asset, FUNDS), self._exchange.now)


def open_house(exchange: Exchange, name: str) -> Account:
    """The house account of this name, which pays no fees and leaves no traces."""
    exchange.open_account(name, HOUSE_TERMS)
    return exchange.account(name)


def funded_house(exchange: Exchange, order: Order, lots: int) -> Account:
    """The house account that takes, with all it needs to trade these lots with the order."""
    house = open_house(exchange, TAKER)
    pair = order.pair
    asset = pair.base if order.buy else pair.quote
    need = lots * pair.lot if order.buy else pair.money_needed(order.rests_at * lots)
    if house.available(asset) < need:
        exchange.deposit(house.name, asset.name, asset.amount(need), exchange.now)
    return house


def _too_good(side: BookSide, limit: int) -> list[Order]:
    """The orders of one side from its best price down or up to this one."""
    found: list[Order] = []
    for level in side.top():
        if level.price < limit if side.bids else level.price > limit:
            break
        found += level.orders.values()
    return found


def _fewest_lots(pair: Pair, price: int) -> int:
    """What an order at this price must have at least, with room for the price to fall."""
    return max(pair.smallest_qty, -(-2 * pair.smallest_cost // price))
