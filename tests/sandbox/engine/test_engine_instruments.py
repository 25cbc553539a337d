from __future__ import annotations

import random
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox.engine import Asset, Instruments, Pair, spot_instruments
from krakenkit.sandbox.engine.ids import IdMint
from krakenkit.sandbox.engine.scale import from_units, nearest, to_units


@pytest.mark.parametrize("name", ["XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD", "btcusd", "BTCUSD", "xbt/usd"])
def test_a_pair_is_found_by_any_of_its_spellings(name: str) -> None:
    pair = spot_instruments().pair(name)

    assert pair is not None
    assert pair.name == "XXBTZUSD"


def test_old_names_of_dogecoin_and_of_crosses_are_known() -> None:
    instruments = spot_instruments()

    assert instruments.pair("XDGUSD") is instruments.pair("DOGE/USD") is not None
    assert instruments.pair("XETHXXBT") is instruments.pair("ETH/BTC") is instruments.pair("ethxbt") is not None
    assert instruments.asset("xdg") is instruments.asset("DOGE") is instruments.asset("XXDG") is not None
    assert instruments.pair("NOPEUSD") is None
    assert instruments.asset("NOPE") is None


def test_every_pair_has_four_names_that_lead_to_it_alone() -> None:
    instruments = spot_instruments()

    for pair in instruments.pairs:
        assert {instruments.pair(name) for name in (pair.name, pair.altname, pair.wsname, pair.symbol)} == {pair}
    assert len({pair.symbol for pair in instruments.pairs}) == len(instruments.pairs) == 43


def test_costs_are_cut_off_and_needs_rounded_up() -> None:
    pair = spot_instruments().pair("BTC/USD")
    assert pair is not None
    exact = 500_001 * 33_333_333  # 50000.1 dollars times 0.33333333

    assert pair.money(exact) == 166_666_998  # 16666.6998 and a bit
    assert pair.money_needed(exact) == 166_666_999
    assert pair.cost(exact // pair.per_cost) == Decimal("16666.69983")


def test_decimals_that_do_not_fit_together_are_refused() -> None:
    base, quote = Asset("A", "A", "A", 4, 2), Asset("B", "B", "B", 4, 2)

    with pytest.raises(SettingsError, match="decimals of AB"):
        Pair(
            name="AB",
            altname="AB",
            wsname="A/B",
            symbol="A/B",
            base=base,
            quote=quote,
            pair_decimals=1,
            tick_size=Decimal("0.1"),
            ordermin=Decimal(1),
            costmin=Decimal(1),
        )


def test_two_assets_of_one_name_are_refused() -> None:
    def pair(name: str, base: Asset) -> Pair:
        return Pair(
            name=name,
            altname=name,
            wsname=name,
            symbol=name,
            base=base,
            quote=Asset("ZUSD", "USD", "USD", 4, 2),
            pair_decimals=1,
            tick_size=Decimal("0.1"),
            ordermin=Decimal(1),
            costmin=Decimal(1),
        )

    with pytest.raises(SettingsError, match="same name"):
        Instruments([pair("AUSD", Asset("A", "A", "A", 8, 2)), pair("BUSD", Asset("B", "B", "B", 8, 2))])


def test_units_and_decimals_convert_exactly_or_not_at_all() -> None:
    assert to_units(Decimal("0.10"), 1) == 1
    assert to_units(Decimal("1E+3"), 2) == 100_000
    assert to_units(Decimal("0.05"), 1) is None
    assert to_units(Decimal("NaN"), 1) is None
    assert to_units(Decimal("Infinity"), 1) is None
    assert str(from_units(-1_234_500, 4)) == "-123.4500"
    assert f"{from_units(0, 8):f}" == "0.00000000"
    assert (nearest(1, 2), nearest(-1, 2), nearest(5, 3)) == (1, 0, 2)


def test_absurd_exponents_are_turned_away_without_building_the_number() -> None:
    assert to_units(Decimal("1E+999999"), 8) is None
    assert to_units(Decimal("1E-999999"), 8) is None
    assert to_units(Decimal("0E-999999"), 8) == 0


def test_ids_have_krakens_form_and_never_repeat() -> None:
    mint = IdMint(random.Random(3))
    ids = [mint.order() for _ in range(20_000)]

    assert len(set(ids)) == len(ids)
    assert all(len(order_id) == 19 and order_id[0] == "O" and order_id[6] == order_id[12] == "-" for order_id in ids)
    assert mint.trade()[0] == "T"
    assert mint.ledger()[0] == "L"


def test_ids_follow_from_the_seed() -> None:
    assert IdMint(random.Random(5)).order() == IdMint(random.Random(5)).order() != IdMint(random.Random(6)).order()
