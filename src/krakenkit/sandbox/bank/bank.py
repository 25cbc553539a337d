"""The bank beside the exchange: it moves money in and out, lets it earn, makes reports, and knows who is who.

It brings no clock: time passes when :meth:`Bank.tick` is told so.
"""

from __future__ import annotations

import random

from krakenkit.sandbox.bank.directory import Directory
from krakenkit.sandbox.bank.earn import Earn
from krakenkit.sandbox.bank.funding import Funding
from krakenkit.sandbox.bank.refusals import NO_FUNDS
from krakenkit.sandbox.bank.reports import Reports
from krakenkit.sandbox.bank.timetable import Timetable
from krakenkit.sandbox.engine import EngineRefused, Exchange
from krakenkit.sandbox.engine.ids import IdMint


class Bank:
    """All rooms of the bank, and the timetable they share.

    Args:
        seed: makes addresses and ids.
    """

    def __init__(self, exchange: Exchange, seed: int) -> None:
        self._exchange = exchange
        self._timetable = Timetable()
        self._mint = IdMint(random.Random(f"{seed} bank transfers"))
        self.directory = Directory(seed)
        self.funding = Funding(exchange, self._timetable, random.Random(f"{seed} bank funding"))
        self.earn = Earn(exchange, self._timetable, random.Random(f"{seed} bank earn"))
        self.reports = Reports(exchange, self._timetable, random.Random(f"{seed} bank reports"))

    def tick(self, now: int) -> None:
        """Let everything happen that is due by now, each thing at its own moment."""
        for due in self._timetable.until(now):
            # Positions on margin take what they cost by then first, so that what is found to be there stays there.
            self._exchange.tick(due.at)
            match due.room:
                case "funding":
                    self.funding.advance(due.key, due.at)
                case "earn":
                    self.earn.advance(due.key, due.at)
                case "reports":
                    self.reports.advance(due.key, due.at)

    def transfer(self, source: str, target: str, asset: str, units: int, now: int) -> str:
        """Move money from one account to another at once; gives the reference.

        Raises:
            EngineRefused: for more than is available.
        """
        ref_id = self._mint.trade()
        self._take(source, asset, units, now, subtype="", ref_id=ref_id)
        self._exchange.post(target, asset, units, now, kind="transfer", ref_id=ref_id)
        return ref_id

    def take_for_futures(self, account: str, asset: str, units: int, now: int) -> str:
        """Take money out for the Futures wallet, which is paid elsewhere; gives the reference.

        Raises:
            EngineRefused: for more than is available.
        """
        ref_id = self._mint.reference()
        self._take(account, asset, units, now, subtype="spottofutures", ref_id=ref_id)
        return ref_id

    def pay_from_futures(self, account: str, asset: str, units: int, now: int) -> str:
        """Pay in what comes from the Futures wallet; gives the reference."""
        ref_id = self._mint.reference()
        self._exchange.post(account, asset, units, now, kind="transfer", subtype="spotfromfutures", ref_id=ref_id)
        return ref_id

    def _take(self, account: str, asset: str, units: int, now: int, *, subtype: str, ref_id: str) -> None:
        found = self.funding.asset(asset)
        if units > self.funding.available(account, found):
            raise EngineRefused(NO_FUNDS)
        self._exchange.post(account, asset, -units, now, kind="transfer", subtype=subtype, ref_id=ref_id)
