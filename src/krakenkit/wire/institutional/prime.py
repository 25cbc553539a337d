"""Prime: API users and their keys, and the settlement of what was traded.

Signed as Spot calls are. The catalogue marks these calls as not proven: their shapes follow the examples of the
manual, which no capture has confirmed, so nearly every member may be None.
Source: docs.kraken.com, Prime REST.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec
from msgspec import Struct, field

from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route

_MODIFY = "Orders and trades - Create & modify orders"
_OPEN = "Orders and trades - Query open orders & trades"


class PrimeApiUser(Struct, frozen=True):
    """A user that trades or looks on through the API."""

    id: str
    name: str | None = None
    status: str | None = None
    """For example ``Enabled``."""
    roles: list[str] = []
    """``Trader`` or ``Viewer``."""


class CreatePrimeApiUser(Request[PrimeApiUser], frozen=True, kw_only=True):
    """A new API user. It is sent once: when the answer is lost, list the users before creating it again."""

    route: ClassVar = Route.place(
        "prime.create_api_user", "/0/private/CreatePrimeApiUser", encoding="json", cost=1, unconfirmed=True
    )

    name: str
    role: str
    """``Viewer`` reads, ``Trader`` reads and trades."""

    def check(self) -> None:
        at_least_one(self, "name")


class PrimeApiUserFound(Struct, frozen=True):
    """One API user, as the exchange wraps it."""

    data: PrimeApiUser


class GetPrimeApiUser(Request[PrimeApiUserFound], frozen=True):
    """One API user."""

    route: ClassVar = Route.read("prime.get_api_user", "/0/private/GetPrimeApiUser", encoding="json", unconfirmed=True)

    user_id: str


class PrimeApiUsers(Struct, frozen=True):
    """API users."""

    data: list[PrimeApiUser] = []


class ListPrimeApiUsers(Request[PrimeApiUsers], frozen=True):
    """All API users."""

    route: ClassVar = Route.read(
        "prime.list_api_users", "/0/private/ListPrimeApiUsers", encoding="json", unconfirmed=True
    )


class UpdatePrimeApiUser(Request[PrimeApiUser], frozen=True):
    """Rename an API user, or change its status."""

    route: ClassVar = Route.cancel(
        "prime.update_api_user", "/0/private/UpdatePrimeApiUser", encoding="json", cost=1, unconfirmed=True
    )

    user_id: str
    name: str | None = None
    status: str | None = None

    def check(self) -> None:
        if self.name is None and self.status is None:
            raise SettingsError("UpdatePrimeApiUser changes nothing; give a name or a status.")


class UpdatePrimeApiUserRoles(Request[PrimeApiUser], frozen=True):
    """Give an API user another role."""

    route: ClassVar = Route.cancel(
        "prime.update_api_user_roles", "/0/private/UpdatePrimeApiUserRoles", encoding="json", cost=1, unconfirmed=True
    )

    user_id: str
    role: str
    """``Viewer`` or ``Trader``."""


class NewPrimeApiUserKey(Struct, frozen=True):
    """A new key. The secret comes this once and never again; its repr hides it."""

    id: str
    api_key: str
    api_secret: str
    user_id: str | None = None
    permissions: list[str] = []
    """For example ``read::marketdata``."""
    whitelisted_ips: list[str] = []

    def __repr__(self) -> str:
        return f"NewPrimeApiUserKey(id={self.id!r}, api_key=<hidden>, api_secret=<hidden>, user_id={self.user_id!r})"


class CreatePrimeApiUserKey(Request[NewPrimeApiUserKey], frozen=True):
    """A new key of an API user, with its secret.

    It is sent once. When the answer is lost, so is the secret: list the keys, delete the new one, make another.
    """

    route: ClassVar = Route.place(
        "prime.create_api_user_key", "/0/private/CreatePrimeApiUserKey", encoding="json", cost=1, unconfirmed=True
    )

    user_id: str


class PrimeApiUserKey(Struct, frozen=True):
    """A key without its secret. The public part is ``key`` in lists and ``api_key`` after a change."""

    id: str
    key: str | None = None
    api_key: str | None = None
    user_id: str | None = None
    permissions: list[str] = []
    whitelisted_ips: list[str] = []
    updated_at: int | None = None

    def __repr__(self) -> str:
        return f"PrimeApiUserKey(id={self.id!r}, user_id={self.user_id!r}, permissions={self.permissions!r})"


class PrimeApiUserKeys(Struct, frozen=True):
    """Keys of one API user."""

    data: list[PrimeApiUserKey] = []


class ListPrimeApiUserKeys(Request[PrimeApiUserKeys], frozen=True):
    """The keys of an API user, without secrets."""

    route: ClassVar = Route.read(
        "prime.list_api_user_keys", "/0/private/ListPrimeApiUserKeys", encoding="json", unconfirmed=True
    )

    user_id: str


class UpdatePrimeApiUserKey(Request[PrimeApiUserKey], frozen=True):
    """Change the addresses that a key may be used from."""

    route: ClassVar = Route.cancel(
        "prime.update_api_user_key", "/0/private/UpdatePrimeApiUserKey", encoding="json", cost=1, unconfirmed=True
    )

    user_id: str
    key_id: str
    whitelisted_ips: list[str] | None = None
    """The whole list from now on."""


class PrimeApiUserKeyDeleted(Struct, frozen=True):
    """Whether the key is gone."""

    deleted: bool


class DeletePrimeApiUserKey(Request[PrimeApiUserKeyDeleted], frozen=True):
    """Remove a key; what uses it stops working at once."""

    route: ClassVar = Route.cancel(
        "prime.delete_api_user_key", "/0/private/DeletePrimeApiUserKey", encoding="json", cost=1, unconfirmed=True
    )

    user_id: str
    key_id: str

    def check(self) -> None:
        at_least_one(self, "user_id")
        at_least_one(self, "key_id")


class SettlementLeg(Struct, frozen=True):
    """One asset of a batch: what is owed, net."""

    status: str | None = None
    asset: str | None = None
    amount: Decimal | None = None
    can_settle: bool | None = None
    settled_at: int | None = None
    """Milliseconds since 1970."""
    latest_spot_transfer: dict[str, msgspec.Raw] | None = None
    """No page describes its members (JSON)."""


class SettlementAttributes(Struct, frozen=True):
    """The state of a batch. Times are milliseconds since 1970."""

    status: str | None = None
    """For example ``unsettled`` or ``partially_settled``."""
    confirmed: bool | None = None
    created_at: int | None = None
    updated_at: int | None = None
    trade_count: int | None = None
    asset_kind: str | None = None


class SettlementBatch(Struct, frozen=True):
    """Trades to settle together, netted by asset."""

    id: str | None = None
    attributes: SettlementAttributes | None = None
    legs: list[SettlementLeg] = []
    trade_ids: list[str] | None = None


class SettlementBatchFound(Struct, frozen=True):
    """One batch, as the exchange wraps it."""

    batch: SettlementBatch | None = None
    trade_ids: list[str] | None = None
    """Some pages show them here, others inside the batch."""


class CreatePrimeSettlementBatch(Request[SettlementBatchFound], frozen=True):
    """Gather all unsettled trades of a kind in a batch; one batch of a kind can be active.

    It is sent once: when the answer is lost, list the batches before making another.
    """

    route: ClassVar = Route.place(
        "prime.create_settlement_batch",
        "/0/private/CreatePrimeSettlementBatch",
        encoding="json",
        permission=_MODIFY,
        cost=1,
        unconfirmed=True,
    )

    asset_kind: str | None = None
    """``currency`` (when left out) or ``tokenized_equity``."""


class GetPrimeSettlementBatch(Request[SettlementBatchFound], frozen=True):
    """One batch with its legs."""

    route: ClassVar = Route.read(
        "prime.get_settlement_batch",
        "/0/private/GetPrimeSettlementBatch",
        encoding="json",
        permission=_OPEN,
        unconfirmed=True,
    )

    batch_id: str
    asset_kind: str | None = None


class BatchPagination(Struct, frozen=True):
    """Where a page lies, and whether another follows."""

    has_more: bool | None = None
    limit: int | None = None
    offset: int | None = None


class SettlementBatches(Struct, frozen=True):
    """One page of batches, newest first."""

    data: list[SettlementBatch] = []
    pagination: BatchPagination | None = None


class ListPrimeSettlementBatches(Request[SettlementBatches], Paged[SettlementBatch], frozen=True):
    """Batches by status and time, newest first."""

    route: ClassVar = Route.read(
        "prime.list_settlement_batches",
        "/0/private/ListPrimeSettlementBatches",
        encoding="json",
        permission=_OPEN,
        unconfirmed=True,
    )

    statuses: list[str] | None = None
    from_: int | None = field(default=None, name="from")
    """Milliseconds since 1970."""
    until: int | None = None
    """Milliseconds since 1970."""
    limit: int | None = None
    offset: int | None = None


class SettlementTransferAttributes(Struct, frozen=True):
    """What is moved."""

    transfer_status: str | None = None
    transfer_amount: Decimal | None = None
    transfer_asset: str | None = None


class SettlementTransferRelationships(Struct, frozen=True):
    """What the transfer settles."""

    leg: SettlementLeg | None = None


class SettlementTransfer(Struct, frozen=True):
    """A transfer that settles one leg."""

    id: str | None = None
    attributes: SettlementTransferAttributes | None = None
    relationships: SettlementTransferRelationships | None = None


class SettlementStarted(Struct, frozen=True):
    """The transfer that was started."""

    transfer: SettlementTransfer


class SettlePrimeSettlementBatchAsset(Request[SettlementStarted], frozen=True, kw_only=True):
    """Settle one asset of a batch, which moves funds. It is sent once.

    When the answer is lost, ``OutcomeUnknown`` is raised; look at the leg's ``latest_spot_transfer``.
    """

    route: ClassVar = Route.place(
        "prime.settle_settlement_batch_asset",
        "/0/private/SettlePrimeSettlementBatchAsset",
        encoding="json",
        permission=_MODIFY,
        cost=1,
        unconfirmed=True,
    )

    batch_id: str
    asset: str

    def check(self) -> None:
        at_least_one(self, "batch_id")
        at_least_one(self, "asset")
