"""A partner's own money: withdrawals, the list of what came and went, and daily settlement reports.

A report is a table of one day, made when it is asked for; its address holds the whole file (``data:``), so it opens without
a key and without another call.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.bank.funding import units_of
from krakenkit.sandbox.engine import Exchange
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.partners.days import DAY, day_of, end_of
from krakenkit.sandbox.partners.quotes import Journal, Leg, Transaction
from krakenkit.sandbox.partners.users import Users
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.partner.funds import WithdrawEmbedFunds

REPORT_TYPES: Final = ("trades", "transfers", "earn_rewards")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A withdrawal that was made, or would be."""

    reference: str | None
    amount: Decimal
    """What arrives."""
    fee: Decimal

    @property
    def total(self) -> Decimal:
        """What leaves the account."""
        return self.amount + self.fee


@dataclass(frozen=True, slots=True)
class Move:
    """Money that came in or went out, or is on its way."""

    ref_id: str
    kind: str
    """``deposit`` or ``withdrawal``."""
    asset: str
    amount: Decimal
    status: str
    """In the words of the list: ``initial``, ``pending``, ``settled``, ``success`` or ``failure``."""
    at: int


@dataclass(frozen=True, slots=True)
class Report:
    """One table of one day."""

    id: str
    day: date
    type: str
    text: str

    @property
    def begins_at(self) -> int:
        """The midnight before the day."""
        return end_of(self.day) - DAY

    @property
    def name(self) -> str:
        return f"{self.type}_{self.day}.csv"

    @property
    def size(self) -> int:
        return len(self.text.encode())

    @property
    def address(self) -> str:
        """An address that is the file itself."""
        return f"data:text/csv;base64,{base64.b64encode(self.text.encode()).decode()}"


class Funds:
    """Withdrawals of partners and users, which the bank carries out; saved addresses are those of the account that pays."""

    def __init__(self, bank: Bank, users: Users, journal: Journal) -> None:
        self._bank = bank
        self._users = users
        self._journal = journal
        self._by_token: dict[tuple[str, str], Outgoing] = {}

    def withdraw(self, exchange: Exchange, partner: str, request: WithdrawEmbedFunds, now: int) -> Outgoing:
        """Withdraw, or only tell what it would be. A token that was used before gives the withdrawal it gave then.

        Raises:
            EngineRefused: for an unknown user, asset or address, an odd amount, and more than there is.
        """
        used = (partner, request.idempotency_token or "")
        if request.idempotency_token and used in self._by_token:
            return self._by_token[used]
        funding = self._bank.funding
        account = partner if request.user is None else self._users.find(partner, request.user).iiban
        asset = exchange.asset(request.asset)
        net = units_of(asset, read_amount(request.amount, "amount"))
        address, method = funding.saved(account, asset, request.key)
        fee = funding.fee(method)
        if request.fee_token is not None:
            quoted = funding.quoted_fee(request.fee_token, method, now)
            if quoted is None:
                raise invalid("fee_token")
            fee = quoted
        if request.preview:
            return Outgoing(None, asset.amount(net), asset.amount(fee))
        sent = funding.withdraw(account, method, address, net, now, fee=fee, max_fee=None)
        made = Outgoing(sent.ref_id, asset.amount(net), asset.amount(fee))
        if request.idempotency_token:
            self._by_token[used] = made
        return made

    def moved(self, exchange: Exchange, account: str, kind: str) -> list[Move]:
        """What came in (``deposit``) or went out (``withdrawal``), newest first."""
        funding = self._bank.funding
        by_bank = funding.deposits(account) if kind == "deposit" else funding.withdrawals(account)
        rows = [
            Move(one.ref_id, kind, asset.display, asset.amount(one.units), one.status.lower(), one.created_at)
            for one in by_bank
            for asset in (one.method.asset,)
        ]
        known = {row.ref_id for row in rows}
        rows += [
            Move(entry.ref_id, kind, entry.asset.display, abs(entry.amount), "success", entry.at)
            for entry in exchange.ledger(account)
            if entry.type == kind and entry.ref_id not in known
        ]
        return sorted(rows, key=lambda row: row.at, reverse=True)

    # --- reports --------------------------------------------------------------------------------------------------------

    def reports(self, exchange: Exchange, partner: str, now: int) -> list[Report]:
        """A table for every day that is over and every kind that has rows in it, newest first."""
        today = day_of(now)
        rows: dict[tuple[date, str], list[str]] = {}
        for kind, day, row in self._rows(exchange, partner):
            if day < today:
                rows.setdefault((day, kind), []).append(row)
        made = [_report(day, kind, lines) for (day, kind), lines in rows.items()]
        return sorted(made, key=lambda one: (one.day, one.type), reverse=True)

    def report(self, exchange: Exchange, partner: str, report_id: str, now: int) -> Report:
        """One table.

        Raises:
            Denied: with HTTP status 404, when there is none.
        """
        for one in self.reports(exchange, partner, now):
            if one.id == report_id:
                return one
        raise Denied("EGeneral:Invalid arguments:id", status=404)

    def _rows(self, exchange: Exchange, partner: str) -> Iterable[tuple[str, date, str]]:
        for user in self._users.of(partner):
            for trade in self._journal.of(user.iiban):
                if trade.successful:
                    kind = "earn_rewards" if trade.type == "earn_reward" else "trades"
                    yield kind, day_of(trade.at), _trade_row(trade)
        for kind in ("deposit", "withdrawal"):
            for move in self.moved(exchange, partner, kind):
                if move.status == "success":
                    yield "transfers", day_of(move.at), f"{move.ref_id},{kind},{move.asset},{move.amount:f}"


_HEADS: Final = {
    "trades": "id,user,spend_asset,spend,fee,receive_asset,receive",
    "earn_rewards": "id,user,spend_asset,spend,fee,receive_asset,receive",
    "transfers": "ref_id,type,asset,amount",
}


def _report(day: date, kind: str, rows: list[str]) -> Report:
    return Report(f"{kind}-{day}", day, kind, "\n".join([_HEADS[kind], *sorted(rows), ""]))


def _trade_row(trade: Transaction) -> str:
    spend, receive = _leg(trade.spend), _leg(trade.receive)
    return ",".join([trade.id, trade.user, *spend, *receive[:2]])


def _leg(leg: Leg | None) -> tuple[str, str, str]:
    return ("", "", "") if leg is None else (leg.asset, f"{leg.amount:f}", f"{leg.fee:f}")
