"""Request and answer classes by name, for annotations and for ``client.send(request)``.

Every class of every REST endpoint is found here: ``from krakenkit.types import GetTicker, OrderInfo``. Where products
share a name, the first of Spot, institutional, partner and Futures keeps it, and the others put their own in front:
``GetTicker`` is Spot's, ``FuturesGetTicker`` that of Futures. Type checkers read the list in ``types.pyi``; a module
is loaded when one of its names is first used.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any


@cache
def _homes() -> dict[str, tuple[str, str]]:
    """Module and class by public name."""
    from krakenkit.wire.registry import public_names
    from krakenkit.wire.type_index import TYPES

    return {"PairRows": ("codec", "PairRows")} | public_names(TYPES)


def __getattr__(name: str) -> Any:
    if name.startswith("_") or name not in _homes():
        raise AttributeError(f"module 'krakenkit.types' has no attribute {name!r}")
    module, kind = _homes()[name]
    value = getattr(importlib.import_module(f"krakenkit.wire.{module}"), kind)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_homes())
