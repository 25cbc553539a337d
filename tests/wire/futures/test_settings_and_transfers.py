"""Futures settings, subaccounts, transfers and the assignment program."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.assignment import (
    AddAssignmentPreference,
    DeleteAssignmentPreference,
    GetAssignmentPreferencesHistory,
    GetAssignmentPrograms,
)
from krakenkit.wire.futures.settings import (
    DeleteRfqAssignmentMaxLeverage,
    GetLeverageSettings,
    GetPnlPreferences,
    GetRfqAssignmentMaxLeverage,
    GetSelfTradeStrategy,
    SetLeverageSettings,
    SetPnlPreference,
    SetRfqAssignmentMaxLeverage,
    UpdateSelfTradeStrategy,
)
from krakenkit.wire.futures.subaccounts import (
    GetSubaccounts,
    GetSubaccountTradingStatus,
    UpdateSubaccountTradingStatus,
)
from krakenkit.wire.futures.transfers import SubmitSubaccountTransfer, SubmitTransferToSpot, SubmitWalletTransfer
from krakenkit.wire.route import Resend
from wire.futures.reading import form, path, read

DONE = '{"result": "success", "serverTime": "2026-11-20T09:00:00Z"}'


def test_leverage_is_read_set_and_cleared() -> None:
    answer = read(
        GetLeverageSettings,
        '{"result": "success", "leveragePreferences": [{"symbol": "PF_XBTUSD", "maxLeverage": "10.0"}]}',
    )

    assert answer.leverage_preferences[0].max_leverage == Decimal("10.0")
    assert read(SetLeverageSettings, DONE).result == "success"
    assert form(SetLeverageSettings("PF_XBTUSD", "2.5")) == "symbol=PF_XBTUSD&maxLeverage=2.5"
    assert form(SetLeverageSettings("PF_XBTUSD")) == "symbol=PF_XBTUSD"
    assert form(GetLeverageSettings("PF_XBTUSD")) == "symbol=PF_XBTUSD"
    with pytest.raises(SettingsError, match="above zero"):
        SetLeverageSettings("PF_XBTUSD", 0)


def test_the_currency_of_profits_is_read_and_chosen() -> None:
    answer = read(
        GetPnlPreferences, '{"result": "success", "preferences": [{"symbol": "PF_XBTUSD", "pnlCurrency": "BTC"}]}'
    )

    assert answer.preferences[0].pnl_currency == "BTC"
    assert read(SetPnlPreference, DONE).result == "success"
    assert form(SetPnlPreference("PF_XBTUSD", "EUR")) == "symbol=PF_XBTUSD&pnlPreference=EUR"


def test_the_self_trade_strategy_is_read_and_chosen() -> None:
    sample = '{"result": "success", "strategy": "CANCEL_MAKER_SELF"}'

    assert read(GetSelfTradeStrategy, sample).strategy == "CANCEL_MAKER_SELF"
    assert read(UpdateSelfTradeStrategy, DONE).strategy is None
    assert form(UpdateSelfTradeStrategy("REJECT_TAKER")) == "strategy=REJECT_TAKER"


def test_the_off_book_cap_is_read_set_and_taken_away() -> None:
    assert read(GetRfqAssignmentMaxLeverage, '{"result": "success", "maxLeverage": null}').max_leverage is None
    assert read(SetRfqAssignmentMaxLeverage, '{"result": "success", "maxLeverage": 2.50}').max_leverage == Decimal(
        "2.5"
    )
    assert read(DeleteRfqAssignmentMaxLeverage, DONE).server_time == "2026-11-20T09:00:00Z"
    assert DeleteRfqAssignmentMaxLeverage.route.method == "DELETE"
    assert form(SetRfqAssignmentMaxLeverage("100.00")) == "maxLeverage=100.00"


@pytest.mark.parametrize("leverage", ["0", "-1", "100.01", "1.005", "much"])
def test_the_off_book_cap_is_within_its_bounds(leverage: str) -> None:
    with pytest.raises(SettingsError, match="max_leverage"):
        SetRfqAssignmentMaxLeverage(leverage)


@pytest.mark.parametrize(
    "request_class", [SetLeverageSettings, SetPnlPreference, UpdateSelfTradeStrategy, SetRfqAssignmentMaxLeverage]
)
def test_settings_are_puts_that_may_be_repeated(request_class: type[SetPnlPreference]) -> None:
    route = request_class.route

    assert (route.method, route.encoding, route.resend) == ("PUT", "form", Resend.CANCEL)


def test_subaccounts_are_read_with_their_wallets() -> None:
    answer = read(
        GetSubaccounts,
        '{"result": "success", "masterAccountUid": "m-1", "subaccounts": [{"accountUid": "s-1", "email": "a@b.example",'
        ' "fullName": null, "holdingAccounts": [{"currency": "xbt", "amount": 3.46e-9}],'
        ' "futuresAccounts": [{"name": "f-xbt:usd", "availableMargin": -0.0009056832839642471}],'
        ' "flexAccount": {"currencies": [{"currency": "eth", "quantity": 0.5, "value": 1646.575, "collateral": 1543.9,'
        ' "available": 0.49}], "initialMargin": 0, "initialMarginWithOrders": 0, "maintenanceMargin": 0,'
        ' "balanceValue": 1646.58, "portfolioValue": 1646.58, "collateralValue": 1543.91, "pnl": 0,'
        ' "availableMargin": 1543.91, "marginEquity": 1543.91}}]}',
    )

    (account,) = answer.subaccounts
    assert account.holding_accounts[0].amount == Decimal("3.46e-9")
    assert account.futures_accounts[0].available_margin == Decimal("-0.0009056832839642471")
    assert account.flex_account is not None
    assert account.flex_account.currencies[0].collateral == Decimal("1543.9")


def test_the_right_to_trade_is_read_and_given_by_the_path() -> None:
    assert read(GetSubaccountTradingStatus, '{"tradingEnabled": false}').trading_enabled is False
    assert read(UpdateSubaccountTradingStatus, '{"tradingEnabled": true}').trading_enabled is True
    expected = "/derivatives/api/v3/subaccount/s-1/trading-enabled"
    assert path(GetSubaccountTradingStatus("s-1")) == expected
    update = UpdateSubaccountTradingStatus("s-1", True)
    assert (path(update), form(update)) == (expected, "tradingEnabled=true")
    with pytest.raises(SettingsError, match="empty subaccount_uid"):
        GetSubaccountTradingStatus("")


def test_transfers_travel_as_forms() -> None:
    wallet = SubmitWalletTransfer(from_account="cash", to_account="flex", unit="USD", amount="10.50")
    subaccount = SubmitSubaccountTransfer(
        from_user="a", to_user="b", from_account="cash", to_account="flex", unit="xbt", amount=Decimal("0.00000001")
    )
    spot = SubmitTransferToSpot(currency="USDT", amount=1, source_wallet="flex")

    assert form(wallet) == "fromAccount=cash&toAccount=flex&unit=USD&amount=10.50"
    assert form(subaccount) == "fromUser=a&toUser=b&fromAccount=cash&toAccount=flex&unit=xbt&amount=0.00000001"
    assert form(spot) == "currency=USDT&amount=1&sourceWallet=flex"
    assert read(SubmitWalletTransfer, DONE).result == "success"
    assert read(SubmitSubaccountTransfer, DONE).result == "success"
    assert read(SubmitTransferToSpot, '{"result": "success", "uid": "w-1"}').uid == "w-1"


def test_transfers_are_sent_once_and_need_a_key_that_may_transfer() -> None:
    routes = [each.route for each in (SubmitWalletTransfer, SubmitSubaccountTransfer, SubmitTransferToSpot)]

    assert {route.resend for route in routes} == {Resend.NEVER}
    assert {route.permission for route in routes} == {"transfer_full"}


@pytest.mark.parametrize("amount", ["0", "-1", "1e"])
def test_a_transfer_moves_an_amount_above_zero(amount: str) -> None:
    with pytest.raises(SettingsError, match="amount"):
        SubmitWalletTransfer(from_account="cash", to_account="flex", unit="USD", amount=amount)
    with pytest.raises(SettingsError, match="amount"):
        SubmitTransferToSpot(currency="USD", amount=amount)


PREFERENCE = (
    '{"contractType": "flex", "contract": null, "maxSize": 10.5, "maxPosition": null, "acceptLong": true,'
    ' "acceptShort": false, "timeFrame": "WEEKDAYS", "enabled": true, "minimumProfitabilityPerAssignmentLongBps": 5}'
)


def test_assignment_preferences_are_read() -> None:
    current = read(
        GetAssignmentPrograms, f'{{"result": "success", "participants": [{{"id": 7, "participant": {PREFERENCE}}}]}}'
    )
    added = read(AddAssignmentPreference, f'{{"result": "success", "id": 8, "participant": {PREFERENCE}}}')
    deleted = read(DeleteAssignmentPreference, '{"result": "success"}')
    history = read(
        GetAssignmentPreferencesHistory,
        '{"result": "success", "participants": [{"deleted": true, "timestamp": "2026-11-20T09:00:00Z",'
        f' "participant": {PREFERENCE}}}]}}',
    )

    assert (current.participants[0].id, current.participants[0].participant.max_size) == (7, Decimal("10.5"))
    assert (added.id, deleted.id) == (8, None)
    assert history.participants[0].deleted


def test_an_assignment_preference_travels_as_a_form_and_is_sent_once() -> None:
    request = AddAssignmentPreference(
        contract_type="flex", max_size="10.50", accept_long=True, accept_short=False, time_frame="ALL", enabled=True
    )

    assert form(request) == (
        "contractType=flex&maxSize=10.50&acceptLong=true&acceptShort=false&timeFrame=ALL&enabled=true"
    )
    assert request.route.resend is Resend.NEVER
    assert form(DeleteAssignmentPreference(7)) == "id=7"
