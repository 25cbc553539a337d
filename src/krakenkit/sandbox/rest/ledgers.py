"""Private REST of Spot: the ledger, as rows and as reports to download."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, cast

from krakenkit.sandbox.bank.reports import DELETED, NANO, Format, Kind, Report
from krakenkit.sandbox.encode import seconds
from krakenkit.sandbox.engine import LedgerEntry, earning_name
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.paging import page
from krakenkit.sandbox.rest.desk import Caller, HttpAnswer
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import at_most, names_in
from krakenkit.wire.spot import exports, ledgers

_MOST_ROWS = 20
_EARNING = ".B"
_TYPES: Final = frozenset(
    {
        *("all", "trade", "deposit", "withdrawal", "transfer", "margin", "adjustment", "rollover", "credit", "settled"),
        *("staking", "dividend", "sale", "nft_rebate", "conversion"),
    }
)
"""What may be asked for: what the manual lists, and what entries are called here beside that."""


# --- rows -------------------------------------------------------------------------------------------------------------


def ledgers_info(caller: Caller, request: ledgers.GetLedgersInfo) -> dict[str, object]:
    if request.type is not None and request.type not in _TYPES:
        raise invalid("type")
    wanted = {_asset_name(caller, name) for name in bare_names(request.asset) if name != "all"}
    rows = [
        (entry.ledger_id, entry)
        for entry in caller.venue.exchange.ledger(caller.account)
        if (not wanted or entry.asset_name in wanted)
        and request.type in (None, "all", entry.type)
        and caller.owner.sees(entry.at)
    ]
    found = page(rows, request, times=lambda entry: (entry.at,))
    return {"ledger": {name: _entry(entry) for name, entry in found.rows}} | found.beside


def bare_names(value: str | Sequence[str | ledgers.ClassedAsset] | None) -> list[str]:
    """The names of a comma list, or of a list of names with or without a class."""
    if value is None or isinstance(value, str):
        return names_in(value)
    return names_in([item.asset if isinstance(item, ledgers.ClassedAsset) else item for item in value])


def _asset_name(caller: Caller, name: str) -> str:
    """An asset as entries name it: ``xbt`` is ``XXBT``, and ``btc.b`` what earns of it, ``XBT.B``."""
    bare = name.upper().removesuffix(_EARNING)
    asset = caller.venue.exchange.asset(bare)
    return asset.name if bare == name.upper() else earning_name(asset)


def ledgers_by_id(caller: Caller, request: ledgers.GetLedgers) -> dict[str, ledgers.LedgerEntry]:
    names = at_most(names_in(request.id), _MOST_ROWS, "id")
    found = ((name, caller.venue.exchange.ledger_entry(caller.account, name)) for name in names)
    return {name: _entry(entry) for name, entry in found if entry is not None and caller.owner.sees(entry.at)}


def _entry(entry: LedgerEntry) -> ledgers.LedgerEntry:
    return ledgers.LedgerEntry(
        refid=entry.ref_id,
        time=seconds(entry.at),
        type=entry.type,
        subtype=entry.subtype,
        aclass=entry.asset.aclass,
        asset=entry.asset_name,
        amount=entry.amount,
        fee=entry.fee,
        balance=entry.balance,
        wallet=entry.wallet_name,
    )


# --- reports ----------------------------------------------------------------------------------------------------------


def add_export(caller: Caller, request: exports.RequestLedgersExport) -> exports.RequestedExport:
    """Of what a key may look back on, the report has as much as the key may see."""
    names = [name for name in names_in(request.fields) if name != "all"]
    begin = _first_of_month(caller.now) if request.starttm is None else request.starttm * NANO
    end = caller.now if request.endtm is None else request.endtm * NANO
    if begin < 0 or end < begin:
        raise invalid("starttm" if begin < 0 else "endtm")
    key = caller.owner
    report = caller.venue.bank.reports.ask(
        caller.account,
        cast("Kind", request.report),
        caller.now,
        description=request.description,
        fields=names,
        format=cast("Format", request.format or "CSV"),
        begin=max(begin, key.query_from * NANO),
        end=min(end, key.query_to * NANO) if key.query_to else end,
    )
    return exports.RequestedExport(report.report_id)


def _first_of_month(now: int) -> int:
    today = datetime.fromtimestamp(now // NANO, UTC)
    return int(datetime(today.year, today.month, 1, tzinfo=UTC).timestamp()) * NANO


def export_status(caller: Caller, request: exports.GetLedgersExportStatus) -> list[dict[str, object]]:
    kind = cast("Kind", request.report)
    return [_report(report) for report in caller.venue.bank.reports.of(caller.account, kind)]


def _report(report: Report) -> dict[str, object]:
    """Captured: times come as text here."""
    shown: dict[str, object] = {
        "id": report.report_id,
        "descr": report.description,
        "format": report.format,
        "report": report.kind,
        "subtype": "all",
        "status": report.state,
        "flags": "0",
        "fields": ",".join(report.fields) or "all",
        "createdtm": _seconds(report.created_at),
        "expiretm": "0",
        "starttm": _seconds(report.started_at),
        "completedtm": _seconds(report.completed_at),
        "datastarttm": _seconds(report.begin),
        "dataendtm": _seconds(report.end),
        "aclass": "forex",
        "asset": "all",
    }
    failed = {"error": report.error, "delete": report.error == DELETED} if report.error is not None else {}
    return shown | failed


def _seconds(at: int) -> str:
    return str(at // NANO)


def retrieve_export(caller: Caller, request: exports.GetLedgersExport) -> HttpAnswer:
    content = caller.venue.bank.reports.file(caller.account, request.id)
    return HttpAnswer(content, content_type="application/zip")


def remove_export(caller: Caller, request: exports.DeleteLedgersExport) -> exports.RemovedExport:
    if request.type == "cancel":
        caller.venue.bank.reports.cancel(caller.account, request.id, caller.now)
        return exports.RemovedExport(cancel=True)
    caller.venue.bank.reports.delete(caller.account, request.id)
    return exports.RemovedExport(delete=True)


ENDPOINTS: Final = (
    endpoint(ledgers.GetLedgersInfo, ledgers_info),
    endpoint(ledgers.GetLedgers, ledgers_by_id),
    endpoint(exports.RequestLedgersExport, add_export),
    endpoint(exports.GetLedgersExportStatus, export_status),
    endpoint(exports.GetLedgersExport, retrieve_export),
    endpoint(exports.DeleteLedgersExport, remove_export),
)
