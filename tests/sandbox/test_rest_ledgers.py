"""Reports over the wire: asked for, waited for, downloaded, thrown away."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from krakenkit.signing import spot
from sandbox.loopback import Account, Moment, World, over_loopback, trade, world


async def download(here: World, account: Account, report_id: str) -> tuple[str, bytes]:
    """The content type and the bytes of a report's file, or of its refusal."""
    nonce, target = str(account.credentials.nonces.next()), "/0/private/RetrieveExport"
    body = f"nonce={nonce}&id={report_id}".encode()
    sign = spot.sign(account.credentials.secret_bytes(), path=target, nonce=nonce, body=body)
    headers = {"API-Key": account.credentials.key, "API-Sign": sign}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    async with here.http.post(f"{here.box.environment.spot_rest}{target}", data=body, headers=headers) as answer:
        return answer.content_type, await answer.read()


def rows_of(content: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return list(csv.DictReader(io.StringIO(packed.read(packed.namelist()[0]).decode())))


async def ready(moment: Moment, account: Account, kind: str, **more: Any) -> str:
    report_id = str((await account.result("AddExport", report=kind, description="mine", **more))["id"])
    moment.pass_by(1)
    await account.result("ExportStatus", report=kind)
    moment.pass_by(2)
    (status,) = [one for one in await account.result("ExportStatus", report=kind) if one["id"] == report_id]
    assert status["status"] == "Processed"
    return report_id


@over_loopback
async def test_a_report_of_ledgers_says_what_the_ledger_says() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        maker, taker = here.account("maker"), here.account("taker", permissions="all")
        await trade(maker, taker)
        report_id = await ready(moment, taker, "ledgers")
        kind, content = await download(here, taker, report_id)
        assert kind == "application/zip"
        listed = (await taker.result("Ledgers"))["ledger"]
        rows = rows_of(content)
        assert [row["txid"] for row in rows] == list(listed)[::-1]
        for row in rows:
            entry = listed[row["txid"]]
            names = ("refid", "type", "subtype", "aclass", "asset", "amount", "fee", "balance", "wallet")
            assert [row[name] for name in names] == [entry[name] for name in names]


@over_loopback
async def test_a_report_of_trades_says_what_the_history_says() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        maker, taker = here.account("maker"), here.account("taker", permissions="all")
        await trade(maker, taker)
        await trade(maker, taker)
        _, content = await download(here, taker, await ready(moment, taker, "trades", fields="price,ledgers"))
        trades = (await taker.result("TradesHistory", ledgers="true"))["trades"]
        rows = rows_of(content)
        assert list(rows[0]) == ["txid", "pair", "type", "price", "ledgers"]
        assert [(row["txid"], row["price"], row["ledgers"].split(",")) for row in rows] == [
            (name, trades[name]["price"], trades[name]["ledgers"]) for name in reversed(trades)
        ]


@over_loopback
async def test_a_report_is_refused_stopped_and_deleted_in_krakens_words() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        trader = here.account(permissions="all")

        async def error(name: str, **params: object) -> object:
            found = (await trader.call(name, **params))["error"]
            return found[0] if found else None

        about = {"report": "ledgers", "description": "mine"}
        assert await error("AddExport", report="dreams", description="x") == "EGeneral:Invalid arguments:report"
        assert await error("AddExport", **about, fields="luck") == "EGeneral:Invalid arguments:fields"
        assert await error("AddExport", **about, format="PDF") == "EGeneral:Invalid arguments:format"
        assert await error("AddExport", **about, starttm=200, endtm=100) == "EGeneral:Invalid arguments:endtm"
        assert await error("RemoveExport", id="NONE", type="cancel") == "EGeneral:Invalid arguments:id"
        stopped = str((await trader.result("AddExport", **about))["id"])
        assert await error("RemoveExport", id=stopped, type="delete") == "EGeneral:Invalid arguments:type"
        assert await trader.result("RemoveExport", id=stopped, type="cancel") == {"cancel": True}
        kind, refusal = await download(here, trader, stopped)
        assert (kind, refusal) == ("application/json", b'{"error":["EGeneral:Invalid arguments:id"]}')

        made = await ready(moment, trader, "ledgers")
        assert await trader.result("RemoveExport", id=made, type="delete") == {"delete": True}
        gone = {one["id"]: one.get("error") for one in await trader.result("ExportStatus", report="ledgers")}
        assert gone == {made: "EExport:Deleted", stopped: "EExport:Canceled"}


@over_loopback
async def test_a_report_shows_no_more_than_its_key_may_see() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        here.account("trader", balances={"BTC": 1})
        moment.pass_by(100)
        narrow = here.account("trader", permissions="all", query_from=moment.now // 10**9)
        here.box.deposit("trader", "BTC", 2)
        _, content = await download(here, narrow, await ready(moment, narrow, "ledgers"))
        assert [row["amount"] for row in rows_of(content)] == ["2.0000000000"]
