"""The words of Futures REST: what may be sent, and which status words mean that an order was placed or refused.

Editors offer the known words; a word that is new tomorrow arrives as plain text (the exchange announced ``unknown`` as a
value of several of them on 18 May 2026). Source: docs.kraken.com, Futures REST, and its enums of the send order answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    OrderType: TypeAlias = Literal["lmt", "post", "ioc", "fok", "mkt", "stp", "take_profit", "trailing_stop"] | str
    TriggerSignal: TypeAlias = Literal["mark", "index", "last"] | str
    DeviationUnit: TypeAlias = Literal["PERCENT", "QUOTE_CURRENCY"] | str
    QtyMode: TypeAlias = Literal["RELATIVE", "ABSOLUTE"] | str
    ContractType: TypeAlias = Literal["futures_inverse", "futures_vanilla", "flexible_futures", "options", "all"] | str
    InstrumentType: TypeAlias = Literal["flexible_futures", "futures_inverse", "futures_vanilla", "options"] | str
    SelfTradeStrategy: TypeAlias = (
        Literal["REJECT_TAKER", "CANCEL_MAKER_SELF", "CANCEL_MAKER_CHILD", "CANCEL_MAKER_ANY"] | str
    )
    AssignmentTimeFrame: TypeAlias = Literal["WEEKDAYS", "WEEKEND", "ALL"] | str
    TickType: TypeAlias = Literal["spot", "mark", "trade"] | str
    Resolution: TypeAlias = Literal["1m", "5m", "15m", "30m", "1h", "4h", "12h", "1d", "1w"] | str
    AnalyticsType: TypeAlias = (
        Literal[
            "open-interest",
            "aggressor-differential",
            "trade-volume",
            "trade-count",
            "liquidation-volume",
            "rolling-volatility",
            "long-short-ratio",
            "long-short-info",
            "cvd",
            "top-traders",
            "orderbook",
            "spreads",
            "liquidity",
            "slippage",
            "future-basis",
            "funding",
        ]
        | str
    )
    Sort: TypeAlias = Literal["asc", "desc"] | str
else:
    # The codecs read these as open text: a value outside the list must not stop a program.
    OrderType = TriggerSignal = DeviationUnit = QtyMode = ContractType = InstrumentType = str
    SelfTradeStrategy = AssignmentTimeFrame = TickType = Resolution = AnalyticsType = Sort = str

PLACED = frozenset({"placed", "partiallyFilled", "filled"})
"""Statuses of a sent order that mean it was taken. ``placed`` is also said of an order that was filled at once."""

ACCEPTED = PLACED | {"edited", "cancelled"}
"""Statuses that mean that what was asked for was done."""

REFUSED = frozenset(
    {
        # size and price
        "invalidSize",
        "invalidPrice",
        "outsidePriceCollar",
        "wouldIncreasePriceDislocation",
        "tooManySmallOrders",
        "tooManyOrders",
        # funds and risk
        "insufficientAvailableFunds",
        "maxPositionViolation",
        "wouldCauseLiquidation",
        "fixedLeverageTooHigh",
        "wouldNotReducePosition",
        # matching
        "postWouldExecute",
        "iocWouldNotExecute",
        "selfFill",
        # market
        "marketSuspended",
        "marketInactive",
        "marketIsPostOnly",
        # client order id: the prose and the schema of the manual disagree on one of them
        "clientOrderIdAlreadyExist",
        "clientOrderIdTooBig",
        "clientOrderIdTooLong",
        "clientOrderIdInvalid",
        # edits and cancels
        "notFound",
        "orderForEditNotFound",
        "orderForEditNotAStop",
        "cannotEditTriggerPriceOfTrailingStop",
        "cannotEditLimitPriceOfTrailingStop",
        # deadline and arguments
        "wouldProcessAfterSpecifiedTime",
        "invalidOrderType",
        "invalidSide",
    }
)
"""Statuses that mean that nothing was placed or changed. A status in neither set is new: look the order up."""

__all__ = [
    "ACCEPTED",
    "PLACED",
    "REFUSED",
    "AnalyticsType",
    "AssignmentTimeFrame",
    "ContractType",
    "DeviationUnit",
    "InstrumentType",
    "OrderType",
    "QtyMode",
    "Resolution",
    "SelfTradeStrategy",
    "Sort",
    "TickType",
    "TriggerSignal",
]
