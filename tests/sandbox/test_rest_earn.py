"""Earn over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.loopback import Account, Moment, over_loopback, world


async def strategy(account: Account, asset: str, lock: str) -> str:
    (found,) = (await account.call("Earn/Strategies", {"asset": asset, "lock_type": [lock]}))["result"]["items"]
    return str(found["id"])


async def error(account: Account, name: str, /, **params: object) -> object:
    found = (await account.call(name, **params))["error"]
    return found[0] if found else None


@over_loopback
async def test_money_is_put_in_a_moment_after_it_was_asked_for() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = here.account(balances={"BTC": 10}, permissions="all")
        chosen = await strategy(trader, "XBT", "instant")
        assert await trader.result("Earn/Allocate", strategy_id=chosen, amount="3") is True
        assert await trader.result("Earn/AllocateStatus", strategy_id=chosen) == {"pending": True}
        (item,) = (await trader.result("Earn/Allocations"))["items"]
        assert (item["amount_allocated"]["pending"]["native"], "payout" in item) == ("3.0000000000", False)
        moment.pass_by(2)
        assert await trader.result("Earn/AllocateStatus", strategy_id=chosen) == {"pending": False}
        assert await trader.result("Balance") == {"XXBT": "7.0000000000", "XBT.B": "3.0000000000"}
        extended = await trader.result("BalanceEx")
        assert extended["XBT.B"] == {"balance": "3.0000000000", "hold_trade": "0.0000000000"}
        entries = (await trader.result("Ledgers", type="transfer"))["ledger"].values()
        assert [(one["asset"], one["subtype"], one["wallet"], one["amount"]) for one in entries] == [
            ("XBT.B", "stakingfromspot", "earn / liquid", "3.0000000000"),
            ("XXBT", "spottostaking", "spot / main", "-3.0000000000"),
        ]
        only = (await trader.result("Ledgers", asset="btc.b"))["ledger"].values()
        assert [one["wallet"] for one in only] == ["earn / liquid"]


@over_loopback
async def test_allocations_tell_where_the_money_is_and_what_it_earned() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = here.account(balances={"DOT": 100, "USD": 10_000}, permissions="all")
        dots, dollars = await strategy(trader, "DOT", "bonded"), await strategy(trader, "USD", "instant")
        await trader.result("Earn/Allocate", strategy_id=dots, amount="100")
        await trader.result("Earn/Allocate", strategy_id=dollars, amount="10000")
        moment.pass_by(3 * 86_400)
        await trader.result("Earn/Deallocate", strategy_id=dots, amount="40")
        moment.pass_by(86_400)
        told: Any = await trader.result("Earn/Allocations", ascending="true")
        first, second = told["items"]
        assert first["amount_allocated"]["total"]["native"] == "100.0000000000"
        unbonding = first["amount_allocated"]["unbonding"]
        assert (unbonding["native"], unbonding["allocation_count"]) == ("40.0000000000", 1)
        assert unbonding["allocations"][0]["expires"].endswith("Z")
        # three and a half days of 5.25 % a year
        assert Decimal(second["total_rewarded"]["native"]) == Decimal("5.0342")
        assert Decimal(told["total_rewarded"]) == Decimal("5.0342")
        payout = second["payout"]
        accumulated, estimated = (Decimal(payout[f"{name}_reward"]["native"]) for name in ("accumulated", "estimated"))
        assert 0 < accumulated < estimated < Decimal("5.1")
        assert (await trader.result("Balance"))["USD.B"] == "10005.0342"


@over_loopback
async def test_strategies_are_chosen_by_asset_and_lock_and_come_in_pages() -> None:
    async with world() as here:
        trader = here.account(permissions=set())

        async def ids(**asked: Any) -> tuple[list[str], str | None]:
            page = (await trader.call("Earn/Strategies", asked))["result"]
            return [one["id"] for one in page["items"]], page.get("next_cursor")

        every, end = await ids()
        assert (end, every) == (None, sorted(every, reverse=True))
        assert (await ids(ascending=True))[0] == every[::-1]
        first, cursor = await ids(limit=4)
        rest, _ = await ids(cursor=cursor)
        assert first + rest == every
        assert set((await ids(lock_type=["bonded"]))[0]) < set(every)
        flex = (await trader.call("Earn/Strategies", {"lock_type": ["flex"]}))["result"]["items"][0]
        assert (flex["can_allocate"], flex["lock_type"]) == (False, {"type": "flex"})


@over_loopback
async def test_earn_is_refused_in_krakens_words() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = here.account(balances={"BTC": 1}, permissions="all")
        chosen, flex = await strategy(trader, "XBT", "instant"), await strategy(trader, "XBT", "flex")
        for odd, code in [
            ({"strategy_id": "ESNONE"}, "EGeneral:Invalid arguments:Invalid strategy ID"),
            ({"strategy_id": flex}, "EEarnings:Permission denied:"),
            ({"amount": "1.1"}, "EEarnings:Insufficient funds:"),
            ({"amount": "0"}, "EGeneral:Invalid arguments:amount"),
            ({"amount": "-1"}, "EGeneral:Invalid arguments:amount"),
            ({"amount": "NaN"}, "EGeneral:Invalid arguments:amount"),
            ({"amount": "1e999999"}, "EGeneral:Invalid arguments:amount"),
            ({"amount": "0.00000000001"}, "EGeneral:Invalid arguments:amount"),
        ]:
            told = await error(trader, "Earn/Allocate", **({"strategy_id": chosen, "amount": "1"} | odd))
            assert str(told).startswith(code), (odd, told)
        await trader.result("Earn/Allocate", strategy_id=chosen, amount="1")
        busy = await error(trader, "Earn/Allocate", strategy_id=chosen, amount="1")
        assert str(busy).startswith("EEarnings:Busy")
        assert (await error(trader, "Earn/Allocations", converted_asset="WWW")) == "EQuery:Unknown asset"
        assert await trader.call("Earn/Strategies", {"lock_type": ["chain"]}) == {
            "error": ["EGeneral:Invalid arguments:lock_type"]
        }


@over_loopback
async def test_the_socket_shows_earn_as_wallets_of_the_same_asset() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = here.account(balances={"BTC": 10}, permissions="all")
        await trader.result("Earn/Allocate", strategy_id=await strategy(trader, "XBT", "instant"), amount="3")
        moment.pass_by(2)
        await trader.result("Balance")
        line = await here.private_line(trader)
        await line.subscribe("balances")
        (row,) = (await line.on("balances", "snapshot"))["data"]
        assert row["balance"] == 10
        assert [(wallet["type"], wallet["id"], wallet["balance"]) for wallet in row["wallets"]] == [
            ("spot", "main", Decimal(7)),
            ("earn", "liquid", Decimal(3)),
        ]
        moment.pass_by(4 * 86_400)
        (row,) = (await line.on("balances", "update"))["data"]
        assert (row["type"], row["category"], row["wallet_id"]) == ("staking", "staking-rewards", "liquid")
