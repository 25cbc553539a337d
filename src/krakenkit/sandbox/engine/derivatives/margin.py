"""How much of a wallet's money is bound, and how much its positions must keep to stay open.

Positions of a wallet share its money (cross margin) but for those in contracts whose leverage the owner has set: each of
these has the money of its own that its entry took, and can lose no more. Margin levels hold for the whole of a
position. Orders bind what the larger of both sides would need if all of it were filled; those that only reduce, and
those that wait for their trigger, bind nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from .accounts import Account, Position
from .collateral import Rates, as_margin, worth
from .contracts import CASH, FLEX, PARTS, Contract
from .orders import Order

Marks: TypeAlias = Callable[[Contract], int]
"""The mark price of a contract, in its price units."""
HUNDREDTHS: Final = 100


class Share(msgspec.Struct, frozen=True, gc=False):
    """What one contract takes of its wallet, in money units."""

    contract: Contract
    profit: int
    """At the mark price."""
    initial: int
    """Bound by the position."""
    with_orders: int
    """Bound by the position and the orders."""
    maintenance: int
    isolated: bool

    @property
    def equity(self) -> int:
        """What is left of the money that an isolated position was given."""
        return self.initial + self.profit


class Margin(msgspec.Struct, frozen=True, gc=False):
    """A wallet in numbers, in money units of its currency."""

    balance: int
    collateral: int
    """What counts of it as margin."""
    shares: list[Share]

    @property
    def profit(self) -> int:
        """Of open positions, at mark prices."""
        return sum(share.profit for share in self.shares)

    @property
    def initial(self) -> int:
        return sum(share.initial for share in self.shares)

    @property
    def with_orders(self) -> int:
        return sum(share.with_orders for share in self.shares)

    @property
    def maintenance(self) -> int:
        return sum(share.maintenance for share in self.shares)

    @property
    def equity(self) -> int:
        """What the wallet would hold if every position were closed."""
        return self.balance + self.profit

    @property
    def margin_equity(self) -> int:
        """What counts as margin, with the profits and losses of the positions that share it."""
        return self.collateral + sum(share.profit for share in self.shares if not share.isolated)

    @property
    def available(self) -> int:
        return self.margin_equity - self.with_orders

    @property
    def shared(self) -> int:
        """What backs the positions that share it: without the money that isolated ones were given."""
        return self.margin_equity - sum(share.initial for share in self.shares if share.isolated)

    @property
    def shared_maintenance(self) -> int:
        """What the positions that share it must keep."""
        return sum(share.maintenance for share in self.shares if not share.isolated)


def margin_of(
    account: Account, wallet: str, marks: Marks, rates: Rates, *, more: Order | None = None, less: Order | None = None
) -> Margin:
    """A wallet as it is, or as it would be with one order ``more`` and one ``less``."""
    held = account.purses(wallet)
    if wallet in (FLEX, CASH):
        balance = sum(worth(unit, amount, rates) for unit, amount in held.items())
        collateral = sum(as_margin(unit, amount, rates) for unit, amount in held.items()) if wallet == FLEX else balance
    else:
        balance = collateral = sum(held.values())
    exposed = _exposed(account, wallet, more, less)
    shares = [_share(account, one, sides, marks(one)) for one, sides in exposed.items()]
    return Margin(balance, collateral, shares)


def _share(account: Account, contract: Contract, sides: tuple[int, int], mark: int) -> Share:
    position = account.position(contract)
    lots, (buying, selling) = abs(position.lots), sides
    held = contract.value(mark, lots)
    level = contract.level(lots, held)
    most = max(abs(position.lots + buying), abs(position.lots - selling))
    worst = contract.value(mark, most)
    bound = worst * contract.level(most, worst).initial
    leverage = account.leverage.get(contract)
    if leverage is None:
        initial = held * level.initial // PARTS
        with_orders = bound // PARTS
    else:
        # An isolated position keeps the money that its entry took, whatever its value becomes.
        initial = isolated_margin(position, leverage)
        with_orders = max(initial, worst * isolated_rate(leverage) // PARTS)
    maintenance = held * level.maintenance // PARTS
    return Share(contract, position.profit(mark), initial, with_orders, maintenance, leverage is not None)


def isolated_rate(leverage: int) -> int:
    """The part of its value that a position of this leverage (in hundredths) is given, in parts per million."""
    return -(-PARTS * HUNDREDTHS // leverage)


def isolated_margin(position: Position, leverage: int) -> int:
    """The money that an isolated position was given, in money units."""
    return position.cost * isolated_rate(leverage) // PARTS


def _exposed(account: Account, wallet: str, more: Order | None, less: Order | None) -> dict[Contract, tuple[int, int]]:
    """Lots that open orders would buy and sell, for every contract of the wallet that is held or traded."""
    found = {position.contract: (0, 0) for position in account.holdings(wallet)}
    found |= {one: sides for one, sides in account.pending.items() if any(sides) and one.wallet == wallet}
    for order, sign in ((more, 1), (less, -1)):
        if order is not None and not order.reduce_only and not order.waiting:
            buying, selling = found.get(order.contract, (0, 0))
            lots = sign * order.remaining
            found[order.contract] = (buying + lots, selling) if order.buy else (buying, selling + lots)
    return found
