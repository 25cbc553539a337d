"""What a test can do to a sandbox while clients are connected: let things go wrong, and turn its wheels by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, TypeVar

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.sandbox.bank_controls import BankControls
from krakenkit.sandbox.clock import Speed
from krakenkit.sandbox.engine import SystemStatus
from krakenkit.sandbox.faults import Cut, Instead, Late, LineKind, Refuse, RestFault
from krakenkit.sandbox.levers import Journey, fill_order
from krakenkit.sandbox.market_controls import MarketControls
from krakenkit.sandbox.partner_controls import PartnerControls
from krakenkit.sandbox.rest import JSON
from krakenkit.sandbox.stage import Home, Stage
from krakenkit.sandbox.venue import Venue

T = TypeVar("T")


class Controls:
    """The levers of a sandbox. Each may be pulled from any thread; the table is in :class:`Sandbox`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._home = Home(stage)

    def _do(self, action: Callable[[], T], /) -> T:
        return self._home.do(action)

    @property
    def _venue(self) -> Venue:
        return self._stage.venue

    # --- lines ----------------------------------------------------------------------------------------------------------

    def drop_lines(self, kind: LineKind = "all") -> int:
        """Cut the open sockets in mid-air, as a failing network does; gives how many there were."""
        return self._do(lambda: self._drop_lines(kind))

    def _drop_lines(self, kind: LineKind) -> int:
        meant = [line for line in self._stage.server.lines if kind == "all" or line.private == (kind == "private")]
        for line in meant:
            line.cut()
        return len(meant)

    def silence(self, seconds: float, kind: LineKind = "all") -> None:
        """Keep the sockets open and say nothing for so long; what waited meanwhile comes afterwards."""
        self._do(lambda: self._venue.faults.silence(time.monotonic() + seconds, kind))

    def refuse_upgrades(self, status: int = 503, count: int = 1) -> None:
        """Answer the next attempts to open a socket with this HTTP status."""
        self._do(lambda: self._venue.faults.refuse_upgrades(status, count))

    def say(self, text: str) -> None:
        """Send this text to every open socket, JSON or not."""
        self._do(lambda: self._stage.server.say(text.encode()))

    # --- what is said on them -------------------------------------------------------------------------------------------

    def corrupt_next_checksum(self, symbol: str) -> None:
        """Let the next update of this book carry a wrong checksum."""
        self._do(lambda: self._venue.faults.corrupt_checksum(self._symbol(symbol)))

    def lose_next_book_update(self, symbol: str) -> None:
        """Let the next update of this book get lost, so that the books of its readers go wrong."""
        self._do(lambda: self._venue.faults.lose_update(self._symbol(symbol)))

    def lose_next_report(
        self,
        channel: Literal[
            "executions", "balances", "openOrders", "ownTrades", "fills", "open_orders", "open_positions"
        ] = "executions",
    ) -> None:
        """Let the next message of this private channel get lost: its sequence has a hole then."""
        self._do(lambda: self._venue.faults.lose_report(channel))

    def refuse_subscriptions(self, error: str = "EGeneral:Too many requests", count: int = 1) -> None:
        """Refuse the next subscriptions, symbol by symbol, with this string."""
        self._do(lambda: self._venue.faults.refuse_subscriptions(error, count))

    def delay_acks(self, seconds: float) -> None:
        """Let replies on sockets come so much later, until 0 is set again; data does not wait for them."""

        def delay() -> None:
            self._venue.faults.ack_delay = seconds

        self._do(delay)

    def stale_tokens(self) -> None:
        """Make every token stale: requests with it are refused, running subscriptions go on."""
        self._do(self._venue.tokens.spoil_all)

    def drop_after_command(self, method: str | None = None, count: int = 1) -> None:
        """Carry out the next trading command (of this method), then cut the line instead of answering."""
        self._do(lambda: self._venue.faults.cut_after_command(method, count))

    # --- REST -----------------------------------------------------------------------------------------------------------

    def answer_rest_with(
        self,
        status: int = 200,
        body: str | bytes = b"",
        *,
        path: str | None = None,
        count: int = 1,
        content_type: str = JSON,
    ) -> None:
        """Answer the next REST calls with this and do nothing of what they ask."""
        raw = body.encode() if isinstance(body, str) else body
        self._script(Instead(status, raw, content_type), path, count)

    def refuse_rest(self, code: str = "EService:Unavailable", *, path: str | None = None, count: int = 1) -> None:
        """Refuse the next REST calls with this string and do nothing of what they ask."""
        self._script(Refuse(code), path, count)

    def close_after_request(self, path: str | None = None, count: int = 1) -> None:
        """Carry the next REST calls out, then cut the line instead of answering: the lost order."""
        self._script(Cut(carried_out=True), path, count)

    def close_before_request(self, path: str | None = None, count: int = 1) -> None:
        """Read the next REST calls and cut the line without doing what they ask; to the client it looks the same."""
        self._script(Cut(carried_out=False), path, count)

    def delay_rest(self, seconds: float, *, path: str | None = None, count: int = 1) -> None:
        """Carry the next REST calls out at once and answer so much later."""
        self._script(Late(seconds), path, count)

    def _script(self, fault: RestFault, path: str | None, count: int) -> None:
        self._do(lambda: self._venue.faults.script_rest(fault, path, count))

    # --- the exchange ---------------------------------------------------------------------------------------------------

    def set_status(self, status: SystemStatus) -> None:
        """Put the exchange into another mode: ``online``, ``post_only``, ``cancel_only`` or ``maintenance``."""

        def change() -> None:
            self._venue.exchange.set_status(status, self._venue.clock())
            self._venue.settle()

        self._do(change)

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

    def deposit(self, name: str, asset: str, amount: Number) -> None:
        """Pay money into the account of this name.

        Raises:
            SettingsError: for an account without a key, an unknown asset, or an amount that cannot be paid in.
        """
        self._do(lambda: self._venue.deposit_for(name, asset, amount))

    def _symbol(self, name: str) -> str:
        pair = self._venue.exchange.instruments.pair(name)
        traded = self._venue.futures.contract(name) if pair is None else pair
        if traded is None:
            raise SettingsError(f"The sandbox has no pair {name!r} and no such contract; try BTC/USD or PF_XBTUSD.")
        return traded.symbol
