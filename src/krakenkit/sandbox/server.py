"""The server on loopback: one port for REST and nearly every socket, a second one for another root. Only here bytes meet
the network.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from aiohttp import WSMsgType, web

from krakenkit.sandbox import traffic
from krakenkit.sandbox.door import Door
from krakenkit.sandbox.faults.fault import Fault
from krakenkit.sandbox.faults.rest import SAYING, CloseAfterRequest, CloseBeforeRequest, DelayRest, Spoken
from krakenkit.sandbox.futures.rest import refusal
from krakenkit.sandbox.lines import LONGEST_QUEUE, Line, Session
from krakenkit.sandbox.rest.desk import HttpAnswer, HttpCall
from krakenkit.sandbox.venue import Venue

log = logging.getLogger("krakenkit.sandbox")

_LARGEST_BODY = 4 * 2**20
CONTROL: Final = "/_sandbox"
_LARGEST_FRAME = 2**20
EXCEEDED = b'{"Error":"Exceeded msg rate"}'
# No text for this is published.
FUTURES_EXCEEDED = b'{"event":"alert","message":"Rate limit exceeded"}'
_GLANCE_SECONDS = 0.05
"""How long it takes at most until a server that stands still notices that it may go on."""


@dataclass(frozen=True, slots=True)
class SocketPath:
    """A path where sockets of one family are accepted."""

    private: bool
    session: Callable[[Line], Session]
    futures: bool = False


class Desk(Protocol):
    """Answers REST calls."""

    def answer(self, call: HttpCall) -> HttpAnswer:
        """What goes back for one call; it never raises."""
        ...


class Control(Protocol):
    """Answers calls of the sandbox's own API."""

    async def answer(self, call: HttpCall) -> HttpAnswer:
        """What goes back for one call; it never raises."""
        ...


class Server:
    """Serves one venue.

    Args:
        sockets: the families of sockets by path.
        second_root: what is at the root of the second port, whose other paths are those of the first. Spot v1 lives at the
            root of its host and has two hosts, which differ by port here.
        longest_queue: frames that may wait for a slow client before it is cut off.
        most_connections: connections that may be open at once; as many as :mod:`door` says when left out.
    """

    def __init__(
        self,
        venue: Venue,
        rest: Desk,
        sockets: Mapping[str, SocketPath],
        *,
        second_root: SocketPath,
        longest_queue: int = LONGEST_QUEUE,
        most_connections: int | None = None,
    ) -> None:
        self._venue = venue
        self._rest = rest
        self._sockets = dict(sockets)
        self._second_root = second_root
        self._second_port = 0
        self._longest = longest_queue
        self.most_connections = most_connections
        self._door: Door | None = None
        self._opened = 0
        self.lines: dict[Line, Session] = {}
        self._futures_lines = 0
        self.control: Control | None = None
        """The sandbox's own API; faults do not touch it."""

    async def start(self, host: str, port: int) -> tuple[int, int]:
        """Listen; gives both ports. The first is a free one when 0 was asked for, the second always.

        Raises:
            SettingsError: for a host that is not this machine itself, and a port that is taken.
        """
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._door = Door(app, most=self.most_connections)
        first, self._second_port = await self._door.open(host, port)
        return first, self._second_port

    @property
    def crowded(self) -> bool:
        """Whether some socket has a quarter of all the frames to read that may wait for it."""
        return any(line.waiting * 4 > self._longest for line in self.lines)

    def close_idle(self) -> None:
        """Close the lines that nothing keeps open, and whose clients said nothing for too long."""
        latest = time.monotonic() - self._venue.limits.idle_seconds
        for line, session in self.lines.items():
            if line.heard_at < latest and session.idle:
                line.end()

    async def stop(self) -> None:
        """Close every line and stop listening."""
        await asyncio.gather(*(line.hang_up() for line in list(self.lines)))
        if self._door is not None:
            await self._door.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.control is not None and request.path.startswith(CONTROL):
            return await self._serve_control(self.control, await _call(request))
        await self._thawed()
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._serve_socket(request)
        return await self._serve_rest(request)

    async def _serve_control(self, control: Control, call: HttpCall) -> web.Response:
        began = time.perf_counter()
        answer = await control.answer(call)
        traffic.call_answered(call.method, call.path, "", f"HTTP {answer.status}", time.perf_counter() - began)
        return _response(answer)

    async def _thawed(self) -> None:
        """Wait while the server stands still."""
        while pause := self._venue.faults.frozen_for(time.monotonic()):  # noqa: ASYNC110  - the end may be moved
            await asyncio.sleep(min(pause, _GLANCE_SECONDS))

    # --- REST -----------------------------------------------------------------------------------------------------------

    async def _serve_rest(self, request: web.Request) -> web.Response:
        call, began = await _call(request), time.perf_counter()
        fault = self._venue.faults.rest_fault(call.path)
        if isinstance(fault, CloseAfterRequest | CloseBeforeRequest):
            if isinstance(fault, CloseAfterRequest):
                self._rest.answer(call)
            if request.transport is not None:
                request.transport.abort()
            answer: HttpAnswer | None = None
        else:
            answer = self._rest.answer(call) if fault is None else self._faulty(fault, call)
        if isinstance(fault, DelayRest):
            await asyncio.sleep(fault.seconds)
        if traffic.listening():
            outcome = "line cut" if answer is None else traffic.outcome_of(answer.status, answer.body)
            traffic.call_answered(call.method, call.path, self._caller(call), outcome, time.perf_counter() - began)
        return web.Response() if answer is None else _response(answer)  # nobody gets the empty one

    def _caller(self, call: HttpCall) -> str:
        """The account of a call, as far as its key tells; whether the key signed it is for the desk to judge."""
        spot = self._venue.keys.find(call.header("API-Key"))
        found = self._venue.futures.keys.find(call.header("APIKey")) if spot is None else spot
        return "" if found is None else found.account

    def _faulty(self, fault: Fault[Any], call: HttpCall) -> HttpAnswer:
        """What a call is answered with that something goes wrong with."""
        now = self._venue.clock()
        match fault.says(call.path, now) if isinstance(fault, SAYING) else None:
            case None:
                return self._rest.answer(call)
            case str(code):
                return HttpAnswer(refusal(call.path, code, now))
            case Spoken(body, status, content_type, headers):
                return HttpAnswer(body, status, content_type, dict(headers))

    # --- sockets --------------------------------------------------------------------------------------------------------

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        path = self._socket_path(request)
        refusal = 404 if path is None else self._refusal(path, request.remote or "")
        asked = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
        response = web.WebSocketResponse(autoping=False, compress=False, protocols=asked, max_msg_size=_LARGEST_FRAME)
        transport = request.transport
        if path is None or refusal is not None or transport is None or not response.can_prepare(request).ok:
            return web.Response(status=refusal or 400, text="no socket here")
        await response.prepare(request)
        self._opened += 1
        line = Line(
            response,
            transport,
            self._venue.faults,
            private=path.private,
            longest=self._longest,
            number=self._opened,
        )
        traffic.socket_opened(line.number, request.path)
        await self._keep(line, path, response)
        traffic.socket_closed(line.number)
        return response

    def _refusal(self, path: SocketPath, address: str) -> int | None:
        """The HTTP status to refuse a socket with, when it is refused."""
        limits = self._venue.limits
        taken = limits.takes_connection(address, self._venue.clock())
        if path.futures:
            taken = taken and limits.takes_futures_socket(self._futures_lines)
        return self._venue.faults.upgrade_refusal() if taken else 429

    def _socket_path(self, request: web.Request) -> SocketPath | None:
        path = request.path.rstrip("/") or "/"
        if (
            path == "/"
            and request.transport is not None
            and int(request.transport.get_extra_info("sockname")[1]) == self._second_port
        ):
            return self._second_root
        return self._sockets.get(path)

    async def _keep(self, line: Line, path: SocketPath, response: web.WebSocketResponse) -> None:
        session = self.lines[line] = path.session(line)
        self._futures_lines += path.futures
        meter = self._venue.limits.frames(futures=path.futures)
        writer = asyncio.create_task(line.write())
        try:
            session.opened()
            async for message in response:
                await self._thawed()
                line.heard_at = time.monotonic()
                match message.type:
                    case WSMsgType.TEXT if meter is not None and not meter.spend(1, self._venue.clock()):
                        line.send(FUTURES_EXCEEDED if path.futures else EXCEEDED)
                    case WSMsgType.TEXT:
                        session.received(cast("str", message.data))
                    case WSMsgType.BINARY:
                        # What Kraken says to these is in no source; here it is what it says to text that is no JSON.
                        session.received("")
                    case WSMsgType.PING:
                        line.pong(bytes(message.data))
                    case WSMsgType.ERROR:
                        break
                    case _:
                        continue
        finally:
            del self.lines[line]
            self._futures_lines -= path.futures
            session.closed()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)


async def _call(request: web.Request) -> HttpCall:
    # raw_path is what stood in the request line: the very bytes that were signed.
    body = await request.read()
    return HttpCall(request.method, request.raw_path, request.headers, body, request.remote or "")


def _response(answer: HttpAnswer) -> web.Response:
    return web.Response(
        body=answer.body,
        status=answer.status,
        headers=answer.headers,
        content_type=answer.content_type,
        charset="utf-8",
    )
