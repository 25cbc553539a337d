"""What the bank answers when it says no, in Kraken's words.

Source: https://docs.kraken.com/api/docs/guides/spot-errors, the pages of Funding and Earn, and strings that other clients
report.
"""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.engine.refusals import INVALID_AMOUNT as INVALID_AMOUNT

UNKNOWN_ASSET: Final = "EFunding:Unknown asset"
NO_METHOD: Final = "EFunding:No funding method"
TOO_MANY_ADDRESSES: Final = "EFunding:Too many addresses"
UNKNOWN_KEY: Final = "EFunding:Unknown withdraw key"
WRONG_ADDRESS: Final = "EFunding:Invalid withdrawal address"
MAX_FEE: Final = "EFunding:Max fee exceeded"
NO_FUNDS: Final = "EFunding:Insufficient funds"
INVALID_REFERENCE: Final = "EFunding:Invalid reference id"
UNKNOWN_REFERENCE: Final = "EFunding:Unknown reference id"

UNKNOWN_STRATEGY: Final = "EGeneral:Invalid arguments:Invalid strategy ID"
EARN_NO_FUNDS: Final = "EEarnings:Insufficient funds:Insufficient funds to complete the (de)allocation request"
EARN_BELOW: Final = "EEarnings:Below min:(De)allocation operation amount less than minimum"
EARN_ABOVE: Final = "EEarnings:Above max:(De)allocation operation amount exceeds the user limit for the strategy"
EARN_BUSY: Final = "EEarnings:Busy:Another (de)allocation for the same strategy is in progress"
EARN_DENIED: Final = "EEarnings:Permission denied:The strategy does not take this operation"
