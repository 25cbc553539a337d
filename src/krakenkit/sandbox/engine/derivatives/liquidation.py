"""Liquidation: what happens to positions whose money is nearly gone.

It begins when what backs the positions of a wallet (or one isolated position) falls below the maintenance margin. Their
orders are cancelled, then each price step brings a part of the largest position into the book, until the margin is
enough again. Below half of the maintenance margin the exchange takes all of them over at the mark price, and pays what
is still owed. The order of these steps is the exchange's; how large they are is not published and chosen here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .accounts import Account, Position
from .contracts import Contract
from .events import WalletEvent
from .floor import Floor
from .margin import Margin, isolated_margin
from .matching import Matcher
from .orders import Order
from .triggers import NO_MARGIN

INSURANCE: Final = "house insurance"
"""The account that takes over what nobody else does."""
TERMINATION: Final = 2
"""Positions are taken over when only one part in this many of their maintenance margin is left."""
_STEP: Final = 4
"""One part in this many of a position goes into the book at a time."""
_REACH: Final = 100
"""A liquidation goes no farther than one part in this many from the mark price."""


class Liquidator:
    """Looks after the margin of all positions whenever prices have moved."""

    def __init__(self, floor: Floor, matcher: Matcher) -> None:
        self._floor = floor
        self._matcher = matcher
        self._house = floor.account(INSURANCE)
        self._house.house = True

    def look(self) -> None:
        """Do one step for every account whose margin is too small."""
        for account in list(self._floor.holders.values()):
            wallets = dict.fromkeys(position.contract.wallet for position in account.holdings())
            if not wallets:
                del self._floor.holders[account.name]
            for wallet in wallets:
                self._look_at(account, self._floor.margin(account, wallet), wallet)

    def _look_at(self, account: Account, margin: Margin, wallet: str) -> None:
        for share in margin.shares:
            if share.isolated and share.maintenance and share.equity < share.maintenance:
                self._act(account, [share.contract], share.equity, share.maintenance)
        if margin.shared < margin.shared_maintenance:
            contracts = [share.contract for share in margin.shares if not share.isolated]
            self._act(account, contracts, margin.shared, margin.shared_maintenance)
            self._cover(account, wallet)

    def _act(self, account: Account, contracts: Sequence[Contract], left: int, needed: int) -> None:
        for order in list(account.open.values()):
            if order.contract in contracts:
                self._floor.remove(order, NO_MARGIN)
        positions = [account.position(one) for one in contracts if account.position(one).lots]
        if left * TERMINATION < needed:
            for position in positions:
                self._take_over(account, position)
        else:
            self._reduce(account, max(positions, key=self._worth))

    def _worth(self, position: Position) -> int:
        contract = position.contract
        value = contract.value(self._floor.mark(contract), abs(position.lots))
        return value * contract.level(abs(position.lots), value).maintenance

    def _reduce(self, account: Account, position: Position) -> None:
        """Bring a part of a position into the book."""
        contract, held = position.contract, abs(position.lots)
        lots = contract.whole(held // _STEP) or held
        order = self._order(account, position, "liquidation", lots)
        reach = self._floor.mark(contract) // _REACH * order.sign
        limit = self._floor.mark(contract) + reach
        order.limit = max(limit - limit % contract.scale.tick, contract.scale.tick)
        if next(self._floor.desk(order).book.in_reach(order), None) is None:
            return  # nobody is there to take it; the next step looks again
        self._floor.enlist(order)
        self._matcher.enter(order)

    def _take_over(self, account: Account, position: Position) -> None:
        """Hand a whole position to the exchange at the mark price, which covers what an isolated one lost beyond its money."""
        contract = position.contract
        isolated = account.leverage.get(contract)
        mark = self._floor.mark(contract)
        left = 0 if isolated is None else isolated_margin(position, isolated) + position.profit(mark)
        giver = self._order(account, position, "assignment", abs(position.lots))
        giver.limit = mark
        taker = Order(
            self._house, contract, not giver.buy, "assignment", giver.lots, giver.limit, order_id=self._floor.uid()
        )
        for order in (giver, taker):
            self._floor.enlist(order)
        self._floor.assign(giver, taker)
        self._pay(account, contract.wallet, contract.purse[1], -left)

    def _order(self, account: Account, position: Position, kind: str, lots: int) -> Order:
        return Order(account, position.contract, position.lots < 0, kind, lots, order_id=self._floor.uid())

    def _cover(self, account: Account, wallet: str) -> None:
        """Pay what an account owes that has nothing left."""
        if any(account.holdings(wallet)):
            return
        unit = self._floor.contracts.wallets[wallet].altname
        margin = self._floor.margin(account, wallet)
        if margin.balance < 0:
            self._pay(account, wallet, unit, -margin.balance)

    def _pay(self, account: Account, wallet: str, unit: str, units: int) -> None:
        if units <= 0:
            return
        purse = (wallet, unit)
        old = account.balance(purse)
        self._floor.earn(account, purse, units)
        self._floor.log(account, purse, "covered liquidation", old, account.balance(purse))
        self._floor.journal.append(WalletEvent(account.name, wallet))
