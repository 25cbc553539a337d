from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.clients.derivatives import DerivativesClient
from krakenkit.clients.spot import SpotClient
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.clock import SECOND
from krakenkit.sandbox.engine import TradeEvent
from krakenkit.sandbox.levers import ratio_of
from sandbox.loopback import over_loopback, world

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")
NOW = 1_760_000_000 * SECOND


def still() -> int:
    return NOW


def box_of(*market: str, **settings: Any) -> Sandbox:
    terms: dict[str, Any] = {"speed": 0, "clock": still} | settings
    return Sandbox(seed=5, market=list(market), **terms)


def spot(box: Sandbox, name: str = "trader") -> SpotClient:
    return SpotClient(box.key(name), environment=box.environment)


# --- time ---------------------------------------------------------------------------------------------------------------


def test_advancing_moves_exchange_time_by_exactly_that_and_the_market_with_it() -> None:
    with box_of("BTC/USD") as box, spot(box) as client:
        before, price = box.now, box.market.price("BTC/USD")
        box.advance(3600)
        assert box.now - before == 3600 * SECOND
        assert box.market.price("BTC/USD") != price
        assert client.get_server_time().unixtime == (before // SECOND) + 3600
        candles = client.get_candles("XBTUSD", interval=5).rows
        assert sum(1 for candle in candles if candle.time > before // SECOND and candle.count) >= 11


def test_advancing_past_an_expiry_expires_the_order_and_past_fifteen_minutes_the_token() -> None:
    with box_of() as box, spot(box) as client:
        order = client.submit_order(
            pair="XBTUSD", type="buy", ordertype="limit", volume="1", price="1000", timeinforce="GTD", expiretm="+60"
        )
        token = client.get_web_sockets_token().token
        box.advance(59)
        assert list(client.get_open_orders().open) == order.txid
        box.advance(2)
        assert not client.get_open_orders().open
        tokens = box._venue.tokens
        assert tokens.check(token, box.now)
        box.advance(900)
        with pytest.raises(Exception, match="ESession:Invalid session"):
            tokens.check(token, box.now)


def test_one_seed_gives_one_market_whoever_looks_on() -> None:
    def story() -> list[object]:
        with box_of("BTC/USD", "ETH/USD", "PF_XBTUSD") as box, spot(box) as client:
            box.advance(20)
            box.market.move("ETH/USD", "-1%")
            box.advance(20)
            return [
                client.get_order_book("ETHUSD"),
                client.get_recent_trades("XBTUSD").rows,
                box.market.price("PF_XBTUSD"),
            ]

    assert story() == story()


def test_time_does_not_run_backwards_and_stands_still_at_speed_zero() -> None:
    with box_of("BTC/USD", pace=0.001) as box:
        price = box.market.price("BTC/USD")
        for wrong in (-1, float("nan"), float("inf"), Decimal("-0.1")):
            with pytest.raises(SettingsError, match="no time to pass"):
                box.advance(wrong)
        with pytest.raises(SettingsError, match="one step or more"):
            box.advance(1, steps=0)
        time.sleep(0.05)
        assert (box.now, box.market.price("BTC/USD")) == (NOW, price)


def test_a_faster_exchange_lives_faster_and_its_tokens_last_as_long_for_clients() -> None:
    with Sandbox(seed=5, market=["BTC/USD"], speed=600, pace=1) as box, spot(box) as client:
        began, real = box.now, time.monotonic()
        token = client.get_web_sockets_token().token
        deadline = time.monotonic() + 10
        while box.now < began + 60 * SECOND and time.monotonic() < deadline:
            time.sleep(0.01)
        spent = time.monotonic() - real
        assert box.now - began >= 60 * SECOND
        assert box.now - began < 600 * (spent + 1) * SECOND
        assert box._venue.tokens.check(token, box.now)
        assert box._do(lambda: box._venue.stepped_at) > began + 30 * SECOND


def test_as_fast_as_possible_is_faster_than_time_and_still_answers() -> None:
    with Sandbox(seed=5, market=["BTC/USD"], speed="max", pace=1) as box, spot(box) as client:
        began = box.now
        deadline = time.monotonic() + 10
        while box.now < began + 600 * SECOND and time.monotonic() < deadline:
            client.get_ticker("XBTUSD")
        assert box.now >= began + 600 * SECOND
        box.speed = 0
        assert (box.speed, box.now) == (0, box.now)


# --- prices -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "factor"), [("+2%", "1.02"), ("-10%", "0.9"), ("+950", "1.01"), ("190000", "2"), (47500, "0.5")]
)
def test_changes_are_relative_added_or_the_new_price(change: str | int, factor: str) -> None:
    assert ratio_of(change, Decimal(95_000)) == Decimal(factor)


@pytest.mark.parametrize(
    "change", ["", "%", "up", "+%", "nan", "inf", "0", "-95000", "-100%", "+1000000%", "95000000000", 1.5, True]
)
def test_what_makes_no_price_is_no_change(change: Any) -> None:
    with pytest.raises(SettingsError):
        ratio_of(change, Decimal(95_000))


@pytest.mark.parametrize("change", ["+2%", "-2%"])
def test_a_moved_price_trades_through_the_book_and_sets_off_stops(change: str) -> None:
    with box_of("BTC/USD", "ETH/USD", "ETH/BTC", "PF_XBTUSD") as box, spot(box) as client:
        old = {name: box.market.price(name) for name in ("BTC/USD", "ETH/USD", "ETH/BTC", "PF_XBTUSD")}
        up = change[0] == "+"
        trigger = (old["BTC/USD"] * Decimal("1.01" if up else "0.99")).quantize(Decimal("0.1"))
        stop = client.submit_order(
            pair="XBTUSD", type="buy" if up else "sell", ordertype="stop-loss", volume="0.1", price=trigger
        ).txid[0]
        traded: list[Decimal] = []
        box._venue.listeners.append(
            lambda events: traded.extend(
                one.trade.price for one in events if isinstance(one, TradeEvent) and one.trade.pair.symbol == "BTC/USD"
            )
        )

        box.market.move("BTC/USD", change)

        new = {name: box.market.price(name) for name in old}
        factor = Decimal("1.02" if up else "0.98")
        assert abs(new["BTC/USD"] / old["BTC/USD"] - factor) < Decimal("0.00001")
        assert abs(new["PF_XBTUSD"] / old["PF_XBTUSD"] - factor) < Decimal("0.0001")
        assert abs(new["ETH/BTC"] * factor / old["ETH/BTC"] - 1) < Decimal("0.001")
        assert new["ETH/USD"] == old["ETH/USD"]
        bid, ask = (
            client.get_ticker("XBTUSD")["XXBTZUSD"].bid.price,
            client.get_ticker("XBTUSD")["XXBTZUSD"].ask.price,
        )
        assert bid < ask
        assert abs(bid / new["BTC/USD"] - 1) < Decimal("0.001")
        assert len(set(traded)) > 10
        assert client.get_orders(stop)[stop].status == "closed"
        assert box.now == NOW


def test_a_moved_price_stays_where_it_was_moved_to() -> None:
    with box_of("BTC/USD") as box:
        box.market.move("BTC/USD", 200_000)
        box.advance(7200)
        assert 190_000 < box.market.price("BTC/USD") < 210_000


def test_a_contract_without_a_spot_market_is_moved_by_its_own_index() -> None:
    with box_of("PF_ETHUSD") as box:
        old = box.market.price("PF_ETHUSD")
        box.market.move("PF_ETHUSD", "+5%")
        assert abs(box.market.price("PF_ETHUSD") / old - Decimal("1.05")) < Decimal("0.001")
        box.advance(1)
        assert abs(box.market.price("PF_ETHUSD") / old - Decimal("1.05")) < Decimal("0.01")
        with DerivativesClient(environment=box.environment) as client:
            book = client.get_orderbook("PF_ETHUSD").order_book
            assert book.bids[0].price < book.asks[0].price
            assert abs(book.bids[0].price / (old * Decimal("1.05")) - 1) < Decimal("0.01")


def test_only_what_the_market_trades_can_be_moved() -> None:
    with box_of("BTC/USD") as box:
        for symbol in ("ETH/USD", "WWW/USD", ""):
            with pytest.raises(SettingsError, match="does not move"):
                box.market.move(symbol, "+1%")
        with pytest.raises(SettingsError, match="no price"):
            box.market.price("WWW/USD")


def test_a_paused_market_stands_still_while_time_passes() -> None:
    with box_of("BTC/USD", "PF_XBTUSD") as box, spot(box) as client:
        box.market.pause()
        book = client.get_order_book("XBTUSD")
        price = box.market.price("PF_XBTUSD")
        box.advance(30)
        assert client.get_order_book("XBTUSD") == book
        assert (box.market.price("PF_XBTUSD"), box.now) == (price, NOW + 30 * SECOND)
        box.market.resume()
        box.advance(1)
        assert client.get_order_book("XBTUSD") != book


# --- orders -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "price"), [("buy", "50000"), ("sell", "150000")])
@pytest.mark.parametrize("market", [(), ("BTC/USD",)])
def test_filling_an_order_trades_with_it_at_its_price_however_far_from_the_market(
    side: str, price: str, market: tuple[str, ...]
) -> None:
    with box_of(*market) as box, spot(box) as client:
        order_id = client.submit_order(pair="XBTUSD", type=side, ordertype="limit", volume="0.5", price=price).txid[0]

        box.fill(order_id, "0.2")
        order = client.get_orders(order_id)[order_id]
        assert (order.status, order.vol_exec, order.price) == ("open", Decimal("0.2"), Decimal(price))
        box.fill(order_id)
        assert client.get_orders(order_id)[order_id].status == "closed"

        trades = client.get_trades_history().trades.values()
        assert sorted(trade.vol for trade in trades) == [Decimal("0.2"), Decimal("0.3")]
        assert {trade.price for trade in trades} == {Decimal(price)}
        change = Decimal("0.5") if side == "buy" else Decimal("-0.5")
        assert client.get_account_balance()["XXBT"] == 10 + change


def test_an_iceberg_is_filled_slice_by_slice() -> None:
    with box_of() as box, spot(box) as client:
        order_id = client.submit_order(
            pair="XBTUSD", type="buy", ordertype="iceberg", volume="1", price="50000", displayvol="0.1"
        ).txid[0]
        box.fill(order_id, "0.25")
        assert client.get_orders(order_id)[order_id].vol_exec == Decimal("0.25")
        assert client.get_order_book("XBTUSD")["XXBTZUSD"].bids[0].volume == Decimal("0.05")


def test_filling_a_futures_order_opens_the_position_at_its_price() -> None:
    with (
        box_of("PF_XBTUSD") as box,
        DerivativesClient(box.futures_key("trader"), environment=box.environment) as client,
    ):
        sent = client.submit_order(order_type="lmt", symbol="PF_XBTUSD", side="buy", size="0.3", limit_price="50000")
        order_id = sent.send_status.order_id
        assert order_id is not None
        box.fill(order_id, "0.1")
        position = client.get_open_positions().open_positions[0]
        assert (position.size, position.price) == (Decimal("0.1"), Decimal(50_000))
        box.fill(order_id)
        assert client.get_open_positions().open_positions[0].size == Decimal("0.3")
        assert not client.get_open_orders().open_orders


def test_only_what_rests_can_be_filled_and_no_more_than_remains() -> None:
    with box_of("BTC/USD") as box, spot(box) as client:
        stop = client.submit_order(pair="XBTUSD", type="sell", ordertype="stop-loss", volume="1", price="50000").txid[0]
        for order_id in (stop, "OAAAAA-BBBBB-CCCCCC", ""):
            with pytest.raises(SettingsError, match="rests in a book"):
                box.fill(order_id)
        resting = client.submit_order(pair="XBTUSD", type="buy", ordertype="limit", volume="1", price="50000").txid[0]
        balance = client.get_account_balance()
        for qty in ("0", "-1", "1.1", "0.000000001", "1e30"):
            with pytest.raises(SettingsError, match="cannot be filled"):
                box.fill(resting, qty)
        assert client.get_account_balance() == balance


@over_loopback
async def test_levers_work_from_the_loop_of_the_sandbox_too() -> None:
    async with world(market=["BTC/USD"], speed=0) as here:
        before = here.box.now
        here.box.advance(2.5)
        here.box.market.move("BTC/USD", "+1%")
        assert here.box.now - before == 2.5 * SECOND
