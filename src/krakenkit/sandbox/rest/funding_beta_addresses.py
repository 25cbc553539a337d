"""Funding (Beta): deposit addresses, and saved addresses to withdraw to."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.bank.addresses import DepositAddress, SavedAddress, Scope
from krakenkit.sandbox.bank.methods import Direction
from krakenkit.sandbox.bank.refusals import TOO_MANY_ADDRESSES
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.funding_beta import is_meant, method_by_id
from krakenkit.sandbox.rest.funding_pages import asked, page
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.spot import funding_beta_addresses as beta
from krakenkit.wire.spot.funding_beta import FundingScope

_MOST: Final = 500
TOO_MANY: Final = "TooManyDepositAddresses"


def scope_of(caller: Caller, scope: FundingScope | None, direction: Direction) -> Scope | None:
    """The scope that was asked for; None for no scope.

    Raises:
        EngineRefused: for one that no method is in.
    """
    if scope is None:
        return None
    found = Scope(scope.method_id, scope.network_id, scope.network_group_id)
    if not any(found.covers(method, direction) for method in caller.venue.bank.funding.methods.all):
        raise invalid("scope")
    return found


# --- deposits ---------------------------------------------------------------------------------------------------------


def create_deposit_address(caller: Caller, request: beta.CreateFundingDepositAddress) -> beta.ClaimedAddress:
    method = method_by_id(caller, "deposit", request.method_id)
    try:
        made = caller.venue.bank.funding.addresses.make(caller.account, method)
    except EngineRefused as refused:
        raise EngineRefused(TOO_MANY if refused.code == TOO_MANY_ADDRESSES else refused.code) from None
    return beta.ClaimedAddress(_crypto(made.address, made.tag))


def _crypto(address: str, tag: str | None, memo: str | None = None) -> beta.AddressDetails:
    return beta.AddressDetails(crypto=beta.CryptoAddress(address=address, tag=tag, memo=memo))


def deposit_addresses(caller: Caller, request: beta.ListFundingDepositAddresses) -> beta.FundingDepositAddresses:
    filters = asked(request)
    scope = scope_of(caller, filters.scope, "deposit")
    found = [
        one
        for one in reversed(caller.venue.bank.funding.addresses.book(caller.account).deposits)
        if (scope is None or scope.covers(one.method, "deposit")) and is_meant(caller, one.method.asset, filters.asset)
    ]
    rows, following = page(request, found, id_of=lambda one: one.address_id, most=_MOST)
    return beta.FundingDepositAddresses(addresses=[_deposit_address(one) for one in rows], next_cursor=following)


def _deposit_address(address: DepositAddress) -> beta.FundingDepositAddress:
    return beta.FundingDepositAddress(
        address_details=_crypto(address.address, address.tag),
        id=address.address_id,
        method_id=address.method.method_id("deposit"),
        last_used=None if address.used_at is None else stamp(address.used_at, 0),
    )


# --- withdrawals ------------------------------------------------------------------------------------------------------


def addresses(caller: Caller, request: beta.ListFundingAddresses) -> beta.FundingAddresses:
    """A scope that is asked for lets those addresses pass that were saved for just that."""
    scope = scope_of(caller, asked(request).scope, "withdraw")
    saved = caller.venue.bank.funding.addresses.book(caller.account).saved.values()
    found = [one for one in saved if scope in (None, one.scope)]
    rows, following = page(request, found, id_of=lambda one: one.address_id, most=_MOST)
    return beta.FundingAddresses(addresses=[_saved(one) for one in rows], next_cursor=following)


def _saved(address: SavedAddress) -> beta.FundingAddress:
    scope = address.scope
    return beta.FundingAddress(
        address_id=address.address_id,
        address_details=_crypto(address.address, address.tag, address.memo),
        scope=FundingScope(scope.method_id, scope.network_id, scope.network_group_id),
        name=address.name,
        description=address.description,
        verified=address.verified,
    )


def create_address(caller: Caller, request: beta.CreateFundingAddress) -> beta.SavedAddress:
    """Good at once: nobody has a letter to answer here."""
    office = caller.venue.bank.funding.addresses
    scope = scope_of(caller, request.scope, "withdraw")
    if scope is None:
        raise invalid("scope")
    crypto = request.address_details.crypto
    made = SavedAddress(
        address_id=office.new_id("AB"),
        name=request.name,
        scope=scope,
        address=crypto.address,
        tag=crypto.tag,
        memo=crypto.memo,
        description=request.description,
    )
    office.save(caller.account, made)
    return beta.SavedAddress(address_id=made.address_id, verified=made.verified)


def update_address(caller: Caller, request: beta.UpdateFundingAddress) -> beta.AddressVerified:
    book = caller.venue.bank.funding.addresses.book(caller.account)
    saved = saved_by_id(caller, request.id, "id")
    if request.name is not None and (not request.name.strip() or book.named(request.name) not in (None, saved)):
        raise invalid("name")
    saved.name = request.name or saved.name
    saved.description = saved.description if request.description is None else request.description
    return beta.AddressVerified(saved.verified)


def delete_address(caller: Caller, request: beta.DeleteFundingAddress) -> beta.AddressDeleted:
    gone = saved_by_id(caller, request.id, "id")
    del caller.venue.bank.funding.addresses.book(caller.account).saved[gone.address_id]
    return beta.AddressDeleted(True)


def saved_by_id(caller: Caller, address_id: str, field: str) -> SavedAddress:
    """The saved address of this id.

    Raises:
        EngineRefused: naming the field.
    """
    found = caller.venue.bank.funding.addresses.book(caller.account).saved.get(address_id)
    if found is None:
        raise invalid(field)
    return found


ENDPOINTS: Final = (
    endpoint(beta.CreateFundingDepositAddress, create_deposit_address),
    endpoint(beta.ListFundingDepositAddresses, deposit_addresses),
    endpoint(beta.ListFundingAddresses, addresses),
    endpoint(beta.CreateFundingAddress, create_address),
    endpoint(beta.UpdateFundingAddress, update_address),
    endpoint(beta.DeleteFundingAddress, delete_address),
)
