"""How the Unified WebSocket says no to an asset class and to orders.

Kraken's readable pages show the refusals of a few private channels and of ``set_preference`` only. What else is said is in
no source: here it is formed after those, and orders are refused in the words of Spot v2, whose format the overview promises,
or in those of the old API where Spot has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from krakenkit.sandbox.engine import SystemStatus
from krakenkit.sandbox.engine.derivatives import Declined
from krakenkit.sandbox.engine.refusals import (
    CANCEL_ONLY_MODE,
    DEADLINE,
    INVALID_ORDER,
    INVALID_PRICE,
    POST_ONLY,
    POST_ONLY_MODE,
    TAKEN_CLIENT_ID,
    UNAVAILABLE,
    UNKNOWN_ORDER,
)
from krakenkit.sandbox.inbound import Denied

DERIVATIVES: Final = "derivatives"
NO_ASSET_CLASS: Final = "Missing 'params.asset_class'"
UNKNOWN_ASSET_CLASS: Final = "Unknown 'params.asset_class'"
SPOT_NOT_YET: Final = "'params.asset_class' spot is not available yet"

_REFUSALS: Final[Mapping[str, str]] = {
    "invalidSide": INVALID_ORDER,
    "invalidSize": "EGeneral:Invalid arguments:order_qty",
    "invalidPrice": INVALID_PRICE,
    "clientOrderIdAlreadyExist": TAKEN_CLIENT_ID,
    "postWouldExecute": POST_ONLY,
    "wouldNotReducePosition": "EOrder:Reduce only:No position exists",
    "insufficientAvailableFunds": "EOrder:Insufficient margin",
    "maxPositionViolation": "EOrder:Positions limit exceeded",
    "tooManyOrders": "EOrder:Orders limit exceeded",
    "outsidePriceCollar": INVALID_PRICE,
    "wouldProcessAfterSpecifiedTime": DEADLINE,
    "orderForEditNotFound": UNKNOWN_ORDER,
    "orderForEditNotAStop": "EGeneral:Invalid arguments:trigger_price",
    "notFound": UNKNOWN_ORDER,
    "filled": UNKNOWN_ORDER,
    "marketIsPostOnly": POST_ONLY_MODE,
    "marketSuspended": CANCEL_ONLY_MODE,
}


def refusal(declined: Declined, status: SystemStatus) -> str:
    """What is said to an order that the engine declined."""
    if declined.code == "marketSuspended" and status == "maintenance":
        return UNAVAILABLE
    return _REFUSALS.get(declined.code, declined.code)


def check_asset_class(members: Mapping[str, object]) -> None:
    """Refuse a request that does not name the asset class, or names one that is not served.

    Spot is announced for the first quarter of 2027 and is not served before.

    Raises:
        Denied: in that case.
    """
    match members.get("asset_class"):
        case "derivatives":
            return
        case None | "":
            raise Denied(NO_ASSET_CLASS)
        case "spot":
            raise Denied(SPOT_NOT_YET)
        case _:
            raise Denied(UNKNOWN_ASSET_CLASS)
