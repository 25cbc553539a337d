"""Other people's clients against a sandbox. ``scripts/test --peers`` installs them; those that are not there are skipped.

The stories are programs of their own, run in the client's own environment; docs/sandbox.md shows parts of them. Each
prints what it saw. Books are compared with the exchange's, level by level, while the market rests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.venvs import FOLDER
from krakenkit.sandbox import Sandbox

STORIES = Path(__file__).parent / "stories"
MODULES = FOLDER / "javascript" / "node_modules"
SECONDS = 90


def told(command: list[str], **environment: str) -> str:
    """What a story prints when it runs against a sandbox of its own."""
    with Sandbox(seed=7) as box:
        variables = {**os.environ, **environment, "SANDBOX": json.dumps(box.describe())}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def python_story(name: str, distribution: str) -> dict[str, Any]:
    """What a Python client saw."""
    python = FOLDER / distribution / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{distribution} is not installed; scripts/test --peers installs it.")
    found: dict[str, Any] = json.loads(told([str(python), str(STORIES / name)]).splitlines()[-1])
    return found


def javascript_story(name: str, package: str) -> dict[str, Any]:
    """What a JavaScript client saw."""
    if not (MODULES / package).exists():
        pytest.skip(f"{package} of npm is not installed; scripts/test --peers installs it where npm is found.")
    found: dict[str, Any] = json.loads(told(["node", str(STORIES / name)], NODE_PATH=str(MODULES)).splitlines()[-1])
    return found


def untrue(seen: dict[str, Any]) -> list[str]:
    """The names of what should have been seen and was not."""
    return [name for name, value in seen.items() if value is False]


def test_python_kraken_sdk_reads_trades_and_verifies_books_on_spot() -> None:
    seen = python_story("kraken_sdk_spot.py", "python-kraken-sdk")
    assert not untrue(seen)
    assert seen["description"] == "buy 0.01000000 XBTUSD @ limit 20000.0"
    assert seen["open"] == "0.02000000"
    assert seen["amends"] == 2
    assert seen["batch"] == 2
    assert seen["bought"] == "closed"
    assert seen["reports"] == ["canceled", "new", "pending_new"]


def test_python_kraken_sdk_moves_money_earns_and_exports() -> None:
    seen = python_story("kraken_sdk_money.py", "python-kraken-sdk")
    assert not untrue(seen)
    assert (seen["deposit"], seen["addresses"], seen["withdrawal"]) == (["Success"], ["cold"], "Success")
    assert seen["told"] == "0.3998500000"
    assert seen["arrived"] == 50
    assert seen["earning"] == "2.0000000000"
    assert seen["report"] == ["Processed"]


def test_python_kraken_sdk_trades_on_margin_with_stops_and_closes() -> None:
    seen = python_story("kraken_sdk_orders.py", "python-kraken-sdk")
    assert not untrue(seen)
    assert seen["position"] == ["XXBTZUSD", "buy", "0.10000000"]
    assert seen["trailing"] == "sell 0.01000000 XBTUSD @ trailing stop +1.0000%"
    assert seen["stopped"] == ["closed", "closed"]
    assert seen["close"] == "close position @ take profit 90000.0"
    assert seen["closing"] == ["sell 0.01000000 XBTUSD @ take profit 90000.0"]
    assert (seen["before"], seen["after"]) == (1, 0)


def test_python_kraken_sdk_trades_futures_and_follows_the_feeds() -> None:
    seen = python_story("kraken_sdk_futures.py", "python-kraken-sdk")
    assert not untrue(seen)
    assert (seen["placed"], seen["edited"], seen["cancelled"]) == ("placed", "edited", "cancelled")
    assert seen["open"] == [20001]
    assert seen["position"] == ["long"]
    assert seen["batch"] == ["placed", "placed"]
    assert seen["leverage"] == [{"symbol": "PF_XBTUSD", "maxLeverage": 5}]
    assert (seen["to wallet"], seen["to Spot"]) == ("success", "success")
    assert (seen["triggers"], seen["left"]) == (["stop", "take_profit", "trailing_stop"], ["stop", "take_profit"])
    assert seen["after the switch"] == []


def test_ccxt_reads_trades_and_watches_spot() -> None:
    seen = python_story("ccxt_spot.py", "ccxt")
    assert not untrue(seen)
    assert (seen["open"], seen["price"], seen["edited"]) == (["open"], 20000, 0.02)
    assert (seen["closed"], seen["filled"], seen["none left"]) == (["canceled"], 0.01, [])
    assert seen["refused"] == "InsufficientFunds"


def test_ccxt_moves_money_trades_on_margin_with_stops_and_finds_an_order_whose_answer_was_lost() -> None:
    seen = python_story("ccxt_money.py", "ccxt")
    assert not untrue(seen)
    assert (seen["deposits"], seen["withdrawals"]) == ([["ok", 0.5]], [["ok", True]])
    assert (seen["positions"], seen["flat"]) == ([["BTC/USD", "long", 0.1]], [])
    assert seen["stops"] == ["market", "limit", "trailing-stop", "trailing-stop"]
    assert seen["after a fall"] == ["open", "open", "closed", "closed"]
    assert (seen["lost"], seen["found"]) == ("NetworkError", ["the-lost-one"])
    assert (seen["never taken"], seen["none"]) == ("NetworkError", [])


def test_ccxt_reads_trades_and_watches_futures() -> None:
    seen = python_story("ccxt_futures.py", "ccxt")
    assert not untrue(seen)
    assert (seen["open"], seen["edited"], seen["cancelled"]) == ([0.01], [0.02], "canceled")
    assert (seen["position"], seen["flat"]) == (["long"], [])
    assert (seen["leverage"], seen["moved"], seen["moved out"]) == (5, 1, 1)
    assert seen["waiting"] == ["stop", "take_profit"]
    assert seen["watched position"] == [["BTC/USD:USD", "long", 0.01]]


def test_ccxt_for_javascript_trades_and_watches_both_markets() -> None:
    seen = javascript_story("ccxt_story.mjs", "ccxt")
    assert not untrue(seen)
    assert (seen["open"], seen["edited"], seen["filled"]) == ([20000], 0.02, 0.01)
    assert (seen["futures open"], seen["futures cancelled"], seen["futures position"]) == ([0.01], "canceled", ["long"])


def test_node_kraken_api_trades_and_verifies_the_book_of_spot_v1() -> None:
    seen = javascript_story("node_kraken_api_story.mjs", "node-kraken-api")
    assert not untrue(seen)
    assert (seen["levels"], seen["balance"], seen["cancelled"]) == (5, "10.0000000000", 1)
    assert seen["open"] == "buy 0.01000000 XBTUSD @ limit 20000.0"
    assert seen["refused"] == ["EQuery:Unknown asset pair"]
    assert "book error" not in seen
    assert (seen["trade"], seen["socket order"], seen["open afterwards"]) == ("XBT/USD", "ok", [])


def test_kraken_api_of_npm_trades_with_forms() -> None:
    seen = javascript_story("kraken_api_story.mjs", "kraken-api")
    assert (seen["levels"], seen["balance"], seen["cancelled"]) == (5, "10.0000000000", 1)
    assert seen["open"] == "buy 0.01000000 XBTUSD @ limit 20000.0"
    assert seen["refused"] == "Query:Unknown asset pair"


def test_krakenex_trades_with_forms() -> None:
    seen = python_story("krakenex_story.py", "krakenex")
    assert not untrue(seen)
    assert (seen["levels"], seen["refused"]) == (5, ["EQuery:Unknown asset pair"])
    assert (seen["balance"], seen["cancelled"], seen["status"]) == ("10.0000000000", 1, "canceled")
    assert seen["open"] == "buy 0.01000000 XBTUSD @ limit 20000.0"


def test_cryptofeed_follows_books_trades_and_tickers_of_spot_v1() -> None:
    seen = python_story("cryptofeed_story.py", "cryptofeed")
    assert seen == {"trade": "BTC-USD", "book true": True}


def test_the_strict_models_of_typed_kraken_take_every_answer_but_three() -> None:
    seen = python_story("typed_kraken_story.py", "typed-kraken")
    # Its models know no timed strategies; no trigger time of "0", which Kraken sends when the switch is off; and no reason of
    # null, which Kraken sends with orders that were filled.
    assert seen["rejected"] == ["cancel_all_orders_after", "closed_orders", "strategies"]
    assert len(seen["taken"]) > 50


def test_kraken_connector_trades_and_keeps_the_book_of_spot_v2() -> None:
    seen = python_story("kraken_connector_story.py", "kraken-connector")
    assert not untrue(seen)
    assert (seen["status"], seen["balance"], seen["cancelled"]) == ("online", "10.0000000000", 1)
    assert seen["open"] == "buy 0.01000000 XBTUSD @ limit 20000.0"


def test_curl_with_openssl_asks_for_a_balance() -> None:
    missing = [tool for tool in ("bash", "curl", "openssl", "python3") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not found")
    time, balance = map(json.loads, told(["bash", str(STORIES / "curl.sh")]).splitlines())
    assert time["error"] == balance["error"] == []
    assert balance["result"]["XXBT"] == "10.0000000000"
