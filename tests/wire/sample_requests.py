"""An instance of any request class, made from the types of its fields: for tests that walk the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from krakenkit.wire.request import Params

P = TypeVar("P", bound=Params)

# Values where the exchange takes a closed list of words, a range, or a shape of its own.
_WORDS: dict[str, Any] = {
    "grant_type": "authorization_code",
    "report": "trades",
    "format": "CSV",
    "depth": 10,
    "grouping": 5,
    "consolidation": "market",
    "order_type": "lmt",
    "limit_price_offset_unit": "PERCENT",
    "trailing_stop_max_deviation": "1.5",
    "interval": 60,
    "before": 9,
    "external_id": "AAAA",
}
_BY_CLASS: dict[str, dict[str, Any]] = {"DeleteLedgersExport": {"type": "delete"}}
# Parameters that exclude others: the last of each pair.
_LEFT_OUT: dict[str, tuple[str, ...]] = {
    "AmendOrder": ("cl_ord_id",),
    "BatchOrder": ("userref",),
    "CancelOrder": ("cl_ord_id",),
    "CreateOtcQuoteRequest": ("total",),
    "CryptoAddressToSave": ("memo",),
    "FeeChoice": ("current_fee",),
    "FundingScope": ("network_id", "network_group_id"),
    "GetClosedOrders": ("cursor",),
    "GetLedgersInfo": ("cursor",),
    "GetRampCheckoutUrl": ("in_method", "out_method"),
    "GetRampLimits": ("in_method", "out_method"),
    "GetRampProspectiveQuote": ("in_method", "out_method"),
    "GetTradesHistory": ("cursor",),
    "ListFundingAddresses": ("cursor",),
    "ListFundingDepositAddresses": ("cursor",),
    "ListFundingDeposits": ("cursor",),
    "ListFundingMethods": ("cursor",),
    "ListFundingWithdrawals": ("cursor",),
    "SendInstruction": ("cli_ord_id",),
    "SubmitOrder": ("userref", "limit_price_offset_value", "limit_price_offset_unit"),
    "SubmitRfqAcceptance": ("ask_accepted",),
}


def sample(kind: type[P]) -> P:
    """An instance with every parameter that goes with the others."""
    words = _WORDS | _BY_CLASS.get(kind.__name__, {})
    left_out = _LEFT_OUT.get(kind.__name__, ())
    names = {field.name: field.type for field in msgspec.structs.fields(kind) if field.name not in left_out}
    return kind(**{name: words[name] if name in words else _value(of, name) for name, of in names.items()})


def _value(kind: Any, name: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _value(_best(inner), name)
    if origin is Literal:
        return inner[0]
    if origin in (list, Sequence, tuple):
        return [_value(inner[0], name), _value(inner[0], name)]
    if origin in (dict, Mapping) or kind is Any:
        return {"member": "text"}
    if isinstance(kind, type) and issubclass(kind, Params):
        return sample(kind)
    return {str: f"{name}-1", int: 7, bool: True, bytes: b"\x89PNG", Decimal: Decimal("1.50")}[kind]


def _best(kinds: tuple[Any, ...]) -> Any:
    """The alternative that tells most: an amount before text, a list or an object before a single name."""
    telling = [kind for kind in kinds if kind is not NoneType and kind is not datetime]
    return next((kind for kind in telling if kind is Decimal or get_origin(kind) or _nested(kind)), telling[0])


def _nested(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Params)
