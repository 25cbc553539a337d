"""The addresses of a sandbox in another process, as it tells them."""

from __future__ import annotations

from typing import Any

import pytest

from krakenkit import Environment, SpotClient, WsKey
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox


def test_the_line_that_a_sandbox_prints_leads_to_it() -> None:
    with Sandbox(market=False) as box:
        environment = Environment.of_sandbox(box.describe())
        assert environment == box.environment
        with SpotClient(environment=environment) as spot:
            assert spot.get_system_status().status == "online"


def test_connections_of_a_later_version_are_passed_over() -> None:
    told = {"rest": "http://127.0.0.1:1", "futures": "http://127.0.0.1:1", "ws": {"SPOT_V9": "ws://127.0.0.1:1"}}
    assert WsKey.SPOT_PUBLIC_V2 not in Environment.of_sandbox(told).ws


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"rest": 5, "futures": "http://127.0.0.1:1", "ws": {}},
        {"rest": "http://127.0.0.1:1", "futures": "http://127.0.0.1:1", "ws": ["x"]},
        {"rest": "http://somewhere.example", "futures": "http://127.0.0.1:1", "ws": {}},
    ],
)
def test_what_is_no_sandbox_is_refused_in_a_sentence(described: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Environment.of_sandbox(described)
