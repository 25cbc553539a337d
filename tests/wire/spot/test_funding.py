"""The older funding calls: what they send, and the shapes they answer with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Request, form_text, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.funding import (
    GetDepositAddresses,
    GetDepositMethods,
    GetDepositsStatus,
    SubmitTransferToFutures,
)
from krakenkit.wire.spot.funding_withdrawals import (
    CancelWithdrawal,
    GetWithdrawalAddresses,
    GetWithdrawalInfo,
    GetWithdrawalMethods,
    GetWithdrawalsStatus,
    SubmitWithdrawal,
)

DEPOSIT_METHODS = (
    b'[{"method":"Bitcoin","limit":false,"fee":"0.0000000000","gen-address":true,"minimum":"0.00020"},'
    b'{"method":"Card","limit":"2500.00","fee-percentage":"1.250","address-setup-fee":"0.10"},'
    b'{"method":"Old","limit":0}]'
)
DEPOSIT = (
    b'{"method":"Ether","aclass":"currency","asset":"XETH","refid":"FTa-1","txid":null,"info":"0xabc",'
    b'"amount":"0.1383862742","time":"1700000000","status":"Pending","status-prop":"onhold","originators":["0x1","0x2"]}'
)
WITHDRAWAL = (
    b'{"method":"Bitcoin","network":"Bitcoin","aclass":"currency","asset":"XXBT","refid":"FTb-2","txid":"77aa",'
    b'"info":"bc1q","amount":"0.72485000","fee":"0.00020000","time":1700000001,"status":"Failure","key":"cold",'
    b'"status-prop":"canceled"}'
)
WITHDRAWAL_METHODS = (
    b'[{"asset":"XXBT","method":"Lightning","method_id":"m-1","network":"Lightning","network_id":"n-1",'
    b'"minimum":"0.00001","fee":{"aclass":"currency","asset":"XXBT","fee":"0","fee_percentage":"0.1"},'
    b'"limits":[{"limit_type":"equiv_amount","description":"daily","limits":'
    b'{"86400":{"maximum":"500.00","remaining":"499.50","used":"0.50"}}}]},{"asset":"XXBT","method":"Bitcoin"}]'
)
ANSWERS: list[tuple[type[Request[Any]], bytes]] = [
    (GetDepositMethods, DEPOSIT_METHODS),
    (GetDepositAddresses, b'[{"address":"r1","expiretm":"0","new":true,"tag":"136"},{"address":"k","memo":"41"}]'),
    (GetDepositsStatus, b"[" + DEPOSIT + b"]"),
    (GetDepositsStatus, b'{"deposits":[' + DEPOSIT + b'],"next_cursor":null}'),
    (GetDepositsStatus, b'{"next_cursor":"c-2","deposit":[' + DEPOSIT + b"]}"),
    (GetWithdrawalMethods, WITHDRAWAL_METHODS),
    (GetWithdrawalAddresses, b'[{"address":"bc1","asset":"XBT","method":"Bitcoin","key":"cold","verified":true}]'),
    (GetWithdrawalInfo, b'{"method":"Bitcoin","limit":"332.00956139","amount":"0.72480000","fee":"0.00020000"}'),
    (SubmitWithdrawal, b'{"refid":"FTb-2"}'),
    (GetWithdrawalsStatus, b"[" + WITHDRAWAL + b"]"),
    (GetWithdrawalsStatus, b'{"withdrawals":[],"next_cursor":"c-3"}'),
    (CancelWithdrawal, b"true"),
    (SubmitTransferToFutures, b'{"refid":"FTc-3"}'),
]


@pytest.mark.parametrize(("kind", "raw"), ANSWERS)
def test_every_answer_comes_back_whole(kind: type[Request[Any]], raw: bytes) -> None:
    rewritten = on_the_wire(kind.reader()(raw))

    assert unread(exact_json(raw), rewritten) == []
    assert altered(exact_json(raw), rewritten) == []


def test_a_deposit_limit_is_false_or_an_amount() -> None:
    free, card, old = GetDepositMethods.reader()(DEPOSIT_METHODS)

    assert (free.limit, free.fee, free.gen_address, free.minimum) == (False, Decimal(0), True, Decimal("0.00020"))
    assert (card.limit, card.fee_percentage, card.address_setup_fee) == (
        Decimal("2500.00"),
        Decimal("1.250"),
        Decimal("0.10"),
    )
    assert old.limit == 0


def test_deposits_have_rows_and_a_cursor_in_every_shape() -> None:
    read = GetDepositsStatus.reader()

    bare = read(b" [" + DEPOSIT + b"]")
    paged = read(b'{"deposit":[' + DEPOSIT + b'],"next_cursor":"c-2"}')
    last = read(b'{"deposits":[' + DEPOSIT + b'],"next_cursor":null}')

    assert bare.rows == paged.rows == last.rows
    assert (bare.next_cursor, paged.next_cursor, last.next_cursor) == (None, "c-2", None)
    row = bare.rows[0]
    assert (row.amount, row.time, row.fee, row.txid) == (Decimal("0.1383862742"), 1_700_000_000, None, None)
    assert (row.status_prop, row.originators) == ("onhold", ["0x1", "0x2"])


def test_an_answer_without_rows_is_refused_by_name() -> None:
    with pytest.raises(msgspec.ValidationError, match="one list of rows"):
        GetWithdrawalsStatus.reader()(b'{"next_cursor":"c-2"}')


def test_a_withdrawal_names_its_network_key_and_fee() -> None:
    (row,) = GetWithdrawalsStatus.reader()(b"[" + WITHDRAWAL + b"]").rows

    assert (row.network, row.key, row.fee, row.status_prop) == ("Bitcoin", "cold", Decimal("0.00020000"), "canceled")


def test_withdrawal_limits_are_exact_by_window() -> None:
    lightning, plain = GetWithdrawalMethods.reader()(WITHDRAWAL_METHODS)

    assert lightning.fee is not None
    assert lightning.fee.fee_percentage == Decimal("0.1")
    assert lightning.limits is not None
    assert lightning.limits[0].limits["86400"].remaining == Decimal("499.50")
    assert (plain.limits, plain.fee) == (None, None)


def test_small_answers_have_names() -> None:
    tagged, noted = GetDepositAddresses.reader()(
        b'[{"address":"r1","expiretm":"0","tag":"136"},{"address":"k","memo":"41"}]'
    )
    info = GetWithdrawalInfo.reader()(b'{"method":"Bitcoin","limit":"1","amount":"0.5","fee":"0.00020000"}')

    assert (tagged.tag, tagged.expiretm, noted.memo, noted.expiretm) == ("136", 0, "41", None)
    assert (info.amount, info.fee) == (Decimal("0.5"), Decimal("0.00020000"))
    assert SubmitWithdrawal.reader()(b'{"refid":"FTb-2"}').refid == "FTb-2"
    assert CancelWithdrawal.reader()(b"false") is False


@pytest.mark.parametrize(
    ("request_", "form"),
    [
        (GetDepositsStatus("USDT", start=1670935203), "asset=USDT&start=1670935203"),
        (GetDepositsStatus(cursor=True, limit=2), "cursor=true&limit=2"),
        (GetWithdrawalsStatus(cursor="c+2"), "cursor=c%2B2"),
        (GetDepositAddresses("XBT", "Bitcoin Lightning", new=True, amount=Decimal("0.10")),
         "asset=XBT&method=Bitcoin+Lightning&new=true&amount=0.10"),
        (GetWithdrawalInfo("XBT", "cold", "0.725"), "asset=XBT&key=cold&amount=0.725"),
        (GetWithdrawalAddresses(verified=False), "verified=false"),
        (SubmitWithdrawal(asset="XBT", key="cold", amount="0.7250", address="bc1", max_fee=Decimal("1E-4")),
         "asset=XBT&key=cold&amount=0.7250&address=bc1&max_fee=0.0001"),
        (SubmitTransferToFutures(asset="XBT", amount=2), "asset=XBT&from=Spot+Wallet&to=Futures+Wallet&amount=2"),
        (CancelWithdrawal("XBT", "FTb-2"), "asset=XBT&refid=FTb-2"),
    ],
)  # fmt: skip
def test_parameters_travel_under_the_exchanges_names(request_: Request[Any], form: str) -> None:
    assert form_text(wire_params(request_)) == form


def test_what_moves_funds_is_never_sent_again() -> None:
    assert SubmitWithdrawal.route.resend is Resend.NEVER
    assert SubmitTransferToFutures.route.resend is Resend.NEVER
    assert CancelWithdrawal.route.resend is Resend.CANCEL
    assert GetWithdrawalInfo.route.resend is Resend.READ


@pytest.mark.parametrize("amount", ["0", "-1", "much", "NaN", Decimal("-0.5")])
def test_an_amount_must_be_a_number_above_zero(amount: str | Decimal) -> None:
    with pytest.raises(SettingsError, match="amount"):
        SubmitWithdrawal(asset="XBT", key="cold", amount=amount)
    with pytest.raises(SettingsError, match="amount"):
        SubmitTransferToFutures(asset="XBT", amount=amount)
    with pytest.raises(SettingsError, match="amount"):
        GetWithdrawalInfo("XBT", "cold", amount)


def test_the_ceiling_of_a_fee_must_be_a_number() -> None:
    with pytest.raises(SettingsError, match="max_fee is 'low'"):
        SubmitWithdrawal(asset="XBT", key="cold", amount="1", max_fee="low")
