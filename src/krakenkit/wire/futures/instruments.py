"""Futures contracts: their terms, and whether a market is in disorder. Source: docs.kraken.com, Futures REST, Instruments."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.base import Reply, look_up, public
from krakenkit.wire.futures.words import ContractType, InstrumentType
from krakenkit.wire.request import Request


class MarginLevel(Struct, frozen=True, rename="camel"):
    """Margin that holds from a position size on; fractions of the position's value."""

    initial_margin: Decimal
    maintenance_margin: Decimal
    contracts: Decimal | None = None
    """Lower bound in contracts: inverse markets."""
    num_non_contract_units: Decimal | None = None
    """Lower bound in quote currency: linear markets."""


class MarginSchedule(Struct, frozen=True):
    """The margin levels of one platform."""

    retail: list[MarginLevel] = []
    professional: list[MarginLevel] = []


class Instrument(Struct, frozen=True, rename="camel"):
    """The terms of one contract."""

    symbol: str
    type: InstrumentType
    tradeable: bool | None = None
    pair: str | None = None
    """Base and quote, ``XBT:USD`` or ``BTC:USD``."""
    base: str | None = None
    """``XBT`` or ``BTC`` for bitcoin: symbols and this member may differ, so neither is derived from the other."""
    quote: str | None = None
    underlying: str | None = None
    """The index, for example ``rr_xbtusd``: single-collateral markets only."""
    underlying_future: str | None = None
    """Options only."""
    tick_size: Decimal | None = None
    """Prices must be multiples of it."""
    contract_size: Decimal | None = None
    """1 today: one USD of an inverse contract, one base unit of a linear one."""
    contract_value_trade_precision: int | None = None
    """Decimals of a size; negative for powers of ten (-3: multiples of 1000)."""
    impact_mid_size: Decimal | None = None
    """Size that the mid price behind the mark price is taken at."""
    max_position_size: Decimal | None = None
    opening_date: str | None = None
    last_trading_time: str | None = None
    """Dated contracts only."""
    funding_rate_coefficient: Decimal | None = None
    """Perpetuals only."""
    max_relative_funding_rate: Decimal | None = None
    """Cap of the relative funding rate: perpetuals only."""
    min_relative_funding_rate: Decimal | None = None
    isin: str | None = None
    margin_schedules: dict[str, MarginSchedule] | None = None
    """By platform."""
    margin_levels: list[MarginLevel] | None = None
    """For professional clients."""
    retail_margin_levels: list[MarginLevel] | None = None
    fee_schedule_uid: str | None = None
    """Deprecated: fees are no longer charged by it since 22 June 2026."""
    category: str | None = None
    tags: list[str] | None = None
    post_only: bool | None = None
    tradfi: bool | None = None
    """Whether it follows a traditional asset: forex, shares, indices."""
    mtf: bool | None = None
    is_expired: bool | None = None
    maker_protection_millis: int | None = None
    """How long an order action that is not post-only waits before the engine sees it; None for no wait."""
    # Members that answers carry and the manual's page does not describe in the readable part.
    description: str | None = None
    platforms_permitted: list[str] | None = None
    countries_banned: list[str] | None = None
    max_open_interest_usd: Decimal | None = None
    max_open_interest_share: Decimal | None = None
    option_type: str | None = None
    strike_price: Decimal | None = None
    rebate_levels: dict[str, Decimal] | None = None
    restricted: bool | None = None
    """Whether this account may only reduce its position."""
    minimum_trade_size: Decimal | None = None


class Instruments(Reply, frozen=True):
    """Contracts, in no particular order."""

    instruments: list[Instrument]


class GetInstruments(Request[Instruments], frozen=True, kw_only=True, rename="camel"):
    """The terms of all listed contracts, or of the expired ones."""

    route: ClassVar = public(
        "futures.instruments.list",
        "/derivatives/api/v3/instruments",
        siebly="getInstruments",
        repeat=("contractType",),
    )

    contract_type: ContractType | list[ContractType] | None = None
    """One type or several; every futures type (so no options) when left out."""
    expired: bool | None = None
    """True for expired contracts in place of the listed ones."""

    def check(self) -> None:
        not_empty(self, "contract_type")


class GetTradingInstruments(Request[Instruments], frozen=True, kw_only=True, rename="camel"):
    """The terms of the contracts that this account may trade."""

    route: ClassVar = look_up(
        "futures.instruments.trading_list",
        "/derivatives/api/v3/trading/instruments",
        siebly="getTradingInstruments",
        repeat=("contractType",),
    )

    contract_type: ContractType | list[ContractType] | None = None

    def check(self) -> None:
        not_empty(self, "contract_type")


class InstrumentStatus(Struct, frozen=True, rename="camel"):
    """Whether a market is dislocated or extremely volatile. The flags come under two spellings; see the properties."""

    tradeable: str
    """The market's symbol."""
    experiencing_dislocation: bool | None = None
    is_experiencing_dislocation: bool | None = None
    price_dislocation_direction: str | None = None
    """``ABOVE_UPPER_BOUND`` or ``BELOW_LOWER_BOUND``."""
    experiencing_extreme_volatility: bool | None = None
    is_experiencing_extreme_volatility: bool | None = None
    extreme_volatility_initial_margin_multiplier: Decimal | None = None

    @property
    def dislocated(self) -> bool:
        """Whether the price has left its bounds, under whichever spelling it was sent."""
        return bool(self.experiencing_dislocation or self.is_experiencing_dislocation)

    @property
    def volatile(self) -> bool:
        """Whether volatility is extreme, so that initial margin is multiplied."""
        return bool(self.experiencing_extreme_volatility or self.is_experiencing_extreme_volatility)


class InstrumentStatusList(Reply, frozen=True):
    """One row for each market."""

    instrument_status: list[InstrumentStatus]


class GetInstrumentStatusList(Request[InstrumentStatusList], frozen=True, kw_only=True, rename="camel"):
    """Dislocation and volatility of all markets."""

    route: ClassVar = public(
        "futures.instruments.status_list",
        "/derivatives/api/v3/instruments/status",
        siebly="getInstrumentStatusList",
        repeat=("contractType",),
    )

    contract_type: ContractType | list[ContractType] | None = None

    def check(self) -> None:
        not_empty(self, "contract_type")


class InstrumentStatusReply(InstrumentStatus, frozen=True, kw_only=True):
    """One market; its members stand beside the head of the answer."""

    result: str = "success"
    server_time: str | None = None


class GetInstrumentStatus(Request[InstrumentStatusReply], frozen=True):
    """Dislocation and volatility of one market."""

    route: ClassVar = public(
        "futures.instruments.status", "/derivatives/api/v3/instruments/{symbol}/status", siebly="getInstrumentStatus"
    )

    symbol: str

    def check(self) -> None:
        not_empty(self, "symbol")
