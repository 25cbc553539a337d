"""HTTP over pyreqwest, blocking and async: a request goes out as given, a reply of any status comes back.

What it decides itself is one thing: when no reply comes, whether the request may have left. Signing, retries and the
meaning of a status belong to ``protocol``.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Self, TypeVar

from pyreqwest.client import Client, ClientBuilder, SyncClient, SyncClientBuilder
from pyreqwest.exceptions import BuilderError, ClientClosedError, DetailedPyreqwestError, PoolTimeoutError
from pyreqwest.http import Url
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.request import RequestBuilder, SyncRequestBuilder
from pyreqwest.response import Response, SyncResponse

from krakenkit._core.redaction import redact
from krakenkit.errors import KrakenError, SettingsError, TransportError
from krakenkit.protocol.http import HttpReply, HttpRequest, seconds_asked

log = logging.getLogger(__name__)

USER_AGENT = "krakenkit/0.1.0"

_A_DAY = 86_400.0
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_SENDS_A_LENGTH = ("POST", "PUT", "PATCH")

AnyClientBuilder = TypeVar("AnyClientBuilder", ClientBuilder, SyncClientBuilder)
AnyRequestBuilder = TypeVar("AnyRequestBuilder", RequestBuilder, SyncRequestBuilder)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """How an HTTP client connects, waits and introduces itself; all times are seconds."""

    timeout: float = 10.0
    """From the start of a call to the last byte of its answer."""
    connect_timeout: float = 5.0
    """For name look-up, TCP, proxy and TLS together."""
    idle_timeout: float = 50.0
    """How long an unused connection is kept for the next call.

    Load balancers commonly hang up after a minute, and a request that meets the hang-up has an unknown outcome.
    """
    max_connections: int = 100
    """Calls under way at the same time; further ones wait for half of ``timeout``, so that time is left for an answer."""
    proxy: str | None = field(default=None, repr=False)
    """``http://``, ``https://``, ``socks5://`` or ``socks5h://`` with an optional ``user:password@``.

    Only this option counts. ``HTTP_PROXY`` and its relatives in the environment are ignored, so that nobody reroutes
    signed requests by setting a variable.
    """
    root_certificate: bytes | None = field(default=None, repr=False)
    """PEM of a certificate to trust beside those of the system."""
    user_agent: str = USER_AGENT

    def __post_init__(self) -> None:
        for name in ("timeout", "connect_timeout", "idle_timeout"):
            if not 0 < getattr(self, name) <= _A_DAY:
                raise SettingsError(f"{name} is {getattr(self, name)!r}; give seconds above 0, at most {_A_DAY:.0f}.")
        if self.max_connections < 1:
            raise SettingsError(f"max_connections is {self.max_connections!r}; give 1 or more.")
        if self.root_certificate is not None and b"-----BEGIN CERTIFICATE-----" not in self.root_certificate:
            raise SettingsError("root_certificate holds no PEM certificate; pass the bytes of a .pem file.")
        if self.proxy is not None:
            check_proxy(self.proxy)


class BlockingHttp:
    """Sends requests and blocks until the reply is there; may be shared by threads. Connects with the first call.

    Ctrl-C is noticed when the reply or the time-out comes.
    """

    def __init__(self, options: HttpOptions | None = None) -> None:
        self.options = options or HttpOptions()
        self._opening = threading.Lock()
        self._client: SyncClient | None = None
        self._pid = 0
        self._closed = False

    def send(self, request: HttpRequest) -> HttpReply:
        """The server's reply, whatever its status.

        Raises:
            TransportError: no whole reply came; ``sent`` is False only where it is proven that nothing left.
            SettingsError: the request or the options cannot be used; nothing was sent.
        """
        client = self._opened(request)
        parcel = Parcel(request.body) if request.body else None
        # pyreqwest quotes header values and the URL with its query: hence ``from None`` here and below.
        try:
            outgoing = filled(client.request(request.method, request.url), request, parcel).build()
        except ValueError:
            raise unusable(request) from None
        try:
            response = outgoing.send()
            return reply_from(response, response.bytes().to_bytes())
        except Exception as error:
            raise translated(error, request, parcel, self.options) from None

    def close(self) -> None:
        """Close all connections; calls still under way fail. Closing again does nothing."""
        with self._opening:
            client, self._client, self._closed = self._client, None, True
        if client is not None:
            client.close()

    def _opened(self, request: HttpRequest) -> SyncClient:
        client = self._client
        if client is not None and self._pid == os.getpid():
            return client
        with self._opening:
            check_open(request, closed=self._closed, opened_by=self._pid)
            if self._client is None:
                try:
                    self._client = configured(SyncClientBuilder(), self.options).build()
                except (ValueError, RuntimeError) as error:
                    raise unopened(error) from None
                self._pid = os.getpid()
            return self._client


class AsyncHttp:
    """Sends requests and awaits the reply. Connects with the first call.

    A call that is cancelled before it left never leaves: its body is taken back. One that has left stays sent, and
    the log says so. A call without a body cannot be taken back.
    """

    def __init__(self, options: HttpOptions | None = None) -> None:
        self.options = options or HttpOptions()
        self._client: Client | None = None
        self._pid = 0
        self._closed = False

    async def send(self, request: HttpRequest) -> HttpReply:
        """The server's reply, whatever its status.

        Raises:
            TransportError: no whole reply came; ``sent`` is False only where it is proven that nothing left.
            SettingsError: the request or the options cannot be used; nothing was sent.
        """
        client = self._opened(request)
        parcel = Parcel(request.body) if request.body else None
        try:
            outgoing = filled(client.request(request.method, request.url), request, parcel).build()
        except ValueError:
            raise unusable(request) from None
        try:
            response = await outgoing.send()
            return reply_from(response, (await response.bytes()).to_bytes())
        except Exception as error:
            raise translated(error, request, parcel, self.options) from None
        except BaseException:  # the task was cancelled
            take_back(request, parcel)
            raise

    async def close(self) -> None:
        """Close all connections; calls still under way fail. Closing again does nothing."""
        client, self._client, self._closed = self._client, None, True
        if client is not None:
            await client.close()

    def _opened(self, request: HttpRequest) -> Client:
        if self._client is None or self._pid != os.getpid():
            check_open(request, closed=self._closed, opened_by=self._pid)
            try:
                self._client = configured(ClientBuilder(), self.options).build()
            except (ValueError, RuntimeError) as error:
                raise unopened(error) from None
            self._pid = os.getpid()
            leave_in_peace()
        return self._client


class Withdrawn(Exception):
    """Tells pyreqwest to give a request up whose body was taken back."""


class Parcel:
    """A request body that is handed out once: to the connection that sends it, or back to us.

    pyreqwest asks for it when a connection stands, right before anything is written to it, and goes on after the caller
    was cancelled. So the parcel proves what left, it stops a cancelled call that still waits for its connection, and it
    makes a second sending of the same body impossible. It costs about 7 µs a call.
    """

    __slots__ = ("_held", "_sent")

    def __init__(self, body: bytes) -> None:
        self._held = [body]
        self._sent = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        # list.pop is atomic, with and without the GIL: of sender and owner, one gets the body.
        try:
            body = self._held.pop()
        except IndexError:
            raise (StopIteration if self._sent else Withdrawn) from None
        self._sent = True
        return body

    def withdraw(self) -> bool:
        """True when the body has not been handed out; from now on it never will be."""
        try:
            self._held.pop()
        except IndexError:
            return False
        return True


def configured(builder: AnyClientBuilder, options: HttpOptions) -> AnyClientBuilder:
    """The builder with our options. Redirects, cookies, HTTP/2 and the environment's proxies stay off."""
    builder = (
        builder.http1_only()
        .follow_redirects(False)
        .referer(False)
        .user_agent(options.user_agent)
        .timeout(timedelta(seconds=options.timeout))
        .connect_timeout(timedelta(seconds=options.connect_timeout))
        .pool_timeout(timedelta(seconds=options.timeout / 2))
        .pool_idle_timeout(timedelta(seconds=options.idle_timeout))
        .max_connections(options.max_connections)
    )
    if options.root_certificate is not None:
        builder = builder.add_root_certificate_pem(options.root_certificate)
    if options.proxy is not None:
        return builder.proxy(ProxyBuilder.all(options.proxy))
    return builder.no_proxy()


def filled(builder: AnyRequestBuilder, request: HttpRequest, parcel: Parcel | None) -> AnyRequestBuilder:
    """The request builder with headers, and with a body that goes out with its length instead of in chunks."""
    if request.headers:
        builder = builder.headers(request.headers)
    if parcel is not None and request.body is not None:
        return builder.header("content-length", str(len(request.body))).body_stream(parcel)
    if request.method in _SENDS_A_LENGTH:  # some servers answer 411 to a POST without a length
        return builder.header("content-length", "0")
    return builder


def reply_from(response: Response | SyncResponse, body: bytes) -> HttpReply:
    """Status, body and the two headers that mean something to the protocol."""
    asked = header(response, "retry-after") if response.status >= 300 else ""
    return HttpReply(
        status=response.status,
        body=body,
        content_type=header(response, "content-type"),
        retry_after=seconds_asked(asked, date=header(response, "date") or None) if asked else None,
    )


def header(response: Response | SyncResponse, name: str) -> str:
    """The header's text; empty where it is missing or not text, since no answer shall be lost for that."""
    try:
        return response.get_header(name) or ""
    except ValueError:
        return ""


def translated(error: Exception, request: HttpRequest, parcel: Parcel | None, options: HttpOptions) -> KrakenError:
    """Our error for one of pyreqwest's, with the proof whether the request left."""
    causes = causes_of(error)
    sent = may_have_left(error, causes, parcel)
    if isinstance(error, BuilderError) and not sent:
        return unusable(request)
    what, advice = told(error, causes, sent=sent, options=options)
    detail = f" ({redact(causes[-1])})" if causes and not re.search(_TIME_IS_UP, causes[-1]) else ""
    outcome = "the request may have been executed." if sent else f"nothing was sent. {advice}"
    return TransportError(f"{request.name}: {what}{detail}; {outcome}", sent=sent, request=request.name)


def causes_of(error: Exception) -> list[str]:
    """pyreqwest's chain of causes, outermost first, without the one that quotes the URL."""
    causes = (error.details["causes"] or []) if isinstance(error, DetailedPyreqwestError) else []
    return [cause["message"] for cause in causes if " for url (" not in cause["message"]]


def may_have_left(error: Exception, causes: list[str], parcel: Parcel | None) -> bool:
    """False only where it is proven that the request did not leave.

    The class of the error proves nothing: a server that reads the request and hangs up gives ``ConnectError``, one that
    never answers gives ``ConnectTimeoutError``. With a body the parcel knows. Without one, the outermost cause must be
    hyper's "Connect", which it reports before the request goes to a connection; ``PoolTimeoutError`` and
    ``BuilderError`` are made even earlier, each in one place.
    """
    if parcel is not None:
        return not parcel.withdraw()
    return not (causes[:1] == ["client error (Connect)"] or isinstance(error, PoolTimeoutError | BuilderError))


# Patterns in pyreqwest's causes, what they mean, and what to do; the first match counts.
_TIME_IS_UP = "timed out|deadline has elapsed"
_UNSENT = (
    (_TIME_IS_UP, "no connection stood within {connect:g} s", "Look at network and proxy, or try again."),
    ("dns error", "the name of the host was not found", "Look at address and network, or try again."),
    ("certificate", "the certificate of the server is not trusted", "For a server of your own pass root_certificate."),
    ("authorization|credentials|user/pass", "the proxy refused user name and password", "Look at the proxy option."),
    ("tunnel error|socks", "the proxy gave no connection", "Look at the proxy, or try again."),
    ("connection refused", "the connection was refused", "Look at the address, or try again."),
    ("", "no connection could be made", "Look at address and network, or try again."),
)
_SENT = (
    (_TIME_IS_UP, "no whole answer came within {total:g} s", ""),
    ("reading a body", "the connection broke in the middle of the answer", ""),
    ("decoding response body", "the answer could not be unpacked", ""),
    ("parsed", "what came back is not HTTP", ""),
    ("message completed|reset|broken pipe|writing a body", "the connection was closed before an answer came", ""),
    ("", "no usable answer came back", ""),
)


def told(error: Exception, causes: list[str], *, sent: bool, options: HttpOptions) -> tuple[str, str]:
    """What happened and what to do next, for a reader."""
    if isinstance(error, PoolTimeoutError):
        busy = f"{options.max_connections} calls were under way, and none ended within {options.timeout / 2:g} s"
        return busy, "Make fewer calls at once, or raise max_connections."
    if isinstance(error, ClientClosedError):
        return "the client was closed before an answer came", "Make a new one."
    chain = " ".join(causes).lower()
    table = _SENT if sent else _UNSENT
    what, advice = next((what, advice) for pattern, what, advice in table if re.search(pattern, chain))
    return what.format(connect=min(options.connect_timeout, options.timeout), total=options.timeout), advice


def take_back(request: HttpRequest, parcel: Parcel | None) -> None:
    """Keep the request of a cancelled call from leaving, and log whether it already has."""
    if parcel is not None and parcel.withdraw():
        log.debug("%s was cancelled before it left.", request.name)
    elif request.method != "GET":
        log.info("%s was cancelled on its way; it may have been executed.", request.name)


def unusable(request: HttpRequest) -> SettingsError:
    """For an address, method or header that HTTP cannot carry. Their values stay out: they may be secrets."""
    return SettingsError(
        f"{request.name}: its address or one of its headers cannot be sent; nothing was sent. "
        "Look for line breaks and other stray characters in the credentials and the address."
    )


def unopened(error: Exception) -> SettingsError:
    """For options, or a process, in which pyreqwest makes no client."""
    advice = "Look at root_certificate, user_agent and proxy." if isinstance(error, ValueError) else _FORKED
    return SettingsError(f"No HTTP client can be made. {advice}")


_FORKED = "After a first HTTP call a process cannot be forked and go on calling: start processes with the spawn method."


@cache
def leave_in_peace() -> None:
    """Have the process pause for 10 ms before it ends; needed by the async client only.

    pyreqwest's thread drops its last Python objects a moment after an awaited reply is there. An interpreter that is
    being torn down by then aborts: without the pause, that was the end of up to half of our short scripts.
    """
    atexit.register(time.sleep, 0.01)


def check_open(request: HttpRequest, *, closed: bool, opened_by: int) -> None:
    """Raise SettingsError when the client was closed, or opened by a process that has forked since.

    In a forked child pyreqwest's thread is missing, and a call would wait for ever.
    """
    if closed:
        raise SettingsError(f"{request.name}: this client is closed; nothing was sent. Make a new one.")
    if opened_by not in (0, os.getpid()):
        raise SettingsError(f"{request.name}: this client belongs to the parent process; nothing was sent. {_FORKED}")


def check_proxy(proxy: str) -> None:
    """Raise SettingsError for a proxy that pyreqwest would refuse, or ignore and go around. It is never quoted."""
    try:
        url = Url(proxy)
        usable = url.scheme in _PROXY_SCHEMES and bool(url.host_str) and url.port != 0
        bare = url.path in ("", "/") and url.query_string is None and url.fragment is None
    except ValueError:
        usable = bare = False
    if not (usable and bare):
        raise SettingsError(
            "The proxy cannot be used; write scheme://user:password@host:port with one of the schemes "
            f"{', '.join(_PROXY_SCHEMES)}, and percent-encode special characters in user and password."
        )
