"""Spot account: credit lines of VIP accounts. Source: docs.kraken.com, Spot REST, Account Data, Get Credit Lines."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import RebaseMultiplier


class CreditAsset(Struct, frozen=True):
    """Balance and credit of one asset, in that asset."""

    balance: Decimal | None = None
    hold_trade: Decimal | None = None
    """Held by open orders."""
    collateral_value: Decimal | None = None
    credit_limit: Decimal | None = None
    """The limit's name in the manual."""
    credit: Decimal | None = None
    """The limit's name in other sources; either may come."""
    credit_used: Decimal | None = None
    available_credit: Decimal | None = None
    rollover_fees: Decimal | None = None
    reserve_fees: Decimal | None = None


class CreditLimits(Struct, frozen=True):
    """The account as a whole; amounts in USD."""

    total_credit_usd: Decimal | None = None
    total_credit_used_usd: Decimal | None = None
    total_collateral_value_usd: Decimal | None = None
    equity_usd: Decimal | None = None
    ongoing_balance: Decimal | None = None
    debt_to_equity: Decimal | None = None


class CreditLines(Struct, frozen=True):
    """Credit by asset, and the account's limits."""

    asset_details: dict[str, CreditAsset] = {}
    limits_monitor: CreditLimits | None = None


class GetCreditLines(Request[CreditLines | None], frozen=True):
    """Credit lines of the account; None for an account without any."""

    route: ClassVar = Route.read(
        "spot.account.get_credit_lines",
        "/0/private/CreditLines",
        siebly="getCreditLines",
        permission="Funds permissions - Query",
    )

    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None
