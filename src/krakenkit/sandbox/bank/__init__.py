"""The bank of the sandbox: deposits and withdrawals, Earn, reports, subaccounts. Values in, values out, as the engine is.

Amounts are whole bookkeeping units. What Kraken does not document is chosen here and said so where it is done.
"""

from __future__ import annotations

from .bank import Bank as Bank
