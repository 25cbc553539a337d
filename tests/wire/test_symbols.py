"""A symbol in another surface's spelling is noticed when that is certain, and only then."""

from __future__ import annotations

import pytest

from krakenkit.wire.symbols import product_name, spot_v1_name, spot_v2_name


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("XBT/USD", "BTC/USD"),
        ("ETH/XBT", "ETH/BTC"),
        ("XDG/EUR", "DOGE/EUR"),
        ("BTCUSD", "BTC/USD"),
        ("XBTUSDT", "BTC/USDT"),
        ("XXBTZUSD", "BTC/USD"),
        ("PF_XBTUSD", "BTC/USD"),
        ("FI_ETHUSD_261225", "ETH/USD"),
    ],
)
def test_spot_v2_wants_the_common_names_with_a_slash(given: str, right: str) -> None:
    assert spot_v2_name(given) == right


@pytest.mark.parametrize(
    ("given", "right"), [("BTC/USD", "XBT/USD"), ("DOGE/USD", "XDG/USD"), ("XBTUSD", "XBT/USD"), ("ETH/BTC", "ETH/XBT")]
)
def test_spot_v1_wants_krakens_own_names(given: str, right: str) -> None:
    assert spot_v1_name(given) == right


@pytest.mark.parametrize(
    ("given", "right"),
    [("BTC/USD", "PF_XBTUSD"), ("XBT/USD", "PF_XBTUSD"), ("ETHUSD", "PF_ETHUSD"), ("PF_BTCUSD", "PF_XBTUSD")],
)
def test_derivatives_want_product_ids(given: str, right: str) -> None:
    assert product_name(given) == right


@pytest.mark.parametrize("name", ["BTC/USD", "DOGE/USD", "AAPLX/USD", "USDT/USD", "NONSENSE", "", "A/B/C", "/USD"])
def test_spot_v2_names_that_may_be_right_are_left_to_the_exchange(name: str) -> None:
    assert spot_v2_name(name) is None


@pytest.mark.parametrize("name", ["XBT/USD", "XDG/USD", "ETH/USD", "NONSENSE"])
def test_spot_v1_names_that_may_be_right_are_left_to_the_exchange(name: str) -> None:
    assert spot_v1_name(name) is None


@pytest.mark.parametrize(
    "name", ["PF_XBTUSD", "PI_ETHUSD", "FI_XBTUSD_261225", "PF_DOGEUSD", "PF_XDGUSD", "DOGE/USD", "RR"]
)
def test_products_that_may_be_right_are_left_to_the_exchange(name: str) -> None:
    assert product_name(name) is None
