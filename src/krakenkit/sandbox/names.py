"""Names that are drawn from a seed: UUIDs, account numbers, and words that cannot be guessed from one another."""

from __future__ import annotations

import random
from typing import Final

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Names:
    """Draws names; one seed draws the same ones in the same order."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        digits = f"{self._rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def word(self, length: int) -> str:
        """Capital letters and digits that are not mistaken for one another."""
        return "".join(self._rng.choices(_LETTERS, k=length))

    def iiban(self) -> str:
        """An account number in the form of Kraken's, such as ``AA47N84GQ2KXWD7C``."""
        return f"AA{self._rng.randrange(2, 99):02d}{self.word(12)}"

    def secret(self) -> str:
        """256 bits as hex: a secret for a test exchange, since a seed makes it."""
        return f"{self._rng.getrandbits(256):064x}"
