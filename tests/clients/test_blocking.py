"""The blocking face tells the same stories, against the sandbox in its own thread."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest

from krakenkit import (
    AuthRefused,
    Credentials,
    Gap,
    OrderRefused,
    OutcomeUnknown,
    ReconnectPolicy,
    Refused,
    SpotClient,
    SubscriptionRefused,
    WebsocketAPIClient,
    WebsocketClient,
    WsKey,
    new_order_id,
    streams,
)
from krakenkit._core.nonces import NonceSource
from krakenkit.sandbox import Sandbox

QUICK = ReconnectPolicy(first=0.01, base=0.01, ceiling=0.05)


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(seed=11) as sandbox:
        yield sandbox


def wait_until(happened: list[object], count: int) -> None:
    deadline = time.monotonic() + 5
    while len(happened) < count and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(happened) >= count


def test_calls_answer_with_exact_decimals(box: Sandbox) -> None:
    with SpotClient(box.key("calls"), environment=box.environment) as spot:
        pair = spot.get_asset_pairs("XBTUSD")["XXBTZUSD"]
        assert pair.wsname == "XBT/USD"
        ticker = spot.get_ticker("XBTUSD")["XXBTZUSD"]
        assert -int(ticker.last.price.as_tuple().exponent) == pair.pair_decimals
        assert spot.get_account_balance()["ZUSD"] == Decimal(100000)


def test_an_unknown_pair_is_refused_with_the_exchanges_words(box: Sandbox) -> None:
    with (
        SpotClient(environment=box.environment) as spot,
        pytest.raises(Refused, match="check the pair's name") as refused,
    ):
        spot.get_ticker("NOSUCH")
    assert refused.value.codes == ("EQuery:Unknown asset pair",)


def test_a_row_streams_and_a_cut_line_leaves_a_marker(box: Sandbox) -> None:
    with WebsocketClient(environment=box.environment, reconnect=QUICK) as ws:
        back: list[object] = []
        ws.on("reconnected", back.append)
        with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"], event_trigger="bbo")) as ticks:
            first = next(ticks)
            assert isinstance(first, streams.spot.TickerUpdate)
            box.faults.drop_lines("public")
            seen = next(item for item in ticks if isinstance(item, Gap))
            assert seen.topics == ("ticker BTC/USD event_trigger=bbo",)
            wait_until(back, 1)
            assert isinstance(next(ticks), streams.spot.TickerUpdate)


def test_a_live_book_is_proven_before_it_is_seen(box: Sandbox) -> None:
    with WebsocketClient(environment=box.environment) as ws, ws.book("ETH/USD", depth=25) as book:
        view = next(item for item in book if not isinstance(item, Gap))
        assert view.best_bid is not None
        assert view.best_ask is not None
        assert view.best_bid.price < view.best_ask.price
        assert book.is_synced()
        assert book.view().symbol == "ETH/USD"


def test_a_corrupted_book_is_withheld_and_comes_back(box: Sandbox) -> None:
    with WebsocketClient(environment=box.environment) as ws:
        troubles: list[object] = []
        ws.on("exception", troubles.append)
        with ws.book("SOL/USD") as book:
            next(book)
            box.faults.corrupt_next_checksum("SOL/USD")
            assert any(isinstance(item, Gap) for item in (next(book) for _ in range(200)))
            assert not isinstance(next(item for item in book if not isinstance(item, Gap)), Gap)
        wait_until(troubles, 1)


def test_an_unknown_symbol_is_refused_and_the_other_goes_on(box: Sandbox) -> None:
    with WebsocketClient(environment=box.environment) as ws:
        with ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD", "NO/SUCH"])) as ticks:
            assert list(ticks.refused) == ["ticker NO/SUCH"]
            assert isinstance(next(ticks), streams.spot.TickerUpdate)
        with pytest.raises(SubscriptionRefused), ws.subscribe(streams.spot.Trade(symbol="NO/SUCH")):
            pass


def test_topics_by_name_reach_callbacks(box: Sandbox) -> None:
    with WebsocketClient(environment=box.environment) as ws:
        messages: list[object] = []
        ws.on("message", messages.append)
        ws.subscribe({"topic": "trade", "payload": {"symbol": ["BTC/USD"]}}, WsKey.SPOT_PUBLIC_V2)
        wait_until(messages, 2)


def test_an_order_over_the_socket_fills_and_rest_agrees(box: Sandbox) -> None:
    key = box.key("socket-trader")
    with (
        WebsocketAPIClient(key, environment=box.environment) as trading,
        SpotClient(key, environment=box.environment) as spot,
    ):
        order_id = new_order_id()
        placed = trading.submit_spot_order(
            order_type="market", side="buy", symbol="BTC/USD", order_qty="0.02", cl_ord_id=order_id
        )
        order = spot.get_orders(placed.order_id)[placed.order_id]
        assert (order.status, order.vol_exec, order.cl_ord_id) == ("closed", Decimal("0.02"), order_id)


def test_amending_and_cancelling_over_the_socket(box: Sandbox) -> None:
    with WebsocketAPIClient(box.key("amender"), environment=box.environment) as trading:
        placed = [
            trading.submit_spot_order(
                order_type="limit", side="buy", symbol="BTC/USD", order_qty="0.01", limit_price="1000"
            )
            for _ in range(3)
        ]
        amended = trading.amend_spot_order(order_id=placed[0].order_id, limit_price="1001.5")
        assert amended.order_id == placed[0].order_id
        cancelled = trading.cancel_spot_order(order_id=[placed[0].order_id, placed[1].order_id])
        assert {one.order_id for one in cancelled} == {placed[0].order_id, placed[1].order_id}
        assert trading.cancel_all_spot_orders().count == 1
        with pytest.raises(OrderRefused):
            trading.cancel_spot_order(order_id=[placed[2].order_id])


def test_one_refused_cancel_among_several_is_told_beside_the_others(box: Sandbox) -> None:
    with WebsocketAPIClient(box.key("canceller"), environment=box.environment) as trading:
        placed = trading.submit_spot_order(
            order_type="limit", side="buy", symbol="BTC/USD", order_qty="0.01", limit_price="1000"
        )
        good, bad = trading.cancel_spot_order(order_id=[placed.order_id, "OAAAAA-BBBBB-CCCCCC"])
        assert good.order_id == placed.order_id
        assert bad.order_id == "OAAAAA-BBBBB-CCCCCC"
        assert (bad.error or "").startswith("EOrder:")


def test_a_lost_answer_is_found_by_the_callers_own_id(box: Sandbox) -> None:
    with SpotClient(box.key("loser"), environment=box.environment) as spot:
        order_id = new_order_id()
        box.faults.close_after_request("/0/private/AddOrder")
        with pytest.raises(OutcomeUnknown) as unknown:
            spot.submit_order(
                pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="1000", cl_ord_id=order_id
            )
        assert unknown.value.client_order_id == order_id
        assert len(spot.get_open_orders(cl_ord_id=order_id).open) == 1


def test_two_clients_with_one_key_share_its_nonces(box: Sandbox) -> None:
    key = box.key("shared")
    with (
        SpotClient(key, environment=box.environment) as one,
        SpotClient(Credentials(key.key, _secret_of(key)), environment=box.environment) as other,
    ):
        for client in (one, other) * 20:
            assert client.get_account_balance()


def test_a_nonce_that_came_too_late_is_signed_anew_for_reads_and_explained_for_orders(box: Sandbox) -> None:
    key = box.key("late")
    coarse = Credentials(key.key, _secret_of(key))
    with SpotClient(key, environment=box.environment) as ours, SpotClient(coarse, environment=box.environment) as late:
        ours.get_account_balance()
        behind = iter([1, time.time_ns()])
        coarse.nonces = NonceSource(lambda: next(behind))
        assert late.get_account_balance()
        coarse.nonces = NonceSource(lambda: 1)
        with pytest.raises(AuthRefused, match="give each program its own key or set a nonce window"):
            late.submit_order(pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="1000")


def _secret_of(key: Credentials) -> str:
    return base64.b64encode(key.secret_bytes()).decode()


def test_closing_leaves_no_thread_behind(box: Sandbox) -> None:
    before = set(threading.enumerate())
    ws = WebsocketClient(environment=box.environment)
    ticks = ws.subscribe(streams.spot.Ticker(symbol=["BTC/USD"]))
    next(ticks)
    ws.close()
    ws.close()
    assert list(ticks) == []
    assert set(threading.enumerate()) <= before
