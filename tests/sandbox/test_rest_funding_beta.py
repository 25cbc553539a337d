"""Funding (Beta) over the wire: REST verbs, ids in paths, bare JSON, cursors that remember."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit._core.clock import from_epoch, rfc3339
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import altered, on_the_wire, unread
from krakenkit.wire.spot import funding_beta as beta
from krakenkit.wire.spot import funding_beta_addresses as addresses
from krakenkit.wire.spot import funding_beta_transfers as transfers
from sandbox.loopback import Account, Moment, World, over_loopback, world

BTC = {"class": "currency", "name": "BTC"}
COLD = "bc1qexamplexexamplexexamplexexamplex"


async def ok(account: Account, kind: type[Request[Any]], target: str, as_json: dict[str, Any] | None = None) -> Any:
    """An answer that is not refused, and that the clients' class reads whole."""
    status, answer = await account.ask(kind.route.method, target, as_json)
    assert status == 200, answer
    rewritten = on_the_wire(kind.reader()(msgspec.json.encode(answer)))
    assert unread(answer, rewritten) == []
    assert altered(answer, rewritten) == []
    return answer


async def refusal(account: Account, method: str, target: str, as_json: dict[str, Any] | None = None) -> tuple[int, str]:
    status, answer = await account.ask(method, target, as_json)
    (code,) = answer["error"]
    return status, code


def holder(here: World, **settings: Any) -> Account:
    return here.account(**({"balances": {"BTC": 10}, "permissions": "all"} | settings))


async def bitcoin(account: Account, direction: str = "withdraw") -> str:
    """The id of the method for bitcoin."""
    target = f"/funding/v1/methods/{direction}?asset[class]=currency&asset[name]=BTC"
    (method,) = (await ok(account, beta.ListFundingMethods, target))["methods"]
    return str(method["method_id"])


async def saved(account: Account, scope: dict[str, str], name: str = "cold") -> str:
    asked = {"scope": scope, "address_details": {"crypto": {"address": COLD}}, "name": name}
    answer = await ok(account, addresses.CreateFundingAddress, "/funding/v1/addresses", asked)
    assert answer["verified"] is True
    return str(answer["address_id"])


def withdrawal(method_id: str, address_id: str, amount: str = "1", **odd: Any) -> dict[str, Any]:
    return {
        "scope": {"method_id": method_id},
        "address_id": address_id,
        "amount": {"asset_amount": {"asset": BTC, "amount": amount}},
        "fee": {"current_fee": {}, "fee_included": True},
    } | odd


@over_loopback
async def test_methods_assets_and_networks_fit_together() -> None:
    async with world() as here:
        trader = holder(here)
        methods = (await ok(trader, beta.ListFundingMethods, "/funding/v1/methods/deposit"))["methods"]
        assets = await ok(trader, beta.ListFundingAssets, "/funding/v1/assets/deposit")
        networks = await ok(trader, beta.ListFundingNetworks, "/funding/v1/networks")
        for asset_class in ("currency", "tokenized_asset"):
            named = {one["asset"]["name"] for one in methods if one["asset"]["class"] == asset_class}
            assert named == {one["name"] for one in assets[asset_class]} != set()
        known = {one["network_id"] for one in networks["networks"]}
        assert {one["network"]["network_id"] for one in methods} == known
        (group,) = networks["network_groups"]
        assert set(group["network_ids"]) < known
        out = (await ok(trader, beta.ListFundingMethods, "/funding/v1/methods/withdraw"))["methods"]
        assert not {one["method_id"] for one in methods} & {one["method_id"] for one in out}
        stocks = await ok(trader, beta.ListFundingAssets, "/funding/v1/assets/withdraw?asset_class=tokenized_asset")
        assert (stocks["currency"], stocks["tokenized_asset"]) == ([], assets["tokenized_asset"])
        filtered = await ok(trader, beta.ListFundingMethods, "/funding/v1/methods/deposit?asset[class]=tokenized_asset")
        assert {one["asset"]["name"] for one in filtered["methods"]} == {
            one["name"] for one in stocks["tokenized_asset"]
        }


@over_loopback
async def test_a_cursor_remembers_the_filters_of_the_first_page() -> None:
    async with world() as here:
        trader = holder(here)
        target, seen = "/funding/v1/methods/deposit?asset[name]=USDT&limit=1", list[str]()
        while target:
            page = await ok(trader, beta.ListFundingMethods, target)
            seen += [one["method_name"] for one in page["methods"]]
            cursor = page.get("next_cursor")
            target = f"/funding/v1/methods/deposit?cursor={cursor}&limit=1" if cursor else ""
        assert seen == ["USDT - Ethereum (Unified)", "Tether USD (TRC20)", "Tether USD (SPL)"]


@over_loopback
async def test_a_withdrawal_to_a_saved_address_goes_its_way() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        method_id = await bitcoin(trader)
        address_id = await saved(trader, {"method_id": method_id})
        made = await ok(
            trader,
            transfers.SubmitFundingWithdrawal,
            "/funding/v1/withdrawals",
            withdrawal(method_id, address_id, expected_address={"crypto": {"address": COLD}}),
        )
        amounts = [made[name]["asset_amount"]["amount"] for name in ("net_amount", "fee", "gross_amount")]
        assert amounts == ["0.9998500000", "0.0001500000", "1.0000000000"]
        assert (await trader.result("Balance"))["XXBT"] == "9.0000000000"
        moment.pass_by(60)
        (row,) = (await ok(trader, transfers.ListFundingWithdrawals, "/funding/v1/withdrawals"))["withdrawals"]
        assert (row["withdrawal_id"], row["status"], row["address_id"]) == (
            made["withdrawal_id"],
            "success",
            address_id,
        )
        # the older calls see the same
        (old,) = await trader.result("WithdrawStatus")
        assert (old["refid"], old["key"], old["txid"]) == (made["withdrawal_id"], "cold", row["onchain_transaction"])


@over_loopback
async def test_a_fee_that_was_quoted_holds_whatever_it_becomes() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        method_id = await bitcoin(trader)
        address_id = await saved(trader, {"method_id": method_id})
        target = f"/funding/v1/fees/{method_id}"
        quote = await ok(trader, beta.GetFundingFees, f"{target}?amount=1&fee_included=false")
        token = quote["withdrawal_fee_token"]
        assert (quote["net_amount"]["amount"], quote["gross_amount"]["amount"]) == ("1.0000000000", "1.0001500000")
        here.box.bank.set_withdrawal_fee("BTC", "0.5")
        again = await ok(
            trader, beta.GetFundingFees, f"{target}?amount=1&fee_included=true&withdrawal_fee_token={token}"
        )
        assert (again["net_amount"]["amount"], again["withdrawal_fee_token"]) == ("0.9998500000", token)
        asked = withdrawal(method_id, address_id, fee={"quoted_fee": {"token": token}, "fee_included": False})
        made = await ok(trader, transfers.SubmitFundingWithdrawal, "/funding/v1/withdrawals", asked)
        assert made["gross_amount"]["asset_amount"]["amount"] == "1.0001500000"
        capped = {"current_fee": {"max_fee": {"asset_amount": {"asset": BTC, "amount": "0.4"}}}, "fee_included": True}
        dear = withdrawal(method_id, address_id, fee=capped)
        assert await refusal(trader, "POST", "/funding/v1/withdrawals", dear) == (400, "EFunding:Max fee exceeded")
        moment.pass_by(300)
        late = await refusal(trader, "POST", "/funding/v1/withdrawals", asked)
        assert late == (400, "EGeneral:Invalid arguments:token")
        assert (await trader.result("Balance"))["XXBT"] == "8.9998500000"


@over_loopback
async def test_a_saved_address_is_listed_renamed_and_removed() -> None:
    async with world() as here:
        trader = holder(here)
        method_id = await bitcoin(trader)
        address_id = await saved(trader, {"method_id": method_id})
        target = f"/funding/v1/addresses/{address_id}"
        other = {"scope": {"method_id": method_id}, "address_details": {"crypto": {"address": COLD}}, "name": "cold"}
        assert (await refusal(trader, "POST", "/funding/v1/addresses", other))[1] == "EGeneral:Invalid arguments:name"
        changed = await ok(trader, addresses.UpdateFundingAddress, target, {"name": "vault", "description": "ours"})
        assert changed == {"verified": True}
        listed = await ok(trader, addresses.ListFundingAddresses, f"/funding/v1/addresses?scope[method_id]={method_id}")
        (row,) = listed["addresses"]
        assert (row["name"], row["description"], row["address_details"]["crypto"]["address"]) == ("vault", "ours", COLD)
        (old,) = await trader.result("WithdrawAddresses", asset="XBT")
        assert (old["key"], old["address"], old["method"]) == ("vault", COLD, "Bitcoin")
        assert await ok(trader, addresses.DeleteFundingAddress, target) == {"result": True}
        assert await refusal(trader, "DELETE", target) == (400, "EGeneral:Invalid arguments:id")
        assert (await ok(trader, addresses.ListFundingAddresses, "/funding/v1/addresses"))["addresses"] == []


@over_loopback
async def test_deposit_addresses_are_made_used_and_capped() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        method_id = await bitcoin(trader, "deposit")
        asked = {"method_id": method_id}
        claimed = [
            await ok(trader, addresses.CreateFundingDepositAddress, "/funding/v1/deposit/address", asked)
            for _ in range(5)
        ]
        full = await refusal(trader, "PUT", "/funding/v1/deposit/address", asked)
        assert full == (400, "TooManyDepositAddresses")
        newest = claimed[-1]["address_details"]["crypto"]["address"]
        here.box.bank.announce_deposit("trader", "BTC", "0.25", address=newest)
        rows = (await ok(trader, addresses.ListFundingDepositAddresses, "/funding/v2/deposit/addresses"))["addresses"]
        assert [row["address_details"]["crypto"]["address"] for row in rows if "last_used" in row] == [newest]
        statuses = []
        for seconds in (0, 2, 4, 4):
            moment.pass_by(seconds)
            (row,) = (await ok(trader, transfers.ListFundingDeposits, "/funding/v1/deposits"))["deposits"]
            statuses.append(row["status"])
        assert statuses == ["initial", "pending", "settled", "success"]
        assert (row["amount"]["amount"], row["fee"]["amount"]) == ("0.2500000000", "0.0000000000")


@over_loopback
async def test_transfers_are_filtered_by_status_scope_and_time() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        refs = [here.box.bank.announce_deposit("trader", "BTC", 1, fail=True)]
        moment.pass_by(60)
        refs.append(here.box.bank.announce_deposit("trader", "BTC", 1))
        moment.pass_by(60)
        refs.append(here.box.bank.announce_deposit("trader", "ETH", 1))

        async def ids(query: str) -> list[int]:
            page = await ok(trader, transfers.ListFundingDeposits, f"/funding/v1/deposits?{query}")
            return [refs.index(one["deposit_id"]) for one in page["deposits"]]

        assert await ids("limit=500") == [2, 1, 0]
        assert await ids("status=success") == [1]
        assert await ids("status%5Blist%5D%5B0%5D=success&status%5Blist%5D%5B1%5D=failure") == [1, 0]
        assert await ids(f"scope[method_id]={await bitcoin(trader, 'deposit')}") == [1, 0]
        assert await ids("asset[class]=currency&asset[name]=ETH") == [2]
        start = moment.now // 10**9 - 90
        assert await ids(f"start_time={rfc3339(from_epoch(start))}") == [2, 1]
        both = "status[list][0]=success&status[list][1]=failure"
        first = await ok(trader, transfers.ListFundingDeposits, f"/funding/v1/deposits?{both}&limit=1")
        assert [one["deposit_id"] for one in first["deposits"]] == [refs[1]]
        assert await ids(f"cursor={first['next_cursor']}") == [0]
        (code,) = (await trader.ask("GET", "/funding/v1/deposits?status=lost"))[1]["error"]
        assert code == "EGeneral:Invalid arguments:status"


@over_loopback
async def test_limits_tell_what_is_left_of_the_day() -> None:
    async with world() as here:
        trader = holder(here)
        method_id = await bitcoin(trader)
        address_id = await saved(trader, {"method_id": method_id})
        await ok(
            trader, transfers.SubmitFundingWithdrawal, "/funding/v1/withdrawals", withdrawal(method_id, address_id)
        )
        told = await ok(trader, beta.GetFundingWithdrawalLimits, "/funding/v1/limits/withdrawal/currency/BTC")
        (limit,) = told["withdrawal_limits"]
        (window,) = limit["limits"]
        assert told["available_balance"]["amount"] == "9.0000000000"
        assert (limit["maximum_amount"]["amount"], limit["maximum_reason"]) == ("8.9998500000", "balance")
        assert window["time_window"] == 86_400
        used = window["limit"]["used"]["policy_asset_amount"]["amount"]
        assert Decimal(used) == Decimal("0.99985")
        none = await ok(trader, beta.GetFundingDepositLimits, "/funding/v1/limits/deposit/currency/BTC")
        assert [one["limits"] for one in none["deposit_limits"]] == [[]]


@over_loopback
async def test_a_withdrawal_is_refused_and_costs_nothing() -> None:
    async with world() as here:
        trader, stranger = holder(here), here.account("stranger", permissions="all")
        method_id = await bitcoin(trader)
        address_id = await saved(trader, {"method_id": method_id})
        theirs = await saved(stranger, {"method_id": method_id})
        (ether,) = (await trader.ask("GET", "/funding/v1/methods/withdraw?asset[name]=ETH&limit=1"))[1]["methods"]
        right = withdrawal(method_id, address_id)
        refused: list[tuple[dict[str, Any], str]] = [
            ({"address_id": "ABNONE"}, "EGeneral:Invalid arguments:address_id"),
            ({"address_id": theirs}, "EGeneral:Invalid arguments:address_id"),
            ({"scope": {"method_id": "nowhere"}}, "EGeneral:Invalid arguments:scope"),
            ({"scope": {"method_id": ether["method_id"]}}, "EGeneral:Invalid arguments:scope"),
            ({"scope": {}}, "EGeneral:Invalid arguments"),
            ({"expected_address": "bc1qother"}, "EFunding:Invalid withdrawal address"),
            ({"amount": {"asset_amount": {"asset": BTC, "amount": "99"}}}, "EFunding:Insufficient funds"),
            ({"amount": {"asset_amount": {"asset": BTC, "amount": "1e999999"}}}, "EFunding:Invalid amount"),
            ({"amount": {"asset_amount": {"asset": {"name": "WWW"}, "amount": "1"}}}, "EFunding:Unknown asset"),
            ({"fee": {"quoted_fee": {"token": "FEENONE"}, "fee_included": True}}, "EGeneral:Invalid arguments:token"),
            ({"fee": {"fee_included": True}}, "EGeneral:Invalid arguments"),
            ({"amount": "much"}, "EGeneral:Invalid arguments:amount"),
        ]
        for odd, code in refused:
            assert await refusal(trader, "POST", "/funding/v1/withdrawals", right | odd) == (400, code), odd
        assert await trader.result("Balance") == {"XXBT": "10.0000000000"}


@over_loopback
async def test_verbs_keys_permissions_and_codes_are_checked() -> None:
    async with world() as here:
        trader, poor = holder(here), here.account("poor", permissions={"query-funds"})
        target = "/funding/v1/addresses"
        assert (await trader.ask("PATCH", target))[0] == 405
        assert (await trader.ask("GET", "/funding/v1/nothing"))[0] == 404
        assert (await poor.ask("GET", target))[0] == 200
        asked = {"scope": {"method_id": "x"}, "address_details": {"crypto": {"address": COLD}}, "name": "a"}
        assert await refusal(poor, "POST", target, asked) == (403, "EGeneral:Permission denied")
        poor.credentials = here.account("other").credentials
        poor.credentials.key = "nobody"
        assert await refusal(poor, "GET", target) == (401, "EAPI:Invalid key")
        guarded = here.account("guarded", otp="sesame", permissions="all")
        assert (await guarded.ask("GET", target, otp="sesame"))[0] == 200
        assert (await guarded.ask("GET", target, otp="barley"))[0] == 401
        own = (await trader.result("ListWalletAccounts"))["accounts"][0]["account_id"]
        assert (await trader.ask("GET", f"{target}?account_id={own}"))[0] == 200
        assert await refusal(trader, "GET", f"{target}?account_id=WX6V-JUKW-KKPB-QE36") == (
            400,
            "EGeneral:Invalid arguments:account_id",
        )


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "e30=", "bnVsbA==", "%C3%A9", "eyJhZnRlciI6ICJ4IiwgImZpbHRlcnMiOiB7fX0="]
)
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            status, code = await refusal(holder(here), "GET", f"/funding/v1/deposits?cursor={cursor}")
            assert (status, code) == (400, "EGeneral:Invalid arguments:cursor")

    story()
