"""A market that was recorded: a house account shows the recorded books and trades, and guests may trade with them.

What a guest takes of a level is missing there until the recording speaks of that level again. Where a recorded quote meets
a guest's order it trades with him, and a recorded trade fills the guests it would have met; what is left of it is told
without any money moving. A level whose size changes stands behind guests at its price afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import msgspec

from .book import BookSide
from .exchange import Exchange
from .instruments import Pair
from .market import MAKER, TAKER, funded_house, open_house
from .orders import Order, Side

SECOND = 10**9
_SIDES: Final[tuple[Side, Side]] = ("buy", "sell")
Levels: TypeAlias = Sequence[tuple[int, int]]
"""Price and size in whole units of the pair; a size of zero takes the level away."""


class RecordedTrade(msgspec.Struct, frozen=True, gc=False):
    """One trade, in whole units of its pair."""

    side: Side
    price: int
    lots: int
    order_type: Literal["market", "limit"]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording says of one pair at one moment."""

    at: int
    """Nanoseconds since 1970, when it was recorded."""
    pair: Pair
    whole: bool = False
    """Whether the levels are the whole book."""
    depth: int | None = None
    """Levels on each side that the recording knows of."""
    bids: Levels = ()
    asks: Levels = ()
    trades: Sequence[RecordedTrade] = ()


class RecordedMarket:
    """Plays moments, in their order and with their distances; the first one happens at ``start``.

    Args:
        loops: whether it begins again a second after its end; else the books stand still then.
    """

    def __init__(self, exchange: Exchange, moments: Sequence[Moment], start: int, *, loops: bool = False) -> None:
        self._exchange = exchange
        self._moments = moments
        self._loops = loops
        self._next = 0
        self._shift = start - moments[0].at
        self._maker = open_house(exchange, MAKER)
        self._quotes: dict[tuple[Pair, Side], dict[int, Order]] = {}
        self._depths: dict[Pair, int] = {}
        self.pairs: tuple[Pair, ...] = tuple(dict.fromkeys(moment.pair for moment in moments))

    @property
    def ended(self) -> bool:
        """Whether everything was played."""
        return self._next == len(self._moments)

    def trades(self, pair: Pair) -> bool:
        """Whether the recording knows the pair."""
        return pair in self.pairs

    def price(self, pair: Pair) -> Decimal | None:
        """Half-way between the best recorded prices; None while there is none on one side."""
        best = self._best(pair)
        return None if best is None else (pair.price(best[0]) + pair.price(best[1])) / 2

    def fair_price(self, pair: Pair) -> int | None:
        """The same in whole price units, cut off."""
        best = self._best(pair)
        return None if best is None else sum(best) // 2

    def _best(self, pair: Pair) -> tuple[int, int] | None:
        bids, asks = (self._quotes.get((pair, side), {}) for side in _SIDES)
        return (max(bids), min(asks)) if bids and asks else None

    def step(self, now: int) -> None:
        """Let happen what was recorded up to this moment. Nothing happens unless the exchange is online."""
        while self._exchange.status == "online" and self._due(now):
            moment = self._moments[self._next]
            self._next += 1
            self._exchange.tick(moment.at + self._shift)
            self._play(moment)
            self._exchange.end_of_step()
        self._exchange.tick(now)

    def _due(self, now: int) -> bool:
        if self.ended and self._loops:
            end = self._moments[-1].at + self._shift
            self._next, self._shift = 0, end + SECOND - self._moments[0].at
        return not self.ended and self._moments[self._next].at + self._shift <= now

    # --- one moment -----------------------------------------------------------------------------------------------------

    def _play(self, moment: Moment) -> None:
        pair = moment.pair
        if moment.depth is not None:
            self._depths[pair] = moment.depth
        sides: tuple[tuple[Side, Levels], ...] = (("buy", moment.bids), ("sell", moment.asks))
        # What goes first makes room for what comes.
        for side, levels in sides:
            kept = {price for price, lots in levels if lots}
            gone = [price for price in self._side(pair, side) if price not in kept] if moment.whole else []
            self._withdraw(pair, side, gone + [price for price, lots in levels if not lots])
        for side, levels in sides:
            for price, lots in levels:
                if lots:
                    self._quote(pair, side, price, lots)
            self._withdraw(pair, side, self._beyond(pair, side))
        for trade in moment.trades:
            self._trade(pair, trade)

    def _side(self, pair: Pair, side: Side) -> dict[int, Order]:
        return self._quotes.setdefault((pair, side), {})

    def _quote(self, pair: Pair, side: Side, price: int, lots: int) -> None:
        quotes = self._side(pair, side)
        old = quotes.get(price)
        if old is not None and old.open and old.remaining == lots:
            return
        self._withdraw(pair, side, [price])
        self._fund(pair, side, price, lots)
        quotes[price] = self._exchange.quote(self._maker, pair, side, price=price, lots=lots, stays=True)

    def _withdraw(self, pair: Pair, side: Side, prices: Iterable[int]) -> None:
        quotes = self._side(pair, side)
        for price in prices:
            order = quotes.pop(price, None)
            if order is not None:
                self._exchange.withdraw_quote(order)

    def _beyond(self, pair: Pair, side: Side) -> list[int]:
        """Prices that were pushed out of the recorded window, which no recording says."""
        depth = self._depths.get(pair)
        return [] if depth is None else sorted(self._side(pair, side), reverse=side == "buy")[depth:]

    def _trade(self, pair: Pair, trade: RecordedTrade) -> None:
        left = trade.lots
        book = self._exchange.desk(pair.name).book
        for guest in self._guests_at(book.asks if trade.side == "buy" else book.bids, trade.price):
            lots = min(left, guest.remaining)
            if lots:
                self._exchange.fill(funded_house(self._exchange, guest, lots), guest, lots)
                left -= lots
        if left:
            self._exchange.print_trade(pair, trade.side, price=trade.price, lots=left, order_type=trade.order_type)

    def _guests_at(self, side: BookSide, price: int) -> list[Order]:
        """The guests that a trade at this price would have met, in the order of their turn."""
        found: list[Order] = []
        for level in side.top():
            if level.price < price if side.bids else level.price > price:
                break
            found += [order for order in level.orders.values() if order.account.name not in (MAKER, TAKER)]
        return found

    def _fund(self, pair: Pair, side: Side, price: int, lots: int) -> None:
        asset = pair.quote if side == "buy" else pair.base
        need = pair.money_needed(price * lots) if side == "buy" else lots * pair.lot
        if self._maker.available(asset) < need:
            self._exchange.deposit(MAKER, asset.name, asset.amount(1000 * need), self._exchange.now)
