"""Custody: answers that keep their whole object, nested filters, and what travels in the URL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit.errors import SettingsError
from krakenkit.signing.spot import decode_secret, sign
from krakenkit.wire.codec import reader_for
from krakenkit.wire.institutional.custody import (
    AnyOf,
    Condition,
    CustodyErrors,
    Filters,
    GetCustodyBalance,
    GetCustodyVaultbyId,
    ListCustodyVaults,
    Ordering,
    Pagination,
)
from krakenkit.wire.institutional.custody_funding import (
    GetCustodyDepositAddresses,
    GetCustodyDepositMethods,
    GetCustodyWithdrawAddresses,
    GetCustodyWithdrawMethods,
)
from krakenkit.wire.institutional.custody_tasks import (
    GetCustodyActivitybyId,
    GetCustodyTaskbyId,
    ListCustodyActivities,
    ListCustodyTasks,
)
from krakenkit.wire.institutional.custody_transactions import (
    GetCustodyTransactionbyId,
    ListCustodyTransactions,
    TransactionAsset,
    TransactionReference,
    TransactionSorting,
)
from krakenkit.wire.request import Request, form_text, json_value, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread

VAULT = (
    b'"id":"VN1","created_at":"2026-01-02T03:04:05Z","updated_at":"1767323045","count_assets":2,"status":"created",'
    b'"iiban":"AA12","name":"Treasury","description":null,"balance_fiat":"1250.50","otc_enabled":true'
)
VAULTS = b'{"result":[{' + VAULT + b'}],"errors":[],"start":20,"total":21}'
VAULT_DETAILS = (
    b'{"result":{' + VAULT + b',"asset_details":[{"asset":"BTC","current_usd_price":"64000.10","available_balance":'
    b'{"quantity":"0.50000000","current_usd_value":"32000.05"},"total_balance":{"quantity":"0.75000000"}}]},"errors":[]}'
)
TRANSACTION = (
    b'{"id":"TX1","time":"2026-01-02T03:04:05Z","type":"withdrawal","category":"withdrawal","area":"funding",'
    b'"status":"successful","ref_id":"FT1","spend":{"ledger_id":"L1","amount":{"amount":"1.50","asset":"ETH",'
    b'"class":"currency"},"fee":{"amount":"0.0010","asset":"ETH","class":"currency"},"wallet":{"kind":"main"}},'
    b'"receive":null,"details":{"depth":3.10}}'
)
TASK = (
    b'{"id":"T1","approval_id":"a-1","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z",'
    b'"expires_at":"2026-01-09T03:04:05Z","can_review":true,"reviewer_statistics":{"current_count":1,"approved":1,'
    b'"denied":0,"undecided":2},"current_user_decision":"undecided","initiator":{"full_name":"A Name","role":"initiator"}}'
)
LIMITED = (
    b'{"error":[],"result":[{"asset":"ETH","method":"Ether","minimum":"0.005","limits":[{"limit_type":"amount",'
    b'"limits":{"86400":{"remaining":"9.50","maximum":10}}}],"fee":{"aclass":"currency","asset":"ETH","fee":"0.0010"}}]}'
)
ANSWERS: list[tuple[type[Request[Any]], bytes]] = [
    (ListCustodyVaults, VAULTS),
    (GetCustodyVaultbyId, VAULT_DETAILS),
    (GetCustodyBalance, b'{"error":[],"result":{"BTC":{"balance":"0.50","hold_trade":"0.10"}}}'),
    (GetCustodyDepositMethods, b'{"error":[],"result":[{"method":"Ether","limit":"10.0","gen-address":true}]}'),
    (GetCustodyDepositAddresses, b'{"error":[],"result":[{"address":"0xbe","expiretm":"0","new":true}]}'),
    (ListCustodyTransactions, b'{"result":{"transactions":[' + TRANSACTION
                              + b'],"stats":{"transactions_seen":9},"next_cursor":"c-2"},"errors":[]}'),
    (GetCustodyTransactionbyId, b'{"error":[],"result":{"transaction":' + TRANSACTION + b',"result_type":"complete"}}'),
    (GetCustodyWithdrawMethods, LIMITED),
    (GetCustodyWithdrawAddresses, b'{"error":[],"result":[{"address":"0xbe","key":"cold","verified":true,'
                                  b'"networks":["Ethereum"]}]}'),
    (ListCustodyTasks, b'{"result":[' + TASK + b'],"errors":[],"start":0,"total":1}'),
    (GetCustodyTaskbyId, b'{"result":{"state":"pending","vault":{"fee":0.10}},"errors":[]}'),
    (ListCustodyActivities, b'{"result":[{"id":"A1","created_at":"2026-01-02T03:04:05Z","task":{"state":"approved"}}],'
                            b'"errors":[],"start":0,"total":40}'),
    (GetCustodyActivitybyId, b'{"result":{"type":"review_denied","comment":"no","user":{"role":"reviewer"},"n":1},'
                             b'"errors":[]}'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw"), ANSWERS)
def test_every_answer_comes_back_whole(kind: type[Request[Any]], raw: bytes) -> None:
    rewritten = on_the_wire(kind.reader()(raw))

    assert unread(exact_json(raw), rewritten) == []
    assert altered(exact_json(raw), rewritten) == []
    assert (kind.route.envelope, kind.route.encoding, kind.route.signed) == ("custody", "json", True)


def test_a_list_tells_where_its_page_starts_and_how_many_there_are() -> None:
    page = ListCustodyVaults.reader()(VAULTS)

    assert (page.start, page.total, page.codes) == (20, 21, [])
    assert (page.rows[0].name, page.rows[0].balance_fiat) == ("Treasury", Decimal("1250.50"))
    assert ListCustodyVaults.reader()(b'{"result":null,"errors":[]}').rows == []


def test_a_vault_tells_what_is_in_it() -> None:
    vault = GetCustodyVaultbyId.reader()(VAULT_DETAILS).result

    (bitcoin,) = vault.asset_details
    assert (vault.id, bitcoin.asset, bitcoin.current_usd_price) == ("VN1", "BTC", Decimal("64000.10"))
    assert bitcoin.total_balance is not None
    assert (bitcoin.total_balance.quantity, bitcoin.total_balance.current_usd_value) == (Decimal("0.75000000"), None)


def test_balances_and_withdrawal_limits_are_exact() -> None:
    balances = GetCustodyBalance.reader()(b'{"result":{"BTC":{"balance":"0.50"}}}').result
    (method,) = GetCustodyWithdrawMethods.reader()(LIMITED).rows

    assert (balances["BTC"].balance, balances["BTC"].hold_trade) == (Decimal("0.50"), None)
    assert method.limits is not None
    assert method.limits[0].limits["86400"].remaining == Decimal("9.50")


def test_a_transaction_has_sides_with_exact_amounts() -> None:
    raw = b'{"error":[],"result":{"transaction":' + TRANSACTION + b',"result_type":"incomplete"}}'
    found = GetCustodyTransactionbyId.reader()(raw).result

    spend = found.transaction.spend
    assert spend is not None
    assert spend.amount is not None
    assert (spend.amount.amount, spend.amount.class_, found.transaction.receive) == (Decimal("1.50"), "currency", None)
    assert spend.fee is not None
    assert spend.fee.amount == Decimal("0.0010")
    assert found.transaction.details is not None
    assert bytes(found.transaction.details["depth"]) == b"3.10"


def test_tasks_and_activities_name_what_is_always_there() -> None:
    (task,) = ListCustodyTasks.reader()(b'{"result":[' + TASK + b"]}").rows
    details = GetCustodyTaskbyId.reader()(b'{"result":{"state":"pending","amount":0.10}}')
    activity = GetCustodyActivitybyId.reader()(b'{"result":{"type":"created","comment":null,"user":{"role":"admin"}}}')
    bare = GetCustodyActivitybyId.reader()(b'{"result":{}}')

    assert task.reviewer_statistics is not None
    assert (task.can_review, task.reviewer_statistics.undecided, task.current_user_decision) == (True, 2, "undecided")
    assert (details.state, bytes(details.result["amount"])) == ("pending", b"0.10")
    assert activity.user is not None
    assert (activity.type, activity.comment, activity.user.role) == ("created", None, "admin")
    assert (bare.type, bare.user) == (None, None)


def test_errors_come_as_objects_or_strings_under_either_name() -> None:
    read = reader_for(CustodyErrors)

    objects = read(
        b'{"errors":[{"severity":"E","errorClass":"General","type":"Invalid arguments","errorMessage":"id"},'
        b'{"severity":"W","errorClass":"Vault","type":"Locked"}],"result":null}'
    )
    strings = read(b'{"error":["EGeneral:Permission denied",{"errorClass":"Auth","type":"Failed"}]}')

    assert objects.codes == ["EGeneral:Invalid arguments:id", "WVault:Locked"]
    assert strings.codes == ["EGeneral:Permission denied", "EAuth:Failed"]


def test_filters_nest_and_keep_the_exchanges_words() -> None:
    request = ListCustodyVaults(
        resolve_policies=False,
        filters=Filters(
            [
                AnyOf([Condition(by="name", type="contains", values=["cold", "warm"], case="insensitive")]),
                AnyOf([Condition(by="default_approvals", type="in", left=2, right=5)]),
            ]
        ),
        pagination=Pagination(limit=100),
        orderings=[Ordering("name", "desc")],
    )

    assert json_value(wire_params(request)) == {
        "resolve_policies": False,
        "filters": {
            "and": [
                {"or": [{"by": "name", "type": "contains", "values": ["cold", "warm"], "case": "insensitive"}]},
                {"or": [{"by": "default_approvals", "type": "in", "left": 2, "right": 5}]},
            ]
        },
        "pagination": {"limit": 100, "offset": 0},
        "orderings": [{"by": "name", "direction": "desc"}],
    }
    assert Filters.all_of(Condition(by="id", values=["T1"])) == Filters([AnyOf([Condition(by="id", values=["T1"])])])


def test_transactions_are_filtered_in_the_body_and_their_vault_is_in_the_url() -> None:
    request = ListCustodyTransactions(
        "VN1",
        page_size=50,
        sorting=TransactionSorting("ascending"),
        types=["deposit"],
        assets=[TransactionAsset("ETH")],
        ref_ids=[TransactionReference("funding", "FT1")],
    )

    assert request.route.in_query == ("id",)
    assert json_value(wire_params(request)) == {
        "id": "VN1",
        "page_size": 50,
        "sorting": {"order": "ascending"},
        "types": ["deposit"],
        "assets": [{"asset": "ETH", "class": "currency"}],
        "ref_ids": [{"type": "funding", "ref_id": "FT1"}],
    }


def test_the_id_of_a_task_is_signed_with_the_path() -> None:
    """Vector 2 of the Spot REST rules, which is the manual's own."""
    secret = decode_secret("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==")
    route, params = GetCustodyTaskbyId.route, wire_params(GetCustodyTaskbyId("TGWOJ4JQPOTZT2"))
    query = form_text({name: params.pop(name) for name in route.in_query})
    body = msgspec.json.encode({"nonce": 1616492376594, **params})

    signature = sign(secret, path=f"{route.path}?{query}", nonce="1616492376594", body=body)

    assert signature == "2rM09q8HG7LvjivBitQUybwZ/DSeO8+i0U/at/wclH2Jma6gMaE/0Nw9dyLR+ykMd5eWCngSL4K58i6uJzXDCw=="


def test_the_vault_of_a_transfer_call_travels_as_a_header() -> None:
    methods = wire_params(GetCustodyDepositMethods("VN1", asset="ETH"))
    addresses = wire_params(GetCustodyWithdrawAddresses("VN1", preferred_asset_name="new", verified=True))

    assert methods == {"x-vault-id": "VN1", "asset": "ETH", "category": "custody"}
    assert addresses == {"x-vault-id": "VN1", "preferred_asset_name": "new", "verified": True}
    assert GetCustodyWithdrawAddresses.route.in_query == ("preferred_asset_name",)
    assert wire_params(GetCustodyDepositAddresses("VN1", "ETH", "Ether", new=False))["new"] is False


def test_conditions_that_choose_nothing_are_refused() -> None:
    with pytest.raises(SettingsError, match="given no values"):
        Condition(by="id", values=[])
    with pytest.raises(SettingsError, match="needs left or right"):
        Condition(by="created_at", type="in")
