"""Private REST of Spot: deposits, and the way to the Futures wallet. The older set of calls, with its names for methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeVar

from krakenkit.sandbox.bank.addresses import DepositAddress
from krakenkit.sandbox.bank.funding import units_of
from krakenkit.sandbox.bank.refusals import NO_METHOD, UNKNOWN_ASSET
from krakenkit.sandbox.bank.transfers import Deposit, Transfer
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.derivatives import COLLATERAL
from krakenkit.sandbox.engine.instruments import CURRENCY
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import moment, read_amount
from krakenkit.wire.spot import funding

SPOT_WALLET, FUTURES_WALLET = "Spot Wallet", "Futures Wallet"
_PAGE: Final = 50
_LARGEST_PAGE: Final = 500
T = TypeVar("T", bound=Transfer)


class RecentRequest(Protocol):
    """A request for recent transfers."""

    @property
    def asset(self) -> str | None: ...
    @property
    def aclass(self) -> str | None: ...
    @property
    def method(self) -> str | None: ...
    @property
    def start(self) -> int | str | None: ...
    @property
    def end(self) -> int | str | None: ...
    @property
    def cursor(self) -> bool | str | None: ...
    @property
    def limit(self) -> int | None: ...


def asset_of(caller: Caller, name: str, aclass: str | None) -> Asset:
    """The asset of this name and class; a currency when no class was given.

    Raises:
        EngineRefused: ``EFunding:Unknown asset``.
    """
    found = caller.venue.bank.funding.asset(name)
    if found.aclass != (aclass or CURRENCY):
        raise Denied(UNKNOWN_ASSET)
    return found


# --- deposits ---------------------------------------------------------------------------------------------------------


def deposit_methods(caller: Caller, request: funding.GetDepositMethods) -> list[funding.DepositMethod]:
    asset = asset_of(caller, request.asset, request.aclass)
    return [
        funding.DepositMethod(
            method=method.name,
            limit=False,
            fee=asset.amount(0),
            gen_address=None if method.fiat else True,
            minimum=asset.amount(method.deposit_minimum),
        )
        for method in caller.venue.bank.funding.methods.of(asset)
    ]


def deposit_addresses(caller: Caller, request: funding.GetDepositAddresses) -> list[dict[str, object]]:
    """Captured: the time of expiry comes as text. Addresses do not expire here, and there is none until one is asked for."""
    bank = caller.venue.bank
    method = bank.funding.method(asset_of(caller, request.asset, request.aclass), request.method)
    if request.new:
        bank.funding.addresses.make(caller.account, method)
    return [_address(one) for one in bank.funding.addresses.book(caller.account).of(method)]


def _address(address: DepositAddress) -> dict[str, object]:
    shown: dict[str, object] = {"address": address.address, "expiretm": "0"}
    if address.used_at is None:
        shown["new"] = True
    if address.tag is not None:
        shown["tag"] = address.tag
    return shown


def deposit_status(caller: Caller, request: funding.GetDepositsStatus) -> funding.Recent[funding.Deposit]:
    found, following = recent(caller, request, caller.venue.bank.funding.deposits(caller.account))
    return paged([_deposit(one) for one in found], request, following, "deposits")


def _deposit(deposit: Deposit) -> funding.Deposit:
    asset = deposit.method.asset
    return funding.Deposit(
        method=deposit.method.name,
        aclass=asset.aclass,
        asset=asset.name,
        refid=deposit.ref_id,
        txid=deposit.txid,
        info=deposit.address,
        amount=asset.amount(deposit.units),
        fee=asset.amount(deposit.fee),
        time=deposit.created_at // 10**9,
        status=deposit.status,
        status_prop=deposit.mark,
    )


# --- lists ------------------------------------------------------------------------------------------------------------


def recent(caller: Caller, request: RecentRequest, transfers: Sequence[T]) -> tuple[Sequence[T], str | None]:
    """The transfers that a request means, newest first, and the cursor of the page after them.

    Raises:
        EngineRefused: for an odd filter, limit or cursor.
    """
    asset = None if request.asset is None else asset_of(caller, request.asset, request.aclass)
    start = 0 if request.start is None else moment(request.start, "start")
    end = caller.now if request.end is None else moment(request.end, "end")
    found = [
        one
        for one in transfers
        if asset in (None, one.method.asset)
        and request.aclass in (None, one.method.asset.aclass)
        and request.method in (None, one.method.name)
        and start <= one.created_at <= end
        and caller.owner.sees(one.created_at)
    ]
    limit = _PAGE if request.limit is None else request.limit
    if not 1 <= limit <= _LARGEST_PAGE:
        raise invalid("limit")
    first = _after(found, request.cursor) if isinstance(request.cursor, str) else 0
    rows = found[first : first + limit]
    return rows, rows[-1].ref_id if first + limit < len(found) else None


def _after(transfers: Sequence[Transfer], cursor: str) -> int:
    """A cursor is the reference of the last transfer that was seen."""
    for index, one in enumerate(transfers):
        if one.ref_id == cursor:
            return index + 1
    raise invalid("cursor")


def paged(rows: list[Any], request: RecentRequest, following: str | None, member: str) -> funding.Recent[Any]:
    """Rows as a bare list, or as a page when the request has a cursor."""
    if not request.cursor:
        return funding.Recent(rows=rows)
    return funding.Recent(rows=rows, next_cursor=following, member=member)


# --- to Futures -------------------------------------------------------------------------------------------------------


def transfer_to_futures(caller: Caller, request: funding.SubmitTransferToFutures) -> funding.FundingReference:
    """Done when it is answered, so it cannot be cancelled; it arrives in the ``cash`` wallet."""
    if (request.from_, request.to) != (SPOT_WALLET, FUTURES_WALLET):
        raise invalid("from" if request.from_ != SPOT_WALLET else "to")
    bank = caller.venue.bank
    asset = asset_of(caller, request.asset, None)
    amount = read_amount(request.amount, "amount")
    units = units_of(asset, amount)
    if asset.altname not in COLLATERAL:
        raise EngineRefused(NO_METHOD)
    ref_id = bank.take_for_futures(caller.account, asset.name, units, caller.now)
    caller.venue.futures.receive(caller.account, asset, amount)
    return funding.FundingReference(ref_id)


ENDPOINTS: Final = (
    endpoint(funding.GetDepositMethods, deposit_methods),
    endpoint(funding.GetDepositAddresses, deposit_addresses),
    endpoint(funding.GetDepositsStatus, deposit_status),
    endpoint(funding.SubmitTransferToFutures, transfer_to_futures),
)
