"""Money in, out and at work, told by our own client against the sandbox."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal

import pytest

from krakenkit import SpotClient
from krakenkit.errors import AuthRefused, OrderRefused, Refused
from krakenkit.sandbox import Sandbox
from krakenkit.wire.spot.exports import ExportReport
from krakenkit.wire.spot.funding import GetDepositsStatus
from krakenkit.wire.spot.funding_beta import FundingAsset, FundingScope, ListFundingMethods
from krakenkit.wire.spot.funding_beta_addresses import AddressToSave, ListFundingDepositAddresses
from krakenkit.wire.spot.funding_beta_transfers import AnyStatus, FeeChoice, FundingAmount, ListFundingDeposits
from krakenkit.wire.spot.ledgers import GetLedgersInfo

COLD = "bc1qexamplexexamplexexamplexexamplex"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(market=False, speed=0) as box:
        yield box


@pytest.fixture
def spot(box: Sandbox) -> Iterator[SpotClient]:
    key = box.key("trader", balances={"BTC": 10, "DOT": 100, "USD": 1_000}, permissions="all")
    with SpotClient(environment=box.environment, credentials=key) as client:
        yield client


def test_a_deposit_comes_in(box: Sandbox, spot: SpotClient) -> None:
    (method,) = spot.get_deposit_methods("XBT")
    (address,) = spot.get_deposit_addresses("XBT", method.method or "", new=True)
    assert (address.new, address.expiretm) == (True, 0)
    refs = [box.bank.announce_deposit("trader", "BTC", "0.25", address=address.address) for _ in range(3)]
    assert {one.status for one in spot.get_deposits_status(asset="XBT").rows} == {"Initial"}
    box.advance(10)
    rows = list(spot.pages(GetDepositsStatus(asset="XBT", limit=1)))
    assert [one.refid for one in rows] == refs[::-1]
    assert {(one.status, one.amount, one.info) for one in rows} == {("Success", Decimal("0.25"), address.address)}
    assert spot.get_account_balance()["XXBT"] == Decimal("10.75")


def test_a_withdrawal_goes_out_and_another_is_taken_back(box: Sandbox, spot: SpotClient) -> None:
    box.bank.save_address("trader", "cold", "BTC", COLD)
    info = spot.get_withdrawal_info("XBT", "cold", "1")
    first = spot.submit_withdrawal(asset="XBT", key="cold", amount="1", address=COLD, max_fee=info.fee)
    second = spot.submit_withdrawal(asset="XBT", key="cold", amount="2")
    assert spot.cancel_withdrawal("XBT", second.refid) is True
    box.advance(60)
    told = {one.refid: (one.status, one.status_prop, one.amount) for one in spot.get_withdrawals_status().rows}
    assert told[first.refid] == ("Success", None, info.amount)
    assert told[second.refid][:2] == ("Failure", "canceled")
    assert spot.get_account_balance()["XXBT"] == Decimal(9)
    with pytest.raises(OrderRefused) as refused:
        spot.submit_withdrawal(asset="XBT", key="cold", amount="1", max_fee="0.0001")
    assert refused.value.codes == ("EFunding:Max fee exceeded",)


def test_the_newer_calls_do_the_same_by_ids(box: Sandbox, spot: SpotClient) -> None:
    bitcoin = FundingAsset(class_="currency", name="BTC")
    (out,) = spot.list_funding_methods("withdraw", asset=bitcoin).methods
    scope = FundingScope(method_id=out.method_id)
    saved = spot.create_funding_address(scope=scope, address_details=AddressToSave.of(COLD), name="cold")
    quote = spot.get_funding_fees(out.method_id, amount="1", fee_included=True)
    made = spot.submit_funding_withdrawal(
        scope=scope,
        address_id=saved.address_id,
        amount=FundingAmount.of("1", "BTC"),
        fee=FeeChoice.quoted(quote.withdrawal_fee_token or "", fee_included=True),
        expected_address=AddressToSave.of(COLD),
    )
    box.advance(60)
    (row,) = spot.list_funding_withdrawals(scope=scope, status="success").withdrawals
    assert (row.withdrawal_id, row.address_id, row.amount) == (made.withdrawal_id, saved.address_id, quote.net_amount)
    assert spot.update_funding_address(saved.address_id, name="vault").verified is True
    assert spot.delete_funding_address(saved.address_id).result is True
    with pytest.raises(Refused):
        spot.delete_funding_address(saved.address_id)


def test_pages_of_the_newer_calls_are_followed_to_their_end(box: Sandbox, spot: SpotClient) -> None:
    (into,) = spot.list_funding_methods("deposit", asset=FundingAsset(class_="currency", name="BTC")).methods
    for _ in range(4):
        spot.create_funding_deposit_address(into.method_id)
    listed = list(spot.pages(ListFundingDepositAddresses(scope=FundingScope(method_id=into.method_id), limit=1)))
    assert len({one.id for one in listed}) == 4
    refs = [box.bank.announce_deposit("trader", "BTC", 1, fail=fail) for fail in (False, True, False)]
    box.advance(60)
    both = AnyStatus(["success", "failure"])
    rows = list(spot.pages(ListFundingDeposits(status=both, limit=1)))
    assert [one.deposit_id for one in rows] == refs[::-1]
    methods = list(spot.pages(ListFundingMethods("withdraw", limit=7)))
    assert len({one.method_id for one in methods}) == len(methods) > 14


def test_money_works_in_earn_and_comes_back(box: Sandbox, spot: SpotClient) -> None:
    (dots,) = spot.get_earn_strategies(asset="DOT", lock_type=["bonded"]).items
    assert spot.allocate_earn_funds(strategy_id=dots.id, amount="100") is True
    assert spot.get_earn_allocation_status(dots.id).pending is True  # type: ignore[union-attr]
    box.advance(3 * 86_400)
    assert spot.get_account_balance()["DOT.B"] == 100
    spot.deallocate_earn_funds(strategy_id=dots.id, amount="100")
    box.advance(29 * 86_400)
    told = spot.get_earn_allocations()
    (item,) = told.items
    assert item.total_rewarded.native > 0
    balance = spot.get_account_balance()
    assert balance["DOT"] == 100
    assert balance.get("DOT.B", Decimal(0)) == item.total_rewarded.native == item.amount_allocated.total.native


def test_a_report_is_what_the_ledger_says(box: Sandbox, spot: SpotClient) -> None:
    box.bank.announce_deposit("trader", "BTC", 1)
    box.advance(60)
    asked = spot.request_ledgers_export("ledgers", "all of it", starttm=0)

    def state() -> ExportReport:
        (report,) = spot.get_ledgers_export_status("ledgers")
        return report

    assert (state().status, state().ready) == ("Queued", False)
    box.advance(3)
    assert state().ready
    with zipfile.ZipFile(io.BytesIO(spot.get_ledgers_export(asked.id))) as packed:
        rows = list(csv.DictReader(io.StringIO(packed.read("ledgers.csv").decode())))
    entries = {entry.id: entry.value for entry in spot.pages(GetLedgersInfo(with_cursor=True, limit=2))}
    assert {row["txid"]: (Decimal(row["amount"]), row["asset"]) for row in rows} == {
        name: (entry.amount, entry.asset) for name, entry in entries.items()
    }
    assert spot.delete_ledgers_export(asked.id, "delete").delete is True
    assert state().error == "EExport:Deleted"


def test_a_second_factor_goes_along_with_either_kind_of_call(box: Sandbox) -> None:
    key = box.key("trader", permissions="all", totp="JBSWY3DPEHPK3PXP")
    with SpotClient(environment=box.environment, credentials=key) as spot:
        assert spot.get_account_balance()
        assert spot.list_funding_networks().networks
        box.advance(3_600)
        assert spot.get_account_balance()
    key.otp = lambda: "000000"
    with SpotClient(environment=box.environment, credentials=key) as spot, pytest.raises(AuthRefused):
        spot.get_account_balance()


def test_money_moves_to_a_subaccount_and_to_futures(box: Sandbox, spot: SpotClient) -> None:
    assert spot.create_subaccount(username="desk", email="desk@example.org") is True
    own, desk = box.bank.account_number("trader"), box.bank.account_number("desk")
    assert spot.get_api_key_info().iban == own
    moved = spot.submit_subaccount_transfer(asset="XBT", amount="2", from_=own, to=desk)
    assert moved.status == "complete"
    with SpotClient(environment=box.environment, credentials=box.key("desk")) as other:
        assert other.get_account_balance() == {"XXBT": Decimal(2)}
    spot.submit_transfer_to_futures(asset="ZUSD", amount="250")
    assert spot.get_account_balance()["ZUSD"] == 750
    (wallet,) = spot.get_wallet_accounts().accounts
    assert spot.get_account_balance(account_id=wallet.account_id)["XXBT"] == 8
    assert spot.get_credit_lines(account_id=wallet.account_id) is None
