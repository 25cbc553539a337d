"""What can be asked of the sandbox's bank over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from krakenkit.sandbox.control.call import Body, ControlCall

if TYPE_CHECKING:
    from krakenkit.sandbox.box import Sandbox


class AnnounceBody(Body, frozen=True):
    """A deposit that is on its way, as ``box.bank.announce_deposit`` explains."""

    account: str
    asset: str
    amount: Decimal
    method: str | None = None
    address: str | None = None
    hold: bool = False
    fail: bool = False


class AddressBody(Body, frozen=True):
    """Where withdrawals may go, and by what name."""

    account: str
    key: str
    asset: str
    address: str
    method: str | None = None
    verified: bool = True


class TransferBody(Body, frozen=True):
    """Which deposit or withdrawal."""

    refid: str


class FeeBody(Body, frozen=True):
    """What withdrawals of an asset cost."""

    asset: str
    fee: Decimal
    method: str | None = None


def _announce(box: Sandbox, body: AnnounceBody) -> object:
    made = box.bank.announce_deposit(
        body.account,
        body.asset,
        body.amount,
        method=body.method,
        address=body.address,
        hold=body.hold,
        fail=body.fail,
    )
    return {"refid": made}


def _save_address(box: Sandbox, body: AddressBody) -> object:
    made = box.bank.save_address(
        body.account, body.key, body.asset, body.address, method=body.method, verified=body.verified
    )
    return {"address_id": made}


def _hold(box: Sandbox, body: TransferBody) -> None:
    box.bank.hold(body.refid)


def _release(box: Sandbox, body: TransferBody) -> None:
    box.bank.release(body.refid)


def _fail(box: Sandbox, body: TransferBody) -> None:
    box.bank.fail(body.refid)


def _set_fee(box: Sandbox, body: FeeBody) -> None:
    box.bank.set_withdrawal_fee(body.asset, body.fee, method=body.method)


BANK_CALLS: Final[tuple[ControlCall[Any], ...]] = (
    ControlCall("POST", "/bank/announce", AnnounceBody, _announce, "Let a deposit be on its way to an account."),
    ControlCall("POST", "/bank/addresses", AddressBody, _save_address, "Save an address to withdraw to."),
    ControlCall("POST", "/bank/hold", TransferBody, _hold, "Put a deposit or withdrawal on hold."),
    ControlCall("POST", "/bank/release", TransferBody, _release, "Let a deposit or withdrawal on hold go on."),
    ControlCall("POST", "/bank/fail", TransferBody, _fail, "Let a deposit or withdrawal fail at once."),
    ControlCall("POST", "/bank/fee", FeeBody, _set_fee, "Let withdrawals of an asset cost so much."),
)
