"""What one line on the public path of the Unified WebSocket has subscribed; level 3, which takes a token, is among it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from krakenkit.sandbox.engine import INTERVALS
from krakenkit.sandbox.engine.derivatives import Contract, Series
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.answers import Answers
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.spot_v2.level3 import COSTS, ONE_DEPTH, TOO_MANY
from krakenkit.sandbox.spot_v2.market import DEPTHS
from krakenkit.sandbox.spot_v2.subscriptions import (
    UNKNOWN_SYMBOL,
    WRONG_DEPTH,
    WRONG_INTERVAL,
    answer_end,
    symbols_of,
    token_of,
)
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.unified.channels import public_channel, read_flag
from krakenkit.sandbox.unified.market import INSTRUMENT, Subject, UnifiedMarketFeeds
from krakenkit.sandbox.unified.words import DERIVATIVES
from krakenkit.sandbox.venue import Venue

# Formed after Kraken's word for an interval that is not offered.
WRONG_TICK_TYPE: Final = "Subscription ohlc tick_type not supported"
_DETAIL: Final[Mapping[str, str]] = {"book": "depth", "level3": "depth", "ohlc": "interval"}
_DEFAULTS: Final[Mapping[str, int]] = {"book": 10, "level3": 10, "ohlc": 1}
_UNASKED: Final = frozenset({"trade"})
"""Channels without a snapshot unless it is asked for."""


class UnifiedSubscriptions:
    """The subscriptions of one public line."""

    def __init__(self, venue: Venue, line: Line, market: UnifiedMarketFeeds) -> None:
        self._venue = venue
        self._line = line
        self._market = market
        self._subjects: dict[Subject, Token | None] = {}
        self._points = venue.limits.level3_points()

    @property
    def any(self) -> bool:
        """Whether anything is subscribed."""
        return bool(self._subjects)

    def end_all(self) -> None:
        """End everything: the line is gone."""
        for subject in list(self._subjects):
            self._leave(subject)

    # --- subscribe ------------------------------------------------------------------------------------------------------

    def subscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer a subscribe request: one reply for each symbol, each followed by its snapshot.

        Raises:
            Denied: when the whole request is refused.
        """
        channel = public_channel(members)
        snapshot = read_flag(members, "snapshot", channel not in _UNASKED)
        if channel == INSTRUMENT:
            self._join(Subject(channel), None, answers, snapshot=snapshot)
            return
        detail, series = _detail(channel, members), _series(channel, members)
        symbols = symbols_of(members)
        token = token_of(self._venue, members, answers) if channel == "level3" else None
        if channel == "level3" and token is None:
            return
        for symbol in symbols:
            try:
                subject = Subject(channel, self._contract(symbol), detail, series)
                self._check_room(subject, answers.now)
                self._join(subject, token, answers, snapshot=snapshot)
            except Denied as denied:
                answers.refuse("subscribe", denied.code, symbol=symbol)

    def _contract(self, symbol: str) -> Contract:
        """The contract of a symbol, which is upper case here as on Kraken's page."""
        contract = self._venue.futures.contract(symbol)
        if contract is None or contract.symbol != symbol:
            raise Denied(f"{UNKNOWN_SYMBOL} {symbol}")
        return contract

    def _check_room(self, subject: Subject, now: int) -> None:
        """Level 3 has one depth a symbol and costs by its depth, as on Spot; the table of costs is cut off on the page."""
        if subject.channel != "level3" or subject.detail is None:
            return
        siblings = (one for one in self._subjects if (one.channel, one.contract) == ("level3", subject.contract))
        if any(one.detail != subject.detail for one in siblings):
            raise Denied(ONE_DEPTH)
        deep = sum(one.channel == "level3" for one in self._subjects)
        if deep >= self._venue.limits.level3_symbols and subject not in self._subjects:
            raise Denied(TOO_MANY)
        if self._points is not None and not self._points.spend(COSTS[subject.detail], now):
            raise Denied(TOO_MANY)

    def _join(self, subject: Subject, token: Token | None, answers: Answers, *, snapshot: bool) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            raise Denied(refusal)
        answers.accept("subscribe", _named(subject) | {"snapshot": snapshot})
        self._leave(subject)
        self._subjects[subject] = token
        if token is not None:
            token.holders += 1
        self._market.join(self._line, subject, snapshot=snapshot)

    # --- unsubscribe ----------------------------------------------------------------------------------------------------

    def unsubscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer an unsubscribe request: one reply for each symbol.

        Raises:
            Denied: when the whole request is refused.
        """
        channel = public_channel(members)
        if channel == "level3":
            self._venue.tokens.check(members.get("token"), answers.now)
        if channel == INSTRUMENT:
            subject = Subject(channel)
            answer_end(answers, _named(subject), there=self._leave(subject))
            return
        detail, series = _detail(channel, members), _series(channel, members)
        for symbol in symbols_of(members):
            subject = Subject(channel, self._venue.futures.contract(symbol), detail, series)
            answer_end(answers, _named(subject) | {"symbol": symbol}, there=self._leave(subject))

    def _leave(self, subject: Subject) -> bool:
        if subject not in self._subjects:
            return False
        token = self._subjects.pop(subject)
        if token is not None:
            token.holders -= 1
        self._market.leave(self._line, subject)
        return True


def _detail(channel: str, members: Mapping[str, object]) -> int | None:
    """The depth or the interval that is asked for.

    Raises:
        Denied: for one that is not offered.
    """
    if channel not in _DETAIL:
        return None
    value = members.get(_DETAIL[channel], _DEFAULTS[channel])
    offered = {"book": DEPTHS, "level3": tuple(COSTS), "ohlc": INTERVALS}[channel]
    if not isinstance(value, int) or isinstance(value, bool) or value not in offered:
        raise Denied(WRONG_INTERVAL if channel == "ohlc" else WRONG_DEPTH)
    return value


def _series(channel: str, members: Mapping[str, object]) -> Series:
    """The price that candles are asked of.

    Raises:
        Denied: for any other.
    """
    tick_type = members.get("tick_type", "trade")
    if channel != "ohlc" or tick_type == "trade":
        return "trade"
    if tick_type == "mark":
        return "mark"
    if tick_type == "spot":
        return "spot"
    raise Denied(WRONG_TICK_TYPE)


def _named(subject: Subject) -> Members:
    """What an acknowledgement repeats; the readable part of Kraken's page ends within the list for most channels."""
    named: Members = {"channel": subject.channel, "asset_class": DERIVATIVES}
    if subject.contract is not None:
        named["symbol"] = subject.contract.symbol
    if subject.channel in _DETAIL:
        named[_DETAIL[subject.channel]] = subject.detail
    if subject.channel == "ohlc":
        named["tick_type"] = subject.series
    return named
