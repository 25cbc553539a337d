"""One market has a name on each surface: ``XBT/USD`` on Spot v1, ``BTC/USD`` on Spot v2, ``PF_XBTUSD`` for derivatives.

These functions notice a name that certainly belongs elsewhere, and tell the right one. What is not certain is left to the
exchange.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_V2 = {"XBT": "BTC", "XDG": "DOGE"}
_V1 = {"BTC": "XBT", "DOGE": "XDG"}
_QUOTES = (
    "PYUSD",
    "RLUSD",
    "USDT",
    "USDC",
    "USDG",
    "USD",
    "EUR",
    "GBP",
    "CAD",
    "CHF",
    "JPY",
    "AUD",
    "XBT",
    "BTC",
    "ETH",
)
_LEGACY = re.compile(r"X(?P<base>[A-Z]{3})[XZ](?P<quote>[A-Z]{3})")
_PRODUCT = re.compile(r"(?P<kind>[A-Z]{2})_(?P<pair>[A-Z0-9]+?)(?P<expiry>_[0-9]{6})?")


def spot_v2_name(symbol: str) -> str | None:
    """What Spot v2 calls the market instead; None for a name that may be right."""
    return _spot_name(symbol, _V2)


def spot_v1_name(symbol: str) -> str | None:
    """What Spot v1 calls the market instead; None for a name that may be right."""
    return _spot_name(symbol, _V1)


def product_name(symbol: str) -> str | None:
    """The perpetual of the market that a Spot name means; None for a name that may be right.

    Bitcoin is ``XBT`` in product ids; other renamed assets are not told, since both spellings were met.
    """
    if product := _PRODUCT.fullmatch(symbol):
        pair = product["pair"]
        return symbol.replace(pair, f"XBT{pair[3:]}", 1) if pair.startswith("BTC") else None
    if (parts := _parts(symbol)) is None:
        return None
    base, quote = (_V2.get(part, part) for part in parts)
    return None if base == "DOGE" else f"PF_{'XBT' if base == 'BTC' else base}{quote}"


def _spot_name(symbol: str, names: Mapping[str, str]) -> str | None:
    parts = _parts(symbol)
    if parts is None:
        return None
    right = "/".join(names.get(part, part) for part in parts)
    return right if right != symbol else None


def _parts(symbol: str) -> tuple[str, str] | None:
    """Base and quote of a name in any spelling; None when it cannot be taken apart for certain."""
    if symbol.count("/") == 1:
        base, _, quote = symbol.partition("/")
        return (base, quote) if base and quote else None
    if legacy := _LEGACY.fullmatch(symbol):
        return legacy["base"], legacy["quote"]
    if product := _PRODUCT.fullmatch(symbol):
        return _split(product["pair"])
    return _split(symbol) if symbol.isalnum() else None


def _split(pair: str) -> tuple[str, str] | None:
    quote = next((quote for quote in _QUOTES if pair.endswith(quote) and len(pair) > len(quote) + 1), None)
    return (pair.removesuffix(quote), quote) if quote else None
