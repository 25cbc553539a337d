"""Names and their spellings: what stands before and after the dot of an asset, and looking a name up however it is written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from krakenkit.errors import SettingsError

T = TypeVar("T")

# REST and WebSocket v1 keep old names for two assets; WebSocket v2 and assetVersion=1 have dropped them.
_DISPLAY = {"XBT": "BTC", "XDG": "DOGE"}
_MEANINGS = {
    "S": "staked, in the old program",
    "M": "opt-in rewards",
    "B": "yield-bearing",
    "F": "auto-earn",
    "T": "tokenized",
}
_BONDED = re.compile(r"([A-Z]+)(\d\d)")


class AssetName(NamedTuple):
    """The name of a balance or ledger row, taken apart: ``DOT28.S`` is 28 days of bonded ``DOT``."""

    name: str
    """The asset itself."""
    suffix: str = ""
    """What follows the dot; empty for a plain balance."""
    days: int | None = None
    """How long unbonding takes, where the name tells."""

    @property
    def meaning(self) -> str | None:
        """What the suffix says about the balance; None for a plain one, and for suffixes that nobody documents."""
        return _MEANINGS.get(self.suffix)


def split_asset(name: str) -> AssetName:
    """An asset and what its suffix tells: ``ETH2.S`` becomes ``("ETH2", "S", None)``, ``XXBT`` ``("XXBT", "", None)``."""
    asset, dot, suffix = name.rpartition(".")
    if not dot or not asset:
        return AssetName(name)
    bonded = _BONDED.fullmatch(asset) if suffix == "S" else None
    return AssetName(bonded[1], suffix, int(bonded[2])) if bonded else AssetName(asset, suffix)


def display_name(altname: str) -> str:
    """The name that WebSocket v2 has for an asset: ``BTC`` for ``XBT``; for most the same."""
    return _DISPLAY.get(altname, altname)


def old_name(display: str) -> str:
    """The other way round: ``XBT`` for ``BTC``; for most the same."""
    return next((old for old, new in _DISPLAY.items() if new == display), display)


class Spellings(Generic[T]):
    """Things by name, however it is written: as the exchange writes it first, then in any case, then by other spellings.

    The order matters: ``TSLAx`` and ``TSLAX`` may both exist, and only a name that fits neither exactly is ambiguous.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._things: dict[str, T] = {}
        self._ranks: tuple[dict[str, list[T]], ...] = ({}, {}, {})

    def add(self, thing: T, names: Iterable[str], others: Iterable[str] = ()) -> None:
        """Add a thing with the exchange's names of it, the first being its own, and with other spellings."""
        own = list(dict.fromkeys(names))
        self._things[own[0]] = thing
        for name in own:
            self._note(0, name, thing)
            self._note(1, name.upper(), thing)
        for name in others:
            self._note(2, name.upper(), thing)

    def _note(self, rank: int, name: str, thing: T) -> None:
        known = self._ranks[rank].setdefault(name, [])
        if not any(one is thing for one in known):
            known.append(thing)

    def exactly(self, name: str) -> T | None:
        """The one thing that the exchange writes like this."""
        found = self._ranks[0].get(name, [])
        return found[0] if len(found) == 1 else None

    def matches(self, name: str) -> list[T]:
        """Everything the name may stand for, of the best rank that knows it."""
        text = name.strip()
        for names, key in zip(self._ranks, (text, text.upper(), text.upper()), strict=True):
            if key in names:
                return names[key]
        return []

    def find(self, name: str) -> T:
        """What the name stands for.

        Raises:
            SettingsError: when it stands for nothing, with names that come near, or for several, with all of them.
        """
        found = self.matches(name)
        if len(found) == 1:
            return found[0]
        if found:
            known = sorted(own for own, thing in self._things.items() if any(thing is one for one in found))
            raise SettingsError(f"{name!r} may mean {' or '.join(known)}; write the {self._what} out.")
        raise SettingsError(f"There is no {self._what} {name!r}.{self._near(name)}")

    def _near(self, name: str) -> str:
        near = difflib.get_close_matches(name.strip().upper(), self._ranks[1], n=6, cutoff=0.7)
        found = dict.fromkeys(own for key in near for own in self._own_names(key))
        return f" Did you mean {', '.join(list(found)[:3])}?" if found else ""

    def _own_names(self, key: str) -> Iterator[str]:
        for own, thing in self._things.items():
            if any(thing is one for one in self._ranks[1][key]):
                yield own

    def __iter__(self) -> Iterator[T]:
        return iter(self._things.values())

    def __len__(self) -> int:
        return len(self._things)
