"""Every endpoint of the Futures half of the sandbox."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox import (
    futures_rest_account,
    futures_rest_analytics,
    futures_rest_history,
    futures_rest_log,
    futures_rest_margining,
    futures_rest_market,
    futures_rest_orders,
    futures_rest_positions,
    futures_rest_programs,
    futures_rest_rfq,
    futures_rest_settings,
    futures_rest_trading,
    futures_rest_transfers,
)

FUTURES_ENDPOINTS: Final = (
    *futures_rest_market.ENDPOINTS,
    *futures_rest_trading.ENDPOINTS,
    *futures_rest_account.ENDPOINTS,
    *futures_rest_orders.ENDPOINTS,
    *futures_rest_settings.ENDPOINTS,
    *futures_rest_transfers.ENDPOINTS,
    *futures_rest_margining.ENDPOINTS,
    *futures_rest_history.ENDPOINTS,
    *futures_rest_positions.ENDPOINTS,
    *futures_rest_log.ENDPOINTS,
    *futures_rest_rfq.ENDPOINTS,
    *futures_rest_programs.ENDPOINTS,
    *futures_rest_analytics.ENDPOINTS,
)
