"""What one line on the private path of the Unified WebSocket has subscribed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import PERMISSION_DENIED
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.answers import Answers
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.spot_v2.subscriptions import answer_end, token_of
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.unified.account import AccountHub, AccountReader, Count, ExecutionsReader
from krakenkit.sandbox.unified.channels import PRIVATE_CHANNELS, private_channel, read_flag
from krakenkit.sandbox.unified.money import BalancesReader, LedgersReader
from krakenkit.sandbox.unified.positions import MarginReader, PositionsReader, PreferencesReader
from krakenkit.sandbox.unified.words import DERIVATIVES
from krakenkit.sandbox.venue import Venue

# Kraken's page says that the two exclude each other, but not in which words that is refused.
NOT_BOTH: Final = "'params.snapshot' is not valid together with 'params.with_margin'"


class UnifiedPrivate:
    """The subscriptions of one private line."""

    def __init__(self, venue: Venue, line: Line, hub: AccountHub) -> None:
        self._venue = venue
        self._line = line
        self._hub = hub
        self._readers: dict[str, AccountReader] = {}
        self._ledger_count = Count()
        """Ledger entries are counted for the connection, not for the subscription."""

    @property
    def any(self) -> bool:
        """Whether anything is subscribed."""
        return bool(self._readers)

    def end_all(self) -> None:
        """End everything: the line is gone."""
        for channel in list(self._readers):
            self._stop(channel)

    def subscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer a subscribe request, and say how things are.

        Raises:
            Denied: when it is refused.
        """
        channel = private_channel(members)
        token = token_of(self._venue, members, answers)
        if token is None:
            return
        self._check_room(channel, token)
        reader, options = self._reader(channel, members, token)
        self._stop(channel)
        self._venue.futures.open_account(token.key.account)
        self._readers[channel] = reader
        answers.accept("subscribe", _named(channel) | options)
        self._hub.join(reader)

    def _check_room(self, channel: str, token: Token) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            raise Denied(refusal)
        rules = PRIVATE_CHANNELS[channel]
        if rules.permission is not None and not token.key.may(rules.permission):
            raise Denied(PERMISSION_DENIED)
        if rules.once and channel in self._readers:
            raise Denied(f"Already subscribed to {channel} channel")

    def _reader(self, channel: str, members: Mapping[str, object], token: Token) -> tuple[AccountReader, Members]:
        """A subscription with the options of a request, and those as they are acknowledged.

        Raises:
            Denied: for odd options.
        """
        venue, line = self._venue, self._line
        match channel:
            case "executions":
                return self._executions(members, token)
            case "positions":
                return self._positions(members, token)
            case "balances":
                snapshot = read_flag(members, "snapshot", True)
                return BalancesReader(venue, line, token, snapshot=snapshot), {"snapshot": snapshot}
            case "margin":
                return MarginReader(venue, line, token), {}
            case "ledgers":
                return LedgersReader(venue, line, token, self._ledger_count), {}
            case _:
                return PreferencesReader(venue, line, token), {}

    def _executions(self, members: Mapping[str, object], token: Token) -> tuple[AccountReader, Members]:
        orders = read_flag(members, "snap_orders", True)
        trades = read_flag(members, "snap_trades", read_flag(members, "snapshot_trades", False))
        every_status = read_flag(members, "order_status", True)
        read_flag(members, "ratecounter", False)  # no counter of contracts is documented that could be told
        reader = ExecutionsReader(
            self._venue, self._line, token, orders=orders, trades=trades, every_status=every_status
        )
        return reader, {"snap_orders": orders, "snap_trades": trades}

    def _positions(self, members: Mapping[str, object], token: Token) -> tuple[AccountReader, Members]:
        if "snapshot" in members and "with_margin" in members:
            raise Denied(NOT_BOTH)
        snapshot, with_margin = read_flag(members, "snapshot", True), read_flag(members, "with_margin", False)
        reader = PositionsReader(self._venue, self._line, token, snapshot=snapshot, with_margin=with_margin)
        return reader, {"with_margin": with_margin} if "with_margin" in members else {"snapshot": snapshot}

    # --- unsubscribe ----------------------------------------------------------------------------------------------------

    def unsubscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer an unsubscribe request.

        Raises:
            Denied: when it is refused.
        """
        channel = private_channel(members)
        self._venue.tokens.check(members.get("token"), answers.now)
        answer_end(answers, _named(channel), there=self._stop(channel))

    def _stop(self, channel: str) -> bool:
        reader = self._readers.pop(channel, None)
        if reader is not None:
            self._hub.leave(reader)
        return reader is not None


def _named(channel: str) -> Members:
    named: Members = {"channel": channel}
    return named | {"asset_class": DERIVATIVES} if PRIVATE_CHANNELS[channel].by_class else named
