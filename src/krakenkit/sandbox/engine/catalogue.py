"""The instruments of the sandbox: a dozen of Kraken's pairs, with its names and about its precisions.

Precisions and minimums follow what ``/0/public/AssetPairs`` and ``/0/public/Assets`` answered in 2024 to 2026; the
exchange changes the minimums from time to time.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from .instruments import Asset, Instruments, Pair

BTC = Asset("XXBT", "XBT", "BTC", 10, 5)
ETH = Asset("XETH", "ETH", "ETH", 10, 5)
SOL = Asset("SOL", "SOL", "SOL", 10, 5)
XRP = Asset("XXRP", "XRP", "XRP", 8, 5)
DOGE = Asset("XXDG", "XDG", "DOGE", 8, 2)
ADA = Asset("ADA", "ADA", "ADA", 8, 6)
LTC = Asset("XLTC", "LTC", "LTC", 10, 5)
DOT = Asset("DOT", "DOT", "DOT", 10, 8)
USDT = Asset("USDT", "USDT", "USDT", 8, 4)
USDC = Asset("USDC", "USDC", "USDC", 8, 4)
USD = Asset("ZUSD", "USD", "USD", 4, 2)
EUR = Asset("ZEUR", "EUR", "EUR", 4, 2)


@cache
def spot_instruments() -> Instruments:
    """The pairs a sandbox trades when nothing else is asked for."""
    half_a_dollar = "0.5"
    return Instruments(
        [
            _pair("XXBTZUSD", BTC, USD, pair_decimals=1, ordermin="0.00005", costmin=half_a_dollar),
            _pair("XXBTZEUR", BTC, EUR, pair_decimals=1, ordermin="0.00005", costmin=half_a_dollar),
            _pair("XETHZUSD", ETH, USD, pair_decimals=2, ordermin="0.001", costmin=half_a_dollar),
            _pair("XETHZEUR", ETH, EUR, pair_decimals=2, ordermin="0.001", costmin=half_a_dollar),
            _pair("XETHXXBT", ETH, BTC, pair_decimals=5, ordermin="0.001", costmin="0.00002", cost_decimals=10),
            _pair("SOLUSD", SOL, USD, pair_decimals=2, ordermin="0.02", costmin=half_a_dollar),
            _pair("XXRPZUSD", XRP, USD, pair_decimals=5, ordermin="1.65", costmin=half_a_dollar),
            _pair("XDGUSD", DOGE, USD, pair_decimals=7, ordermin="13", costmin=half_a_dollar),
            _pair("ADAUSD", ADA, USD, pair_decimals=6, ordermin="4.4", costmin=half_a_dollar),
            _pair("XLTCZUSD", LTC, USD, pair_decimals=2, ordermin="0.04", costmin=half_a_dollar),
            _pair("USDTZUSD", USDT, USD, pair_decimals=5, ordermin="5", costmin=half_a_dollar),
            _pair("USDCUSD", USDC, USD, pair_decimals=4, ordermin="5", costmin=half_a_dollar),
            _pair("DOTUSD", DOT, USD, pair_decimals=4, ordermin="0.6", costmin=half_a_dollar),
        ]
    )


def _pair(
    name: str, base: Asset, quote: Asset, *, pair_decimals: int, ordermin: str, costmin: str, cost_decimals: int = 5
) -> Pair:
    return Pair(
        name=name,
        altname=f"{base.altname}{quote.altname}",
        wsname=f"{base.altname}/{quote.altname}",
        symbol=f"{base.display}/{quote.display}",
        base=base,
        quote=quote,
        pair_decimals=pair_decimals,
        tick_size=Decimal(f"1E-{pair_decimals}"),
        ordermin=Decimal(ordermin),
        costmin=Decimal(costmin),
        cost_decimals=cost_decimals,
    )
