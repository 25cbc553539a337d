"""Scripted servers of Spot v1, Unified and level 3 on loopback, and what their stories share."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any, Self

from clients.fake_v2 import FakeV2, Peer
from krakenkit import AsyncWebsocketClient, Credentials, Environment, ReconnectPolicy, WsKey

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
TOKEN = "secret-token-of-the-test"
QUICK = ReconnectPolicy(first=0.01, base=0.01, ceiling=0.05)


class Everywhere(FakeV2):
    """One address for every connection."""

    @property
    def environment(self) -> Environment:
        rest = self.url.replace("ws://", "http://").removesuffix("/v2")
        return Environment("fake", spot_rest=rest, ws=dict.fromkeys(WsKey, self.url))

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self


def status(request: dict[str, Any], pair: str | None = None, **changes: Any) -> dict[str, Any]:
    """A yes of Spot v1 to one pair of a request; the token is echoed, as the exchange was seen to do."""
    subscription = request["subscription"]
    suffix = subscription.get("depth") or subscription.get("interval")
    named = {"pair": pair} if pair else {}
    return {
        "event": "subscriptionStatus",
        "status": f"{request['event']}d",
        "channelName": subscription["name"] + (f"-{suffix}" if suffix else ""),
        "reqid": request["reqid"],
        "subscription": subscription,
        **named,
        **changes,
    }


async def in_v1(peer: Peer, frame: dict[str, Any]) -> None:
    """Yes to every subscription, in the words of Spot v1."""
    if frame["event"] == "ping":
        await peer.send({"event": "pong", "reqid": frame["reqid"]})
    elif frame["event"] in ("subscribe", "unsubscribe"):
        for pair in frame.get("pair") or [None]:
            await peer.send(status(frame, pair))


def client(fake: FakeV2, **options: Any) -> AsyncWebsocketClient:
    return AsyncWebsocketClient(key(), environment=fake.environment, reconnect=QUICK, **options)


def key() -> Credentials:
    return Credentials("family-test-key", SECRET)


def heard(ws: AsyncWebsocketClient, *names: str) -> list[Any]:
    told: list[Any] = []
    for name in names:
        ws.on(name, told.append)  # type: ignore[call-overload]
    return told


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(3):
        while not true():
            await asyncio.sleep(0.005)


def asked(peer: Peer, name: str) -> list[dict[str, Any]]:
    """The requests about a channel of Spot v1."""
    return [frame for frame in peer.received if frame.get("subscription", {}).get("name") == name]


def about(peer: Peer, channel: str) -> list[dict[str, Any]]:
    """The requests about a channel in the words of Spot v2."""
    return [frame for frame in peer.received if frame.get("params", {}).get("channel") == channel]


def crc(*numbers: str) -> int:
    return zlib.crc32("".join(number.replace(".", "").lstrip("0") for number in numbers).encode())
