"""Replies on a Spot v2 line: each names its method, echoes the request's id, and says when it came in and went out."""

from __future__ import annotations

from krakenkit.sandbox.commands import Reply
from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.venue import Venue


class Answers:
    """Writes the replies to one request, which came in at ``now``."""

    def __init__(self, venue: Venue, line: Line, now: int) -> None:
        self.now = now
        self._venue = venue
        self._line = line
        self._id: Members = {}

    def take_id(self, req_id: object) -> None:
        """Echo this id; only integers come back."""
        if isinstance(req_id, int) and not isinstance(req_id, bool):
            self._id = {"req_id": req_id}

    def accept(self, method: str, result: object) -> None:
        """Say that it was done."""
        self.reply(method, Reply(result))

    def refuse(self, method: str, error: str, *, symbol: str | None = None, status: str | None = None) -> None:
        """Say that it was not; there is no result then, and so no channel."""
        more = {"symbol": symbol, "status": status}
        self.reply(method, Reply(error=error, more={name: text for name, text in more.items() if text is not None}))

    def reply(self, method: str, reply: Reply) -> None:
        """Answer a command."""
        outcome: Members = {"result": reply.result} if reply.error is None else {"error": reply.error}
        self._send({"method": method} | outcome | {"success": reply.error is None} | (reply.more or {}))

    def pong(self) -> None:
        """Answer a ping; it says nothing of success."""
        self._send({"method": "pong"})

    def _send(self, members: Members) -> None:
        times = {"time_in": stamp(self.now), "time_out": stamp(self._venue.clock())}
        self._line.send(socket_json(members | self._id | times))
