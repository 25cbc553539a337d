"""The cash desk: announces deposits, carries out withdrawals, and moves the money when their states say so."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from krakenkit.errors import SettingsError
from krakenkit.sandbox.bank.addresses import AddressOffice, DepositAddress, SavedAddress
from krakenkit.sandbox.bank.methods import Method, Methods
from krakenkit.sandbox.bank.refusals import (
    INVALID_AMOUNT,
    INVALID_REFERENCE,
    MAX_FEE,
    NO_FUNDS,
    NO_METHOD,
    UNKNOWN_ASSET,
    UNKNOWN_KEY,
    UNKNOWN_REFERENCE,
)
from krakenkit.sandbox.bank.timetable import Timetable
from krakenkit.sandbox.bank.transfers import SECOND, Deposit, Fate, Transfer, Withdrawal
from krakenkit.sandbox.engine import Asset, EngineRefused, EntryType, Exchange
from krakenkit.sandbox.engine.ids import IdMint
from krakenkit.sandbox.engine.scale import to_units

DAY: Final = 86_400 * SECOND
QUOTE_LIFE: Final = 300 * SECOND
_DAILY: Final = 1_000_000
"""Least withdrawals that may go out in a day."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What may go out by one method within a day, in units."""

    maximum: int
    used: int

    @property
    def remaining(self) -> int:
        return max(0, self.maximum - self.used)


@dataclass(frozen=True, slots=True)
class FeeQuote:
    """A withdrawal fee that holds until a moment."""

    method: Method
    fee: int
    until: int


class Funding:
    """Deposits and withdrawals of all accounts."""

    def __init__(self, exchange: Exchange, timetable: Timetable, rng: random.Random) -> None:
        self.methods = Methods(exchange.instruments.assets)
        self.addresses = AddressOffice(rng)
        self._exchange = exchange
        self._timetable = timetable
        self._mint = IdMint(rng)
        self._fees: dict[str, int] = {}
        self._quotes: dict[str, FeeQuote] = {}
        self._transfers: dict[str, Transfer] = {}
        self._of: dict[str, list[Transfer]] = {}

    # Names and figures

    def asset(self, name: str) -> Asset:
        """The asset of this name.

        Raises:
            EngineRefused: ``EFunding:Unknown asset``.
        """
        asset = self._exchange.instruments.asset(name)
        if asset is None:
            raise EngineRefused(UNKNOWN_ASSET)
        return asset

    def method(self, asset: Asset, name: str) -> Method:
        """The method of this name.

        Raises:
            EngineRefused: ``EFunding:No funding method``.
        """
        found = self.methods.named(asset, name)
        if found is None:
            raise EngineRefused(NO_METHOD)
        return found

    def fee(self, method: Method) -> int:
        """What a withdrawal costs now."""
        return self._fees.get(method.method_id("withdraw"), method.withdrawal_fee)

    def set_fee(self, method: Method, fee: int) -> None:
        """Let withdrawals cost so much from now on."""
        self._fees[method.method_id("withdraw")] = fee

    def quote(self, method: Method, now: int) -> str:
        """A token that pins the present fee for five minutes."""
        self._quotes = {token: quote for token, quote in self._quotes.items() if quote.until > now}
        token = self.addresses.new_id("FEE")
        self._quotes[token] = FeeQuote(method, self.fee(method), now + QUOTE_LIFE)
        return token

    def quoted_fee(self, token: str, method: Method, now: int) -> int | None:
        """The fee that a token pins; None when it is not, or no longer, good for this method."""
        quote = self._quotes.get(token)
        return None if quote is None or quote.method is not method or quote.until <= now else quote.fee

    def limit(self, account: str, method: Method, now: int) -> Limit:
        """What may still be withdrawn today."""
        recent = (one for one in self._of.get(account, ()) if isinstance(one, Withdrawal) and one.method is method)
        used = sum(one.units for one in recent if one.created_at > now - DAY and one.status != "Failure")
        return Limit(_DAILY * method.withdrawal_minimum, used)

    def available(self, account: str, asset: Asset) -> int:
        """Units that could be withdrawn, fee included."""
        return self._exchange.withdrawable(account, asset.name)

    # What there is

    def deposits(self, account: str) -> list[Deposit]:
        """The deposits of an account, newest first."""
        return [one for one in reversed(self._of.get(account, [])) if isinstance(one, Deposit)]

    def withdrawals(self, account: str) -> list[Withdrawal]:
        """The withdrawals of an account, newest first."""
        return [one for one in reversed(self._of.get(account, [])) if isinstance(one, Withdrawal)]

    def saved(self, account: str, asset: Asset, key: str) -> tuple[SavedAddress, Method]:
        """The saved address of this name, and the first method of the asset that it can be used with.

        Raises:
            EngineRefused: when there is none, or it is not verified.
        """
        address = self.addresses.book(account).named(key)
        usable = () if address is None else self.usable(address, self.methods.of(asset))
        if address is None or not usable or not address.verified:
            raise EngineRefused(UNKNOWN_KEY)
        return address, usable[0]

    @staticmethod
    def usable(address: SavedAddress, methods: Iterable[Method]) -> tuple[Method, ...]:
        """Those of the methods that an address can be used with."""
        return tuple(method for method in methods if address.scope.covers(method))

    # What moves

    def announce(
        self, account: str, method: Method, units: int, now: int, *, address: str | None = None, fate: Fate = "success"
    ) -> Deposit:
        """Let money be on its way in. What is below the method's minimum will come back to its sender.

        Raises:
            SettingsError: for an address that is not the account's.
        """
        target = None if method.fiat else self._target(account, method, address)
        if target is not None:
            target.used_at = now
        deposit = Deposit(
            ref_id=self._mint.reference(),
            account=account,
            method=method,
            units=units,
            fee=0,
            address="" if target is None else target.address,
            created_at=now,
            txid=self.addresses.transaction(method),
            fate=fate,
        )
        self._begin(deposit, now)
        return deposit

    def _target(self, account: str, method: Method, address: str | None) -> DepositAddress:
        own = self.addresses.book(account).of(method)
        if address is None:
            return own[0] if own else self.addresses.make(account, method)
        found = next((one for one in own if one.address == address), None)
        if found is None:
            raise SettingsError(f"{account!r} has no address {address!r} for {method.name}; ask for one first.")
        return found

    def withdraw(
        self, account: str, method: Method, address: SavedAddress, net: int, now: int, *, fee: int, max_fee: int | None
    ) -> Withdrawal:
        """Send money out: ``net`` arrives, and ``net + fee`` leaves the balance.

        Raises:
            EngineRefused: and nothing has changed.
        """
        if max_fee is not None and fee > max_fee:
            raise EngineRefused(MAX_FEE)
        if not method.withdrawal_minimum <= net <= self.limit(account, method, now).remaining:
            raise EngineRefused(INVALID_AMOUNT)
        if net + fee > self.available(account, method.asset):
            raise EngineRefused(NO_FUNDS)
        withdrawal = Withdrawal(
            ref_id=self._mint.reference(),
            account=account,
            method=method,
            units=net,
            fee=fee,
            address=address.address,
            created_at=now,
            key=address.name,
            address_id=address.address_id,
        )
        self._post(withdrawal, -net, fee, now)
        self._begin(withdrawal, now)
        return withdrawal

    def cancel(self, account: str, asset: Asset, ref_id: str, now: int) -> None:
        """Wish a withdrawal back.

        Raises:
            EngineRefused: for one that is not known, or too far on its way.
        """
        if not ref_id.strip():
            raise EngineRefused(INVALID_REFERENCE)
        found = self._transfers.get(ref_id)
        known = isinstance(found, Withdrawal) and found.account == account and found.method.asset is asset
        if not isinstance(found, Withdrawal) or not known or not found.cancellable:
            raise EngineRefused(UNKNOWN_REFERENCE)
        found.ask_to_cancel(now)
        self._plan(found)

    def hold(self, ref_id: str) -> None:
        """Stop a transfer for review; it stays as it is until it is released."""
        self._moving(ref_id).hold()

    def release(self, ref_id: str, now: int) -> None:
        """Let a transfer go on that was stopped."""
        transfer = self._moving(ref_id)
        transfer.release(now)
        self._plan(transfer)

    def fail(self, ref_id: str, now: int) -> None:
        """Let a transfer fail at once."""
        transfer = self._moving(ref_id)
        transfer.fail()
        self._finish(transfer, now)

    def advance(self, ref_id: str, at: int) -> None:
        """Let a transfer do what was planned for this moment; nothing when its plan has changed since."""
        transfer = self._transfers[ref_id]
        if transfer.due_at != at:
            return
        if isinstance(transfer, Withdrawal) and transfer.mark == "cancel-pending":
            transfer.answer_cancel(at)
        elif isinstance(transfer, Deposit) and transfer.units < transfer.method.deposit_minimum:
            transfer.fail("return")
        else:
            transfer.move_on(at)
        if isinstance(transfer, Withdrawal) and transfer.status == "Settled":
            transfer.txid = transfer.txid or self.addresses.transaction(transfer.method)
        self._plan(transfer)
        self._finish(transfer, at)

    def _begin(self, transfer: Transfer, now: int) -> None:
        self._transfers[transfer.ref_id] = transfer
        self._of.setdefault(transfer.account, []).append(transfer)
        transfer.stay(now)
        self._plan(transfer)

    def _plan(self, transfer: Transfer) -> None:
        if transfer.due_at is not None:
            self._timetable.enter(transfer.due_at, "funding", transfer.ref_id)

    def _finish(self, transfer: Transfer, at: int) -> None:
        """Move the money of a transfer that has just ended."""
        if isinstance(transfer, Deposit) and transfer.status == "Success":
            self._post(transfer, transfer.units, transfer.fee, at)
        elif isinstance(transfer, Withdrawal) and transfer.status == "Failure":
            self._post(transfer, transfer.units, -transfer.fee, at)

    def _post(self, transfer: Transfer, units: int, fee: int, at: int) -> None:
        kind: EntryType = "deposit" if isinstance(transfer, Deposit) else "withdrawal"
        asset = transfer.method.asset.name
        self._exchange.post(transfer.account, asset, units, at, kind=kind, fee=fee, ref_id=transfer.ref_id)

    def _moving(self, ref_id: str) -> Transfer:
        found = self._transfers.get(ref_id)
        if found is None or found.over:
            raise SettingsError(f"No transfer {ref_id!r} is on its way.")
        return found


def units_of(asset: Asset, amount: Decimal) -> int:
    """An amount in units.

    Raises:
        EngineRefused: when it is not above zero, or finer than the asset.
    """
    units = to_units(amount, asset.decimals)
    if units is None or units <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return units
