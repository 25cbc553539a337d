"""Private channels of the Unified WebSocket about what is held and what may be done: margin, positions, preferences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.engine.derivatives import FLEX, Contract, Event, Holding, LogEntry, WalletEvent
from krakenkit.sandbox.futures.ws_frames import balance_parts, position_row
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.unified.account import AccountReader
from krakenkit.sandbox.venue import Venue

_ZERO: Final = Decimal(0)
_ITS_OWN_NAMES: Final = frozenset({"instrument", "balance", "entry_price"})
"""What a position of the old feed says under names that are others here."""


class MarginReader(AccountReader):
    """The margin of the account: each message replaces one whole section.

    The names within are not on Kraken's page; it says what of the old balances feed each section holds, so these are the
    names of that feed.
    """

    channel = "margin"

    def __init__(self, venue: Venue, line: Line, token: Token) -> None:
        super().__init__(venue, line, token)
        self._told: dict[str, bytes] = {}

    def begin(self) -> None:
        self._tell(self._exchange.contracts.wallets)

    def hear(self, events: Sequence[Event]) -> None:
        wallets = {event.wallet for event in events if isinstance(event, WalletEvent) and event.account == self.account}
        if wallets:
            self._tell(wallets)

    def beat(self) -> None:
        """Values move with the mark prices, and are told with the rhythm of tickers."""
        if self._exchange.holdings(self.account):
            self._tell(self._exchange.contracts.wallets)

    def _tell(self, wallets: Collection[str]) -> None:
        """Say the sections of these wallets that have changed."""
        singles = [wallet for wallet in self._exchange.contracts.wallets if wallet != FLEX]
        if FLEX in wallets:
            parts = balance_parts(self._exchange, self.account, [FLEX])
            self._replace("multi_collateral", parts["flex_futures"])
        if any(wallet in wallets for wallet in singles):
            parts = balance_parts(self._exchange, self.account, singles)
            self._replace("single_collateral", parts["futures"])

    def _replace(self, section: str, data: Members) -> None:
        written = socket_json(data)
        if self._told.get(section) != written:
            self._told[section] = written
            self.say(section, data)


class PositionsReader(AccountReader):
    """Open positions: all of them first, then those that an event has touched.

    Sizes are signed, short ones negative, as on the old feed: the sign is not on Kraken's page. Neither are the names of the
    risk figures, which are those of the old feed too; with them, open positions are told anew about once a second.
    """

    channel = "positions"

    def __init__(self, venue: Venue, line: Line, token: Token, *, snapshot: bool, with_margin: bool) -> None:
        super().__init__(venue, line, token)
        self._snapshot = snapshot
        self._with_margin = with_margin
        self._told: dict[Contract, tuple[Decimal, Decimal]] = {}

    def begin(self) -> None:
        held = self._exchange.holdings(self.account)
        self._told = _sizes(held)
        if self._snapshot:
            self._tell("snapshot", [self._row(one) for one in held])

    def hear(self, events: Sequence[Event]) -> None:
        if not any(isinstance(event, LogEntry | WalletEvent) and event.account == self.account for event in events):
            return
        held = self._exchange.holdings(self.account)
        told, self._told = self._told, _sizes(held)
        rows = [self._row(one) for one in held if told.get(one.contract) != self._told[one.contract]]
        rows += [_closed(contract) for contract in told if contract not in self._told]
        if rows:
            self._tell("update", rows)

    def beat(self) -> None:
        held = self._exchange.holdings(self.account) if self._with_margin else []
        if held:
            self._tell("update", [self._row(one) for one in held])

    def _tell(self, kind: str, futures: list[Members]) -> None:
        self.say(kind, {"futures": futures, "options": [], "time": stamp(self._venue.clock())})

    def _row(self, held: Holding) -> Members:
        row: Members = {"symbol": held.contract.symbol, "size": held.size, "entry_price": held.entry_price}
        if not self._with_margin:
            return row
        figures = position_row(held)
        return row | {name: value for name, value in figures.items() if name not in _ITS_OWN_NAMES}


def _sizes(held: Sequence[Holding]) -> dict[Contract, tuple[Decimal, Decimal]]:
    return {one.contract: (one.size, one.entry_price) for one in held}


def _closed(contract: Contract) -> Members:
    return {"symbol": contract.symbol, "size": contract.qty(0), "entry_price": _ZERO}


class PreferencesReader(AccountReader):
    """Settings of the account. Everybody may trade contracts here, so that nothing comes after the snapshot."""

    channel = "preferences"

    def begin(self) -> None:
        self.say("snapshot", {"futures_permission": "enabled"})
