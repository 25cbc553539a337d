"""Custody: the ways into and out of a vault. The paths are those of the Spot calls; a header names the vault.

Source: docs.kraken.com, Custody REST, Transfers.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import field

from krakenkit.wire.institutional.custody import CUSTODY, CustodyRows
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.funding import DepositAddress, DepositMethod
from krakenkit.wire.spot.funding_withdrawals import WithdrawalAddress, WithdrawalMethod


class GetCustodyDepositMethods(Request[CustodyRows[DepositMethod]], frozen=True):
    """The ways to deposit an asset into a vault."""

    route: ClassVar = Route.read(
        "custody.get_deposit_methods",
        "/0/private/DepositMethods",
        siebly="getCustodyDepositMethods",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_header=("x-vault-id",),
    )

    vault_id: str = field(name="x-vault-id")
    """Travels as a header; without it the call would be the Spot one."""
    asset: str | None = None
    aclass: str | None = None
    category: str = "custody"


class GetCustodyDepositAddresses(Request[CustodyRows[DepositAddress]], frozen=True):
    """The deposit addresses of a vault, or a new one.

    As a look-up it may be sent again when its answer is lost; with ``new=True`` that can leave one unused address
    more.
    """

    route: ClassVar = Route.read(
        "custody.get_deposit_addresses",
        "/0/private/DepositAddresses",
        siebly="getCustodyDepositAddresses",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_header=("x-vault-id",),
    )

    vault_id: str = field(name="x-vault-id")
    """Travels as a header."""
    asset: str
    method: str
    """The name of a deposit method."""
    aclass: str | None = None
    """``currency``, ``forex``, ``equity``, ``equitypair``, ``nft`` or ``volume``."""
    new: bool | None = None
    """Make a new address."""


class GetCustodyWithdrawMethods(Request[CustodyRows[WithdrawalMethod]], frozen=True):
    """The ways to withdraw from a vault."""

    route: ClassVar = Route.read(
        "custody.get_withdraw_methods",
        "/0/private/WithdrawMethods",
        siebly="getCustodyWithdrawMethods",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_header=("x-vault-id",),
    )

    vault_id: str = field(name="x-vault-id")
    """Travels as a header."""
    asset: str | None = None
    aclass: str | None = None
    network: str | None = None
    category: str = "custody"


class GetCustodyWithdrawAddresses(Request[CustodyRows[WithdrawalAddress]], frozen=True):
    """The addresses that a vault may withdraw to."""

    route: ClassVar = Route.read(
        "custody.get_withdraw_addresses",
        "/0/private/WithdrawAddresses",
        siebly="getCustodyWithdrawAddresses",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_query=("preferred_asset_name",),
        in_header=("x-vault-id",),
    )

    vault_id: str = field(name="x-vault-id")
    """Travels as a header."""
    preferred_asset_name: str | None = None
    """``new`` or ``alt``: how the answer names assets."""
    asset: str | None = None
    aclass: str | None = None
    """``currency``, ``equity``, ``equity-pair``, ``forex``, ``nft`` or ``volume``."""
    method: str | None = None
    key: str | None = None
    verified: bool | None = None
