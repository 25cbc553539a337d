"""Channels to subscribe and the updates they deliver, by family: ``streams.spot.Ticker``, ``streams.spot.Book``, …"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from krakenkit.streams import futures as futures
    from krakenkit.streams import spot as spot
    from krakenkit.streams import spot_v1 as spot_v1
    from krakenkit.streams import unified as unified

_FAMILIES = ("futures", "spot", "spot_v1", "unified")


def __getattr__(name: str) -> Any:
    if name not in _FAMILIES:
        raise AttributeError(f"module 'krakenkit.streams' has no attribute {name!r}")
    return importlib.import_module(f"krakenkit.streams.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_FAMILIES})
