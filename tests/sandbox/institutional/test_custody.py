"""Custody over the institutional client: vaults and their money, tasks and their log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import AuthRefused, InstitutionalClient, Refused, SpotClient
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.bank.addresses import SavedAddress, Scope
from krakenkit.wire.institutional.custody import Condition, Filters, Ordering, Pagination
from krakenkit.wire.institutional.custody_transactions import TransactionAsset, TransactionSorting
from sandbox.loopback import Moment


@contextmanager
def custodian(**settings: Any) -> Iterator[tuple[Sandbox, InstitutionalClient]]:
    settings.setdefault("market", False)
    with Sandbox(**settings) as box:
        key = box.key("fund", balances={}, permissions={"custody"})
        with InstitutionalClient(environment=box.environment, credentials=key) as client:
            yield box, client


def test_an_account_without_vaults_has_one_that_is_empty() -> None:
    with custodian() as (_, client):
        listed = client.list_custody_vaults()
        assert (listed.start, listed.total, len(listed.rows)) == (0, 1, 1)
        assert (listed.rows[0].name, listed.rows[0].status) == ("Main", "created")
        assert client.get_custody_vaultby_id(listed.rows[0].id).result.asset_details == []
        assert client.list_custody_vaults().rows == listed.rows


def test_a_vaults_money_shows_in_balances_details_and_transactions() -> None:
    with custodian(market=["BTC/USD"], pace=600) as (box, client):
        vault = box.partners.custody_vault("fund", vault="Cold", balances={"BTC": 3, "USD": 500})
        assert client.get_custody_balance(vault).result["BTC"].balance == 3
        found = client.get_custody_vaultby_id(vault).result
        (bitcoin,) = [row for row in found.asset_details if row.asset == "BTC"]
        assert bitcoin.total_balance is not None
        assert bitcoin.current_usd_price is not None
        assert bitcoin.total_balance.current_usd_value == 3 * bitcoin.current_usd_price
        assert found.balance_fiat == 500 + 3 * bitcoin.current_usd_price
        box.key("trader", balances={})
        box.partners.custody_send(vault, "BTC", 1, owner="fund", to="trader")
        with SpotClient(environment=box.environment, credentials=box.key("trader")) as spot:
            assert spot.get_account_balance() == {"XXBT": 1}
        newest, *_ = client.list_custody_transactions(vault, quote=TransactionAsset(asset="USD")).result.transactions
        assert (newest.type, newest.receive) == ("custody_transfer", None)
        assert newest.spend is not None
        assert newest.spend.balance is not None
        assert newest.spend.quoted_amount is not None
        assert (newest.spend.balance.amount, newest.spend.quoted_amount.asset) == (Decimal(2), "USD")
        one = client.get_custody_transactionby_id(newest.id, vault_id=vault).result
        assert (one.transaction.id, one.result_type) == (newest.id, "complete")


def test_transactions_come_by_page_kind_and_order() -> None:
    clock = Moment()
    with custodian(clock=clock) as (box, client):
        vault = box.partners.custody_vault("fund", balances={"BTC": 1})
        account = client.get_custody_vaultby_id(vault).result.iiban or ""
        for _ in range(4):
            clock.pass_by(1)
            box.deposit(account, "ETH", 2)
        seen: list[str] = []
        cursor = None
        while True:
            page = client.list_custody_transactions(vault, page_size=2, cursor=cursor).result
            seen += [row.id for row in page.transactions]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(set(seen)) == 5
        oldest = client.list_custody_transactions(vault, sorting=TransactionSorting(order="ascending")).result
        assert [row.id for row in oldest.transactions] == seen[::-1]
        bitcoin = client.list_custody_transactions(vault, assets=[TransactionAsset(asset="XBT")]).result
        assert [row.id for row in bitcoin.transactions] == seen[-1:]
        assert client.list_custody_transactions(vault, types=["withdrawal"]).result.transactions == []


def test_lists_are_filtered_sorted_and_cut() -> None:
    clock = Moment()
    with custodian(clock=clock) as (box, client):
        for name in ("Cold", "Warm", "cool"):
            clock.pass_by(1)
            box.partners.custody_vault("fund", vault=name)
        by_name = [Ordering(by="name", direction="desc")]
        assert [row.name for row in client.list_custody_vaults(orderings=by_name).rows] == ["cool", "Warm", "Cold"]
        page = client.list_custody_vaults(orderings=by_name, pagination=Pagination(limit=1, offset=1))
        assert ([row.name for row in page.rows], page.start, page.total) == (["Warm"], 1, 3)
        starting = Condition(by="name", type="starts_with", values=["co"], case="insensitive")
        with_l = Condition(by="name", type="contains", values=["l"])
        both = Filters.all_of(starting, with_l)
        assert {row.name for row in client.list_custody_vaults(filters=both).rows} == {"Cold", "cool"}
        first = client.list_custody_vaults().rows[0]
        early = Condition(by="created_at", type="in", right=first.created_at)
        assert [row.name for row in client.list_custody_vaults(filters=Filters.all_of(early)).rows] == ["Cold"]


def test_what_was_done_left_tasks_and_a_log() -> None:
    with custodian() as (box, client):
        vault = box.partners.custody_vault("fund", balances={"BTC": 1})
        box.key("trader", balances={})
        box.partners.custody_send(vault, "BTC", "0.25", owner="fund", to="trader")
        sent, made = client.list_custody_tasks().rows
        details = client.get_custody_taskby_id(sent.approval_id or "")
        assert details.state == "executed"
        assert b'"0.25"' in bytes(details.result["details"])
        only = Filters.all_of(Condition(by="action", values=["vault_create"]))
        assert [row.id for row in client.list_custody_tasks(filters=only).rows] == [made.id]
        log = client.list_custody_activities(filters=Filters.all_of(Condition(by="task_id", values=[sent.id])))
        kinds = [client.get_custody_activityby_id(row.id) for row in log.rows]
        assert [one.type for one in kinds] == ["executed", "review_approved", "created"]
        assert kinds[1].user is not None
        assert kinds[1].user.role == "reviewer"


def test_a_new_deposit_address_is_found_again_and_is_the_vaults_own() -> None:
    with custodian() as (box, client):
        vault, other = (box.partners.custody_vault("fund", vault=name) for name in ("A", "B"))
        method = client.get_custody_deposit_methods(vault, asset="BTC").rows[0].method or ""
        asked: dict[str, Any] = {"asset": "BTC", "method": method}
        assert client.get_custody_deposit_addresses(vault_id=vault, **asked).rows == []
        (made,) = client.get_custody_deposit_addresses(vault_id=vault, new=True, **asked).rows
        assert client.get_custody_deposit_addresses(vault_id=vault, **asked).rows == [made]
        assert client.get_custody_deposit_addresses(vault_id=other, **asked).rows == []
        ways = client.get_custody_withdraw_methods(vault, asset="ETH").rows
        assert {row.asset for row in ways} == {"ETH"}
        assert client.get_custody_withdraw_addresses(vault).rows == []
        account = client.get_custody_vaultby_id(vault).result.iiban or ""
        saved = SavedAddress("A1", "hardware", Scope(method_id=ways[0].method_id), "0xabc")
        box._do(lambda: box._venue.bank.funding.addresses.save(account, saved))
        (shown,) = client.get_custody_withdraw_addresses(vault, verified=True).rows
        assert (shown.key, shown.address, shown.asset, shown.method) == ("hardware", "0xabc", "ETH", ways[0].method)
        assert client.get_custody_withdraw_addresses(other).rows == []
        assert all(row.asset != "USD" for row in client.get_custody_withdraw_methods(vault).rows)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda c, v: c.get_custody_vaultby_id("none"), "EGeneral:Invalid arguments:Unknown vault"),
        (lambda c, v: c.get_custody_balance("none"), "EGeneral:Invalid arguments:Unknown vault"),
        (lambda c, v: c.get_custody_deposit_methods("none"), "EGeneral:Invalid arguments:Unknown vault"),
        (
            lambda c, v: c.get_custody_transactionby_id("L1", vault_id=v),
            "EGeneral:Invalid arguments:Unknown transaction",
        ),
        (lambda c, v: c.get_custody_taskby_id("none"), "EGeneral:Invalid arguments:Unknown task"),
        (lambda c, v: c.get_custody_activityby_id("none"), "EGeneral:Invalid arguments:Unknown activity"),
        (
            lambda c, v: c.list_custody_vaults(filters=Filters.all_of(Condition(by="mood", values=["good"]))),
            "EGeneral:Invalid arguments:filters",
        ),
        (
            lambda c, v: c.list_custody_tasks(orderings=[Ordering(by="id", direction="up")]),
            "EGeneral:Invalid arguments:orderings",
        ),
        (
            lambda c, v: c.list_custody_activities(pagination=Pagination(limit=0)),
            "EGeneral:Invalid arguments:pagination",
        ),
        (lambda c, v: c.list_custody_transactions(v, cursor="none"), "EGeneral:Invalid arguments:cursor"),
        (lambda c, v: c.get_custody_deposit_methods(v, asset="GOLD"), "EFunding:Unknown asset"),
        (
            lambda c, v: c.get_custody_deposit_addresses(vault_id=v, asset="BTC", method="Pigeon"),
            "EFunding:No funding method",
        ),
    ],
)
def test_custody_refuses_in_objects_that_read_as_krakens_words(call: Any, code: str) -> None:
    with custodian() as (_, client):
        vault = client.list_custody_vaults().rows[0].id
        with pytest.raises(Refused) as refused:
            call(client, vault)
        assert refused.value.codes == (code,)


def test_vaults_are_for_their_owner_and_for_custody_keys() -> None:
    with custodian() as (box, client):
        vault = client.list_custody_vaults().rows[0].id
        rival = InstitutionalClient(environment=box.environment, credentials=box.key("rival", permissions={"custody"}))
        trader = InstitutionalClient(environment=box.environment, credentials=box.key("fund"))
        with rival, trader:
            with pytest.raises(Refused, match="Unknown vault"):
                rival.get_custody_vaultby_id(vault)
            with pytest.raises(AuthRefused, match="Permission denied"):
                trader.list_custody_vaults()
