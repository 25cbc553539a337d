"""Preferences of the assignment program, and what became of them.

They are kept and told; positions of liquidated accounts go to the exchange itself here, whatever the preferences say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine.derivatives import FLEX, Contract, Contracts
from krakenkit.sandbox.futures.inbound import FuturesDenied, lacking, maybe_number, wrong
from krakenkit.wire.futures.assignment import AddAssignmentPreference

TIME_FRAMES: Final = frozenset({"WEEKDAYS", "WEEKEND", "ALL"})
MOST: Final = 100
_LARGEST: Final = Decimal(10**12)


@dataclass(frozen=True, slots=True)
class Preference:
    """On which terms an account takes positions over."""

    id: int
    wallet: str
    contract: str | None
    accept_long: bool
    accept_short: bool
    time_frame: str
    enabled: bool
    max_size: Decimal | None
    max_position: Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """A preference as one change left it."""

    preference: Preference
    deleted: bool
    at: int


@dataclass(slots=True)
class Book:
    """The preferences of one account."""

    current: dict[int, Preference] = field(default_factory=dict[int, Preference])
    changes: list[Change] = field(default_factory=list[Change])


class Assignments:
    """The preferences of all accounts."""

    def __init__(self) -> None:
        self._books: dict[str, Book] = {}
        self._next = 1

    def book(self, account: str) -> Book:
        """The preferences of one account."""
        return self._books.setdefault(account, Book())

    def add(self, contracts: Contracts, account: str, request: AddAssignmentPreference, now: int) -> Preference:
        """A new preference.

        Raises:
            FuturesDenied: for a wallet, a contract, a word or a number that cannot be, and too many preferences.
        """
        book = self.book(account)
        if len(book.current) >= MOST:
            raise FuturesDenied("invalidArgument")
        made = self._read(contracts, request)
        self._next += 1
        book.current[made.id] = made
        book.changes.append(Change(made, deleted=False, at=now))
        return made

    def delete(self, account: str, preference_id: int, now: int) -> Preference:
        """Withdraw a preference.

        Raises:
            FuturesDenied: when there is none.
        """
        book = self.book(account)
        found = book.current.pop(preference_id, None)
        if found is None:
            raise wrong("id")
        book.changes.append(Change(found, deleted=True, at=now))
        return found

    def _read(self, contracts: Contracts, request: AddAssignmentPreference) -> Preference:
        wallet = request.contract_type
        if wallet not in contracts.wallets:
            raise wrong("contractType")
        if request.contract is None and wallet == FLEX:
            raise lacking("contract")
        contract: Contract | None = None
        if request.contract is not None:
            contract = contracts.find(request.contract)
            if contract is None or contract.wallet != wallet:
                raise wrong("contract")
        if request.time_frame.upper() not in TIME_FRAMES:
            raise wrong("timeFrame")
        sizes = {
            "maxSize": maybe_number(request.max_size, "maxSize"),
            "maxPosition": maybe_number(request.max_position, "maxPosition"),
        }
        for name, size in sizes.items():
            if size is not None and not 0 < size <= _LARGEST:
                raise wrong(name)
        return Preference(
            id=self._next,
            wallet=wallet,
            contract=None if contract is None else contract.symbol,
            accept_long=request.accept_long,
            accept_short=request.accept_short,
            time_frame=request.time_frame.upper(),
            enabled=request.enabled,
            max_size=sizes["maxSize"],
            max_position=sizes["maxPosition"],
        )
