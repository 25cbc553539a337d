"""Funding (Beta): queries with brackets, JSON bodies, signed paths, and bare answers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit.errors import SettingsError
from krakenkit.signing.spot import decode_secret, sign
from krakenkit.wire.request import Request, fill_path, form_text, json_params, json_value, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.funding_beta import (
    FundingAsset,
    FundingScope,
    GetFundingDepositLimits,
    GetFundingFees,
    GetFundingWithdrawalLimits,
    LimitAmounts,
    ListFundingAssets,
    ListFundingMethods,
    ListFundingNetworks,
)
from krakenkit.wire.spot.funding_beta_addresses import (
    AddressToSave,
    CreateFundingAddress,
    CreateFundingDepositAddress,
    CryptoAddressToSave,
    DeleteFundingAddress,
    ListFundingAddresses,
    ListFundingDepositAddresses,
    UpdateFundingAddress,
)
from krakenkit.wire.spot.funding_beta_transfers import (
    AmountToSend,
    AnyStatus,
    FeeChoice,
    FundingAmount,
    ListFundingDeposits,
    ListFundingWithdrawals,
    SubmitFundingWithdrawal,
)


def amount(text: str, asset: str = "SOL") -> bytes:
    return f'{{"asset":{{"class":"currency","name":"{asset}"}},"amount":"{text}"}}'.encode()


METHODS = (
    b'{"methods":[{"asset":{"class":"currency","name":"SOL"},"method_id":"m-1","method_name":"Solana",'
    b'"minimum_amount":"0.020","maximum_amount":"900","fees":{"base":' + amount("0.00010000") + b',"percentage":"0.5",'
    b'"included":true,"max":' + amount("1.5") + b'},"network":{"network_id":"n-1","network_name":"Solana",'
    b'"contract_address":"So1","on_chain_asset_symbol":"SOL"},"deposit":{"shares_addresses_with_method_id":"m-0",'
    b'"address_setup_fee":' + amount("0.1") + b',"address_generation":{"status":"limited","limit":5},'
    b'"allow_credit_cards":false}},{"asset":{"class":"currency","name":"EUR"},"method_id":"m-2","withdrawal":{"x":1.10}}],'
    b'"next_cursor":"c-2"}'
)
FEES = (
    b'{"fee":' + amount("1.00") + b',"gross_amount":' + amount("5.00") + b',"net_amount":' + amount("4.00")
    + b',"fee_details":{"base_fee":' + amount("1.00") + b',"fee_percentage":"0"},"withdrawal_fee_token":"tok"}'
)  # fmt: skip
LIMITS = (
    b'[{"method_id":"m-1","maximum_amount":' + amount("12.50") + b',"maximum_reason":"limits","limits":['
    b'{"time_window":"86400","limit":{"limit_type":"attempt","remaining":"3","maximum":5}},'
    b'{"time_window":"3600","limit":{"limit_type":"equiv_amount_usd","remaining":{"policy_asset_amount":'
    + amount("99.50", "USD") + b',"usd_amount":' + amount("99.50", "USD") + b'}}}]},{"method_id":"m-2"}]'
)  # fmt: skip
CRYPTO = b'{"crypto":{"address":"0xbe","tag":"7"}}'
FIAT = b'{"fiat":{"iban":"XX00","bic":"BICXX","name_on_account":"A Name","expire_month":4,"beneficiary":{"typ":"business"}}}'
DEPOSITS = (
    b'{"deposits":[{"deposit_id":"FTd-1","method_id":"m-1","network_id":"n-1","status":"success","amount":'
    + amount("20.00000000") + b',"fee":' + amount("0.00") + b',"create_time":"2026-07-01T08:31:33Z"},'
    b'{"deposit_id":"FTd-2","status":"pending"}],"next_cursor":null}'
)  # fmt: skip
WITHDRAWALS = (
    b'{"withdrawals":[{"withdrawal_id":"FTw-1","amount":' + amount("4.00") + b',"fee":' + amount("1.00")
    + b',"method_id":"m-1","status":"pending","create_time":"2026-08-12T10:10:30Z","address_id":"AB-1",'
    b'"onchain_transaction":"77aa","utxo_vout":1}],"next_cursor":"c-9"}'
)  # fmt: skip
SUBMITTED = (
    b'{"withdrawal_id":"FTw-2","net_amount":{"asset_amount":' + amount("4.00") + b'},"gross_amount":{"asset_amount":'
    + amount("5.00") + b',"rebase_multiplier":"base"},"fee":{"asset_amount":' + amount("1.00")
    + b'},"approval_request_id":"AP-1"}'
)  # fmt: skip
ANSWERS: list[tuple[type[Request[Any]], bytes]] = [
    (ListFundingMethods, METHODS),
    (ListFundingAssets, b'{"currency":[{"name":"BTC"}],"tokenized_asset":[{"name":"AAPLx"}]}'),
    (ListFundingNetworks, b'{"network_groups":[{"network_group_id":"g","name":"EVM","network_ids":["n-1"]}],'
                          b'"networks":[{"network_id":"n-1","name":"Base"}]}'),
    (GetFundingFees, FEES),
    (GetFundingDepositLimits, b'{"deposit_limits":' + LIMITS + b"}"),
    (GetFundingWithdrawalLimits, b'{"available_balance":' + amount("7.10") + b',"withdrawal_limits":' + LIMITS + b"}"),
    (CreateFundingDepositAddress, b'{"address_details":' + FIAT + b"}"),
    (ListFundingDepositAddresses, b'{"addresses":[{"id":"a","method_id":"m-1","address_details":' + CRYPTO
                                  + b',"last_used":"2026-07-01T00:00:00Z"}],"next_cursor":"c"}'),
    (ListFundingDeposits, DEPOSITS),
    (ListFundingWithdrawals, WITHDRAWALS),
    (SubmitFundingWithdrawal, SUBMITTED),
    (ListFundingAddresses, b'{"addresses":[{"address_id":"AB-1","scope":{"network_group_id":"g"},"address_details":'
                           + CRYPTO + b',"name":"cold","description":"vault","modifier":"third_party","verified":true}]}'),
    (CreateFundingAddress, b'{"address_id":"AB-1","verified":true}'),
    (UpdateFundingAddress, b'{"verified":false}'),
    (DeleteFundingAddress, b'{"result":true}'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw"), ANSWERS)
def test_every_answer_comes_back_whole(kind: type[Request[Any]], raw: bytes) -> None:
    rewritten = on_the_wire(kind.reader()(raw))

    assert unread(exact_json(raw), rewritten) == []
    assert altered(exact_json(raw), rewritten) == []
    assert kind.route.envelope == "bare"


def test_a_method_tells_its_fee_network_and_addresses() -> None:
    page = ListFundingMethods.reader()(METHODS)

    sol, eur = page.methods
    assert (sol.asset, sol.minimum_amount, page.next_cursor) == (
        FundingAsset("currency", "SOL"),
        Decimal("0.020"),
        "c-2",
    )
    assert sol.fees is not None
    assert sol.fees.base is not None
    assert (sol.fees.base.amount, sol.fees.percentage, sol.fees.min) == (Decimal("0.00010000"), Decimal("0.5"), None)
    assert sol.deposit is not None
    assert sol.deposit.address_generation is not None
    assert (sol.deposit.address_generation.status, sol.deposit.address_generation.limit) == ("limited", 5)
    assert eur.withdrawal is not None
    assert bytes(eur.withdrawal["x"]) == b"1.10"


def test_limits_count_transactions_or_measure_amounts() -> None:
    limits = GetFundingWithdrawalLimits.reader()(b'{"withdrawal_limits":' + LIMITS + b"}")

    attempts, dollars = limits.withdrawal_limits[0].limits
    assert (attempts.time_window, attempts.limit.remaining, attempts.limit.maximum) == (86_400, 3, 5)
    assert isinstance(dollars.limit.remaining, LimitAmounts)
    assert dollars.limit.remaining.usd_amount is not None
    assert dollars.limit.remaining.usd_amount.amount == Decimal("99.50")
    assert limits.withdrawal_limits[1].maximum_amount is None


def test_deposits_and_withdrawals_may_lack_what_is_not_known_yet() -> None:
    done, under_way = ListFundingDeposits.reader()(DEPOSITS).deposits
    (sent,) = ListFundingWithdrawals.reader()(WITHDRAWALS).withdrawals

    assert done.amount is not None
    assert (done.amount.amount, under_way.amount, under_way.fee) == (Decimal("20.00000000"), None, None)
    assert (sent.onchain_transaction, sent.utxo_vout) == ("77aa", 1)


def test_bank_details_stay_out_of_reprs() -> None:
    claimed = CreateFundingDepositAddress.reader()(b'{"address_details":' + FIAT + b"}")

    assert claimed.address_details.fiat is not None
    assert (claimed.address_details.fiat.iban, claimed.address_details.fiat.expire_month) == ("XX00", 4)
    assert "XX00" not in repr(claimed)
    assert "iban=<hidden>" in repr(claimed)


SECRET = decode_secret("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==")


def test_a_look_up_is_signed_with_its_query_and_no_body() -> None:
    """Vector 4 of the Spot REST rules."""
    params = wire_params(GetFundingFees("d4ec4d52-b159-428e-ba64-f45455a978a1", amount=5, fee_included=True))
    path = fill_path(GetFundingFees.route.path, params)

    signature = sign(SECRET, path=f"{path}?{form_text(params)}", nonce="1616492376594")

    assert GetFundingFees.route.method == "GET"
    assert signature == "+EH4mm7c+g2d6XOdsx+0rElDQTXFVxuzLIYLgZJwEe80Wi1TMWKDRoQA1dIXD/QFCGEwtvrp32APAoXMXT2k3w=="


def test_a_body_is_signed_without_the_nonce_in_it() -> None:
    """Vector 5 of the Spot REST rules."""
    request = CreateFundingAddress(
        scope=FundingScope(network_id="d9d375da-44b7-4be1-8a00-8b281acfe366"),
        address_details=AddressToSave.of("0xBef7B36845cA31045E86D0B46DBCac4e6752"),
        name="Personal Wallet",
    )
    body = msgspec.json.encode(json_value(wire_params(request)))

    signature = sign(SECRET, path=CreateFundingAddress.route.path, nonce="1616492376594", body=body)

    assert signature == "Lc9l+liE00GWbh8QHewQEfGH3S6pYOjHIiTRyb9s9/Cynw9lIc1Y/z7LW+u8XUAVZ7AUdCrK7wmWYmBXHBp7Kg=="


@pytest.mark.parametrize(
    ("request_", "path", "query"),
    [
        (ListFundingMethods("deposit", asset=FundingAsset("currency", "BTC"), limit=10_000),
         "/funding/v1/methods/deposit", "asset%5Bclass%5D=currency&asset%5Bname%5D=BTC&limit=10000"),
        (ListFundingAssets("withdraw", asset_class="tokenized_asset"),
         "/funding/v1/assets/withdraw", "asset_class=tokenized_asset"),
        (ListFundingNetworks(account_id="WX6V"), "/funding/v1/networks", "account_id=WX6V"),
        (GetFundingDepositLimits("currency", "a/b", preferred_asset=FundingAsset(name="USD")),
         "/funding/v1/limits/deposit/currency/a%2Fb", "preferred_asset%5Bname%5D=USD"),
        (GetFundingWithdrawalLimits("tokenized_asset", "AAPLx"),
         "/funding/v1/limits/withdrawal/tokenized_asset/AAPLx", ""),
        (ListFundingDepositAddresses(FundingScope(method_id="m-1")),
         "/funding/v2/deposit/addresses", "scope%5Bmethod_id%5D=m-1"),
        (ListFundingDeposits(status="pending", start_time=datetime(2026, 7, 1, tzinfo=UTC)),
         "/funding/v1/deposits", "status=pending&start_time=2026-07-01T00%3A00%3A00.000Z"),
        (ListFundingDeposits(status=AnyStatus(["settled", "success"])), "/funding/v1/deposits",
         "status%5Blist%5D%5B0%5D=settled&status%5Blist%5D%5B1%5D=success"),
        (ListFundingWithdrawals(cursor="c-2", limit=500), "/funding/v1/withdrawals", "cursor=c-2&limit=500"),
        (DeleteFundingAddress("AB-1"), "/funding/v1/addresses/AB-1", ""),
    ],
)  # fmt: skip
def test_look_ups_travel_in_path_and_query(request_: Request[Any], path: str, query: str) -> None:
    params = wire_params(request_)

    assert fill_path(request_.route.path, params) == path
    assert form_text(params) == query


def test_a_withdrawal_pays_the_current_fee_or_a_quoted_one() -> None:
    now = SubmitFundingWithdrawal(
        scope=FundingScope(method_id="m-1"),
        address_id="AB-1",
        amount=FundingAmount.of(5, "USDC"),
        fee=FeeChoice.current(fee_included=True, max_fee=FundingAmount.of(Decimal("1.50"), "USDC")),
        expected_address="0xbe",
    )
    quoted = FeeChoice.quoted("tok", fee_included=False)

    usdc = {"class": "currency", "name": "USDC"}
    assert json_params(SubmitFundingWithdrawal, wire_params(now)) == {
        "scope": {"method_id": "m-1"},
        "address_id": "AB-1",
        "amount": {"asset_amount": {"asset": usdc, "amount": "5"}},
        "fee": {
            "current_fee": {"max_fee": {"asset_amount": {"asset": usdc, "amount": "1.50"}}},
            "fee_included": True,
        },
        "expected_address": "0xbe",
    }
    assert json_value(quoted) == {"quoted_fee": {"token": "tok"}, "fee_included": False}
    assert json_value(FeeChoice.current(fee_included=True)) == {"current_fee": {}, "fee_included": True}


def test_an_address_is_renamed_by_id() -> None:
    params = wire_params(UpdateFundingAddress("AB-1", description=""))

    assert fill_path(UpdateFundingAddress.route.path, params) == "/funding/v1/addresses/AB-1"
    assert (UpdateFundingAddress.route.method, json_value(params)) == ("PUT", {"description": ""})


def test_what_moves_funds_or_makes_something_is_never_sent_again() -> None:
    made = (SubmitFundingWithdrawal, CreateFundingAddress, CreateFundingDepositAddress)

    assert {kind.route.resend for kind in made} == {Resend.NEVER}
    assert {UpdateFundingAddress.route.resend, DeleteFundingAddress.route.resend} == {Resend.CANCEL}


def test_bad_scopes_pages_and_addresses_are_refused_before_they_are_sent() -> None:
    group = FundingScope(network_group_id="g")

    with pytest.raises(SettingsError, match="takes a cursor without scope, status"):
        ListFundingDeposits(cursor="c-2", scope=FundingScope(network_id="n"), status="pending")
    with pytest.raises(SettingsError, match="limit is 501; give 1 to 500"):
        ListFundingWithdrawals(limit=501)
    with pytest.raises(SettingsError, match="limit is 0; give 1 to 10000"):
        ListFundingMethods("deposit", limit=0)
    with pytest.raises(SettingsError, match="FundingScope needs"):
        ListFundingAddresses(FundingScope())
    with pytest.raises(SettingsError, match="takes one of method_id and network_id"):
        ListFundingAddresses(FundingScope(method_id="m", network_id="n"))
    with pytest.raises(SettingsError, match="not a network_group_id"):
        ListFundingDepositAddresses(group)
    with pytest.raises(SettingsError, match="takes one of tag and memo"):
        CryptoAddressToSave("0xbe", tag="1", memo="2")
    with pytest.raises(SettingsError, match="empty name"):
        CreateFundingAddress(scope=group, address_details=AddressToSave.of("0xbe"), name="")
    with pytest.raises(SettingsError, match="changes nothing"):
        UpdateFundingAddress("AB-1")
    with pytest.raises(SettingsError, match="empty id"):
        DeleteFundingAddress("")
    with pytest.raises(SettingsError, match="empty statuses"):
        AnyStatus([])


def test_bad_withdrawals_are_refused_before_they_are_sent() -> None:
    fee = FeeChoice.current(fee_included=True)

    with pytest.raises(SettingsError, match="not a network_group_id"):
        SubmitFundingWithdrawal(
            scope=FundingScope(network_group_id="g"), address_id="AB-1", amount=FundingAmount.of(1, "BTC"), fee=fee
        )
    with pytest.raises(SettingsError, match="above zero"):
        SubmitFundingWithdrawal(
            scope=FundingScope(method_id="m"), address_id="AB-1", amount=FundingAmount.of(0, "BTC"), fee=fee
        )
    with pytest.raises(SettingsError, match="needs quoted_fee or current_fee"):
        FeeChoice(fee_included=True)
    with pytest.raises(SettingsError, match="float"):
        AmountToSend(FundingAsset(name="BTC"), 0.1)  # type: ignore[arg-type]
