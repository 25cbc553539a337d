"""krakenex against a sandbox: it posts whatever it is asked to, forms only."""

from __future__ import annotations

import json
import time
from typing import Any

from krakenex import API
from truth import BOX, key

SEEN: dict[str, Any] = {}
ACCOUNT = API(**key("spot"))
ACCOUNT.uri = BOX["rest"]


def public() -> None:
    SEEN["time"] = ACCOUNT.query_public("Time")["result"]["unixtime"] > 0
    SEEN["levels"] = len(ACCOUNT.query_public("Depth", {"pair": "XBTUSD", "count": 5})["result"]["XXBTZUSD"]["bids"])
    SEEN["refused"] = ACCOUNT.query_public("Ticker", {"pair": "WWWUSD"})["error"]


def ask(method: str, **data: Any) -> Any:
    """The result of a private call; nonces are milliseconds, so one call is made in each."""
    time.sleep(0.002)
    answer = ACCOUNT.query_private(method, data)
    assert not answer["error"], answer
    return answer["result"]


def private() -> None:
    SEEN["balance"] = ask("Balance")["XXBT"]
    placed = ask("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price="20000", volume="0.01")
    order_id = placed["txid"][0]
    SEEN["open"] = ask("OpenOrders")["open"][order_id]["descr"]["order"]
    SEEN["cancelled"] = ask("CancelOrder", txid=order_id)["count"]
    SEEN["status"] = ask("QueryOrders", txid=order_id)[order_id]["status"]


public()
private()
print(json.dumps(SEEN))
