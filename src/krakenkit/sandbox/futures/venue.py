"""The derivatives exchange as its servers share it: the engine with its market, the keys and the index prices."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.sandbox.engine import Asset, EngineRefused, StatusEvent, SystemStatus
from krakenkit.sandbox.engine import Event as SpotEvent
from krakenkit.sandbox.engine.catalogue import USD
from krakenkit.sandbox.engine.derivatives import (
    CASH,
    COLLATERAL,
    FLEX,
    ONE,
    Contract,
    ContractMarket,
    DerivativesExchange,
    Event,
    Mode,
    contracts_at,
    perpetuals,
    price_units,
)
from krakenkit.sandbox.engine.refusals import INVALID_AMOUNT, UNAVAILABLE
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.engine.walks import Walks
from krakenkit.sandbox.faults.script import Script
from krakenkit.sandbox.futures.assignment import Assignments
from krakenkit.sandbox.futures.keys import EVERYTHING, TRADING, FuturesKeyRing
from krakenkit.sandbox.futures.rfq import RfqDesk
from krakenkit.sandbox.keys import Permissions
from krakenkit.sandbox.limits import LimitDesk
from krakenkit.sandbox.names import Names
from krakenkit.signing.credentials import Credentials

Listener: TypeAlias = Callable[[Sequence[Event]], None]
SpotPrices: TypeAlias = Callable[[str], Decimal | None]
"""What a Spot pair is worth right now; None where no Spot market trades."""
ToSpot: TypeAlias = Callable[[str, Asset, Decimal], str]
"""Pays an amount of an asset into the Spot account of this name; gives the reference."""

MARGIN: Mapping[str, Number] = {"USD": 100_000, "BTC": 2}
"""What a new account has when nothing else is asked for: dollars in ``flex``, bitcoin behind ``PI_XBTUSD``."""
_MODES: Final[Mapping[SystemStatus, Mode]] = {
    "online": "open",
    "post_only": "post_only",
    "cancel_only": "suspended",
    "maintenance": "suspended",
}


CONTRACT_NAMES: Final = [*(contract.symbol for contract in perpetuals().all), "FI_XBTUSD", "FF_XBTUSD"]
"""What a market can be asked for by: perpetual contracts by their symbols, dated ones by their series."""


def apart(market: bool | Collection[str]) -> tuple[bool | list[str], Collection[str] | None]:
    """What of a sandbox's ``market`` is Spot's, and which contracts are meant; None for all of them.

    Dated contracts are meant by the name of their series, ``FI_XBTUSD`` or ``FF_XBTUSD``, with or without a date.
    """
    if isinstance(market, bool):
        return market, None if market else ()
    contracts = [name.upper() for name in market if _series(name.upper()) in CONTRACT_NAMES]
    return [name for name in market if name.upper() not in contracts], [_series(name) for name in contracts]


def _series(symbol: str) -> str:
    """The name of a contract without the day it expires."""
    return "_".join(symbol.split("_")[:2])


class IndexPrices:
    """The index price of every contract, in its price units. It is reckoned when it is first asked for, and when told."""

    def __init__(self, spot: SpotPrices, walks: Walks) -> None:
        self._spot = spot
        self._walks = walks
        self._units: dict[Contract, int] = {}

    def __call__(self, contract: Contract) -> int:
        units = self._units.get(contract)
        return self.follow(contract) if units is None else units

    def follow(self, contract: Contract) -> int:
        """Let the price of a contract be what it is worth now; gives it."""
        price = self._spot(contract.index)
        units = self._walks.price(contract.scale) if price is None else price_units(contract, price)
        self._units[contract] = units
        return units

    def dollars(self, asset: Asset) -> int:
        """What a unit of a currency is worth now, in billionths of a dollar."""
        try:
            price = self._spot(f"{asset.display}/USD")
        except EngineRefused:  # not every currency has a pair with the dollar
            price = None
        return self._walks.dollars(asset) if price is None else int(price * ONE)


class FuturesVenue:
    """One derivatives exchange beside the Spot one. Only one thread touches it: the one whose loop serves it.

    Args:
        seed: makes the market and all ids.
        symbols: the contracts that trade by themselves; all of them for None.
        spot: where index prices come from; without a Spot market they wander by themselves.
    """

    def __init__(
        self,
        seed: int,
        *,
        clock: Callable[[], int],
        faults: Script,
        limits: LimitDesk,
        symbols: Collection[str] | None,
        spot: SpotPrices,
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.limits = limits
        self.contracts = contracts_at(clock())
        self.keys = FuturesKeyRing()
        self.listeners: list[Listener] = []
        self._walks = self._make_walks(seed)
        self.to_spot: ToSpot | None = None
        self._index = IndexPrices(spot, self._walks)
        rng = random.Random(f"{seed} derivatives")
        self.exchange = DerivativesExchange(self.contracts, rng, clock(), self._index)
        self._follow_index()
        self._market = self._make_market(seed, symbols)
        self._accounts: set[str] = set()
        self.rfqs = RfqDesk(Names(random.Random(f"{seed} rfqs")))
        self.assignments = Assignments()

    def __getstate__(self) -> dict[str, Any]:
        # Who listens does so on behalf of sockets, which are no part of the exchange.
        return self.__dict__ | {"listeners": []}

    def _make_walks(self, seed: int) -> Walks:
        scales = [contract.scale for contract in self.contracts.all]
        traded = [asset for scale in scales for asset in (scale.base, scale.quote)]
        assets = dict.fromkeys(traded + [terms.asset for terms in COLLATERAL.values()])
        return Walks(assets, random.Random(f"{seed} index"))

    def _make_market(self, seed: int, symbols: Collection[str] | None) -> ContractMarket | None:
        chosen = [one for one in self.contracts.all if symbols is None or _series(one.symbol) in symbols]
        if not chosen:
            return None
        made = ContractMarket(self.exchange, self._walks, random.Random(f"{seed} contracts"), chosen)
        made.history(self._index, self.clock())
        self.exchange.events()
        return made

    def contract(self, symbol: str) -> Contract | None:
        """The contract of this symbol, whatever its case."""
        return self.contracts.find(symbol)

    def index_symbol(self, contract: Contract) -> str:
        """The index that a contract follows, as the exchange names it."""
        return f"in_{contract.scale.base.altname.lower()}usd"

    def reference_symbol(self, contract: Contract) -> str:
        """The reference rate of a contract's coin, as the exchange names it."""
        return f"rr_{contract.scale.base.altname.lower()}usd"

    def key(self, name: str, *, balances: Mapping[str, Number] | None, permissions: Permissions | None) -> Credentials:
        """A new key of the account of this name, which is opened when it is new.

        Raises:
            SettingsError: for a permission that no Futures key has, and money that cannot be paid in.
        """
        unknown = set[str]() if permissions == "all" else set(permissions or ()) - EVERYTHING
        if unknown:
            raise SettingsError(f"No Futures key has {sorted(unknown)}; there are {', '.join(sorted(EVERYTHING))}.")
        self.open_account(name, balances)
        wanted = TRADING if permissions is None else EVERYTHING if permissions == "all" else permissions
        made, secret = self.keys.make(name, wanted, self.clock())
        return Credentials(made.key, secret)

    def open_account(self, name: str, balances: Mapping[str, Number] | None = None) -> None:
        """Pay the money in that an account gets: what is asked for, else ``MARGIN`` for a new one and nothing for an old."""
        first = name not in self._accounts
        for currency, amount in (MARGIN if balances is None and first else balances or {}).items():
            self.deposit(name, currency, amount)
        self._accounts.add(name)

    @property
    def accounts(self) -> list[str]:
        """The names of those who have a key."""
        return sorted(self._accounts)

    def deposit(self, account: str, currency: str, amount: Number) -> None:
        """Pay money into the wallet whose contracts are settled in its currency; other collateral goes into ``flex``.

        Raises:
            SettingsError: for a currency without a wallet, and an amount that cannot be paid in.
        """
        single = {name: wallet for wallet, asset in self.contracts.wallets.items() for name in _names(asset)}
        flex = {name: one.asset for one in COLLATERAL.values() for name in _names(one.asset)}
        asset = flex.get(currency.upper())
        if asset is None:
            raise SettingsError(f"No Futures wallet holds {currency!r}; there are {', '.join(sorted(flex))}.")
        wallet = single.get(currency.upper(), FLEX)
        try:
            paid = exact(amount, name=currency)
            self.exchange.deposit(account, wallet, paid, self.clock(), unit=asset.altname)
        except EngineRefused as refused:
            raise SettingsError(f"{amount} {currency} cannot be paid in: {refused.code}.") from None
        self.settle()

    def deposit_for(self, name: str, currency: str, amount: Number) -> None:
        """Pay money into a wallet of somebody who has a key."""
        if name not in self._accounts:
            raise SettingsError(f"There is no Futures account {name!r} yet; make a key for it first.")
        self.deposit(name, currency, amount)

    def receive(self, account: str, asset: Asset, amount: Decimal) -> None:
        """Take money over from the Spot account of this name; it goes into the ``cash`` wallet.

        Raises:
            EngineRefused: for an amount that is not positive.
        """
        self.exchange.deposit(account, CASH, amount, self.clock(), unit=asset.altname)
        self.settle()

    def release(self, account: str, asset: Asset, amount: Decimal, *, wallet: str = CASH) -> str:
        """Give money of a wallet to the Spot account of this name; gives the reference.

        Raises:
            EngineRefused: for more than can be taken out, an unknown wallet, an amount finer than Spot counts, and
                where there is no Spot exchange.
        """
        if self.to_spot is None:
            raise EngineRefused(UNAVAILABLE)
        if to_units(amount, asset.decimals) is None:
            raise EngineRefused(INVALID_AMOUNT)
        self.exchange.withdraw(account, wallet, amount, self.clock(), unit=asset.altname)
        self.settle()
        return self.to_spot(account, asset, amount)

    def hear_spot(self, events: Sequence[SpotEvent]) -> None:
        """Take over the mode of the exchange, and tell of maintenance."""
        for event in events:
            if isinstance(event, StatusEvent):
                self.exchange.mode = _MODES[event.status]
                if event.status == "maintenance":
                    self.exchange.announce_maintenance(self.clock())
                    self.settle()

    def pass_time(self, *, step: bool) -> None:
        """Let happen what is due by now, and the market act once if it shall ``step``."""
        if step:
            self._walks.step(self.clock())
        self._act(step=step)

    def _act(self, *, step: bool) -> None:
        listed, now = self.contracts.all, self.clock()
        # What is due by now happens at the prices so far. Books follow the new ones before triggers and margins are looked
        # at: a stop that a fall sets off shall not sell to bids from before the fall.
        self.exchange.tick(now)
        self._follow_index()
        if self._market is not None and self.contracts.all is not listed:
            self._market.follow(self.contracts.all, self._index)
        if step and self._market is not None and self.exchange.mode == "open":
            self._market.step(self._index)
        self.exchange.reprice(now)
        self.settle()

    def index_price(self, contract: Contract) -> Decimal:
        """What a contract's index stands at."""
        return contract.price(self._index(contract))

    def move_index(self, contract: Contract, ratio: Fraction) -> None:
        """Multiply the index of a contract that follows no Spot market."""
        self._walks.move(contract.scale.base, ratio.numerator, ratio.denominator)

    def follow(self) -> None:
        """Let index, triggers and the market follow what moved, without any time passing."""
        self._act(step=True)

    def settle(self) -> None:
        """Tell everybody what happened since the last time."""
        events = self.exchange.events()
        if events:
            for listener in self.listeners:
                listener(events)

    def _follow_index(self) -> None:
        for contract in self.contracts.all:
            self._index.follow(contract)
        for terms in COLLATERAL.values():
            if terms.asset is not USD:
                self.exchange.set_rate(terms.asset.altname, self._index.dollars(terms.asset))


def _names(asset: Asset) -> tuple[str, str]:
    return asset.altname, asset.display
