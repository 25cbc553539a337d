"""Channels to subscribe and the updates they deliver, by family: ``streams.spot.Ticker``, ``streams.spot.Book``, …"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from krakenkit.streams import spot as spot

_FAMILIES = ("spot",)


def __getattr__(name: str) -> Any:
    if name not in _FAMILIES:
        raise AttributeError(f"module 'krakenkit.streams' has no attribute {name!r}")
    return importlib.import_module(f"krakenkit.streams.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_FAMILIES})
