"""Private channels of the Unified WebSocket about money: balances, and the ledgers, which tell of positions too."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import BalanceEvent
from krakenkit.sandbox.engine import Event as SpotEvent
from krakenkit.sandbox.engine.derivatives import Event, LogEntry, shown_unit
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.frames import Members, balance_row, ledger_row
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.unified.account import AccountReader, Count
from krakenkit.sandbox.unified.words import DERIVATIVES
from krakenkit.sandbox.venue import Venue

# Spot's words for what it has too; other entries keep those of the account log.
_TYPES: Final = {"futures trade": "trade", "cross-exchange transfer": "transfer"}
_WALLET: Final = "futures"


class BalancesReader(AccountReader):
    """Balances of the whole account, later one ledger entry each.

    How the money behind contracts appears is not on Kraken's page: here it is in wallets of the type ``futures``, whose
    ids are the names of the margin accounts, and an entry's balance is that of its wallet.
    """

    channel = "balances"

    def __init__(self, venue: Venue, line: Line, token: Token, *, snapshot: bool) -> None:
        super().__init__(venue, line, token, Count())
        self._snapshot = snapshot

    def begin(self) -> None:
        if self._snapshot:
            self.say("snapshot", list(self._rows().values()))

    def _rows(self) -> dict[str, Members]:
        rows = {held.asset.display: balance_row(held) for held in self._venue.exchange.balances(self.account)}
        for (wallet, unit), amount in self._exchange.purses(self.account).items():
            name = shown_unit(unit)
            empty: Members = {"asset": name, "asset_class": "currency", "balance": Decimal(0), "wallets": []}
            row = rows.setdefault(name, empty)
            row["balance"] += amount
            row["wallets"].append({"type": _WALLET, "id": wallet, "balance": amount})
        return rows

    def hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, LogEntry) and event.account == self.account and not event.position_leg:
                wallet = {"wallet_type": _WALLET, "wallet_id": event.wallet}
                category = {"asset_class": "currency", "category": _kind(event)}
                self.say("update", [_money_row(event) | category | wallet])

    def hear_spot(self, events: Sequence[SpotEvent]) -> None:
        for event in events:
            if isinstance(event, BalanceEvent) and event.account == self.account:
                self.say("update", [ledger_row(event.entry)])


class LedgersReader(AccountReader):
    """Every change of the account: money, and sizes of positions.

    Names of what entries of contracts have besides are not on Kraken's page: here they are those of the account log.
    """

    channel = "ledgers"

    def hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, LogEntry) and event.account == self.account:
                self.say("update", [_change_row(event) | {"asset_class": DERIVATIVES}])

    def hear_spot(self, events: Sequence[SpotEvent]) -> None:
        for event in events:
            if isinstance(event, BalanceEvent) and event.account == self.account:
                self.say("update", [ledger_row(event.entry) | {"asset_class": "spot"}])


def _change_row(entry: LogEntry) -> Members:
    """What happened to money or to a position, with what is known of why."""
    fill = entry.fill
    row = _position_row(entry) if entry.position_leg else _money_row(entry) | _result(entry)
    more = {
        "trade_price": entry.price if fill is None else fill.price,
        "mark_price": None if fill is None else fill.mark_price,
        "funding_rate": entry.funding_rate,
        "realized_funding": entry.funding,
        "liquidation_fee": entry.liquidation_fee,
    }
    return row | {name: value for name, value in more.items() if value is not None}


def _money_row(entry: LogEntry) -> Members:
    """What moved in a wallet behind contracts; the fee is told apart from the amount, as on Spot."""
    fee = Decimal(0) if entry.fill is None else entry.fill.fee
    return _entry_head(entry) | {
        "asset": shown_unit(entry.asset),
        "amount": entry.new_balance - entry.old_balance + fee,
        "fee": fee,
        "balance": entry.new_balance,
    }


def _result(entry: LogEntry) -> Members:
    realized = entry.realized if entry.fill is None else entry.fill.realized
    return {} if realized is None else {"realized_pnl": realized}


def _position_row(entry: LogEntry) -> Members:
    """A position that changed its size."""
    fill = entry.fill
    return _entry_head(entry) | {
        "asset": entry.asset.upper(),
        "amount": entry.new_balance - entry.old_balance,
        "fee": Decimal(0),
        "balance": entry.new_balance,
        "old_average_entry_price": entry.old_entry if fill is None else fill.old_entry,
        "new_average_entry_price": entry.new_entry if fill is None else fill.new_entry,
    }


def _entry_head(entry: LogEntry) -> Members:
    return {
        "ledger_id": entry.uid,
        "ref_id": entry.uid if entry.fill is None else entry.fill.fill_id,
        "timestamp": stamp(entry.at),
        "type": _kind(entry),
    }


def _kind(entry: LogEntry) -> str:
    return _TYPES.get(entry.info, entry.info)
