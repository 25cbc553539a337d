"""``stream`` on every family: the channel is found by name or connection, and symbols are spelled as there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cli.cli_helpers import run
from clients.fake_families import SECRET, TOKEN, Everywhere
from clients.fake_v2 import Peer
from krakenkit.cli.streaming import channel_from, channel_named, credentials_for, environment_for
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.transport.portal import LoopThread
from krakenkit.wire.environment import WsKey
from krakenkit.wire.futures_v1.account import OpenOrders
from krakenkit.wire.futures_v1.market import TickerLite
from krakenkit.wire.spot_v1.market import Book, Spread
from krakenkit.wire.spot_v2.level3 import Level3
from krakenkit.wire.spot_v2.market import Ticker
from krakenkit.wire.unified.account import Positions
from krakenkit.wire.unified.market import Level3 as UnifiedLevel3
from krakenkit.wire.unified.market import Ticker as UnifiedTicker

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.errors.KrakenLifecycleWarning")

KEYS = {"KRAKEN_API_KEY": "spot-test-key", "KRAKEN_API_SECRET": SECRET}
FUTURES_KEYS = {"KRAKEN_FUTURES_API_KEY": "futures-test-key", "KRAKEN_FUTURES_API_SECRET": SECRET}


@pytest.fixture(scope="module")
def box() -> Iterator[dict[str, Any]]:
    with Sandbox(seed=5) as opened:
        yield opened.describe()


async def exchange(peer: Peer, frame: dict[str, Any]) -> None:
    """Yes to every subscription and one row after it, in the words that were spoken."""
    if frame.get("event") == "challenge":
        await peer.send({"event": "challenge", "message": "sign-this"})
    elif frame.get("event") == "subscribe":
        feed, products = frame["feed"], frame.get("product_ids", [])
        named = {"product_ids": products} if products else {}
        await peer.send({"event": "subscribed", "feed": feed} | named)
        row = {"product_id": products[0], "bid": 71.5} if products else {"order_id": "a1", "is_cancel": True}
        await peer.send({"feed": feed} | row)
    elif frame.get("method") == "subscribe":
        await peer.ack(frame)
        channel, symbols = frame["params"]["channel"], frame["params"].get("symbol", [])
        row = {"symbol": symbols[0], "bid": 71.5} if symbols else {"futures": [], "options": []}
        await peer.send({"channel": channel, "type": "snapshot", "data": [row] if symbols else row})


@pytest.fixture
def fake() -> Iterator[Everywhere]:
    everywhere, thread = Everywhere(exchange), LoopThread()
    opened = thread.call(everywhere.__aenter__)
    yield opened
    thread.call(everywhere.__aexit__)
    thread.close()


def test_a_name_that_several_families_have_is_spot_v2s_unless_the_connection_is_named() -> None:
    assert channel_from("ticker", ["BTC/USD"], []) == Ticker(symbol=["BTC/USD"])
    assert channel_named("level3") is Level3
    assert channel_named("ticker", WsKey.UNIFIED_PUBLIC) is UnifiedTicker
    assert channel_from("book", ["XBT/USD"], ["depth=25"], ws_key=WsKey.SPOT_PUBLIC_V1) == Book(
        pair=["XBT/USD"], depth=25
    )


def test_a_name_that_one_family_has_needs_no_connection() -> None:
    assert channel_from("spread", ["XBT/USD"], []) == Spread(pair=["XBT/USD"])
    assert channel_from("ticker_lite", ["PF_XBTUSD"], []) == TickerLite(product_ids=["PF_XBTUSD"])
    assert channel_from("positions", [], ["with_margin=yes"]) == Positions(with_margin=True)


def test_each_connection_takes_its_own_key() -> None:
    futures = OpenOrders()
    environment = environment_for(futures, url=None, ws_url="ws://127.0.0.1:9")  # no token, so no REST is needed

    assert environment.socket(WsKey.DERIVATIVES_PRIVATE_V1) == "ws://127.0.0.1:9"
    with pytest.raises(SettingsError, match="KRAKEN_FUTURES_API_KEY"):
        credentials_for(futures)
    for channel in (Level3(symbol="BTC/USD"), UnifiedLevel3(symbol="PF_XBTUSD")):
        with pytest.raises(SettingsError, match="KRAKEN_API_KEY"):
            credentials_for(channel)
    assert credentials_for(Ticker(symbol="BTC/USD")) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ticker", "XBT/USD"), "XBT/USD is not a name of Spot v2; there it is BTC/USD"),
        (("ticker", "BTC/USD", "--ws", "spotPublicV1"), "BTC/USD is not a name of Spot v1; there it is XBT/USD"),
        (("ticker_lite", "BTC/USD"), "BTC/USD is not a name of Futures v1; there it is PF_XBTUSD"),
        (("ticker", "BTC/USD", "--ws", "UNIFIED_PUBLIC"), "BTC/USD is not a name of Unified; there it is PF_XBTUSD"),
        (("level3", "BTC/USD", "--ws", "SPOT_PUBLIC_V2"), "it is on SPOT_L3_V2 and UNIFIED_L3"),
        (("spred", "XBT/USD"), "Did you mean 'spread'?"),
        (("tickre", "XBT/USD", "--ws", "SPOT_PUBLIC_V1"), "Did you mean 'ticker'?"),
        (("zzzz", "--ws", "SPOT_PUBLIC_V1"), "See krakenkit channels."),
        (("ticker", "BTC/USD", "--ws", "SPOT_V9"), "There is no connection 'SPOT_V9'"),
        (("ticker", "XBT/USD", "--ws", "SPOT_PRIVATE_V1"), "subscribe it on SPOT_PUBLIC_V1"),
        (("heartbeat", "PF_XBTUSD"), "does not take 'symbol'"),
        (("openOrders", "--ws-url", "ws://127.0.0.1:1"), "give --sandbox-url beside --ws-url"),
    ],
)
def test_misuse_names_what_would_be_right(arguments: tuple[str, ...], message: str) -> None:
    ran = run("stream", *arguments, env=KEYS)

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_spot_v1_is_streamed_by_pair(box: dict[str, Any]) -> None:
    where = ("--ws", "SPOT_PUBLIC_V1", "--ws-url", box["ws"]["SPOT_PUBLIC_V1"])

    ran = run("stream", "book", "xbt/usd", "-p", "depth=25", "--count", "1", "--json", *where)

    row = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert (row["pair"], row["depth"], row["snapshot"]) == ("XBT/USD", 25, True)
    assert isinstance(row["bids"][0]["price"], str)


def test_level_3_takes_the_key_from_the_environment(box: dict[str, Any]) -> None:
    key = box["keys"]["spot"]

    ran = run(
        "stream", "level3", "BTC/USD", "--count", "1", "--json",
        "--ws-url", box["ws"]["SPOT_L3_V2"], "--sandbox-url", box["rest"],
        env={"KRAKEN_API_KEY": key["key"], "KRAKEN_API_SECRET": key["secret"]},
    )  # fmt: skip

    row = json.loads(ran.out)
    assert (ran.code, row["symbol"], row["snapshot"]) == (0, "BTC/USD", True)
    assert {"order_id", "limit_price", "order_qty"} <= set(row["bids"][0])


def test_the_beta_host_is_a_connection_of_its_own(box: dict[str, Any]) -> None:
    where = ("--ws", "SPOT_BETA_PUBLIC_V2", "--ws-url", box["ws"]["SPOT_BETA_PUBLIC_V2"])

    assert run("stream", "ticker", "BTC/USD", "--count", "1", *where).code == 0


def test_futures_are_streamed_by_product(fake: Everywhere) -> None:
    ran = run("stream", "ticker_lite", "PF_LTCUSD", "--count", "1", "--json", "--ws-url", fake.url)

    assert ran.code == 0, ran.err
    assert json.loads(ran.out) == {"snapshot": False, "product_id": "PF_LTCUSD", "bid": "71.5"}


def test_a_private_feed_of_futures_signs_a_challenge_and_shows_neither_key_nor_signature(fake: Everywhere) -> None:
    where = ("--ws", "derivativesPrivateV1", "--ws-url", fake.url)

    ran = run("stream", "open_orders", "--count", "1", "--json", *where, env=FUTURES_KEYS)

    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["order_id"] == "a1"
    (asked,) = [frame for frame in fake.peers[0].received if frame["event"] == "subscribe"]
    assert asked["original_challenge"] == "sign-this"
    assert not any(
        secret in ran.out + ran.err for secret in ("futures-test-key", "sign-this", asked["signed_challenge"])
    )


def test_unified_is_streamed_by_product_and_its_private_path_with_a_token(fake: Everywhere) -> None:
    rest = fake.environment.spot_rest
    public = run(
        "stream", "ticker", "PF_LTCUSD", "--count", "1", "--json", "--ws", "unifiedPublic", "--ws-url", fake.url
    )
    private = run(
        "stream", "positions", "--count", "1", "--json", "--ws-url", fake.url, "--sandbox-url", rest, env=KEYS
    )

    assert (public.code, private.code) == (0, 0), public.err + private.err
    assert json.loads(public.out) == {"snapshot": True, "symbol": "PF_LTCUSD", "bid": "71.5"}
    assert json.loads(private.out)["futures"] == []
    assert fake.peers[1].received[0]["params"]["token"] == TOKEN
    assert TOKEN not in private.out + private.err
