"""A program pays for what it uses: what a client loads when it is made."""

from __future__ import annotations

import subprocess
import sys

import pytest

from krakenkit.wire.type_index import TYPES

MEGABYTE = 1024


def loaded(program: str) -> tuple[set[str], int]:
    """The modules that a fresh interpreter holds after the program, and its peak memory in kilobytes."""
    tail = "; import sys, resource; print(*sys.modules); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", program + tail], capture_output=True, text=True, check=True, timeout=60
    )
    modules, peak = done.stdout.splitlines()
    return set(modules.split()), int(peak)


@pytest.mark.parametrize("client", ["SpotClient", "DerivativesClient", "InstitutionalClient", "PartnerClient"])
def test_a_blocking_client_loads_no_loop_no_sockets_and_no_group_of_endpoints(client: str) -> None:
    modules, peak = loaded(f"from krakenkit import {client}; {client}()")

    assert not {"asyncio", "picows", "anyio", "aiohttp", "click"} & modules
    assert not {f"krakenkit.wire.{module}" for module in TYPES} & modules
    assert peak < 32 * MEGABYTE


def test_a_group_loads_with_the_first_use_of_one_of_its_calls() -> None:
    modules, _ = loaded("from krakenkit import SpotClient; SpotClient().get_earn_strategies")

    assert "krakenkit.wire.spot.earn" in modules
    assert "krakenkit.wire.spot.market" not in modules


def test_a_type_loads_its_own_module_only() -> None:
    modules, _ = loaded("from krakenkit.types import FuturesGetTicker")

    assert "krakenkit.wire.futures.market" in modules
    assert "krakenkit.wire.spot.market" not in modules
