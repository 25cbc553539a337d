"""Private channels of the Unified WebSocket: the hub that lets subscriptions hear, and those of orders and money.

The account is the one of the key that fetched the token; its contracts are held by the derivatives account of that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar, Final

from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.engine import BalanceEvent
from krakenkit.sandbox.engine import Event as SpotEvent
from krakenkit.sandbox.engine.derivatives import Event, LogEntry, shown_unit
from krakenkit.sandbox.futures_ws_market import RHYTHM_SECONDS
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2_frames import Members, balance_row, channel_frame, ledger_row
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.unified_reports import fill_report, open_order_row, reports
from krakenkit.sandbox.unified_words import DERIVATIVES
from krakenkit.sandbox.venue import Venue

TRADES_SHOWN: Final = 50
# Without ``order_status`` only these remain: what begins and ends an order, and its fills.
_ALWAYS_TOLD: Final = frozenset({"new", "trade", "filled", "canceled", "expired"})
_TYPES: Final = {"futures trade": "trade", "cross-exchange transfer": "transfer"}
_WALLET: Final = "futures"


class Count:
    """Numbers messages, beginning with 1."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """The number of a message; it counts whether the message is sent or gets lost."""
        self._last += 1
        return self._last


class AccountReader:
    """One subscription of a private channel. ``count`` numbers its messages, where Kraken's pages have a sequence."""

    channel: ClassVar[str]

    def __init__(self, venue: Venue, line: Line, token: Token, count: Count | None = None) -> None:
        self.token = token
        self.account = token.key.account
        self._venue = venue
        self._exchange = venue.futures.exchange
        self._line = line
        self._count = count

    def begin(self) -> None:
        """Say how things are."""

    def hear(self, events: Sequence[Event]) -> None:
        """Tell of what happened on the derivatives market."""

    def hear_spot(self, events: Sequence[SpotEvent]) -> None:
        """Tell of what happened on the Spot market, where the channel covers it."""

    def beat(self) -> None:
        """Tell of what moves with the market, about once a second."""

    def say(self, kind: str, data: object) -> None:
        """Send a message of the channel, unless it is to get lost."""
        numbered = {} if self._count is None else {"sequence": self._count.next()}
        if kind == "snapshot" or not self._venue.faults.lost_report(self.channel):
            self._line.send(socket_json(channel_frame(self.channel, kind, data, **numbered)))


class AccountHub:
    """All private subscriptions of all lines."""

    def __init__(self) -> None:
        self._readers: dict[AccountReader, None] = {}
        self._due = 0.0

    def join(self, reader: AccountReader) -> None:
        """Let a subscription hear of its account from now on, beginning with how things are."""
        reader.token.holders += 1
        self._readers[reader] = None
        reader.begin()

    def leave(self, reader: AccountReader) -> None:
        """End a subscription."""
        del self._readers[reader]
        reader.token.holders -= 1

    def hear(self, events: Sequence[Event]) -> None:
        """Tell everybody what happened on the derivatives market."""
        for reader in self._readers:
            reader.hear(events)

    def hear_spot(self, events: Sequence[SpotEvent]) -> None:
        """Tell everybody what happened on the Spot market."""
        for reader in self._readers:
            reader.hear_spot(events)

    def beat(self, now: float) -> None:
        """Tell everybody how things fare, once a second of the steady clock."""
        if now < self._due:
            return
        self._due = now + RHYTHM_SECONDS
        for reader in self._readers:
            reader.beat()


class ExecutionsReader(AccountReader):
    """Reports about orders in contracts."""

    channel = "executions"

    def __init__(
        self, venue: Venue, line: Line, token: Token, *, orders: bool, trades: bool, every_status: bool
    ) -> None:
        super().__init__(venue, line, token, Count())
        self._orders = orders
        self._trades = trades
        self._every_status = every_status

    def begin(self) -> None:
        if self._orders:
            orders = self._exchange.open_orders(self.account)
            self.say("snapshot", [open_order_row(order) for order in reversed(orders)])
        if self._trades:
            # A frame of their own, as on Spot: a client that tells frames apart by their first row would mix them up.
            self.say("snapshot", list(self._fills()))

    def _fills(self) -> Iterator[Members]:
        for fill in self._exchange.fills(self.account)[:TRADES_SHOWN]:
            trades = reversed(self._exchange.trades(fill.contract))
            number = next((trade.seq for trade in trades if trade.uid == fill.trade_uid), None)
            yield fill_report(fill, number) | {"order_status": "filled"}

    def hear(self, events: Sequence[Event]) -> None:
        for row in reports(events, self.account):
            if self._every_status or row["exec_type"] in _ALWAYS_TOLD:
                self.say("update", [row])


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
