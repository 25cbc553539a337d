"""Every endpoint of the Spot half of the sandbox."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox import rest_account, rest_books, rest_keys, rest_ledgers, rest_market, rest_trading

SPOT_ENDPOINTS: Final = (
    *rest_market.ENDPOINTS,
    *rest_books.ENDPOINTS,
    *rest_account.ENDPOINTS,
    *rest_ledgers.ENDPOINTS,
    *rest_keys.ENDPOINTS,
    *rest_trading.ENDPOINTS,
)
