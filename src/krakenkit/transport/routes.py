"""The way to a host before a WebSocket is on it: addresses that race, proxies, certificates."""

from __future__ import annotations

import asyncio
import math
import socket as tcp
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, zip_longest
from typing import Any, TypeAlias
from urllib.parse import SplitResult, quote, unquote, urlsplit

from krakenkit.errors import SettingsError

_Address: TypeAlias = "tuple[tcp.AddressFamily, Any]"
_PROXY_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}

HEAD_START_SECONDS = 0.25
"""How long one address is tried alone before the next one races it."""


@cache
def system_certificates() -> ssl.SSLContext:
    return ssl.create_default_context()  # once: reading the certificates takes longer than the rest of a dial


def checked_address(url: str) -> SplitResult:
    with suppress(ValueError):  # raised for brackets and ports that make no sense
        address = urlsplit(url)
        if address.scheme in ("ws", "wss") and address.hostname and address.port != 0 and "@" not in address.netloc:
            return address
    shown = "The address" if "@" in url else f"{url!r}"
    raise SettingsError(f"{shown} cannot be dialled; it must look like wss://host:port/path, without user or password.")


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy is and how to speak to it; ``at`` is what messages may show."""

    scheme: str
    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Proxy:
        with suppress(ValueError):
            parts = urlsplit(text)
            port = parts.port or _PROXY_PORTS.get(parts.scheme)
            if parts.hostname and port and parts.scheme in _PROXY_PORTS:
                user, password = unquote(parts.username or ""), unquote(parts.password or "")
                return cls(parts.scheme, parts.hostname, port, user, password)
        # A mistyped text may hold its password anywhere, so none of it is shown.
        kinds = ", ".join(_PROXY_PORTS)
        raise SettingsError(f"The proxy cannot be used; write scheme://user:password@host:port with one of {kinds}.")

    @property
    def at(self) -> str:
        return f"{self.scheme}://{self._netloc}"

    @property
    def url(self) -> str:
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"{self.scheme}://{login}{self._netloc}"

    @property
    def _netloc(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        return self.scheme.startswith("socks")

    async def open_socks(self, host: str, port: int) -> tcp.socket:
        from python_socks import ProxyType
        from python_socks.async_.asyncio import Proxy

        kind = ProxyType.SOCKS4 if self.scheme.startswith("socks4") else ProxyType.SOCKS5
        looks_up = self.scheme in ("socks4a", "socks5h")
        proxy = Proxy(kind, self.host, self.port, self.user, self.password, rdns=looks_up)
        return await proxy.connect(host, port, timeout=math.inf)  # the time-out of the whole dial is around it


async def open_tcp(host: str, port: int) -> tcp.socket:
    """A connected socket. An address that stays silent costs the next one a quarter of a second, not the whole dial."""
    waiting = await _addresses(host, port)
    attempts: set[asyncio.Task[tcp.socket]] = set()
    failures: list[BaseException] = []
    try:
        while waiting or attempts:
            if waiting:
                attempts.add(asyncio.create_task(_connected(*waiting.pop(0))))
            head_start = HEAD_START_SECONDS if waiting else None
            done, _ = await asyncio.wait(attempts, timeout=head_start, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                attempts.remove(attempt)
                if (failure := attempt.exception()) is None:
                    return attempt.result()
                failures.append(failure)
    finally:
        await _withdraw(attempts)
    raise failures[0]


async def _withdraw(attempts: set[asyncio.Task[tcp.socket]]) -> None:
    for attempt in attempts:
        attempt.add_done_callback(_close_unused)
        attempt.cancel()
    if attempts:
        await asyncio.wait(attempts)


def _close_unused(attempt: asyncio.Task[tcp.socket]) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()


async def _addresses(host: str, port: int) -> list[_Address]:
    """What the name stands for, the families taking turns."""
    try:  # a number needs neither a look-up nor the thread that asyncio makes for one
        found = tcp.getaddrinfo(host, port, type=tcp.SOCK_STREAM, flags=tcp.AI_NUMERICHOST)
    except tcp.gaierror:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=tcp.SOCK_STREAM)
    families: dict[tcp.AddressFamily, list[_Address]] = {}
    for family, _, _, _, address in found:
        families.setdefault(family, []).append((family, address))
    return [address for address in chain.from_iterable(zip_longest(*families.values())) if address]


async def _connected(family: tcp.AddressFamily, address: Any) -> tcp.socket:
    line = tcp.socket(family, tcp.SOCK_STREAM)
    try:
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, address)
    except BaseException:
        line.close()
        raise
    return line
