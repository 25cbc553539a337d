"""Spot WebSocket v2: what is said on one line, subscriptions and requests, and the hall where all lines meet."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.engine import INTERVALS, EngineRefused, Event, Pair, StatusEvent
from krakenkit.sandbox.inbound import Denied, parse_json
from krakenkit.sandbox.keys import PERMISSION_DENIED
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rest import INTERNAL_ERROR
from krakenkit.sandbox.spot_v2_account import AccountFeeds, Reader
from krakenkit.sandbox.spot_v2_commands import COMMANDS, Reply, carry_out
from krakenkit.sandbox.spot_v2_frames import Members, channel_frame, status_frame
from krakenkit.sandbox.spot_v2_market import DEPTHS, MarketFeeds, Subject
from krakenkit.sandbox.tokens import NO_TOKEN, STALE_SESSION
from krakenkit.sandbox.venue import Venue

log = logging.getLogger("krakenkit.sandbox")

HEARTBEAT: Final = b'{"channel":"heartbeat"}'
HEARTBEAT_SECONDS = 1.0

UNKNOWN_SYMBOL = "Currency pair not supported"
NO_SYMBOL = "Symbol(s) not found"
UNKNOWN_CHANNEL = "Subscription name invalid"
NOT_SUBSCRIBED = "Subscription Not Found"
WRONG_DEPTH = "Subscription depth not supported"
WRONG_INTERVAL = "Subscription ohlc interval not supported"
TRY_PRIVATE = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
TRY_PUBLIC = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"
PING_WITH_PARAMS = "Unsupported field: 'params' for the given msg type: ping"
UNKNOWN_REQUEST = "Unsupported event"
# No source shows what v2 says to a frame that is no JSON; these are the words of v1.
MALFORMED = "Malformed request"

_PUBLIC: Final = frozenset({"ticker", "book", "trade", "ohlc", "instrument"})
_PRIVATE: Final = {"executions": "query-open-trades", "balances": "query-funds"}
_DETAIL: Final = {"ticker": "event_trigger", "book": "depth", "ohlc": "interval"}
_DEFAULTS: Final[Mapping[str, int | str]] = {"ticker": "trades", "book": 10, "ohlc": 1}
_WARNINGS: Final[Mapping[str, Sequence[str]]] = {
    "ohlc": ["timestamp is deprecated, use interval_begin"],
    "instrument": ["tick_size is deprecated, use price_increment"],
    "executions": [
        "cancel_reason is deprecated, use reason",
        "stop_price is deprecated, use triggers.price",
        "trigger is deprecated use triggers.reference",
    ],
}
_MOST_RATE = 180


class SpotV2Hall:
    """All lines of Spot v2, public and private."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.market = MarketFeeds(venue)
        self.account = AccountFeeds(venue)
        self.sessions: dict[SpotV2Session, None] = {}
        venue.listeners.append(self.hear)

    def session(self, line: Line) -> SpotV2Session:
        """A session for a new line."""
        return SpotV2Session(self, line)

    def hear(self, events: Sequence[Event]) -> None:
        """Tell the lines what happened."""
        for event in events:
            if isinstance(event, StatusEvent):
                self.say(socket_json(_without_id(status_frame(event.status, 0))))
        self.account.hear(events)
        self.market.hear(events)

    def say(self, frame: bytes) -> None:
        """Send one frame to every line."""
        for session in self.sessions:
            session.line.send(frame)

    def beat(self) -> None:
        """Send a heartbeat where something is subscribed and nothing was said for a second."""
        now = time.monotonic()
        for session in self.sessions:
            if session.subscribed and now - session.line.sent_at >= HEARTBEAT_SECONDS:
                session.line.send(HEARTBEAT)


def _without_id(frame: Members) -> Members:
    """A change of the state is announced without the connection's id."""
    rows = [{name: value for name, value in row.items() if name != "connection_id"} for row in frame["data"]]
    return channel_frame("status", "update", rows)


class SpotV2Session:
    """The conversation on one line."""

    def __init__(self, hall: SpotV2Hall, line: Line) -> None:
        self.line = line
        self._hall = hall
        self._venue = hall.venue
        self._subjects: dict[Subject, None] = {}
        self._readers: dict[str, Reader] = {}
        self._heartbeat = False

    @property
    def subscribed(self) -> bool:
        """Whether anything is subscribed."""
        return bool(self._subjects or self._readers or self._heartbeat)

    # --- the line -------------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        self._hall.sessions[self] = None
        # Above 2**63, as the real ones may be.
        connection_id = secrets.randbits(64) | 1 << 63
        self.line.send(socket_json(status_frame(self._venue.exchange.status, connection_id)))

    def closed(self) -> None:
        self._hall.sessions.pop(self, None)
        for subject in self._subjects:
            self._hall.market.leave(self.line, subject)
        for reader in self._readers.values():
            self._hall.account.leave(reader)
        self._subjects.clear()
        self._readers.clear()

    def received(self, text: str) -> None:
        answers = _Answers(self, self._venue.clock())
        try:
            request: object = parse_json(text)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            answers.refuse("", MALFORMED)
            return
        members = cast("dict[str, Any]", request)
        answers.take_id(members.get("req_id"))
        method = str(members.get("method", ""))
        try:
            self._dispatch(method, members, answers)
        except EngineRefused as refused:
            answers.refuse(method, refused.code)
        except Exception:
            log.exception("%s broke", method)
            answers.refuse(method, INTERNAL_ERROR)
        finally:
            self._venue.settle()

    def _dispatch(self, method: str, request: Mapping[str, Any], answers: _Answers) -> None:
        params: object = request.get("params")
        members = cast("dict[str, object]", params) if isinstance(params, dict) else {}
        match method:
            case "ping":
                self._ping(request, answers)
            case "subscribe":
                self._subscribe(members, answers)
            case "unsubscribe":
                self._unsubscribe(members, answers)
            case _ if method in COMMANDS:
                self._command(method, members, answers)
            case _:
                answers.refuse(method, UNKNOWN_REQUEST)

    def _ping(self, request: Mapping[str, Any], answers: _Answers) -> None:
        if "params" in request:
            answers.refuse("ping", PING_WITH_PARAMS)
        else:
            answers.pong()

    def _command(self, method: str, members: Mapping[str, object], answers: _Answers) -> None:
        if not self.line.private:
            raise Denied(TRY_PRIVATE)
        replies = carry_out(self._venue, method, members, answers.now)
        if self._venue.faults.cuts_command(method):
            self.line.cut()
        for reply in replies:
            answers.reply(method, reply)

    # --- subscriptions --------------------------------------------------------------------------------------------------

    def _subscribe(self, members: Mapping[str, object], answers: _Answers) -> None:
        channel = str(members.get("channel", ""))
        self._check_place(channel)
        if channel == "heartbeat":
            # One page of the manual says that this cannot be subscribed, another one does it.
            self._heartbeat = True
            answers.accept("subscribe", {"channel": channel})
        elif channel in _PRIVATE:
            self._subscribe_account(channel, members, answers)
        elif channel == "instrument":
            subject = Subject(channel)
            self._join(subject, {"channel": channel}, members, answers)
        else:
            detail = _detail(channel, members)
            for symbol in _symbols(members):
                self._subscribe_symbol(channel, symbol, detail, members, answers)

    def _check_place(self, channel: str) -> None:
        if channel == "status":
            raise Denied(NO_SYMBOL)
        if channel in _PRIVATE and not self.line.private:
            raise Denied(TRY_PRIVATE)
        if channel in _PUBLIC and self.line.private:
            raise Denied(TRY_PUBLIC)
        if channel not in _PUBLIC and channel not in _PRIVATE and channel != "heartbeat":
            raise Denied(UNKNOWN_CHANNEL)

    def _subscribe_symbol(
        self, channel: str, symbol: str, detail: int | str | None, members: Mapping[str, object], answers: _Answers
    ) -> None:
        pair = self._pair(symbol)
        if pair is None:
            answers.refuse("subscribe", f"{UNKNOWN_SYMBOL} {symbol}", symbol=symbol)
            return
        result: Members = {"channel": channel, "symbol": symbol}
        if channel in _DETAIL:
            result[_DETAIL[channel]] = detail
        self._join(Subject(channel, pair, detail), result, members, answers)

    def _join(self, subject: Subject, result: Members, members: Mapping[str, object], answers: _Answers) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            answers.refuse("subscribe", refusal, **({"symbol": result["symbol"]} if "symbol" in result else {}))
            return
        snapshot = members.get("snapshot", True) is True
        answers.accept("subscribe", result | {"snapshot": snapshot} | _warnings(subject.channel))
        self._subjects[subject] = None
        self._hall.market.join(self.line, subject, snapshot=snapshot)

    def _subscribe_account(self, channel: str, members: Mapping[str, object], answers: _Answers) -> None:
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            raise Denied(refusal)
        try:
            token = self._venue.tokens.check(members.get("token"), answers.now)
        except Denied as denied:
            # Captured: a subscription without a token is refused as one with a stale one, and its reply has a status.
            code = STALE_SESSION if denied.code == NO_TOKEN else denied.code
            answers.refuse("subscribe", code, status="error")
            return
        if not token.key.may(_PRIVATE[channel]):
            raise Denied(PERMISSION_DENIED)
        self._drop_reader(channel)
        reader = Reader(self.line, channel, token, every_status=members.get("order_status", True) is not False)
        self._readers[channel] = reader
        self._hall.account.join(reader)
        if channel == "balances":
            self._begin_balances(reader, members, answers)
        else:
            self._begin_executions(reader, members, answers)

    def _begin_balances(self, reader: Reader, members: Mapping[str, object], answers: _Answers) -> None:
        snapshot = members.get("snapshot", True) is True and members.get("users") != "all"
        answers.accept("subscribe", {"channel": "balances", "snapshot": snapshot})
        if snapshot:
            self._hall.account.show_balances(reader)

    def _begin_executions(self, reader: Reader, members: Mapping[str, object], answers: _Answers) -> None:
        everyone = members.get("users") == "all"  # switches the snapshot off
        orders = members.get("snap_orders", members.get("snapshot", True)) is True and not everyone
        trades = members.get("snap_trades", members.get("snapshot_trades", False)) is True and not everyone
        result: Members = {"channel": "executions", "snap_orders": orders, "snap_trades": trades}
        answers.accept("subscribe", result | {"maxratecount": _MOST_RATE} | _warnings("executions"))
        if orders:
            self._hall.account.show_orders(reader)
        if trades:
            self._hall.account.show_trades(reader)

    def _drop_reader(self, channel: str) -> bool:
        reader = self._readers.pop(channel, None)
        if reader is not None:
            self._hall.account.leave(reader)
        return reader is not None

    def _unsubscribe(self, members: Mapping[str, object], answers: _Answers) -> None:
        channel = str(members.get("channel", ""))
        if channel in _PRIVATE:
            self._venue.tokens.check(members.get("token"), answers.now)
            self._answer_end(self._drop_reader(channel), {"channel": channel}, answers)
        elif channel == "instrument":
            self._answer_end(self._leave(Subject(channel)), {"channel": channel}, answers)
        elif channel == "heartbeat":
            there, self._heartbeat = self._heartbeat, False
            self._answer_end(there, {"channel": channel}, answers)
        else:
            for symbol in _symbols(members):
                self._unsubscribe_symbol(channel, symbol, members, answers)

    def _unsubscribe_symbol(self, channel: str, symbol: str, members: Mapping[str, object], answers: _Answers) -> None:
        pair, name = self._pair(symbol), _DETAIL.get(channel)
        meant = [one for one in self._subjects if one.channel == channel and one.pair is pair and pair is not None]
        # The trigger of a ticker may be left out, as Kraken's own Rust SDK does; a depth or interval may not.
        if name is not None and (channel != "ticker" or name in members):
            wanted = members.get(name, _DEFAULTS[channel])
            meant = [one for one in meant if one.detail == wanted]
        result: Members = {"channel": channel, "symbol": symbol}
        if name is not None and meant:
            result[name] = meant[0].detail
        self._answer_end(any([self._leave(subject) for subject in meant]), result, answers)

    def _answer_end(self, there: bool, result: Members, answers: _Answers) -> None:
        if there:
            answers.accept("unsubscribe", result)
        else:
            # Captured: the reply names the other method.
            answers.refuse("subscribe", NOT_SUBSCRIBED, **({"symbol": result["symbol"]} if "symbol" in result else {}))

    def _leave(self, subject: Subject) -> bool:
        if subject not in self._subjects:
            return False
        del self._subjects[subject]
        self._hall.market.leave(self.line, subject)
        return True

    def _pair(self, symbol: str) -> Pair | None:
        """The pair of this symbol, in any case; other spellings than ``BTC/USD`` are not taken here."""
        wanted = symbol.upper()
        return next((pair for pair in self._venue.exchange.instruments.pairs if pair.symbol == wanted), None)


def _symbols(members: Mapping[str, object]) -> list[str]:
    symbols = members.get("symbol")
    if not isinstance(symbols, list) or not symbols:
        raise Denied(NO_SYMBOL)
    return [str(symbol) for symbol in cast("list[object]", symbols)]


def _detail(channel: str, members: Mapping[str, object]) -> int | str | None:
    """What tells this subscription from others of its symbol.

    Raises:
        Denied: for a depth, interval or trigger that is not offered.
    """
    if channel not in _DETAIL:
        return None
    value = members.get(_DETAIL[channel], _DEFAULTS[channel])
    if channel == "ticker" and value in ("trades", "bbo"):
        return str(value)
    if isinstance(value, int) and value in (DEPTHS if channel == "book" else INTERVALS):
        return value
    raise Denied({"book": WRONG_DEPTH, "ohlc": WRONG_INTERVAL}.get(channel, "EGeneral:Invalid arguments:event_trigger"))


def _warnings(channel: str) -> Members:
    return {"warnings": _WARNINGS[channel]} if channel in _WARNINGS else {}


class _Answers:
    """Writes the replies to one request."""

    def __init__(self, session: SpotV2Session, now: int) -> None:
        self.now = now
        self._line = session.line
        self._venue = session._venue
        self._id: Members = {}

    def take_id(self, req_id: object) -> None:
        """Echo this id; only integers come back."""
        if isinstance(req_id, int) and not isinstance(req_id, bool):
            self._id = {"req_id": req_id}

    def accept(self, method: str, result: object) -> None:
        self.reply(method, Reply(result))

    def refuse(self, method: str, error: str, **more: object) -> None:
        self.reply(method, Reply(error=error, more=more))

    def reply(self, method: str, reply: Reply) -> None:
        outcome: Members = {"result": reply.result} if reply.error is None else {"error": reply.error}
        self._send({"method": method} | outcome | {"success": reply.error is None} | (reply.more or {}))

    def pong(self) -> None:
        self._send({"method": "pong"})

    def _send(self, members: Members) -> None:
        times = {"time_in": stamp(self.now), "time_out": stamp(self._venue.clock())}
        frame = socket_json(members | self._id | times)
        if self._venue.faults.ack_delay > 0:
            asyncio.get_running_loop().call_later(self._venue.faults.ack_delay, self._line.send, frame)
        else:
            self._line.send(frame)
