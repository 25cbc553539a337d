"""What one Spot v1 line has subscribed: asking for it, getting it, and ending it.

The words of refusals are those that clients of Spot v1 have collected from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, cast

from krakenkit.sandbox.engine import INTERVALS, Pair
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import PERMISSION_DENIED
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v1.account import V1AccountFeeds, V1Reader
from krakenkit.sandbox.spot_v1.answers import V1Answers
from krakenkit.sandbox.spot_v1.market import V1MarketFeeds, V1Subject
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.spot_v2.market import DEPTHS
from krakenkit.sandbox.spot_v2.subscriptions import (
    NOT_SUBSCRIBED,
    TRY_PRIVATE,
    TRY_PUBLIC,
    UNKNOWN_CHANNEL,
    UNKNOWN_SYMBOL,
    WRONG_DEPTH,
    WRONG_INTERVAL,
)
from krakenkit.sandbox.tokens import NO_TOKEN, STALE_SESSION, Token
from krakenkit.sandbox.venue import Venue

NO_OBJECT = "Subscription field must be an object"
NO_ARRAY = "Pair field must be an array"
NO_PAIRS = "Pair(s) not found"
PAIRS_UNSUPPORTED = "Pair field unsupported for this subscription type"
UNKNOWN_FIELD = "Subscription object unsupported field"
NOT_ISO = "Currency pair not in ISO 4217-A3 format"
SUBSCRIBED_ALREADY = "Already subscribed"

_PUBLIC: Final = ("book", "ohlc", "spread", "ticker", "trade")
_PRIVATE: Final = {"openOrders": "query-open-trades", "ownTrades": "query-closed-trades"}
_DETAIL: Final = {"book": "depth", "ohlc": "interval"}
_OFFERED: Final = {"book": (DEPTHS, 10, WRONG_DEPTH), "ohlc": (INTERVALS, 1, WRONG_INTERVAL)}
_FIELDS: Final = frozenset(
    {"name", "depth", "interval", "token", "ratecounter", "snapshot", "consolidate_taker", "rebased"}
)
# An x after the letters marks xStocks.
_PAIR = re.compile(r"[A-Z0-9.]+x?/[A-Z0-9.]+")


class V1Subscriptions:
    """The subscriptions of one line."""

    def __init__(self, venue: Venue, line: Line, market: V1MarketFeeds, account: V1AccountFeeds) -> None:
        self._venue = venue
        self._line = line
        self._market = market
        self._account = account
        self._subjects: dict[V1Subject, None] = {}
        self._readers: dict[str, V1Reader] = {}

    @property
    def any(self) -> bool:
        """Whether anything is subscribed."""
        return bool(self._subjects or self._readers)

    def end_all(self) -> None:
        """End everything: the line is gone."""
        for subject in list(self._subjects):
            self._leave(subject)
        for channel in list(self._readers):
            self._stop_reading(channel)

    # --- subscribe ------------------------------------------------------------------------------------------------------

    def subscribe(self, request: Mapping[str, object], answers: V1Answers) -> None:
        """Answer a subscribe request: one status for each pair, each followed by how things are."""

        def each(asked: Members, pairs: list[object]) -> None:
            name = self._known(asked)
            if name in _PRIVATE:
                self._read_account(name, asked, pairs, answers)
                return
            detail = _detail(name, asked)
            for pair in _given(pairs):
                self._answer_each(asked, pair, answers, partial(self._join, name, pair, detail, answers))

        self._answer(request, answers, each)

    def _join(self, name: str, asked_pair: object, detail: int | None, answers: V1Answers) -> None:
        subject = V1Subject(name, self._pair(asked_pair), detail)
        if subject in self._subjects:
            raise Denied(SUBSCRIBED_ALREADY)
        self._check_luck()
        answers.subscription("subscribed", _named(subject), pair=asked_pair, channel=self._channel(subject))
        self._subjects[subject] = None
        self._market.join(self._line, subject)

    def _read_account(self, name: str, asked: Members, pairs: list[object], answers: V1Answers) -> None:
        if pairs:
            raise Denied(PAIRS_UNSUPPORTED)
        token = self._token(asked, answers.now)
        self._check_luck()
        if not token.key.may(_PRIVATE[name]):
            raise Denied(PERMISSION_DENIED)
        self._stop_reading(name)
        counted = str(asked.get("ratecounter", "")).lower() == "true"
        whole = name == "ownTrades" and asked.get("consolidate_taker", True) is not False
        reader = V1Reader(self._line, name, token, ratecounter=counted, consolidated=whole)
        self._readers[name] = reader
        told: Members = {"name": name}
        if name == "openOrders":
            told["maxratecount"] = self._venue.limits.most_rate
        answers.subscription("subscribed", told, channel={"channelName": name})
        # Open orders are always shown first; of trades one may do without.
        self._account.join(reader, snapshot=name == "openOrders" or asked.get("snapshot", True) is not False)

    def _check_luck(self) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            raise Denied(refusal)

    # --- unsubscribe ----------------------------------------------------------------------------------------------------

    def unsubscribe(self, request: Mapping[str, object], answers: V1Answers) -> None:
        """Answer an unsubscribe request: one status for each subscription that it ends."""
        channel_id = request.get("channelID")
        if isinstance(channel_id, int) and "subscription" not in request:
            request = {**request, "subscription": {"name": "*"}}

        def each(asked: Members, pairs: list[object]) -> None:
            if asked.get("name") == "*":
                self._end_many(pairs, channel_id, answers)
                return
            name = self._known(asked)
            if name in _PRIVATE:
                self._end_reading(name, asked, answers)
                return
            detail = _detail(name, asked)
            for pair in _given(pairs):
                self._answer_each(asked, pair, answers, partial(self._end, name, pair, detail, answers))

        self._answer(request, answers, each)

    def _end(self, name: str, asked_pair: object, detail: int | None, answers: V1Answers) -> None:
        subject = V1Subject(name, self._pair(asked_pair), detail)
        if not self._leave(subject):
            raise Denied(NOT_SUBSCRIBED)
        answers.subscription("unsubscribed", _named(subject), pair=asked_pair, channel=self._channel(subject))

    def _end_many(self, pairs: list[object], channel_id: object, answers: V1Answers) -> None:
        """End every public subscription of these pairs, or of this number, or all of them."""
        meant = [
            subject
            for subject in self._subjects
            if (not pairs or subject.pair.wsname in pairs)
            and (channel_id is None or self._market.channel_id(subject) == channel_id)
        ]
        if not meant:
            raise Denied(NOT_SUBSCRIBED)
        for subject in meant:
            self._end(subject.channel, subject.pair.wsname, subject.detail, answers)

    def _end_reading(self, name: str, asked: Members, answers: V1Answers) -> None:
        self._token(asked, answers.now)
        if not self._stop_reading(name):
            raise Denied(NOT_SUBSCRIBED)
        answers.subscription("unsubscribed", {"name": name}, channel={"channelName": name})

    # --- both -----------------------------------------------------------------------------------------------------------

    def _answer(
        self, request: Mapping[str, object], answers: V1Answers, each: Callable[[Members, list[object]], None]
    ) -> None:
        """Do it, or refuse it: once for each pair where pairs are named."""
        asked, pairs = request.get("subscription"), request.get("pair")
        try:
            each(_asked(asked), _pairs(pairs))
        except Denied as denied:
            for pair in cast("list[object]", pairs) if isinstance(pairs, list) and pairs else [None]:
                answers.subscription("error", asked, pair=pair, error=denied.code)

    def _answer_each(self, asked: Members, pair: object, answers: V1Answers, action: Callable[[], None]) -> None:
        try:
            action()
        except Denied as denied:
            answers.subscription("error", asked, pair=pair, error=denied.code)

    def _known(self, asked: Members) -> str:
        name = str(asked.get("name"))
        if name not in _PUBLIC and name not in _PRIVATE:
            raise Denied(UNKNOWN_CHANNEL)
        if name in _PRIVATE and not self._line.private:
            raise Denied(TRY_PRIVATE)
        if name in _PUBLIC and self._line.private:
            raise Denied(TRY_PUBLIC)
        if asked.keys() - _FIELDS:
            raise Denied(UNKNOWN_FIELD)
        return name

    def _token(self, asked: Members, now: int) -> Token:
        try:
            return self._venue.tokens.check(asked.get("token"), now)
        except Denied as denied:
            # As on Spot v2: a subscription without a token is refused as one with a stale one.
            raise Denied(STALE_SESSION if denied.code == NO_TOKEN else denied.code) from None

    def _pair(self, name: object) -> Pair:
        """The pair of this very name: Spot v1 takes ``XBT/USD`` only, neither ``BTC/USD`` nor small letters."""
        if not isinstance(name, str) or not _PAIR.fullmatch(name):
            raise Denied(f"{NOT_ISO} {name}")
        found = next((pair for pair in self._venue.exchange.instruments.pairs if pair.wsname == name), None)
        if found is None:
            raise Denied(f"{UNKNOWN_SYMBOL} {name}")
        return found

    def _channel(self, subject: V1Subject) -> Mapping[str, Any]:
        return {"channelID": self._market.channel_id(subject), "channelName": subject.name}

    def _leave(self, subject: V1Subject) -> bool:
        if subject not in self._subjects:
            return False
        del self._subjects[subject]
        self._market.leave(self._line, subject)
        return True

    def _stop_reading(self, channel: str) -> bool:
        reader = self._readers.pop(channel, None)
        if reader is not None:
            self._account.leave(reader)
        return reader is not None


def _asked(subscription: object) -> Members:
    if not isinstance(subscription, dict):
        raise Denied(NO_OBJECT)
    return cast("Members", subscription)


def _pairs(pairs: object) -> list[object]:
    if pairs is None:
        return []
    if not isinstance(pairs, list):
        raise Denied(NO_ARRAY)
    return cast("list[object]", pairs)


def _given(pairs: list[object]) -> Iterable[object]:
    if not pairs:
        raise Denied(NO_PAIRS)
    return pairs


def _named(subject: V1Subject) -> Members:
    """A subscription as its status describes it."""
    named: Members = {"name": subject.channel}
    return named if subject.detail is None else named | {_DETAIL[subject.channel]: subject.detail}


def _detail(name: str, asked: Members) -> int | None:
    """The depth or interval of a subscription.

    Raises:
        Denied: when it is not offered, or has no place here.
    """
    own = _DETAIL.get(name)
    for field in _DETAIL.values():
        if field != own and field in asked:
            raise Denied(f"Subscription {name} doesn't require {field}")
    if own is None:
        return None
    offered, usual, refusal = _OFFERED[name]
    value = asked.get(own, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Denied(f"Subscription {name} {own} must be an integer")
    if value not in offered:
        raise Denied(refusal)
    return value
