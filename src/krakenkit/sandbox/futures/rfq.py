"""Requests for quotes: packages of contracts, offers on them, and the trade when one is accepted.

The exchange takes packages with options; the sandbox has none, so packages of linear contracts of one currency are taken
here. The price of a package is the sum of its legs, size times price; where an offer names no prices of legs, the first leg
bears what is above or below the mark prices. Kraken publishes no limits; those here are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.engine.derivatives import Contract, Declined, DerivativesExchange, Part
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.names import Names

Status: TypeAlias = Literal["open", "expired", "cancelled", "filled_bid_side", "filled_ask_side"]
SHORTEST: Final = 10 * 10**9
LONGEST: Final = 24 * 3600 * 10**9
USUAL: Final = 60 * 10**9
MOST_LEGS: Final = 8
MOST_OPEN: Final = 10
KEPT: Final = 1_000
_PRICE_PLACES: Final = 8


@dataclass(frozen=True, slots=True)
class Leg:
    """One contract of a package."""

    contract: Contract
    lots: int
    """Negative for a short leg."""

    @property
    def size(self) -> Decimal:
        """Signed."""
        return self.contract.qty(self.lots)


@dataclass(frozen=True, slots=True)
class Price:
    """What somebody pays for a package, or wants for it, with the price of each leg in the units of its contract."""

    total: Decimal
    legs: tuple[int, ...]
    told: bool
    """Whether the prices of the legs were named."""


@dataclass(slots=True, eq=False)
class Offer:
    """A price that somebody stands by for a package."""

    uid: str
    rfq: Rfq
    account: str
    bid: Price | None
    ask: Price | None
    placed_at: int
    updated_at: int


@dataclass(slots=True, eq=False)
class Rfq:
    """A request for quotes."""

    uid: str
    account: str
    legs: tuple[Leg, ...]
    expires_at: int
    status: Status = "open"
    offers: dict[str, Offer] = field(default_factory=dict[str, Offer])
    """By account."""

    def best(self, side: Literal["bid", "ask"]) -> Price | None:
        """The highest bid, or the lowest ask."""
        prices = [price for one in self.offers.values() if (price := getattr(one, side)) is not None]
        return None if not prices else (max if side == "bid" else min)(prices, key=_total)


def _total(price: Price) -> Decimal:
    return price.total


class RfqDesk:
    """All requests for quotes of one exchange."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._rfqs: dict[str, Rfq] = {}

    # --- requests -------------------------------------------------------------------------------------------------------

    def open(self, now: int) -> list[Rfq]:
        """Requests that can still be answered, oldest first."""
        for one in self._rfqs.values():
            self._expire(one, now)
        return [one for one in self._rfqs.values() if one.status == "open"]

    def find(self, uid: str, now: int) -> Rfq | None:
        """One request, open or not."""
        found = self._rfqs.get(uid)
        if found is not None:
            self._expire(found, now)
        return found

    def ask(
        self, exchange: DerivativesExchange, account: str, legs: Sequence[Leg], expires_at: int | None, now: int
    ) -> Rfq:
        """A new request.

        Raises:
            Declined: with the reason that the answer tells.
        """
        until = now + USUAL if expires_at is None else expires_at
        if until - now < SHORTEST:
            raise Declined("expiryTooShort")
        if until - now > LONGEST:
            raise Declined("invalidExpiry")
        _check_legs(legs)
        if sum(one.account == account for one in self.open(now)) >= MOST_OPEN:
            raise Declined("tooManyOpenRfqs")
        marks = [to_units(exchange.ticker(one.contract).mark, one.contract.scale.pair_decimals) or 1 for one in legs]
        for sign in (1, -1):
            parts = [Part(leg.contract, sign * leg.lots, mark) for leg, mark in zip(legs, marks, strict=True)]
            exchange.check_block(account, parts)
        made = Rfq(self._names.uuid(), account, tuple(legs), until)
        self._rfqs[made.uid] = made
        while len(self._rfqs) > KEPT:
            del self._rfqs[next(iter(self._rfqs))]
        return made

    def cancel(self, account: str, uid: str, now: int) -> Rfq:
        """Withdraw a request.

        Raises:
            Declined: ``rfqNotFound`` when it is not open, or somebody else's.
        """
        found = self._open(uid, now)
        if found.account != account:
            raise Declined("rfqNotFound")
        found.status = "cancelled"
        return found

    def accept(
        self,
        exchange: DerivativesExchange,
        account: str,
        uid: str,
        side: Literal["bid", "ask"],
        total: Decimal,
        now: int,
    ) -> Rfq:
        """Trade at an offer: against its bid the package is sold, against its ask it is bought.

        Raises:
            Declined: for a price that nobody stands by, and what one of both cannot take; nothing has changed then.
        """
        found = self._open(uid, now)
        if found.account != account:
            raise Declined("rfqNotFound")
        standing = [(one, one.bid if side == "bid" else one.ask) for one in found.offers.values()]
        for offer, price in standing:
            if price is not None and price.total == total:
                buyer, seller = (offer.account, account) if side == "bid" else (account, offer.account)
                parts = [Part(leg.contract, leg.lots, at) for leg, at in zip(found.legs, price.legs, strict=True)]
                exchange.trade_block(buyer, seller, parts, now, taker=account)
                found.status = "filled_bid_side" if side == "bid" else "filled_ask_side"
                return found
        raise Declined("offerNotFound")

    # --- offers ---------------------------------------------------------------------------------------------------------

    def offer(self, account: str, uid: str, bid: Price | None, ask: Price | None, now: int) -> Offer:
        """A new offer; one account has one on each request.

        Raises:
            Declined: for a request that is not open or the account's own, a second offer, and a bid above the ask.
        """
        found = self._open(uid, now)
        if found.account == account or account in found.offers:
            raise Declined("orderError")
        _check_spread(bid, ask)
        made = Offer(self._names.uuid(), found, account, bid, ask, now, now)
        found.offers[account] = made
        return made

    def replace(self, account: str, uid: str, bid: Price | None, ask: Price | None, now: int) -> Offer:
        """Other prices for an offer.

        Raises:
            Declined: when there is none, and for a bid above the ask.
        """
        made = self._offer(account, self._open(uid, now))
        _check_spread(bid, ask)
        made.bid, made.ask, made.updated_at = bid, ask, now
        return made

    def withdraw(self, account: str, uid: str, offer_uid: str | None, now: int) -> Offer:
        """Take an offer back.

        Raises:
            Declined: when there is none.
        """
        found = self._open(uid, now)
        made = self._offer(account, found)
        if offer_uid not in (None, made.uid):
            raise Declined("offerNotFound")
        del found.offers[account]
        return made

    def offers(self, account: str, now: int, *, open: bool) -> list[Offer]:
        """The account's offers on requests that are open, or on those that are not."""
        self.open(now)
        return [
            offer
            for one in self._rfqs.values()
            if (one.status == "open") == open and (offer := one.offers.get(account)) is not None
        ]

    def _offer(self, account: str, rfq: Rfq) -> Offer:
        found = rfq.offers.get(account)
        if found is None:
            raise Declined("offerNotFound")
        return found

    def _open(self, uid: str, now: int) -> Rfq:
        found = self.find(uid, now)
        if found is None or found.status != "open":
            raise Declined("rfqNotFound")
        return found

    def _expire(self, rfq: Rfq, now: int) -> None:
        if rfq.status == "open" and now >= rfq.expires_at:
            rfq.status = "expired"


def price_of(exchange: DerivativesExchange, rfq: Rfq, total: Decimal | None, legs: Mapping[str, Decimal]) -> Price:
    """A package's price, by its sum or by the prices of its legs.

    Raises:
        Declined: for legs that are not those of the package, and for prices that cannot be.
    """
    if legs:
        if set(legs) != {one.contract.symbol for one in rfq.legs}:
            raise Declined("symbolNotFound")
        units = [_units(one.contract, legs[one.contract.symbol]) for one in rfq.legs]
        sum_of_legs = sum(
            (leg.size * leg.contract.price(at) for leg, at in zip(rfq.legs, units, strict=True)), Decimal(0)
        )
        if total is not None and total != sum_of_legs:
            raise Declined("orderError")
        return Price(sum_of_legs, tuple(units), told=True)
    if total is None or to_units(total, _PRICE_PLACES) is None:
        raise Declined("orderError")
    marks = [exchange.ticker(one.contract).mark for one in rfq.legs]
    others = sum((leg.size * mark for leg, mark in list(zip(rfq.legs, marks, strict=True))[1:]), Decimal(0))
    first = rfq.legs[0]
    exact = Fraction(total - others) / Fraction(first.size) * 10**first.contract.scale.pair_decimals
    units = [round(exact), *(_units(leg.contract, mark) for leg, mark in zip(rfq.legs[1:], marks[1:], strict=True))]
    if units[0] <= 0:
        raise Declined("orderError")
    return Price(total, tuple(units), told=False)


def _units(contract: Contract, price: Decimal) -> int:
    units = to_units(price, contract.scale.pair_decimals)
    if units is None or units <= 0:
        raise Declined("orderError")
    return units


def _check_legs(legs: Sequence[Leg]) -> None:
    if not legs:
        raise Declined("noLegsSpecified")
    if len(legs) > MOST_LEGS:
        raise Declined("tooManyLegs")
    if len({leg.contract for leg in legs}) < len(legs) or not all(leg.lots for leg in legs):
        raise Declined("invalidQuantity")
    if len({leg.contract.scale.base for leg in legs}) > 1 or any(leg.contract.inverse for leg in legs):
        raise Declined("mixedCurrencyPairs")


def _check_spread(bid: Price | None, ask: Price | None) -> None:
    if bid is None and ask is None:
        raise Declined("orderError")
    if bid is not None and ask is not None and bid.total >= ask.total:
        raise Declined("orderError")
