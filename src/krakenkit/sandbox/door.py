"""The ports of a sandbox: who gets in, how many of them, and what is logged about those who do not speak HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from krakenkit.errors import SettingsError
from krakenkit.wire.environment import is_loopback

MOST_CONNECTIONS: Final = 1_000
"""Connections that may be open at once; fewer where the system allows the process fewer files."""
_FILES_TO_SPARE: Final = 0.5
_SHUTDOWN_SECONDS: Final = 1.0
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 21\r\nConnection: close\r\n\r\n"
    b"too many connections\n"
)

log = logging.getLogger("krakenkit.sandbox.http")


class Door:
    """Listens on two ports for one application.

    Args:
        most: connections that may be open at once; one more is answered with 503 and closed.
    """

    def __init__(self, app: web.Application, *, most: int | None = None) -> None:
        quiet = log.getChild("requests")
        quiet.filters = [_OneLine()]
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS, logger=quiet)
        self._most = most_connections() if most is None else most
        self._servers: list[asyncio.Server] = []

    async def open(self, host: str, port: int) -> tuple[int, int]:
        """Listen; gives both ports. The first is a free one when 0 was asked for, the second always.

        Raises:
            SettingsError: for a host that is not this machine itself, and a port that is taken.
        """
        if not is_loopback(host):
            raise SettingsError(f"{host!r} is not this machine; a sandbox listens on loopback only, such as 127.0.0.1.")
        first = _listening(host, port)
        second = _listening(host, 0)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        self._servers = [await loop.create_server(self._let_in, sock=one) for one in (first, second)]
        return _port(first), _port(second)

    async def close(self) -> None:
        """Stop listening, and end what is still open."""
        for server in self._servers:
            server.close()
        await self._runner.cleanup()

    def _let_in(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None or len(server.connections) >= self._most:
            return _TurnedAway()
        return server()


class _TurnedAway(asyncio.Protocol):
    """A connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.write(_FULL)
            transport.close()


class _OneLine(logging.Filter):
    """Makes one line of what somebody sent that is not HTTP; traces are for faults of the sandbox itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | web.HTTPException | ConnectionError):
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.msg, record.args = "A request could not be read: %s", (type(error).__name__,)
            record.exc_info = record.exc_text = None
        return True


def most_connections() -> int:
    """How many connections may be open at once, as far as the system lets this process open files."""
    try:
        import resource
    except ImportError:  # Windows
        return MOST_CONNECTIONS
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(MOST_CONNECTIONS, int(allowed * _FILES_TO_SPARE)) if allowed > 0 else MOST_CONNECTIONS


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(f"The sandbox cannot listen on {host}:{port}: {error.strerror}. Use port=0.") from error


def _port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])
