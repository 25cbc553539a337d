"""Which family a frame is of, told from its shape alone: a recording may hold another family's frames by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakenkit.cli.decoding.findings import is_object

SPOT_V2 = "Spot v2"
SPOT_V1 = "Spot v1"
FUTURES_V1 = "Futures v1"
UNIFIED = "Unified"

_CONNECTIONS = {
    SPOT_V2: "SPOT_PUBLIC_V2",
    SPOT_V1: "SPOT_PUBLIC_V1",
    FUTURES_V1: "DERIVATIVES_PUBLIC_V1",
    UNIFIED: "UNIFIED_PUBLIC",
}
_FUTURES_EVENTS = (
    "info",
    "alert",
    "challenge",
    "subscribed",
    "subscribed_failed",
    "unsubscribed",
    "unsubscribed_failed",
)
_SHARED_EVENTS = ("ping", "pong", "error", "subscribe", "unsubscribe")


def speakers(frame: Any) -> Mapping[str, str]:
    """Families that have frames of this shape, each with one of its connections; none when the shape does not tell."""
    return {family: _CONNECTIONS[family] for family in _families(frame)}


def _families(frame: Any) -> tuple[str, ...]:
    if not is_object(frame):
        return (SPOT_V1,)
    if "feed" in frame:
        return (FUTURES_V1,)
    if "event" in frame:
        return _of_event(frame)
    if "channel" in frame or "method" in frame:
        return (SPOT_V2, UNIFIED)
    if "Error" in frame:
        return (SPOT_V1, SPOT_V2, UNIFIED)
    return ()


def _of_event(frame: dict[str, Any]) -> tuple[str, ...]:
    event = frame["event"]
    if "subscription" in frame:
        return (SPOT_V1,)
    if event in _FUTURES_EVENTS:
        return (FUTURES_V1,)
    return (SPOT_V1, FUTURES_V1) if event in _SHARED_EVENTS else (SPOT_V1,)
