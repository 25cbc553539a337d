"""Who is who: the public number and the wallet of each account, and which accounts belong to which master."""

from __future__ import annotations

import hashlib

from krakenkit.sandbox.engine.refusals import EngineRefused, invalid

PERMISSION_DENIED = "EGeneral:Permission denied"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Directory:
    """The accounts of one exchange. Numbers are made from the seed and the name, so they never change."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._numbers: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._masters: dict[str, str] = {}

    def enter(self, name: str) -> None:
        """Take in an account that is opened."""
        self._numbers[name] = number = self.number(name)
        self._names[number] = name

    def knows(self, name: str) -> bool:
        """Whether there is an account of this name."""
        return name in self._numbers

    @property
    def all(self) -> list[str]:
        """The names of all accounts."""
        return sorted(self._numbers)

    def number(self, name: str) -> str:
        """The public number of an account (IIBAN): ``AA12 N84G CAJV ZSXQ``."""
        return f"AA{self._digits(name)} " + " ".join(self._blocks(name, "number", 3))

    def wallet_id(self, name: str) -> str:
        """The id of an account's only wallet: ``WX6V-JUKW-KKPB-QE36``."""
        return "-".join(self._blocks(name, "wallet", 4))

    def add_subaccount(self, master: str, name: str) -> None:
        """Open an account that belongs to a master.

        Raises:
            EngineRefused: when the caller is no master, and for a name that is empty or taken.
        """
        self._check_master(master)
        if not name.strip() or self.knows(name):
            raise invalid("username")
        self.enter(name)
        self._masters[name] = master

    def belongs(self, name: str, master: str) -> bool:
        """Whether an account is this master, or one of its subaccounts."""
        return master in (name, self._masters.get(name))

    def is_master(self, name: str) -> bool:
        """Whether an account is nobody's subaccount."""
        return name not in self._masters

    def relative(self, master: str, number: str, field: str) -> str:
        """The name of an account that is the master or belongs to it.

        Raises:
            EngineRefused: when the caller is no master, and for a number that is none of its accounts'.
        """
        self._check_master(master)
        name = self._names.get(" ".join(number.upper().split()))
        if name is None or not self.belongs(name, master):
            raise invalid(field)
        return name

    def _check_master(self, name: str) -> None:
        if not self.is_master(name):
            raise EngineRefused(PERMISSION_DENIED)

    def _digits(self, name: str) -> str:
        return f"{self._hash(name, 'check')[0] % 90 + 10}"

    def _blocks(self, name: str, purpose: str, count: int) -> list[str]:
        letters = "".join(_ALPHABET[byte % 32] for byte in self._hash(name, purpose)[: 4 * count])
        return [letters[at : at + 4] for at in range(0, 4 * count, 4)]

    def _hash(self, name: str, purpose: str) -> bytes:
        return hashlib.sha256(f"{self._seed} {purpose} {name}".encode()).digest()
