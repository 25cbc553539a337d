"""A bank beside an exchange, without any server."""

from __future__ import annotations

import random
from decimal import Decimal

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.bank.addresses import SavedAddress, Scope
from krakenkit.sandbox.bank.methods import Method
from krakenkit.sandbox.engine import Exchange, spot_instruments
from sandbox.engine.engine_helpers import NOW

SECOND = 10**9
BTC = 10**10
"""Units of one bitcoin."""


class World:
    """A bank, its exchange and a clock; ``ann`` has ten bitcoin and a saved address for them."""

    def __init__(self) -> None:
        self.now = NOW
        self.exchange = Exchange(spot_instruments(), random.Random(1), NOW)
        self.bank = Bank(self.exchange, 1)
        self.funding = self.bank.funding
        self.earn = self.bank.earn
        self.exchange.deposit("ann", "BTC", Decimal(10), NOW)
        self.btc = self.method("BTC")
        self.address = self.save("cold", Scope(method_id=self.btc.method_id("withdraw")))

    def method(self, asset: str, name: str | None = None) -> Method:
        found = self.funding.asset(asset)
        return self.funding.methods.of(found)[0] if name is None else self.funding.method(found, name)

    def save(self, name: str, scope: Scope, account: str = "ann", **more: object) -> SavedAddress:
        made = SavedAddress(f"AB{name}{account}", name, scope, "bc1qsomewhere", **more)  # type: ignore[arg-type]
        self.funding.addresses.save(account, made)
        return made

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += int(seconds * SECOND)
        self.bank.tick(self.now)

    def balance(self, asset: str = "BTC", account: str = "ann") -> Decimal:
        return self.exchange.balance(account, asset).balance
