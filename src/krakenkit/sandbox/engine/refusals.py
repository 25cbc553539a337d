"""What the engine answers when it says no: Kraken's own strings, in one exception.

Source: https://docs.kraken.com/api/docs/guides/spot-errors and the messages other clients report.
"""

from __future__ import annotations

from krakenkit.errors import KrakenError

UNKNOWN_PAIR = "EQuery:Unknown asset pair"
UNKNOWN_ASSET = "EQuery:Unknown asset"
UNKNOWN_ORDER = "EOrder:Unknown order"
INVALID_ORDER = "EOrder:Invalid order"
INVALID_PRICE = "EOrder:Invalid price"
PRICE_ARGUMENT = "EOrder:Invalid price:Invalid price argument"
TICK_SIZE = "EOrder:Tick size check failed"
ORDER_MINIMUM = "EOrder:Order minimum not met"
COST_MINIMUM = "EOrder:Cost minimum not met"
INSUFFICIENT_FUNDS = "EOrder:Insufficient funds"
RATE_LIMIT = "EOrder:Rate limit exceeded"
DOMAIN_RATE_LIMIT = "EOrder:Domain rate limit exceeded"
CANCEL_ALL_LIMIT = "EBM:limit exceeded:CAL"
ORDERS_LIMIT = "EOrder:Orders limit exceeded"
SCHEDULED_LIMIT = "EOrder:Scheduled orders limit exceeded"
POST_ONLY = "EOrder:Post only order"
REDUCE_ONLY = "EOrder:Reduce only:Non-PC"
NO_POSITION = "EOrder:Reduce only:No position exists"
CANNOT_OPEN = "EOrder:Cannot open position"
UNKNOWN_POSITION = "EOrder:Unknown position"
POSITIONS_LIMIT = "EOrder:Positions limit exceeded"
POSITION_SIZE = "EOrder:Margin position size exceeded"
MARGIN_ALLOWANCE = "EOrder:Margin allowance exceeded"
MARGIN_LEVEL = "EOrder:Margin level too low"
NO_POOL = "EOrder:Insufficient margin"
DEADLINE = "EService:Deadline elapsed"
UNAVAILABLE = "EService:Unavailable"
CANCEL_ONLY_MODE = "EService:Market in cancel_only mode"
POST_ONLY_MODE = "EService:Market in post_only mode"
NO_INDEX = "EGeneral:Invalid arguments:Index unavailable"
INVALID_AMOUNT = "EFunding:Invalid amount"
TAKEN_CLIENT_ID = "EGeneral:Invalid arguments:cl_ord_id not unique"


class EngineRefused(KrakenError):
    """The engine did not do it, and nothing changed. ``code`` is the string Kraken would answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def invalid(field: str) -> EngineRefused:
    """The refusal of one argument, named as the REST manual names it."""
    return EngineRefused(f"EGeneral:Invalid arguments:{field}")
