"""Deposits and withdrawals over the wire of the older calls."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from sandbox.loopback import Account, Moment, World, over_loopback, world

COLD = "bc1qexamplexexamplexexamplexexamplex"


def holder(here: World, **settings: Any) -> Account:
    """Somebody with ten bitcoin, who may do everything, with a saved address ``cold``."""
    account = here.account(**({"balances": {"BTC": 10}, "permissions": "all"} | settings))
    here.box.bank.save_address("trader", "cold", "BTC", COLD)
    return account


async def error(account: Account, name: str, /, **params: object) -> object:
    found = (await account.call(name, **params))["error"]
    return found[0] if found else None


async def status(account: Account, name: str) -> list[tuple[str, str | None]]:
    return [(row["status"], row.get("status-prop")) for row in await account.result(name)]


@over_loopback
async def test_a_deposit_is_seen_on_its_way_and_credited_at_the_end() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        way = {"asset": "XBT", "method": "Bitcoin"}
        assert await trader.result("DepositAddresses", **way) == []
        (address,) = await trader.result("DepositAddresses", **way, new="true")
        ref_id = here.box.bank.announce_deposit("trader", "BTC", "0.5", address=address["address"])
        told = []
        for seconds in (0, 2, 4, 4):
            moment.pass_by(seconds)
            (row,) = await trader.result("DepositStatus", asset="XBT")
            told.append((row["status"], (await trader.result("Balance"))["XXBT"]))
        ten, more = "10.0000000000", "10.5000000000"
        assert told == [("Initial", ten), ("Pending", ten), ("Settled", ten), ("Success", more)]
        assert (row["refid"], row["amount"], row["info"]) == (ref_id, "0.5000000000", address["address"])
        entries = (await trader.result("Ledgers"))["ledger"].values()
        (entry,) = [one for one in entries if one["refid"] == ref_id]
        assert (entry["type"], entry["amount"]) == ("deposit", "0.5000000000")
        (used,) = await trader.result("DepositAddresses", **way)
        assert "new" not in used


@over_loopback
async def test_a_withdrawal_costs_what_was_told_and_arrives() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        told = await trader.result("WithdrawInfo", asset="XBT", key="cold", amount="1")
        assert told == {
            "method": "Bitcoin",
            "limit": "9.9998500000",
            "amount": "0.9998500000",
            "fee": "0.0001500000",
        }
        made = await trader.result("Withdraw", asset="XBT", key="cold", amount="1", address=COLD, max_fee="0.00015")
        assert (await trader.result("Balance"))["XXBT"] == "9.0000000000"
        moment.pass_by(60)
        (row,) = await trader.result("WithdrawStatus")
        assert (row["refid"], row["status"], row["key"], row["info"]) == (made["refid"], "Success", "cold", COLD)
        assert (row["amount"], row["fee"]) == (told["amount"], told["fee"])


@over_loopback
async def test_a_withdrawal_is_taken_back_in_time_or_not_at_all() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        early = (await trader.result("Withdraw", asset="XBT", key="cold", amount="1"))["refid"]
        assert await trader.result("WithdrawCancel", asset="XBT", refid=early) is True
        moment.pass_by(1)
        assert await status(trader, "WithdrawStatus") == [("Failure", "canceled")]
        assert (await trader.result("Balance"))["XXBT"] == "10.0000000000"
        late = (await trader.result("Withdraw", asset="XBT", key="cold", amount="1"))["refid"]
        moment.pass_by(3)
        assert await trader.result("WithdrawCancel", asset="XBT", refid=late) is True
        moment.pass_by(1)
        assert (await status(trader, "WithdrawStatus"))[0] == ("Pending", "cancel-denied")
        moment.pass_by(60)
        assert (await status(trader, "WithdrawStatus"))[0] == ("Success", None)
        assert await error(trader, "WithdrawCancel", asset="XBT", refid=late) == "EFunding:Unknown reference id"
        assert (await trader.result("Balance"))["XXBT"] == "9.0000000000"


@over_loopback
async def test_the_operator_holds_releases_and_fails_transfers() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        coming = here.box.bank.announce_deposit("trader", "BTC", 1, hold=True)
        here.box.bank.announce_deposit("trader", "BTC", 1, fail=True)
        going = (await trader.result("Withdraw", asset="XBT", key="cold", amount="1"))["refid"]
        here.box.bank.hold(going)
        moment.pass_by(60)
        assert await status(trader, "DepositStatus") == [("Failure", None), ("Settled", "onhold")]
        assert await status(trader, "WithdrawStatus") == [("Initial", "onhold")]
        here.box.bank.release(coming)
        here.box.bank.fail(going)
        moment.pass_by(4)
        assert (await status(trader, "DepositStatus"))[1] == ("Success", None)
        assert await status(trader, "WithdrawStatus") == [("Failure", None)]
        assert (await trader.result("Balance"))["XXBT"] == "11.0000000000"
        with pytest.raises(SettingsError, match="on its way"):
            here.box.bank.fail(coming)


@over_loopback
async def test_a_withdrawal_is_refused_in_krakens_words_and_costs_nothing() -> None:
    async with world() as here:
        trader = holder(here)
        here.box.bank.save_address("trader", "unproven", "BTC", COLD, verified=False)
        right = {"asset": "XBT", "key": "cold", "amount": "1"}
        for odd, code in [
            ({"asset": "WWW"}, "EFunding:Unknown asset"),
            ({"aclass": "tokenized_asset"}, "EFunding:Unknown asset"),
            ({"key": "warm"}, "EFunding:Unknown withdraw key"),
            ({"key": "unproven"}, "EFunding:Unknown withdraw key"),
            ({"asset": "ETH"}, "EFunding:Unknown withdraw key"),
            ({"amount": "0"}, "EGeneral:Invalid arguments:amount"),
            ({"amount": "-1"}, "EGeneral:Invalid arguments:amount"),
            ({"amount": "NaN"}, "EGeneral:Invalid arguments"),
            ({"amount": "1e999999"}, "EFunding:Invalid amount"),
            ({"amount": "0.00000000001"}, "EFunding:Invalid amount"),
            ({"amount": "0.0001"}, "EFunding:Invalid amount"),
            ({"amount": "10.1"}, "EFunding:Insufficient funds"),
            ({"address": "bc1qother"}, "EFunding:Invalid withdrawal address"),
            ({"max_fee": "0.0001"}, "EFunding:Max fee exceeded"),
            ({"max_fee": "-1"}, "EGeneral:Invalid arguments:max_fee"),
            ({"max_fee": "1e999999"}, "EGeneral:Invalid arguments:max_fee"),
        ]:
            assert await error(trader, "Withdraw", **(right | odd)) == code, odd
        assert await trader.result("WithdrawStatus") == []
        assert await trader.result("Balance") == {"XXBT": "10.0000000000"}
        assert (
            await error(trader, "WithdrawInfo", asset="XBT", key="cold", amount="0.00015") == "EFunding:Invalid amount"
        )
        assert await error(trader, "WithdrawCancel", asset="XBT", refid="FNONE") == "EFunding:Unknown reference id"
        assert await error(trader, "WithdrawCancel", asset="XBT", refid=" ") == "EFunding:Invalid reference id"


@over_loopback
async def test_addresses_are_refused_in_krakens_words() -> None:
    async with world() as here:
        trader = holder(here)
        way = {"asset": "XBT", "method": "Bitcoin", "new": "true"}
        for _ in range(5):
            await trader.result("DepositAddresses", **way)
        assert await error(trader, "DepositAddresses", **way) == "EFunding:Too many addresses"
        assert await error(trader, "DepositAddresses", **(way | {"method": "Pigeon"})) == "EFunding:No funding method"
        assert await error(trader, "DepositAddresses", **(way | {"asset": "WWW"})) == "EFunding:Unknown asset"
        assert await error(trader, "DepositMethods", asset="WWW") == "EFunding:Unknown asset"
        assert len(await trader.result("DepositAddresses", asset="XBT", method="Bitcoin")) == 5


@pytest.mark.parametrize(
    ("permissions", "denied"),
    [
        ({"query-funds"}, {"DepositMethods", "WithdrawMethods", "WithdrawInfo", "Withdraw", "WithdrawStatus"}),
        ({"add-funds", "query-funds"}, {"WithdrawMethods", "WithdrawInfo", "Withdraw", "WithdrawStatus"}),
        ({"withdraw-funds", "query-funds"}, {"DepositMethods"}),
        ({"query-ledger"}, {"DepositMethods", "DepositStatus", "WithdrawMethods", "WithdrawInfo", "Withdraw"}),
    ],
)
def test_money_needs_its_own_permissions(permissions: set[str], denied: set[str]) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            trader = holder(here, permissions=permissions)
            asked = {"asset": "XBT", "key": "cold", "amount": "1"}
            calls = ("DepositMethods", "DepositStatus", "WithdrawMethods", "WithdrawInfo", "Withdraw", "WithdrawStatus")
            codes = {name: await error(trader, name, **asked) for name in calls}
            assert {name for name, code in codes.items() if code == "EGeneral:Permission denied"} == denied
            assert {codes[name] for name in calls if name not in denied} == {None}

    story()


@over_loopback
async def test_lists_come_in_pages_when_asked_for() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        made = []
        for _ in range(5):
            moment.pass_by(10)
            made.append((await trader.result("Withdraw", asset="XBT", key="cold", amount="0.1"))["refid"])
        seen: list[str] = []
        cursor: object = "true"
        while cursor:
            page = await trader.result("WithdrawStatus", cursor=cursor, limit=2)
            seen += [row["refid"] for row in page["withdrawals"]]
            cursor = page["next_cursor"]
        assert seen == made[::-1]
        start = moment.now // 10**9 - 20
        recent = await trader.result("WithdrawStatus", start=start)
        assert [row["refid"] for row in recent] == made[:1:-1]
        assert await trader.result("WithdrawStatus", asset="ETH") == []
        assert await error(trader, "WithdrawStatus", cursor="FNONE") == "EGeneral:Invalid arguments:cursor"
        assert await error(trader, "WithdrawStatus", limit=0) == "EGeneral:Invalid arguments:limit"


@over_loopback
async def test_money_goes_to_the_futures_wallet_at_once() -> None:
    async with world() as here:
        trader = holder(here, balances={"USD": 100, "BTC": 10})
        way = {"from": "Spot Wallet", "to": "Futures Wallet"}
        await trader.result("WalletTransfer", asset="ZUSD", amount="40", **way)
        assert (await trader.result("Balance"))["ZUSD"] == "60.0000"
        (entry,) = (await trader.result("Ledgers", type="transfer"))["ledger"].values()
        assert (entry["subtype"], entry["amount"]) == ("spottofutures", "-40.0000")
        for odd, code in [
            ({"amount": "60.01"}, "EFunding:Insufficient funds"),
            ({"asset": "WWW"}, "EFunding:Unknown asset"),
            ({"from": "Futures Wallet"}, "EGeneral:Invalid arguments:from"),
            ({"to": "Spot Wallet"}, "EGeneral:Invalid arguments:to"),
        ]:
            asked = {"asset": "ZUSD", "amount": "1"} | way | odd
            assert await error(trader, "WalletTransfer", **asked) == code
        assert (await trader.result("Balance"))["ZUSD"] == "60.0000"


@over_loopback
async def test_the_socket_tells_of_a_deposit_when_it_is_credited() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        line = await here.private_line(trader)
        await line.subscribe("balances")
        ref_id = here.box.bank.announce_deposit("trader", "BTC", 1)
        moment.pass_by(60)
        row = (await line.on("balances", "update"))["data"][0]
        assert (row["ref_id"], row["type"], row["balance"]) == (ref_id, "deposit", Decimal(11))


@over_loopback
async def test_shares_are_moved_when_their_class_is_named() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here)
        assert await error(trader, "DepositMethods", asset="AAPLx") == "EFunding:Unknown asset"
        (method,) = await trader.result("DepositMethods", asset="AAPLx", aclass="tokenized_asset")
        assert method["method"] == "AAPLx (SPL)"
        here.box.bank.announce_deposit("trader", "AAPLx", 2)
        moment.pass_by(60)
        (row,) = await trader.result("DepositStatus", aclass="tokenized_asset")
        assert (row["asset"], row["aclass"], row["status"]) == ("AAPLx", "tokenized_asset", "Success")
        here.box.bank.save_address("trader", "shares", "AAPLx", "4oneoneone")
        asked = {"asset": "AAPLx", "key": "shares", "amount": "1"}
        assert await error(trader, "Withdraw", **asked) == "EFunding:Unknown asset"
        await trader.result("Withdraw", **asked, aclass="tokenized_asset")
        assert await trader.result("WithdrawStatus", aclass="currency") == []
        assert (await trader.result("Balance"))["AAPLx"] == "1.0000000000"


@over_loopback
async def test_entries_over_the_wire_sum_to_balances() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = holder(here, balances={"BTC": 10, "DOT": 100})
        here.box.bank.announce_deposit("trader", "BTC", "0.5")
        await trader.result("Withdraw", asset="XBT", key="cold", amount="1")
        moment.pass_by(100)
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for entry in (await trader.result("Ledgers"))["ledger"].values():
            sums[entry["asset"]] += Decimal(entry["amount"]) - Decimal(entry["fee"])
        assert {name: Decimal(held) for name, held in (await trader.result("Balance")).items()} == sums


def test_odd_levers_are_named() -> None:
    box = Sandbox(market=False)
    with pytest.raises(SettingsError, match="no account"):
        box.bank.announce_deposit("nobody", "BTC", 1)
    box.key("trader")
    for odd in ({"asset": "WWW"}, {"method": "Pigeon"}, {"amount": 0}, {"amount": "-1"}, {"address": "bc1qother"}):
        with pytest.raises(SettingsError):
            box.bank.announce_deposit(**({"name": "trader", "asset": "BTC", "amount": 1} | odd))  # type: ignore[arg-type]
    box.bank.save_address("trader", "cold", "BTC", COLD)
    with pytest.raises(SettingsError, match="cannot be saved"):
        box.bank.save_address("trader", "cold", "BTC", COLD)
    with pytest.raises(SettingsError, match="cannot be saved"):
        box.bank.save_address("trader", "spaced", "BTC", "bc1q with spaces")
    box.bank.set_withdrawal_fee("BTC", 0)
    with pytest.raises(SettingsError):
        box.bank.set_withdrawal_fee("BTC", "-1")
