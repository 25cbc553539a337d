"""Funding (Beta): deposits, withdrawals, and asking for a withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from krakenkit._core.clock import nanoseconds
from krakenkit.sandbox.bank.addresses import SavedAddress
from krakenkit.sandbox.bank.methods import Direction, Method
from krakenkit.sandbox.bank.refusals import UNKNOWN_KEY, WRONG_ADDRESS
from krakenkit.sandbox.bank.transfers import Deposit, Status, Transfer, Withdrawal
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.funding_beta import amount_of, asset_named, is_meant, net_of
from krakenkit.sandbox.rest.funding_beta_addresses import saved_by_id, scope_of
from krakenkit.sandbox.rest.funding_pages import asked, page
from krakenkit.sandbox.rest.withdrawals import fee_ceiling
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.spot import funding_beta_transfers as beta
from krakenkit.wire.spot.funding_beta_addresses import AddressToSave

T = TypeVar("T", bound=Transfer)
_MOST: Final = 500
_IN: Final[dict[Status, str]] = {
    "Initial": "initial",
    "Pending": "pending",
    "Settled": "settled",
    "Success": "success",
    "Failure": "failure",
}
_OUT: Final[dict[Status, str]] = {
    "Initial": "pending",
    "Pending": "pending",
    "Settled": "pending",
    "Success": "success",
    "Failure": "failed",
}


# --- lists ------------------------------------------------------------------------------------------------------------


def deposits(caller: Caller, request: beta.ListFundingDeposits) -> beta.FundingDeposits:
    every = caller.venue.bank.funding.deposits(caller.account)
    found = _meant(caller, asked(request), every, "deposit", _IN)
    rows, following = page(request, found, id_of=_ref_id, most=_MOST)
    return beta.FundingDeposits(deposits=[_deposit(one) for one in rows], next_cursor=following)


def withdrawals(caller: Caller, request: beta.ListFundingWithdrawals) -> beta.FundingWithdrawals:
    every = caller.venue.bank.funding.withdrawals(caller.account)
    found = _meant(caller, asked(request), every, "withdraw", _OUT)
    rows, following = page(request, found, id_of=_ref_id, most=_MOST)
    return beta.FundingWithdrawals(withdrawals=[_withdrawal(one) for one in rows], next_cursor=following)


def _ref_id(transfer: Transfer) -> str:
    return transfer.ref_id


def _meant(
    caller: Caller,
    filters: beta.ListFundingDeposits | beta.ListFundingWithdrawals,
    transfers: Sequence[T],
    direction: Direction,
    words: dict[Status, str],
) -> list[T]:
    """The transfers that pass the filters, newest first."""
    scope, statuses = scope_of(caller, filters.scope, direction), _statuses(filters.status, words)
    start, end = _bound(filters.start_time, "start_time"), _bound(filters.end_time, "end_time")
    return [
        one
        for one in transfers
        if is_meant(caller, one.method.asset, filters.asset)
        and (scope is None or scope.covers(one.method, direction))
        and (statuses is None or words[one.status] in statuses)
        and (start is None or start <= one.created_at)
        and (end is None or one.created_at <= end)
        and caller.owner.sees(one.created_at)
    ]


def _statuses(status: str | beta.AnyStatus | None, words: dict[Status, str]) -> set[str] | None:
    if status is None:
        return None
    wanted = {status} if isinstance(status, str) else set(status.statuses)
    if not wanted <= set(words.values()):
        raise invalid("status")
    return wanted


def _bound(text: object, field: str) -> int | None:
    if text is None:
        return None
    try:
        return nanoseconds(str(text))
    except (ValueError, OverflowError):
        raise invalid(field) from None


def _deposit(deposit: Deposit) -> beta.FundingDeposit:
    method = deposit.method
    return beta.FundingDeposit(
        deposit_id=deposit.ref_id,
        method_id=method.method_id("deposit"),
        network_id=method.network.network_id,
        status=_IN[deposit.status],
        amount=amount_of(method.asset, deposit.units),
        fee=amount_of(method.asset, deposit.fee) if deposit.over else None,
        create_time=stamp(deposit.created_at),
    )


def _withdrawal(withdrawal: Withdrawal) -> beta.FundingWithdrawal:
    method = withdrawal.method
    return beta.FundingWithdrawal(
        withdrawal_id=withdrawal.ref_id,
        method_id=method.method_id("withdraw"),
        address_id=withdrawal.address_id,
        amount=amount_of(method.asset, withdrawal.units),
        fee=amount_of(method.asset, withdrawal.fee),
        status=_OUT[withdrawal.status],
        create_time=stamp(withdrawal.created_at),
        onchain_transaction=withdrawal.txid or None,
    )


# --- asking for one ---------------------------------------------------------------------------------------------------


def submit_withdrawal(caller: Caller, request: beta.SubmitFundingWithdrawal) -> beta.SubmittedWithdrawal:
    funds, wanted = caller.venue.bank.funding, request.amount.asset_amount
    asset = asset_named(caller, wanted.asset.name or "", wanted.asset.class_)
    method = _method(caller, request, asset)
    address = saved_by_id(caller, request.address_id, "address_id")
    if not address.verified or not address.scope.covers(method):
        raise EngineRefused(UNKNOWN_KEY)
    if not _is_expected(request.expected_address, address):
        raise EngineRefused(WRONG_ADDRESS)
    fee = _fee(caller, request.fee, method)
    net = net_of(asset, read_amount(wanted.amount, "amount"), fee, included=request.fee.fee_included)
    made = funds.withdraw(
        caller.account, method, address, net, caller.now, fee=fee, max_fee=_ceiling(request.fee, method)
    )
    return beta.SubmittedWithdrawal(
        withdrawal_id=made.ref_id,
        net_amount=beta.RebasedAmount(amount_of(asset, net)),
        gross_amount=beta.RebasedAmount(amount_of(asset, net + fee)),
        fee=beta.RebasedAmount(amount_of(asset, fee)),
    )


def _method(caller: Caller, request: beta.SubmitFundingWithdrawal, asset: Asset) -> Method:
    """The one method of the asset in the scope."""
    scope = scope_of(caller, request.scope, "withdraw")
    found = [one for one in caller.venue.bank.funding.methods.of(asset) if scope is not None and scope.covers(one)]
    if len(found) != 1:
        raise invalid("scope")
    return found[0]


def _is_expected(expected: str | AddressToSave | None, address: SavedAddress) -> bool:
    match expected:
        case None:
            return True
        case str():
            return expected == address.address
        case _:
            crypto = expected.crypto
            return (crypto.address, crypto.tag, crypto.memo) == (address.address, address.tag, address.memo)


def _fee(caller: Caller, choice: beta.FeeChoice, method: Method) -> int:
    funds = caller.venue.bank.funding
    if choice.quoted_fee is None:
        return funds.fee(method)
    pinned = funds.quoted_fee(choice.quoted_fee.token, method, caller.now)
    if pinned is None:
        raise invalid("token")
    return pinned


def _ceiling(choice: beta.FeeChoice, method: Method) -> int | None:
    current = choice.current_fee
    if current is None or current.max_fee is None:
        return None
    most = current.max_fee.asset_amount
    if (most.asset.name or "").upper() not in (method.asset.display, method.asset.altname, method.asset.name):
        raise invalid("max_fee")
    return fee_ceiling(method.asset, read_amount(most.amount, "max_fee"))


ENDPOINTS: Final = (
    endpoint(beta.ListFundingDeposits, deposits),
    endpoint(beta.ListFundingWithdrawals, withdrawals),
    endpoint(beta.SubmitFundingWithdrawal, submit_withdrawal),
)
