"""Quotes of Embed: a price that holds for half a minute, taken or not, and the record of what was traded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.engine import EngineRefused, Exchange
from krakenkit.sandbox.engine.refusals import UNAVAILABLE
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.partners.trades import Deal, Settled, settle
from krakenkit.sandbox.partners.users import User
from krakenkit.sandbox.rates import is_fiat

QuoteState: TypeAlias = Literal["new", "completed", "failed", "expired"]
"""The manual shows ``new`` only; the other words are ours."""
LIFE: Final = 30 * 10**9
"""How long a price holds; the manual tells no time."""
UNKNOWN_QUOTE: Final = "EGeneral:Invalid arguments:quote_id"


@dataclass(slots=True, eq=False)
class Quote:
    """A price for one trade of one user."""

    id: str
    user: str
    deal: Deal
    expires_at: int
    quote_currency: str | None
    """Another asset in which the amounts are told as well."""
    state: QuoteState = "new"
    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a transaction."""

    asset: str
    amount: Decimal
    """Without the fee."""
    fee: Decimal
    balance: Decimal | None
    """Of the account that paid or received, afterwards."""
    ledger_id: str | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """Something that happened to what a user owns."""

    id: str
    user: str
    at: int
    type: str
    """``simple_order``, ``simple_order_failed`` or ``earn_reward``."""
    successful: bool
    ref_type: str
    ref_id: str
    """The quote or the order that it came of."""
    spend: Leg | None
    receive: Leg | None
    invested: Decimal
    """US dollars that came in with it (negative: went out)."""

    @property
    def assets(self) -> set[str]:
        """The assets of both sides."""
        return {leg.asset for leg in (self.spend, self.receive) if leg is not None}


class Journal:
    """All transactions of all users."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._by_user: dict[str, list[Transaction]] = {}

    def of(self, user: str) -> list[Transaction]:
        """A user's transactions, oldest first."""
        return self._by_user.get(user, [])

    def traded(self, exchange: Exchange, user: str, deal: Deal, settled: Settled, ref_id: str, now: int) -> Transaction:
        """Write down a trade that was made."""
        made = Transaction(
            id=self._names.uuid(),
            user=user,
            at=now,
            type="simple_order",
            successful=True,
            ref_type="simple_order_quote",
            ref_id=ref_id,
            spend=Leg(deal.spend, deal.spend_total - deal.fee, deal.fee, settled.paid.balance, settled.paid.ledger_id),
            receive=Leg(deal.receive, deal.received, Decimal(0), settled.received.balance, settled.received.ledger_id),
            invested=_invested(exchange, deal),
        )
        return self._keep(made)

    def failed(self, user: str, deal: Deal, ref_id: str, now: int) -> Transaction:
        """Write down a trade that could not be made."""
        return self._keep(
            Transaction(
                id=self._names.uuid(),
                user=user,
                at=now,
                type="simple_order_failed",
                successful=False,
                ref_type="simple_order_quote_failed",
                ref_id=ref_id,
                spend=Leg(deal.spend, deal.spend_total - deal.fee, deal.fee, None, None),
                receive=Leg(deal.receive, deal.received, Decimal(0), None, None),
                invested=Decimal(0),
            )
        )

    def rewarded(self, user: str, asset: str, amount: Decimal, balance: Decimal, ledger_id: str, now: int) -> None:
        """Write down a reward that was paid."""
        self._keep(
            Transaction(
                id=self._names.uuid(),
                user=user,
                at=now,
                type="earn_reward",
                successful=True,
                ref_type="earn_reward",
                ref_id=ledger_id,
                spend=None,
                receive=Leg(asset, amount, Decimal(0), balance, ledger_id),
                invested=Decimal(0),
            )
        )

    def _keep(self, made: Transaction) -> Transaction:
        self._by_user.setdefault(made.user, []).append(made)
        return made


def _invested(exchange: Exchange, deal: Deal) -> Decimal:
    """The dollars that a deal moved between the user's cash, which is with the partner, and the user's holdings."""
    sides = ((deal.spend, deal.spend_total, 1), (deal.receive, deal.received, -1))
    cash = [(asset, amount * sign) for asset, amount, sign in sides if is_fiat(exchange.asset(asset))]
    return sum((exchange.worth(amount, asset, "USD") or Decimal(0) for asset, amount in cash), Decimal(0))


class Quotes:
    """All quotes of all users."""

    def __init__(self, names: Names, journal: Journal) -> None:
        self._names = names
        self._journal = journal
        self._quotes: dict[str, Quote] = {}

    def make(self, user: User, deal: Deal, now: int, *, quote_currency: str | None = None) -> Quote:
        """A new quote."""
        made = Quote(self._names.uuid(), user.iiban, deal, now + LIFE, quote_currency)
        self._quotes[made.id] = made
        return made

    def find(self, user: User, quote_id: str, now: int) -> Quote:
        """One quote of a user, as it stands.

        Raises:
            Denied: with HTTP status 404, when there is none.
        """
        found = self._quotes.get(quote_id)
        if found is None or found.user != user.iiban:
            raise Denied(UNKNOWN_QUOTE, status=404)
        if found.state == "new" and now >= found.expires_at:
            found.state = "expired"
        return found

    def execute(self, exchange: Exchange, user: User, quote_id: str, now: int) -> Quote:
        """Trade at the quoted price.

        Raises:
            EngineRefused: for a quote that is over; for more than there is, and the quote has failed then; while the exchange
                does not trade, which leaves the quote as it is.
        """
        quote = self.find(user, quote_id, now)
        if quote.state != "new":
            raise Denied(f"{UNKNOWN_QUOTE}:{quote.state}", status=409)
        try:
            settled = settle(exchange, quote.deal, user=user.iiban, partner=user.partner, now=now)
        except EngineRefused as refused:
            if refused.code != UNAVAILABLE:
                quote.state = "failed"
                quote.transaction_id = self._journal.failed(user.iiban, quote.deal, quote.id, now).id
            raise
        quote.state = "completed"
        quote.transaction_id = self._journal.traded(exchange, user.iiban, quote.deal, settled, quote.id, now).id
        return quote
