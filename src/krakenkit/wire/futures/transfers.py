"""Futures transfers: they move funds and are sent once. Source: docs.kraken.com, Futures REST, Transfers."""

from __future__ import annotations

from typing import ClassVar

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import not_empty, positive
from krakenkit.wire.futures.base import TRANSFER, Reply, place
from krakenkit.wire.request import Request


class SubmitWalletTransfer(Request[Reply], frozen=True, kw_only=True, rename="camel"):
    """Move funds between your own wallets: cash, flex, or two margin wallets of the same collateral. It is sent once."""

    route: ClassVar = place(
        "futures.transfers.wallet",
        "/derivatives/api/v3/transfer",
        siebly="submitWalletTransfer",
        permission=TRANSFER,
        cost=10,
    )

    from_account: str
    """The wallet to debit: ``cash``, ``flex``, or a margin wallet such as ``fi_xbtusd``."""
    to_account: str
    unit: str
    """The currency."""
    amount: Number

    def check(self) -> None:
        positive(self, "amount")
        not_empty(self, "from_account", "to_account", "unit")


class SubmitSubaccountTransfer(Request[Reply], frozen=True, kw_only=True, rename="camel"):
    """Move funds between an account and one of its subaccounts. It is sent once."""

    route: ClassVar = place(
        "futures.transfers.subaccount",
        "/derivatives/api/v3/transfer/subaccount",
        siebly="submitSubaccountTransfer",
        permission=TRANSFER,
        cost=10,
    )

    from_user: str
    """The account to debit."""
    to_user: str
    from_account: str
    """The wallet to debit."""
    to_account: str
    unit: str
    amount: Number

    def check(self) -> None:
        positive(self, "amount")
        not_empty(self, "from_user", "to_user", "from_account", "to_account", "unit")


class TransferToSpot(Reply, frozen=True):
    """A withdrawal to the Spot wallet that was taken."""

    uid: str | None = None
    """The transfer's id."""


class SubmitTransferToSpot(Request[TransferToSpot], frozen=True, kw_only=True, rename="camel"):
    """Move funds to the Spot wallet. It is sent once. The way back is Spot's wallet transfer, with a Spot key.

    No successor of this call is known for the time after 1 March 2027.
    """

    route: ClassVar = place(
        "futures.transfers.to_spot",
        "/derivatives/api/v3/withdrawal",
        siebly="submitTransferToSpot",
        permission=TRANSFER,
        cost=100,
        lifecycle="futures-to-spot-transfer",
    )

    currency: str
    amount: Number
    source_wallet: str | None = None
    """The wallet to debit; ``cash`` when left out."""

    def check(self) -> None:
        positive(self, "amount")
        not_empty(self, "currency", "source_wallet")
