"""Trades beside the book: two accounts exchange a package of contracts at prices they agreed on, all of it or nothing.

Both must have the margin for what they hold afterwards; fees come on top and are not part of that check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import msgspec

from .accounts import Account
from .contracts import Contract
from .floor import Floor
from .orders import Order
from .requests import Declined

NO_MARGIN: Final = "insufficientMargin"
TOO_LARGE: Final = "maxPositionExceed"
TOO_LEVERED: Final = "fixedLeverageTooHigh"


class Part(msgspec.Struct, frozen=True, gc=False):
    """One contract of a package. Lots are signed: what the buyer of the package gets."""

    contract: Contract
    lots: int
    price: int


def check_block(floor: Floor, account: Account, parts: Sequence[Part]) -> None:
    """Refuse a package that an account cannot take.

    Raises:
        Declined: for too little margin, too large a position, and more leverage than the owner allows beside the book.
    """
    draft = _afterwards(floor, account, parts)
    for part in parts:
        if abs(draft.position(part.contract).lots) > part.contract.largest:
            raise Declined(TOO_LARGE)
    for wallet in dict.fromkeys(part.contract.wallet for part in parts):
        margin = floor.margin(draft, wallet)
        if margin.available < 0:
            raise Declined(NO_MARGIN)
        exposed = sum(held.contract.value(floor.mark(held.contract), abs(held.lots)) for held in draft.holdings(wallet))
        cap = account.off_book_leverage
        if cap is not None and Decimal(exposed) > cap * max(margin.margin_equity, 0):
            raise Declined(TOO_LEVERED)


def _afterwards(floor: Floor, account: Account, parts: Sequence[Part]) -> Account:
    """The account as it would be: its positions and money, without touching its own."""
    positions = {contract: replace(position) for contract, position in account.positions.items()}
    draft = replace(account, positions=positions, balances=dict(account.balances))
    for part in parts:
        purse = part.contract.purse
        value = part.contract.value(part.price, abs(part.lots))
        profit = draft.position(part.contract).take(part.lots, value, floor.now)
        draft.balances[purse] = draft.balances.get(purse, 0) + profit
    return draft


def trade_block(floor: Floor, buyer: Account, seller: Account, parts: Sequence[Part], *, taker: Account) -> None:
    """Let two accounts exchange a package.

    Args:
        taker: which of them accepted the other's price.

    Raises:
        Declined: when one of them cannot take it; nothing has changed then.
    """
    given = [Part(part.contract, -part.lots, part.price) for part in parts]
    check_block(floor, buyer, parts)
    check_block(floor, seller, given)
    for got, gave in zip(parts, given, strict=True):
        bought, sold = _enlisted(floor, buyer, got), _enlisted(floor, seller, gave)
        taking, making = (bought, sold) if taker is buyer else (sold, bought)
        floor.assign(taking, making, "block")


def _enlisted(floor: Floor, owner: Account, part: Part) -> Order:
    """A side of the trade as an order, which the records ask for."""
    made = Order(owner, part.contract, part.lots > 0, "block", abs(part.lots), part.price, order_id=floor.uid())
    floor.enlist(made)
    return made
