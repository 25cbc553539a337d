"""Addresses: those that money comes in at, which the bank makes, and those that it goes out to, which users save."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from krakenkit.sandbox.bank.methods import GROUPS, Direction, Form, Method
from krakenkit.sandbox.bank.refusals import NO_METHOD, TOO_MANY_ADDRESSES
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid

MOST_UNUSED: Final = 5
"""Deposit addresses of one method that nothing was sent to. Kraken does not say how many it allows."""
_LONGEST: Final = 128
_HEX: Final = "0123456789abcdef"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(slots=True, eq=False)
class DepositAddress:
    """An address that belongs to one account, for one method."""

    address_id: str
    address: str
    method: Method
    tag: str | None
    used_at: int | None = None
    """When something was last sent to it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a saved address can be used with. Exactly one is given."""

    method_id: str | None = None
    network_id: str | None = None
    network_group_id: str | None = None

    def covers(self, method: Method, direction: Direction = "withdraw") -> bool:
        """Whether this method is meant."""
        if self.method_id is not None:
            return self.method_id == method.method_id(direction)
        if self.network_id is not None:
            return self.network_id == method.network.network_id
        return any(self.network_group_id == group.group_id and method.network in group.networks for group in GROUPS)


@dataclass(slots=True, eq=False)
class SavedAddress:
    """An address to withdraw to, under the name that withdrawals call it by."""

    address_id: str
    name: str
    scope: Scope
    address: str
    tag: str | None = None
    memo: str | None = None
    description: str | None = None
    verified: bool = True


@dataclass(slots=True)
class AddressBook:
    """The addresses of one account."""

    deposits: list[DepositAddress] = field(default_factory=list[DepositAddress])
    saved: dict[str, SavedAddress] = field(default_factory=dict[str, SavedAddress])
    """By id."""

    def of(self, method: Method) -> list[DepositAddress]:
        """The deposit addresses of one method, newest first."""
        return [one for one in reversed(self.deposits) if one.method is method]

    def named(self, name: str) -> SavedAddress | None:
        """The saved address of this name."""
        return next((one for one in self.saved.values() if one.name == name), None)


class AddressOffice:
    """Makes deposit addresses and keeps the books of all accounts."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._books: dict[str, AddressBook] = {}

    def book(self, account: str) -> AddressBook:
        """The addresses of one account."""
        return self._books.setdefault(account, AddressBook())

    def make(self, account: str, method: Method) -> DepositAddress:
        """A new deposit address.

        Raises:
            EngineRefused: for a method without addresses, and when too many are unused.
        """
        if method.fiat:
            raise EngineRefused(NO_METHOD)
        book = self.book(account)
        if sum(one.used_at is None for one in book.of(method)) >= MOST_UNUSED:
            raise EngineRefused(TOO_MANY_ADDRESSES)
        made = DepositAddress(
            address_id=self.new_id("AD"),
            address=self._text(method.network.form),
            method=method,
            tag=str(self._rng.randrange(10**6, 10**9)) if method.network.tagged else None,
        )
        book.deposits.append(made)
        return made

    def save(self, account: str, address: SavedAddress) -> None:
        """Keep an address to withdraw to.

        Raises:
            EngineRefused: for a name that is taken or empty, and for what cannot be an address.
        """
        if not address.name.strip() or self.book(account).named(address.name) is not None:
            raise invalid("name")
        text = address.address
        if not 1 <= len(text) <= _LONGEST or not text.isprintable() or any(letter.isspace() for letter in text):
            raise invalid("address")
        self.book(account).saved[address.address_id] = address

    def new_id(self, first: str) -> str:
        """A new id that begins so."""
        return first + "".join(self._rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=14))

    def transaction(self, method: Method) -> str:
        """What the network calls a transfer."""
        text = "".join(self._rng.choices(_HEX, k=64))
        return f"0x{text}" if method.network.form == "hex" else text

    def _text(self, form: Form) -> str:
        match form:
            case "hex":
                return "0x" + "".join(self._rng.choices(_HEX, k=40))
            case "bech32":
                return "bc1q" + "".join(self._rng.choices(_BECH32, k=38))
            case _:
                return "".join(self._rng.choices(_BASE58, k=34))
