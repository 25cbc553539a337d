"""Everything of the partner groups that a venue remembers."""

from __future__ import annotations

import random

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.engine import Exchange
from krakenkit.sandbox.keys import KeyRing
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.partners.embed import Embed
from krakenkit.sandbox.partners.oauth import OAuth
from krakenkit.sandbox.partners.pay import Pay
from krakenkit.sandbox.partners.ramp import Checkouts


class Partners:
    """Embed, Ramp, Pay and OAuth of one exchange.

    Args:
        seed: makes all ids.
        bank: carries payments and withdrawals out, and knows who has an account.
    """

    def __init__(self, seed: int, keys: KeyRing, bank: Bank) -> None:
        names = Names(random.Random(f"{seed} partners"))
        self.embed = Embed(names, bank)
        self.checkouts = Checkouts(names)
        self.pay = Pay(names, bank)
        self.oauth = OAuth(names, keys)

    def pass_time(self, exchange: Exchange, now: int) -> None:
        """Let happen what is due by now."""
        self.embed.pass_time(exchange, now)
        self.pay.pass_time(exchange, now)
