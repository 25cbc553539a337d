"""Bad input at the door: whatever comes in, the answer is a refusal, never a trace and never a broken server."""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest

from krakenkit.wire.environment import WsKey
from sandbox.loopback import PRIVATE, World, world

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}


@asynccontextmanager
async def raw(here: World) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection to the sandbox."""
    port = urlsplit(here.box.environment.spot_rest).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def said_to(here: World, *pieces: bytes) -> bytes:
    """All that comes back to these bytes until the server ends the connection."""
    async with raw(here) as (reader, writer), asyncio.timeout(5):
        for piece in pieces:
            writer.write(piece)
        return await reader.read()


def no_traces(caplog: pytest.LogCaptureFixture) -> bool:
    return not [record for record in caplog.records if record.exc_info or record.levelname in ("ERROR", "WARNING")]


# --- HTTP -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"GET\r\n\r\n",
        b"GET /0/public/Time HTTP/9.9\r\n\r\n",
        b"GET /0/public/Time HTTP/1.1\r\nHost: a\r\nno colon here\r\n\r\n",
        b"GET /0/public/Time HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
        b"GET /0/public/Time HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"GET /0/public/Time HTTP/1.1\r\nHost: a\r\n" + b"X-Flood: 1\r\n" * 50_000 + b"\r\n",
        b"GET /0/public/Time HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /0/private/Balance HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_http_is_refused(request_bytes: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with world() as here:
        try:
            said = await said_to(here, request_bytes)
        except ConnectionError:
            said = b""  # cut off in the middle of the flood
        assert said == b"" or said.split(b" ", 2)[1].startswith(b"4"), said[:100]
        assert (await here.get("Time"))["error"] == []
    assert no_traces(caplog)


async def test_bytes_in_a_path_that_are_no_text_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    async with world() as here:
        for path in (b"/0/public/Depth?pair=\xff\xfe", b"/0/public/\xff", b"/derivatives/api/v3/\xff?a=\xff"):
            said = await said_to(here, b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert int(said.split(b" ", 2)[1]) in (400, 404), said[:300]
    assert no_traces(caplog)


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with world() as here:
        trader = here.account()
        url = f"{here.box.environment.spot_rest}/0/private/AddOrder"
        async with here.http.post(url, data=io.BytesIO(b"x" * (5 * 2**20))) as answer:
            assert answer.status == 413
        assert (await trader.call("Balance"))["error"] == []


async def test_bodies_that_cannot_be_read_are_refused_in_krakens_words() -> None:
    async with world() as here:
        trader = here.account()
        before = here.box.state()
        for number, (body, kind) in enumerate(
            [
                (b"{", "application/json"),
                (b"[1,2]", "application/json"),
                (b"\xff\xfe\xfd", "application/json"),
                ('{"nonce": "1"}'.encode("utf-16"), "application/json"),
                (b'{"nonce": NaN}', "application/json"),
                (b'{"nonce": "\\ud800"}', "application/json"),
                (b"[" * 100_000, "application/json"),
                (b'{"a":' * 100_000, "application/json"),
                (b"\xff\xfe\xfd=1", ""),
                (b"nonce=%FF%FE", "text/plain"),
                (b"nonce" + b"[a]" * 50_000 + b"=1", ""),
                (b"nonce=1&nonce[a]=2", ""),
                (b"nonce=" + b"9" * 10_000, ""),
            ],
            start=1,
        ):
            said = await trader.send("/0/private/Balance", body, nonce=str(number), kind=kind)
            assert said["error"][0].startswith("EAPI:"), body[:40]
        assert here.box.state() | {"now": before["now"]} == before


async def test_one_connection_too_many_is_told_so() -> None:
    async with world() as here:
        port = urlsplit(here.box.environment.spot_rest).port
        assert here.box._stage.server._door is not None
        here.box._stage.server._door._most = 20
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        await asyncio.sleep(0.05)
        assert (await said_to(here, b"")).startswith(b"HTTP/1.1 503 ")
        for _, writer in idle:
            writer.close()
        await asyncio.sleep(0.05)
        assert (await here.get("Time"))["error"] == []


# --- sockets ----------------------------------------------------------------------------------------------------------


def frame(opcode: int, payload: bytes, *, fin: bool = True, rsv1: bool = False, masked: bool = True) -> bytes:
    """One frame of a client, as RFC 6455 has it."""
    first = opcode | fin << 7 | rsv1 << 6
    mask = b"mask"
    size = len(payload)
    length = (
        struct.pack("!B", size | masked << 7)
        if size < 126
        else struct.pack("!BH", 126 | masked << 7, size)
        if size < 2**16
        else struct.pack("!BQ", 127 | masked << 7, size)
    )
    if not masked:
        return bytes([first]) + length + payload
    repeated = mask * (size // 4 + 1)
    return bytes([first]) + length + mask + bytes(a ^ b for a, b in zip(payload, repeated, strict=False))


def upgrade(**headers: str) -> bytes:
    """The request for a socket."""
    wanted = {
        "Host": "a",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    } | {name.replace("_", "-"): text for name, text in headers.items()}
    lines = "".join(f"{name}: {text}\r\n" for name, text in wanted.items())
    return f"GET /ws/v2 HTTP/1.1\r\n{lines}\r\n".encode()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(1, b"\xff\xfe"), 1007),
        (frame(1, b"{}", rsv1=True), 1002),
        (frame(3, b"{}"), 1002),
        (frame(9, b"x" * 200), 1002),
        (frame(0, b"{}"), 1002),
    ],
)
async def test_frames_that_break_the_protocol_end_the_line(
    sent: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with world() as here:
        said = await said_to(here, upgrade(), sent)
        assert said.startswith(b"HTTP/1.1 101 ")
        assert struct.pack("!H", code) in said[-130:], said[-130:]
        assert (await here.get("Time"))["error"] == []
    assert no_traces(caplog)


async def test_a_frame_of_more_than_a_megabyte_ends_the_line(caplog: pytest.LogCaptureFixture) -> None:
    async with world() as here:
        line = await here.line()
        await line.socket.send_str("x" * (2**20 + 1))
        assert await line.ended()
        assert line.socket.close_code in (1006, 1009)  # the reset may overtake the goodbye
        await (await here.line()).ask("ping")
    assert no_traces(caplog)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_WebSocket_Key": "short"},
        {"Sec_WebSocket_Version": "99"},
        {"Connection": "close"},
        {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits=99"},
    ],
)
async def test_odd_upgrades_are_refused_or_taken_without_compression(
    headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with world() as here:
        said = await said_to(here, upgrade(**headers), frame(8, struct.pack("!H", 1000)))
        status = int(said.split(b" ", 2)[1])
        assert status in (101, 400)
        assert b"permessage-deflate" not in said
        assert (status == 101) == ("Sec_WebSocket_Extensions" in headers)
    assert no_traces(caplog)


@pytest.mark.parametrize("key", [WsKey.SPOT_PUBLIC_V2, WsKey.SPOT_PRIVATE_V1, WsKey.SPOT_L3_V2, WsKey.UNIFIED_PRIVATE])
async def test_binary_frames_are_refused_like_text_that_is_no_json(key: WsKey) -> None:
    async with world() as here:
        line = await here.line(key)
        answers: list[str] = []
        for sent in (line.socket.send_bytes(b"\x00\xff"), line.socket.send_str("no json")):
            await sent
            answers.append(str((await line.next()).get("error")))
        assert answers[0] == answers[1]


async def test_binary_frames_on_futures_are_json_errors() -> None:
    async with world() as here:
        line = await here.line(WsKey.DERIVATIVES_PUBLIC_V1)
        await line.socket.send_bytes(b"\x00\xff")
        assert await line.next() == {"event": "error", "message": "Json Error"}


async def test_a_request_in_fragments_is_one_request() -> None:
    async with world() as here, raw(here) as (reader, writer), asyncio.timeout(5):
        writer.write(upgrade())
        text = b'{"method":"ping","req_id":77}'
        writer.write(frame(1, text[:5], fin=False) + frame(9, b"now") + frame(0, text[5:9], fin=False))
        writer.write(frame(0, text[9:]))
        said = b""
        while b'"req_id":77' not in said:
            said += await reader.read(1000)
        assert b'"method":"pong"' in said


async def test_lines_that_ended_badly_leave_nothing_behind() -> None:
    async with world() as here:
        for _ in range(20):
            await said_to(here, upgrade(), frame(1, b"\xff"))
        await asyncio.sleep(0.05)
        assert here.box._stage.server.lines == {}
        line = await here.line(PRIVATE)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await here.http.ws_connect(f"{here.box.environment.spot_rest}/ws/nowhere")
        await line.ask("ping")
