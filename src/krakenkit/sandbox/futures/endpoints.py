"""Every endpoint of the Futures half of the sandbox."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.futures import (
    rest_account,
    rest_analytics,
    rest_history,
    rest_log,
    rest_margining,
    rest_market,
    rest_orders,
    rest_positions,
    rest_programs,
    rest_rfq,
    rest_settings,
    rest_trading,
    rest_transfers,
)

FUTURES_ENDPOINTS: Final = (
    *rest_market.ENDPOINTS,
    *rest_trading.ENDPOINTS,
    *rest_account.ENDPOINTS,
    *rest_orders.ENDPOINTS,
    *rest_settings.ENDPOINTS,
    *rest_transfers.ENDPOINTS,
    *rest_margining.ENDPOINTS,
    *rest_history.ENDPOINTS,
    *rest_positions.ENDPOINTS,
    *rest_log.ENDPOINTS,
    *rest_rfq.ENDPOINTS,
    *rest_programs.ENDPOINTS,
    *rest_analytics.ENDPOINTS,
)
