"""The WebSocket line against real servers and proxies on the loopback: well-behaved, rude, slow and broken ones."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import gc
import hashlib
import json
import logging
import shutil
import socket as tcp
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from krakenkit.errors import SettingsError, TransportError
from krakenkit.transport import routes, sockets
from krakenkit.transport.sockets import DialFailed, Socket, SocketOptions, dial

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
QUICK = SocketOptions(timeout=3.0)

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs a test on a loop in debug mode, and fails it when a task, a complaint or an open socket is left over."""

    @functools.wraps(test)
    def run(**fixtures: Any) -> None:
        complaints: list[str] = []

        def complain(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            if "incoming connection" not in context["message"]:  # a server's, about a client that left during TLS
                complaints.append(str(context))

        async def main() -> None:
            asyncio.get_running_loop().set_exception_handler(complain)
            async with asyncio.timeout(10):
                await test(**fixtures)
            await asyncio.sleep(0.01)  # servers take a moment to notice that their client has gone
            assert asyncio.all_tasks() == {asyncio.current_task()}
            gc.collect()  # so that futures nobody looked at and sockets nobody closed complain now

        asyncio.run(main(), debug=True)
        gc.collect()
        assert complaints == []

    return run


class Ear:
    """A listener that keeps what it heard, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.socket: Socket | None = None
        self._news = asyncio.Event()

    @property
    def frames(self) -> list[bytes]:
        return [event[1] for event in self.heard if event[0] == "frame"]

    def opened(self, socket: Socket) -> None:
        self.socket = socket
        self._note("opened")

    def frame(self, payload: bytes) -> None:
        self._note("frame", payload)

    def closed(self, code: int, reason: str) -> None:
        self._note("closed", code, reason)

    async def until_frames(self, count: int) -> list[bytes]:
        while len(self.frames) < count:
            await self._wait()
        return self.frames

    async def until_closed(self) -> tuple[int, str]:
        while not self.heard or self.heard[-1][0] != "closed":
            await self._wait()
        return self.heard[-1][1], self.heard[-1][2]

    def _note(self, *event: Any) -> None:
        self.heard.append(event)
        self._news.set()

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()


def frame(opcode: int, payload: bytes, *, last: bool = True) -> bytes:
    size = len(payload)
    head = bytes([opcode | (0x80 if last else 0)])
    if size < 126:
        return head + bytes([size]) + payload
    if size < 1 << 16:
        return head + b"\x7e" + struct.pack(">H", size) + payload
    return head + b"\x7f" + struct.pack(">Q", size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    return frame(CLOSE, struct.pack(">H", code) + reason.encode())


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One short frame of a client: opcode and unmasked payload."""
    first, second = await reader.readexactly(2)
    assert second & 0x80, "a client masks"
    assert second & 0x7F < 126, "short frames are enough here"
    mask = await reader.readexactly(4)
    masked = await reader.readexactly(second & 0x7F)
    return first & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked))


def agreement(head: str) -> bytes:
    """The answer that says yes to an upgrade."""
    key = next(line.split(": ")[1] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
    accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
    yes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept:"
    return f"{yes} {accept}\r\n\r\n".encode()


async def agree(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Says yes, and gives the head of the request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.write(agreement(head))
    return head


@contextlib.asynccontextmanager
async def listening(script: Script, certificate: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that runs the script for each line; gives its port, and raises what a script raised."""
    lines: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        lines.add(task)
        try:
            with contextlib.suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
                await script(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if lines:  # a script ends by itself once its client has gone, and may still have something to read
            await asyncio.wait(lines, timeout=0.3)
        for line in lines:
            line.cancel()
        for outcome in await asyncio.gather(*lines, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


def saying(*frames: bytes, then: Script | None = None) -> Script:
    """A server that agrees, says these bytes at once, and then listens until the client goes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await agree(reader, writer)
        for piece in frames:
            writer.write(piece)
        await (then(reader, writer) if then else reader.read())

    return script


def answering(raw: bytes) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)

    return script


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = writer.get_extra_info("socket")
    line.setsockopt(tcp.SOL_SOCKET, tcp.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def echo_server() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        async for message in line:
            if message.type is WSMsgType.TEXT:
                await line.send_str(message.data)
        return line

    app = web.Application()
    app.router.add_get("/echo", echo)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/echo"
    finally:
        await runner.cleanup()


def nobody_listens() -> int:
    with tcp.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# An ordinary line


@on_a_loop
async def test_messages_come_back_whole_and_in_order() -> None:
    ear = Ear()
    async with echo_server() as url:
        line = await dial(url, ear, QUICK)
        for text in ("one", b"two", "drei €"):
            line.send(text)
        frames = await ear.until_frames(3)
        line.close()
        ending = await ear.until_closed()

    assert frames == [b"one", b"two", "drei €".encode()]
    assert ending == (1000, "")


@on_a_loop
async def test_the_listener_hears_opened_first_then_messages_then_closed_once() -> None:
    ear = Ear()
    async with listening(saying(frame(TEXT, b"hello"), close_frame(1001, "bye"))) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        await ear.until_closed()
        await asyncio.sleep(0.05)

    assert ear.heard == [("opened",), ("frame", b"hello"), ("closed", 1001, "bye")]
    assert ear.socket is line


@on_a_loop
async def test_the_upgrade_names_path_query_host_and_user_agent() -> None:
    heads: list[str] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await agree(reader, writer))
        await reader.read()

    ear = Ear()
    async with listening(script) as port:
        line = await dial(f"ws://127.0.0.1:{port}/v2/x?a=1", ear, SocketOptions(user_agent="bot/1"))
        line.abort()
        await ear.until_closed()

    lines = heads[0].split("\r\n")
    assert lines[0] == "GET /v2/x?a=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{port}" in lines
    assert "User-Agent: bot/1" in lines


# Frames


@on_a_loop
async def test_fragments_are_put_together_and_a_ping_between_them_is_answered() -> None:
    answers: list[tuple[int, bytes]] = []

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.append(await read_frame(reader))
        writer.write(frame(TEXT, b"next"))
        await reader.read()

    pieces = [
        frame(TEXT, b'{"a":', last=False),
        frame(PING, b"alive?"),
        frame(CONTINUATION, b"1", last=False),
        frame(PONG, b"unasked"),
        frame(CONTINUATION, b"}"),
    ]
    ear = Ear()
    async with listening(saying(*pieces, then=then)) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        frames = await ear.until_frames(2)
        line.abort()
        await ear.until_closed()

    assert frames == [b'{"a":1}', b"next"]
    assert answers == [(PONG, b"alive?")]


@on_a_loop
async def test_binary_empty_and_large_messages_come_through() -> None:
    large = bytes(range(256)) * 1200
    ear = Ear()
    async with listening(saying(frame(BINARY, b"\x00\xff"), frame(TEXT, b""), frame(TEXT, large))) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        frames = await ear.until_frames(3)
        line.abort()
        await ear.until_closed()

    assert frames == [b"\x00\xff", b"", large]


@on_a_loop
async def test_text_that_is_not_utf8_is_handed_on_and_the_line_lives() -> None:
    ear = Ear()
    async with listening(saying(frame(TEXT, b"\xff\xfe{"), frame(TEXT, b"fine"))) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        frames = await ear.until_frames(2)
        assert line.is_open
        line.abort()
        await ear.until_closed()

    assert frames == [b"\xff\xfe{", b"fine"]


@on_a_loop
async def test_a_frame_above_the_limit_ends_the_line_with_1009() -> None:
    ear = Ear()
    said: list[tuple[int, bytes]] = []

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await read_frame(reader))

    async with listening(saying(frame(TEXT, b"x" * 5000), then=then)) as port:
        await dial(f"ws://127.0.0.1:{port}", ear, SocketOptions(max_frame=1000))
        code, reason = await ear.until_closed()

    assert code == 1009
    assert "5000 > 1000" in reason
    assert said[0][0] == CLOSE
    assert said[0][1][:2] == struct.pack(">H", 1009)
    assert ear.frames == []


@on_a_loop
async def test_the_limit_holds_for_the_sum_of_fragments() -> None:
    pieces = [frame(TEXT, b"x" * 600, last=False), frame(CONTINUATION, b"x" * 600, last=False)]
    ear = Ear()
    async with listening(saying(*pieces)) as port:
        await dial(f"ws://127.0.0.1:{port}", ear, SocketOptions(max_frame=1000))
        ending = await ear.until_closed()

    assert ending == (1009, "a message of more than 1000 bytes came")
    assert ear.frames == []


@on_a_loop
async def test_the_limit_holds_as_soon_as_a_frame_announces_its_size() -> None:
    ear = Ear()
    async with listening(saying(b"\x81\x7f" + struct.pack(">Q", 1 << 40))) as port:
        await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        code, _ = await ear.until_closed()

    assert code == 1009


@pytest.mark.parametrize(
    ("rude", "reason"),
    [
        (frame(CONTINUATION, b"tail"), "nothing to continue"),
        (frame(TEXT, b"a", last=False) + frame(TEXT, b"b", last=False), "a message began inside another"),
        (frame(3, b"?"), "Received frame with invalid opcode=0x3"),
    ],
)
@on_a_loop
async def test_a_peer_that_breaks_the_framing_is_hung_up_with_1002(rude: bytes, reason: str) -> None:
    ear = Ear()
    async with listening(saying(rude)) as port:
        await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        ending = await ear.until_closed()

    assert ending == (1002, reason)


@on_a_loop
async def test_a_listener_that_raises_is_logged_and_the_line_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    class Clumsy(Ear):
        def opened(self, socket: Socket) -> None:
            super().opened(socket)
            raise RuntimeError("at opened")

        def frame(self, payload: bytes) -> None:
            super().frame(payload)
            if payload == b"bad":
                raise ValueError("at frame")

        def closed(self, code: int, reason: str) -> None:
            super().closed(code, reason)
            raise RuntimeError("at closed")

    ear = Clumsy()
    async with listening(saying(frame(TEXT, b"bad"), frame(TEXT, b"good"))) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        await ear.until_frames(2)
        assert line.is_open
        line.abort()
        await ear.until_closed()

    logged = [record.exc_info[1] for record in caplog.records if record.name == sockets.__name__ and record.exc_info]
    assert [str(error) for error in logged] == ["at opened", "at frame", "at closed"]


# Ends


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1008, "too slow"), (1012, "restart"), (4001, "own code")])
@on_a_loop
async def test_the_peers_code_and_reason_are_passed_on_and_answered(code: int, reason: str) -> None:
    answers: list[tuple[int, bytes]] = []

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.append(await read_frame(reader))

    ear = Ear()
    async with listening(saying(close_frame(code, reason), then=then)) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        ending = await ear.until_closed()

    assert ending == (code, reason)
    assert answers == [(CLOSE, struct.pack(">H", code))]
    assert not line.is_open


@on_a_loop
async def test_a_close_without_a_code_is_reported_as_1005_and_answered_with_1000() -> None:
    answers: list[tuple[int, bytes]] = []

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.append(await read_frame(reader))

    ear = Ear()
    async with listening(saying(frame(CLOSE, b""), then=then)) as port:
        await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        ending = await ear.until_closed()

    assert ending == (1005, "")
    assert answers == [(CLOSE, struct.pack(">H", 1000))]


@pytest.mark.parametrize("end", [reset, lambda reader, writer: asyncio.sleep(0)], ids=["reset", "end of file"])
@on_a_loop
async def test_a_line_that_breaks_is_reported_as_1006(end: Script) -> None:
    ear = Ear()
    async with listening(saying(frame(TEXT, b"last words"), then=end)) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        ending = await ear.until_closed()

    assert ending == (1006, "the line broke")
    with pytest.raises(TransportError) as refused:
        line.send("order")
    assert refused.value.sent is False


@on_a_loop
async def test_a_server_that_closes_right_after_the_upgrade_gives_a_line_that_closes_once() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await agree(reader, writer)
        writer.write(close_frame(1013, "busy"))

    ear = Ear()
    async with listening(script) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        await ear.until_closed()
        await asyncio.sleep(0.02)

    assert ear.heard == [("opened",), ("closed", 1013, "busy")]
    assert not line.is_open


@on_a_loop
async def test_close_tells_the_peer_the_code_and_ends_with_its_answer() -> None:
    said: list[tuple[int, bytes]] = []

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await read_frame(reader))
        writer.write(frame(TEXT, b"was on its way") + close_frame(1000, "bye"))

    ear = Ear()
    async with listening(saying(then=then)) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        line.close(1001)
        line.close()
        assert not line.is_open
        ending = await ear.until_closed()
        line.close()
        line.abort()

    assert said == [(CLOSE, struct.pack(">H", 1001))]
    assert ending == (1000, "bye")
    assert ear.frames == [b"was on its way"]


@on_a_loop
async def test_close_does_not_wait_for_ever_for_a_peer_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "CLOSING_SECONDS", 0.1)
    ear = Ear()
    async with listening(saying()) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        began = time.monotonic()
        line.close()
        ending = await ear.until_closed()

    assert ending == (1006, "the peer did not answer the closing handshake")
    assert 0.09 < time.monotonic() - began < 1.0


@on_a_loop
async def test_a_peer_that_says_close_and_reads_nothing_more_cannot_hold_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sockets, "CLOSING_SECONDS", 0.1)
    go = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await agree(reader, writer)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await go.wait()
        writer.write(close_frame(1008, "slow reader"))
        await asyncio.sleep(5)

    ear = Ear()
    async with listening(script) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        for _ in range(200):
            line.send("x" * 100_000)
        go.set()
        began = time.monotonic()
        ending = await ear.until_closed()

    assert ending == (1008, "slow reader")
    assert time.monotonic() - began < 1.0


@on_a_loop
async def test_abort_ends_the_line_at_once_and_may_be_called_again() -> None:
    ear = Ear()
    async with listening(saying()) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        line.abort()
        line.abort()
        assert not line.is_open
        assert ear.heard == [("opened",)]
        ending = await ear.until_closed()

    assert ending == (1006, "the line was dropped on this side")
    assert len(ear.heard) == 2


@pytest.mark.parametrize("leave", [Socket.close, Socket.abort])
@on_a_loop
async def test_a_listener_may_leave_while_it_hears_a_message(leave: Callable[[Socket], None]) -> None:
    class Impatient(Ear):
        def frame(self, payload: bytes) -> None:
            super().frame(payload)
            assert self.socket is not None
            leave(self.socket)

    ear = Impatient()
    async with listening(saying(frame(TEXT, b"1") + frame(TEXT, b"2"), close_frame(1000))) as port:
        await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        await ear.until_closed()
        await asyncio.sleep(0.02)

    assert ear.frames[0] == b"1"
    assert [event[0] for event in ear.heard].count("closed") == 1
    assert ear.heard[-1][0] == "closed"


@pytest.mark.parametrize("leave", [Socket.close, Socket.abort])
@on_a_loop
async def test_nothing_is_sent_on_a_line_this_side_has_left(leave: Callable[[Socket], None]) -> None:
    received: list[tuple[int, bytes]] = []

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            received.append(await read_frame(reader))

    ear = Ear()
    async with listening(saying(then=then)) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        leave(line)
        with pytest.raises(TransportError, match="line is closed") as refused:
            line.send('{"method":"add_order"}')
        line.abort()
        await ear.until_closed()
        await asyncio.sleep(0.02)

    assert refused.value.sent is False
    assert TEXT not in [opcode for opcode, _ in received]


# Dials that fail


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 503, 302, 520])
@on_a_loop
async def test_a_refused_upgrade_carries_the_http_status(status: int) -> None:
    answer = f"HTTP/1.1 {status} No\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nno".encode()
    dials = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal dials
        dials += 1
        await answering(answer)(reader, writer)

    ear = Ear()
    async with listening(script) as port:
        with pytest.raises(DialFailed, match=f"HTTP {status}") as failed:
            await dial(f"ws://127.0.0.1:{port}/v2", ear, QUICK)

    assert failed.value.status == status
    assert failed.value.sent is False
    assert ear.heard == []
    assert ("redirects are not followed" in str(failed.value)) is (status == 302)
    assert dials == 1


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.0 403 Forbidden\r\n\r\n", b"HTTP/1.1 403\r\nServer: x\r\n\r\n", b"HTTP/1.1 403 \xff\r\n\r\n"],
    ids=["old http", "no phrase", "odd phrase"],
)
@on_a_loop
async def test_the_status_is_found_in_unusual_answers_too(answer: bytes) -> None:
    async with listening(answering(answer)) as port:
        with pytest.raises(DialFailed) as failed:
            await dial(f"ws://127.0.0.1:{port}", Ear(), QUICK)

    assert failed.value.status == 403


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "unknown protocol"),
        (b"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "sec-websocket-accept"),
        (b"HTTP/1.1 101 Switching Prot", "closed before the upgrade was answered"),
        (b"", "closed before the upgrade was answered"),
    ],
)
@on_a_loop
async def test_an_answer_that_is_no_websocket_answer_fails_the_dial(answer: bytes, text: str) -> None:
    ear = Ear()
    async with listening(answering(answer)) as port:
        with pytest.raises(DialFailed, match=text) as failed:
            await dial(f"ws://127.0.0.1:{port}", ear, QUICK)

    assert failed.value.status is None
    assert ear.heard == []


@on_a_loop
async def test_a_server_that_resets_instead_of_answering_fails_the_dial() -> None:
    ear = Ear()
    async with listening(reset) as port:
        with pytest.raises(DialFailed) as failed:
            await dial(f"ws://127.0.0.1:{port}", ear, QUICK)

    assert failed.value.sent is False
    assert ear.heard == []


@on_a_loop
async def test_a_server_that_never_answers_the_upgrade_costs_the_time_out_and_no_more() -> None:
    gone = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()

    ear = Ear()
    began = time.monotonic()
    async with listening(script) as port:
        with pytest.raises(DialFailed, match=r"not answered within 0\.2 s"):
            await dial(f"ws://127.0.0.1:{port}", ear, SocketOptions(timeout=0.2))
        await asyncio.wait_for(gone.wait(), 1.0)

    assert time.monotonic() - began < 1.0
    assert ear.heard == []


@on_a_loop
async def test_nobody_listening_is_a_failed_dial_that_names_the_address() -> None:
    port = nobody_listens()

    with pytest.raises(DialFailed, match=rf"ws://127\.0\.0\.1:{port}/v2: Connection refused"):
        await dial(f"ws://127.0.0.1:{port}/v2", Ear(), QUICK)


@on_a_loop
async def test_a_name_that_does_not_exist_is_a_failed_dial(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise tcp.gaierror(tcp.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)

    with pytest.raises(DialFailed, match="name of the server was not found"):
        await dial("wss://ws.kraken.invalid/v2", Ear(), QUICK)


@pytest.mark.parametrize(
    "url",
    ["https://x.test", "ws://", "ws://x.test:port", "ws://x.test:0", "ws://[::1", "wss://user:hunter2@x.test", "x", ""],
)
@on_a_loop
async def test_an_address_that_cannot_be_dialled_is_a_settings_error(url: str) -> None:
    with pytest.raises(SettingsError, match="must look like wss://") as refused:
        await dial(url, Ear(), QUICK)

    assert "hunter2" not in str(refused.value)


@on_a_loop
async def test_a_user_agent_cannot_smuggle_headers() -> None:
    with pytest.raises(SettingsError, match="user agent"):
        await dial("ws://127.0.0.1:1", Ear(), SocketOptions(user_agent="bot\r\nX-Evil: 1"))


@pytest.mark.parametrize("turns", range(8))
@on_a_loop
async def test_a_dial_may_be_cancelled_at_any_moment(turns: int) -> None:
    """Cancelled after a few turns of the loop: while connecting, upgrading, or just after the line opened."""
    ends: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await agree(reader, writer)
        ends.append(await reader.read())

    ear = Ear()
    async with listening(script) as port:
        dialling = asyncio.create_task(dial(f"ws://127.0.0.1:{port}", ear, QUICK))
        for _ in range(turns):
            await asyncio.sleep(0)
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        assert [event[0] for event in ear.heard] in ([], ["opened", "closed"])
        await asyncio.sleep(0.01)


@on_a_loop
async def test_a_dial_cancelled_while_the_upgrade_is_pending_hangs_up() -> None:
    reached, gone = asyncio.Event(), asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        reached.set()
        await reader.read()
        gone.set()

    ear = Ear()
    async with listening(script) as port:
        dialling = asyncio.create_task(dial(f"ws://127.0.0.1:{port}", ear, QUICK))
        await reached.wait()
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        await asyncio.wait_for(gone.wait(), 1.0)

    assert ear.heard == []


@on_a_loop
async def test_an_answer_that_is_already_here_when_the_dial_is_given_up_opens_nothing() -> None:
    """The answer waits in the kernel while the cancellation is dealt with."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        dialling.cancel()
        writer.write(agreement(head) + frame(TEXT, b"early"))
        await reader.read()

    ear = Ear()
    async with listening(script) as port:
        dialling = asyncio.create_task(dial(f"ws://127.0.0.1:{port}", ear, QUICK))
        with pytest.raises(asyncio.CancelledError):
            await dialling

    assert ear.heard == []


@on_a_loop
async def test_a_silent_address_holds_the_next_one_up_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(host: str, port: int) -> list[tuple[tcp.AddressFamily, Any]]:
        return [(tcp.AF_INET, silent.getsockname()), (tcp.AF_INET, ("127.0.0.1", port))]

    monkeypatch.setattr(routes, "_addresses", both)
    monkeypatch.setattr(routes, "HEAD_START_SECONDS", 0.05)
    ear = Ear()
    with contextlib.ExitStack() as held:
        silent = held.enter_context(tcp.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # a full queue leaves further connections unanswered
            filler = held.enter_context(tcp.socket())
            filler.setblocking(False)
            filler.connect_ex(silent.getsockname())
        began = time.monotonic()
        async with listening(saying()) as port:
            line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
            took = time.monotonic() - began
            line.abort()
            await ear.until_closed()

    assert 0.04 < took < 1.0


@on_a_loop
async def test_the_address_families_of_a_name_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(*_: object, **__: object) -> list[tuple[Any, ...]]:
        six = [(tcp.AF_INET6, tcp.SOCK_STREAM, 6, "", (host, 443, 0, 0)) for host in ("2001:db8::1", "2001:db8::2")]
        return [*six, (tcp.AF_INET, tcp.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)

    found = await routes._addresses("exchange.test", 443)

    assert [address[0] for _, address in found] == ["2001:db8::1", "192.0.2.1", "2001:db8::2"]


@on_a_loop
async def test_a_refusing_address_gives_way_to_the_next_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(host: str, port: int) -> list[tuple[tcp.AddressFamily, Any]]:
        return [(tcp.AF_INET, ("127.0.0.1", nobody_listens())), (tcp.AF_INET, ("127.0.0.1", port))]

    monkeypatch.setattr(routes, "_addresses", both)
    monkeypatch.setattr(routes, "HEAD_START_SECONDS", 60.0)
    ear = Ear()
    async with listening(saying()) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        line.abort()
        await ear.until_closed()

    assert ear.heard[0] == ("opened",)


@on_a_loop
async def test_when_no_address_answers_the_first_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(host: str, port: int) -> list[tuple[tcp.AddressFamily, Any]]:
        return [(tcp.AF_INET, ("127.0.0.1", nobody_listens())) for _ in range(2)]

    monkeypatch.setattr(routes, "_addresses", both)

    with pytest.raises(DialFailed, match="Connection refused"):
        await dial("ws://exchange.test", Ear(), QUICK)


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Two contexts: a server's with a certificate for 127.0.0.1 made on the spot, and a client's that trusts it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl program to make a certificate with")
    key, cert = (str(tmp_path_factory.mktemp("tls") / name) for name in ("key.pem", "cert.pem"))
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", *kind, *name, "-keyout", key, "-out", cert], check=True, capture_output=True)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=cert)


Certificate = tuple[ssl.SSLContext, ssl.SSLContext]


@on_a_loop
async def test_wss_works_with_the_given_certificates(certificate: Certificate) -> None:
    server, client = certificate
    ear = Ear()

    async def then(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opcode, text = await read_frame(reader)
        writer.write(frame(opcode, text.upper()) + close_frame(1000, "done"))
        await reader.read()

    async with listening(saying(then=then), server) as port:
        line = await dial(f"wss://127.0.0.1:{port}/v2", ear, SocketOptions(ssl_context=client))
        line.send("secret")
        ending = await ear.until_closed()

    assert ear.frames == [b"SECRET"]
    assert ending == (1000, "done")


@on_a_loop
async def test_a_certificate_nobody_vouches_for_fails_the_dial(certificate: Certificate) -> None:
    ear = Ear()
    async with listening(silence, certificate[0]) as port:
        with pytest.raises(DialFailed, match="certificate was not accepted") as failed:
            await dial(f"wss://127.0.0.1:{port}", ear, QUICK)

    assert failed.value.sent is False
    assert ear.heard == []


@on_a_loop
async def test_a_plain_server_behind_a_wss_address_fails_the_dial() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with listening(script) as port:
        with pytest.raises(DialFailed) as failed:
            await dial(f"wss://127.0.0.1:{port}", Ear(), QUICK)

    assert failed.value.status is None


@on_a_loop
async def test_a_server_that_is_silent_in_the_tls_handshake_costs_the_time_out(certificate: Certificate) -> None:
    gone = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        gone.set()

    async with listening(script) as port:
        with pytest.raises(DialFailed, match=r"not answered within 0\.2 s"):
            await dial(f"wss://127.0.0.1:{port}", Ear(), SocketOptions(timeout=0.2, ssl_context=certificate[1]))
        await asyncio.wait_for(gone.wait(), 1.0)


@on_a_loop
async def test_over_tls_too_a_silent_peer_cannot_hold_the_line(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CLOSING_SECONDS", 0.1)
    server, client = certificate
    ear = Ear()
    async with listening(saying(), server) as port:
        line = await dial(f"wss://127.0.0.1:{port}", ear, SocketOptions(ssl_context=client))
        line.close()
        ending = await asyncio.wait_for(ear.until_closed(), 1.0)

    assert ending == (1006, "the peer did not answer the closing handshake")


# Proxies


async def pass_along(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    finally:
        writer.close()


async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(pass_along(reader, there_writer), pass_along(there_reader, writer), return_exceptions=True)


class HttpProxy:
    """Tunnels with CONNECT, for the right login where one is asked for."""

    def __init__(self, login: str | None = None, status: str | None = None) -> None:
        self.login = login
        self.status = status
        self.asked: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = head.split(" ")[1]
        self.asked.append(target)
        wanted = f"Basic {base64.b64encode((self.login or '').encode()).decode()}"
        if self.status or (self.login and f"Proxy-Authorization: {wanted}\r\n" not in head):
            status = self.status or "407 Proxy Authentication Required"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await join(reader, writer, int(target.rpartition(":")[2]))


class SocksProxy:
    """Enough of SOCKS 4 and 5 for one CONNECT; notes the host it was asked for."""

    def __init__(self, login: tuple[bytes, bytes] | None = None) -> None:
        self.login = login
        self.asked: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version = (await reader.readexactly(1))[0]
        port = await (self._four(reader, writer) if version == 4 else self._five(reader, writer))
        if port is not None:
            await join(reader, writer, port)

    async def _four(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        _, port, address = struct.unpack(">BH4s", await reader.readexactly(7))
        await reader.readuntil(b"\0")
        name = await reader.readuntil(b"\0") if address[:3] == b"\0\0\0" else None
        self.asked.append(name[:-1].decode() if name else tcp.inet_ntoa(address))
        writer.write(b"\0\x5a" + bytes(6))
        return int(port)

    async def _five(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int | None:
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        method = 2 if self.login else 0
        writer.write(bytes([5, method if method in methods else 0xFF]))
        if self.login and method in methods and not await self._login_is_right(reader, writer):
            return None
        _, _, _, kind = await reader.readexactly(4)
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        self.asked.append(
            host.decode() if kind == 3 else tcp.inet_ntop(tcp.AF_INET if kind == 1 else tcp.AF_INET6, host)
        )
        port = struct.unpack(">H", await reader.readexactly(2))[0]
        writer.write(b"\5\0\0\1" + bytes(6))
        return int(port)

    async def _login_is_right(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        user = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        right = (user, password) == self.login
        writer.write(b"\1\0" if right else b"\1\1")
        return right


async def one_echo(url: str, options: SocketOptions) -> list[bytes]:
    ear = Ear()
    line = await dial(url, ear, options)
    line.send("through")
    frames = await ear.until_frames(1)
    line.close()
    await ear.until_closed()
    return frames


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await agree(reader, writer)
    while True:
        opcode, payload = await read_frame(reader)
        writer.write(frame(opcode, payload))


@pytest.mark.parametrize("login", [None, "user:p@ss w/rd"])
@on_a_loop
async def test_a_line_goes_through_an_http_proxy(login: str | None) -> None:
    proxy = HttpProxy(login)
    given = "user:p%40ss%20w%2Frd@" if login else ""
    async with listening(echo) as port, listening(proxy) as gate:
        frames = await one_echo(f"ws://127.0.0.1:{port}", SocketOptions(proxy=f"http://{given}127.0.0.1:{gate}"))

    assert frames == [b"through"]
    assert proxy.asked == [f"127.0.0.1:{port}"]


@on_a_loop
async def test_tls_goes_through_an_http_proxy(certificate: Certificate) -> None:
    server, client = certificate
    proxy = HttpProxy()
    async with listening(echo, server) as port, listening(proxy) as gate:
        options = SocketOptions(proxy=f"http://127.0.0.1:{gate}", ssl_context=client)
        frames = await one_echo(f"wss://127.0.0.1:{port}", options)

    assert frames == [b"through"]
    assert proxy.asked == [f"127.0.0.1:{port}"]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@on_a_loop
async def test_a_line_goes_through_an_https_proxy(certificate: Certificate, scheme: str) -> None:
    server, client = certificate
    proxy = HttpProxy("user:word")
    async with listening(echo, server if scheme == "wss" else None) as port, listening(proxy, server) as gate:
        options = SocketOptions(proxy=f"https://user:word@127.0.0.1:{gate}", ssl_context=client)
        frames = await one_echo(f"{scheme}://127.0.0.1:{port}", options)

    assert frames == [b"through"]
    assert proxy.asked == [f"127.0.0.1:{port}"]


@pytest.mark.parametrize(
    ("scheme", "asked"),
    [("socks4", "127.0.0.1"), ("socks4a", "localhost"), ("socks5", "127.0.0.1"), ("socks5h", "localhost")],
)
@on_a_loop
async def test_a_line_goes_through_a_socks_proxy_which_looks_names_up_where_it_should(scheme: str, asked: str) -> None:
    proxy = SocksProxy()
    async with listening(echo) as port, listening(proxy) as gate:
        frames = await one_echo(f"ws://localhost:{port}", SocketOptions(proxy=f"{scheme}://127.0.0.1:{gate}"))

    assert frames == [b"through"]
    assert proxy.asked == [asked]


@on_a_loop
async def test_tls_and_a_login_go_through_a_socks_proxy(certificate: Certificate) -> None:
    server, client = certificate
    proxy = SocksProxy(login=(b"user", b"p@ss"))
    async with listening(echo, server) as port, listening(proxy) as gate:
        options = SocketOptions(proxy=f"socks5h://user:p%40ss@127.0.0.1:{gate}", ssl_context=client)
        frames = await one_echo(f"wss://127.0.0.1:{port}", options)

    assert frames == [b"through"]


@pytest.mark.parametrize("scheme", ["http", "https", "socks4", "socks5", "socks5h"])
@on_a_loop
async def test_a_proxy_that_is_down_is_named_without_its_password(scheme: str) -> None:
    gate = nobody_listens()
    with pytest.raises(DialFailed) as failed:
        await dial("ws://127.0.0.1:1", Ear(), SocketOptions(proxy=f"{scheme}://user:hunter2@127.0.0.1:{gate}"))

    assert f"{scheme}://127.0.0.1:{gate}" in str(failed.value)
    assert "Connection refused" in str(failed.value)
    assert "hunter2" not in str(failed.value)
    assert failed.value.status is None


@on_a_loop
async def test_a_proxy_that_refuses_the_login_is_told_apart_from_the_exchange() -> None:
    async with listening(HttpProxy("user:word")) as gate:
        with pytest.raises(DialFailed, match="407") as failed:
            await dial("ws://127.0.0.1:1", Ear(), SocketOptions(proxy=f"http://user:hunter2@127.0.0.1:{gate}"))

    assert "proxy" in str(failed.value)
    assert "hunter2" not in str(failed.value)
    assert failed.value.status is None  # the exchange has refused nothing


@pytest.mark.parametrize("login", ["user:hunter2@", ""])
@on_a_loop
async def test_a_socks_proxy_that_refuses_the_login_fails_the_dial(login: str) -> None:
    async with listening(SocksProxy(login=(b"user", b"word"))) as gate:
        with pytest.raises(DialFailed, match="proxy socks5://") as failed:
            await dial("ws://127.0.0.1:1", Ear(), SocketOptions(proxy=f"socks5://{login}127.0.0.1:{gate}"))

    assert "hunter2" not in str(failed.value)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@on_a_loop
async def test_a_proxy_that_never_answers_costs_the_time_out(scheme: str) -> None:
    gone = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        gone.set()

    async with listening(script) as gate:
        with pytest.raises(DialFailed, match=r"within 0\.2 s"):
            await dial("ws://127.0.0.1:1", Ear(), SocketOptions(timeout=0.2, proxy=f"{scheme}://127.0.0.1:{gate}"))
        await asyncio.wait_for(gone.wait(), 1.0)


@pytest.mark.parametrize(
    "proxy",
    ["127.0.0.1:3128", "user:hunter2@host:1", "ftp://user:hunter2@host:1", "http://user:hunter2@", "http://h:hunter2"],
)
@on_a_loop
async def test_a_malformed_proxy_is_a_settings_error_that_shows_none_of_it(proxy: str) -> None:
    with pytest.raises(SettingsError, match="proxy cannot be used") as refused:
        await dial("ws://127.0.0.1:1", Ear(), SocketOptions(proxy=proxy))

    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_options_print_without_the_proxys_password() -> None:
    assert "hunter2" not in repr(SocketOptions(proxy="http://user:hunter2@host:1"))


# The cost of importing


def test_the_types_can_be_imported_without_picows() -> None:
    program = (
        "import sys, json, krakenkit.transport.sockets; "
        "print(json.dumps([m for m in ('picows', 'python_socks', 'aiofastnet', 'anyio') if m in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert json.loads(found.stdout) == []


@on_a_loop
async def test_what_picows_logs_stays_below_our_own_logger(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ear = Ear()
    async with listening(saying()) as port:
        line = await dial(f"ws://127.0.0.1:{port}", ear, QUICK)
        line.abort()
        await ear.until_closed()

    assert not [record.name for record in caplog.records if record.name.startswith("picows")]
