from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.clients.spot import SpotClient
from krakenkit.errors import Refused
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.engine import spot_instruments
from krakenkit.sandbox.engine.walks import TEMPERS
from sandbox.loopback import over_loopback, world

STOCKS = {"AAPLxUSD", "TSLAxUSD", "NVDAxUSD"}


def test_every_asset_of_the_catalogue_has_a_temper_of_its_own() -> None:
    assert {asset.display for asset in spot_instruments().assets} == set(TEMPERS)


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("XXBTZUSD", ["XBTUSD", "BTC/USD", "xbt/usd", "btcusd"]),
        ("ZUSDZJPY", ["USDJPY", "USD/JPY"]),
        ("ZEURZUSD", ["EURUSD", "eur/usd"]),
        ("XXMRZUSD", ["XMRUSD", "XMR/USD"]),
        ("XDGUSD", ["DOGE/USD", "XDG/USD", "DOGEUSD"]),
        ("AAPLxUSD", ["AAPLx/USD", "AAPLX/USD", "aaplxusd"]),
    ],
)
def test_pairs_are_found_by_old_and_new_names(name: str, spellings: list[str]) -> None:
    instruments = spot_instruments()
    assert {instruments.pair(spelling) for spelling in spellings} == {instruments.pair(name)}
    pair = instruments.pair(name)
    assert pair is not None
    assert pair.name == name


def test_xstocks_are_listed_and_quoted_by_their_class_only() -> None:
    with Sandbox(market=["AAPLx/USD", "EUR/USD", "BTC/USD"]) as box, SpotClient(environment=box.environment) as spot:
        usual, stocks = spot.get_asset_pairs(), spot.get_asset_pairs(aclass_base="tokenized_asset")
        assert (len(usual), set(stocks)) == (40, STOCKS)
        assert not STOCKS & set(usual)
        assert stocks["AAPLxUSD"].aclass_base == "tokenized_asset"
        assert set(spot.get_asset_info(aclass="tokenized_asset")) == {"AAPLx", "TSLAx", "NVDAx"}
        assert "AAPLx" not in spot.get_asset_info()

        assert set(spot.get_ticker("AAPLx/USD", asset_class="tokenized_asset")) == {"AAPLx/USD"}
        assert set(spot.get_ticker(asset_class="tokenized_asset")) == STOCKS
        assert set(spot.get_ticker(asset_class="forex")) == {"ZEURZUSD", "ZGBPZUSD", "ZUSDZJPY"}
        assert spot.get_order_book("AAPLxUSD", asset_class="tokenized_asset")["AAPLxUSD"].bids
        for asset_class, pair in ((None, "AAPLx/USD"), ("tokenized_asset", "XBTUSD"), ("forex", "XBTUSD")):
            with pytest.raises(Refused, match="EQuery:Unknown asset pair"):
                spot.get_ticker(pair, asset_class=asset_class)
        with pytest.raises(Refused, match="EGeneral:Invalid arguments:asset_class"):
            spot.get_ticker("XBTUSD", asset_class="bonds")
        with pytest.raises(Refused, match="EQuery:Unknown asset"):
            spot.get_asset_info("AAPLx")


def test_xstocks_trade_when_their_class_is_named() -> None:
    with Sandbox(market=["TSLAx/USD"]) as box, SpotClient(box.key(), environment=box.environment) as spot:
        order: dict[str, Any] = {"pair": "TSLAx/USD", "type": "buy", "ordertype": "market", "volume": "2"}
        with pytest.raises(Refused, match="EQuery:Unknown asset pair"):
            spot.submit_order(**order)
        spot.submit_order(**order, asset_class="tokenized_asset")
        assert spot.get_account_balance()["TSLAx"] == 2
        assert {entry.aclass for entry in spot.get_ledgers_info(asset="TSLAx").ledger.values()} == {"tokenized_asset"}


def test_pairs_are_listed_by_country_venue_and_part() -> None:
    with Sandbox(market=False) as box, SpotClient(environment=box.environment) as spot:
        assert len(spot.get_asset_pairs(country_code="DE", aclass_base="tokenized_asset")) == 3
        assert spot.get_asset_pairs(country_code="US", aclass_base="tokenized_asset") == {}
        assert len(spot.get_asset_pairs(country_code="us:tx", execution_venue="international")) == 40
        assert spot.get_asset_pairs(execution_venue="bitnomial_exchange") == {}
        refused: tuple[dict[str, Any], ...] = (
            {"country_code": "Germany"},
            {"execution_venue": "moon"},
            {"aclass_base": "bonds"},
            {"info": "all"},
        )
        for wrong in refused:
            with pytest.raises(Refused, match="EGeneral:Invalid arguments"):
                spot.get_asset_pairs(**wrong)
        named = spot.get_asset_pairs(["EUR/USD", "XBTJPY"], asset_version=1)
        assert {key: (pair.pair_decimals, pair.lot_decimals) for key, pair in named.items()} == {
            "EUR/USD": (5, 4),
            "BTC/JPY": (0, 8),
        }


@over_loopback
async def test_instruments_show_xstocks_on_request() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("instrument")
        usual = (await line.until(lambda m: m.get("channel") == "instrument"))["data"]
        assert len(usual["pairs"]) == 40
        await line.subscribe("instrument", include_tokenized_assets=True)
        more = (await line.until(lambda m: m.get("channel") == "instrument"))["data"]
        assert {pair["symbol"] for pair in more["pairs"]} - {pair["symbol"] for pair in usual["pairs"]} == {
            "AAPLx/USD",
            "TSLAx/USD",
            "NVDAx/USD",
        }
        assert {asset["class"] for asset in more["assets"]} == {"currency", "tokenized_asset"}
        await line.subscribe("book", "AAPLx/USD", depth=10)


@pytest.mark.parametrize("symbol", ["BTC/JPY", "ADA/BTC", "USD/JPY", "EUR/USD", "XRP/BTC", "USDC/USDT", "NVDAx/USD"])
def test_markets_of_every_scale_trade_and_fill_a_guest(symbol: str) -> None:
    with Sandbox(seed=11, market=[symbol], speed=0) as box:
        pair = spot_instruments().pair(symbol)
        assert pair is not None
        money = {pair.base.display: 1_000_000, pair.quote.display: 100_000_000}
        with SpotClient(box.key("trader", balances=money), environment=box.environment) as spot:
            box.advance(30)
            for side in ("buy", "sell"):
                spot.submit_order(
                    pair=symbol, type=side, ordertype="market", volume=pair.ordermin * 10, asset_class=pair.base.aclass
                )
            trades = spot.get_trades_history().trades.values()
            assert sum((trade.vol for trade in trades), Decimal(0)) == pair.ordermin * 20
            book = spot.get_order_book(symbol, asset_class=pair.base.aclass)[symbol]
            assert book.bids[0].price < book.asks[0].price
            assert len(book.bids) >= 40
