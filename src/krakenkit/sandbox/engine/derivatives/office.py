"""What an account's owner arranges beside orders: money in, out and between wallets, leverage, currencies, self-trades."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Final, get_args

from ..refusals import INVALID_AMOUNT, UNKNOWN_ASSET, EngineRefused
from ..scale import to_units
from .accounts import Account
from .collateral import COLLATERAL, worth
from .contracts import CASH, FLEX, MONEY_PLACES, PARTS, Contract, Purse, money
from .margin import HUNDREDTHS, isolated_rate, margin_of
from .orders import SelfTrade
from .requests import Declined
from .views import DerivativesViews

STRATEGIES: Final[tuple[SelfTrade, ...]] = get_args(SelfTrade)


class DerivativesOffice(DerivativesViews, ABC):
    """The arranging half of a derivatives exchange."""

    # --- money ----------------------------------------------------------------------------------------------------------

    def deposit(self, account: str, wallet: str, amount: Decimal, now: int, *, unit: str | None = None) -> None:
        """Pay money into a wallet, in the wallet's own currency or in one that it takes beside.

        Raises:
            EngineRefused: for an unknown wallet, a currency it does not take, or an amount that cannot be.
        """
        self.tick(now)
        purse, units = self.purse(wallet, unit), _units(amount)
        self._floor.pay_in(self._floor.account(account), purse, units)

    def withdraw(self, account: str, wallet: str, amount: Decimal, now: int, *, unit: str | None = None) -> None:
        """Pay money out of a wallet.

        Raises:
            EngineRefused: as for a deposit, and for more than no position or order binds.
        """
        self.tick(now)
        purse, units = self.purse(wallet, unit), _units(amount)
        self._floor.pay_out(self._floor.account(account), purse, units)

    def transfer(
        self, account: str, source: str, target: str, unit: str, amount: Decimal, now: int, *, to: str | None = None
    ) -> None:
        """Move money of one currency between two wallets of an account, or to a wallet of another account.

        Raises:
            EngineRefused: as for a withdrawal.
        """
        self.tick(now)
        giver, taker = self._floor.account(account), self._floor.account(account if to is None else to)
        given, taken = self.purse(source, unit), self.purse(target, unit)
        self._floor.transfer(giver, given, taker, taken, _units(amount))

    def purse(self, wallet: str, unit: str | None = None) -> Purse:
        """One currency of a wallet; the wallet's own when none is named.

        Raises:
            EngineRefused: for an unknown wallet, or a currency that it does not take.
        """
        if wallet == CASH and unit is not None:
            return CASH, unit
        own = self.contracts.wallets.get(wallet)
        if own is None:
            raise EngineRefused(UNKNOWN_ASSET)
        if unit in (None, own.altname):
            return wallet, own.altname
        if wallet != FLEX or unit not in COLLATERAL:
            raise EngineRefused(UNKNOWN_ASSET)
        return wallet, unit

    def set_rate(self, unit: str, billionths: int) -> None:
        """Tell what a unit of a currency is worth, in billionths of a dollar."""
        self._floor.rates[unit] = billionths

    def announce_maintenance(self, at: int) -> None:
        """Tell everybody that the exchange is closed from a moment on, as Kraken does with a notification."""
        self._floor.announce("maintenance", "The exchange is under maintenance; nothing can be traded.", at)

    def till(self) -> Decimal:
        """The exchange's own money, in dollars."""
        rates = self._floor.rates
        return money(sum(worth(unit, units, rates) for unit, units in self._floor.till.items() if unit in rates))

    # --- settings -------------------------------------------------------------------------------------------------------

    def set_leverage(self, account: str, contract: Contract, leverage: Decimal | None) -> None:
        """Give a contract isolated margin with this leverage at most, or cross margin for None.

        Raises:
            EngineRefused: for a leverage that the contract does not allow, or a contract that always shares its wallet.
            Declined: ``insufficientAvailableFunds`` when the position and the orders need more money then.
        """
        owner, hundredths = self._floor.account(account), None
        if contract.wallet != FLEX:
            raise EngineRefused("symbol")
        if leverage is not None:
            hundredths = to_units(leverage, 2)
            if hundredths is None or hundredths < HUNDREDTHS or isolated_rate(hundredths) < contract.initial_margin:
                raise EngineRefused("maxLeverage")
            position = owner.position(contract)
            value = contract.value(self._floor.mark(contract), abs(position.lots))
            if contract.level(abs(position.lots), value).initial * hundredths > PARTS * HUNDREDTHS:
                raise EngineRefused("maxLeverage")
        before = owner.leverage.get(contract)
        self._choose_leverage(owner, contract, hundredths)
        margin = self._floor.margin(owner, contract.wallet)
        if margin.available < 0 or any(one.isolated and one.equity < one.maintenance for one in margin.shares):
            self._choose_leverage(owner, contract, before)
            raise Declined("insufficientAvailableFunds")

    @staticmethod
    def _choose_leverage(owner: Account, contract: Contract, hundredths: int | None) -> None:
        if hundredths is None:
            owner.leverage.pop(contract, None)
        else:
            owner.leverage[contract] = hundredths

    def set_profit_currency(self, account: str, contract: Contract, unit: str) -> None:
        """Choose the currency that profits and losses of a contract are changed into.

        Raises:
            EngineRefused: for a currency that the multi-collateral wallet does not take, or another wallet's contract.
        """
        if contract.wallet != FLEX:
            raise EngineRefused("symbol")
        if unit not in COLLATERAL or unit not in self._floor.rates:
            raise EngineRefused("pnlPreference")
        self._floor.account(account).profit_units[contract] = unit

    def set_self_trade(self, account: str, strategy: str) -> None:
        """Choose what happens when an order meets another of the same owner.

        Raises:
            EngineRefused: for a word that is no strategy.
        """
        if strategy not in STRATEGIES:
            raise EngineRefused("strategy")
        self._floor.account(account).self_trade = strategy

    def set_off_book_leverage(self, account: str, leverage: Decimal | None) -> None:
        """Cap the leverage that fills beside the book may reach, or take the cap away."""
        self._floor.account(account).off_book_leverage = leverage

    def subaccounts(self, account: str) -> list[str]:
        """The accounts that belong to this one, oldest first."""
        master = self._floor.account(account)
        return [owner.name for owner in self._floor.accounts.values() if owner.master is master]

    def may_trade(self, account: str) -> bool:
        """Whether its master lets an account place orders."""
        return not self._floor.account(account).halted

    def let_trade(self, account: str, allowed: bool) -> None:
        """Let an account place and change orders, or not; what is open stays."""
        self._floor.account(account).halted = not allowed

    def adopt(self, master: str, child: str) -> None:
        """Make an account a subaccount of another, which matters when their orders meet."""
        self._floor.account(child).master = self._floor.account(master)

    # --- what if --------------------------------------------------------------------------------------------------------

    def simulate(self, balances: dict[str, int], positions: list[tuple[Contract, int, int]]) -> tuple[int, int, int]:
        """Initial margin, maintenance margin and profit, in money units, of a portfolio that nobody has to have.

        Positions are signed lots with the price they were taken at.
        """
        nobody = Account("", "", balances={(FLEX, unit): units for unit, units in balances.items()})
        for contract, lots, entry in positions:
            nobody.position(contract).take(lots, contract.value(entry, abs(lots)), self.now)
        margin = margin_of(nobody, FLEX, self._floor.mark, self._floor.rates)
        return margin.initial, margin.maintenance, margin.profit

    @abstractmethod
    def tick(self, now: int) -> None:
        """Let time pass, and happen what falls due by then."""


def _units(amount: Decimal) -> int:
    units = to_units(amount, MONEY_PLACES)
    if units is None or units <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return units
