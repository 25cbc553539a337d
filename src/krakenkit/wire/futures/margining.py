"""Portfolio margining of options: parameters and simulation. Source: docs.kraken.com, Futures REST, Account Information.

Documented for the pre-production host that was switched off on 14 July 2026; kept because the manual lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct

from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.account import PortfolioMarginBreakdown
from krakenkit.wire.futures.base import Reply, look_up
from krakenkit.wire.futures.jsontext import json_text
from krakenkit.wire.futures.market import Greeks
from krakenkit.wire.request import Request


class BaseCurrencyLimits(Struct, frozen=True, rename="camel"):
    """Limits on the options of one base currency."""

    max_total_position_size: Decimal | None = None
    max_total_open_orders_size: Decimal | None = None


class OptionsUserLimits(Struct, frozen=True, rename="camel"):
    """This account's limits on options."""

    max_net_position_delta: Decimal | None = None
    limits_per_base_currency: dict[str, BaseCurrencyLimits] = {}


class PortfolioMarginParameters(Reply, frozen=True):
    """What portfolio margin is computed with."""

    cross_asset_netting_factor: Decimal | None = None
    extreme_price_shock_multiplier: Decimal | None = None
    vol_shock_multiplication_factor: Decimal | None = None
    vol_shock_exponent_factor: Decimal | None = None
    option_expiry_time_shock_hours: int | None = None
    options_initial_margin_factor: Decimal | None = None
    total_option_orders_considered_in_initial_margin_calc: int | None = None
    price_shock_levels: list[Decimal] = []
    options_user_limits: OptionsUserLimits | None = None


class GetPortfolioMarginParameters(Request[PortfolioMarginParameters], frozen=True):
    """What portfolio margin is computed with, and this account's limits on options. Pre-production only."""

    route: ClassVar = look_up(
        "futures.account.portfolio_margin_parameters",
        "/derivatives/api/v3/portfolio-margining/parameters",
        siebly="getPortfolioMarginParameters",
    )


class PortfolioSimulation(Reply, frozen=True):
    """Margin, profit and loss and sensitivities of a portfolio."""

    maintenance_margin: Decimal
    initial_margin: Decimal
    pnl: Decimal
    portfolio_margin_breakdown: PortfolioMarginBreakdown | None = None
    greeks: dict[str, Greeks] = {}
    """By symbol."""


class SimulateMarginRequirements(Request[PortfolioSimulation], frozen=True):
    """Margin, profit and loss and sensitivities of a portfolio that you describe. Pre-production only."""

    route: ClassVar = look_up(
        "futures.account.simulate_portfolio",
        "/derivatives/api/v3/portfolio-margining/simulate",
        siebly="simulateMarginRequirements",
        method="POST",
        encoding="form",
    )

    json: str | Mapping[str, object]
    """Balances and positions, as JSON text or as a mapping. Unconfirmed: the manual does not show the inner names; one
    client sends ``{"positions": [{"instrument": …, "size": …, "entryPrice": …}]}``."""

    def check(self) -> None:
        not_empty(self, "json")

    def given(self) -> dict[str, Any]:
        """The form: the portfolio as JSON text under ``json``."""
        return {"json": self.json if isinstance(self.json, str) else json_text(self.json)}
