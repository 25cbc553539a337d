"""Futures wallets, positions, margining, notices, the calling key, fees."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.account import GetAccounts, GetOpenPositions, GetPositionPercentile
from krakenkit.wire.futures.fees import GetFeeSchedules, GetFeeScheduleVolumes
from krakenkit.wire.futures.general import CheckApiKeyV3, GetAccountMarketShare, GetNotifications
from krakenkit.wire.futures.margining import GetPortfolioMarginParameters, SimulateMarginRequirements
from wire.futures.reading import filled, form, read

SUMS = (
    '"initialMargin": 10.5, "initialMarginWithOrders": "12.50", "maintenanceMargin": 5.25, "balanceValue": 1000,'
    ' "portfolioValue": 1010.10, "collateralValue": 980.0, "pnl": 10.10, "unrealizedFunding": -0.01,'
    ' "totalUnrealized": 10.09, "totalUnrealizedAsMargin": 10.0, "availableMargin": 979.5, "marginEquity": 990.0'
)


def test_the_wallets_are_told_apart() -> None:
    answer = read(
        GetAccounts,
        filled(
            '{"result": "success", "serverTime": "2026-11-20T09:00:00Z", "accounts": {'
            '"cash": {"type": "cashAccount", "balances": {"eur": "12.30", "xbt": 0.00000001}},'
            '"flex": {"type": "multiCollateralMarginAccount", <>, "excludedCollateralValue": 0,'
            ' "portfolioMarginBreakdown": {"totalMarketRisk": 1.5, "totalScenarioPnls": [-1.25, 2], "isBuyOnly": true},'
            ' "upnlInterestRate": null, "currencies": {"USD": {"quantity": 1000.10, "value": 1000.10, "collateral": 980.0,'
            ' "available": 979.5, "excludedCollateral": 0}, "EUR": {"quantity": 1, "value": 1.1, "collateralValue": 1.0}}},'
            '"fi_xbtusd": {"type": "marginAccount", "currency": "xbt", "balances": {"FI_XBTUSD_271231": -15000, "xbt": "1.5"},'
            ' "auxiliary": {"usd": 0, "pv": 153.73, "pnl": 12.42, "af": 100.7, "funding": -0.5},'
            ' "marginRequirements": {"im": 52.8, "mm": 23.76, "lt": 39.6, "tt": 15.84},'
            ' "triggerEstimates": {"im": 3110, "mm": 3000, "lt": 2890, "tt": 2830}}}}',
            SUMS,
        ),
    )

    assert answer.cash is not None
    assert answer.cash.balances == {"eur": Decimal("12.30"), "xbt": Decimal("1E-8")}
    assert answer.flex is not None
    assert (answer.flex.available_margin, answer.flex.initial_margin_with_orders) == (
        Decimal("979.5"),
        Decimal("12.50"),
    )
    assert answer.flex.currencies["USD"].collateral == Decimal("980.0")
    assert answer.flex.portfolio_margin_breakdown is not None
    assert answer.flex.portfolio_margin_breakdown.total_scenario_pnls == [Decimal("-1.25"), Decimal(2)]
    margin = answer.margin["fi_xbtusd"]
    assert margin.balances["FI_XBTUSD_271231"] == Decimal(-15000)
    assert margin.auxiliary is not None
    assert margin.auxiliary.available_funds == Decimal("100.7")
    assert margin.margin_requirements is not None
    assert margin.margin_requirements.liquidation == Decimal("39.6")
    assert margin.trigger_estimates is not None
    assert margin.trigger_estimates.termination == Decimal(2830)


def test_an_account_without_wallets_is_read() -> None:
    answer = read(GetAccounts, '{"result": "success", "accounts": {}}')

    assert (answer.cash, answer.flex, answer.margin) == (None, None, {})


def test_positions_tell_side_size_and_margin_mode() -> None:
    answer = read(
        GetOpenPositions,
        '{"result": "success", "openPositions": ['
        '{"side": "short", "symbol": "PI_XBTUSD", "price": 91392.749993345933, "fillTime": "2026-11-20T09:00:00Z",'
        ' "size": 8000, "unrealizedFunding": 5.879463852989987e-05, "unrealizedPnl": -1.5},'
        '{"side": "long", "symbol": "PF_XBTUSD", "price": "90000", "size": "0.0010", "pnlCurrency": "EUR",'
        ' "unrealizedFunding": null, "maxFixedLeverage": 5.0}]}',
    )

    short, long = answer.open_positions
    assert short.price == Decimal("91392.749993345933")
    assert short.unrealized_funding == Decimal("0.00005879463852989987")
    assert (long.size, long.max_fixed_leverage, long.fill_time) == (Decimal("0.0010"), Decimal("5.0"), None)


def test_the_unwind_queue_is_read_and_dear() -> None:
    answer = read(GetPositionPercentile, '{"result": "success", "queue": [{"symbol": "PF_XBTUSD", "percentile": 80}]}')

    assert answer.queue[0].percentile == 80
    assert GetPositionPercentile.route.cost == 200


def test_portfolio_margin_parameters_are_read() -> None:
    answer = read(
        GetPortfolioMarginParameters,
        '{"result": "success", "crossAssetNettingFactor": 0.5, "extremePriceShockMultiplier": 3,'
        ' "volShockMultiplicationFactor": 0.75, "volShockExponentFactor": 0.33, "optionExpiryTimeShockHours": 24,'
        ' "optionsInitialMarginFactor": 1.30, "totalOptionOrdersConsideredInInitialMarginCalc": 50,'
        ' "priceShockLevels": [-0.15, 0.15], "optionsUserLimits": {"maxNetPositionDelta": 25, "limitsPerBaseCurrency":'
        ' {"BTC": {"maxTotalPositionSize": 100, "maxTotalOpenOrdersSize": 50.5}}}}',
    )

    assert answer.price_shock_levels == [Decimal("-0.15"), Decimal("0.15")]
    assert answer.options_user_limits is not None
    assert answer.options_user_limits.limits_per_base_currency["BTC"].max_total_open_orders_size == Decimal("50.5")


def test_a_portfolio_is_simulated_from_text_or_from_a_mapping() -> None:
    mapping = {"positions": [{"instrument": "PF_XBTUSD", "size": Decimal("-1.50")}]}

    assert form(SimulateMarginRequirements(mapping)) == form(
        SimulateMarginRequirements('{"positions":[{"instrument":"PF_XBTUSD","size":-1.50}]}')
    )
    answer = read(
        SimulateMarginRequirements,
        '{"result": "success", "maintenanceMargin": 1.5, "initialMargin": 2.50, "pnl": -0.5,'
        ' "portfolioMarginBreakdown": {"netPortfolioDelta": 0.25},'
        ' "greeks": {"OF_A": {"iv": 0.5, "delta": 0.1, "gamma": null, "vega": null, "theta": null, "rho": null}}}',
    )
    assert answer.initial_margin == Decimal("2.50")
    assert answer.greeks["OF_A"].gamma is None
    with pytest.raises(SettingsError, match="empty json"):
        SimulateMarginRequirements("")


def test_notices_are_read() -> None:
    answer = read(
        GetNotifications,
        '{"result": "success", "notifications": [{"type": "maintenance", "priority": "high", "note": "Back at nine.",'
        ' "effectiveTime": "2026-12-01T08:00:00Z", "expectedDowntimeMinutes": 60},'
        ' {"type": "general", "priority": "low", "note": "Hello."}]}',
    )

    assert [notice.expected_downtime_minutes for notice in answer.notifications] == [60, None]


def test_the_calling_key_is_described_and_its_repr_hides_it() -> None:
    answer = read(
        CheckApiKeyV3,
        '{"apiKey": "c29tZS1wdWJsaWMta2V5LW9mLWZ1dHVyZXM=", "accountUid": "a-1", "iiban": "AA11 AAAA AAAA AAAA",'
        ' "createdAt": "2026-01-01T00:00:00Z", "permissions": {"general": "READ_ONLY", "transfer": "NO_ACCESS"},'
        ' "allowedCidrBlock": null, "allowedCidrBlocks": ["192.0.2.0/24"]}',
    )

    assert answer.permissions is not None
    assert answer.permissions.general == "READ_ONLY"
    assert answer.api_key not in repr(answer)


def test_market_share_may_come_without_a_body() -> None:
    answer = read(
        GetAccountMarketShare,
        '{"contracts": {"PF_XBTUSD": {"marketShare": "0.0125", "volume": "100.50", "usdRebateCredited": "0"}}}',
    )

    assert answer.contracts["PF_XBTUSD"].market_share == Decimal("0.0125")
    assert GetAccountMarketShare.reader()(b"").contracts == {}


def test_fee_schedules_are_read_and_carry_their_own_lifecycle() -> None:
    schedules = read(
        GetFeeSchedules,
        '{"result": "success", "feeSchedules": [{"uid": "s-1", "name": "Main", "tiers":'
        ' [{"makerFee": 0.0125, "takerFee": 0.03, "usdVolume": 1000000}]}]}',
    )
    volumes = read(GetFeeScheduleVolumes, '{"result": "success", "volumesByFeeSchedule": {"s-1": 53823.5}}')

    assert schedules.fee_schedules[0].tiers[0].maker_fee == Decimal("0.0125")
    assert volumes.volumes_by_fee_schedule == {"s-1": Decimal("53823.5")}
    assert {GetFeeSchedules.route.lifecycle, GetFeeScheduleVolumes.route.lifecycle} == {"futures-fee-schedules"}
