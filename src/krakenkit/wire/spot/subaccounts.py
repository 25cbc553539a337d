"""Spot subaccounts of institutional clients, with a key of the master account.

Source: docs.kraken.com, Spot REST, Subaccounts.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct, field

from krakenkit._core.numbers import Number
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import AssetClass

_WITHDRAW = "Funds permissions - Withdraw"


class CreateSubaccount(Request[bool], frozen=True, kw_only=True):
    """Make a subaccount; True when it was made. It is sent once, because a second call is another subaccount.

    The permission is the endpoint's page's; one guide names "Create & modify orders" instead.
    """

    route: ClassVar = Route.place(
        "spot.subaccounts.create_subaccount",
        "/0/private/CreateSubaccount",
        siebly="createSubaccount",
        permission=_WITHDRAW,
        cost=1,
    )

    username: str
    email: str


class SubaccountTransfer(Struct, frozen=True):
    """A transfer between accounts of the same owner."""

    transfer_id: str
    status: str
    """``pending`` or ``complete``."""


class SubmitSubaccountTransfer(Request[SubaccountTransfer], frozen=True, kw_only=True):
    """Move funds between the master account and its subaccounts.

    It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.
    """

    route: ClassVar = Route.place(
        "spot.subaccounts.transfer",
        "/0/private/AccountTransfer",
        siebly="submitSubaccountTransfer",
        permission=_WITHDRAW,
        cost=1,
    )

    asset: str
    """For example ``XBT``."""
    amount: Number
    from_: str = field(name="from")
    """Public account id of the source, for example ``ABCD 1234 EFGH 5678``."""
    to: str
    """Public account id of the target."""
    asset_class: AssetClass | None = None
    """``currency`` (when left out) or ``tokenized_asset``."""
