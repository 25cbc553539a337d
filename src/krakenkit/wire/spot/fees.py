"""Spot account: traded volume and the fees that follow from it.

Source: docs.kraken.com, Spot REST, Account Data, Get Trade Volume; schedules and pair objects: changelog of June 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.ledgers import ClassedAsset, all_or_none_classed
from krakenkit.wire.vocab import RebaseMultiplier


class PairFee(Struct, frozen=True):
    """Your fee on one pair, in percent, and the step you are on; volumes in the answer's ``currency``."""

    fee: Decimal
    minfee: Decimal | None = None
    maxfee: Decimal | None = None
    nextfee: Decimal | None = None
    """The fee of the next step; None on the last."""
    tiervolume: Decimal | None = None
    """Where this step begins."""
    nextvolume: Decimal | None = None
    """Where the next step begins; None on the last."""
    tierfuturesvolume: Decimal | None = None
    nextfuturesvolume: Decimal | None = None
    volumeoffset: Decimal | None = None


class FeeInputs(Struct, frozen=True):
    """What the step is reckoned from, over the master account and its subaccounts."""

    domain_spot_volume_30d: Decimal | None = None
    domain_futures_volume_30d: Decimal | None = None
    domain_assets_on_platform: Decimal | None = None


class SubaccountVolume(Struct, frozen=True):
    """Volume of one subaccount; seen by the master account only."""

    iiban: str
    volume: Decimal


class ScheduleTier(Struct, frozen=True):
    """One step of a schedule: fees in percent and what it takes to get there."""

    maker_fee: Decimal
    taker_fee: Decimal
    min_spot_volume: Decimal | None = None
    min_futures_volume: Decimal | None = None
    min_assets_on_platform: Decimal | None = None
    active: bool | None = None
    """Whether it is yours."""


class FeeSchedule(Struct, frozen=True):
    """All steps of one pair."""

    pair: str
    tiers: list[ScheduleTier]
    class_: str | None = field(default=None, name="class")


class TradingVolume(Struct, frozen=True):
    """Volume over 30 days, and fees by pair when pairs were asked for."""

    currency: str
    volume: Decimal
    """In ``currency``."""
    fees: dict[str, PairFee] | None = None
    """Taker fees, and maker fees too on pairs without a maker schedule; None when no pair was named."""
    fees_maker: dict[str, PairFee] | None = None
    asset_class: str | None = None
    inputs: FeeInputs | None = None
    volume_subaccounts: list[SubaccountVolume] | None = None
    schedules: list[FeeSchedule] | None = None


class GetTradingVolume(Request[TradingVolume], frozen=True):
    """Volume over 30 days, and the fees of the pairs named."""

    route: ClassVar = Route.read(
        "spot.account.get_trade_volume",
        "/0/private/TradeVolume",
        siebly="getTradingVolume",
        permission="Funds permissions - Query",
    )

    pair: str | Sequence[str | ClassedAsset] | None = None
    """One pair or several; no fees without. With classes, such as ``ClassedAsset("TSLAx/USD", "equity_pair")``, they go
    as a JSON body."""
    fee_schedule: bool | None = None
    """Add ``schedules``: every step of the pairs."""
    fee_info: bool | None = field(default=None, name="fee-info")
    """An old switch that the exchange ignores; name pairs instead."""
    rebase_multiplier: RebaseMultiplier | None = None

    def check(self) -> None:
        all_or_none_classed(self, "pair")
