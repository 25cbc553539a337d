"""Spot WebSocket v1: the conversation on one line, and the hall where all lines meet."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Final

from krakenkit.sandbox.engine import Event, StatusEvent
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rest.desk import INTERNAL_ERROR
from krakenkit.sandbox.spot_v1.account import V1AccountFeeds
from krakenkit.sandbox.spot_v1.answers import V1Answers
from krakenkit.sandbox.spot_v1.commands import V1_COMMANDS, carry_out
from krakenkit.sandbox.spot_v1.frames import written
from krakenkit.sandbox.spot_v1.market import V1MarketFeeds
from krakenkit.sandbox.spot_v1.subscriptions import V1Subscriptions
from krakenkit.sandbox.spot_v2.session import HEARTBEAT_SECONDS, MALFORMED, UNKNOWN_REQUEST, read_object
from krakenkit.sandbox.spot_v2.subscriptions import TRY_PRIVATE
from krakenkit.sandbox.venue import Venue

log = logging.getLogger("krakenkit.sandbox")

HEARTBEAT: Final = b'{"event":"heartbeat"}'
VERSION: Final = "1.9.1"


class SpotV1Hall:
    """All lines of Spot v1, public and private."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.market = V1MarketFeeds(venue)
        self.account = V1AccountFeeds(venue)
        self.sessions: dict[SpotV1Session, None] = {}
        venue.listeners.append(self.hear)

    def session(self, line: Line) -> SpotV1Session:
        """A session for a new line."""
        return SpotV1Session(self, line)

    def hear(self, events: Sequence[Event]) -> None:
        """Tell the lines what happened."""
        for event in events:
            if isinstance(event, StatusEvent):
                for session in self.sessions:
                    session.tell_status(event.status)
        self.account.hear(events)
        self.market.hear(events)

    def beat(self) -> None:
        """Send a heartbeat where something is subscribed and nothing was said for a second."""
        now = time.monotonic()
        for session in self.sessions:
            if session.subscriptions.any and now - session.line.sent_at >= HEARTBEAT_SECONDS:
                session.line.send(HEARTBEAT)


class SpotV1Session:
    """The conversation on one line."""

    def __init__(self, hall: SpotV1Hall, line: Line) -> None:
        self.line = line
        self.subscriptions = V1Subscriptions(hall.venue, line, hall.market, hall.account)
        self._hall = hall
        self._venue = hall.venue
        # Above 2**63, as the real ones may be.
        self._connection_id = secrets.randbits(64) | 1 << 63

    @property
    def idle(self) -> bool:
        return not self.subscriptions.any

    def opened(self) -> None:
        self._hall.sessions[self] = None
        self.tell_status(self._venue.exchange.status)

    def tell_status(self, status: str) -> None:
        """Tell the state of the engine."""
        told = {"connectionID": self._connection_id, "event": "systemStatus", "status": status, "version": VERSION}
        self.line.send(written(told))

    def closed(self) -> None:
        self._hall.sessions.pop(self, None)
        self.subscriptions.end_all()

    def received(self, text: str) -> None:
        answers = V1Answers(self._venue, self.line, self._venue.clock())
        request = read_object(text)
        if request is None:
            answers.malformed(MALFORMED)
            return
        answers.take_id(request.get("reqid"))
        try:
            self._dispatch(str(request.get("event", "")), request, answers)
        except Exception:
            log.exception("%s broke", request.get("event"))
            answers.malformed(INTERNAL_ERROR)
        finally:
            self._venue.settle()

    def _dispatch(self, event: str, request: Mapping[str, object], answers: V1Answers) -> None:
        match event:
            case "ping":
                answers.pong()
            case "subscribe":
                self.subscriptions.subscribe(request, answers)
            case "unsubscribe":
                self.subscriptions.unsubscribe(request, answers)
            case _ if event in V1_COMMANDS:
                self._command(event, request, answers)
            case _:
                answers.subscription("error", None, error=UNKNOWN_REQUEST)  # captured: under this event

    def _command(self, event: str, request: Mapping[str, object], answers: V1Answers) -> None:
        if not self.line.private:
            answers.refuse(event, TRY_PRIVATE, request)
            return
        refusal = self._venue.faults.command_refusal(event)
        if refusal is not None:
            answers.refuse(event, refusal, request)
            return
        replies = carry_out(self._venue, event, request, answers.now)
        if self._venue.faults.cuts_command(event):
            self.line.cut()
        for reply in replies:
            if reply.error is None:
                answers.done(event, reply.more or {})
            else:
                answers.refuse(event, reply.error, request)
