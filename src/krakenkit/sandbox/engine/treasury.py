"""Money that moves: deposits, withdrawals and the settlement of trades. What goes out somewhere comes in elsewhere."""

from __future__ import annotations

from decimal import Decimal

from krakenkit.errors import SettingsError

from .accounts import Account, EntryType, LedgerEntry, Terms, WalletId, fee_on
from .ids import IdMint
from .instruments import Asset
from .orders import Order
from .refusals import INSUFFICIENT_FUNDS, INVALID_AMOUNT, EngineRefused
from .scale import to_units


class Treasury:
    """All accounts of an exchange, and the fees it has taken."""

    def __init__(self, mint: IdMint, terms: Terms) -> None:
        self.accounts: dict[str, Account] = {}
        self.fees: dict[Asset, int] = {}
        """Fees collected, in bookkeeping units."""
        self.pool: dict[Asset, int] = {}
        """What the exchange holds for open margin positions, less what it has lent."""
        self.insurance: dict[Asset, int] = {}
        """What the exchange gave and got where an account could not pay in the right asset."""
        self._mint = mint
        self._terms = terms

    def account(self, name: str) -> Account:
        """The account of this name; opened on the usual terms when it is new."""
        found = self.accounts.get(name)
        return found if found is not None else self.open(name, self._terms)

    def open(self, name: str, terms: Terms) -> Account:
        """The account of this name, on these terms from now on.

        Raises:
            SettingsError: when it has open orders, whose holds were reckoned on its old terms.
        """
        account = self.accounts.get(name)
        if account is None:
            account = self.accounts[name] = Account(name, terms)
        elif account.open and terms != account.terms:
            raise SettingsError(f"Account {name} has open orders; cancel them before its terms change.")
        account.terms = terms
        return account

    def deposit(self, account: Account, asset: Asset, amount: Decimal, at: int) -> LedgerEntry:
        """Money from outside; the ledger entry of it.

        Raises:
            EngineRefused: for an amount that is not positive or has more decimals than the asset.
        """
        return self._post(account, asset, units_in(asset, amount), ref_id=self._mint.reference(), kind="deposit", at=at)

    def withdraw(self, account: Account, asset: Asset, amount: Decimal, at: int) -> LedgerEntry:
        """Money to the outside; the ledger entry of it.

        Raises:
            EngineRefused: as for a deposit, and for more than is available.
        """
        units = units_in(asset, amount)
        if units > account.available(asset):
            raise EngineRefused(INSUFFICIENT_FUNDS)
        return self._post(account, asset, -units, ref_id=self._mint.reference(), kind="withdrawal", at=at)

    def post(
        self,
        account: Account,
        asset: Asset,
        units: int,
        *,
        kind: EntryType,
        at: int,
        subtype: str = "",
        fee: int = 0,
        ref_id: str | None = None,
        wallet: WalletId = "main",
    ) -> LedgerEntry:
        """Change one wallet by signed units, less the fee, which is kept; the ledger entry of it.

        Raises:
            EngineRefused: for more than is available.
        """
        change = units - fee
        there = account.available(asset) if wallet == "main" else account.earning.get(asset, {}).get(wallet, 0)
        if change < 0 and there + change < 0:
            raise EngineRefused(INSUFFICIENT_FUNDS)
        self.fees[asset] = self.fees.get(asset, 0) + fee
        ref_id = self._mint.reference() if ref_id is None else ref_id
        return self._post(
            account, asset, units, ref_id=ref_id, kind=kind, at=at, fee=fee, subtype=subtype, wallet=wallet
        )

    def settle(
        self, order: Order, *, lots: int, money: int, maker: bool, ref_id: str, at: int
    ) -> tuple[int, tuple[LedgerEntry, ...]]:
        """Exchange lots for money on one side of a trade; gives the fee and the two ledger entries."""
        account, pair = order.account, order.pair
        base_units = lots * pair.lot
        rate = account.rate(pair, maker=maker, now=at)
        fee = fee_on(base_units if order.fee_in_base else money, rate)
        self.fees[order.fee_asset] = self.fees.get(order.fee_asset, 0) + fee
        sign = 1 if order.buy else -1
        base_fee, quote_fee = (fee, 0) if order.fee_in_base else (0, fee)
        if account.terms.quiet:
            account.add(pair.base, sign * base_units - base_fee)
            account.add(pair.quote, -sign * money - quote_fee)
            return fee, ()
        return fee, (
            self._post(account, pair.base, sign * base_units, fee=base_fee, ref_id=ref_id, kind="trade", at=at),
            self._post(account, pair.quote, -sign * money, fee=quote_fee, ref_id=ref_id, kind="trade", at=at),
        )

    def total(self, asset: Asset) -> Decimal:
        """All there is of an asset: every account's wallets, the fees taken, the pool for margin and the insurance."""
        held = (a.balances.get(asset, 0) + sum(a.earning.get(asset, {}).values()) for a in self.accounts.values())
        kept = (shelf.get(asset, 0) for shelf in (self.fees, self.pool, self.insurance))
        return asset.amount(sum(held) + sum(kept))

    def _post(
        self,
        account: Account,
        asset: Asset,
        units: int,
        *,
        ref_id: str,
        kind: EntryType,
        at: int,
        fee: int = 0,
        subtype: str = "",
        wallet: WalletId = "main",
    ) -> LedgerEntry:
        change = units - fee
        held = account.add(asset, change) if wallet == "main" else account.add_earning(wallet, asset, change)
        entry = LedgerEntry(
            ledger_id=self._mint.ledger(),
            ref_id=ref_id,
            account=account.name,
            asset=asset,
            type=kind,
            amount=asset.amount(units),
            fee=asset.amount(fee),
            balance=asset.amount(held),
            at=at,
            subtype=subtype,
            wallet=wallet,
        )
        account.keep(account.ledger, entry.ledger_id, entry)
        return entry


def units_in(asset: Asset, amount: Decimal) -> int:
    """An amount of money in whole units of its asset.

    Raises:
        EngineRefused: for an amount that is not positive or has more decimals than the asset.
    """
    units = to_units(amount, asset.decimals)
    if units is None or units <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return units
