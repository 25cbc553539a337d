"""What may be traded on margin, what counts as collateral, and what borrowing costs.

The figures are of the size that Kraken publishes in AssetPairs and Assets, and simpler: haircuts and rates come in a few
steps, and the limits are round. Who borrows pays the rate of the borrowed asset when a position opens and again every
four hours, both times on what the position cost, in the quote asset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MARGIN_CALL: Final = 80
"""Percent of the used margin at which the account is called for more."""
MARGIN_STOP: Final = 40
"""Percent of the used margin at which positions are closed."""
LARGEST_ASKED: Final = 5
"""The largest leverage that ``margin`` on the sockets stands for, whatever more a pair offers."""
ROLLOVER_NS: Final = 4 * 3_600 * 10**9
MOST_POSITIONS: Final = 500
"""Positions that an account may have open; Kraken has such a limit and does not say which."""


@dataclass(frozen=True, slots=True)
class PairMargin:
    """How a pair is traded on margin."""

    leverage: tuple[int, ...]
    long_limit: int
    """The largest position of one account, in whole units of the base asset."""
    short_limit: int


@dataclass(frozen=True, slots=True)
class AssetMargin:
    """What an asset is worth as collateral, and how it is lent."""

    collateral: int
    """Percent of the price that count."""
    rate: int
    """Parts per million, for opening and for every rollover."""
    pool: int
    """Whole units that the exchange lends to all accounts together."""
    allowance: int
    """Whole units that one account may borrow."""


_UP_TO_3 = (2, 3)
_UP_TO_5 = (2, 3, 4, 5)
_UP_TO_10 = tuple(range(2, 11))

PAIRS: Final[Mapping[str, PairMargin]] = {
    "XXBTZUSD": PairMargin(_UP_TO_5, 300, 240),
    "XXBTZEUR": PairMargin(_UP_TO_5, 150, 120),
    "XBTUSDT": PairMargin(_UP_TO_10, 80, 80),
    "XBTUSDC": PairMargin(_UP_TO_10, 80, 80),
    "XETHZUSD": PairMargin(_UP_TO_5, 8_000, 6_000),
    "XETHZEUR": PairMargin(_UP_TO_5, 4_000, 3_000),
    "SOLUSD": PairMargin(_UP_TO_5, 60_000, 40_000),
    "XXRPZUSD": PairMargin(_UP_TO_5, 3_000_000, 2_000_000),
    "XDGUSD": PairMargin(_UP_TO_3, 12_000_000, 8_000_000),
    "ADAUSD": PairMargin(_UP_TO_3, 2_000_000, 1_500_000),
    "XLTCZUSD": PairMargin(_UP_TO_3, 20_000, 15_000),
    "XETHXXBT": PairMargin(_UP_TO_5, 1_000, 600),
    "ETHUSDT": PairMargin(_UP_TO_5, 2_000, 1_500),
    "ETHUSDC": PairMargin(_UP_TO_5, 2_000, 1_500),
    "SOLEUR": PairMargin(_UP_TO_5, 20_000, 15_000),
    "SOLUSDT": PairMargin(_UP_TO_5, 20_000, 15_000),
    "XXRPZEUR": PairMargin(_UP_TO_5, 1_000_000, 800_000),
    "XXRPXXBT": PairMargin(_UP_TO_3, 500_000, 400_000),
    "ADAEUR": PairMargin(_UP_TO_3, 1_000_000, 800_000),
    "ADAXBT": PairMargin(_UP_TO_3, 500_000, 400_000),
    "XLTCZEUR": PairMargin(_UP_TO_3, 10_000, 8_000),
    "LINKUSD": PairMargin(_UP_TO_3, 200_000, 150_000),
    "AVAXUSD": PairMargin(_UP_TO_3, 100_000, 80_000),
    "BCHUSD": PairMargin(_UP_TO_3, 5_000, 4_000),
    "XXMRZUSD": PairMargin((2,), 5_000, 4_000),
    "USDTZUSD": PairMargin(_UP_TO_3, 2_500_000, 2_000_000),
    "USDCUSD": PairMargin(_UP_TO_3, 2_500_000, 2_000_000),
}
"""By internal name; other pairs are not traded on margin."""

ASSETS: Final[Mapping[str, AssetMargin]] = {
    "USD": AssetMargin(100, 200, 500_000_000, 50_000_000),
    "EUR": AssetMargin(100, 200, 300_000_000, 30_000_000),
    "GBP": AssetMargin(100, 200, 100_000_000, 10_000_000),
    "BTC": AssetMargin(98, 100, 1_000, 300),
    "ETH": AssetMargin(98, 200, 100_000, 10_000),
    "USDT": AssetMargin(99, 200, 100_000_000, 20_000_000),
    "USDC": AssetMargin(99, 200, 100_000_000, 20_000_000),
    "SOL": AssetMargin(90, 200, 500_000, 60_000),
    "XRP": AssetMargin(90, 200, 30_000_000, 3_000_000),
    "DOGE": AssetMargin(90, 200, 100_000_000, 12_000_000),
    "ADA": AssetMargin(90, 200, 20_000_000, 2_000_000),
    "LTC": AssetMargin(90, 200, 200_000, 20_000),
    "LINK": AssetMargin(90, 200, 1_500_000, 200_000),
    "AVAX": AssetMargin(90, 200, 800_000, 100_000),
    "BCH": AssetMargin(80, 200, 40_000, 5_000),
    "XMR": AssetMargin(80, 200, 40_000, 5_000),
    "DOT": AssetMargin(90, 200, 0, 0),
    "JPY": AssetMargin(100, 200, 0, 0),
}
"""By display name; other assets are no collateral and are not lent."""
NO_MARGIN: Final = AssetMargin(0, 0, 0, 0)
