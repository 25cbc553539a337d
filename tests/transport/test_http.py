"""HTTP on real loopback sockets: what comes back, what is said to have left, and what really reached the server."""

from __future__ import annotations

import asyncio
import gzip
import logging
import os
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import tomllib
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Self, TypeAlias

import pytest
from pyreqwest.exceptions import ConnectError, ConnectTimeoutError

from krakenkit.errors import KrakenError, SettingsError, TransportError
from krakenkit.protocol.http import HttpReply, HttpRequest, seconds_asked
from krakenkit.transport.http import USER_AGENT, AsyncHttp, BlockingHttp, HttpOptions, Parcel, Withdrawn, may_have_left

BODY = b"nonce=1718&ordertype=market"
HURRIED = HttpOptions(timeout=0.2, connect_timeout=0.1)
PATIENT = HttpOptions(timeout=10.0, connect_timeout=5.0)
FACES = ["blocking", "async"]

Outcome: TypeAlias = HttpReply | KrakenError
Handler: TypeAlias = "Callable[[Server, socket.socket], None]"


class Server:
    """A listener that hands every connection to ``handler`` on a thread and keeps what it read."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.hung_up = threading.Event()
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._listener.settimeout(0.02)
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join(5.0)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            with suppress(TimeoutError):
                connection = self._listener.accept()[0]
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5.0)
            self.handler(self, connection)

    def read(self, connection: socket.socket) -> bytes | None:
        """One request's body, counted; None when the client hung up first."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connection) or b"\r\n\r\n"
        head, _, body = data.partition(b"\r\n\r\n")
        if not head:
            self.hung_up.set()
            return None
        length = next((int(x[15:]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._more(connection)
        self.heads.append(head)
        self.bodies.append(body)
        return body

    def _more(self, connection: socket.socket) -> bytes:
        while not self.stopping.is_set():
            if select.select([connection], [], [], 0.02)[0]:
                return connection.recv(65536)
        return b""

    def pause(self, seconds: float) -> None:
        self.stopping.wait(seconds)


def answer(connection: socket.socket, body: bytes = b"{}", *, status: str = "200 OK", headers: bytes = b"") -> None:
    connection.sendall(
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n".encode() + headers + b"\r\n" + body,
    )


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def replying(body: bytes = b"{}", *, status: str = "200 OK", headers: bytes = b"") -> Handler:
    def handler(server: Server, connection: socket.socket) -> None:
        while server.read(connection) is not None:
            answer(connection, body, status=status, headers=headers)

    return handler


def echoing(server: Server, connection: socket.socket) -> None:
    """Answers with the body it got; a body that says so takes a while."""
    while (body := server.read(connection)) is not None:
        if body.startswith(b"slow"):
            server.pause(0.2)
        answer(connection, body)


def after_reading(*pieces: bytes, then: Callable[[socket.socket], None] = socket.socket.close) -> Handler:
    """Reads one request, sends the pieces a moment apart, then ends the connection."""

    def handler(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        for piece in pieces:
            connection.sendall(piece)
            server.pause(0.02)
        then(connection)

    return handler


def after_reading_silent(*pieces: bytes) -> Handler:
    def handler(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        for piece in pieces:
            connection.sendall(piece)
        server.pause(3.0)

    return handler


def hanging_up_unread(server: Server, connection: socket.socket) -> None:
    select.select([connection], [], [], 5.0)


def post(port: int, *, body: bytes | None = BODY, scheme: str = "http", host: str = "127.0.0.1") -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{scheme}://{host}:{port}/0/private/AddOrder?otp=in-the-query",
        headers=(
            ("API-Key", "the-key"),
            ("API-Sign", "the-signature"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ),
        body=body,
        label="POST /0/private/AddOrder",
    )


def get(port: int, *, scheme: str = "http", host: str = "127.0.0.1") -> HttpRequest:
    return HttpRequest(
        method="GET", url=f"{scheme}://{host}:{port}/0/public/Time?otp=in-the-query", label="GET /0/public/Time"
    )


REQUESTS: list[Callable[..., HttpRequest]] = [post, get]


def sent_in_turn(face: str, options: HttpOptions, *requests: HttpRequest, gap: float = 0.0) -> list[Outcome]:
    """What came of each request over one client of this face."""
    return (
        blocking_outcomes(options, requests, gap)
        if face == "blocking"
        else asyncio.run(async_outcomes(options, requests, gap))
    )


def blocking_outcomes(options: HttpOptions, requests: tuple[HttpRequest, ...], gap: float) -> list[Outcome]:
    http = BlockingHttp(options)
    outcomes: list[Outcome] = []
    for request in requests:
        try:
            outcomes.append(http.send(request))
        except KrakenError as error:
            outcomes.append(error)
        time.sleep(gap)
    http.close()
    return outcomes


async def async_outcomes(options: HttpOptions, requests: tuple[HttpRequest, ...], gap: float) -> list[Outcome]:
    outcomes: list[Outcome] = []
    async with opened(options) as http:
        for request in requests:
            try:
                outcomes.append(await http.send(request))
            except KrakenError as error:
                outcomes.append(error)
            await asyncio.sleep(gap)
    return outcomes


@asynccontextmanager
async def opened(options: HttpOptions) -> AsyncIterator[AsyncHttp]:
    http = AsyncHttp(options)
    try:
        yield http
    finally:
        await http.close()


def failure(face: str, options: HttpOptions, request: HttpRequest) -> TransportError:
    (outcome,) = sent_in_turn(face, options, request)
    assert isinstance(outcome, TransportError)
    assert_discreet(outcome)
    assert outcome.request == request.label
    assert str(outcome).startswith(f"{request.label}: ")
    return outcome


def reply(face: str, options: HttpOptions, request: HttpRequest) -> HttpReply:
    (outcome,) = sent_in_turn(face, options, request)
    assert isinstance(outcome, HttpReply)
    return outcome


def assert_discreet(error: BaseException) -> None:
    """Nothing secret in the message, nor in anything a traceback would print."""
    text = "".join(traceback.format_exception(error))
    for secret in ("in-the-query", "the-key", "the-signature", "1718", "s3cret"):
        assert secret not in text


# The request left, or may have: ``sent`` is True.

LOST_ANSWERS = {
    "hung up unread": (hanging_up_unread, "the connection was closed before an answer came", 0),
    "read, then hung up": (after_reading(), "the connection was closed before an answer came", 1),
    "read, then reset": (after_reading(then=reset), "the connection was closed before an answer came", 1),
    "half a head": (after_reading(b"HTTP/1.1 200 OK\r\nConte"), "the connection was closed before an answer came", 1),
    "half a body": (after_reading(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), "in the middle of the answer", 1),
    "half a chunked body": (
        after_reading(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"), "in the middle of the answer", 1,
    ),
    "half a body, then reset": (
        after_reading(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", then=reset), "in the middle of the answer", 1,
    ),
    "silence": (after_reading_silent(), "no whole answer came within 0.2 s", 1),
    "silence after half a body": (
        after_reading_silent(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), "no whole answer came within 0.2 s", 1,
    ),
    "not HTTP": (after_reading(b"ready.\r\n\r\n"), "what came back is not HTTP", 1),
    "bad compression": (replying(b"{}", headers=b"Content-Encoding: gzip\r\n"), "the answer could not be unpacked", 1),
}  # fmt: skip


@pytest.mark.parametrize("request_for", REQUESTS)
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("case", LOST_ANSWERS)
def test_a_lost_answer_counts_as_sent(case: str, face: str, request_for: Callable[[int], HttpRequest]) -> None:
    handler, words, times_read = LOST_ANSWERS[case]
    with Server(handler) as server:
        error = failure(face, HURRIED if "silence" in case else PATIENT, request_for(server.port))
    assert error.sent
    assert words in str(error)
    assert str(error).endswith("; the request may have been executed.")
    assert server.connections == 1
    assert server.bodies == [request_for(server.port).body or b""] * times_read


# The request did not leave: ``sent`` is False.


@contextmanager
def nobody() -> Iterator[int]:
    """A port that refuses connections, since nobody listens behind it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose listener never accepts and has no room for another connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for one in waiting:
            one.close()


def with_proxy(url: str) -> HttpOptions:
    return HttpOptions(proxy=url)


@pytest.mark.parametrize("request_for", REQUESTS)
@pytest.mark.parametrize("face", FACES)
class TestWhatNeverLeft:
    def test_a_refused_connection(self, face: str, request_for: Callable[..., HttpRequest]) -> None:
        with nobody() as port:
            error = failure(face, PATIENT, request_for(port))
        assert not error.sent
        assert "the connection was refused" in str(error)
        assert "nothing was sent" in str(error)

    def test_a_name_that_does_not_exist(self, face: str, request_for: Callable[..., HttpRequest]) -> None:
        # A label of 64 letters is too long for DNS, so the look-up fails on this machine and asks no server.
        error = failure(face, PATIENT, request_for(80, host=f"{'k' * 64}.localhost"))
        assert not error.sent
        assert "the name of the host was not found" in str(error)

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems let a full backlog grow")
    def test_a_connection_that_is_never_accepted(self, face: str, request_for: Callable[..., HttpRequest]) -> None:
        with full_backlog() as port:
            error = failure(face, HURRIED, request_for(port))
        assert not error.sent
        assert "no connection stood within 0.1 s" in str(error)

    def test_a_server_without_tls(self, face: str, request_for: Callable[..., HttpRequest]) -> None:
        with Server(lambda _, connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
            error = failure(face, PATIENT, request_for(server.port, scheme="https"))
        assert not error.sent
        assert "no connection could be made" in str(error)

    def test_a_certificate_nobody_vouches_for(
        self, face: str, request_for: Callable[..., HttpRequest], tls: ssl.SSLContext
    ) -> None:
        with Server(encrypted(tls, replying())) as server:
            error = failure(face, PATIENT, request_for(server.port, scheme="https", host="localhost"))
        assert not error.sent
        assert "the certificate of the server is not trusted" in str(error)
        assert server.bodies == []

    def test_a_tls_greeting_without_an_answer(self, face: str, request_for: Callable[..., HttpRequest]) -> None:
        with Server(lambda server, _: server.pause(3.0)) as server:
            error = failure(face, HURRIED, request_for(server.port, scheme="https"))
        assert not error.sent
        assert "no connection stood within 0.1 s" in str(error)

    @pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h"])
    def test_a_proxy_that_refuses_connections(
        self, face: str, request_for: Callable[..., HttpRequest], scheme: str
    ) -> None:
        with nobody() as port:
            error = failure(
                face, with_proxy(f"{scheme}://trader:s3cret@127.0.0.1:{port}"), request_for(9, scheme="https")
            )
        assert not error.sent

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ("407 Proxy Authentication Required", "the proxy refused user name and password"),
            ("502 Bad Gateway", "the proxy gave no"),
        ],
    )
    def test_a_proxy_that_opens_no_tunnel(
        self, face: str, request_for: Callable[..., HttpRequest], status: str, words: str
    ) -> None:
        with Server(replying(b"", status=status)) as proxy:
            options = with_proxy(f"http://trader:s3cret@127.0.0.1:{proxy.port}")
            error = failure(face, options, request_for(9, scheme="https"))
        assert not error.sent
        assert words in str(error)
        assert [head.split()[0] for head in proxy.heads] == [b"CONNECT"]
        assert proxy.bodies == [b""]

    @pytest.mark.parametrize(
        ("replies", "words"),
        [
            ([], "the proxy gave no connection"),
            ([b"\x05\xff"], "the proxy refused user name and password"),
            ([b"\x05\x02", b"\x01\x01"], "the proxy refused user name and password"),
            ([b"\x05\x02", b"\x01\x00", b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"], "the proxy gave no connection"),
        ],
    )
    def test_a_socks_proxy_that_gives_up(
        self, face: str, request_for: Callable[..., HttpRequest], replies: list[bytes], words: str
    ) -> None:
        heard: list[bytes] = []
        with Server(socks(heard, replies)) as proxy:
            error = failure(face, with_proxy(f"socks5h://trader:s3cret@127.0.0.1:{proxy.port}"), request_for(9))
        assert not error.sent
        assert words in str(error)
        assert not any(b"nonce" in message or b"GET" in message for message in heard)

    def test_a_call_that_found_all_connections_busy(self, face: str, request_for: Callable[..., HttpRequest]) -> None:
        options = HttpOptions(timeout=0.3, max_connections=1)
        with Server(after_reading_silent()) as server:
            first, second = sent_together(face, options, post(server.port, body=b"first"), request_for(server.port))
        assert isinstance(first, TransportError)
        assert isinstance(second, TransportError)
        assert (first.sent, second.sent) == (True, False)
        assert "1 calls were under way, and none ended within 0.15 s; nothing was sent." in str(second)
        assert server.bodies == [b"first"]


def test_a_body_that_was_not_handed_out_proves_more_than_the_cause() -> None:
    # The whole time-out ends before the one for connecting: the cause alone says only "operation timed out".
    with Server(socks([], [b"\x05\x00"], pause=3.0)) as proxy:
        stalled = HttpOptions(timeout=0.2, connect_timeout=5.0, proxy=f"socks5h://127.0.0.1:{proxy.port}")
        placed, looked = failure("blocking", stalled, post(9)), failure("blocking", stalled, get(9))
    assert (placed.sent, looked.sent) == (False, True)
    assert "no connection stood within 0.2 s" in str(placed)


@pytest.mark.parametrize(
    ("error", "left"),
    [
        (ConnectError("x", {"causes": [{"message": "client error (Connect)"}]}), False),
        (ConnectError("x", {"causes": [{"message": "client error (SendRequest)"}]}), True),
        (ConnectError("x", {"causes": [{"message": "odd"}, {"message": "client error (Connect)"}]}), True),
        (ConnectError("x", {"causes": None}), True),
        (ConnectTimeoutError("x", {"causes": [{"message": "operation timed out"}]}), True),
        (RuntimeError("client error (Connect)"), True),
    ],
)
def test_without_a_body_only_the_outermost_cause_is_proof(error: Exception, left: bool) -> None:
    details = getattr(error, "details", {"causes": None})
    causes = [cause["message"] for cause in details["causes"] or []]
    assert may_have_left(error, causes, None) is left


def test_with_a_body_the_cause_is_not_even_asked() -> None:
    handed_out, kept = Parcel(BODY), Parcel(BODY)
    next(handed_out)
    assert may_have_left(RuntimeError(), ["client error (Connect)"], handed_out)
    assert not may_have_left(RuntimeError(), ["client error (SendRequest)"], kept)


# Never twice.


def test_a_body_is_handed_out_once() -> None:
    parcel = Parcel(BODY)
    assert list(parcel) == [BODY]
    assert list(parcel) == []
    assert not parcel.withdraw()


def test_a_body_that_was_taken_back_ends_the_sending() -> None:
    parcel = Parcel(BODY)
    assert parcel.withdraw()
    with pytest.raises(Withdrawn):
        next(parcel)


@pytest.mark.parametrize("face", FACES)
class TestNeverTwice:
    @pytest.mark.parametrize("end", [socket.socket.close, reset])
    def test_a_reused_connection_that_ends_after_reading(self, face: str, end: Callable[[socket.socket], None]) -> None:
        def handler(server: Server, connection: socket.socket) -> None:
            server.read(connection)
            answer(connection)
            server.read(connection)
            end(connection)

        with Server(handler) as server:
            requests = post(server.port, body=b"first"), post(server.port, body=b"second")
            first, second = sent_in_turn(face, PATIENT, *requests, gap=0.02)
        assert isinstance(first, HttpReply)
        assert isinstance(second, TransportError)
        assert second.sent
        assert server.bodies == [b"first", b"second"]
        assert server.connections == 1

    def test_a_connection_that_ended_between_two_calls_is_replaced(self, face: str) -> None:
        def handler(server: Server, connection: socket.socket) -> None:
            server.read(connection)
            answer(connection)

        with Server(handler) as server:
            outcomes = sent_in_turn(face, PATIENT, *(post(server.port, body=b"%d" % n) for n in range(3)), gap=0.05)
        assert [type(outcome) for outcome in outcomes] == [HttpReply] * 3
        assert server.bodies == [b"0", b"1", b"2"]
        assert server.connections == 3

    def test_hang_ups_at_any_moment_double_nothing_and_are_told_truly(self, face: str) -> None:
        def handler(server: Server, connection: socket.socket) -> None:
            for _ in range(1 + server.connections % 3):
                if server.read(connection) is None:
                    return
                answer(connection)
            time.sleep(server.connections % 7 * 0.0001)
            if server.connections % 2:
                reset(connection)

        bodies = [b"order %d" % n for n in range(150)]
        with Server(handler) as server:
            outcomes = sent_in_turn(face, PATIENT, *(post(server.port, body=body) for body in bodies))
        assert len(set(server.bodies)) == len(server.bodies)
        for body, outcome in zip(bodies, outcomes, strict=True):
            if isinstance(outcome, TransportError) and not outcome.sent:
                assert body not in server.bodies
            if isinstance(outcome, HttpReply):
                assert body in server.bodies

    @pytest.mark.parametrize(
        ("request_for", "status"),
        [(post, "307 Temporary Redirect"), (post, "303 See Other"), (get, "302 Found"), (get, "301 Moved Permanently")],
    )
    def test_a_redirect_is_a_reply_and_is_not_followed(
        self, face: str, request_for: Callable[..., HttpRequest], status: str
    ) -> None:
        with Server(replying()) as elsewhere:
            location = f"Location: http://127.0.0.1:{elsewhere.port}/\r\n".encode()
            with Server(replying(b"", status=status, headers=location)) as server:
                outcome = reply(face, PATIENT, request_for(server.port))
        assert outcome.status == int(status[:3])
        assert elsewhere.connections == 0
        assert len(server.bodies) == 1


# Replies.


@pytest.mark.parametrize("face", FACES)
class TestReplies:
    def test_any_status_is_a_reply(self, face: str) -> None:
        page = b"<html>Bad gateway</html>"
        with Server(replying(page, status="502 Bad Gateway", headers=b"Content-Type: text/html\r\n")) as server:
            outcome = reply(face, PATIENT, get(server.port))
        assert outcome == HttpReply(status=502, body=page, content_type="text/html", retry_after=None)

    @pytest.mark.parametrize("size", [0, 1, 5_000_000])
    def test_a_body_of_any_size_comes_whole(self, face: str, size: int) -> None:
        with Server(replying(b"x" * size)) as server:
            assert reply(face, PATIENT, get(server.port)).body == b"x" * size

    def test_a_packed_body_comes_unpacked(self, face: str) -> None:
        packed = gzip.compress(b'{"result":{}}')
        with Server(replying(packed, headers=b"Content-Encoding: gzip\r\n")) as server:
            assert reply(face, PATIENT, get(server.port)).body == b'{"result":{}}'

    def test_the_time_to_wait_is_read(self, face: str) -> None:
        with Server(replying(status="429 Too Many Requests", headers=b"Retry-After: 7\r\n")) as server:
            assert reply(face, PATIENT, get(server.port)).retry_after == 7.0

    def test_a_header_that_is_not_text_loses_no_answer(self, face: str) -> None:
        with Server(replying(b"{}", headers=b"Content-Type: \xff\xfe\r\n")) as server:
            assert reply(face, PATIENT, get(server.port)) == HttpReply(status=200, body=b"{}")

    def test_a_request_goes_out_as_given(self, face: str) -> None:
        with Server(replying()) as server:
            request = post(server.port)
            reply(face, PATIENT, request)
        (head,) = server.heads
        lines = head.decode().lower().split("\r\n")
        assert lines[0] == "post /0/private/addorder?otp=in-the-query http/1.1"
        assert {f"{name}: {value}".lower() for name, value in request.headers} <= set(lines)
        assert f"user-agent: {USER_AGENT}" in lines
        assert lines.count(f"content-length: {len(BODY)}") == 1
        assert not any(line.startswith(("transfer-encoding", "cookie", "referer")) for line in lines)
        assert server.bodies == [BODY]

    @pytest.mark.parametrize("body", [None, b""])
    def test_a_post_without_a_body_says_so(self, face: str, body: bytes | None) -> None:
        with Server(replying()) as server:
            reply(face, PATIENT, post(server.port, body=body))
        assert b"content-length: 0" in server.heads[0].lower()

    def test_one_connection_serves_call_after_call(self, face: str) -> None:
        with Server(echoing) as server:
            sent_in_turn(face, PATIENT, *(post(server.port) for _ in range(5)))
        assert server.connections == 1

    def test_a_trusted_certificate_opens_the_way(self, face: str, tls: ssl.SSLContext) -> None:
        options = HttpOptions(root_certificate=CERTIFICATE)
        with Server(encrypted(tls, echoing)) as server:
            assert reply(face, options, post(server.port, scheme="https", host="localhost")).body == BODY


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("30", None, 30.0),
        (" 0 ", None, 0.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:27:15 GMT", 45.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:29:00 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "today", None),
        ("-1", None, None),
        ("soon", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("9" * 400, None, None),
    ],
)
def test_retry_after_holds_seconds_or_a_moment(retry_after: str, date: str | None, seconds: float | None) -> None:
    assert seconds_asked(retry_after, date=date) == seconds


def test_reprs_keep_secrets() -> None:
    request = post(80)
    assert repr(request) == "HttpRequest('POST /0/private/AddOrder')"
    unlabelled = HttpRequest(method="GET", url="http://user:s3cret@localhost/0/public/Time?otp=in-the-query#x")
    assert unlabelled.name == "GET /0/public/Time"
    assert repr(unlabelled) == "HttpRequest('GET /0/public/Time')"
    assert "token" not in repr(HttpReply(status=200, body=b'{"token":"x"}'))
    assert "s3cret" not in repr(with_proxy("http://trader:s3cret@localhost:8080"))


# Proxies.


@pytest.mark.parametrize("face", FACES)
class TestProxies:
    def test_an_http_proxy_carries_plain_requests(self, face: str) -> None:
        with Server(echoing) as proxy:
            options = HttpOptions(proxy=f"http://trader:s3c%3Aret@127.0.0.1:{proxy.port}")
            assert reply(face, options, post(9)).body == BODY
        assert proxy.heads[0].startswith(b"POST http://127.0.0.1:9/0/private/AddOrder?otp=in-the-query HTTP/1.1")
        assert b"Proxy-Authorization: Basic dHJhZGVyOnMzYzpyZXQ=" in proxy.heads[0]

    def test_an_http_proxy_carries_tls_in_a_tunnel(self, face: str, tls: ssl.SSLContext) -> None:
        def tunnel(proxy: Server, connection: socket.socket) -> None:
            proxy.read(connection)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            encrypted(tls, echoing)(proxy, connection)

        with Server(tunnel) as proxy:
            options = HttpOptions(proxy=f"http://trader:s3cret@127.0.0.1:{proxy.port}", root_certificate=CERTIFICATE)
            assert reply(face, options, post(9, scheme="https", host="localhost")).body == BODY
        connect, inside = proxy.heads
        assert connect.startswith(b"CONNECT localhost:9 HTTP/1.1")
        assert b"Basic dHJhZGVyOnMzY3JldA==" in connect
        assert b"Basic" not in inside

    @pytest.mark.parametrize(
        ("scheme", "target"), [("socks5", b"\x01\x7f\x00\x00\x01\x00\x09"), ("socks5h", b"\x03\x09localhost\x00\x09")]
    )
    def test_a_socks_proxy_gets_an_address_or_a_name(self, face: str, scheme: str, target: bytes) -> None:
        heard: list[bytes] = []
        replies = [b"\x05\x02", b"\x01\x00", b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"]
        host = "127.0.0.1" if scheme == "socks5" else "localhost"
        with Server(socks(heard, replies, then=echoing)) as proxy:
            options = HttpOptions(proxy=f"{scheme}://trader:s3c%3Aret@127.0.0.1:{proxy.port}")
            assert reply(face, options, post(9, host=host)).body == BODY
        assert heard[1:] == [b"\x01\x06trader\x07s3c:ret", b"\x05\x01\x00" + target]

    def test_proxies_of_the_environment_are_ignored(self, face: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with Server(echoing) as server, Server(echoing) as proxy:
            for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            reply(face, PATIENT, post(server.port))
        assert (server.connections, proxy.connections) == (1, 0)


@pytest.mark.parametrize(
    "proxy",
    [
        "",
        "127.0.0.1:8080",
        "localhost:8080",
        "proxy.example",
        "ftp://trader:s3cret@proxy.example:8080",
        "socks4://trader:s3cret@proxy.example:1080",
        "http://",
        "socks5://",
        "http://trader:s3cret@proxy.example:99999",
        "http://trader:s3cret@proxy.example:0",
        "http://trader:s3cret@proxy.example:port",
        "http://trader:s3#cret@proxy.example:8080",
        "socks5://trader:s3/cret@proxy.example:1080",
        "http://trader:s3cret@proxy.example:8080/path",
        "http://trader:s3cret@proxy.example:8080?x=1",
    ],
)
def test_a_malformed_proxy_is_refused_without_being_quoted(proxy: str) -> None:
    with pytest.raises(SettingsError, match="The proxy cannot be used") as refused:
        HttpOptions(proxy=proxy)
    assert "cret" not in str(refused.value)
    assert refused.value.__cause__ is None


# Options and lifetime.


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"^timeout is 0;"):
        HttpOptions(timeout=0)
    with pytest.raises(SettingsError, match=r"^connect_timeout is -1;"):
        HttpOptions(connect_timeout=-1)
    with pytest.raises(SettingsError, match=r"^idle_timeout is nan;"):
        HttpOptions(idle_timeout=float("nan"))
    with pytest.raises(SettingsError, match=r"^max_connections is 0;"):
        HttpOptions(max_connections=0)
    with pytest.raises(SettingsError, match=r"^root_certificate holds no PEM"):
        HttpOptions(root_certificate=b"der")


@pytest.mark.parametrize("face", FACES)
class TestLifetime:
    def test_a_certificate_that_cannot_be_read_is_a_setting(self, face: str) -> None:
        broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        (outcome,) = sent_in_turn(face, HttpOptions(root_certificate=broken), get(9))
        assert isinstance(outcome, SettingsError)
        assert "root_certificate" in str(outcome)

    @pytest.mark.parametrize("url", ["nonsense", "ftp://localhost/", "http://localhost:99999/", "/0/public/Time"])
    @pytest.mark.parametrize("body", [None, BODY])
    def test_an_address_that_is_none_is_a_setting(self, face: str, url: str, body: bytes | None) -> None:
        (outcome,) = sent_in_turn(face, PATIENT, HttpRequest(method="POST", url=url, body=body, label="POST /x"))
        assert isinstance(outcome, SettingsError)
        assert "nothing was sent" in str(outcome)

    def test_a_header_with_a_line_break_is_a_setting_and_stays_secret(self, face: str) -> None:
        with Server(replying()) as server:
            url = f"http://127.0.0.1:{server.port}/"
            request = HttpRequest(method="POST", url=url, headers=(("API-Sign", "s3cret\nX: y"),), body=BODY)
            (outcome,) = sent_in_turn(face, PATIENT, request)
        assert isinstance(outcome, SettingsError)
        assert_discreet(outcome)
        assert server.connections == 0

    def test_closing_hangs_up_and_may_be_done_twice(self, face: str) -> None:
        with Server(echoing) as server:
            if face == "blocking":
                http = BlockingHttp()
                http.send(post(server.port))
                http.close()
                http.close()
                with pytest.raises(SettingsError, match="this client is closed; nothing was sent"):
                    http.send(post(server.port))
            else:
                asyncio.run(self.closed_twice(server.port))
            assert server.hung_up.wait(2.0)
        assert server.bodies == [BODY]

    async def closed_twice(self, port: int) -> None:
        http = AsyncHttp()
        await http.send(post(port))
        await http.close()
        await http.close()
        with pytest.raises(SettingsError, match="this client is closed; nothing was sent"):
            await http.send(post(port))

    def test_closing_during_a_call_ends_it_as_sent(self, face: str) -> None:
        with Server(after_reading_silent()) as server:
            if face == "blocking":
                blocking = BlockingHttp(PATIENT)
                threading.Timer(0.1, blocking.close).start()
                with pytest.raises(TransportError, match="the client was closed before an answer came") as lost:
                    blocking.send(post(server.port))
            else:
                with pytest.raises(TransportError, match="the client was closed before an answer came") as lost:
                    asyncio.run(self.closed_during_a_call(server.port))
        assert lost.value.sent

    async def closed_during_a_call(self, port: int) -> None:
        http = AsyncHttp(PATIENT)
        call = asyncio.create_task(http.send(post(port)))
        await asyncio.sleep(0.1)
        await http.close()
        await call


def test_an_unused_client_closes_and_stays_closed() -> None:
    http = BlockingHttp()
    http.close()
    with pytest.raises(SettingsError, match="closed"):
        http.send(get(9))


def test_threads_share_a_blocking_client() -> None:
    http = BlockingHttp(PATIENT)
    mixed_up: list[bytes] = []

    def work(worker: int) -> None:
        for turn in range(10):
            body = b"%d of %d" % (turn, worker)
            if http.send(post(server.port, body=body)).body != body:
                mixed_up.append(body)

    with Server(echoing) as server:
        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        http.close()
    assert mixed_up == []
    assert len(server.bodies) == len(set(server.bodies)) == 80


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_is_told_instead_of_waiting_for_ever() -> None:
    script = """
import os, sys, warnings
from krakenkit.errors import SettingsError, TransportError
from krakenkit.protocol.http import HttpRequest
from krakenkit.transport.http import BlockingHttp

def outcome(http):
    try:
        http.send(HttpRequest(method="GET", url="http://127.0.0.1:%s/" % sys.argv[1]))
    except (SettingsError, TransportError) as error:
        print(type(error).__name__, "spawn" in str(error), flush=True)

warnings.simplefilter("ignore")
parents = BlockingHttp()
outcome(parents)
if os.fork() == 0:
    outcome(parents)
    outcome(BlockingHttp())
    os._exit(0)
os.wait()
"""
    with nobody() as port:
        ran = subprocess.run([sys.executable, "-c", script, str(port)], capture_output=True, text=True, timeout=20)
    assert ran.stdout.splitlines() == ["TransportError False", "SettingsError True", "SettingsError True"]


def test_importing_brings_no_asyncio() -> None:
    script = "import sys, krakenkit.transport.http; print('asyncio' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20)
    assert ran.stdout.strip() == "False"


def test_a_process_ends_in_peace_after_its_last_awaited_reply() -> None:
    script = """
import asyncio, sys
from krakenkit.protocol.http import HttpRequest
from krakenkit.transport.http import AsyncHttp

async def story():
    http = AsyncHttp()
    for _ in range(30):
        await http.send(HttpRequest(method="POST", url="http://127.0.0.1:%s/" % sys.argv[1], body=b"x"))

asyncio.run(story())
"""
    with Server(echoing) as server:
        command = [sys.executable, "-c", script, str(server.port)]
        processes = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(8)]
        assert [process.wait(20) for process in processes] == [0] * 8


def test_the_user_agent_names_this_version() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert f"krakenkit/{project['project']['version']}" == USER_AGENT


# Cancelling.


def test_a_cancelled_call_leaves_the_client_usable_and_mixes_up_no_answers() -> None:
    async def story(port: int) -> list[bytes]:
        async with opened(PATIENT) as http:
            slow = asyncio.create_task(http.send(post(port, body=b"slow")))
            await asyncio.sleep(0.05)
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
            later = [await http.send(post(port, body=b"later %d" % n)) for n in range(3)]
            await asyncio.sleep(0.25)
            return [outcome.body for outcome in (*later, await http.send(post(port, body=b"last")))]

    with Server(echoing) as server:
        assert asyncio.run(story(server.port)) == [b"later 0", b"later 1", b"later 2", b"last"]
    assert sorted(server.bodies) == [b"last", b"later 0", b"later 1", b"later 2", b"slow"]


def test_a_time_limit_of_the_caller_passes_through(caplog: pytest.LogCaptureFixture) -> None:
    async def story(port: int) -> None:
        async with opened(PATIENT) as http, asyncio.timeout(0.05):
            await http.send(post(port))

    caplog.set_level(logging.DEBUG, "krakenkit")
    with Server(after_reading_silent()) as server, pytest.raises(TimeoutError):
        asyncio.run(story(server.port))
    assert caplog.messages == ["POST /0/private/AddOrder was cancelled on its way; it may have been executed."]


def test_a_call_cancelled_while_connecting_never_leaves() -> None:
    heard: list[bytes] = []
    replies = [b"\x05\x00", b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"]

    async def story(port: int) -> None:
        async with opened(HttpOptions(proxy=f"socks5h://127.0.0.1:{port}")) as http:
            call = asyncio.create_task(http.send(post(9)))
            await asyncio.sleep(0.05)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await asyncio.sleep(0.3)  # the connection comes about meanwhile

    with Server(socks(heard, replies, pause=0.2, then=echoing)) as proxy:
        asyncio.run(story(proxy.port))
    assert len(heard) == 2
    assert proxy.heads == []
    assert proxy.bodies == []


def test_a_call_cancelled_while_waiting_for_its_turn_never_leaves() -> None:
    async def story(port: int) -> None:
        async with opened(HttpOptions(max_connections=1)) as http:
            slow = asyncio.create_task(http.send(post(port, body=b"slow")))
            await asyncio.sleep(0.05)
            waiting = asyncio.create_task(http.send(post(port, body=b"waiting")))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await slow
            await http.send(post(port, body=b"next"))

    with Server(echoing) as server:
        asyncio.run(story(server.port))
    assert server.bodies == [b"slow", b"next"]


def test_one_async_client_serves_one_loop_after_another() -> None:
    http = AsyncHttp(PATIENT)
    with Server(echoing) as server:
        bodies = [asyncio.run(http.send(post(server.port))).body for _ in range(2)]
        asyncio.run(http.close())
    assert bodies == [BODY, BODY]


# Helpers of the tests above.


def sent_together(face: str, options: HttpOptions, *requests: HttpRequest) -> list[Outcome]:
    """All over one client at once, each a moment after the one before; what came of each."""
    if face == "async":
        return asyncio.run(gathered(options, *requests))
    http = BlockingHttp(options)
    outcomes: dict[int, Outcome] = {}

    def send(place: int, request: HttpRequest) -> None:
        try:
            outcomes[place] = http.send(request)
        except KrakenError as error:
            outcomes[place] = error

    threads = [threading.Thread(target=send, args=(place, request)) for place, request in enumerate(requests)]
    for thread in threads:
        thread.start()
        time.sleep(0.03)
    for thread in threads:
        thread.join()
    http.close()
    return [outcomes[place] for place in range(len(requests))]


async def gathered(options: HttpOptions, *requests: HttpRequest) -> list[Outcome]:
    async with opened(options) as http:
        calls: list[asyncio.Task[HttpReply]] = []
        for request in requests:
            calls.append(asyncio.create_task(http.send(request)))
            await asyncio.sleep(0.03)
        found = await asyncio.gather(*calls, return_exceptions=True)
    return [outcome for outcome in found if isinstance(outcome, HttpReply | KrakenError)]


def socks(heard: list[bytes], replies: list[bytes], *, pause: float = 0.0, then: Handler | None = None) -> Handler:
    """A SOCKS proxy by script: a reply to each message, a pause before the last, and then it plays the target."""

    def handler(server: Server, connection: socket.socket) -> None:
        for position, message in enumerate(replies, start=1):
            heard.append(connection.recv(1000))
            if position == len(replies):
                server.pause(pause)
            connection.sendall(message)
        if then is not None:
            then(server, connection)
        else:
            heard.append(connection.recv(1000))
            server.pause(pause)

    return handler


def encrypted(context: ssl.SSLContext, handler: Handler) -> Handler:
    def wrapped(server: Server, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inside:
            handler(server, inside)

    return wrapped


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody vouches for."""
    (tmp_path / "chain.pem").write_bytes(PRIVATE_KEY + CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "chain.pem")
    return context


# Made for these tests: localhost only, valid from 2020 to 2120.
PRIVATE_KEY = b"""\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEooIaD6FKLuxpJYS
IeK2qMjhrdeTOssteGnH6nrwYOOhRANCAATOYAWYel/9DCBYAnoFBZWpmAxPvWlj
yhiLvrzoqPeMnf2uFNG8x9ICXXsPC4Xv6GbsvgfND7n/4OfSaVrw2il1
-----END PRIVATE KEY-----
"""
CERTIFICATE = b"""\
-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIULbuu14sQArSCykmsegKyQuSs8xEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATOYAWYel/9DCBYAnoFBZWpmAxPvWljyhiLvrzoqPeMnf2uFNG8x9IC
XXsPC4Xv6GbsvgfND7n/4OfSaVrw2il1o0swSTAMBgNVHRMBAf8EAjAAMBoGA1Ud
EQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUboqmeR0bU2S0fuQIajDX
5Z0UDZcwCgYIKoZIzj0EAwIDSAAwRQIhANUhBwd0aCOp+eKhZU59uK7ca7iR9PHD
gpQlqMTjXC6qAiAQ+QcEpdU9EB1XuJfMYqlynDeJ1dmJnJacOrfyYsezUw==
-----END CERTIFICATE-----
"""
