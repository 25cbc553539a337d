from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from krakenkit.sandbox.bank.reports import Report, table
from krakenkit.sandbox.engine import EngineRefused
from sandbox.bank.bank_helpers import World


def ask(here: World, **odd: object) -> Report:
    asked: dict[str, object] = {"description": "mine", "fields": [], "format": "CSV", "begin": 0, "end": here.now}
    return here.bank.reports.ask("ann", "ledgers", here.now, **asked | odd)  # type: ignore[arg-type]


def rows_in(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        (name,) = packed.namelist()
        return list(csv.DictReader(io.StringIO(packed.read(name).decode()), delimiter=delimiter))


def test_a_report_is_queued_processed_and_then_a_zip_with_a_table() -> None:
    here = World()
    report = ask(here)
    states = [report.state]
    with pytest.raises(EngineRefused, match="EGeneral:Invalid arguments:id"):
        here.bank.reports.file("ann", report.report_id)
    for seconds in (1, 2):
        here.wait(seconds)
        states.append(report.state)
    assert states == ["Queued", "Processing", "Processed"]

    (row,) = rows_in(here.bank.reports.file("ann", report.report_id))

    entry = here.exchange.ledger("ann")[0]
    assert row == {
        "txid": entry.ledger_id,
        "refid": entry.ref_id,
        "time": f"{datetime.fromtimestamp(entry.at // 10**9, UTC):%Y-%m-%d %H:%M:%S}.0000",
        "type": "deposit",
        "subtype": "",
        "aclass": "currency",
        "asset": "XXBT",
        "wallet": "spot / main",
        "amount": "10.0000000000",
        "fee": "0.0000000000",
        "balance": "10.0000000000",
    }


def test_a_report_has_the_columns_and_the_time_that_were_asked_for() -> None:
    here = World()
    here.now += 10**9
    here.exchange.deposit("ann", "USD", Decimal(5), here.now)
    report = ask(here, fields=["amount", "asset"], format="TSV", begin=here.now)
    here.wait(3)
    (row,) = rows_in(here.bank.reports.file("ann", report.report_id), "\t")
    assert list(row) == ["txid", "asset", "amount"]
    assert (row["asset"], row["amount"]) == ("ZUSD", "5.0000")


def test_a_report_is_the_owners_alone() -> None:
    here = World()
    report = ask(here)
    here.wait(3)
    assert here.bank.reports.of("bob", "ledgers") == []
    with pytest.raises(EngineRefused):
        here.bank.reports.file("bob", report.report_id)


def test_cancel_is_for_what_is_not_made_and_delete_for_what_is() -> None:
    here = World()
    stopped, made = ask(here), ask(here)
    with pytest.raises(EngineRefused, match="type"):
        here.bank.reports.delete("ann", made.report_id)
    here.bank.reports.cancel("ann", stopped.report_id, here.now)
    here.wait(3)
    assert (stopped.state, stopped.error, stopped.content) == ("Processed", "EExport:Canceled", b"")
    with pytest.raises(EngineRefused, match="type"):
        here.bank.reports.cancel("ann", made.report_id, here.now)
    here.bank.reports.delete("ann", made.report_id)
    assert (made.error, made.content) == ("EExport:Deleted", b"")
    with pytest.raises(EngineRefused, match="type"):
        here.bank.reports.delete("ann", made.report_id)


def test_odd_wishes_are_refused() -> None:
    here = World()
    with pytest.raises(EngineRefused, match="fields"):
        ask(here, fields=["horoscope"])
    with pytest.raises(EngineRefused, match="endtm"):
        ask(here, begin=here.now + 1)


def test_quotes_in_words_are_doubled() -> None:
    row: dict[str, str] = dict.fromkeys(("txid", "refid"), 'a"b')
    assert table([row], "ledgers", ["refid"], "CSV") == '"txid","refid"\n"a""b","a""b"\n'
