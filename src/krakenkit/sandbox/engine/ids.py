"""Identifiers in Kraken's form, drawn from the seed and never the same twice."""

from __future__ import annotations

import random

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = tuple(first + second for second in _ALPHABET for first in _ALPHABET)
"""Two characters for every ten bits; the lower five make the first one."""
_MASK = (1 << 80) - 1


class IdMint:
    """Sixteen characters for each id: a counter, scrambled by a bijection of 80-bit numbers.

    Scrambling a counter instead of rolling dice makes ids unique by construction, with no list of used ones to keep.
    """

    def __init__(self, rng: random.Random) -> None:
        self._next = rng.getrandbits(80)
        self._first = rng.getrandbits(80) | 1
        self._second = rng.getrandbits(80) | 1

    def order(self) -> str:
        """A new order id, such as ``OQCLML-BW3P3-BUCMWZ``."""
        return self._mint("O")

    def trade(self) -> str:
        """A new id of one account's side of a trade (``T…``)."""
        return self._mint("T")

    def ledger(self) -> str:
        """A new ledger id (``L…``)."""
        return self._mint("L")

    def amend(self) -> str:
        """A new amend id; Kraken starts these with a ``T`` too."""
        return self._mint("T")

    def reference(self) -> str:
        """A new reference of a funding entry; Kraken shows these with various first letters, ours is ``F``."""
        return self._mint("F")

    def _mint(self, first: str) -> str:
        number = self._next
        self._next = (number + 1) & _MASK
        # Odd multipliers and a shift by half the width are each reversible, so two counters never meet again.
        number = (number * self._first) & _MASK
        number ^= number >> 40
        number = (number * self._second) & _MASK
        return (
            f"{first}{_PAIRS[number & 1023]}{_PAIRS[number >> 10 & 1023]}{_ALPHABET[number >> 20 & 31]}"
            f"-{_PAIRS[number >> 25 & 1023]}{_PAIRS[number >> 35 & 1023]}{_ALPHABET[number >> 45 & 31]}"
            f"-{_PAIRS[number >> 50 & 1023]}{_PAIRS[number >> 60 & 1023]}{_PAIRS[number >> 70]}"
        )
