"""Private channels of Spot v2: every subscription has a count of its own messages, beginning with 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from krakenkit.sandbox.encode import socket_json
from krakenkit.sandbox.engine import BalanceEvent, Event, OrderEvent
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.frames import (
    Members,
    balance_row,
    channel_frame,
    ledger_row,
    open_order_row,
    past_trade_row,
    report_row,
)
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.venue import Venue

TRADES_SHOWN = 50
# Without ``order_status`` only these remain: what begins and ends an order, and its fills.
_ALWAYS_TOLD: Final = frozenset({"new", "trade", "filled", "canceled", "expired"})


@dataclass(slots=True, eq=False)
class Reader:
    """One subscription of a private channel."""

    line: Line
    channel: str
    token: Token
    every_status: bool = True
    ratecounter: bool = False
    everyone: bool = False
    """Whether it hears of the subaccounts of its account too."""
    sequence: int = field(default=0, init=False)

    def frame(self, kind: str, rows: Sequence[Members]) -> bytes:
        """The next message of the subscription; it is counted."""
        self.sequence += 1
        return socket_json(channel_frame(self.channel, kind, rows, sequence=self.sequence))


class AccountFeeds:
    """Tells account owners what happens to their orders and balances."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._readers: list[Reader] = []

    def join(self, reader: Reader) -> None:
        """Let a subscription hear of its account from now on."""
        reader.token.holders += 1
        self._readers.append(reader)

    def leave(self, reader: Reader) -> None:
        """End a subscription."""
        self._readers.remove(reader)
        reader.token.holders -= 1

    def show_orders(self, reader: Reader) -> None:
        """Send the open orders as a snapshot."""
        orders = self._venue.exchange.open_orders(reader.token.key.account)
        reader.line.send(reader.frame("snapshot", [open_order_row(order) for order in reversed(orders)]))

    def show_trades(self, reader: Reader) -> None:
        """Send the newest fills as a snapshot.

        A frame of their own: a client that tells frames apart by their first row would take reports for fills else.
        """
        trades = self._venue.exchange.trades(reader.token.key.account)[:TRADES_SHOWN]
        reader.line.send(reader.frame("snapshot", [past_trade_row(trade) for trade in trades]))

    def show_balances(self, reader: Reader) -> None:
        """Send all balances as a snapshot."""
        held = self._venue.exchange.balances(reader.token.key.account)
        reader.line.send(reader.frame("snapshot", [balance_row(one) for one in held]))

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened, one report a frame."""
        if not self._readers:
            return
        for event in events:
            match event:
                case OrderEvent():
                    self._tell(
                        "executions", event.account, report_row(event), ordinary=event.kind in _ALWAYS_TOLD, order=event
                    )
                case BalanceEvent():
                    self._tell("balances", event.account, ledger_row(event.entry), ordinary=True)
                case _:
                    pass

    def _tell(
        self, channel: str, account: str, row: Members, *, ordinary: bool, order: OrderEvent | None = None
    ) -> None:
        meant = [
            reader
            for reader in self._readers
            if reader.channel == channel and (ordinary or reader.every_status) and self._concerns(account, reader)
        ]
        if not meant:
            return
        lost = self._venue.faults.lost_report(channel)
        for reader in meant:
            told = row if order is None or not reader.ratecounter else row | self._rate(order)
            if reader.everyone:
                told = told | self._user(account)
            frame = reader.frame("update", [told])  # a lost message was counted: that is how its loss shows
            if not lost:
                reader.line.send(frame)

    def _concerns(self, account: str, reader: Reader) -> bool:
        own = reader.token.key.account
        return account == own or (reader.everyone and self._venue.bank.directory.belongs(account, own))

    def _user(self, account: str) -> Members:
        """Whose event it is. What Kraken writes here is in no source: here it is the number that transfers take."""
        return {"user": self._venue.bank.directory.number(account)}

    def _rate(self, event: OrderEvent) -> Members:
        """The rate counter of the order's pair, under the name that v1 has for it: no source shows v2's."""
        return {"ratecount": self._venue.limits.rate(event.account, event.order.pair, event.at)}
