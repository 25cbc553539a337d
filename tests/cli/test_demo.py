"""The demo tells its story and every fact of it holds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from krakenkit.cli.demo import Facts


def test_every_fact_of_the_demo_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "krakenkit", "demo", "--json", "--seconds", "3"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    facts = json.loads(done.stdout)
    assert facts["ok"] is True, facts["problems"]
    assert done.returncode == 0
    assert facts["checksum_failures"] == 0
    assert facts["gaps_seen"] == 1
    assert facts["balances_by_rest"] == facts["balances_by_stream"]


@pytest.mark.parametrize(
    ("broken", "claim"),
    [
        ({"checksum_failures": 1}, "no checksum failed"),
        ({"gaps_seen": 0}, "the one cut was marked as one gap"),
        ({"gaps_seen": 2}, "the one cut was marked as one gap"),
        ({"balances_equal": False}, "balances by REST equal balances by stream"),
        ({"fills": 0}, "the orders filled"),
    ],
)
def test_one_fact_that_does_not_hold_fails_the_demo(broken: dict[str, object], claim: str) -> None:
    good = {
        "calls_made": 5,
        "messages": 9,
        "books_verified": 9,
        "gaps_seen": 1,
        "lines_restored": 2,
        "orders_placed": 3,
        "fills": 2,
        "balances_equal": True,
    }
    facts = Facts(**(good | broken))  # type: ignore[arg-type]
    facts.judge()
    assert not facts.ok
    assert facts.problems == [claim]
