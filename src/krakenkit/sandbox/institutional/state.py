"""Everything of the institutional groups that a venue remembers."""

from __future__ import annotations

import random

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.institutional.custody import Custody
from krakenkit.sandbox.institutional.otc import Otc
from krakenkit.sandbox.institutional.prime import Prime
from krakenkit.sandbox.keys import KeyRing
from krakenkit.sandbox.names import Names


class Institutions:
    """Custody, trading over the counter, and Prime of one exchange.

    Args:
        seed: makes all ids.
        bank: knows who has an account, and carries money between them.
    """

    def __init__(self, seed: int, keys: KeyRing, bank: Bank) -> None:
        names = Names(random.Random(f"{seed} institutions"))
        self.custody = Custody(names, bank)
        self.otc = Otc(names)
        self.prime = Prime(names, keys, self.otc)
