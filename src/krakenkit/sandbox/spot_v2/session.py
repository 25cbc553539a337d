"""Spot WebSocket v2: the conversation on one line, and the hall where all lines meet."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol, cast

from krakenkit.sandbox.commands import Reply
from krakenkit.sandbox.encode import socket_json
from krakenkit.sandbox.engine import EngineRefused, Event, StatusEvent
from krakenkit.sandbox.inbound import Denied, parse_json
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rest.desk import INTERNAL_ERROR
from krakenkit.sandbox.spot_v2.account import AccountFeeds
from krakenkit.sandbox.spot_v2.answers import Answers
from krakenkit.sandbox.spot_v2.commands import COMMANDS, carry_out
from krakenkit.sandbox.spot_v2.frames import status_frame
from krakenkit.sandbox.spot_v2.market import MarketFeeds
from krakenkit.sandbox.spot_v2.subscriptions import TRY_PRIVATE, Subscriptions
from krakenkit.sandbox.venue import Venue

log = logging.getLogger("krakenkit.sandbox")

HEARTBEAT: Final = b'{"channel":"heartbeat"}'
HEARTBEAT_SECONDS = 1.0
PING_WITH_PARAMS = "Unsupported field: 'params' for the given msg type: ping"
UNKNOWN_REQUEST = "Unsupported event"
# What v2 says to a frame that is no JSON is in no source; these are the words of v1.
MALFORMED = "Malformed request"


class SubscriptionDesk(Protocol):
    """What a line has subscribed."""

    @property
    def any(self) -> bool: ...
    def subscribe(self, members: Mapping[str, object], answers: Answers) -> None: ...
    def unsubscribe(self, members: Mapping[str, object], answers: Answers) -> None: ...
    def end_all(self) -> None: ...


class HallV2:
    """All lines of some hosts that speak v2."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.sessions: dict[SpotV2Session, None] = {}
        venue.listeners.append(self.hear)

    def hear(self, events: Sequence[Event]) -> None:
        """Tell the lines what happened."""
        for event in events:
            if isinstance(event, StatusEvent):
                self.say(socket_json(status_frame(event.status)))

    def say(self, frame: bytes) -> None:
        """Send one frame to every line."""
        for session in self.sessions:
            session.line.send(frame)

    def beat(self) -> None:
        """Send a heartbeat where something is subscribed and nothing was said for a second."""
        now = time.monotonic()
        for session in self.sessions:
            if session.subscriptions.any and now - session.line.sent_at >= HEARTBEAT_SECONDS:
                session.line.send(HEARTBEAT)


class SpotV2Hall(HallV2):
    """All lines of Spot v2, public and private, but those of level 3."""

    def __init__(self, venue: Venue) -> None:
        super().__init__(venue)
        self.market = MarketFeeds(venue)
        self.account = AccountFeeds(venue)

    def session(self, line: Line) -> SpotV2Session:
        """A session for a new line."""
        desk = Subscriptions(self.venue, line, self.market, self.account)
        return SpotV2Session(self, line, desk, trading=line.private)

    def hear(self, events: Sequence[Event]) -> None:
        super().hear(events)
        self.account.hear(events)
        self.market.hear(events)


class SpotV2Session:
    """The conversation on one line; ``trading`` says whether commands are taken on it."""

    commands: ClassVar[Collection[str]] = COMMANDS.keys()
    elsewhere: ClassVar[str] = TRY_PRIVATE
    """What is said to a command on a line that takes none."""

    def __init__(self, hall: HallV2, line: Line, subscriptions: SubscriptionDesk, *, trading: bool) -> None:
        self.line = line
        self.subscriptions = subscriptions
        self._trading = trading
        self._hall = hall
        self._venue = hall.venue

    @property
    def idle(self) -> bool:
        return not self.subscriptions.any

    def opened(self) -> None:
        self._hall.sessions[self] = None
        # Above 2**63, as the real ones may be.
        connection_id = secrets.randbits(64) | 1 << 63
        self.line.send(socket_json(status_frame(self._venue.exchange.status, connection_id)))

    def closed(self) -> None:
        self._hall.sessions.pop(self, None)
        self.subscriptions.end_all()

    def received(self, text: str) -> None:
        answers = Answers(self._venue, self.line, self._venue.clock())
        request = read_object(text)
        if request is None:
            answers.refuse("", MALFORMED)
            return
        answers.take_id(request.get("req_id"))
        method = str(request.get("method", ""))
        try:
            self._dispatch(method, request, answers)
        except EngineRefused as refused:
            answers.refuse(method, refused.code)
        except Exception:
            log.exception("%s broke", method)
            answers.refuse(method, INTERNAL_ERROR)
        finally:
            self.settle()

    def settle(self) -> None:
        """Tell everybody what a request has changed."""
        self._venue.settle()

    def carry_out(self, method: str, members: Mapping[str, object], now: int) -> list[Reply]:
        """Do what a command says; gives its replies, refusals among them."""
        return carry_out(self._venue, method, members, now)

    def _dispatch(self, method: str, request: Mapping[str, Any], answers: Answers) -> None:
        params: object = request.get("params")
        members = cast("dict[str, object]", params) if isinstance(params, dict) else {}
        match method:
            case "ping" if "params" in request:
                answers.refuse(method, PING_WITH_PARAMS)
            case "ping":
                answers.pong()
            case "subscribe":
                self.subscriptions.subscribe(members, answers)
            case "unsubscribe":
                self.subscriptions.unsubscribe(members, answers)
            case _ if method in self.commands:
                self._command(method, members, answers)
            case _:
                answers.refuse(method, UNKNOWN_REQUEST)

    def _command(self, method: str, members: Mapping[str, object], answers: Answers) -> None:
        if not self._trading:
            raise Denied(self.elsewhere)
        refusal = self._venue.faults.command_refusal(method)
        if refusal is not None:
            raise Denied(refusal)
        replies = self.carry_out(method, members, answers.now)
        if self._venue.faults.cuts_command(method):
            self.line.cut()
        for reply in replies:
            answers.reply(method, reply)


def read_object(text: str) -> dict[str, Any] | None:
    """A frame as JSON members; None for anything else."""
    try:
        request: object = parse_json(text)
    except ValueError:
        return None
    return cast("dict[str, Any]", request) if isinstance(request, dict) else None
