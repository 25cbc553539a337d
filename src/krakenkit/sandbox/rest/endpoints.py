"""Every endpoint of the Spot half of the sandbox."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.rest import (
    account,
    books,
    earn,
    funding,
    funding_beta,
    funding_beta_addresses,
    funding_beta_transfers,
    keys,
    ledgers,
    market,
    positions,
    trades,
    trading,
    withdrawals,
)

SPOT_ENDPOINTS: Final = (
    *market.ENDPOINTS,
    *books.ENDPOINTS,
    *account.ENDPOINTS,
    *ledgers.ENDPOINTS,
    *keys.ENDPOINTS,
    *positions.ENDPOINTS,
    *trades.ENDPOINTS,
    *trading.ENDPOINTS,
    *funding.ENDPOINTS,
    *withdrawals.ENDPOINTS,
    *funding_beta.ENDPOINTS,
    *funding_beta_addresses.ENDPOINTS,
    *funding_beta_transfers.ENDPOINTS,
    *earn.ENDPOINTS,
)
