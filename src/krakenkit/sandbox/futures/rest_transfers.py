"""Money that moves between the wallets of Futures, to another account, and to Spot.

An account is named here by its name in the sandbox or by its uid. Money goes between accounts that belong together: a
master and its subaccounts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import Asset, spot_instruments
from krakenkit.sandbox.engine.derivatives import CASH, collateral_asset
from krakenkit.sandbox.engine.refusals import INSUFFICIENT_FUNDS, INVALID_AMOUNT, UNKNOWN_ASSET, EngineRefused
from krakenkit.sandbox.futures.inbound import FuturesDenied, read_number
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import transfers
from krakenkit.wire.futures.base import Reply

_CODES: Final = {
    INSUFFICIENT_FUNDS: "insufficientFunds",
    INVALID_AMOUNT: "invalidAmount",
    UNKNOWN_ASSET: "invalidUnit",
}
_NO_ACCOUNT: Final = "invalidAccount"
_NO_UNIT: Final = "invalidUnit"


def between_wallets(caller: FuturesCaller, request: transfers.SubmitWalletTransfer) -> Reply:
    if _wallet(caller, request.from_account) == _wallet(caller, request.to_account):
        raise FuturesDenied(_NO_ACCOUNT)
    amount = read_number(request.amount, "amount")
    _move(caller, caller.account, caller.account, request.from_account, request.to_account, request.unit, amount)
    return Reply()


def between_accounts(caller: FuturesCaller, request: transfers.SubmitSubaccountTransfer) -> Reply:
    giver, taker = (_account(caller, name) for name in (request.from_user, request.to_user))
    if giver == taker or not caller.exchange.commands(caller.account, giver):
        raise FuturesDenied(_NO_ACCOUNT)
    amount = read_number(request.amount, "amount")
    _move(caller, giver, taker, request.from_account, request.to_account, request.unit, amount)
    return Reply()


def to_spot(caller: FuturesCaller, request: transfers.SubmitTransferToSpot) -> transfers.TransferToSpot:
    wallet = _wallet(caller, request.source_wallet or CASH)
    asset, amount = _asset(request.currency), read_number(request.amount, "amount")
    try:
        reference = caller.venue.release(caller.account, asset, amount, wallet=wallet)
    except EngineRefused as refused:
        raise FuturesDenied(_CODES.get(refused.code, refused.code)) from None
    return transfers.TransferToSpot(uid=reference)


def _move(caller: FuturesCaller, giver: str, taker: str, source: str, target: str, unit: str, amount: Decimal) -> None:
    given, taken, asset = _wallet(caller, source), _wallet(caller, target), _asset(unit)
    try:
        caller.exchange.transfer(giver, given, taken, asset.altname, amount, caller.now, to=taker)
    except EngineRefused as refused:
        raise FuturesDenied(_CODES.get(refused.code, refused.code)) from None


def _wallet(caller: FuturesCaller, name: str) -> str:
    known = {CASH, *caller.venue.contracts.wallets}
    if name.lower() not in known:
        raise FuturesDenied(_NO_ACCOUNT)
    return name.lower()


def _account(caller: FuturesCaller, name: str) -> str:
    found = caller.exchange.relative(caller.account, name)
    if found is None:
        raise FuturesDenied(_NO_ACCOUNT)
    return found


def _asset(name: str) -> Asset:
    found = collateral_asset(name) or spot_instruments().asset(name)
    if found is None:
        raise FuturesDenied(_NO_UNIT)
    return found


ENDPOINTS: Final = (
    endpoint(transfers.SubmitWalletTransfer, between_wallets),
    endpoint(transfers.SubmitSubaccountTransfer, between_accounts),
    endpoint(transfers.SubmitTransferToSpot, to_spot),
)
