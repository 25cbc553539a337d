"""What a test can do to a sandbox while clients are connected: turn its wheels by hand, and let things go wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, TypeVar

from krakenkit._core.numbers import Number
from krakenkit.sandbox.bank_controls import BankControls
from krakenkit.sandbox.clock import Speed
from krakenkit.sandbox.engine import SystemStatus
from krakenkit.sandbox.fault_site import FaultSite
from krakenkit.sandbox.faults import Faults
from krakenkit.sandbox.levers import Journey, fill_order
from krakenkit.sandbox.market_controls import MarketControls
from krakenkit.sandbox.partner_controls import PartnerControls
from krakenkit.sandbox.picture import Picture, state_of
from krakenkit.sandbox.stage import Home, Stage
from krakenkit.sandbox.venue import Venue

T = TypeVar("T")


class Controls:
    """The levers of a sandbox. Each may be pulled from any thread."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._home = Home(stage)
        self.faults = Faults(FaultSite(stage), self._do)
        """What can be made to go wrong: each fault is a method, see :class:`krakenkit.sandbox.faults.Faults`."""

    def _do(self, action: Callable[[], T], /) -> T:
        return self._home.do(action)

    @property
    def _venue(self) -> Venue:
        return self._stage.venue

    # --- the exchange ---------------------------------------------------------------------------------------------------

    def set_status(self, status: SystemStatus) -> None:
        """Put the exchange into another mode: ``online``, ``post_only``, ``cancel_only`` or ``maintenance``."""

        self._do(lambda: self._venue.set_status(status))

    def state(self, *, depth: int = 10, account: str | None = None, trades: int = 100) -> Picture:
        """The truth: clock, mode, accounts and books of Spot and Futures, to compare a client's picture with.

        Amounts are exact decimal text and moments RFC 3339, so that it goes into JSON as it is.

        Args:
            depth: levels of each side of a book; books without orders are left out.
            account: only this one; all that have a key when left out.
            trades: the newest trades and closed orders of each account, so many.
        """
        return self._do(lambda: state_of(self._venue, depth=depth, account=account, trades=trades))

    @property
    def partners(self) -> PartnerControls:
        """What partners' users and institutions do outside of the API: ``consent()``, ``complete_payment()``, …"""
        return PartnerControls(self._venue, self._do)

    # --- time and the market --------------------------------------------------------------------------------------------

    @property
    def market(self) -> MarketControls:
        """The market in your hands: ``box.market.move("BTC/USD", "+2%")``, ``pause()``, ``resume()``, ``price(symbol)``."""
        return MarketControls(self._venue, self._do)

    @property
    def bank(self) -> BankControls:
        """The bank in your hands: ``box.bank.announce_deposit("trader", "BTC", 1)``, ``save_address()``, ``hold()``, …"""
        return BankControls(self._venue, self._do)

    @property
    def now(self) -> int:
        """What time it is on the exchange, in nanoseconds since 1970."""
        return self._do(self._venue.clock)

    @property
    def speed(self) -> Speed:
        """Seconds of exchange time in a second: 0 stands still, 1 is real time, ``max`` as fast as possible; may be set."""
        return self._do(lambda: self._venue.time.speed)

    @speed.setter
    def speed(self, speed: Speed) -> None:
        def change() -> None:
            self._venue.time.speed = speed

        self._do(change)

    def advance(self, seconds: float | Decimal = 1, *, steps: int | None = None) -> None:
        """Let so much exchange time pass at once: orders expire, candles close, funding is paid, and the market acts.

        A day of the whole market takes a minute or so. Called from another thread, sockets are served meanwhile; called
        on the sandbox's own loop, everything is sent afterwards, and who has too much to read is cut off.

        Args:
            steps: how many steps of the market that is; left out, twenty in a second, and fewer in each the longer it is.

        Raises:
            SettingsError: for a time that runs backwards.
        """
        journey = Journey(self._venue, seconds, steps)
        while not self._do(journey.go_on):
            pass

    def fill(self, order_id: str, qty: Number | None = None) -> None:
        """Fill a client's resting order, of Spot or Futures, at its own price: all that remains of it, or so much.

        A house account trades with it, past whoever stands before it in the line.

        Raises:
            SettingsError: for an order that rests in no book, and a size that it does not have.
        """
        self._do(lambda: fill_order(self._venue, order_id, qty))

    # --- money ----------------------------------------------------------------------------------------------------------

    def deposit(self, name: str, asset: str, amount: Number, *, product: Literal["spot", "futures"] = "spot") -> None:
        """Pay money into the account of this name; those of Futures are separate from those of Spot.

        Raises:
            SettingsError: for an account without a key, an unknown asset, or an amount that cannot be paid in.
        """
        venue = self._venue.futures if product == "futures" else self._venue
        self._do(lambda: venue.deposit_for(name, asset, amount))
