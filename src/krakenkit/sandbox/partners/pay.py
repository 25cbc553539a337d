"""Kraken Pay: links, requests and payments between accounts of the sandbox.

A Kraktag is the name of an account, with or without ``@``.
A link takes the money when it is made; whoever opens it, within its time, has it, else it goes back. Opening a link and
paying a request happens in Kraken's apps, so a test does it by hand. Payments arrive at once, where Kraken's take a moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.bank.refusals import NO_FUNDS
from krakenkit.sandbox.engine import EngineRefused, Exchange
from krakenkit.sandbox.engine.refusals import INVALID_AMOUNT, invalid
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.partner.pay import CreatePaylink, CreatePayRequest, CreatePayTransfer

State: TypeAlias = Literal["pending", "success", "cancelled", "expired"]
Asked: TypeAlias = CreatePaylink | CreatePayTransfer | CreatePayRequest
Kind: TypeAlias = Literal["link", "transfer", "request"]
LINK_LIFE: Final = 7 * 86_400
"""Seconds; the configuration tells them."""
UNKNOWN_REFERENCE: Final = "EFunding:Unknown reference id"
_SECOND: Final = 10**9
_LONGEST_REQUEST: Final = 365 * 86_400


@dataclass(slots=True, eq=False)
class Payment:
    """Something that was started by one account under an id of its own."""

    kind: Kind
    owner: str
    external_id: str
    asset: str
    amount: Decimal
    note: str | None
    created_at: int
    expires_at: int | None = None
    other: str | None = None
    """Who receives a transfer, or is asked by a request; None for anyone."""
    return_for: str | None = None
    address: str = ""
    """Of a link or a request."""
    state: State = "pending"


class Pay:
    """All payments."""

    def __init__(self, names: Names, bank: Bank) -> None:
        self._names = names
        self._bank = bank
        self._payments: dict[tuple[str, str], Payment] = {}
        self._by_address: dict[str, Payment] = {}
        self._waiting: dict[str, Payment] = {}

    def find(self, owner: str, external_id: str, *kinds: Kind) -> Payment:
        """What an account started under this id.

        Raises:
            EngineRefused: ``EFunding:Unknown reference id`` when there is none of these kinds.
        """
        found = self._payments.get((owner, external_id))
        if found is None or found.kind not in kinds:
            raise EngineRefused(UNKNOWN_REFERENCE)
        return found

    def link(self, exchange: Exchange, owner: str, request: CreatePaylink, now: int) -> Payment:
        """Put money into a link.

        Raises:
            EngineRefused: for an odd amount, more than there is, and an id that was used before.
        """
        made = self._new(exchange, "link", owner, request, now)
        made.expires_at = now + LINK_LIFE * _SECOND
        units = _units(exchange, made)
        if units > self._bank.funding.available(owner, exchange.asset(made.asset)):
            raise EngineRefused(NO_FUNDS)
        exchange.post(owner, made.asset, -units, now, kind="transfer")
        return self._post(self._keep(made))

    def transfer(self, exchange: Exchange, owner: str, request: CreatePayTransfer, now: int) -> Payment:
        """Pay another account.

        Raises:
            EngineRefused: as for a link, and for a Kraktag that nobody has.
        """
        made = self._new(exchange, "transfer", owner, request, now)
        made.other = self._tag(request.to, "to", owner)
        made.return_for = request.return_for
        self._bank.transfer(owner, made.other, made.asset, _units(exchange, made), now)
        made.state = "success"
        return self._keep(made)

    def request(self, exchange: Exchange, owner: str, request: CreatePayRequest, now: int) -> Payment:
        """Ask for money.

        Raises:
            EngineRefused: for an odd amount or time, a Kraktag that nobody has, and an id that was used before.
        """
        seconds = request.expire_after_seconds
        if seconds is not None and not 0 < seconds <= _LONGEST_REQUEST:
            raise invalid("expire_after_seconds")
        made = self._new(exchange, "request", owner, request, now)
        made.other = None if request.from_ is None else self._tag(request.from_, "from", owner)
        made.expires_at = None if seconds is None else now + seconds * _SECOND
        return self._post(self._keep(made))

    def cancel(self, exchange: Exchange, payment: Payment, now: int) -> None:
        """Take something back that is not over; cancelling twice does no harm.

        Raises:
            EngineRefused: ``EFunding:Unknown reference id`` for what is over.
        """
        if payment.state == "cancelled":
            return
        if payment.state != "pending":
            raise EngineRefused(UNKNOWN_REFERENCE)
        self._close(exchange, payment, "cancelled", now)

    def complete(self, exchange: Exchange, address: str, account: str, now: int) -> Payment:
        """Open a link, or pay a request, as this account.

        Raises:
            EngineRefused: for an unknown address, one that is over or meant for somebody else, and for too little money.
        """
        self.pass_time(exchange, now)
        payment = self._by_address.get(address)
        if payment is None or payment.state != "pending" or payment.other not in (None, account):
            raise EngineRefused(UNKNOWN_REFERENCE)
        units = _units(exchange, payment)
        if payment.kind == "request":
            self._bank.transfer(account, payment.owner, payment.asset, units, now)
        else:
            exchange.post(account, payment.asset, units, now, kind="transfer")
        payment.state, payment.other = "success", account
        self._waiting.pop(payment.address, None)
        return payment

    def pass_time(self, exchange: Exchange, now: int) -> None:
        """Let expire what is due; the money of links goes back."""
        for payment in [one for one in self._waiting.values() if one.expires_at is not None and one.expires_at <= now]:
            self._close(exchange, payment, "expired", now)

    def _close(self, exchange: Exchange, payment: Payment, state: State, now: int) -> None:
        if payment.kind == "link":
            exchange.post(payment.owner, payment.asset, _units(exchange, payment), now, kind="transfer")
        payment.state = state
        self._waiting.pop(payment.address, None)

    def _new(self, exchange: Exchange, kind: Kind, owner: str, request: Asked, now: int) -> Payment:
        external_id = request.external_id or self._names.word(16)
        if (owner, external_id) in self._payments:
            raise invalid("external_id")
        asset, amount = exchange.asset(request.asset), read_amount(request.amount, "amount")
        if not to_units(amount, asset.decimals) or amount < 0:
            raise EngineRefused(INVALID_AMOUNT)
        return Payment(kind, owner, external_id, asset.display, amount, request.note, now)

    def _keep(self, made: Payment) -> Payment:
        self._payments[made.owner, made.external_id] = made
        return made

    def _post(self, made: Payment) -> Payment:
        """Give it an address; ``.invalid`` names no host anywhere."""
        made.address = f"https://pay.sandbox.invalid/{made.kind}/{self._names.word(24)}"
        self._by_address[made.address] = self._waiting[made.address] = made
        return made

    def _tag(self, text: str, field: str, owner: str) -> str:
        name = text.removeprefix("@")
        if name == owner or not self._bank.directory.knows(name):
            raise Denied(f"EGeneral:Invalid arguments:{field}")
        return name


def _units(exchange: Exchange, payment: Payment) -> int:
    """The amount in bookkeeping units; it was found to be a whole number of them when the payment was made."""
    return to_units(payment.amount, exchange.asset(payment.asset).decimals) or 0
