"""python-kraken-sdk against a sandbox: deposits, withdrawals, Earn, exports, and money moved to Futures."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from kraken.futures import User as FuturesUser
from kraken.spot import Earn, Funding, User
from truth import BOX, control, key

SEEN: dict[str, Any] = {}


def funding() -> None:
    bank = Funding(url=BOX["rest"], **key("spot"))
    SEEN["ways in"] = len(bank.get_deposit_methods(asset="XBT")) > 0
    address = bank.get_deposit_address(asset="XBT", method="Bitcoin", new=True)[0]["address"]
    control("POST", "/bank/announce", account="trader", asset="BTC", amount="0.5", address=address)
    control("POST", "/advance", seconds=60, steps=5)
    SEEN["deposit"] = [row["status"] for row in bank.get_recent_deposits_status(asset="XBT")]
    control("POST", "/bank/addresses", account="trader", key="cold", asset="BTC", address="bc1qsomewhere")
    SEEN["addresses"] = [row["key"] for row in bank.withdraw_addresses(asset="XBT")]
    SEEN["ways out"] = len(bank.withdraw_methods(asset="XBT")) > 0
    SEEN["told"] = bank.get_withdrawal_info(asset="XBT", key="cold", amount="0.4")["amount"]
    first, second = (bank.withdraw_funds(asset="XBT", key="cold", amount="0.4")["refid"] for _ in range(2))
    SEEN["taken back"] = bank.cancel_withdraw(asset="XBT", refid=second)
    control("POST", "/advance", seconds=600, steps=5)
    found = {row["refid"]: row["status"] for row in bank.get_recent_withdraw_status(asset="XBT")}
    SEEN["withdrawal"] = found[first]
    SEEN["moved"] = "refid" in bank.wallet_transfer(asset="ZUSD", from_="Spot Wallet", to_="Futures Wallet", amount=50)
    wallets = FuturesUser(url=BOX["futures"], **key("futures")).get_wallets()["accounts"]
    SEEN["arrived"] = wallets["cash"]["balances"]["usd"]


def earn() -> None:
    desk = Earn(url=BOX["rest"], **key("spot"))
    offers = desk.list_earn_strategies(asset="ETH")["items"]
    chosen = next(row["id"] for row in offers if row["can_allocate"])
    SEEN["allocated"] = desk.allocate_earn_funds(amount="2", strategy_id=chosen)
    SEEN["under way"] = desk.get_allocation_status(strategy_id=chosen)["pending"]
    control("POST", "/advance", seconds=60, steps=5)
    (held,) = desk.list_earn_allocations(hide_zero_allocations=True)["items"]
    SEEN["earning"] = held["amount_allocated"]["total"]["native"]
    SEEN["returned"] = desk.deallocate_earn_funds(amount="1", strategy_id=chosen)


def export() -> None:
    user = User(url=BOX["rest"], **key("spot"))
    wanted = user.request_export_report(report="ledgers", description="all of it")["id"]
    control("POST", "/advance", seconds=60, steps=5)
    SEEN["report"] = [row["status"] for row in user.get_export_report_status(report="ledgers")]
    archive = zipfile.ZipFile(io.BytesIO(user.retrieve_export(id_=wanted).content))
    SEEN["rows"] = archive.read("ledgers.csv").count(b"\n") > 3
    SEEN["deleted"] = user.delete_export_report(id_=wanted, type_="delete")


funding()
earn()
export()
print(json.dumps(SEEN))
