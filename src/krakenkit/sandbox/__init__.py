"""A Kraken on your own machine that speaks the wire: any client in any language can be pointed at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakenkit.sandbox.limits import Limits as Limits

if TYPE_CHECKING:
    from krakenkit.sandbox.box import Sandbox as Sandbox

__all__ = ["Limits", "Sandbox"]


def __getattr__(name: str) -> object:
    # Loaded when asked for: the engine below can be used without the server and what it needs.
    if name != "Sandbox":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from krakenkit.sandbox.box import Sandbox
    except ModuleNotFoundError as error:
        if error.name != "aiohttp":
            raise
        raise ModuleNotFoundError(
            "The sandbox needs aiohttp: pip install 'krakenkit[sandbox]'", name="aiohttp"
        ) from None
    return Sandbox
