"""Turning the wheels of an exchange by hand: time that passes at once, prices that move when told, orders that get filled."""

from __future__ import annotations

import time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, isqrt
from typing import Final

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.sandbox.engine import EngineRefused, Market, Pair
from krakenkit.sandbox.engine.derivatives import Contract
from krakenkit.sandbox.engine.derivatives.market import TAKER as CONTRACT_TAKER
from krakenkit.sandbox.engine.derivatives.market import open_house as open_contract_house
from krakenkit.sandbox.engine.market import funded_house
from krakenkit.sandbox.engine.orders import Order
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.venue import Venue

SECOND: Final = 10**9
_SLICE_SECONDS: Final = 0.05
_FARTHEST: Final = 1000
"""A price moves to at most this many times what it was, or to no less than its part in this many."""


class Journey:
    """A stretch of exchange time to be passed, in steps of the market.

    Args:
        seconds: how long.
        steps: how many; twenty in a second when left out, and fewer to a second the longer it is.

    Raises:
        SettingsError: for a time that does not run forwards.
    """

    def __init__(self, venue: Venue, seconds: float | Decimal, steps: int | None = None) -> None:
        self._venue = venue
        self._length = _nanoseconds(seconds)
        self._steps = steps_for(self._length) if steps is None else steps
        if self._steps < 1:
            raise SettingsError("Time passes in one step or more.")
        self._taken = 0

    def go_on(self) -> bool:
        """Travel for a moment of real time; whether it is done."""
        until = time.monotonic() + _SLICE_SECONDS
        while self._taken < self._steps:
            self._step()
            if time.monotonic() >= until:
                break
        return self._taken == self._steps

    def _step(self) -> None:
        before, self._taken = self._length * self._taken // self._steps, self._taken + 1
        self._venue.time.move(self._length * self._taken // self._steps - before)
        self._venue.pass_time(step=True)


def steps_for(nanoseconds: int) -> int:
    """How many steps of the market so much time is divided into: a minute has 155, a day 5879."""
    return max(min(ceil(nanoseconds * 20 / SECOND), 20 * isqrt(nanoseconds * 100 // SECOND) // 10), 1)


def _nanoseconds(seconds: float | Decimal) -> int:
    try:
        length = int(Fraction(seconds) * SECOND)
    except (ValueError, OverflowError):
        length = -1
    if length < 0:
        raise SettingsError(f"{seconds!r} is no time to pass; give seconds, zero or more.")
    return length


# --- prices -----------------------------------------------------------------------------------------------------------


def move_price(venue: Venue, symbol: str, change: Number) -> None:
    """Move the fair price of a pair or a contract and let its book follow at once.

    What moves is the pair's base asset (its quote asset where the base is the dollar), so every pair of this asset moves
    along, and so do the contracts on it. A contract's price is moved by moving its index.

    Raises:
        SettingsError: for a symbol that no market moves, and a change that makes no price.
    """
    pair, contract, market = venue.exchange.instruments.pair(symbol), venue.futures.contract(symbol), venue.market
    if pair is not None and market is not None and market.trades(pair):
        _move_pair(venue, market, pair, ratio_of(change, market.price(pair.name)))
    elif pair is None and contract is not None and not _is_recorded(venue, contract.index):
        _move_contract(venue, contract, ratio_of(change, venue.futures.index_price(contract)))
    else:
        raise SettingsError(
            f"The market does not move {symbol!r}; it moves the pairs and contracts it trades by itself."
        )
    venue.futures.follow()


def _is_recorded(venue: Venue, symbol: str) -> bool:
    pair = venue.exchange.instruments.pair(symbol)
    return venue.recorded is not None and pair is not None and venue.recorded.trades(pair)


def _move_contract(venue: Venue, contract: Contract, ratio: Fraction) -> None:
    pair = venue.exchange.instruments.pair(contract.index)
    if venue.market is not None and pair is not None:
        _move_pair(venue, venue.market, pair, ratio)  # the index is what Spot says
    else:
        venue.futures.move_index(contract, ratio)


def _move_pair(venue: Venue, market: Market, pair: Pair, ratio: Fraction) -> None:
    asset = pair.base
    if asset.display == "USD":
        asset, ratio = pair.quote, 1 / ratio
    market.move(asset, ratio.numerator, ratio.denominator, venue.clock())
    venue.settle()


def ratio_of(change: Number, price: Decimal) -> Fraction:
    """What a price is multiplied with: ``+2%`` and ``-0.5%`` are relative, ``+100`` is added, anything else is the new price.

    Raises:
        SettingsError: for anything that is no change, or makes a price of nothing or beyond all reason.
    """
    text = str(change).strip()
    try:
        number = exact(text.removesuffix("%"), name="change")
    except (SettingsError, InvalidOperation):
        raise SettingsError(f'{change!r} is no change of a price; try "+2%", "-150" or "101000".') from None
    if text.endswith("%"):
        ratio = 1 + Fraction(number) / 100
    elif text[0] in "+-":
        ratio = 1 + Fraction(number) / Fraction(price)
    else:
        ratio = Fraction(number) / Fraction(price)
    if not Fraction(1, _FARTHEST) <= ratio <= _FARTHEST:
        raise SettingsError(f"{change!r} would move the price {price} too far; at most a thousandfold at once.")
    return ratio


# --- orders -----------------------------------------------------------------------------------------------------------


def fill_order(venue: Venue, order_id: str, qty: Number | None = None) -> None:
    """Let a house account trade with a resting order at its own price: all that remains of it, or so much.

    Orders that stand before it in the line are passed over.

    Raises:
        SettingsError: for an order that rests in no book, and a size that it does not have.
    """
    try:
        order = venue.exchange.resting_order(order_id)
    except EngineRefused:
        _fill_futures(venue, order_id, qty)
    else:
        _fill_spot(venue, order, qty)


def _fill_spot(venue: Venue, order: Order, qty: Number | None) -> None:
    lots = _lots(qty, order.pair, order.remaining)
    exchange = venue.exchange
    exchange.tick(venue.clock())
    exchange.fill(funded_house(exchange, order, lots), order, lots)
    exchange.end_of_step()
    venue.settle()


def _fill_futures(venue: Venue, order_id: str, qty: Number | None) -> None:
    exchange = venue.futures.exchange
    order = exchange.resting_order(order_id)
    if order is None:
        raise SettingsError(
            f"No order {order_id!r} rests in a book; it may be filled, gone, or waiting for its trigger."
        )
    lots = _lots(qty, order.contract.scale, order.remaining)
    exchange.tick(venue.clock())
    exchange.fill(open_contract_house(exchange, CONTRACT_TAKER), order, lots)
    venue.futures.settle()


def _lots(qty: Number | None, pair: Pair, remaining: int) -> int:
    lots = remaining if qty is None else to_units(exact(qty, name="qty"), pair.lot_decimals)
    if lots is None or not 0 < lots <= remaining:
        raise SettingsError(f"{qty} cannot be filled: {pair.qty(remaining)} remain of the order.")
    return lots
