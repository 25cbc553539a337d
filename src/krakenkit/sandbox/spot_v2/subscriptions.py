"""What one Spot v2 line has subscribed: asking for it, getting it, and ending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from krakenkit.sandbox.engine import INTERVALS
from krakenkit.sandbox.engine.instruments import TOKENIZED
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import PERMISSION_DENIED
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2 import instruments
from krakenkit.sandbox.spot_v2.account import AccountFeeds, Reader
from krakenkit.sandbox.spot_v2.answers import Answers
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.spot_v2.instruments import pair_of
from krakenkit.sandbox.spot_v2.market import DEPTHS, MarketFeeds, Subject
from krakenkit.sandbox.tokens import NO_TOKEN, STALE_SESSION, Token
from krakenkit.sandbox.venue import Venue

UNKNOWN_SYMBOL = "Currency pair not supported"
NO_SYMBOL = "Symbol(s) not found"
UNKNOWN_CHANNEL = "Subscription name invalid"
NOT_SUBSCRIBED = "Subscription Not Found"
# What v2 says to a depth or an interval that is not offered is in no source; these are the words of v1.
WRONG_DEPTH = "Subscription depth not supported"
WRONG_INTERVAL = "Subscription ohlc interval not supported"
ONE_INTERVAL = "Already subscribed to one ohlc interval on this symbol"
TRY_PRIVATE = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
TRY_PUBLIC = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"

PUBLIC_CHANNELS: Final = frozenset({"ticker", "book", "trade", "ohlc", "instrument"})
PRIVATE_CHANNELS: Final[Mapping[str, str]] = {"executions": "query-open-trades", "balances": "query-funds"}
_DETAIL: Final[Mapping[str, str]] = {"ticker": "event_trigger", "book": "depth", "ohlc": "interval"}
_DEFAULTS: Final[Mapping[str, int | str]] = {"ticker": "trades", "book": 10, "ohlc": 1}
_WARNINGS: Final[Mapping[str, Sequence[str]]] = {
    "ohlc": ["timestamp is deprecated, use interval_begin"],
    "instrument": ["tick_size is deprecated, use price_increment"],
    "executions": [
        "cancel_reason is deprecated, use reason",
        "stop_price is deprecated, use triggers.price",
        "trigger is deprecated use triggers.reference",
        "triggered_price is deprecated use triggers.last_price",
    ],
}


class Subscriptions:
    """The subscriptions of one line."""

    def __init__(self, venue: Venue, line: Line, market: MarketFeeds, account: AccountFeeds) -> None:
        self._venue = venue
        self._line = line
        self._market = market
        self._account = account
        self._subjects: dict[Subject, None] = {}
        self._readers: dict[str, Reader] = {}
        self._heartbeat = False

    @property
    def any(self) -> bool:
        """Whether anything is subscribed."""
        return bool(self._subjects or self._readers or self._heartbeat)

    def end_all(self) -> None:
        """End everything: the line is gone."""
        for subject in list(self._subjects):
            self._leave(subject)
        for channel in list(self._readers):
            self._stop_reading(channel)

    # --- subscribe ------------------------------------------------------------------------------------------------------

    def subscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer a subscribe request: one reply for each symbol, each followed by its snapshot.

        Raises:
            Denied: when the whole request is refused.
        """
        channel = str(members.get("channel", ""))
        self._check_place(channel)
        if channel == "heartbeat":
            # One page of the manual says that this cannot be subscribed, another one does it.
            self._heartbeat = True
            answers.accept("subscribe", {"channel": channel})
        elif channel in PRIVATE_CHANNELS:
            self._read_account(channel, members, answers)
        elif channel == "instrument":
            self._join(Subject(channel, detail=_listing(members)), {"channel": channel}, members, answers)
        else:
            detail = _detail(channel, members)
            for symbol in symbols_of(members):
                self._join_symbol(channel, symbol, detail, members, answers)

    def _check_place(self, channel: str) -> None:
        if channel == "status":
            raise Denied(NO_SYMBOL)  # it comes by itself
        if channel in PRIVATE_CHANNELS and not self._line.private:
            raise Denied(TRY_PRIVATE)
        if channel in PUBLIC_CHANNELS and self._line.private:
            raise Denied(TRY_PUBLIC)
        if channel not in PUBLIC_CHANNELS and channel not in PRIVATE_CHANNELS and channel != "heartbeat":
            raise Denied(UNKNOWN_CHANNEL)

    def _join_symbol(
        self, channel: str, symbol: str, detail: int | str | None, members: Mapping[str, object], answers: Answers
    ) -> None:
        pair = pair_of(self._venue.exchange, symbol)
        if pair is None:
            answers.refuse("subscribe", f"{UNKNOWN_SYMBOL} {symbol}", symbol=symbol)
            return
        subject = Subject(channel, pair, detail)
        if channel == "ohlc" and self._has_other_interval(subject):
            answers.refuse("subscribe", ONE_INTERVAL, symbol=symbol)
            return
        result: Members = {"channel": channel, "symbol": symbol}
        if channel in _DETAIL:
            result[_DETAIL[channel]] = detail
        self._join(subject, result, members, answers)

    def _has_other_interval(self, subject: Subject) -> bool:
        """Whether the line has candles of this symbol already, of another length: Kraken gives one a connection."""
        return any(
            one.channel == subject.channel and one.pair is subject.pair and one != subject for one in self._subjects
        )

    def _join(self, subject: Subject, result: Members, members: Mapping[str, object], answers: Answers) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            answers.refuse("subscribe", refusal, symbol=result.get("symbol"))
            return
        snapshot = members.get("snapshot", True) is True
        answers.accept("subscribe", result | {"snapshot": snapshot} | _warnings(subject.channel))
        self._subjects[subject] = None
        self._market.join(self._line, subject, snapshot=snapshot)

    # --- private channels -----------------------------------------------------------------------------------------------

    def _read_account(self, channel: str, members: Mapping[str, object], answers: Answers) -> None:
        token = token_of(self._venue, members, answers)
        if token is None:
            return
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            raise Denied(refusal)
        if not token.key.may(PRIVATE_CHANNELS[channel]):
            raise Denied(PERMISSION_DENIED)
        everyone = members.get("users") == "all"
        if everyone and not self._venue.bank.directory.is_master(token.key.account):
            raise Denied(PERMISSION_DENIED)
        self._stop_reading(channel)
        reader = Reader(
            self._line,
            channel,
            token,
            every_status=members.get("order_status", True) is not False,
            ratecounter=members.get("ratecounter") is True,
            everyone=everyone,
        )
        self._readers[channel] = reader
        self._account.join(reader)
        if channel == "balances":
            self._begin_balances(reader, members, answers)
        else:
            self._begin_executions(reader, members, answers)

    def _begin_balances(self, reader: Reader, members: Mapping[str, object], answers: Answers) -> None:
        snapshot = members.get("snapshot", True) is True and not reader.everyone
        answers.accept("subscribe", {"channel": "balances", "snapshot": snapshot})
        if snapshot:
            self._account.show_balances(reader)

    def _begin_executions(self, reader: Reader, members: Mapping[str, object], answers: Answers) -> None:
        alone = not reader.everyone  # there is no snapshot of many accounts
        orders = members.get("snap_orders", members.get("snapshot", True)) is True and alone
        trades = members.get("snap_trades", members.get("snapshot_trades", False)) is True and alone
        result: Members = {"channel": "executions", "snap_orders": orders, "snap_trades": trades}
        result |= {"maxratecount": self._venue.limits.most_rate}
        answers.accept("subscribe", result | _warnings("executions"))
        if orders:
            self._account.show_orders(reader)
        if trades:
            self._account.show_trades(reader)

    def _stop_reading(self, channel: str) -> bool:
        reader = self._readers.pop(channel, None)
        if reader is not None:
            self._account.leave(reader)
        return reader is not None

    # --- unsubscribe ----------------------------------------------------------------------------------------------------

    def unsubscribe(self, members: Mapping[str, object], answers: Answers) -> None:
        """Answer an unsubscribe request: one reply for each symbol.

        Raises:
            Denied: when the whole request is refused.
        """
        channel = str(members.get("channel", ""))
        if channel in PRIVATE_CHANNELS:
            self._venue.tokens.check(members.get("token"), answers.now)
            answer_end(answers, {"channel": channel}, there=self._stop_reading(channel))
        elif channel == "instrument":
            left = [self._leave(Subject(channel, detail=detail)) for detail in (None, TOKENIZED, instruments.BITNOMIAL)]
            answer_end(answers, {"channel": channel}, there=any(left))
        elif channel == "heartbeat":
            there, self._heartbeat = self._heartbeat, False
            answer_end(answers, {"channel": channel}, there=there)
        else:
            for symbol in symbols_of(members):
                self._leave_symbol(channel, symbol, members, answers)

    def _leave_symbol(self, channel: str, symbol: str, members: Mapping[str, object], answers: Answers) -> None:
        pair, name = pair_of(self._venue.exchange, symbol), _DETAIL.get(channel)
        meant = [one for one in self._subjects if one.channel == channel and one.pair is pair]
        # The trigger of a ticker may be left out, as Kraken's own Rust SDK does; a depth or interval may not.
        if name is not None and (channel != "ticker" or name in members):
            wanted = members.get(name, _DEFAULTS[channel])
            meant = [one for one in meant if one.detail == wanted]
        result: Members = {"channel": channel, "symbol": symbol}
        if name is not None and meant:
            result[name] = meant[0].detail
        for subject in meant:
            self._leave(subject)
        answer_end(answers, result, there=bool(meant))

    def _leave(self, subject: Subject) -> bool:
        if subject not in self._subjects:
            return False
        del self._subjects[subject]
        self._market.leave(self._line, subject)
        return True


def _listing(members: Mapping[str, object]) -> str | None:
    """Which instruments are wanted: those of another venue, or which class beside the usual ones.

    Raises:
        EngineRefused: for a venue that is none.
    """
    match members.get("execution_venue", instruments.INTERNATIONAL):
        case instruments.INTERNATIONAL:
            return TOKENIZED if members.get("include_tokenized_assets") is True else None
        case instruments.BITNOMIAL:
            return instruments.BITNOMIAL
        case _:
            raise invalid("execution_venue")


def answer_end(answers: Answers, result: Members, *, there: bool) -> None:
    """Say that a subscription has ended, or that there was none."""
    if there:
        answers.accept("unsubscribe", result)
    else:
        # Captured: the reply names the other method.
        answers.refuse("subscribe", NOT_SUBSCRIBED, symbol=result.get("symbol"))


def token_of(venue: Venue, members: Mapping[str, object], answers: Answers) -> Token | None:
    """The token of a private subscription; None when it was refused, which is answered already."""
    try:
        return venue.tokens.check(members.get("token"), answers.now)
    except Denied as denied:
        # Captured: a subscription without a token is refused as one with a stale one, and its reply has a status.
        code = STALE_SESSION if denied.code == NO_TOKEN else denied.code
        answers.refuse("subscribe", code, status="error")
        return None


def symbols_of(members: Mapping[str, object]) -> list[str]:
    """The symbols of a request.

    Raises:
        Denied: when there are none.
    """
    symbols = members.get("symbol")
    if not isinstance(symbols, list) or not symbols:
        raise Denied(NO_SYMBOL)
    return [str(symbol) for symbol in cast("list[object]", symbols)]


def _detail(channel: str, members: Mapping[str, object]) -> int | str | None:
    """What tells this subscription from others of its symbol.

    Raises:
        EngineRefused: for a depth, interval or trigger that is not offered.
    """
    if channel not in _DETAIL:
        return None
    value = members.get(_DETAIL[channel], _DEFAULTS[channel])
    match channel:
        case "book" if isinstance(value, int) and value in DEPTHS:
            return value
        case "ohlc" if isinstance(value, int) and value in INTERVALS:
            return value
        case "ticker" if value in ("trades", "bbo"):
            return str(value)
        case "book":
            raise Denied(WRONG_DEPTH)
        case "ohlc":
            raise Denied(WRONG_INTERVAL)
        case _:
            raise invalid("event_trigger")


def _warnings(channel: str) -> Members:
    return {"warnings": _WARNINGS[channel]} if channel in _WARNINGS else {}
