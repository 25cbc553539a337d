"""Embed as one whole: users, quotes, orders, rewards and funds, which share one journal."""

from __future__ import annotations

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.engine import Exchange
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.partners.custom_orders import CustomOrders
from krakenkit.sandbox.partners.earn import Earn
from krakenkit.sandbox.partners.funds import Funds
from krakenkit.sandbox.partners.quotes import Journal, Quotes
from krakenkit.sandbox.partners.users import Users


class Embed:
    """All state of Embed."""

    def __init__(self, names: Names, bank: Bank) -> None:
        self.users = Users(names)
        self.journal = Journal(names)
        self.quotes = Quotes(names, self.journal)
        self.orders = CustomOrders(names, self.journal)
        self.earn = Earn(self.users, self.journal)
        self.funds = Funds(bank, self.users, self.journal)

    def pass_time(self, exchange: Exchange, now: int) -> None:
        """Let happen what is due by now: orders whose price is reached, rewards."""
        self.orders.pass_time(exchange, now)
        self.earn.pass_time(exchange, now)
