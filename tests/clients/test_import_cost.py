"""A program pays for what it uses: what a client loads when it is made."""

from __future__ import annotations

import subprocess
import sys

import pytest

from krakenkit.wire.type_index import TYPES

CLIENTS = pytest.mark.parametrize("client", ["SpotClient", "DerivativesClient", "InstitutionalClient", "PartnerClient"])
GROUPS = {f"krakenkit.wire.{module}" for module in TYPES}


def told_by(program: str) -> str:
    """What a fresh interpreter prints for the program."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def loaded(program: str) -> set[str]:
    """The modules that a fresh interpreter holds after the program."""
    return set(told_by(f"{program}; import sys; print(*sys.modules)").split())


@CLIENTS
def test_a_blocking_client_loads_no_loop_no_sockets_and_no_group_of_endpoints(client: str) -> None:
    modules = loaded(f"from krakenkit import {client}; {client}()")

    assert not {"asyncio", "picows", "anyio", "aiohttp", "click"} & modules
    assert not GROUPS & modules


@CLIENTS
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak from /proc")
def test_a_program_with_one_client_stays_below_32_megabytes(client: str) -> None:
    told = told_by(f"from krakenkit import {client}; {client}(); print(open('/proc/self/status').read())")

    (peak,) = [line.split()[1] for line in told.splitlines() if line.startswith("VmHWM")]
    assert int(peak) < 32_000


def test_a_group_loads_with_the_first_use_of_one_of_its_calls() -> None:
    modules = loaded("from krakenkit import SpotClient; SpotClient().get_earn_strategies")

    assert GROUPS & modules == {"krakenkit.wire.spot.earn"}


def test_a_type_loads_its_own_module_and_what_that_needs() -> None:
    modules = loaded("from krakenkit.types import FuturesGetTicker")

    assert GROUPS & modules == {"krakenkit.wire.futures.base", "krakenkit.wire.futures.market"}
