"""The pytest plugin, used as a stranger's test suite would use it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]
INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
filterwarnings = error
addopts = -p no:krakenkit -p krakenkit.testing.plugin --strict-markers -p no:cacheprovider
"""


def passes(pytester: pytest.Pytester, source: str, count: int) -> None:
    """Run these tests, all of which must pass."""
    pytester.makeini(INI)
    pytester.makepyfile(source)
    pytester.runpytest_inprocess().assert_outcomes(passed=count)


def test_blocking_and_async_tests_get_an_exchange_each(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        """
        from decimal import Decimal
        import pytest
        from krakenkit import AsyncSpotClient, DerivativesClient, SpotClient

        def test_blocking(kraken, kraken_key):
            with SpotClient(kraken_key, environment=kraken.environment) as spot:
                spot.submit_order(pair="XBTUSD", type="buy", ordertype="market", volume="0.01")
                assert spot.get_account_balance()["XXBT"] == Decimal("10.01")

        async def test_async(kraken, kraken_key):
            async with AsyncSpotClient(kraken_key, environment=kraken.environment) as spot:
                assert (await spot.get_account_balance())["XXBT"] == 10

        @pytest.mark.filterwarnings("ignore::krakenkit.errors.KrakenLifecycleWarning")
        def test_futures(kraken, kraken_futures_key):
            with DerivativesClient(kraken_futures_key, environment=kraken.environment) as futures:
                assert futures.get_open_positions().open_positions == []

        def test_faults(kraken, kraken_key):
            kraken.faults.busy(count=2)
            with SpotClient(kraken_key, environment=kraken.environment) as spot:
                assert spot.get_server_time().unixtime > 0
            assert len(kraken.faults.history("busy")) == 2
        """,
        4,
    )


def test_the_market_stands_still_until_time_passes(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        """
        import time
        from datetime import UTC, datetime, timedelta
        from krakenkit import SpotClient

        def test_time(kraken, kraken_clock, kraken_key):
            before, books = kraken_clock.now, kraken.state()["spot"]["books"]
            time.sleep(0.1)
            assert (kraken_clock.now, kraken.state()["spot"]["books"]) == (before, books)
            with SpotClient(kraken_key, environment=kraken.environment) as spot:
                spot.submit_order(
                    pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="1000", expiretm="+60"
                )
                assert len(spot.get_open_orders().open) == 1
                kraken_clock.advance(61)
                assert spot.get_open_orders().open == {}
            assert kraken_clock.now - before == timedelta(seconds=61)
            assert kraken.state()["spot"]["books"] != books
        """,
        1,
    )


def test_the_marker_sets_the_scene(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        """
        import pytest
        from datetime import UTC, datetime

        seen = []

        @pytest.mark.kraken(market=False, balances={"USD": 5}, futures_balances={"BTC": 1}, now=1_790_000_000)
        class TestPoor:
            def test_class(self, kraken, kraken_key, kraken_futures_key, kraken_clock):
                state = kraken.state()
                assert state["spot"]["books"] == {}
                assert state["spot"]["accounts"]["trader"]["balances"].keys() == {"USD"}
                assert state["futures"]["accounts"]["trader"]["wallets"]["flex"]["balance"] == "0.000000000000"
                assert kraken_clock.now == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)

            @pytest.mark.kraken(balances={"USD": 7})
            def test_function_wins(self, kraken, kraken_key):
                assert kraken.state()["spot"]["accounts"]["trader"]["balances"]["USD"]["balance"] == "7.0000"
                assert kraken.state()["spot"]["books"] == {}

        @pytest.mark.parametrize("again", [1, 2])
        @pytest.mark.kraken(seed=3, now=1_790_000_000, market=["BTC/USD"])
        def test_one_seed_one_market(kraken, kraken_clock, again):
            kraken_clock.advance(30)
            seen.append(kraken.state())
            assert seen[0] == seen[-1]
        """,
        4,
    )


def test_an_option_that_is_none_is_an_error_that_explains_itself(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.kraken(sed=3)
        def test_typo(kraken): ...
        """
    )
    ran = pytester.runpytest_inprocess()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*@pytest.mark.kraken takes seed, market, *not ?'sed'?*"])


def test_a_run_that_uses_no_fixture_pays_nothing() -> None:
    heavy = "{'aiohttp', 'msgspec', 'asyncio', 'krakenkit.sandbox'}"
    code = f"import sys, krakenkit.testing.plugin; assert not {heavy} & (set(sys.modules) - before), sys.modules"
    subprocess.run([sys.executable, "-c", f"import sys, pytest; before = set(sys.modules); {code}"], check=True)
