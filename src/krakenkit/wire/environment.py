"""Where the exchange is: its own addresses, or any other set of them, such as a sandbox's."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from krakenkit.errors import SettingsError
from krakenkit.wire.route import Venue


class WsKey(Enum):
    """The connections, named as the JavaScript SDK names them; Unified level 3 is ours: the public path, with a token."""

    SPOT_PUBLIC_V2 = "spotPublicV2"
    SPOT_PRIVATE_V2 = "spotPrivateV2"
    SPOT_L3_V2 = "spotL3V2"
    SPOT_BETA_PUBLIC_V2 = "spotBetaPublicV2"
    SPOT_BETA_PRIVATE_V2 = "spotBetaPrivateV2"
    SPOT_PUBLIC_V1 = "spotPublicV1"
    SPOT_PRIVATE_V1 = "spotPrivateV1"
    DERIVATIVES_PUBLIC_V1 = "derivativesPublicV1"
    DERIVATIVES_PRIVATE_V1 = "derivativesPrivateV1"
    UNIFIED_PUBLIC = "unifiedPublic"
    UNIFIED_L3 = "unifiedL3"
    UNIFIED_PRIVATE = "unifiedPrivate"

    @property
    def private(self) -> bool:
        """Whether the connection needs a key."""
        return "PRIVATE" in self.name or self in (WsKey.SPOT_L3_V2, WsKey.UNIFIED_L3)


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_url(url: str, *, secure: str, plain: str) -> str:
    """The url without a trailing slash.

    Raises:
        SettingsError: when it is no url of these schemes, or plain and not on this machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in (secure, plain) or not parts.hostname:
        raise SettingsError(f"{url!r} is not a {secure}:// address.")
    if parts.scheme == plain and not is_loopback(parts.hostname):
        raise SettingsError(
            f"{plain}://{parts.hostname} would send keys and orders unencrypted; use {secure}://. "
            f"Plain {plain} is only for this machine (127.0.0.1, localhost)."
        )
    return url.rstrip("/")


class _Described(msgspec.Struct, frozen=True):
    rest: str
    futures: str
    ws: dict[str, str]


@dataclass(frozen=True, slots=True)
class Environment:
    """A set of addresses. Plain ``http`` and ``ws`` are taken for loopback hosts only."""

    name: str
    spot_rest: str = "https://api.kraken.com"
    futures_rest: str = "https://futures.kraken.com"
    nexus_rest: str = "https://nexus.kraken.com"
    """Embed and ramp."""
    ws: Mapping[WsKey, str] = field(default_factory=dict[WsKey, str])

    def __post_init__(self) -> None:
        for name in ("spot_rest", "futures_rest", "nexus_rest"):
            object.__setattr__(self, name, checked_url(getattr(self, name), secure="https", plain="http"))
        urls = {key: checked_url(url, secure="wss", plain="ws") for key, url in self.ws.items()}
        object.__setattr__(self, "ws", MappingProxyType(urls))

    @classmethod
    def of_sandbox(cls, described: Mapping[str, Any]) -> Self:
        """The addresses in the line that ``krakenkit sandbox --json`` prints, or in what ``GET /_sandbox/addresses`` tells.

        Raises:
            SettingsError: when they are not there, or not on this machine.
        """
        try:
            told = msgspec.convert(described, _Described)
        except msgspec.ValidationError as error:
            raise SettingsError(
                f"These are no addresses of a sandbox: {error}. Give the whole line that it printed."
            ) from None
        ws = {WsKey[name]: url for name, url in told.ws.items() if name in WsKey.__members__}
        return cls("sandbox", spot_rest=told.rest, futures_rest=told.futures, nexus_rest=told.rest, ws=ws)

    def rest(self, venue: Venue) -> str:
        """The origin under which this venue's paths answer."""
        match venue:
            case "spot":
                return self.spot_rest
            case "futures":
                return self.futures_rest
            case "nexus":
                return self.nexus_rest

    def socket(self, key: WsKey) -> str:
        """The whole url of this connection.

        Raises:
            SettingsError: when this environment has none.
        """
        if key not in self.ws:
            raise SettingsError(f"The environment {self.name!r} has no address for {key.name}.")
        return self.ws[key]


_LIVE_SOCKETS = {
    WsKey.SPOT_PUBLIC_V2: "wss://ws.kraken.com/v2",
    WsKey.SPOT_PRIVATE_V2: "wss://ws-auth.kraken.com/v2",
    WsKey.SPOT_L3_V2: "wss://ws-l3.kraken.com/v2",
    WsKey.SPOT_BETA_PUBLIC_V2: "wss://beta-ws.kraken.com/v2",
    WsKey.SPOT_BETA_PRIVATE_V2: "wss://beta-ws-auth.kraken.com/v2",
    WsKey.SPOT_PUBLIC_V1: "wss://ws.kraken.com",
    WsKey.SPOT_PRIVATE_V1: "wss://ws-auth.kraken.com",
    WsKey.DERIVATIVES_PUBLIC_V1: "wss://futures.kraken.com/ws/v1",
    WsKey.DERIVATIVES_PRIVATE_V1: "wss://futures.kraken.com/ws/v1",
    WsKey.UNIFIED_PUBLIC: "wss://uws.kraken.com/v2/public",
    WsKey.UNIFIED_L3: "wss://uws.kraken.com/v2/public",
    WsKey.UNIFIED_PRIVATE: "wss://uws.kraken.com/v2/private",
}

LIVE = Environment("live", ws=_LIVE_SOCKETS)
"""The exchange itself."""

BETA = Environment(
    "beta",
    ws=_LIVE_SOCKETS
    | {
        WsKey.SPOT_PUBLIC_V2: "wss://beta-ws.kraken.com/v2",
        WsKey.SPOT_PRIVATE_V2: "wss://beta-ws-auth.kraken.com/v2",
        WsKey.SPOT_PUBLIC_V1: "wss://beta-ws.kraken.com",
        WsKey.SPOT_PRIVATE_V1: "wss://beta-ws-auth.kraken.com",
    },
)
"""Newer gateway software in front of the same engine: orders sent here are real orders."""
