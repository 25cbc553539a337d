"""REST of custody: the ways into and out of a vault. The bank treats a vault as it treats any account."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.bank.addresses import DepositAddress, SavedAddress
from krakenkit.sandbox.bank.methods import Method
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.institutional.rest_custody import custody_of
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.institutional import custody_funding
from krakenkit.wire.institutional.custody import CustodyRows
from krakenkit.wire.spot import funding, funding_withdrawals

_CATEGORY: Final = "custody"
_CURRENCY: Final = "currency"


def _methods(caller: Caller, asset: str | None, aclass: str | None, category: str | None) -> list[Method]:
    """Networks only: a vault holds nothing that banks carry."""
    if category not in (None, _CATEGORY):
        raise invalid("category")
    if aclass not in (None, _CURRENCY):
        raise invalid("aclass")
    desk = caller.venue.bank.funding
    found = desk.methods.all if asset is None else desk.methods.of(desk.asset(asset))
    return [one for one in found if not one.fiat]


def deposit_methods(
    caller: Caller, request: custody_funding.GetCustodyDepositMethods
) -> CustodyRows[funding.DepositMethod]:
    custody_of(caller).vault(caller.account, request.vault_id)
    rows = [
        funding.DepositMethod(
            method=one.name, limit=False, gen_address=True, minimum=one.asset.amount(one.deposit_minimum)
        )
        for one in _methods(caller, request.asset, request.aclass, request.category)
    ]
    return CustodyRows(result=rows, start=0, total=len(rows))


def deposit_addresses(
    caller: Caller, request: custody_funding.GetCustodyDepositAddresses
) -> CustodyRows[funding.DepositAddress]:
    vault = custody_of(caller).vault(caller.account, request.vault_id)
    _methods(caller, request.asset, request.aclass, None)
    desk = caller.venue.bank.funding
    method = desk.method(desk.asset(request.asset), request.method)
    if request.new:
        desk.addresses.make(vault.account, method)
    rows = [_deposit(one) for one in desk.addresses.book(vault.account).of(method)]
    return CustodyRows(result=rows, start=0, total=len(rows))


def _deposit(address: DepositAddress) -> funding.DepositAddress:
    return funding.DepositAddress(
        address=address.address, expiretm=0, new=True if address.used_at is None else None, tag=address.tag
    )


def withdraw_methods(
    caller: Caller, request: custody_funding.GetCustodyWithdrawMethods
) -> CustodyRows[funding_withdrawals.WithdrawalMethod]:
    custody_of(caller).vault(caller.account, request.vault_id)
    rows = [
        _withdrawal(caller, one)
        for one in _methods(caller, request.asset, request.aclass, request.category)
        if request.network in (None, one.network.name)
    ]
    return CustodyRows(result=rows, start=0, total=len(rows))


def _withdrawal(caller: Caller, method: Method) -> funding_withdrawals.WithdrawalMethod:
    asset = method.asset
    fee = asset.amount(caller.venue.bank.funding.fee(method))
    return funding_withdrawals.WithdrawalMethod(
        asset=asset.display,
        method=method.name,
        method_id=method.method_id("withdraw"),
        network=method.network.name,
        network_id=method.network.network_id,
        minimum=asset.amount(method.withdrawal_minimum),
        fee=funding_withdrawals.WithdrawalFee(fee=fee, asset=asset.display, aclass=_CURRENCY),
    )


def withdraw_addresses(
    caller: Caller, request: custody_funding.GetCustodyWithdrawAddresses
) -> CustodyRows[funding_withdrawals.WithdrawalAddress]:
    if request.preferred_asset_name not in (None, "new", "alt"):
        raise invalid("preferred_asset_name")
    vault = custody_of(caller).vault(caller.account, request.vault_id)
    methods = _methods(caller, request.asset, request.aclass, None)
    book = caller.venue.bank.funding.addresses.book(vault.account)
    rows = [
        _saved(saved, usable, old_names=request.preferred_asset_name == "alt")
        for saved in book.saved.values()
        for usable in caller.venue.bank.funding.usable(saved, methods)
        if request.method in (None, usable.name)
        and request.key in (None, saved.name)
        and request.verified in (None, saved.verified)
    ]
    return CustodyRows(result=rows, start=0, total=len(rows))


def _saved(saved: SavedAddress, method: Method, *, old_names: bool) -> funding_withdrawals.WithdrawalAddress:
    return funding_withdrawals.WithdrawalAddress(
        address=saved.address,
        asset=_name(method.asset, old=old_names),
        method=method.name,
        key=saved.name,
        verified=saved.verified,
        tag=saved.tag,
        memo=saved.memo,
        networks=[method.network.name],
    )


def _name(asset: Asset, *, old: bool) -> str:
    return asset.altname if old else asset.display


ENDPOINTS: Final = (
    endpoint(custody_funding.GetCustodyDepositMethods, deposit_methods),
    endpoint(custody_funding.GetCustodyDepositAddresses, deposit_addresses),
    endpoint(custody_funding.GetCustodyWithdrawMethods, withdraw_methods),
    endpoint(custody_funding.GetCustodyWithdrawAddresses, withdraw_addresses),
)
