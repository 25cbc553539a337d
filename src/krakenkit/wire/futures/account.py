"""Futures wallets, margin and positions. Source: docs.kraken.com, Futures REST, Account Information."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from msgspec import Raw, Struct, field

from krakenkit.wire.codec import reader_for
from krakenkit.wire.futures.base import Reply, look_up
from krakenkit.wire.futures.market import Greeks
from krakenkit.wire.request import Request


class CashWallet(Struct, frozen=True, kw_only=True):
    """Money that backs no position."""

    type: str = "cashAccount"
    balances: dict[str, Decimal] = {}
    """By currency, in lower case."""


class FlexCurrency(Struct, frozen=True, rename="camel"):
    """One currency of the multi-collateral wallet; ``quantity`` and ``available`` in the currency, the rest in USD."""

    quantity: Decimal
    value: Decimal | None = None
    collateral: Decimal | None = None
    """Value after the haircut; older answers call it ``collateral_value``."""
    collateral_value: Decimal | None = None
    available: Decimal | None = None
    excluded_collateral: Decimal | None = None


class PortfolioMarginBreakdown(Struct, frozen=True, rename="camel"):
    """Where the margin of a portfolio with options comes from."""

    total_cross_asset_netted_market_risk: Decimal | None = None
    total_market_risk: Decimal | None = None
    total_scenario_pnls: list[Decimal] | None = None
    total_absolute_option_position_delta_notional: Decimal | None = None
    net_portfolio_delta: Decimal | None = None
    total_premium: Decimal | None = None
    is_buy_only: bool | None = None
    futures_maintenance_margin: Decimal | None = None


class FlexSums(Struct, frozen=True, rename="camel", kw_only=True):
    """The sums of a multi-collateral wallet, in USD."""

    initial_margin: Decimal
    """Held for open positions."""
    initial_margin_with_orders: Decimal
    """Held for open positions and orders."""
    maintenance_margin: Decimal
    balance_value: Decimal
    portfolio_value: Decimal
    """Balance plus unrealised profit and loss."""
    collateral_value: Decimal
    """Balance after haircuts."""
    pnl: Decimal
    """Unrealised, of all positions."""
    available_margin: Decimal
    """Margin equity less initial margin."""
    margin_equity: Decimal
    """Balance after haircuts plus unrealised profit and loss as margin."""
    unrealized_funding: Decimal | None = None
    total_unrealized: Decimal | None = None
    total_unrealized_as_margin: Decimal | None = None
    excluded_collateral_value: Decimal | None = None
    portfolio_margin_breakdown: PortfolioMarginBreakdown | None = None
    upnl_interest_rate: Decimal | None = None


class FlexWallet(FlexSums, frozen=True, kw_only=True):
    """The multi-collateral wallet."""

    type: str = "multiCollateralMarginAccount"
    currencies: dict[str, FlexCurrency] = {}


class MarginFigures(Struct, frozen=True):
    """Four levels, in the wallet's currency or, as trigger estimates, as prices."""

    initial: Decimal | None = field(default=None, name="im")
    maintenance: Decimal | None = field(default=None, name="mm")
    liquidation: Decimal | None = field(default=None, name="lt")
    termination: Decimal | None = field(default=None, name="tt")


class MarginAuxiliary(Struct, frozen=True):
    """Sums of a single-collateral wallet, in its currency."""

    available_funds: Decimal | None = field(default=None, name="af")
    portfolio_value: Decimal | None = field(default=None, name="pv")
    pnl: Decimal | None = None
    """Unrealised."""
    funding: Decimal | None = None
    """Unrealised."""
    usd: Decimal | None = None


class MarginWallet(Struct, frozen=True, rename="camel", kw_only=True):
    """A single-collateral wallet: one pair, margin in its base coin."""

    type: str = "marginAccount"
    currency: str | None = None
    balances: dict[str, Decimal] = {}
    """Currencies and positions (by contract; negative when short)."""
    auxiliary: MarginAuxiliary | None = None
    margin_requirements: MarginFigures | None = None
    trigger_estimates: MarginFigures | None = None
    """Estimated prices at which each level is reached."""


Wallet: TypeAlias = CashWallet | FlexWallet | MarginWallet


class _AccountsMessage(Reply, frozen=True):
    accounts: dict[str, Raw]


class Accounts(Reply, frozen=True):
    """The wallets of an account. On the wire they are one map by name; here each kind has its type."""

    cash: CashWallet | None = None
    flex: FlexWallet | None = None
    margin: dict[str, MarginWallet] = {}
    """Single-collateral wallets by name, for example ``fi_xbtusd``."""

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> Accounts:
        """Read ``{"accounts": {"cash": …, "flex": …, "<pair>": …}}``."""
        message: _AccountsMessage = reader_for(_AccountsMessage)(raw)
        others = {name: part for name, part in message.accounts.items() if name not in ("cash", "flex")}
        return cls(
            result=message.result,
            server_time=message.server_time,
            cash=_read(CashWallet, message.accounts.get("cash")),
            flex=_read(FlexWallet, message.accounts.get("flex")),
            margin={name: reader_for(MarginWallet)(part) for name, part in others.items()},
        )

    @classmethod
    def to_wire(cls, answer: Accounts) -> dict[str, object]:
        """The shape that :meth:`from_wire` reads."""
        named: dict[str, Wallet | None] = {"cash": answer.cash, "flex": answer.flex, **answer.margin}
        wallets = {name: wallet for name, wallet in named.items() if wallet is not None}
        return {"result": answer.result, "serverTime": answer.server_time, "accounts": wallets}


def _read(kind: Any, part: Raw | None) -> Any:
    return None if part is None else reader_for(kind)(part)


class GetAccounts(Request[Accounts], frozen=True):
    """Balances and margin of all wallets."""

    route: ClassVar = look_up("futures.account.accounts", "/derivatives/api/v3/accounts", siebly="getAccounts", cost=2)


class OpenPosition(Struct, frozen=True, rename="camel"):
    """One open position, or a matured one that is not settled."""

    symbol: str
    side: str
    """``long`` or ``short``."""
    size: Decimal
    """Contracts on inverse markets, base units on linear ones; the side tells the sign."""
    price: Decimal
    """Average entry price."""
    fill_time: str | None = None
    """RFC 3339; no longer in the manual, still in answers."""
    unrealized_pnl: Decimal | None = None
    unrealized_funding: Decimal | None = None
    pnl_currency: str | None = None
    max_fixed_leverage: Decimal | None = None
    """Given: isolated margin with this leverage at most. None: cross margin."""
    greeks: Greeks | None = None
    """Options only."""


class OpenPositions(Reply, frozen=True):
    """Open positions."""

    open_positions: list[OpenPosition]


class GetOpenPositions(Request[OpenPositions], frozen=True):
    """The open positions of all markets."""

    route: ClassVar = look_up(
        "futures.account.open_positions", "/derivatives/api/v3/openpositions", siebly="getOpenPositions", cost=2
    )


class QueuePlace(Struct, frozen=True):
    """How near a position is to being unwound."""

    symbol: str
    percentile: int
    """20, 40, 80 or 100; 100 is unwound first."""


class UnwindQueue(Reply, frozen=True):
    """One row for each position."""

    queue: list[QueuePlace]


class GetPositionPercentile(Request[UnwindQueue], frozen=True):
    """How near each position is to being unwound. The dearest call of all: 200 points of the 500 in ten seconds."""

    route: ClassVar = look_up(
        "futures.account.unwind_queue", "/derivatives/api/v3/unwindqueue", siebly="getPositionPercentile", cost=200
    )
