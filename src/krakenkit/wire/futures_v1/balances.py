"""The balances feed of the Futures WebSocket v1: cash, single-collateral wallets, the multi-collateral wallet.

Source: docs.kraken.com, Futures WebSocket, Balances.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.open_row import OpenRow


class Wallet(Struct, frozen=True, kw_only=True):
    """A single-collateral wallet, in units of its settlement currency."""

    name: str | None = None
    """For example ``F-XBT:USD``."""
    pair: str | None = None
    unit: str | None = None
    portfolio_value: Decimal | None = None
    balance: Decimal | None = None
    maintenance_margin: Decimal | None = None
    initial_margin: Decimal | None = None
    available: Decimal | None = None
    unrealized_funding: Decimal | None = None
    pnl: Decimal | None = None
    cash_value: Decimal | None = None
    """In USD."""


class FlexCurrency(Struct, frozen=True, kw_only=True):
    """One currency of the multi-collateral wallet."""

    quantity: Decimal | None = None
    value: Decimal | None = None
    """In USD."""
    collateral_value: Decimal | None = None
    """In USD, less the haircut."""
    available: Decimal | None = None
    haircut: Decimal | None = None
    conversion_spread: Decimal | None = None


class Margins(Struct, frozen=True, kw_only=True):
    """Margin figures in USD: of an isolated position, or of all that share the collateral."""

    initial_margin: Decimal | None = None
    initial_margin_without_orders: Decimal | None = None
    maintenance_margin: Decimal | None = None
    pnl: Decimal | None = None
    unrealized_funding: Decimal | None = None
    total_unrealized: Decimal | None = None
    total_unrealized_as_margin: Decimal | None = None


class CrossMargins(Margins, frozen=True, kw_only=True):
    """Margin figures of the positions that share the collateral."""

    balance: Decimal | None = None
    """So named in one sample of the manual, where ``balance_value`` is documented."""
    balance_value: Decimal | None = None
    portfolio_value: Decimal | None = None
    collateral_value: Decimal | None = None
    margin_equity: Decimal | None = None
    available_margin: Decimal | None = None
    effective_leverage: Decimal | None = None
    total_position_size: Decimal | None = None


class PortfolioMargin(Struct, frozen=True, kw_only=True):
    """What the portfolio margin is made of."""

    market_risk: Decimal | None = None
    abs_options_delta: Decimal | None = None
    net_position_delta: Decimal | None = None
    futures_maintenance_margin: Decimal | None = None


class FlexFutures(Margins, frozen=True, kw_only=True):
    """The multi-collateral wallet; figures in USD."""

    currencies: Mapping[str, FlexCurrency] = {}
    balance_value: Decimal | None = None
    portfolio_value: Decimal | None = None
    collateral_value: Decimal | None = None
    margin_equity: Decimal | None = None
    available_margin: Decimal | None = None
    total_position_size: Decimal | None = None
    unified_balances: bool | None = None
    isolated: Mapping[str, Margins] | None = None
    """By product."""
    isolated_list: list[Raw] | None = None
    """Seen on the wire, always empty; not documented."""
    cross: CrossMargins | None = None
    portfolio_margin_breakdown: PortfolioMargin | None = None


class BalancesUpdate(OpenRow, frozen=True, kw_only=True):
    """The parts of the balances that changed; in the snapshot, all of them. A part that is here is whole."""

    feed: str = ""
    """What the frame was called."""
    account: str | None = None
    seq: int | None = None
    """Rises by one with each message of the subscription; 0 on the snapshot."""
    timestamp: int | None = None
    holding: Mapping[str, Decimal] | None = None
    """Cash by currency."""
    futures: Mapping[str, Wallet] | None = None
    """Single-collateral wallets by name."""
    flex_futures: FlexFutures | None = None
    futures_cash_value: Decimal | None = None
    """Cash of the single-collateral wallets, in USD."""
    futures_upnl_cash_value: Decimal | None = None
    """The same with what open positions have gained or lost."""


class Balances(Channel[BalancesUpdate], frozen=True):
    """Your balances: all of them at first, then the parts that change."""

    topic: ClassVar = "balances"
    ws_key: ClassVar = WsKey.DERIVATIVES_PRIVATE_V1
