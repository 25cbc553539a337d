"""A derivatives market that trades by itself: two houses keep quotes around the index prices and trade with guests."""

from __future__ import annotations

import random
from collections.abc import Iterable

from ..candles import MINUTE
from ..orders import Side
from ..walks import Walks
from .accounts import Account
from .book import BookSide
from .contracts import Contract
from .exchange import DerivativesExchange
from .floor import IndexPrices
from .orders import Order

MAKER = "house maker"
TAKER = "house taker"
FEWEST_LEVELS = 20
"""Levels on each side of a book after every step, at least; half as many again at most."""
NEAR_LEVELS = 8
"""A guest's order within this many levels of the best price is traded with."""
WALL_DISTANCE = 20
"""One part in this many from the index stands a large order on each side, so that any market order finds somebody."""
_WALL_DOLLARS = 20_000_000
_GUEST_DOLLARS = 500_000
_MILLION = 10**6
_LEAN_STEP = 6
"""How much farther from its index a contract may be quoted after a step, in parts per million."""
_LARGEST_RATE = 20_000_000
"""Of the funding in the past that a market begins with, in ``FINE`` parts: two thousandths of a percent."""
_PAST_HOURS = 48


class ContractMarket:
    """Moves some contracts of an exchange. One seed gives one market, whatever moves the index prices."""

    def __init__(
        self, exchange: DerivativesExchange, walks: Walks, rng: random.Random, contracts: Iterable[Contract]
    ) -> None:
        self._exchange = exchange
        self._walks = walks
        self._rng = rng
        self.contracts = tuple(contracts)
        self._lean: dict[Contract, int] = dict.fromkeys(self.contracts, 0)
        """How far above the index each contract is quoted, in parts per million."""
        self._maker, self._taker = (open_house(exchange, name) for name in (MAKER, TAKER))
        self._walls: dict[tuple[Contract, bool], Order] = {}

    def history(self, index: IndexPrices, now: int) -> None:
        """Give every contract a past that ends at its present index price, then open its book."""
        for contract in self.contracts:
            self._write_past(contract, index(contract), now)
            self._open(contract, index(contract))
        self._exchange.end_of_step()

    def follow(self, listed: Iterable[Contract], index: IndexPrices) -> None:
        """Leave contracts that have expired, and open the books of those that came in their place."""
        live = tuple(listed)
        gone = [one for one in self.contracts if one not in live]
        fresh = [one for one in live if any(_follows(one, old) for old in gone)]
        self.contracts = (*(one for one in self.contracts if one in live), *fresh)
        for contract in fresh:
            self._lean[contract] = 0
            self._open(contract, index(contract))
        self._exchange.end_of_step()

    def _open(self, contract: Contract, index: int) -> None:
        self._quote(contract, index)
        rates = [self._rng.randint(-_LARGEST_RATE, _LARGEST_RATE) for _ in range(_PAST_HOURS)]
        self._exchange.open_desk(contract, rates)

    def step(self, index: IndexPrices) -> None:
        """Let the houses act once on every contract, around these index prices."""
        for contract in self.contracts:
            fair = self._fair(contract, index(contract))
            self._follow(contract, fair)
            self._serve_guests(contract)
            self._trade_at_random(contract, fair)
            self._withdraw_some(contract)
            self._quote(contract, fair)
        self._exchange.end_of_step()

    def _fair(self, contract: Contract, index: int) -> int:
        """Where a contract is quoted: a little above or below its index, which is what funding comes from."""
        lean = self._lean[contract]
        lean += self._rng.randint(-_LEAN_STEP, _LEAN_STEP) - lean // 100
        self._lean[contract] = lean
        return index + index * lean // _MILLION

    # --- the taker ------------------------------------------------------------------------------------------------------

    def _follow(self, contract: Contract, index: int) -> None:
        """Take back the quotes that the new price has made too good, and take what guests offer there."""
        bid, ask = self._touch(contract, index)
        book = self._exchange.desk(contract).book
        sides: tuple[tuple[Side, int, BookSide], ...] = (("buy", bid, book.asks), ("sell", ask, book.bids))
        for side, limit, stale in sides:
            lots = 0
            for level in list(stale.top()):
                if level.price > limit if side == "buy" else level.price < limit:
                    break
                for order in list(level.orders.values()):
                    # Some are traded, so that a moving price is also seen on the tape; never a wall.
                    quoted = order.account is self._maker
                    if quoted and (order is self._walls.get((contract, order.buy)) or self._rng.random() < 0.6):
                        self._exchange.withdraw_quote(order)
                    else:
                        lots += order.remaining
            if lots:
                self._take(contract, side, lots, limit)

    def _serve_guests(self, contract: Contract) -> None:
        """Trade down to the nearest guest of each side, mostly for all of his order, now and then for a part."""
        book = self._exchange.desk(contract).book
        most = self._lots(contract, _GUEST_DOLLARS)
        sides: tuple[tuple[Side, BookSide], ...] = (("sell", book.bids), ("buy", book.asks))
        for side, resting in sides:
            found = self._nearest_guest(resting)
            if found is None or self._rng.random() < 0.25:
                continue
            ahead, guest = found
            part = guest.remaining if self._rng.random() < 0.6 else self._rng.randint(1, guest.remaining)
            part = max(contract.whole(min(part, most)), contract.step)
            self._take(contract, side, ahead + part, guest.rests_at)

    def _nearest_guest(self, side: BookSide) -> tuple[int, Order] | None:
        ahead = 0
        for level in side.top(NEAR_LEVELS):
            for order in level.orders.values():
                if not order.account.house:
                    return ahead, order
                ahead += order.remaining
        return None

    def _trade_at_random(self, contract: Contract, index: int) -> None:
        """Trade with the best level of a side now and then, unless nothing but a wall is left of that side."""
        if self._rng.random() < 0.6:
            return
        side: Side = "buy" if self._rng.random() < 0.5 else "sell"
        book = self._exchange.desk(contract).book
        best = (book.asks if side == "buy" else book.bids).best()
        if best is not None and abs(best.price - index) * 2 * WALL_DISTANCE < index:
            self._take(contract, side, self._part(contract, best.visible), best.price)

    def _part(self, contract: Contract, lots: int) -> int:
        return max(contract.whole(lots * self._rng.randint(5, 80) // 100), contract.step)

    def _take(self, contract: Contract, side: Side, lots: int, limit: int) -> None:
        self._exchange.quote(self._taker, contract, side, price=limit, lots=lots, kind="ioc")

    # --- the maker ------------------------------------------------------------------------------------------------------

    def _quote(self, contract: Contract, index: int) -> None:
        """Renew the best quotes and fill up both sides."""
        book = self._exchange.desk(contract).book
        bid, ask = self._touch(contract, index)
        sides: tuple[tuple[Side, BookSide, int], ...] = (("buy", book.bids, bid), ("sell", book.asks, ask))
        for side, resting, touch in sides:
            self._build_wall(contract, side, index)
            best = resting.best()
            if best is None or best.price != touch:
                self._stand(contract, side, touch, self._rng.randint(100, 8_000))
            price, dollars = touch, 2_000
            while len(resting) <= FEWEST_LEVELS and price > contract.scale.tick:
                ticks = self._rng.randint(1, max(price * 25 // _MILLION // contract.scale.tick, 2))
                price += ticks * contract.scale.tick * (-1 if side == "buy" else 1)
                dollars += 500
                self._stand(contract, side, price, self._rng.randint(100, dollars))

    def _build_wall(self, contract: Contract, side: Side, index: int) -> None:
        wall = self._walls.get((contract, side == "buy"))
        if wall is not None and wall.resting:
            return
        far = index // WALL_DISTANCE * (-1 if side == "buy" else 1)
        self._walls[contract, side == "buy"] = self._stand(contract, side, index + far, _WALL_DOLLARS)

    def _stand(self, contract: Contract, side: Side, price: int, dollars: int) -> Order:
        """Place a quote; where it would meet a guest it trades with him."""
        tick = contract.scale.tick
        price = max(price - price % tick, tick)
        lots = self._lots(contract, dollars)
        return self._exchange.quote(self._maker, contract, side, price=price, lots=lots, kind="lmt")

    def _withdraw_some(self, contract: Contract) -> None:
        """Take back the farthest quotes of a side that grew too long, and now and then one near the front."""
        book = self._exchange.desk(contract).book
        for side in (book.bids, book.asks):
            if len(side) > FEWEST_LEVELS * 3 // 2:
                levels = list(side.top())[FEWEST_LEVELS:]
            elif len(side) and self._rng.random() < 0.3:
                levels = [list(side.top(10))[self._rng.randrange(min(len(side), 10))]]
            else:
                continue
            wall = self._walls.get((contract, side.bids))
            for order in [order for level in levels for order in level.orders.values()]:
                if order.account is self._maker and order is not wall:
                    self._exchange.withdraw_quote(order)

    # --- prices and sizes -----------------------------------------------------------------------------------------------

    def _touch(self, contract: Contract, index: int) -> tuple[int, int]:
        """Where the best bid and ask should be: the index between them, ten parts per million apart or two ticks."""
        tick = contract.scale.tick
        half = max(index * 5 // _MILLION, tick)
        bid = max(index - half - (index - half) % tick, tick)
        return bid, bid + 2 * max(half // tick, 1) * tick

    def _lots(self, contract: Contract, dollars: int) -> int:
        lots = dollars if contract.inverse else self._walks.lots(contract.scale, dollars)
        return max(contract.whole(lots), contract.step)

    def _write_past(self, contract: Contract, index: int, now: int) -> None:
        """About a day and a half of trades, denser the nearer they are."""
        swing, at, past = self._walks.swing(contract.scale), now, list[tuple[int, int]]()
        price = index * _MILLION  # finer than the contract's prices, so that small steps add up
        for count, gap, stride in ((120, MINUTE // 2, 3), (180, 10 * MINUTE, 12)):
            for _ in range(count):
                at -= gap // 2 + self._rng.randrange(gap)
                price += price * self._rng.randint(-swing, swing) * stride // _MILLION
                price += (index * _MILLION - price) // 50
                units = price // _MILLION
                past.append((at, max(units - units % contract.scale.tick, contract.scale.tick)))
        for moment, units in reversed(past):
            lots = self._lots(contract, self._rng.randrange(1, 4_000))
            side: Side = "buy" if self._rng.random() < 0.5 else "sell"
            self._exchange.record_past(contract, price=units, lots=lots, side=side, at=moment)


def open_house(exchange: DerivativesExchange, name: str) -> Account:
    """The house account of this name, which nobody looks at and nobody asks for margin."""
    account = exchange.account(name)
    account.house = True
    return account


def _follows(contract: Contract, old: Contract) -> bool:
    return contract.expiry is not None and old.symbol.rpartition("_")[0] == contract.symbol.rpartition("_")[0]
