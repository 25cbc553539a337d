"""Names find their instrument in any spelling, or say what they may have meant; numbers are cut to what may be sent."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, assert_type

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krakenkit import AsyncSpotClient, DerivativesClient, SettingsError, SpotClient
from krakenkit.clients.instrument import AssetInfo, Instrument
from krakenkit.clients.instruments import Instruments, load_instruments
from krakenkit.clients.symbols import AssetName, split_asset
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.sandbox import Sandbox
from krakenkit.wire.futures.instruments import GetInstruments
from krakenkit.wire.futures.instruments import Instrument as Terms
from krakenkit.wire.spot.market import Asset, AssetPair, GetAssetInfo, GetAssetPairs
from wire.corpus import corpus


def asset(altname: str, decimals: int = 8, aclass: str = "currency") -> Asset:
    return Asset(aclass, altname, decimals, 4, status="enabled")


def pair(altname: str, wsname: str | None, base: str, quote: str, **changes: Any) -> AssetPair:
    terms: dict[str, Any] = {
        "altname": altname,
        "wsname": wsname,
        "base": base,
        "quote": quote,
        "aclass_base": "currency",
        "pair_decimals": 1,
        "lot_decimals": 8,
        "cost_decimals": 5,
        "tick_size": Decimal("0.1"),
        "ordermin": Decimal("0.0001"),
        "costmin": Decimal("0.5"),
        "status": "online",
    }
    return AssetPair(**(terms | changes))


def contract(symbol: str, **changes: Any) -> Terms:
    terms: dict[str, Any] = {
        "type": "flexible_futures",
        "tradeable": True,
        "tick_size": Decimal("0.5"),
        "contract_value_trade_precision": 4,
        "base": "BTC",
        "quote": "USD",
    }
    return Terms(symbol=symbol, **(terms | changes))


ASSETS = {
    "XXBT": asset("XBT", 10),
    "XXDG": asset("XDG"),
    "XETH": asset("ETH", 10),
    "ZUSD": asset("USD", 4),
    "ZEUR": asset("EUR", 4),
    "ADA": asset("ADA"),
    "ADA.S": asset("ADA.S"),
    "ETH2": asset("ETH2"),
    "TSLAx": asset("TSLAx", 8, "tokenized_asset"),
}
PAIRS = {
    "XXBTZUSD": pair("XBTUSD", "XBT/USD", "XXBT", "ZUSD"),
    "XXBTZUSD.d": pair("XBTUSD.d", None, "XXBT", "ZUSD"),
    "XETHXXBT": pair("ETHXBT", "ETH/XBT", "XETH", "XXBT", pair_decimals=5, tick_size=Decimal("0.00001")),
    "XDGUSD": pair("XDGUSD", "XDG/USD", "XXDG", "ZUSD", pair_decimals=7, tick_size=None),
    "ADAEUR": pair("ADAEUR", "ADA/EUR", "ADA", "ZEUR", status="post_only"),
    "TSLAxUSD": pair("TSLAxUSD", "TSLAx/USD", "TSLAx", "ZUSD", aclass_base="tokenized_asset"),
}
CONTRACTS = [
    contract("PF_XBTUSD"),
    contract("PI_XBTUSD", type="futures_inverse", contract_value_trade_precision=0, base=None, quote=None),
    contract("FF_XBTUSD_261225", base="XBT", post_only=True),
    contract("PF_PEPEUSD", contract_value_trade_precision=-3, tick_size=Decimal("1E-10"), base="PEPE"),
    contract("in_xbtusd", tick_size=None, tradeable=False),
]


@pytest.fixture(scope="module")
def known() -> Instruments:
    return Instruments.from_answers(ASSETS, PAIRS, CONTRACTS)


# --- pairs and contracts by name -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "XXBTZUSD",
        "XBTUSD",
        "XBT/USD",
        "BTC/USD",
        "BTCUSD",
        "btcusd",
        "xbt/usd",
        "btc-usd",
        "BTC_USD",
        "XXBT:ZUSD",
        " BTCUSD ",
    ],
)
def test_a_pair_is_found_by_any_spelling(known: Instruments, spelling: str) -> None:
    assert known[spelling].name == "XXBTZUSD"


@pytest.mark.parametrize("spelling", ["PF_XBTUSD", "pf_xbtusd", "PF_BTCUSD", "pf_btcusd"])
def test_a_contract_is_found_by_its_symbol_in_old_and_new_words(known: Instruments, spelling: str) -> None:
    assert known[spelling].name == "PF_XBTUSD"


def test_an_instrument_has_its_name_on_every_surface(known: Instruments) -> None:
    doge, future = known["DOGEUSD"], known["PI_XBTUSD"]

    assert (doge.name, doge.altname, doge.wsname, doge.symbol) == ("XDGUSD", "XDGUSD", "XDG/USD", "DOGE/USD")
    assert (doge.base.name, doge.base.altname, doge.base.symbol) == ("XXDG", "XDG", "DOGE")
    assert future.names == ("PI_XBTUSD",)
    assert future.symbol == "PI_XBTUSD"


def test_a_pair_off_the_sockets_is_found_by_its_own_names_only(known: Instruments) -> None:
    dark = known["xbtusd.d"]

    assert dark.name == "XXBTZUSD.d"
    with pytest.raises(SettingsError, match=r"not on the WebSockets.*XBTUSD\.d"):
        _ = dark.symbol


def test_an_xstock_tells_its_class(known: Instruments) -> None:
    assert known["tslax/usd"].asset_class == "tokenized_asset"
    assert known["TSLAx/USD"].base.asset_class == "tokenized_asset"


def test_base_and_quote_of_a_contract_are_the_assets_of_spot(known: Instruments) -> None:
    assert {known[name].base.name for name in ("PF_XBTUSD", "PI_XBTUSD", "FF_XBTUSD_261225")} == {"XXBT"}
    assert known["PI_XBTUSD"].quote.name == "ZUSD"


def test_the_pair_of_a_contract_tells_its_assets_before_its_symbol_does() -> None:
    odd = Instruments.from_answers({}, {}, [contract("PF_AAPLXUSD", base=None, quote=None, pair="AAPLx:USD")])

    assert odd["PF_AAPLXUSD"].base.name == "AAPLx"


def test_contracts_alone_agree_on_their_assets() -> None:
    alone = Instruments.from_answers({}, {}, CONTRACTS)

    assert len({id(alone[name].base) for name in ("PF_XBTUSD", "PI_XBTUSD", "FF_XBTUSD_261225")}) == 1
    assert alone["PF_XBTUSD"].base.symbol == "BTC"


def test_the_status_of_a_contract_is_read_from_its_flags() -> None:
    flags: list[dict[str, Any]] = [
        {},
        {"tradeable": False},
        {"post_only": True},
        {"restricted": True},
        {"is_expired": True},
    ]
    some = Instruments.from_answers({}, {}, [contract(f"PF_A{n}USD", **flag) for n, flag in enumerate(flags)])

    assert [one.status for one in some] == ["online", "closed", "post_only", "reduce_only", "closed"]


def test_indices_are_left_out(known: Instruments) -> None:
    assert "in_xbtusd" not in known


def test_an_unknown_name_is_told_its_neighbours(known: Instruments) -> None:
    with pytest.raises(SettingsError, match=r"no instrument 'XBTUSDD'\. Did you mean .*XXBTZUSD"):
        known["XBTUSDD"]
    with pytest.raises(SettingsError, match="no instrument 'qqq'"):
        known["qqq"]


def test_an_ambiguous_name_is_told_all_candidates() -> None:
    assets = {"AB": asset("AB"), "ABC": asset("ABC"), "CUSD": asset("CUSD"), "USD": asset("USD")}
    pairs = {"P1": pair("P1", "AB/CUSD", "AB", "CUSD"), "P2": pair("P2", "ABC/USD", "ABC", "USD")}
    some = Instruments.from_answers(assets, pairs)

    with pytest.raises(SettingsError, match="'abcusd' may mean P1 or P2"):
        some["abcusd"]
    assert some["ab/cusd"].name == "P1"


def test_the_exchanges_own_writing_wins_over_another_case() -> None:
    pairs = {
        "TSLAxUSD": pair("TSLAxUSD", "TSLAx/USD", "TSLAx", "USD"),
        "TSLAXUSD": pair("TSLAXUSD", "TSLAX/USD", "TSLAX", "USD"),
    }
    some = Instruments.from_answers({}, pairs)

    assert some["TSLAx/USD"].name == "TSLAxUSD"
    assert some["TSLAX/USD"].name == "TSLAXUSD"
    with pytest.raises(SettingsError, match="may mean TSLAXUSD or TSLAxUSD"):
        some["tslax/usd"]


def test_answers_in_new_names_are_understood() -> None:
    pairs = {"BTC/USD": pair("XBTUSD", "XBT/USD", "BTC", "USD")}
    some = Instruments.from_answers({"BTC": asset("XBT"), "USD": asset("USD")}, pairs)

    assert {some[name].name for name in ("BTC/USD", "XBTUSD", "XBT/USD", "btcusd")} == {"BTC/USD"}


def test_pairs_without_precisions_are_refused() -> None:
    with pytest.raises(SettingsError, match="no decimals of XXBTZUSD; ask for the pairs with info='info'"):
        Instruments.from_answers({}, {"XXBTZUSD": AssetPair(margin_call=80)})


def test_a_collection_can_be_walked_counted_and_asked(known: Instruments) -> None:
    assert len(list(known)) == len(known) == 10
    assert "btcusd" in known
    assert "nothing" not in known
    assert 7 not in known
    assert repr(known) == "Instruments(10 instruments, 10 assets)"


# --- assets --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["XXBT", "XBT", "BTC", "btc", "XBT.F", "XXBT.M", "btc.b"])
def test_an_asset_is_found_by_any_spelling(known: Instruments, spelling: str) -> None:
    assert known.asset(spelling).name == "XXBT"


def test_an_asset_with_a_suffix_of_its_own_is_itself(known: Instruments) -> None:
    assert known.asset("ADA.S").name == "ADA.S"
    assert known.asset("ETH2.S").name == "ETH2"


def test_an_unknown_asset_is_told_its_neighbours(known: Instruments) -> None:
    with pytest.raises(SettingsError, match=r"no asset 'XXBTT'\. Did you mean XXBT"):
        known.asset("XXBTT")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("XXBT", ("XXBT", "", None)),
        ("ETH2.S", ("ETH2", "S", None)),
        ("ADA.S", ("ADA", "S", None)),
        ("DOT28.S", ("DOT", "S", 28)),
        ("KSM07.S", ("KSM", "S", 7)),
        ("USD.M", ("USD", "M", None)),
        ("XBT.F", ("XBT", "F", None)),
        ("TSLAx.T", ("TSLAx", "T", None)),
        ("USD.HOLD", ("USD", "HOLD", None)),
        (".S", (".S", "", None)),
    ],
)
def test_the_name_of_a_balance_is_taken_apart(name: str, parts: tuple[str, str, int | None]) -> None:
    assert split_asset(name) == AssetName(*parts)


def test_documented_suffixes_have_a_meaning_and_others_have_none() -> None:
    meanings = {suffix: split_asset(f"XBT.{suffix}").meaning for suffix in ("S", "M", "B", "F", "T", "HOLD", "P")}

    assert meanings == {
        "S": "staked, in the old program",
        "M": "opt-in rewards",
        "B": "yield-bearing",
        "F": "auto-earn",
        "T": "tokenized",
        "HOLD": None,
        "P": None,
    }
    assert split_asset("XBT").meaning is None


# --- numbers -------------------------------------------------------------------------------------------------------------


def test_a_price_is_rounded_the_way_one_says(known: Instruments) -> None:
    btc = known["XBTUSD"]

    assert btc.round_price("30000.19", "down") == Decimal("30000.1")
    assert btc.round_price("30000.11", "up") == Decimal("30000.2")
    assert btc.round_price("30000.1", "up") == Decimal("30000.1")
    assert btc.round_price("30000.14", "nearest") == Decimal("30000.1")
    assert btc.round_price("30000.15", "nearest") == Decimal("30000.2")
    assert str(btc.round_price("30000", "down")) == "30000.0"


def test_ticks_that_are_no_power_of_ten_are_kept(known: Instruments) -> None:
    assert known["PF_XBTUSD"].round_price("60000.7", "down") == Decimal("60000.5")
    assert known["PF_XBTUSD"].round_price("60000.75", "nearest") == Decimal("60001.0")


def test_the_tick_of_a_pair_goes_before_its_decimals() -> None:
    coarse = Instruments.from_answers({}, {"P": pair("P", "A/B", "A", "B", pair_decimals=1, tick_size=Decimal("0.5"))})

    assert coarse["P"].round_price("10.4", "down") == Decimal("10.0")


def test_a_pair_without_a_tick_steps_by_its_decimals(known: Instruments) -> None:
    assert known["XDGUSD"].tick == Decimal("1E-7")
    assert known["XDGUSD"].round_price("0.12345678", "down") == Decimal("0.1234567")


def test_a_volume_is_never_rounded_up(known: Instruments) -> None:
    assert known["XBTUSD"].round_volume("0.123456789") == Decimal("0.12345678")
    assert known["PI_XBTUSD"].round_volume("99.9") == Decimal(99)


def test_lots_of_thousands_are_kept(known: Instruments) -> None:
    pepe = known["PF_PEPEUSD"]

    assert pepe.volume_decimals == -3
    assert str(pepe.round_volume("123999")) == "123000"
    assert pepe.problems(1500) == ["volume 1500 is not a multiple of 1000"]


@example(price=Decimal("12345678901234567890123456789012345.6"), tick="1E-10")
@example(price=Decimal("129958991221627887091217674.153176277644565715756716762"), tick="0.1")
@given(st.decimals("0.0001", "1E+40", allow_nan=False), st.sampled_from(["0.1", "0.5", "0.00001", "25", "1E-10"]))
def test_rounding_lands_on_the_ticks_around_whatever_the_size(price: Decimal, tick: str) -> None:
    one = Instruments.from_answers({}, {"P": pair("P", "A/B", "A", "B", tick_size=Decimal(tick))})["P"]

    down, up = one.round_price(price, "down"), one.round_price(price, "up")

    below, above, asked, step = (Fraction(value) for value in (down, up, price, one.tick))
    assert below % step == 0
    assert below <= asked < below + step
    assert above - below == (step if below != asked else 0)
    assert one.round_price(price, "nearest") in (down, up)


def test_an_order_is_checked_against_everything_at_once(known: Instruments) -> None:
    btc = known["XBTUSD"]

    assert btc.problems("0.001", "30000.1") == []
    assert btc.problems("0.0005", "1000") == []
    assert btc.problems("0.000050001", "0.25") == [
        "volume 0.000050001 is below the minimum of 0.0001",
        "volume 0.000050001 is not a multiple of 0.00000001",
        "price 0.25 is not a multiple of 0.1",
        "cost 0.00001250025 is below the minimum of 0.5 USD",
    ]
    assert btc.problems(0, 0) == ["volume 0 is not above zero", "price 0 is not above zero"]
    assert btc.problems(-1) == ["volume -1 is not above zero"]


def test_a_bad_order_is_refused_in_words(known: Instruments) -> None:
    known["XBTUSD"].check("0.0001", "30000")
    with pytest.raises(
        SettingsError, match=r"XBTUSD does not take this order: volume 0\.00001 is below .* Nothing was sent"
    ):
        known["XBTUSD"].check("0.00001")


def test_the_least_of_a_contract_is_one_lot(known: Instruments) -> None:
    assert known["PF_XBTUSD"].min_volume == Decimal("0.0001")


def test_floats_are_turned_away(known: Instruments) -> None:
    price: Any = 30000.1
    with pytest.raises(SettingsError, match="float"):
        known["XBTUSD"].round_price(price, "down")


# --- the corpus ----------------------------------------------------------------------------------------------------------


def found_in(folder: str) -> list[Path]:
    place = corpus()
    if place is None:
        pytest.skip("no payload corpus beside the checkout; KRAKENKIT_PAYLOADS can name it")
    return sorted((place / folder).glob("*.json"))


def result_of(path: Path) -> bytes:
    return msgspec.json.encode(json.loads(path.read_text())["result"])


def test_every_pair_of_the_corpus_is_found_by_every_name() -> None:
    assets = GetAssetInfo.reader()(result_of(found_in("spot-rest/Assets")[-1]))

    for path in found_in("spot-rest/AssetPairs"):
        some = Instruments.from_answers(assets, GetAssetPairs.reader()(result_of(path)))
        assert len(some) > 0
        for one in some:
            assert {some[name].name for name in spellings(one)} == {one.name}, path


def spellings(one: Instrument) -> list[str]:
    names = [*one.names, *map(str.lower, one.names)]
    if one.wsname is None:
        return names
    return names + [
        f"{base}{mark}{quote}" for base in one.base.names for quote in one.quote.names for mark in ("", "/", "-")
    ]


def test_every_asset_of_the_corpus_is_found_by_every_name() -> None:
    for path in found_in("spot-rest/Assets"):
        some = Instruments.from_answers(GetAssetInfo.reader()(result_of(path)), {})
        for one in some.assets:
            assert {some.asset(name).name for name in one.names} == {one.name}


def test_every_contract_of_the_corpus_is_found_by_its_symbol() -> None:
    assets = GetAssetInfo.reader()(result_of(found_in("spot-rest/Assets")[-1]))

    for path in found_in("futures-rest/instruments"):
        answer = GetInstruments.reader()(path.read_bytes())
        some = Instruments.from_answers(assets, {}, answer)
        for terms in answer.instruments:
            if terms.tick_size is None:
                continue
            one = some[terms.symbol.swapcase()]
            assert one.name == terms.symbol
            assert one.quote.name == "ZUSD" or "USD" not in terms.symbol.upper()


# --- loading -------------------------------------------------------------------------------------------------------------


class Counter:
    """A transport that serves answers by the last part of the path."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def send(self, request: HttpRequest) -> HttpReply:
        path = request.url.partition("://")[2].partition("/")[2]
        self.paths.append(path)
        results: dict[str, Any] = {"Assets": {"XXBT": ASSETS["XXBT"]}, "AssetPairs": {"XXBTZUSD": PAIRS["XXBTZUSD"]}}
        if "tokenized" in path:
            results = {"Assets": {"TSLAx": ASSETS["TSLAx"]}, "AssetPairs": {"TSLAxUSD": PAIRS["TSLAxUSD"]}}
        name = path.partition("?")[0].rpartition("/")[2]
        whole: Any = {"error": [], "result": results.get(name)}
        if name == "instruments":
            whole = {"result": "success", "instruments": CONTRACTS[:1]}
        return HttpReply(200, msgspec.json.encode(whole), "application/json")

    def close(self) -> None: ...


@pytest.mark.filterwarnings("ignore::krakenkit.errors.KrakenLifecycleWarning")
def test_spot_and_futures_are_loaded_together() -> None:
    transport = Counter()

    known = load_instruments(
        SpotClient(transport=transport, limits="off"), DerivativesClient(transport=transport, limits="off")
    )

    assert [one.name for one in known] == ["XXBTZUSD", "PF_XBTUSD"]
    assert len(transport.paths) == 3


def test_xstocks_are_loaded_when_asked_for() -> None:
    known = load_instruments(SpotClient(transport=Counter(), limits="off"), tokenized=True)

    assert known["tslaxusd"].asset_class == "tokenized_asset"
    assert known["btcusd"].name == "XXBTZUSD"


def test_the_sandboxs_instruments_load_on_the_blocking_face() -> None:
    with Sandbox(seed=7, market=False) as box, SpotClient(environment=box.environment) as spot:
        known = load_instruments(spot)

    assert_type(known, Instruments)
    assert known["btcusd"].round_price("30000.123", "down") == Decimal("30000.1")
    assert isinstance(known.asset("XBT.F"), AssetInfo)


async def test_the_sandboxs_instruments_load_on_the_async_face() -> None:
    async with Sandbox(seed=7, market=False) as box, AsyncSpotClient(environment=box.environment) as spot:
        known = await load_instruments(spot)

    assert_type(known, Instruments)
    assert all(known[name] is one for one in known for name in spellings(one))
