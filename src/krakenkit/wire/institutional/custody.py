"""Custody: the shape all of its answers share, filters, vaults and balances.

Custody keys are API users of their own, made in the custody UI. Its errors are objects, and what a list leaves out is
told beside the rows, so answers here keep the whole object: ``result`` or ``rows``, ``start``, ``total``, ``codes``.
Source: docs.kraken.com, Custody REST.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Generic, TypeAlias, TypeVar

from msgspec import Struct, field

from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one
from krakenkit.wire.codec import ErrorObject
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route

T = TypeVar("T")

Moment: TypeAlias = str | int
"""RFC 3339 by the newer pages, seconds or milliseconds since 1970 by the older ones."""

CUSTODY = "custody API user"


class CustodyErrors(Struct, frozen=True, kw_only=True):
    """What an answer says about itself: warnings, mostly, since errors are raised before it is read.

    Some pages name the member ``errors``, some ``error``.
    """

    errors: list[ErrorObject | str] | None = None
    error: list[ErrorObject | str] | None = None

    @property
    def codes(self) -> list[str]:
        """All errors and warnings as strings, as the other calls send them."""
        entries = [*(self.errors or []), *(self.error or [])]
        return [str(entry) for entry in entries]


class CustodyReply(CustodyErrors, Generic[T], frozen=True, kw_only=True):
    """The answer to a call about one thing."""

    result: T


class CustodyRows(CustodyErrors, Generic[T], frozen=True, kw_only=True):
    """The answer to a list call: a page of rows, where it starts, and how many there are in all."""

    result: list[T] | None = None
    start: int | None = None
    total: int | None = None

    @property
    def rows(self) -> list[T]:
        """The rows of this page; none when the exchange sent null."""
        return self.result or []


class Condition(Params, frozen=True, kw_only=True):
    """One condition: a field ``by`` which to choose, and either ``values`` or a span from ``left`` to ``right``."""

    by: str
    """For vaults ``id``, ``name``, ``default_approvals``, ``created_at``, ``updated_at`` or ``member``; tasks and
    activities have fields of their own."""
    type: str = "equals"
    """``equals``, ``starts_with``, ``contains``, or ``in`` for a span."""
    values: list[str | int] | None = None
    case: str | None = None
    """``sensitive`` or ``insensitive``, for names."""
    left: str | int | None = None
    right: str | int | None = None

    def check(self) -> None:
        if self.values == []:
            raise SettingsError(f"Condition by {self.by} was given no values; leave the condition out.")
        if self.type == "in":
            at_least_one(self, "left", "right")


class AnyOf(Params, frozen=True):
    """Conditions of which one must hold."""

    or_: list[Condition] = field(name="or")


class Filters(Params, frozen=True):
    """Groups of conditions that must all hold."""

    and_: list[AnyOf] = field(name="and")

    @classmethod
    def all_of(cls, *conditions: Condition) -> Filters:
        """Rows for which every one of the conditions holds."""
        return cls(and_=[AnyOf(or_=[condition]) for condition in conditions])


class Pagination(Params, frozen=True):
    """Which rows to send."""

    limit: int
    offset: int = 0


class Ordering(Params, frozen=True):
    """What to sort by."""

    by: str
    direction: str | None = None
    """``asc`` or ``desc``."""


class Vault(Struct, frozen=True):
    """One vault. Fiat amounts are US dollars."""

    id: str
    name: str | None = None
    description: str | None = None
    status: str | None = None
    """``pending``, ``created``, ``failed`` or ``disabled``."""
    iiban: str | None = None
    """The account number inside Kraken."""
    created_at: Moment | None = None
    updated_at: Moment | None = None
    count_assets: int | None = None
    deposit_lock_rekeying_only: bool | None = None
    balance_fiat: Decimal | None = None
    balance_diff: Decimal | None = None
    available_balance_fiat: Decimal | None = None
    otc_enabled: bool | None = None


class ListCustodyVaults(Request[CustodyRows[Vault]], Paged[Vault], frozen=True, kw_only=True):
    """The vaults that the API user may see."""

    route: ClassVar = Route.read(
        "custody.list_vaults",
        "/0/private/ListCustodyVaults",
        siebly="listCustodyVaults",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
    )

    resolve_policies: bool | None = None
    filters: Filters | None = None
    pagination: Pagination | None = None
    orderings: list[Ordering] | None = None


class VaultQuantity(Struct, frozen=True):
    """An amount of an asset, and its worth."""

    quantity: Decimal
    current_usd_value: Decimal | None = None


class VaultAsset(Struct, frozen=True):
    """What a vault holds of one asset."""

    asset: str
    current_usd_price: Decimal | None = None
    available_balance: VaultQuantity | None = None
    total_balance: VaultQuantity | None = None


class VaultDetails(Vault, frozen=True, kw_only=True):
    """One vault and what is in it."""

    asset_details: list[VaultAsset] = []


class GetCustodyVaultbyId(Request[CustodyReply[VaultDetails]], frozen=True):
    """One vault and what is in it."""

    route: ClassVar = Route.read(
        "custody.get_vault",
        "/0/private/GetCustodyVault",
        siebly="getCustodyVaultbyId",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_query=("id",),
    )

    id: str


class VaultBalance(Struct, frozen=True):
    """A balance, and what of it open orders hold."""

    balance: Decimal
    hold_trade: Decimal | None = None


class GetCustodyBalance(Request[CustodyReply[dict[str, VaultBalance]]], frozen=True):
    """The balances of a vault by asset. The shape is the manual's example; no capture has confirmed it."""

    route: ClassVar = Route.read(
        "custody.get_balance",
        "/0/private/GetCustodyBalance",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        unconfirmed=True,
    )

    vault_id: str
