"""Private channels of the Unified WebSocket: the hub that lets subscriptions hear, and the reports about orders.

The account is the one of the key that fetched the token; its contracts are held by the derivatives account of that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from krakenkit.sandbox.encode import socket_json
from krakenkit.sandbox.engine import Event as SpotEvent
from krakenkit.sandbox.engine.derivatives import Event
from krakenkit.sandbox.futures.ws_market import RHYTHM_SECONDS
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.frames import Members, channel_frame
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.unified.reports import fill_report, open_order_row, reports
from krakenkit.sandbox.venue import Venue

TRADES_SHOWN: Final = 50
# Without ``order_status`` only these remain: what begins and ends an order, and its fills.
_ALWAYS_TOLD: Final = frozenset({"new", "trade", "filled", "canceled", "expired"})


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
        fills = self._exchange.fills(self.account)[:TRADES_SHOWN]
        contracts = dict.fromkeys(fill.contract for fill in fills)
        numbers = {trade.uid: trade.seq for contract in contracts for trade in self._exchange.trades(contract)}
        for fill in fills:
            yield fill_report(fill, numbers.get(fill.trade_uid)) | {"order_status": "filled"}

    def hear(self, events: Sequence[Event]) -> None:
        for row in reports(events, self.account):
            if self._every_status or row["exec_type"] in _ALWAYS_TOLD:
                self.say("update", [row])
