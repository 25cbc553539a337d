"""The fixtures. pytest imports this module in every run, so whatever is heavy is imported when a fixture is used.

PYTEST_DONT_REWRITE: there are no assertions here, and nobody is to be warned that it was imported before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from krakenkit.sandbox import Sandbox
    from krakenkit.signing.credentials import Credentials
    from krakenkit.testing.clock import ExchangeTime

MARKER = "kraken"
_DEFAULTS: dict[str, Any] = {"seed": 7, "market": ("BTC/USD", "ETH/USD", "PF_XBTUSD"), "speed": 0}
_OF_THE_BOX = ("seed", "market", "speed", "pace", "limits")
_OPTIONS = (*_OF_THE_BOX, "now", "balances", "futures_balances")
_SECOND = 10**9


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", f"{MARKER}({', '.join(f'{name}=...' for name in _OPTIONS)}): options of the kraken fixtures"
    )


@pytest.fixture
def kraken(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """An exchange on this machine for one test; its market stands still until ``kraken_clock`` lets time pass.

    It lives in a thread of its own, so that blocking and async tests use it alike.
    """
    from krakenkit.sandbox import Sandbox

    options = _options(request)
    settings = {name: options[name] for name in _OF_THE_BOX if name in options}
    if "now" in options:
        settings["clock"] = _Standing(options["now"])
    with Sandbox(**settings) as box:
        yield box


@pytest.fixture
def kraken_key(request: pytest.FixtureRequest, kraken: Sandbox) -> Credentials:
    """A Spot key of the account ``trader``, which has a bit of everything, or the ``balances`` of the marker."""
    return kraken.key("trader", balances=_options(request).get("balances"))


@pytest.fixture
def kraken_futures_key(request: pytest.FixtureRequest, kraken: Sandbox) -> Credentials:
    """A Futures key of the account ``trader`` with dollars and bitcoin, or the ``futures_balances`` of the marker."""
    return kraken.futures_key("trader", balances=_options(request).get("futures_balances"))


@pytest.fixture
def kraken_clock(kraken: Sandbox) -> ExchangeTime:
    """The time of the exchange: ``kraken_clock.advance(seconds)``."""
    from krakenkit.testing.clock import ExchangeTime

    return ExchangeTime(kraken)


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of the markers of a test: those nearest to it win."""
    options = dict(_DEFAULTS)
    for marker in reversed(list(request.node.iter_markers(MARKER))):
        unknown = [name for name in marker.kwargs if name not in _OPTIONS]
        if marker.args or unknown:
            raise pytest.UsageError(
                f"@pytest.mark.{MARKER} takes {', '.join(_OPTIONS)} by name, not {unknown or marker.args}."
            )
        options |= marker.kwargs
    return options


class _Standing:
    """A clock that always tells the same moment, in nanoseconds since 1970."""

    def __init__(self, seconds: int) -> None:
        self._at = seconds * _SECOND

    def __call__(self) -> int:
        return self._at
