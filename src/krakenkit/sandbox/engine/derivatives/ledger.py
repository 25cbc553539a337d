"""The money of all accounts, and the exchange's own: whatever one side gets, another gives, and the log says why.

After each action money adds up: only what comes from outside and goes there changes the sum of a currency.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from decimal import Decimal

import msgspec

from ..refusals import INSUFFICIENT_FUNDS, EngineRefused
from ..scale import nearest
from .accounts import Account
from .collateral import COLLATERAL, DOLLAR, DOLLARS, ONE, Rates, worth
from .contracts import FLEX, PARTS, Contract, Contracts, Purse, money
from .events import Conversion, Event, Fill, LogEntry, WalletEvent
from .margin import Margin, margin_of
from .orders import Order


class Booking(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a row of the log says beside the balances."""

    contract: Contract | None = None
    fill: Fill | None = None
    position_leg: bool = False
    old_entry: Decimal | None = None
    new_entry: Decimal | None = None
    price: Decimal | None = None
    realized: Decimal | None = None
    funding_rate: Decimal | None = None
    funding: Decimal | None = None
    liquidation_fee: Decimal | None = None
    spread: Decimal | None = None
    conversion: Conversion | None = None
    position: Decimal | None = None


_PLAIN = Booking()
_RATE_PLACES = 10
"""Digits behind the point of a rate of exchange."""


class Ledger(ABC):
    """Accounts, their money and their logs. ``now`` is the moment of the action under way."""

    def __init__(self, contracts: Contracts, rng: random.Random, now: int) -> None:
        self.contracts = contracts
        self.now = now
        self.journal: list[Event] = []
        self.accounts: dict[str, Account] = {}
        self.rates: Rates = {DOLLAR: ONE}
        self.till: dict[str, int] = {}
        """The exchange's own money by currency: fees, and the other side of funding, of changing money and of cover."""
        self._rng = rng

    def uid(self) -> str:
        """A new id, in the form of a UUID."""
        digits = f"{self._rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def account(self, name: str) -> Account:
        """The account of this name; opened when it is new."""
        found = self.accounts.get(name)
        if found is None:
            found = self.accounts[name] = Account(name, self.uid())
        return found

    @abstractmethod
    def mark(self, contract: Contract) -> int:
        """The mark price of a contract, in its price units."""

    def margin(self, account: Account, wallet: str, *, more: Order | None = None, less: Order | None = None) -> Margin:
        """A wallet as it is, or as it would be with one order ``more`` and one ``less``."""
        return margin_of(account, wallet, self.mark, self.rates, more=more, less=less)

    # --- moving ---------------------------------------------------------------------------------------------------------

    def earn(self, account: Account, purse: Purse, units: int) -> None:
        """Give an account money of the exchange's own, or take it when it is negative."""
        account.balances[purse] = account.balances.get(purse, 0) + units
        self.till[purse[1]] = self.till.get(purse[1], 0) - units

    def pay_in(self, account: Account, purse: Purse, units: int) -> None:
        """Money from outside."""
        self._book(account, purse, units, "cross-exchange transfer")

    def pay_out(self, account: Account, purse: Purse, units: int) -> None:
        """Money to outside.

        Raises:
            EngineRefused: for more than can be taken out; nothing has moved.
        """
        if units > self.free(account, purse):
            raise EngineRefused(INSUFFICIENT_FUNDS)
        self._book(account, purse, -units, "cross-exchange transfer")

    def free(self, account: Account, purse: Purse) -> int:
        """What can be taken out of a purse without touching what positions and orders bind."""
        wallet, unit = purse
        held = account.balances.get(purse, 0)
        if wallet not in self.contracts.wallets:
            return max(held, 0)
        margin = self.margin(account, wallet)
        spare = max(margin.available, 0)
        if wallet == FLEX:
            counted = self.rates.get(unit, 0) * (PARTS - COLLATERAL[unit].haircut)
            spare = spare * ONE * PARTS // counted if counted else held
            if not margin.shares and all(amount >= 0 for amount in account.purses(wallet).values()):
                return max(held, 0)  # nothing is bound, so that no rounding shall keep a part of it back
        # Open profits back other positions, but they cannot be taken out.
        return max(min(held, spare), 0)

    def transfer(self, giver: Account, source: Purse, taker: Account, target: Purse, units: int) -> None:
        """Move money of one currency between two wallets.

        Raises:
            EngineRefused: for more than can be taken out; nothing has moved.
        """
        if units > self.free(giver, source):
            raise EngineRefused(INSUFFICIENT_FUNDS)
        info = "transfer" if giver is taker else "subaccount transfer"
        self._book(giver, source, -units, info)
        self._book(taker, target, units, info)

    def _book(self, account: Account, purse: Purse, units: int, info: str) -> None:
        old = account.balances.get(purse, 0)
        account.balances[purse] = old + units
        if account.house:
            return
        self.log(account, purse, info, money(old), money(old + units))
        self.journal.append(WalletEvent(account.name, purse[0]))

    # --- changing currencies --------------------------------------------------------------------------------------------

    def change(self, account: Account, given: str, units: int, wanted: str, *, spread: int = 0) -> None:
        """Change money of the multi-collateral wallet at the rates of the moment; negative units change a debt.

        The spread, in parts per million, stays with the exchange.
        """
        whole = worth(given, units, self.rates)
        lost = whole * spread // PARTS
        got = self._of_dollars(whole - lost, wanted)
        rate = round(Decimal(self.rates.get(given, ONE)) / self.rates.get(wanted, ONE), _RATE_PLACES)
        made = Conversion(given, rate, money(self._of_dollars(lost, wanted)))
        booking = Booking(spread=Decimal(spread) * 100 / PARTS, conversion=made)
        for unit, amount in ((given, -units), (wanted, got)):
            purse = (FLEX, unit)
            old = account.balance(purse)
            self.earn(account, purse, amount)
            self.log(account, purse, "conversion", old, account.balance(purse), booking)
        self.journal.append(WalletEvent(account.name, FLEX))

    def _of_dollars(self, dollars: int, unit: str) -> int:
        return dollars if unit == DOLLAR else nearest(dollars * ONE, self.rates[unit])

    def pay_debt(self, account: Account) -> None:
        """Pay dollars that a multi-collateral wallet owes with its other currencies, as far as they go."""
        for unit, terms in COLLATERAL.items():
            debt = -account.balances.get(DOLLARS, 0)
            held, rate = account.balances.get((FLEX, unit), 0), self.rates.get(unit, 0)
            if debt <= 0:
                return
            if unit != DOLLAR and held > 0 and rate:
                # One unit more than the quotient, so that the debt is gone and not a fraction of it left.
                needed = debt * ONE * PARTS // (rate * (PARTS - terms.spread)) + 1
                self.change(account, unit, min(held, needed), DOLLAR, spread=terms.spread)

    # --- the log --------------------------------------------------------------------------------------------------------

    def log(
        self, account: Account, purse: Purse, info: str, old: Decimal, new: Decimal, booking: Booking = _PLAIN
    ) -> None:
        """Write a row into the account's log; the row of a position names the contract in place of the currency."""
        leg = booking.contract if booking.position_leg else None
        account.log_count += 1
        entry = LogEntry(
            id=account.log_count,
            uid=self.uid(),
            account=account.name,
            wallet=purse[0],
            asset=(purse[1] if leg is None else leg.symbol).lower(),
            info=info,
            old_balance=old,
            new_balance=new,
            at=self.now,
            fill=booking.fill,
            position_leg=booking.position_leg,
            contract=booking.contract,
            old_entry=booking.old_entry,
            new_entry=booking.new_entry,
            price=booking.price,
            realized=booking.realized,
            funding_rate=booking.funding_rate,
            funding=booking.funding,
            liquidation_fee=booking.liquidation_fee,
            spread=booking.spread,
            conversion=booking.conversion,
            position=booking.position,
        )
        account.log.append(entry)
        self.journal.append(entry)

    def total(self, unit: str) -> int:
        """All there is of a currency, the exchange's own included; only money from and to outside changes it.

        What positions cost is taken off the money: it is what their holders paid to each other so far.
        """
        return self.till.get(unit, 0) + sum(
            sum(amount for (_, held), amount in account.balances.items() if held == unit)
            - sum(
                position.contract.direction * (1 if position.lots > 0 else -1) * position.cost
                for position in account.holdings()
                if position.contract.purse[1] == unit
            )
            for account in self.accounts.values()
        )
