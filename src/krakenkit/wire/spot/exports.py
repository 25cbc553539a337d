"""Spot account: reports of trades or ledger entries as files. Ask, look until it is processed, download, delete.

Source: docs.kraken.com, Spot REST, Account Data, export endpoints.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.checks import one_of
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route

_EXPORT = "Data - Export data"
_REPORTS = ("trades", "ledgers")


class RequestedExport(Struct, frozen=True):
    """The id of the report that will be made."""

    id: str


class RequestLedgersExport(Request[RequestedExport], frozen=True):
    """Ask for a report of trades or of ledger entries.

    The exchange makes it in its own time: look with ``get_ledgers_export_status``. It is sent once, because every call
    makes another report.
    """

    route: ClassVar = Route.place(
        "spot.account.add_export", "/0/private/AddExport", siebly="requestLedgersExport", permission=_EXPORT, cost=1
    )

    report: str
    """``trades`` or ``ledgers``."""
    description: str
    """A label of yours."""
    format: str | None = None
    """``CSV`` (when left out) or ``TSV``."""
    fields: str | list[str] | None = None
    """Columns, all when left out. Of trades: ordertxid, time, ordertype, price, cost, fee, vol, margin, misc, ledgers.
    Of ledgers: refid, time, type, subtype, aclass, asset, amount, fee, balance, wallet."""
    starttm: int | None = None
    """Seconds since 1970; the first day of this month when left out."""
    endtm: int | None = None
    """Seconds since 1970; now when left out."""

    def check(self) -> None:
        one_of(self, "report", _REPORTS)
        one_of(self, "format", ("CSV", "TSV"))


class ExportReport(Struct, frozen=True):
    """One report and how far it is. Times are seconds since 1970."""

    id: str
    status: str
    """``Queued``, ``Processing`` or ``Processed``."""
    descr: str | None = None
    """The label."""
    format: str | None = None
    report: str | None = None
    subtype: str | None = None
    error: str | None = None
    """Why it failed, for example ``EExport:Exported size too big``."""
    fields: str | None = None
    createdtm: int | None = None
    """When it was asked for."""
    starttm: int | None = None
    """When the exchange began with it."""
    completedtm: int | None = None
    datastarttm: int | None = None
    """Where its data begins."""
    dataendtm: int | None = None
    asset: str | None = None
    assets: str | None = None
    asset_classes: list[str] | None = None
    delete: bool | None = None
    """Whether it is marked for deletion."""
    flags: str | None = None
    """Not in use."""
    expiretm: int | None = None
    """Not in use."""
    aclass: str | None = None
    """An older member, like ``endtm``."""
    endtm: int | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.status == "Processed" and not self.error


class GetLedgersExportStatus(Request[list[ExportReport]], frozen=True):
    """Your reports of one kind and how far they are."""

    route: ClassVar = Route.read(
        "spot.account.get_export_status",
        "/0/private/ExportStatus",
        siebly="getLedgersExportStatus",
        permission=_EXPORT,
    )

    report: str
    """``trades`` or ``ledgers``."""

    def check(self) -> None:
        one_of(self, "report", _REPORTS)


class GetLedgersExport(Request[bytes], frozen=True):
    """A report's file: the bytes of a zip archive, as they came."""

    route: ClassVar = Route.read(
        "spot.account.retrieve_export",
        "/0/private/RetrieveExport",
        siebly="getLedgersExport",
        permission=_EXPORT,
        envelope="bytes",
    )

    id: str


class RemovedExport(Struct, frozen=True):
    """What was done; only the member that was asked for comes."""

    delete: bool | None = None
    cancel: bool | None = None


class DeleteLedgersExport(Request[RemovedExport], frozen=True):
    """Cancel a report that is not made yet, or delete one that is."""

    route: ClassVar = Route.cancel(
        "spot.account.remove_export",
        "/0/private/RemoveExport",
        siebly="deleteLedgersExport",
        permission=_EXPORT,
        cost=1,
    )

    id: str
    type: str
    """``cancel`` while queued or processing, ``delete`` once processed."""

    def check(self) -> None:
        one_of(self, "type", ("cancel", "delete"))
