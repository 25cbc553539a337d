"""The market of a sandbox as a test holds it in its hands: ``box.market``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol, TypeVar

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.sandbox.levers import move_price
from krakenkit.sandbox.venue import Venue

T = TypeVar("T")


class Doer(Protocol):
    """Runs an action on the thread of the sandbox."""

    def __call__(self, action: Callable[[], T], /) -> T: ...


class MarketControls:
    """Moves prices, and lets the market rest. All methods may be called from any thread."""

    def __init__(self, venue: Venue, do: Doer) -> None:
        self._venue = venue
        self._do = do

    def price(self, symbol: str) -> Decimal:
        """What a pair, or the index of a contract, is worth to the market right now.

        Raises:
            SettingsError: for a symbol that no market prices.
        """
        return self._do(lambda: self._price(symbol))

    def _price(self, symbol: str) -> Decimal:
        pair, contract = self._venue.exchange.instruments.pair(symbol), self._venue.futures.contract(symbol)
        price = None if pair is None else self._venue.fair_price(pair.name)
        if pair is None and contract is not None:
            price = self._venue.futures.index_price(contract)
        if price is None:
            raise SettingsError(f"The sandbox has no price of {symbol!r}: no market moves it.")
        return price

    def move(self, symbol: str, change: Number) -> None:
        """Move the price of a pair or a contract at once; its book trades through what stands in between.

        Every other pair of the same asset moves along, and so do the contracts on it.

        Args:
            change: ``"+2%"``, ``"-0.5%"``, ``"+150"``, or the new price: ``101000``.

        Raises:
            SettingsError: for a symbol that the market does not move, and a change that makes no price.
        """
        self._do(lambda: move_price(self._venue, symbol, change))

    def pause(self) -> None:
        """Let the market rest: books and prices stand still, clients trade on, time passes."""
        self._pause(True)

    def resume(self) -> None:
        """Let the market trade again."""
        self._pause(False)

    def _pause(self, paused: bool) -> None:
        def change() -> None:
            self._venue.market_paused = paused

        self._do(change)
