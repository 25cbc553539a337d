"""The level 3 host of Spot v2: market data that needs a token. It speaks v2, has one channel and takes no orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from krakenkit.sandbox.engine import Event
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.answers import Answers
from krakenkit.sandbox.spot_v2.instruments import pair_of
from krakenkit.sandbox.spot_v2.level3_feeds import DeepSubject, Level3Feeds
from krakenkit.sandbox.spot_v2.session import HallV2, SpotV2Session
from krakenkit.sandbox.spot_v2.subscriptions import (
    NO_SYMBOL,
    PRIVATE_CHANNELS,
    PUBLIC_CHANNELS,
    TRY_PRIVATE,
    TRY_PUBLIC,
    UNKNOWN_CHANNEL,
    UNKNOWN_SYMBOL,
    WRONG_DEPTH,
    answer_end,
    symbols_of,
    token_of,
)
from krakenkit.sandbox.tokens import Token
from krakenkit.sandbox.venue import Venue

CHANNEL: Final = "level3"
COSTS: Final = {10: 5, 100: 25, 1000: 100}
"""What a subscription costs, by depth; other depths are not offered."""
# How Kraken refuses these two is in no source. The first is formed after its "Already subscribed to one ohlc interval on
# this symbol", the second is its word for too many requests elsewhere.
ONE_DEPTH: Final = "Already subscribed to one level3 depth on this symbol"
TOO_MANY: Final = "EGeneral:Too many requests"


class Level3Hall(HallV2):
    """All lines of level 3."""

    def __init__(self, venue: Venue) -> None:
        super().__init__(venue)
        self.feeds = Level3Feeds(venue)

    def session(self, line: Line) -> SpotV2Session:
        """A session for a new line."""
        return SpotV2Session(self, line, Level3Subscriptions(self.venue, line, self.feeds), trading=False)

    def hear(self, events: Sequence[Event]) -> None:
        super().hear(events)
        self.feeds.hear(events)


class Level3Subscriptions:
    """The subscriptions of one line: one depth for each symbol."""

    def __init__(self, venue: Venue, line: Line, feeds: Level3Feeds) -> None:
        self._venue = venue
        self._line = line
        self._feeds = feeds
        self._tokens: dict[DeepSubject, Token] = {}
        self._points = venue.limits.level3_points()

    @property
    def any(self) -> bool:
        """Whether anything is subscribed."""
        return bool(self._tokens)

    def end_all(self) -> None:
        """End everything: the line is gone."""
        for subject in list(self._tokens):
            self._leave(subject)

    def subscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer a subscribe request: one reply for each symbol, each followed by its snapshot.

        Raises:
            Denied: when the whole request is refused.
        """
        _check_channel(str(members.get("channel", "")))
        depth = _depth(members)
        token = token_of(self._venue, members, answers)
        if token is None:
            return
        for symbol in symbols_of(members):
            try:
                self._join(symbol, depth, token, members, answers)
            except Denied as denied:
                answers.refuse("subscribe", denied.code, symbol=symbol)

    def _join(self, symbol: str, depth: int, token: Token, members: Mapping[str, object], answers: Answers) -> None:
        pair = pair_of(self._venue.exchange, symbol)
        if pair is None:
            raise Denied(f"{UNKNOWN_SYMBOL} {symbol}")
        subject = DeepSubject(pair, depth)
        self._check_room(subject, answers.now)
        snapshot = members.get("snapshot", True) is True
        # The manual's table has a depth in this answer; its sample and a capture have none.
        answers.accept("subscribe", {"channel": CHANNEL, "symbol": symbol, "snapshot": snapshot})
        self._leave(subject)
        self._tokens[subject] = token
        token.holders += 1
        self._feeds.join(self._line, subject, snapshot=snapshot)

    def _check_room(self, subject: DeepSubject, now: int) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            raise Denied(refusal)
        if any(one.pair is subject.pair and one.depth != subject.depth for one in self._tokens):
            raise Denied(ONE_DEPTH)
        if len(self._tokens) >= self._venue.limits.level3_symbols and subject not in self._tokens:
            raise Denied(TOO_MANY)
        if self._points is not None and not self._points.spend(COSTS[subject.depth], now):
            raise Denied(TOO_MANY)

    def unsubscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer an unsubscribe request: one reply for each symbol.

        Raises:
            Denied: when the whole request is refused.
        """
        _check_channel(str(members.get("channel", "")))
        depth = _depth(members)
        self._venue.tokens.check(members.get("token"), answers.now)
        for symbol in symbols_of(members):
            pair = pair_of(self._venue.exchange, symbol)
            there = pair is not None and self._leave(DeepSubject(pair, depth))
            answer_end(answers, {"channel": CHANNEL, "symbol": symbol, "depth": depth}, there=there)

    def _leave(self, subject: DeepSubject) -> bool:
        token = self._tokens.pop(subject, None)
        if token is None:
            return False
        token.holders -= 1
        self._feeds.leave(self._line, subject)
        return True


def _check_channel(channel: str) -> None:
    if channel in PUBLIC_CHANNELS:
        raise Denied(TRY_PUBLIC)
    if channel in PRIVATE_CHANNELS:
        raise Denied(TRY_PRIVATE)
    if channel != CHANNEL:
        raise Denied(NO_SYMBOL if channel == "status" else UNKNOWN_CHANNEL)


def _depth(members: Mapping[str, object]) -> int:
    depth = members.get("depth", 10)
    if not isinstance(depth, int) or depth not in COSTS:
        raise Denied(WRONG_DEPTH)
    return depth
