"""Every endpoint of the Futures half of the sandbox."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox import (
    futures_rest_account,
    futures_rest_history,
    futures_rest_market,
    futures_rest_trading,
)

FUTURES_ENDPOINTS: Final = (
    *futures_rest_market.ENDPOINTS,
    *futures_rest_trading.ENDPOINTS,
    *futures_rest_account.ENDPOINTS,
    *futures_rest_history.ENDPOINTS,
)
