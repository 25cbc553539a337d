"""Classes of assets: xStocks have to be asked for by theirs, everything else is found without one."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.engine import Asset, EngineRefused, Exchange, Pair
from krakenkit.sandbox.engine.instruments import CURRENCY, TOKENIZED
from krakenkit.sandbox.engine.refusals import UNKNOWN_ASSET, UNKNOWN_PAIR, invalid

FOREX: Final = "forex"
_MONEY: Final = frozenset({"USD", "EUR", "GBP", "JPY"})


def pair_in(exchange: Exchange, name: str, asset_class: str | None) -> Pair:
    """The pair of this name, if it is of this class.

    Raises:
        EngineRefused: for a name nobody knows, one of another class, and a class that there is not.
    """
    pair = exchange.pair(name)
    if not is_in(pair, asset_class):
        raise EngineRefused(UNKNOWN_PAIR)
    return pair


def is_in(pair: Pair, asset_class: str | None) -> bool:
    """Whether a request with this ``asset_class`` means the pair; without one it means all but xStocks.

    Raises:
        EngineRefused: for a class that there is not.
    """
    if asset_class == FOREX:
        return {pair.base.display, pair.quote.display} <= _MONEY
    return pair.base.aclass == _checked(asset_class, "asset_class")


def check_amended(
    exchange: Exchange, account: str, named: str | None, *, order_id: str | None, cl_ord_id: str | None
) -> None:
    """Refuse to amend an order of an xStock whose pair is not named, and any order under the name of another pair.

    The manual says when a pair has to be named, but not what is said to those who do not: here it is what is said to an order
    without its class.

    Raises:
        EngineRefused: ``EQuery:Unknown asset pair``, or ``EGeneral:Invalid arguments:pair``.
    """
    pair = exchange.open_pair(account, order_id, cl_ord_id)
    if pair is None:
        return  # the order is unknown
    if named is None and pair.base.aclass == TOKENIZED:
        raise EngineRefused(UNKNOWN_PAIR)
    if named is not None and exchange.pair(named) is not pair:
        raise invalid("pair")


def assets_in(exchange: Exchange, names: list[str], aclass: str | None) -> list[Asset]:
    """The assets of these names, or all of a class.

    Raises:
        EngineRefused: for a name nobody knows, one of another class, and a class that there is not.
    """
    wanted = _checked(aclass, "aclass")
    found = [exchange.asset(name) for name in names]
    if any(asset.aclass != wanted for asset in found):
        raise EngineRefused(UNKNOWN_ASSET)
    return found or [asset for asset in exchange.instruments.assets if asset.aclass == wanted]


def _checked(asset_class: str | None, member: str) -> str:
    if asset_class not in (None, CURRENCY, TOKENIZED):
        raise invalid(member)
    return asset_class or CURRENCY
