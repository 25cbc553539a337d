"""Private channels of Spot v1: every subscription has a count of its own messages, beginning with 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from krakenkit.sandbox.consolidation import by_taker, consolidated, together
from krakenkit.sandbox.engine import AccountTrade, Event, OrderEvent
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v1.frames import open_order_entry, order_report, own_trade_entry, written
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.venue import Venue

TRADES_SHOWN = 50


@dataclass(slots=True, eq=False)
class V1Reader:
    """One subscription of a private channel."""

    line: Line
    channel: str
    token: Token
    ratecounter: bool = False
    consolidated: bool = False
    """Whether it hears of what an order took at one moment as of one trade."""
    sequence: int = field(default=0, init=False)

    def frame(self, entries: Sequence[Members]) -> bytes:
        """The next message of the subscription; it is counted."""
        self.sequence += 1
        return written([list(entries), self.channel, {"sequence": self.sequence}])


class V1AccountFeeds:
    """Tells account owners what happens to their orders, and what they traded."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._readers: list[V1Reader] = []

    def join(self, reader: V1Reader, *, snapshot: bool) -> None:
        """Let a subscription hear of its account from now on, beginning with how it is unless told otherwise."""
        reader.token.holders += 1
        self._readers.append(reader)
        if snapshot:
            reader.line.send(reader.frame(self._snapshot(reader)))

    def leave(self, reader: V1Reader) -> None:
        """End a subscription."""
        self._readers.remove(reader)
        reader.token.holders -= 1

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened, one step a frame."""
        if not self._readers:
            return
        steps = [event for event in events if isinstance(event, OrderEvent)]
        whole = _whole_trades(event.trade for event in steps if event.trade is not None)
        for event in steps:
            self._tell(event.account, "openOrders", order_report(event), order=event)
            if event.trade is not None:
                self._tell_trade(event.account, event.trade, whole.get(event.trade.trade_id))

    def _tell_trade(self, account: str, trade: AccountTrade, whole: AccountTrade | None) -> None:
        """Tell of a fill, and of the ``whole`` trade that it completes to those who want it consolidated."""
        self._tell(account, "ownTrades", own_trade_entry(trade, live=True), whole=False)
        if whole is not None:
            self._tell(account, "ownTrades", own_trade_entry(whole, live=True), whole=True)

    def _snapshot(self, reader: V1Reader) -> list[Members]:
        exchange, account = self._venue.exchange, reader.token.key.account
        if reader.channel == "openOrders":
            return [open_order_entry(order) for order in reversed(exchange.open_orders(account))]
        trades = exchange.trades(account)
        newest = consolidated(reversed(trades))[::-1] if reader.consolidated else trades
        return [own_trade_entry(trade, live=False) for trade in newest[:TRADES_SHOWN]]

    def _tell(
        self,
        account: str,
        channel: str,
        entry: Members,
        *,
        order: OrderEvent | None = None,
        whole: bool = False,
    ) -> None:
        meant = [
            one
            for one in self._readers
            if one.channel == channel and one.token.key.account == account and one.consolidated == whole
        ]
        lost = bool(meant) and self._venue.faults.lost_report(channel)
        for reader in meant:
            told = entry if order is None or not reader.ratecounter else self._counted(entry, order)
            frame = reader.frame([told])  # a lost message was counted: that is how its loss shows
            if not lost:
                reader.line.send(frame)

    def _counted(self, entry: Members, event: OrderEvent) -> Members:
        """An entry of one order, with the rate counter of its pair."""
        count = str(self._venue.limits.rate(event.account, event.order.pair, event.at))
        return {order_id: members | {"ratecount": count} for order_id, members in entry.items()}


def _whole_trades(fills: Iterable[AccountTrade]) -> dict[str, AccountTrade]:
    """What the fills are when they are consolidated, by the id of the fill that completes each."""
    return {group[-1].trade_id: together(group) for group in by_taker(fills)}
