"""Private REST of Spot: withdrawals. The older set of calls, where a saved address is known by its name."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.bank.addresses import SavedAddress
from krakenkit.sandbox.bank.funding import DAY, units_of
from krakenkit.sandbox.bank.methods import Method
from krakenkit.sandbox.bank.refusals import INVALID_AMOUNT, WRONG_ADDRESS
from krakenkit.sandbox.bank.transfers import Withdrawal
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.funding import asset_of, paged, recent
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.spot import funding, funding_withdrawals

_SPAN: Final = str(DAY // 10**9)


def withdrawal_methods(
    caller: Caller, request: funding_withdrawals.GetWithdrawalMethods
) -> list[funding_withdrawals.WithdrawalMethod]:
    methods = caller.venue.bank.funding.methods
    asset = None if request.asset is None else asset_of(caller, request.asset, request.aclass)
    wanted = methods.all if asset is None else methods.of(asset)
    return [
        _method(caller, one)
        for one in wanted
        if request.network in (None, one.network.name) and request.aclass in (None, one.asset.aclass)
    ]


def _method(caller: Caller, method: Method) -> funding_withdrawals.WithdrawalMethod:
    funds, asset = caller.venue.bank.funding, method.asset
    limit = funds.limit(caller.account, method, caller.now)
    window = funding_withdrawals.LimitWindow(
        maximum=asset.amount(limit.maximum), remaining=asset.amount(limit.remaining), used=asset.amount(limit.used)
    )
    return funding_withdrawals.WithdrawalMethod(
        asset=asset.name,
        method=method.name,
        method_id=method.method_id("withdraw"),
        network=method.network.name,
        network_id=method.network.network_id,
        minimum=asset.amount(method.withdrawal_minimum),
        fee=funding_withdrawals.WithdrawalFee(
            fee=asset.amount(funds.fee(method)), asset=asset.name, aclass=asset.aclass
        ),
        limits=[
            funding_withdrawals.WithdrawalLimit(
                limit_type="amount", description="Amount within a day", limits={_SPAN: window}
            )
        ],
    )


def withdrawal_addresses(
    caller: Caller, request: funding_withdrawals.GetWithdrawalAddresses
) -> list[funding_withdrawals.WithdrawalAddress]:
    """One row for each method that an address can be used with."""
    funds = caller.venue.bank.funding
    asset = None if request.asset is None else asset_of(caller, request.asset, request.aclass)
    wanted = funds.methods.all if asset is None else funds.methods.of(asset)
    return [
        _address(one, method)
        for one in funds.addresses.book(caller.account).saved.values()
        if request.key in (None, one.name) and request.verified in (None, one.verified)
        for method in funds.usable(one, wanted)
        if request.method in (None, method.name) and request.aclass in (None, method.asset.aclass)
    ]


def _address(saved: SavedAddress, method: Method) -> funding_withdrawals.WithdrawalAddress:
    return funding_withdrawals.WithdrawalAddress(
        address=saved.address,
        asset=method.asset.altname,
        method=method.name,
        key=saved.name,
        verified=saved.verified,
        tag=saved.tag,
        memo=saved.memo,
    )


def withdrawal_info(
    caller: Caller, request: funding_withdrawals.GetWithdrawalInfo
) -> funding_withdrawals.WithdrawalInfo:
    funds = caller.venue.bank.funding
    asset = funds.asset(request.asset)
    _, method = funds.saved(caller.account, asset, request.key)
    fee = funds.fee(method)
    left = max(0, funds.available(caller.account, asset) - fee)
    return funding_withdrawals.WithdrawalInfo(
        method=method.name,
        limit=asset.amount(min(left, funds.limit(caller.account, method, caller.now).remaining)),
        amount=asset.amount(_net(asset, read_amount(request.amount, "amount"), fee)),
        fee=asset.amount(fee),
    )


def withdraw(caller: Caller, request: funding_withdrawals.SubmitWithdrawal) -> funding.FundingReference:
    funds, asset = caller.venue.bank.funding, asset_of(caller, request.asset, request.aclass)
    address, method = funds.saved(caller.account, asset, request.key)
    if request.address not in (None, address.address):
        raise EngineRefused(WRONG_ADDRESS)
    fee = funds.fee(method)
    made = funds.withdraw(
        caller.account,
        method,
        address,
        _net(asset, read_amount(request.amount, "amount"), fee),
        caller.now,
        fee=fee,
        max_fee=None if request.max_fee is None else fee_ceiling(asset, read_amount(request.max_fee, "max_fee")),
    )
    return funding.FundingReference(made.ref_id)


def _net(asset: Asset, amount: Decimal, fee: int) -> int:
    """What arrives of an amount that contains the fee."""
    net = units_of(asset, amount) - fee
    if net <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return net


def fee_ceiling(asset: Asset, amount: Decimal) -> int:
    """The most that a fee may be, in units; a ceiling finer than the asset is cut off.

    Raises:
        EngineRefused: below zero, or beyond all reason.
    """
    if amount < 0 or amount.adjusted() > 30:
        raise invalid("max_fee")
    return int(amount.scaleb(asset.decimals)) if amount else 0


def withdrawal_status(
    caller: Caller, request: funding_withdrawals.GetWithdrawalsStatus
) -> funding.Recent[funding_withdrawals.Withdrawal]:
    found, following = recent(caller, request, caller.venue.bank.funding.withdrawals(caller.account))
    return paged([_withdrawal(one) for one in found], request, following, "withdrawals")


def _withdrawal(withdrawal: Withdrawal) -> funding_withdrawals.Withdrawal:
    asset = withdrawal.method.asset
    return funding_withdrawals.Withdrawal(
        method=withdrawal.method.name,
        network=withdrawal.method.network.name,
        aclass=asset.aclass,
        asset=asset.name,
        refid=withdrawal.ref_id,
        txid=withdrawal.txid,
        info=withdrawal.address,
        amount=asset.amount(withdrawal.units),
        fee=asset.amount(withdrawal.fee),
        time=withdrawal.created_at // 10**9,
        status=withdrawal.status,
        status_prop=withdrawal.mark,
        key=withdrawal.key,
    )


def cancel_withdrawal(caller: Caller, request: funding_withdrawals.CancelWithdrawal) -> bool:
    funds = caller.venue.bank.funding
    funds.cancel(caller.account, funds.asset(request.asset), request.refid, caller.now)
    return True


ENDPOINTS: Final = (
    endpoint(funding_withdrawals.GetWithdrawalMethods, withdrawal_methods),
    endpoint(funding_withdrawals.GetWithdrawalAddresses, withdrawal_addresses),
    endpoint(funding_withdrawals.GetWithdrawalInfo, withdrawal_info),
    endpoint(funding_withdrawals.SubmitWithdrawal, withdraw),
    endpoint(funding_withdrawals.GetWithdrawalsStatus, withdrawal_status),
    endpoint(funding_withdrawals.CancelWithdrawal, cancel_withdrawal),
)
