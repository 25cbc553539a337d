"""The account log of Futures, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import LogEntry
from krakenkit.sandbox.futures.encode import millis, trimmed
from krakenkit.sandbox.futures.pages import between
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import account_log

_LOG_PAGE: Final = 500
_COLUMNS: Final = (
    "uid", "dateTime", "account", "type", "symbol", "change", "new balance", "new average entry price", "trade price",
    "mark price", "funding rate", "realized pnl", "fee", "realized funding", "collateral", "conversion spread %",
    "liquidation fee",
)  # fmt: skip
"""The first two, ``account``, ``symbol`` and the next two were seen; the names of the others are not published."""
_DETAILS: Final = ("exchange rate", "exchange rate from", "conversion fee")
"""What ``conversion_details`` adds."""


def log_rows(caller: FuturesCaller, request: account_log.GetAccountLog) -> account_log.AccountLog:
    kinds = [request.info] if isinstance(request.info, str) else request.info
    rows = [
        entry
        for entry in caller.exchange.log(caller.account)
        if between(millis(entry.at), request.since, request.before)
        and (request.from_ is None or entry.id >= request.from_)
        and (request.to is None or entry.id <= request.to)
        and (kinds is None or entry.info in kinds)
    ]
    if request.sort == "asc":
        rows.reverse()
    return account_log.AccountLog(
        logs=[_detailed(entry, details=request.conversion_details) for entry in rows[: request.count or _LOG_PAGE]],
        account_uid=caller.exchange.account_uid(caller.account),
    )


def _detailed(entry: LogEntry, *, details: bool | None) -> account_log.AccountLogEntry:
    row, made = _log_row(entry), entry.conversion
    if not details or made is None:
        return row
    return replace(row, exchange_rate=made.rate, exchange_rate_from=made.given.lower(), conversion_fee=made.fee)


def _log_row(entry: LogEntry) -> account_log.AccountLogEntry:
    fill, leg = entry.fill, entry.position_leg
    cash = None if leg else fill
    contract = entry.contract
    return account_log.AccountLogEntry(
        id=entry.id,
        date=stamp(entry.at, 3),
        asset=entry.asset,
        contract=None if contract is None else contract.symbol.lower(),
        info=entry.info,
        booking_uid=entry.uid,
        margin_account=entry.wallet,
        old_balance=entry.old_balance,
        new_balance=entry.new_balance,
        collateral=None if contract is None else contract.currency.altname.lower(),
        execution=None if fill is None else fill.trade_uid,
        trade_price=entry.price if fill is None else fill.price,
        mark_price=None if fill is None else fill.mark_price,
        old_average_entry_price=entry.old_entry,
        new_average_entry_price=entry.new_entry,
        realized_pnl=entry.realized if cash is None else cash.realized,
        fee=None if cash is None else cash.fee,
        funding_rate=entry.funding_rate,
        realized_funding=entry.funding,
        liquidation_fee=entry.liquidation_fee or None,
        conversion_spread_percentage=entry.spread,
    )


def log_csv(caller: FuturesCaller, request: account_log.GetAccountLogCsv) -> bytes:
    """The whole log, the newest row first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    details = bool(request.conversion_details)
    writer.writerow(_COLUMNS + _DETAILS * details)
    for entry in caller.exchange.log(caller.account):
        row = _detailed(entry, details=details)
        date, _, time = row.date.removesuffix("Z").partition("T")
        cells = (
            row.booking_uid, f"{date} {time.partition('.')[0]}", row.margin_account, row.info, row.contract or row.asset,
            entry.new_balance - entry.old_balance, row.new_balance, row.new_average_entry_price, row.trade_price,
            row.mark_price, row.funding_rate, row.realized_pnl, row.fee, row.realized_funding, row.collateral,
            row.conversion_spread_percentage, row.liquidation_fee,
            *(row.exchange_rate, row.exchange_rate_from, row.conversion_fee) * details,
        )  # fmt: skip
        writer.writerow([trimmed(cell) if isinstance(cell, Decimal) else cell or "" for cell in cells])
    return text.getvalue().encode()


ENDPOINTS: Final = (
    endpoint(account_log.GetAccountLog, log_rows),
    endpoint(account_log.GetAccountLogCsv, log_csv),
)
