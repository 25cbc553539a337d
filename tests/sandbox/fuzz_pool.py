"""What random requests are made of: requests as they should be, and values that should not be there."""

from __future__ import annotations

import random
from typing import Any, Final, TypeAlias

Members: TypeAlias = dict[str, Any]

ODD: Final[tuple[Any, ...]] = (
    "", "-1", "0", "NaN", "Infinity", "-Infinity", "1e400", "1e-400", "9" * 5000, "0x10", "٣", "\x00", "\N{GRINNING FACE}",
    "null", "true", "[]", "{}", "a,b,,c", "," * 100, "+60", "2026-13-45T99:99:99Z", "0.000000000000000001", " ", "%",
    "x" * 3000,
)  # fmt: skip
"""Text for a form or a query."""
ODD_JSON: Final[tuple[Any, ...]] = (
    *ODD, None, True, False, 0, -1, 10**30, -(10**30), 1.5, -0.0, 1e308, [], {}, [[]], [None], [{}], {"a": {"b": []}},
    [1, "2", {}], "\ud800",
)  # fmt: skip
"""Values for JSON."""
USUAL: Final[Members] = {
    "pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01", "asset": "XBT", "count": "5",
    "symbol": "PF_XBTUSD", "side": "buy", "orderType": "lmt", "size": "1", "limitPrice": "30000", "interval": "1",
    "amount": "1", "timeout": "60", "cl_ord_id": "mine", "userref": "7", "txid": "OAAAAA-AAAAA-AAAAAA", "unit": "USD",
}  # fmt: skip
"""Values by the name of their field, as a client would send them."""


def _v2(method: str, **params: Any) -> Members:
    return {"method": method, "params": params, "req_id": 1}


_ORDER: Final = {"order_type": "limit", "side": "buy", "order_qty": 0.01, "limit_price": 30000}
V2: Final[tuple[Members, ...]] = (
    _v2("ping"),
    _v2("subscribe", channel="book", symbol=["BTC/USD"], depth=10, snapshot=True),
    _v2("subscribe", channel="ohlc", symbol=["BTC/USD"], interval=1),
    _v2("subscribe", channel="ticker", symbol=["BTC/USD"], event_trigger="bbo"),
    _v2("subscribe", channel="level3", symbol=["BTC/USD"], depth=10),
    _v2("subscribe", channel="executions", snap_orders=True),
    _v2("unsubscribe", channel="book", symbol=["BTC/USD"], depth=10),
    _v2("add_order", symbol="BTC/USD", **_ORDER),
    _v2("add_order", symbol="BTC/USD", **_ORDER | {"order_type": "stop-loss", "triggers": {"price": 20000}}),
    _v2("amend_order", cl_ord_id="mine", order_qty=0.02),
    _v2("edit_order", order_id="OAAAAA-AAAAA-AAAAAA", symbol="BTC/USD", order_qty=0.02),
    _v2("cancel_order", cl_ord_id=["mine"]),
    _v2("cancel_all"),
    _v2("cancel_all_orders_after", timeout=60),
    _v2("batch_add", symbol="BTC/USD", orders=[_ORDER, _ORDER]),
    _v2("batch_cancel", orders=["a", "b"]),
)
UNIFIED: Final[tuple[Members, ...]] = tuple(
    one | {"params": one["params"] | {"asset_class": "derivatives"} | ({"symbol": "PF_XBTUSD"} if spelled else {})}
    for one in V2
    for spelled in ["symbol" in one["params"] and one["method"] != "subscribe"]
)
V1: Final[tuple[Members, ...]] = (
    {"event": "ping", "reqid": 1},
    {"event": "subscribe", "pair": ["XBT/USD"], "subscription": {"name": "book", "depth": 10}},
    {"event": "subscribe", "pair": ["XBT/USD"], "subscription": {"name": "ohlc", "interval": 5}},
    {"event": "subscribe", "subscription": {"name": "openOrders"}},
    {"event": "unsubscribe", "pair": ["XBT/USD"], "subscription": {"name": "book", "depth": 10}},
    {"event": "addOrder", "pair": "XBT/USD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"},
    {"event": "editOrder", "orderid": "OAAAAA-AAAAA-AAAAAA", "pair": "XBT/USD", "volume": "0.02"},
    {"event": "amendOrder", "cl_ord_id": "mine", "order_qty": "0.02"},
    {"event": "cancelOrder", "txid": ["OAAAAA-AAAAA-AAAAAA"]},
    {"event": "cancelAll"},
    {"event": "cancelAllOrdersAfter", "timeout": 60},
)
FUTURES: Final[tuple[Members, ...]] = (
    {"event": "ping"},
    {"event": "challenge", "api_key": "key"},
    {"event": "subscribe", "feed": "book", "product_ids": ["PF_XBTUSD"]},
    {"event": "subscribe", "feed": "heartbeat"},
    {"event": "unsubscribe", "feed": "ticker", "product_ids": ["PF_XBTUSD"]},
    {"event": "subscribe", "feed": "fills", "api_key": "key", "original_challenge": "text", "signed_challenge": "text"},
)
BROKEN: Final = ("", "[]", "null", "1", '"a"', "{}", "[" * 5000, "\x00", "NaN", '{"method":', "{'a':1}")
"""Frames that are no requests."""


def spoilt(request: Any, dice: random.Random, *, rate: float) -> Any:
    """A copy of a request in which every value, at any depth, may have been exchanged, repeated or left out."""
    if dice.random() < rate:
        return dice.choice(ODD_JSON)
    match request:
        case dict():
            members = {name: spoilt(value, dice, rate=rate) for name, value in request.items() if dice.random() >= rate}
            return members | ({"nonsense": dice.choice(ODD_JSON)} if dice.random() < rate else {})
        case list():
            return [spoilt(item, dice, rate=rate) for item in request] * dice.choice((1, 1, 1, 2, 40))
        case _:
            return request
