"""Private feeds of the Futures WebSocket v1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from krakenkit.sandbox.engine.derivatives import (
    CASH,
    Contract,
    Event,
    Fill,
    LogEntry,
    Notice,
    OrderEvent,
    Trade,
    WalletEvent,
)
from krakenkit.sandbox.futures.encode import frame_json, millis
from krakenkit.sandbox.futures.venue import FuturesVenue
from krakenkit.sandbox.futures.ws_frames import (
    Members,
    balance_parts,
    fill_row,
    log_row,
    notice_row,
    order_row,
    position_row,
)
from krakenkit.sandbox.lines import Line

ORDERS: Final = "open_orders"
VERBOSE: Final = "open_orders_verbose"
PRIVATE_FEEDS: Final = frozenset(
    {ORDERS, VERBOSE, "fills", "balances", "open_positions", "account_log", "notifications_auth"}
)
_ROWS_SHOWN: Final = 100
_RHYTHM_SECONDS: Final = 1.0


@dataclass(slots=True, eq=False)
class FuturesReader:
    """One subscription of a private feed."""

    line: Line
    feed: str
    account: str
    products: frozenset[Contract] | None = None
    """Only these, for fills; None for all."""
    seq: int = 0
    """The number of the next message, where messages of the feed have one."""
    told_at: float = 0.0

    def next_seq(self) -> int:
        """The number of a message; it counts whether the message is sent or gets lost."""
        self.seq += 1
        return self.seq - 1

    def wants(self, fill: Fill) -> bool:
        return self.products is None or fill.contract in self.products


class FuturesAccountFeeds:
    """Tells account owners what happens to their orders, positions and money."""

    def __init__(self, venue: FuturesVenue) -> None:
        self._venue = venue
        self._readers: list[FuturesReader] = []
        self._open: set[str] = set()
        """Orders that the feeds have told of and that are still open."""

    def join(self, reader: FuturesReader, now: float) -> None:
        """Let a subscription hear of its account from now on, beginning with how things are."""
        self._readers.append(reader)
        reader.told_at = now
        reader.line.send(frame_json(self._first(reader)))

    def leave(self, reader: FuturesReader) -> None:
        """End a subscription."""
        self._readers.remove(reader)

    # --- how things are -------------------------------------------------------------------------------------------------

    def _first(self, reader: FuturesReader) -> Members:
        exchange, account = self._venue.exchange, reader.account
        uid = exchange.account_uid(account)
        match reader.feed:
            case "fills":
                fills = [fill_row(fill) for fill in exchange.fills(account) if reader.wants(fill)][:_ROWS_SHOWN]
                return {"feed": "fills_snapshot", "account": uid, "fills": fills[::-1]}
            case "balances":
                return self._balances("balances_snapshot", reader, [*exchange.contracts.wallets, CASH])
            case "open_positions":
                return self._positions(reader)
            case "account_log":
                return {
                    "feed": "account_log_snapshot",
                    "logs": [log_row(one) for one in exchange.log(account)[:_ROWS_SHOWN]],
                }
            case "notifications_auth":
                return {"feed": reader.feed, "notifications": [notice_row(one) for one in exchange.notices()]}
            case feed:
                orders = [order_row(order) for order in exchange.open_orders(account)]
                return {"feed": f"{feed}_snapshot", "account": uid, "orders": orders}

    def _balances(self, feed: str, reader: FuturesReader, wallets: Sequence[str]) -> Members:
        exchange = self._venue.exchange
        return {
            "feed": feed,
            "account": exchange.account_uid(reader.account),
            "timestamp": millis(self._venue.clock()),
            "seq": reader.next_seq(),
        } | balance_parts(exchange, reader.account, wallets)

    def _positions(self, reader: FuturesReader) -> Members:
        exchange = self._venue.exchange
        chosen = exchange.profit_currencies(reader.account)
        return {
            "feed": "open_positions",
            "account": exchange.account_uid(reader.account),
            "seq": reader.next_seq(),
            "timestamp": millis(self._venue.clock()),
            "positions": [
                position_row(one, chosen.get(one.contract, "USD")) for one in exchange.holdings(reader.account)
            ],
        }

    # --- what happens ---------------------------------------------------------------------------------------------------

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened."""
        wallets: dict[str, dict[str, None]] = {}
        moved: dict[str, None] = {}
        for event in events:
            match event:
                case OrderEvent():
                    self._tell_order(event)
                    if event.fill is not None:
                        moved[event.account] = None
                        self._tell_fill(event.fill)
                case Notice():
                    self._tell_notice(event)
                case LogEntry():
                    if event.contract is not None:
                        moved[event.account] = None
                    self._say("account_log", event.account, {"feed": "account_log", "new_entry": log_row(event)})
                case WalletEvent():
                    wallets.setdefault(event.account, {})[event.wallet] = None
                case Trade() | _:
                    pass
        for reader in self._readers:
            if reader.feed == "open_positions" and reader.account in moved:
                self._send(reader, self._positions(reader))
            elif reader.feed == "balances" and reader.account in wallets:
                self._send(reader, self._balances("balances", reader, list(wallets[reader.account])))

    def beat(self, now: float) -> None:
        """Tell how open positions fare; their value moves with the market."""
        for reader in self._readers:
            if reader.feed == "open_positions" and now - reader.told_at >= _RHYTHM_SECONDS:
                reader.told_at = now
                if self._venue.exchange.holdings(reader.account):
                    self._send(reader, self._positions(reader))

    def _tell_notice(self, notice: Notice) -> None:
        # Whether messages repeat the whole list is not published; here each tells what is new.
        frame: Members = {"feed": "notifications_auth", "notifications": [notice_row(notice)]}
        for reader in self._readers:
            if reader.feed == "notifications_auth":
                self._send(reader, frame)

    def _tell_fill(self, fill: Fill) -> None:
        uid = self._venue.exchange.account_uid(fill.account)
        meant = [
            one for one in self._readers if one.feed == "fills" and one.account == fill.account and one.wants(fill)
        ]
        if not meant or self._venue.faults.lost_report("fills"):
            return
        # Updates were seen to name the account so, where the snapshot says ``account``.
        frame = frame_json({"feed": "fills", "username": uid, "fills": [fill_row(fill)]})
        for reader in meant:
            reader.line.send(frame)

    def _tell_order(self, event: OrderEvent) -> None:
        order_id, told = event.order.order_id, event.order.order_id in self._open
        match event.kind:
            case "placed":
                self._open.add(order_id)
                self._say_order(event, is_cancel=False, whole=True)
            case "filled" if told:
                done = not event.order.remaining
                self._say_order(event, is_cancel=done, whole=True)
                if done:
                    self._open.discard(order_id)
            case "edited":
                self._say_order(event, is_cancel=False, whole=True)
            case "removed" | "fired" if told:
                self._open.discard(order_id)
                self._say_order(event, is_cancel=True, whole=False)
            case "rejected" if event.order.kind == "post":
                self._say_order(event, is_cancel=True, whole=True, feeds=(VERBOSE,))
            case _:
                pass

    def _say_order(
        self, event: OrderEvent, *, is_cancel: bool, whole: bool, feeds: Sequence[str] = (ORDERS, VERBOSE)
    ) -> None:
        subject: Members = {"order": order_row(event.order)} if whole else {"order_id": event.order.order_id}
        if not whole and event.order.cli_ord_id is not None:
            subject["cli_ord_id"] = event.order.cli_ord_id
        for feed in feeds:
            self._say(feed, event.account, {"feed": feed} | subject | {"is_cancel": is_cancel, "reason": event.reason})

    def _say(self, feed: str, account: str, frame: Members) -> None:
        meant = [reader for reader in self._readers if reader.feed == feed and reader.account == account]
        if not meant or self._venue.faults.lost_report(feed):
            return
        written = frame_json(frame)
        for reader in meant:
            reader.line.send(written)

    def _send(self, reader: FuturesReader, frame: Members) -> None:
        # A lost message was counted: that is how its loss shows.
        if not self._venue.faults.lost_report(reader.feed):
            reader.line.send(frame_json(frame))
