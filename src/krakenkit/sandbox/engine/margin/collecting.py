"""Getting from an account what it owes, when it has not enough of the right asset.

Other assets are sold to the exchange at last prices and a fee, cash first, then BTC, ETH and stablecoins, then whatever
there is, as Kraken's support page on closing positions says. When that is not enough, open orders are cancelled so that
what they hold can be used; what is missing then is paid by the insurance of the exchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from krakenkit.sandbox.engine.accounts import Account, LedgerEntry
from krakenkit.sandbox.engine.instruments import Asset
from krakenkit.sandbox.engine.scale import ceiling

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.floor import Floor

COLLECTED = "Margin obligation"
"""Why the orders were cancelled; Kraken documents no words for it."""

_PARTS = 1_000_000
_CASH: Final = frozenset({"USD", "EUR", "GBP", "CAD", "CHF", "AUD", "JPY"})
_MAJOR: Final = frozenset({"BTC", "ETH"})
_FIRST: Final = ("USD", "EUR", "GBP", "CAD", "CHF", "AUD", "JPY", "BTC", "ETH", "USDT", "USDC")


class Collector:
    """Makes sure that a debt can be paid."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def collect(self, account: Account, asset: Asset, units: int, ref_id: str, at: int) -> Iterator[LedgerEntry]:
        """Let this much of an asset be available; the ledger entries of what it took."""
        if units <= account.available(asset):
            return
        yield from self._convert(account, asset, units, ref_id, at)
        if units > account.available(asset) and any(account.held.values()):
            for order in [order for order in account.open.values() if order.held]:
                self._floor.close(order, "canceled", COLLECTED)
            yield from self._convert(account, asset, units, ref_id, at)
        missing = units - account.available(asset)
        if missing > 0:
            insurance = self._floor.treasury.insurance
            insurance[asset] = insurance.get(asset, 0) - missing
            yield self._floor.treasury.post(account, asset, missing, kind="adjustment", at=at, ref_id=ref_id)

    def _convert(self, account: Account, asset: Asset, units: int, ref_id: str, at: int) -> Iterator[LedgerEntry]:
        for other in sorted(account.balances, key=_preference):
            missing = units - account.available(asset)
            if missing <= 0:
                return
            if other is not asset and account.available(other) > 0:
                yield from self._sell(account, other, asset, missing, ref_id, at)

    def _sell(
        self, account: Account, asset: Asset, wanted: Asset, units: int, ref_id: str, at: int
    ) -> Iterator[LedgerEntry]:
        """Sell as much of an asset to the exchange as it takes to have these units of another, or all of it."""
        rate = self._floor.rates.between(asset, wanted)
        if rate is None:
            return
        rate = rate * 10**wanted.decimals / 10**asset.decimals
        parts = _fee(asset, wanted)
        given = ceiling(units * rate.denominator, rate.numerator)
        fee = ceiling(given * parts, _PARTS)
        available = account.available(asset)
        if given + fee > available:
            given = available * _PARTS // (_PARTS + parts)
            fee = available - given
        bought = min(given * rate.numerator // rate.denominator, units)
        if bought <= 0:
            return
        treasury = self._floor.treasury
        for moved, change in ((asset, given), (wanted, -bought)):
            treasury.insurance[moved] = treasury.insurance.get(moved, 0) + change
        yield treasury.post(account, asset, -given, kind="conversion", at=at, fee=fee, ref_id=ref_id)
        yield treasury.post(account, wanted, bought, kind="conversion", at=at, ref_id=ref_id)


def _preference(asset: Asset) -> int:
    return _FIRST.index(asset.display) if asset.display in _FIRST else len(_FIRST)


def _fee(asset: Asset, wanted: Asset) -> int:
    """In parts per million: 1.5 % between cash, 2.5 % between cash and BTC or ETH, else 5 %."""
    names = {asset.display, wanted.display}
    if names <= _CASH:
        return 15_000
    return 25_000 if names <= _CASH | _MAJOR and names & _CASH else 50_000
