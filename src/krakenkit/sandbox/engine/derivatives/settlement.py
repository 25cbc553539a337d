"""What time does to contracts: funding at every full hour, and the end of those that are dated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .accounts import Account, Position
from .contracts import Contract, money
from .desks import Desk
from .events import WalletEvent
from .floor import Floor
from .funding import HOUR
from .ledger import Booking
from .listing import successor

EXPIRED = "contract_expired"


class Calendar:
    """Does what falls due, in the order of its moments."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def next_at(self) -> int:
        """When something falls due next."""
        hour = self._floor.now - self._floor.now % HOUR + HOUR
        return min([hour, *(one.expiry for one in self._floor.contracts.all if one.expiry is not None)])

    def turn_hour(self) -> None:
        """Pay the funding of the hour that is over now, and let the next rates hold."""
        floor = self._floor
        for account in floor.holders.values():
            for position in list(account.holdings()):
                floor.pay_funding(account, position)
                floor.keep_profit(account, position.contract, 0)
        for contract in floor.contracts.all:
            if contract.expiry is None:
                floor.desks[contract].funding.turn(floor.index(contract))

    def settle_expired(self) -> None:
        """Settle the contracts that have expired by now, and list the next ones."""
        for contract in self._floor.contracts.all:
            if contract.expiry is not None and contract.expiry <= self._floor.now:
                self._settle(contract)
                following = successor(contract)
                self._floor.contracts.replace(contract, following)
                self._floor.desks[following] = Desk(following, self._floor.now)

    def _settle(self, contract: Contract) -> None:
        floor, desk = self._floor, self._floor.desks[contract]
        price = desk.closing_price(floor.index(contract))
        for account in list(floor.accounts.values()):
            for order in [one for one in account.open.values() if one.contract is contract]:
                floor.remove(order, EXPIRED)
            position = account.positions.pop(contract, None)
            if position is not None and position.lots:
                self._close(account, position, price)
        desk.open_interest = 0
        note = f"{contract.symbol} was settled at {_shown(contract.price(price))}."
        floor.announce("settlement", note, floor.now)

    def _close(self, account: Account, position: Position, price: int) -> None:
        floor, contract, purse = self._floor, position.contract, position.contract.purse
        old, balance = replace(position), account.balance(purse)
        value = contract.value(price, abs(position.lots))
        profit = position.take(-position.lots, value, floor.now)
        floor.earn(account, purse, profit)
        # All costs together are nothing, but rounded values are not: the exchange has what is between them.
        floor.till[purse[1]] += contract.direction * (-1 if old.lots > 0 else 1) * old.cost
        if account.house:
            return
        shown = contract.price(price)
        cash = Booking(contract=contract, price=shown, realized=money(profit))
        floor.log(account, purse, "settlement", balance, account.balance(purse), cash)
        leg = Booking(
            contract=contract, position_leg=True, price=shown, old_entry=old.entry_price, new_entry=Decimal(0)
        )
        floor.log(account, purse, "settlement", old.size, Decimal(0), leg)
        floor.keep_profit(account, contract, profit)
        floor.journal.append(WalletEvent(account.name, contract.wallet))


def _shown(price: Decimal) -> str:
    return f"{price:f}".rstrip("0").rstrip(".")
