"""Every endpoint of the Spot half of the sandbox."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox import (
    rest_account,
    rest_books,
    rest_earn,
    rest_funding,
    rest_funding_beta,
    rest_funding_beta_addresses,
    rest_funding_beta_transfers,
    rest_keys,
    rest_ledgers,
    rest_market,
    rest_positions,
    rest_trades,
    rest_trading,
    rest_withdrawals,
)

SPOT_ENDPOINTS: Final = (
    *rest_market.ENDPOINTS,
    *rest_books.ENDPOINTS,
    *rest_account.ENDPOINTS,
    *rest_ledgers.ENDPOINTS,
    *rest_keys.ENDPOINTS,
    *rest_positions.ENDPOINTS,
    *rest_trades.ENDPOINTS,
    *rest_trading.ENDPOINTS,
    *rest_funding.ENDPOINTS,
    *rest_withdrawals.ENDPOINTS,
    *rest_funding_beta.ENDPOINTS,
    *rest_funding_beta_addresses.ENDPOINTS,
    *rest_funding_beta_transfers.ENDPOINTS,
    *rest_earn.ENDPOINTS,
)
