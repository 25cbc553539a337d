"""Keys with rules, one-time codes, wallets and subaccounts."""

from __future__ import annotations

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.keys import EVERYTHING
from krakenkit.sandbox.otp import code_at
from sandbox.loopback import Account, Moment, over_loopback, trade, world

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""``12345678901234567890``, the secret of RFC 6238's own examples."""


async def error(account: Account, name: str = "Balance", /, **params: object) -> object:
    found = (await account.call(name, **params))["error"]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(b"12345678901234567890", seconds) == code


@over_loopback
async def test_a_key_is_known_only_while_it_is_valid() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        start = moment.now // 10**9
        early = here.account(valid_from=start + 10)
        late = here.account(valid_until=start + 10)
        assert (await error(early), await error(late)) == ("EAPI:Invalid key", None)
        moment.pass_by(10)
        assert (await error(early), await error(late)) == (None, "EAPI:Invalid key")


@over_loopback
async def test_a_key_is_used_from_the_addresses_it_is_bound_to() -> None:
    async with world() as here:
        assert await error(here.account(ip_allowlist=["10.0.0.0/8"])) == "EAPI:Invalid key"
        assert await error(here.account(ip_allowlist=["10.0.0.0/8", "127.0.0.1"])) is None


@over_loopback
async def test_a_password_is_sent_with_each_call() -> None:
    async with world() as here:
        trader = here.account(otp="open sesame")
        assert await error(trader) == "EGeneral:Permission denied"
        assert await error(trader, otp="open barley") == "EAPI:Invalid signature"
        assert await error(trader, otp="open sésame") == "EAPI:Invalid signature"
        assert await error(trader, otp="open sesame") is None
        assert trader.credentials.otp is not None
        assert trader.credentials.otp() == "open sesame"
        assert await error(here.account(), otp="who asked?") is None


@over_loopback
async def test_codes_roll_with_the_clock_of_the_exchange() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = here.account(totp=SECRET)
        assert trader.credentials.otp is not None
        first = trader.credentials.otp()
        assert await error(trader, otp=first) is None
        moment.pass_by(30)
        assert await error(trader, otp=first) is None  # the one before is good too
        moment.pass_by(30)
        assert await error(trader, otp=first) == "EAPI:Invalid signature"
        assert await error(trader, otp=trader.credentials.otp()) is None


@over_loopback
async def test_a_wrong_code_does_not_use_the_nonce_up() -> None:
    async with world() as here:
        trader = here.account(otp="x")
        target = "/0/private/Balance"
        refused = await trader.send(target, b"nonce=5&otp=y", nonce="5")
        assert refused == {"error": ["EAPI:Invalid signature"]}
        assert (await trader.send(target, b"nonce=5&otp=x", nonce="5"))["error"] == []


def test_odd_rules_are_named() -> None:
    box = Sandbox(market=False)
    with pytest.raises(SettingsError, match="no address"):
        box.key("a", ip_allowlist=["localhost"])
    with pytest.raises(SettingsError, match="base32"):
        box.key("a", totp="not base32!")
    with pytest.raises(SettingsError, match="not both"):
        box.key("a", otp="x", totp=SECRET)


@over_loopback
async def test_a_key_sees_its_part_of_the_past() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker)
        moment.pass_by(100)
        start = moment.now // 10**9
        await trade(maker, taker)
        young, old = here.account("taker", query_from=start), here.account("taker", query_to=start - 1)
        seen: list[list[object]] = []
        for who in (taker, young, old):
            trades = (await who.result("TradesHistory"))["trades"]
            entries = (await who.result("Ledgers", type="trade"))["ledger"]
            orders = (await who.result("ClosedOrders"))["closed"]
            seen.append([set(trades), set(entries), set(orders)])
        every, newer, older = seen
        assert [len(names) for names in newer] == [1, 2, 1]  # type: ignore[arg-type]
        assert [first | second for first, second in zip(newer, older, strict=True)] == every  # type: ignore[operator]
        hidden = ",".join(sorted(every[0] - newer[0]))  # type: ignore[operator]
        assert await young.result("QueryTrades", txid=hidden) == {}


@over_loopback
async def test_a_key_tells_what_it_is_bound_to() -> None:
    async with world() as here:
        trader = here.account(
            permissions="all", nonce_window=7, valid_until=2_000_000_000, query_from=5, ip_allowlist=["127.0.0.0/8"]
        )
        info = await trader.result("GetApiKeyInfo")
        assert set(info["permissions"]) == EVERYTHING - {"custody", "embed", "ramp"}
        assert (info["nonce_window"], info["valid_until"], info["query_from"]) == ("7", "2000000000", "5")
        assert info["ip_allowlist"] == ["127.0.0.0/8"]


@pytest.mark.parametrize(
    ("permission", "name", "params"),
    [
        ("earn-funds", "Earn/Allocate", {"strategy_id": "ESNONE", "amount": "1"}),
        ("earn-funds", "Earn/DeallocateStatus", {"strategy_id": "ESNONE"}),
        ("query-funds", "Earn/Allocations", {}),
        ("export-data", "AddExport", {"report": "trades", "description": "mine"}),
        ("export-data", "RetrieveExport", {"id": "NONE"}),
        ("withdraw-funds", "CreateSubaccount", {"username": "desk", "email": "desk@example.org"}),
        ("withdraw-funds", "WithdrawCancel", {"asset": "XBT", "refid": "FNONE"}),
        ("query-open-trades", "Level3", {"pair": "BTC/USD"}),
    ],
)
def test_each_call_asks_for_its_own_permission(permission: str, name: str, params: dict[str, str]) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            others = here.account("others", permissions=EVERYTHING - {permission, "query-funds"})
            assert await error(others, name, **params) == "EGeneral:Permission denied"
            assert await error(here.account("own", permissions={permission}), name, **params) != (
                "EGeneral:Permission denied"
            )

    story()


# --- wallets and subaccounts ------------------------------------------------------------------------------------------


@over_loopback
async def test_money_moves_between_a_master_and_its_subaccounts() -> None:
    async with world() as here:
        master = here.account("master", balances={"BTC": 10}, permissions="all")
        assert await master.result("CreateSubaccount", username="desk", email="desk@example.org") is True
        desk = here.account("desk", permissions="all")
        numbers = [(await one.result("GetApiKeyInfo"))["iban"] for one in (master, desk)]
        assert await desk.result("Balance") == {}

        moved = await master.result(
            "AccountTransfer", asset="XBT", amount="2.5", **{"from": numbers[0], "to": numbers[1]}
        )

        assert moved["status"] == "complete"
        assert await master.result("Balance") == {"XXBT": "7.5000000000"}
        assert await desk.result("Balance") == {"XXBT": "2.5000000000"}
        (entry,) = (await desk.result("Ledgers"))["ledger"].values()
        assert (entry["type"], entry["refid"]) == ("transfer", moved["transfer_id"])
        await master.result("AccountTransfer", asset="XBT", amount="1", **{"from": numbers[1], "to": numbers[0]})
        assert await desk.result("Balance") == {"XXBT": "1.5000000000"}


@over_loopback
async def test_only_masters_manage_and_only_what_is_theirs() -> None:
    async with world() as here:
        master = here.account("master", balances={"BTC": 10}, permissions="all")
        stranger = here.account("stranger", balances={"BTC": 10}, permissions="all")
        await master.result("CreateSubaccount", username="desk", email="desk@example.org")
        desk = here.account("desk", permissions="all")
        own, other, sub = [(await one.result("GetApiKeyInfo"))["iban"] for one in (master, stranger, desk)]

        async def move(who: Account, source: str, target: str, **odd: str) -> object:
            asked = {"asset": "XBT", "amount": "1", "from": source, "to": target} | odd
            return await error(who, "AccountTransfer", **asked)

        assert await move(desk, sub, own) == "EGeneral:Permission denied"
        assert await move(master, other, own) == "EGeneral:Invalid arguments:from"
        assert await move(master, own, other) == "EGeneral:Invalid arguments:to"
        assert await move(stranger, own, other) == "EGeneral:Invalid arguments:from"
        assert await move(master, own, own) == "EGeneral:Invalid arguments:to"
        assert await move(master, own, sub, amount="11") == "EFunding:Insufficient funds"
        assert await move(master, own, sub, amount="-1") == "EFunding:Invalid amount"
        assert await move(master, own, sub, amount="much") == "EGeneral:Invalid arguments:amount"
        assert await move(master, own, sub, asset="WWW") == "EFunding:Unknown asset"
        assert await error(desk, "CreateSubaccount", username="x", email="x@y") == "EGeneral:Permission denied"
        assert await error(master, "CreateSubaccount", username="desk", email="x@y") == (
            "EGeneral:Invalid arguments:username"
        )
        assert await error(master, "CreateSubaccount", username="x", email="x") == "EGeneral:Invalid arguments:email"
        assert await master.result("Balance") == {"XXBT": "10.0000000000"}
