"""The exchange as the servers share it: the engine with its market, the keys, the tokens, the clock and the faults."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, Unpack

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.clock import NanoClock, SandboxClock
from krakenkit.sandbox.engine import (
    Asset,
    EngineRefused,
    Event,
    Exchange,
    Market,
    Pair,
    SystemStatus,
    Terms,
    spot_instruments,
)
from krakenkit.sandbox.engine.derivatives import perpetuals
from krakenkit.sandbox.engine.recorded import Moment, RecordedMarket
from krakenkit.sandbox.engine.refusals import INVALID_AMOUNT
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.faults.script import Script, SkewedClock
from krakenkit.sandbox.futures.venue import CONTRACT_NAMES, FuturesVenue, apart
from krakenkit.sandbox.institutional.state import Institutions
from krakenkit.sandbox.keys import EVERYTHING, TRADING, KeyRing, KeyRules, Permissions
from krakenkit.sandbox.limits import LimitDesk, Limits
from krakenkit.sandbox.partners.state import Partners
from krakenkit.sandbox.tokens import Tokens
from krakenkit.signing.credentials import Credentials

Listener: TypeAlias = Callable[[Sequence[Event]], None]

WEALTH: Mapping[str, Number] = {
    "USD": 100_000,
    "EUR": 100_000,
    "USDT": 100_000,
    "USDC": 100_000,
    "BTC": 10,
    "ETH": 100,
    "SOL": 1_000,
    "XRP": 50_000,
    "DOGE": 200_000,
    "ADA": 50_000,
    "LTC": 500,
    "DOT": 10_000,
}
"""What a new account has when nothing else is asked for."""


class Venue:
    """One exchange. Only one thread touches it: the one whose loop serves it.

    Args:
        seed: makes the market and all ids; one seed, one market.
        market: whether all pairs and contracts trade by themselves, or which of them.
        clock: what time it is.
        recording: a market to be played; the pairs of it do nothing else, and other pairs trade only where they are named.
        loops: whether it is played again and again.
        limits: how often clients may call, trade, connect and speak.
    """

    def __init__(
        self,
        seed: int,
        *,
        market: bool | Collection[str] = True,
        clock: SandboxClock | None = None,
        recording: Sequence[Moment] = (),
        loops: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self.time = SandboxClock() if clock is None else clock
        """Exchange time itself, which may be moved and set to a speed."""
        self.faults = Script(self.time)
        self.clock: NanoClock = SkewedClock(self.time, self.faults)
        self.limits = LimitDesk(limits or Limits())
        now, dice = self.clock(), random.Random(f"{seed} exchange")
        self.market: Market | None = None
        self.recorded: RecordedMarket | None = None
        self.exchange = Exchange(
            spot_instruments(), dice, now, rates=self.limits.rates, terms=self.terms(), index=self._index
        )
        self.bank = Bank(self.exchange, seed)
        self.keys = KeyRing()
        self.tokens = Tokens()
        self.partners = Partners(seed, self.keys, self.bank)
        self.institutions = Institutions(seed, self.keys, self.bank)
        self.listeners: list[Listener] = []
        if recording:
            self.recorded = self._make_recorded(recording, loops=loops)
        pairs, contracts = apart(self._alongside(market))
        self.market = self._make_market(seed, pairs)
        self.futures = FuturesVenue(
            seed,
            clock=self.clock,
            faults=self.faults,
            limits=self.limits,
            symbols=contracts,
            spot=self.fair_price,
        )
        self.futures.to_spot = self.receive_from_futures
        self.listeners.append(self.futures.hear_spot)
        self.market_paused = False
        self.stepped_at = self.time()
        """When the market acted last, or would have."""
        self._own_listeners = len(self.listeners)

    def __getstate__(self) -> dict[str, Any]:
        # Who listens on behalf of sockets is no part of the exchange.
        return self.__dict__ | {"listeners": self.listeners[: self._own_listeners]}

    def fair_price(self, pair: str) -> Decimal | None:
        """What a pair is worth to the market right now; None without a market."""
        if self.recorded is not None and self.recorded.trades(found := self.exchange.pair(pair)):
            return self.recorded.price(found)
        return None if self.market is None else self.market.price(pair)

    def _index(self, pair: Pair) -> int | None:
        """The index of a pair: what the market takes it to be worth. Without a market there is none."""
        if self.recorded is not None and self.recorded.trades(pair):
            return self.recorded.fair_price(pair)
        return None if self.market is None else self.market.fair_price(pair)

    def _make_recorded(self, recording: Sequence[Moment], *, loops: bool) -> RecordedMarket:
        made = RecordedMarket(self.exchange, recording, self.clock(), loops=loops)
        made.step(self.clock())
        return made

    def _alongside(self, market: bool | Collection[str]) -> bool | Collection[str]:
        """What trades by itself beside a recording: what is named, else the contracts on what was recorded."""
        recorded = self.recorded
        if recorded is None or market is False:
            return market
        if market is True:
            return [one.symbol for one in perpetuals().all if recorded.trades(self.exchange.pair(one.index))]
        found = ((name, self.exchange.instruments.pair(name)) for name in market)
        return [name for name, pair in found if pair is None or not recorded.trades(pair)]

    def _make_market(self, seed: int, market: bool | Collection[str]) -> Market | None:
        if market is False or market == []:
            return None
        pairs = None if market is True else list(market)
        try:
            made = Market(self.exchange, random.Random(f"{seed} market"), pairs)
            made.history(self.clock())
        except EngineRefused:
            known = ", ".join([pair.symbol for pair in self.exchange.instruments.pairs] + CONTRACT_NAMES)
            raise SettingsError(f"market names a pair that the sandbox does not have; it has {known}.") from None
        return made

    def key(
        self,
        name: str,
        *,
        balances: Mapping[str, Number] | None,
        permissions: Permissions | None,
        **rules: Unpack[KeyRules],
    ) -> Credentials:
        """A new key of the account of this name, which is opened when it is new."""
        first = not self.bank.directory.knows(name)
        deposits = WEALTH if balances is None and first else balances or {}
        for asset, amount in deposits.items():
            self._check_deposit(asset, amount)
        for asset, amount in deposits.items():
            self.deposit(name, asset, amount)
        self.bank.directory.enter(name)
        wanted = TRADING if permissions is None else EVERYTHING if permissions == "all" else permissions
        made, secret = self.keys.make(name, name, wanted, self.clock(), **rules)
        return Credentials(made.key, secret, otp=None if made.second is None else made.second.giver(self.clock))

    @property
    def accounts(self) -> list[str]:
        """The names of all accounts of clients."""
        return self.bank.directory.all

    def deposit(self, account: str, asset: str, amount: Number) -> None:
        """Pay money into an account.

        Raises:
            SettingsError: for an asset the sandbox does not have, and an amount that cannot be paid in.
        """
        self._check_deposit(asset, amount)
        self.exchange.deposit(account, asset, exact(amount, name=asset), self.clock())
        self.settle()

    def _check_deposit(self, asset: str, amount: Number) -> None:
        try:
            self.exchange.check_deposit(asset, exact(amount, name=asset))
        except EngineRefused as refused:
            raise SettingsError(f"{amount} {asset} cannot be paid in: {refused.code}.") from None

    def receive_from_futures(self, account: str, asset: Asset, amount: Decimal) -> str:
        """Take over money that left the Futures account of this name; gives the reference.

        Raises:
            EngineRefused: for an amount that is finer than the asset is counted here.
        """
        units = to_units(amount, asset.decimals)
        if units is None:
            raise EngineRefused(INVALID_AMOUNT)
        reference = self.bank.pay_from_futures(account, asset.name, units, self.clock())
        self.settle()
        return reference

    def deposit_for(self, name: str, asset: str, amount: Number) -> None:
        """Pay money into the account of somebody who has a key."""
        if not self.bank.directory.knows(name):
            raise SettingsError(f"There is no account {name!r} yet; make a key for it first.")
        self.deposit(name, asset, amount)

    def terms(self) -> Terms:
        """What accounts pay."""
        return Terms(max_open_orders=self.limits.limits.figures.open_orders)

    def pass_time(self, *, step: bool) -> None:
        """Let happen what is due by now, and the market act once if it shall ``step`` and is not paused."""
        now = self.clock()
        self.stepped_at = self.time() if step else self.stepped_at
        acts = step and not self.market_paused
        if acts and self.recorded is not None:
            self.recorded.step(now)
        self.bank.tick(now)
        if acts and self.market is not None:
            self.market.step(now)
        else:
            self.exchange.tick(now)
        self.partners.pass_time(self.exchange, now)
        self.exchange.check_margins(now)
        self.settle()
        self.futures.pass_time(step=acts)

    def set_status(self, status: SystemStatus) -> None:
        """Put the exchange into another mode."""
        self.exchange.set_status(status, self.clock())
        self.settle()

    def settle(self) -> None:
        """Tell everybody what happened since the last time."""
        events = self.exchange.events()
        if events:
            for listener in self.listeners:
                listener(events)
