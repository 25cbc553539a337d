"""Replies on a Spot v1 line: events that name what they answer and echo the request's id."""

from __future__ import annotations

from collections.abc import Mapping

from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v1.frames import written
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.venue import Venue


class V1Answers:
    """Writes the replies to one request, which came in at ``now``."""

    def __init__(self, venue: Venue, line: Line, now: int) -> None:
        self.now = now
        self._venue = venue
        self._line = line
        self._id: Members = {}

    def take_id(self, reqid: object) -> None:
        """Echo this id; only integers come back."""
        if isinstance(reqid, int) and not isinstance(reqid, bool):
            self._id = {"reqid": reqid}

    def pong(self) -> None:
        """Answer a ping."""
        self._send({"event": "pong"})

    def malformed(self, error: str) -> None:
        """Answer a frame that is no request at all."""
        self._send({"errorMessage": error, "event": "error"})

    def done(self, event: str, members: Mapping[str, object]) -> None:
        """Say that a command was carried out."""
        self._send({**members, "event": f"{event}Status", "status": "ok"})

    def refuse(self, event: str, error: str, request: Mapping[str, object]) -> None:
        """Say that a command was not carried out; captures repeat the pair it was for."""
        pair = {"pair": request["pair"]} if isinstance(request.get("pair"), str) else {}
        self._send({"errorMessage": error, "event": f"{event}Status", **pair, "status": "error"})

    def subscription(
        self,
        status: str,
        subscription: object,
        *,
        pair: object = None,
        channel: Mapping[str, object] | None = None,
        error: str | None = None,
    ) -> None:
        """Say what became of one subscription; refusals name no channel and repeat what was asked, token included."""
        what = {"errorMessage": error, "pair": pair, "subscription": subscription}
        told = {name: value for name, value in what.items() if value is not None}
        self._send({**(channel or {}), **told, "event": "subscriptionStatus", "status": status})

    def _send(self, members: Members) -> None:
        self._line.send(written(members | self._id))
