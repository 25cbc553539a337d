"""Funding (Beta): deposit addresses, and saved addresses to withdraw to.

Source: docs.kraken.com, Spot REST, Funding (Beta).
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct, field

from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, only_one
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.funding_beta import QUERY, FundingAsset, FundingScope, check_page, check_scope

_DEPOSIT = "Funds permissions - Deposit"
_ADDRESSES = "Funds permissions - Add withdrawal addresses"


class Beneficiary(Struct, frozen=True):
    """Whose a withdrawal address is."""

    recipient: str | None = None
    """``sender`` for yourself, ``other`` for somebody else."""
    type: str | None = field(default=None, name="typ")
    """``individual`` or ``business``."""
    name: str | None = None
    last_name: str | None = None
    country: str | None = None
    state_province: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    counterparty_vasp_name: str | None = None
    """The other service, where it is one."""


class CryptoAddress(Struct, frozen=True):
    """An address on a network. Where ``tag`` or ``memo`` is given, a transfer without it may be lost."""

    address: str
    tag: str | None = None
    memo: str | None = None
    beneficiary: Beneficiary | None = None


class FiatAddress(Struct, frozen=True):
    """A bank account, card or payment account; the exchange sends the members that apply. Its repr hides them."""

    account: str | None = None
    account_type: str | None = None
    address: str | None = None
    bank: str | None = None
    bank_code: str | None = None
    bic: str | None = None
    branch: str | None = None
    branch_code: str | None = None
    bank_address: str | None = None
    bsb: str | None = None
    beneficiary: Beneficiary | None = None
    card_number: str | None = None
    card_number_last: str | None = None
    card_type: str | None = None
    cvc: str | None = None
    expire_month: str | int | None = None
    expire_year: str | int | None = None
    iban: str | None = None
    masked_iban: str | None = None
    intermediary_address: str | None = None
    intermediary_bank: str | None = None
    intermediary_branch: str | None = None
    intermediary_routing: str | None = None
    intermediary_swift: str | None = None
    memo: str | None = None
    merchant_reference: str | None = None
    name_on_account: str | None = None
    notes: str | None = None
    password: str | None = None
    routing: str | None = None
    sort: str | None = None
    swift: str | None = None
    tag: str | None = None
    third_party_email: str | None = None
    transaction_id: str | None = None
    transit: str | None = None
    username: str | None = None
    signature: str | None = None
    """Proof that the address is yours."""

    def __repr__(self) -> str:
        given = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        return f"FiatAddress({', '.join(f'{name}=<hidden>' for name in given)})"


class AddressDetails(Struct, frozen=True):
    """An address of one kind or the other."""

    crypto: CryptoAddress | None = None
    fiat: FiatAddress | None = None


class ClaimedAddress(Struct, frozen=True):
    """A deposit address that is yours now."""

    address_details: AddressDetails


class CreateFundingDepositAddress(Request[ClaimedAddress], frozen=True):
    """A new deposit address for a method; ``TooManyDepositAddresses`` when too many are unused.

    It is sent once: when the answer is lost, list the deposit addresses before asking for another.
    """

    route: ClassVar = Route.place(
        "spot.funding_beta.create_deposit_address",
        "/funding/v1/deposit/address",
        method="PUT",
        encoding="json",
        envelope="bare",
        permission=_DEPOSIT,
        cost=1,
    )

    method_id: str
    account_id: str | None = None
    """A wallet, as the list of wallet accounts names it."""


class FundingDepositAddress(Struct, frozen=True):
    """A deposit address of yours. Times are RFC 3339."""

    address_details: AddressDetails
    id: str | None = None
    method_id: str | None = None
    shares_addresses_with_method_id: str | None = None
    """The method it is kept under, when the one asked for only shares it."""
    last_used: str | None = None
    expire_time: str | None = None


class FundingDepositAddresses(Struct, frozen=True):
    """One page of deposit addresses."""

    addresses: list[FundingDepositAddress]
    next_cursor: str | None = None


class ListFundingDepositAddresses(Request[FundingDepositAddresses], Paged[FundingDepositAddress], frozen=True):
    """Your deposit addresses. Mind the path: version 2, where the other calls have version 1."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_deposit_addresses",
        "/funding/v2/deposit/addresses",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    scope: FundingScope | None = None
    """A method or a network; of a method also the addresses it shares with another."""
    asset: FundingAsset | None = None
    cursor: str | None = None
    """``next_cursor`` of the page before, without other filters."""
    limit: int | None = None
    """1 to 500."""
    account_id: str | None = None

    def check(self) -> None:
        check_scope(self, self.scope, groups=False)
        check_page(self, "scope", "asset", most=500)


class FundingAddress(Struct, frozen=True):
    """A saved address to withdraw to."""

    address_id: str
    address_details: AddressDetails
    scope: FundingScope | None = None
    """What it can be used with."""
    name: str | None = None
    description: str | None = None
    modifier: str | None = None
    """``third_party`` when it is somebody else's."""
    verified: bool | None = None


class FundingAddresses(Struct, frozen=True):
    """One page of saved addresses."""

    addresses: list[FundingAddress]
    next_cursor: str | None = None


class ListFundingAddresses(Request[FundingAddresses], Paged[FundingAddress], frozen=True):
    """Saved addresses to withdraw to."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_addresses",
        "/funding/v1/addresses",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    scope: FundingScope | None = None
    cursor: str | None = None
    """``next_cursor`` of the page before, without other filters."""
    limit: int | None = None
    """1 to 500."""
    account_id: str | None = None

    def check(self) -> None:
        check_scope(self, self.scope, groups=True)
        check_page(self, "scope", most=500)


class CryptoAddressToSave(Params, frozen=True):
    """An address on a network, with the tag or the memo that the network wants."""

    address: str
    tag: str | None = None
    memo: str | None = None

    def check(self) -> None:
        only_one(self, "tag", "memo")


class AddressToSave(Params, frozen=True):
    """What the exchange takes as an address: a crypto one; bank accounts are added on its site."""

    crypto: CryptoAddressToSave

    @classmethod
    def of(cls, address: str, *, tag: str | None = None, memo: str | None = None) -> AddressToSave:
        """The address, wrapped as the exchange wants it."""
        return cls(crypto=CryptoAddressToSave(address=address, tag=tag, memo=memo))


class SavedAddress(Struct, frozen=True):
    """The id of a saved address, and whether it can be used yet."""

    address_id: str
    verified: bool | None = None


class CreateFundingAddress(Request[SavedAddress], frozen=True, kw_only=True):
    """Save an address to withdraw to, for a method, a network or a group of networks.

    It is sent once: when the answer is lost, list the saved addresses before saving it again.
    """

    route: ClassVar = Route.place(
        "spot.funding_beta.create_address",
        "/funding/v1/addresses",
        encoding="json",
        envelope="bare",
        permission=_ADDRESSES,
        cost=1,
    )

    scope: FundingScope
    address_details: AddressToSave
    name: str
    """No other saved address may have it."""
    description: str | None = None
    account_id: str | None = None

    def check(self) -> None:
        check_scope(self, self.scope, groups=True)
        at_least_one(self, "name")


class AddressVerified(Struct, frozen=True):
    """Whether the address can be used."""

    verified: bool | None = None


class UpdateFundingAddress(Request[AddressVerified], frozen=True):
    """Rename a saved address or describe it anew; what is left out stays."""

    route: ClassVar = Route.cancel(
        "spot.funding_beta.update_address",
        "/funding/v1/addresses/{id}",
        method="PUT",
        encoding="json",
        envelope="bare",
        permission=_ADDRESSES,
        cost=1,
    )

    id: str
    name: str | None = None
    description: str | None = None
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "id")
        if self.name is None and self.description is None:
            raise SettingsError("UpdateFundingAddress changes nothing; give a name or a description.")


class AddressDeleted(Struct, frozen=True):
    """Whether the address is gone."""

    result: bool


class DeleteFundingAddress(Request[AddressDeleted], frozen=True):
    """Remove a saved address."""

    route: ClassVar = Route.cancel(
        "spot.funding_beta.delete_address",
        "/funding/v1/addresses/{id}",
        method="DELETE",
        encoding="query",
        envelope="bare",
        permission=_ADDRESSES,
        cost=1,
    )

    id: str
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "id")
