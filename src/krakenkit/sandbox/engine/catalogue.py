"""The instruments of the sandbox: about forty of Kraken's pairs, with its names and about its precisions.

Precisions and minimums follow what ``/0/public/AssetPairs`` and ``/0/public/Assets`` answered in 2021 to 2026; the
exchange changes the minimums from time to time. Two things differ. Where the base is a currency that is kept with four
decimals, sizes have no more either, while Kraken allows eight. No answer with xStocks was at hand: their decimals are chosen.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from .instruments import TOKENIZED, Asset, Instruments, Pair
from .margin.terms import PAIRS

BTC = Asset("XXBT", "XBT", "BTC", 10, 5)
ETH = Asset("XETH", "ETH", "ETH", 10, 5)
SOL = Asset("SOL", "SOL", "SOL", 10, 5)
XRP = Asset("XXRP", "XRP", "XRP", 8, 5)
DOGE = Asset("XXDG", "XDG", "DOGE", 8, 2)
ADA = Asset("ADA", "ADA", "ADA", 8, 6)
LTC = Asset("XLTC", "LTC", "LTC", 10, 5)
DOT = Asset("DOT", "DOT", "DOT", 10, 8)
LINK = Asset("LINK", "LINK", "LINK", 10, 5)
AVAX = Asset("AVAX", "AVAX", "AVAX", 10, 5)
BCH = Asset("BCH", "BCH", "BCH", 10, 5)
XMR = Asset("XXMR", "XMR", "XMR", 10, 5)
XLM = Asset("XXLM", "XLM", "XLM", 8, 5)
ETC = Asset("XETC", "ETC", "ETC", 10, 5)
ZEC = Asset("XZEC", "ZEC", "ZEC", 10, 5)
USDT = Asset("USDT", "USDT", "USDT", 8, 4)
USDC = Asset("USDC", "USDC", "USDC", 8, 4)
USD = Asset("ZUSD", "USD", "USD", 4, 2)
EUR = Asset("ZEUR", "EUR", "EUR", 4, 2)
GBP = Asset("ZGBP", "GBP", "GBP", 4, 2)
JPY = Asset("ZJPY", "JPY", "JPY", 2, 0)
AAPL = Asset("AAPLx", "AAPLx", "AAPLx", 10, 5, aclass=TOKENIZED)
TSLA = Asset("TSLAx", "TSLAx", "TSLAx", 10, 5, aclass=TOKENIZED)
NVDA = Asset("NVDAx", "NVDAx", "NVDAx", 10, 5, aclass=TOKENIZED)

_COST_MINIMUMS = {USD: "0.5", EUR: "0.5", USDT: "0.5", USDC: "0.5", GBP: "0.43", JPY: "70", BTC: "0.00002"}
_FINE_COSTS = frozenset({BTC})
"""Quote assets in which costs have ten decimals instead of five."""


@cache
def spot_instruments() -> Instruments:
    """The pairs a sandbox trades when nothing else is asked for."""
    return Instruments(
        [
            _pair("XXBTZUSD", BTC, USD, 1, "0.00005"),
            _pair("XXBTZEUR", BTC, EUR, 1, "0.00005"),
            _pair("XETHZUSD", ETH, USD, 2, "0.001"),
            _pair("XETHZEUR", ETH, EUR, 2, "0.001"),
            _pair("XETHXXBT", ETH, BTC, 5, "0.001"),
            _pair("SOLUSD", SOL, USD, 2, "0.02"),
            _pair("XXRPZUSD", XRP, USD, 5, "1.65"),
            _pair("XDGUSD", DOGE, USD, 7, "13"),
            _pair("ADAUSD", ADA, USD, 6, "4.4"),
            _pair("XLTCZUSD", LTC, USD, 2, "0.04"),
            _pair("USDTZUSD", USDT, USD, 5, "5"),
            _pair("USDCUSD", USDC, USD, 4, "5"),
            _pair("DOTUSD", DOT, USD, 4, "0.6"),
            # The same coins against other money, and against each other.
            _pair("XXBTZGBP", BTC, GBP, 1, "0.00005"),
            _pair("XXBTZJPY", BTC, JPY, 0, "0.00005"),
            _pair("XBTUSDT", BTC, USDT, 1, "0.00005"),
            _pair("XBTUSDC", BTC, USDC, 2, "0.00005"),
            _pair("XETHZGBP", ETH, GBP, 2, "0.001"),
            _pair("ETHUSDT", ETH, USDT, 2, "0.001"),
            _pair("ETHUSDC", ETH, USDC, 2, "0.001"),
            _pair("SOLEUR", SOL, EUR, 2, "0.02"),
            _pair("SOLUSDT", SOL, USDT, 2, "0.02"),
            _pair("SOLXBT", SOL, BTC, 7, "0.02"),
            _pair("XXRPZEUR", XRP, EUR, 5, "1.65"),
            _pair("XXRPXXBT", XRP, BTC, 8, "1.65"),
            _pair("ADAEUR", ADA, EUR, 6, "4.4"),
            _pair("ADAXBT", ADA, BTC, 8, "4.4"),
            _pair("XLTCZEUR", LTC, EUR, 2, "0.04"),
            _pair("XLTCXXBT", LTC, BTC, 6, "0.04"),
            # More coins, old and new names.
            _pair("XXMRZUSD", XMR, USD, 2, "0.05"),
            _pair("XXLMZUSD", XLM, USD, 6, "20"),
            _pair("XETCZUSD", ETC, USD, 3, "0.2"),
            _pair("XZECZUSD", ZEC, USD, 2, "0.1"),
            _pair("BCHUSD", BCH, USD, 2, "0.01"),
            _pair("LINKUSD", LINK, USD, 5, "0.2"),
            _pair("AVAXUSD", AVAX, USD, 2, "0.1"),
            # Money against money.
            _pair("USDCUSDT", USDC, USDT, 4, "5"),
            _pair("ZEURZUSD", EUR, USD, 5, "5", lot_decimals=4),
            _pair("ZGBPZUSD", GBP, USD, 5, "5", lot_decimals=4),
            _pair("ZUSDZJPY", USD, JPY, 3, "10", lot_decimals=4),
            # xStocks.
            _pair("AAPLxUSD", AAPL, USD, 2, "0.005"),
            _pair("TSLAxUSD", TSLA, USD, 2, "0.005"),
            _pair("NVDAxUSD", NVDA, USD, 2, "0.005"),
        ]
    )


def _pair(name: str, base: Asset, quote: Asset, pair_decimals: int, ordermin: str, *, lot_decimals: int = 8) -> Pair:
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
        costmin=Decimal(_COST_MINIMUMS[quote]),
        lot_decimals=lot_decimals,
        cost_decimals=10 if quote in _FINE_COSTS else 5,
        margin=PAIRS.get(name),
    )
