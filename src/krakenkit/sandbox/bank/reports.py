"""Reports of trades and ledger entries: asked for, made in their own time, kept as zip archives."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.bank.timetable import Timetable
from krakenkit.sandbox.engine import AccountTrade, Exchange, LedgerEntry
from krakenkit.sandbox.engine.refusals import invalid

Kind: TypeAlias = Literal["trades", "ledgers"]
Format: TypeAlias = Literal["CSV", "TSV"]
State: TypeAlias = Literal["Queued", "Processing", "Processed"]

NANO: Final = 10**9
WAITS: Final = NANO
TAKES: Final = 2 * NANO
CANCELED: Final = "EExport:Canceled"
DELETED: Final = "EExport:Deleted"
COLUMNS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "trades": (
        *("txid", "ordertxid", "pair", "time", "type", "ordertype", "price", "cost"),
        *("fee", "vol", "margin", "misc", "ledgers"),
    ),
    "ledgers": (
        *("txid", "refid", "time", "type", "subtype", "aclass", "asset", "wallet"),
        *("amount", "fee", "balance"),
    ),
}
_ALWAYS: Final[Mapping[Kind, tuple[str, ...]]] = {"trades": ("txid", "pair", "type"), "ledgers": ("txid",)}
"""Columns that nobody has to ask for."""
_NUMBERS: Final = frozenset({"price", "cost", "fee", "vol", "margin", "amount", "balance"})


@dataclass(slots=True, eq=False, kw_only=True)
class Report:
    """One report. Moments are nanoseconds since 1970."""

    report_id: str
    account: str
    kind: Kind
    format: Format
    description: str
    fields: tuple[str, ...]
    """Empty for all."""
    begin: int
    end: int
    created_at: int
    state: State = "Queued"
    started_at: int = 0
    completed_at: int = 0
    error: str | None = None
    content: bytes = b""


class Reports:
    """The reports of all accounts."""

    def __init__(self, exchange: Exchange, timetable: Timetable, rng: random.Random) -> None:
        self._exchange = exchange
        self._timetable = timetable
        self._rng = rng
        self._reports: dict[str, Report] = {}

    def ask(
        self,
        account: str,
        kind: Kind,
        now: int,
        *,
        description: str,
        fields: Sequence[str],
        format: Format,
        begin: int,
        end: int,
    ) -> Report:
        """Have a report made.

        Raises:
            EngineRefused: for an unknown column, or a time that ends before it begins.
        """
        if not set(fields) <= set(COLUMNS[kind]):
            raise invalid("fields")
        if end < begin:
            raise invalid("endtm")
        report = Report(
            report_id=self._new_id(),
            account=account,
            kind=kind,
            format=format,
            description=description,
            fields=tuple(fields),
            begin=begin,
            end=end,
            created_at=now,
        )
        self._reports[report.report_id] = report
        self._timetable.enter(now + WAITS, "reports", report.report_id)
        return report

    def of(self, account: str, kind: Kind) -> list[Report]:
        """The reports of one kind, newest first."""
        return [one for one in reversed(self._reports.values()) if (one.account, one.kind) == (account, kind)]

    def file(self, account: str, report_id: str) -> bytes:
        """The zip archive of a report.

        Raises:
            EngineRefused: when there is no such report, or its file is not there.
        """
        report = self._report(account, report_id)
        if not report.content:
            raise invalid("id")
        return report.content

    def cancel(self, account: str, report_id: str, now: int) -> None:
        """Stop a report that is not made yet.

        Raises:
            EngineRefused: when there is none, or it is made already.
        """
        report = self._report(account, report_id)
        if report.state == "Processed":
            raise invalid("type")
        report.state, report.error, report.completed_at = "Processed", CANCELED, now

    def delete(self, account: str, report_id: str) -> None:
        """Throw the file of a report away.

        Raises:
            EngineRefused: when there is none, or it is not made yet.
        """
        report = self._report(account, report_id)
        if report.state != "Processed" or report.error is not None:
            raise invalid("type")
        report.error, report.content = DELETED, b""

    def advance(self, report_id: str, at: int) -> None:
        """Begin a report, or finish it."""
        report = self._reports[report_id]
        if report.state == "Queued":
            report.state, report.started_at = "Processing", at
            self._timetable.enter(at + TAKES, "reports", report_id)
        elif report.state == "Processing":
            report.state, report.completed_at = "Processed", at
            report.content = self._make(report, at)

    def _report(self, account: str, report_id: str) -> Report:
        found = self._reports.get(report_id)
        if found is None or found.account != account:
            raise invalid("id")
        return found

    def _new_id(self) -> str:
        while (made := "".join(self._rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=4))) in self._reports:
            pass
        return made

    def _make(self, report: Report, at: int) -> bytes:
        account, exchange = report.account, self._exchange
        if report.kind == "trades":
            rows = [trade_row(one) for one in exchange.trades(account) if report.begin <= one.at <= report.end]
        else:
            rows = [ledger_row(one) for one in exchange.ledger(account) if report.begin <= one.at <= report.end]
        text = table(reversed(rows), report.kind, report.fields, report.format)
        return archive(f"{report.kind}.{report.format.lower()}", text, at)


def trade_row(trade: AccountTrade) -> dict[str, str]:
    """A trade as a row of a report."""
    return {
        "txid": trade.trade_id,
        "ordertxid": trade.order_id,
        "pair": trade.pair.name,
        "time": _time(trade.at),
        "type": trade.side,
        "ordertype": trade.order_type,
        "price": f"{trade.price:f}",
        "cost": f"{trade.cost:f}",
        "fee": f"{trade.fee:f}",
        "vol": f"{trade.qty:f}",
        "margin": f"{trade.margin:f}",
        "misc": "closing" if trade.closes_position else "",
        "ledgers": ",".join(trade.ledger_ids),
    }


def ledger_row(entry: LedgerEntry) -> dict[str, str]:
    """A ledger entry as a row of a report."""
    return {
        "txid": entry.ledger_id,
        "refid": entry.ref_id,
        "time": _time(entry.at),
        "type": entry.type,
        "subtype": entry.subtype,
        "aclass": entry.asset.aclass,
        "asset": entry.asset_name,
        "wallet": entry.wallet_name,
        "amount": f"{entry.amount:f}",
        "fee": f"{entry.fee:f}",
        "balance": f"{entry.balance:f}",
    }


def table(rows: Iterable[Mapping[str, str]], kind: Kind, fields: Sequence[str], format: Format) -> str:
    """The rows as text with a heading; words in quotes, numbers without."""
    columns = [name for name in COLUMNS[kind] if not fields or name in fields or name in _ALWAYS[kind]]
    between = "," if format == "CSV" else "\t"
    heading = between.join(_quoted(name) for name in columns)
    lines = [between.join(row[name] if name in _NUMBERS else _quoted(row[name]) for name in columns) for row in rows]
    return "\n".join([heading, *lines, ""])


def archive(name: str, text: str, at: int) -> bytes:
    """A zip archive with one file."""
    buffer = io.BytesIO()
    moment = datetime.fromtimestamp(at // NANO, UTC)
    entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(entry, text)
    return buffer.getvalue()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _time(at: int) -> str:
    """``2026-11-22 01:02:03.4567``: UTC, to a tenth of a millisecond."""
    moment = datetime.fromtimestamp(at // NANO, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{at % NANO // 100_000:04d}"
