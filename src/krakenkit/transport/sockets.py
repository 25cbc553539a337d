"""One WebSocket line on top of picows: dial it, write to it, hear every message and its end.

Pings are answered here. When a line is too quiet, when to dial again and what a message means is decided above.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket as tcp
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult

from krakenkit.errors import SettingsError, TransportError
from krakenkit.transport.routes import Proxy, checked_address, open_tcp, system_certificates

if TYPE_CHECKING:
    from picows import WSFrame, WSListener, WSTransport, WSUpgradeRequest, WSUpgradeResponse
    from picows.picows import WSCloseHandshake
    from picows.url import WSParsedURL

log = logging.getLogger(__name__)


# https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
PROTOCOL_ERROR = 1002
NO_CODE = 1005
ABNORMAL = 1006
TOO_BIG = 1009
_NEVER_SENT = (NO_CODE, ABNORMAL, 1015)
_BINARY, _CLOSE = 2, 8


CLOSING_SECONDS = 0.75
_CLOSING_TURNS = 50


class SocketListener(Protocol):
    """Hears one line: ``opened`` first, then its messages, then ``closed`` once and nothing after it.

    The calls come from the event loop, and may come before ``dial`` has returned. A line that never opened says
    nothing. An exception that leaves a listener is logged, and the line goes on.
    """

    def opened(self, socket: Socket) -> None:
        """The server agreed; ``socket`` is the one that ``dial`` returns."""

    def frame(self, payload: bytes) -> None:
        """One whole message, its fragments put together. Whether text is UTF-8 is not looked at."""

    def closed(self, code: int, reason: str) -> None:
        """The line is gone: the peer's code and reason, or those of the fault it was hung up for.

        1005 stands for a peer that gave no code, 1006 for a line that ended without a closing handshake.
        """


@dataclass(frozen=True, slots=True)
class SocketOptions:
    """How to dial."""

    timeout: float = 10.0
    """Seconds for all of it: name, TCP, proxy, TLS and upgrade."""
    proxy: str | None = field(default=None, repr=False)
    """``scheme://user:password@host:port`` with ``http``, ``https``, ``socks4``, ``socks4a``, ``socks5``, ``socks5h``.

    The exchange's name is looked up by the proxy, except with ``socks4`` and ``socks5``, where it is looked up here.
    """
    max_frame: int = 32 * 1024 * 1024
    """Bytes of the largest message that is accepted."""
    user_agent: str = "krakenkit"
    ssl_context: ssl.SSLContext | None = None
    """For ``wss`` and for an ``https`` proxy; the certificates of the system when left out."""


class DialFailed(TransportError):
    """No line came about. ``status`` is the HTTP status with which the server refused the upgrade, if it did."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message, sent=False, status=status)


async def dial(url: str, listener: SocketListener, options: SocketOptions | None = None) -> Socket:
    """An open line to ``url`` that speaks to ``listener``; :class:`DialFailed` when there is none in time.

    A dial that fails or is cancelled leaves no socket behind. If its line had just opened, ``closed`` has been called.
    """
    attempt = _Dial(checked_address(url), url, listener, options or SocketOptions())
    try:
        async with asyncio.timeout(attempt.options.timeout):
            return await attempt.run()
    except Exception as error:
        await attempt.drop()
        raise attempt.failure(error) from error
    except BaseException:
        await attempt.drop()
        raise


class Socket:
    """An open line. It belongs to the thread of its event loop."""

    def __init__(self, transport: WSTransport, listener: SocketListener, max_message: int) -> None:
        from picows import WSMsgType

        self._text = WSMsgType.TEXT
        self._transport = transport
        self._listener = listener
        self._pieces = _Pieces(max_message)
        self._leaving = False
        self._ended = False
        self._verdict: tuple[int, str] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._epilogue: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent: neither side is known to have begun closing."""
        return not (self._leaving or self._ended or self._transport.is_close_frame_sent)

    def send(self, text: str | bytes) -> None:
        """Hand one text message to the network. ``TransportError`` with ``sent`` False on a line known to be closed."""
        if not self.is_open:
            raise TransportError("Nothing was sent, because the line is closed; send it on the next line.", sent=False)
        self._transport.send(self._text, text)

    def close(self, code: int = 1000) -> None:
        """Begin the closing handshake; ``closed`` follows within a second. It may be called again.

        Messages that were already on their way may still come before that.
        """
        if self.is_open:
            self._say_goodbye(code)
            self._hang_up_in(CLOSING_SECONDS)

    def abort(self) -> None:
        """Drop the line at once, without a word to the peer; ``closed`` follows. It may be called again.

        Called while a message is being heard, it may let those through that came in the same packet.
        """
        if not self._ended:
            self._leaving = True
            self._verdict = self._verdict or (ABNORMAL, "the line was dropped on this side")
            self._transport.disconnect(graceful=False)

    def pause_reading(self) -> None:
        """Leave what comes in the network's buffers, so that the peer must wait; it may be called again."""
        if not self._ended:
            self._transport.underlying_transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on after :meth:`pause_reading`; it may be called again."""
        if not self._ended:
            self._transport.underlying_transport.resume_reading()

    def _say_goodbye(self, code: int, reason: str = "") -> None:
        from picows import WSCloseCode

        self._leaving = True
        self._transport.send_close(WSCloseCode(code), reason)

    def _hang_up(self) -> None:
        self._transport.disconnect()
        self._hang_up_in(CLOSING_SECONDS)  # a peer that does not read would hold a polite end up for ever

    def _hang_up_in(self, seconds: float) -> None:
        if self._deadline is None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(seconds, self._transport.disconnect, False)

    def _rare(self, frame: WSFrame) -> bytes | None:
        """The message that is whole with this frame. Only whole text messages take the short way past this."""
        opcode = frame.msg_type.value
        if opcode == _CLOSE:
            self._peer_closes()
        elif opcode <= _BINARY:
            try:
                return self._pieces.add(frame.get_payload_as_bytes(), first=opcode != 0, last=bool(frame.fin))
            except _Fault as fault:
                self._complain(fault.code, fault.reason)
        return None

    def _complain(self, code: int, reason: str) -> None:
        if self.is_open:
            self._verdict = (code, reason)
            self._say_goodbye(code, reason)
            self._hang_up()

    def _peer_closes(self) -> None:
        handshake = _handshake(self._transport)
        if handshake is not None and handshake.recv is not None and (self._leaving or handshake.recv_then_sent):
            code = handshake.recv.code.value or NO_CODE
            self._verdict = self._verdict or (code, handshake.recv.reason or "")
            self._say_goodbye(1000 if code in _NEVER_SENT else code)
        self._hang_up()

    def _finish(self) -> None:
        self._ended = True
        if self._deadline is not None:
            self._deadline.cancel()
        handshake = _handshake(self._transport)
        if handshake is not None and handshake.sent is not None and not handshake.recv_then_sent:
            # picows keeps a fault that it found in a future, which complains unless somebody looks.
            self._epilogue = asyncio.get_running_loop().create_task(_look(self._transport))
            if not self._leaving:
                self._verdict = (handshake.sent.code.value, handshake.sent.reason)
        silent = "the peer did not answer the closing handshake" if self._leaving else "the line broke"
        _tell(self._listener.closed, *(self._verdict or (ABNORMAL, silent)))


class _Fault(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Pieces:
    """Puts the fragments of a message together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []
        self._begun = False

    def add(self, part: bytes, *, first: bool, last: bool) -> bytes | None:
        """The message, once its last part is in."""
        if first is self._begun:
            raise _Fault(PROTOCOL_ERROR, "a message began inside another" if first else "nothing to continue")
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._limit:
            raise _Fault(TOO_BIG, f"a message of more than {self._limit} bytes came")
        self._begun = not last
        if self._begun:
            return None
        message = b"".join(self._parts)
        self._parts, self._size = [], 0
        return message


class _Dial:
    """One attempt, with the TCP socket under it.

    picows cannot be stopped while it waits for the answer to its upgrade; cancelling leaves the connection open. So the
    socket is made here, where it can be shut down, and the transport on top of it then ends in the ordinary way.
    """

    def __init__(self, address: SplitResult, url: str, listener: SocketListener, options: SocketOptions) -> None:
        if not options.user_agent.isprintable():
            raise SettingsError("The user agent may hold printable characters only.")
        self.options = options
        self.listener = listener
        self.proxy = Proxy.parse(options.proxy) if options.proxy else None
        self._url = url
        self._where = f"{address.scheme}://{address.netloc}{address.path}"
        self._line: tcp.socket | None = None
        self._socket: Socket | None = None

    async def run(self) -> Socket:
        from picows import ws_connect  # pyright: ignore[reportUnknownVariableType]  # its **kwargs have no type

        tunnel = self.proxy if self.proxy is not None and not self.proxy.is_socks else None
        context = self.options.ssl_context
        if context is None and (self._where.startswith("wss:") or (tunnel and tunnel.scheme == "https")):
            context = system_certificates()
        await ws_connect(
            self._agreed,
            self._url,
            ssl_context=context,
            disconnect_on_exception=False,
            websocket_handshake_timeout=None,
            logger_name=logging.getLogger(f"{__name__}.picows"),
            max_frame_size=self.options.max_frame,
            extra_headers={"User-Agent": self.options.user_agent},
            max_redirects=0,
            proxy=tunnel.url if tunnel else None,
            proxy_ssl_context=context if tunnel and tunnel.scheme == "https" else None,
            socket_factory=self._connect,
        )
        if self._socket is None:  # picows takes an end before the answer for a success
            raise ConnectionResetError("the line was closed before the upgrade was answered")
        return self._socket

    async def _connect(self, endpoint: WSParsedURL) -> tcp.socket:
        if self.proxy is not None and self.proxy.is_socks:
            self._line = await self.proxy.open_socks(endpoint.host, endpoint.port)
        else:
            self._line = await open_tcp(endpoint.host, endpoint.port)
        return self._line

    def _agreed(self, request: WSUpgradeRequest, response: WSUpgradeResponse) -> WSListener:
        return _bridge()(self)

    def connected(self, transport: WSTransport) -> Socket:
        self._socket = Socket(transport, self.listener, self.options.max_frame)
        _tell(self.listener.opened, self._socket)
        return self._socket

    async def drop(self) -> None:
        """Shut what has been reached so far, and return when it is gone."""
        self.listener = _Nobody()
        if self._socket is not None:
            self._socket.abort()
        if self._line is None:
            return
        with suppress(OSError):
            self._line.shutdown(tcp.SHUT_RDWR)
        for _ in range(_CLOSING_TURNS):
            if self._line.fileno() == -1:
                return
            await asyncio.sleep(0)

    def failure(self, error: Exception) -> DialFailed:
        status = _refusal(error)
        note = " (redirects are not followed)" if status and 300 <= status < 400 else ""
        way = f"{self._where} through the proxy {self.proxy.at}" if self.proxy else self._where
        cause = f"the server refused the upgrade with HTTP {status}{note}" if status else self._cause(error)
        return DialFailed(f"Could not open {way}: {cause}.", status=status)

    def _cause(self, error: Exception) -> str:
        peer = "the proxy" if self.proxy and self._line is None else "the server"
        match error:
            case TimeoutError(errno=None) if self._line is None:
                return f"{peer} could not be reached within {self.options.timeout:g} s"
            case TimeoutError(errno=None):
                return f"connected, but the upgrade was not answered within {self.options.timeout:g} s"
            case ssl.SSLCertVerificationError():
                return f"the certificate was not accepted ({error.verify_message})"
            case ssl.SSLError():
                return f"TLS failed ({error.reason or error})"
            case tcp.gaierror():
                return f"the name of {peer} was not found ({error.strerror})"
            case OSError(errno=int() as number):  # the texts that come along are asyncio's, and say less
                return f"{os.strerror(number)} at {peer}"
            case _:
                return str(error) or type(error).__name__


def _refusal(error: Exception) -> int | None:
    """The HTTP status in the answer to the upgrade, also where picows has no name for it, as for Cloudflare's 52x."""
    answer = re.match(rb"HTTP/[\d.]+ (\d{3})", getattr(error, "raw_header", None) or b"")
    status = int(answer[1]) if answer else None
    return None if status == 101 else status


@cache
def _bridge() -> Callable[[_Dial], WSListener]:
    """The class that picows calls; made late, because importing picows costs more than 50 ms."""
    from picows import WSListener, WSMsgType

    text = WSMsgType.TEXT

    # Two underscored hooks of Socket are for this class alone, hence the suppressions.
    class Bridge(WSListener):
        def __init__(self, dial: _Dial) -> None:
            self.dial = dial
            self.deliver = dial.listener.frame

        def on_ws_connected(self, transport: WSTransport) -> None:
            self.socket = self.dial.connected(transport)

        def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
            if frame.fin and frame.msg_type is text:
                message = frame.get_payload_as_bytes()
            elif (found := self.socket._rare(frame)) is not None:  # pyright: ignore[reportPrivateUsage]
                message = found
            else:
                return
            try:
                self.deliver(message)
            except Exception:
                log.exception("The listener failed on a message of %d bytes; the line goes on", len(message))

        def on_ws_disconnected(self, transport: WSTransport) -> None:
            self.socket._finish()  # pyright: ignore[reportPrivateUsage]

    return Bridge


class _Nobody:
    """Listens to a line that opened after its dial was given up."""

    def opened(self, socket: Socket) -> None:
        socket.abort()

    def frame(self, payload: bytes) -> None: ...

    def closed(self, code: int, reason: str) -> None: ...


def _tell(event: Callable[..., None], *news: object) -> None:
    try:
        event(*news)
    except Exception:
        log.exception("The listener failed; the line goes on")


def _handshake(transport: WSTransport) -> WSCloseHandshake | None:
    return transport.close_handshake  # the annotations of picows 2.3 leave out that it begins as None


async def _look(transport: WSTransport) -> None:
    with suppress(Exception):
        await transport.wait_disconnected()
