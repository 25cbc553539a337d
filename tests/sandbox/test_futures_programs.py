"""The thin groups of Futures over their own client: assignment, subaccounts, market share, analytics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import DerivativesClient, Refused, SpotClient
from krakenkit.sandbox import Sandbox
from sandbox.loopback import Moment

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")

PREFERENCE: dict[str, Any] = {
    "contract_type": "flex",
    "contract": "PF_XBTUSD",
    "accept_long": True,
    "accept_short": False,
    "time_frame": "ALL",
    "enabled": True,
}


@contextmanager
def trader(**settings: Any) -> Iterator[tuple[Sandbox, DerivativesClient]]:
    settings.setdefault("market", ["PF_XBTUSD"])
    with (
        Sandbox(seed=5, pace=600, **settings) as box,
        DerivativesClient(environment=box.environment, credentials=box.futures_key("trader")) as client,
    ):
        yield box, client


# --- the assignment program -------------------------------------------------------------------------------------------


def test_a_preference_is_in_force_until_it_is_withdrawn_and_history_keeps_both() -> None:
    with trader(market=False) as (_, client):
        first = client.add_assignment_preference(**PREFERENCE, max_size="2")
        weekend: dict[str, Any] = PREFERENCE | {"time_frame": "WEEKEND"}
        second = client.add_assignment_preference(**weekend)
        assert first.participant is not None
        assert first.participant.max_size == 2
        kept = client.get_assignment_programs().participants
        assert [one.id for one in kept] == [first.id, second.id]
        assert client.delete_assignment_preference(first.id or 0).id == first.id
        (left,) = client.get_assignment_programs().participants
        assert left.participant.time_frame == "WEEKEND"
        rows = client.get_assignment_preferences_history().participants
        assert [row.deleted for row in rows] == [True, False, False]
        with pytest.raises(Refused, match="invalidArgument: id"):
            client.delete_assignment_preference(first.id or 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contract_type": "piggybank"}, "invalidArgument: contractType"),
        ({"contract": "PF_GOLD"}, "invalidArgument: contract"),
        ({"contract": None}, "requiredArgumentMissing: contract"),
        ({"contract": "PI_XBTUSD"}, "invalidArgument: contract"),
        ({"time_frame": "NIGHTS"}, "invalidArgument: timeFrame"),
        ({"max_size": "-1"}, "invalidArgument: maxSize"),
        ({"max_position": "0"}, "invalidArgument: maxPosition"),
    ],
)
def test_a_preference_that_cannot_be_is_not_kept(change: dict[str, Any], code: str) -> None:
    with trader(market=False) as (_, client):
        with pytest.raises(Refused) as refused:
            client.add_assignment_preference(**PREFERENCE | change)
        assert refused.value.codes == (code,)
        assert client.get_assignment_programs().participants == []


# --- subaccounts ------------------------------------------------------------------------------------------------------


def test_a_master_sees_its_subaccounts_and_keeps_them_from_trading() -> None:
    with trader() as (box, client):
        spot_key = box.key("trader", permissions="all")
        with SpotClient(environment=box.environment, credentials=spot_key) as spot:
            assert spot.create_subaccount(username="child", email="child@example.org")
        key = box.futures_key("child", balances={"USD": 500})
        told = client.get_subaccounts()
        (child,) = told.subaccounts
        assert told.master_account_uid is not None
        assert child.flex_account is not None
        assert child.flex_account.balance_value == 500
        assert client.get_subaccount_trading_status(child.account_uid).trading_enabled
        order: dict[str, Any] = {"order_type": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "0.001"}
        with DerivativesClient(environment=box.environment, credentials=key) as own:
            assert own.get_subaccounts().subaccounts == []
            assert own.submit_order(**order, limit_price=1000).send_status.placed
            set_off = client.update_subaccount_trading_status(subaccount_uid=child.account_uid, trading_enabled=False)
            assert not set_off.trading_enabled
            with pytest.raises(Refused, match="accountInactive"):
                own.submit_order(**order, limit_price=1001)
            assert len(own.get_open_orders().open_orders) == 1
            client.update_subaccount_trading_status(subaccount_uid=child.account_uid, trading_enabled=True)
            assert own.submit_order(**order, limit_price=1001).send_status.placed
            with pytest.raises(Refused, match="notFound"):
                own.get_subaccount_trading_status(told.master_account_uid)


def test_the_part_of_a_market_is_what_was_traded_of_it() -> None:
    with trader() as (_, client):
        assert client.get_account_market_share().contracts == {}
        client.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="buy", size="0.5")
        share = client.get_account_market_share().contracts["PF_XBTUSD"]
        assert share.volume == sum(fill.size for fill in client.get_fills().fills)
        assert share.market_share is not None
        assert 0 < share.market_share < Decimal("0.5")


# --- analytics --------------------------------------------------------------------------------------------------------


def series(client: DerivativesClient, kind: str, now: int, *, back: int = 3600, interval: int = 300) -> Any:
    found = client.get_market_analytics(
        symbol="PF_XBTUSD", analytics_type=kind, since=now - back, interval=interval, to=now
    )
    assert found.errors == []
    return found.result


@pytest.mark.parametrize("interval", [60, 300, 900])
def test_statistics_of_trades_add_up_to_the_trades(interval: int) -> None:
    clock = Moment()
    with trader(clock=clock) as (_, client):
        client.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="buy", size="0.5")
        now = clock.now // 10**9
        volume, count = (series(client, kind, now, interval=interval) for kind in ("trade-volume", "trade-count"))
        assert volume.timestamp == sorted(volume.timestamp)
        assert len(volume.timestamp) == len(volume.data) == len(count.data)
        assert {moment % interval for moment in volume.timestamp} == {0}
        flow = series(client, "cvd", now, interval=interval).data
        assert flow["cvd"][-1] == sum(flow["buyVolume"]) - sum(flow["sellVolume"])
        assert sum(volume.data) == sum(flow["buyVolume"]) + sum(flow["sellVolume"])
        assert sum(flow["buyVolume"]) >= Decimal("0.5")
        assert series(client, "aggressor-differential", now, interval=interval).data == [
            bought - sold for bought, sold in zip(flow["buyVolume"], flow["sellVolume"], strict=True)
        ]


def test_what_is_known_of_now_alone_is_told_for_the_running_bucket() -> None:
    clock = Moment()
    with trader(clock=clock) as (_, client):
        client.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="buy", size="0.5")
        now = clock.now // 10**9
        interest = series(client, "open-interest", now)
        ticker = client.get_ticker("PF_XBTUSD").ticker
        assert interest.timestamp == [now - now % 300]
        assert interest.data == [[ticker.open_interest] * 4]
        sides = series(client, "long-short-info", now).data
        assert sides["longCount"][0] >= 1
        assert sides["longPercent"][0] + sides["shortPercent"][0] == 100
        assert series(client, "spreads", now).data["ask"]["best_price"] == [ticker.ask]
        book = series(client, "orderbook", now).data["bid"]
        assert book["bestPrice"] == [ticker.bid]
        assert book["liquidity005"][0] <= book["liquidity100"][0]
        basis = series(client, "future-basis", now).data["basis"][0]
        assert ticker.mark_price is not None
        assert ticker.index_price is not None
        assert basis == pytest.approx(ticker.mark_price / ticker.index_price - 1, abs=Decimal("1E-9"))
        assert series(client, "open-interest", now - 7200).timestamp == []
        pool = client.get_liquidity_pool_statistic(since=now - 60, interval=60)
        assert pool.result.timestamp == [now - now % 60]


def test_a_long_range_is_cut_and_says_so() -> None:
    clock = Moment()
    with trader(clock=clock) as (_, client):
        now = clock.now // 10**9
        first = series(client, "trade-count", now, back=86_400, interval=60)
        assert (len(first.timestamp), first.more) == (1000, True)
        rest = series(client, "trade-count", now, back=now - first.timestamp[-1] - 60, interval=60)
        assert not rest.more
        assert rest.timestamp[-1] == now - now % 60
        volatility = series(client, "rolling-volatility", now, back=86_400, interval=900)
        assert any(value for value in volatility.data)


def test_every_type_answers_and_unknown_words_are_told() -> None:
    clock = Moment()
    with trader(clock=clock) as (_, client):
        now = clock.now // 10**9
        for kind in ("liquidation-volume", "long-short-ratio", "top-traders", "liquidity", "slippage", "funding"):
            assert series(client, kind, now) is not None, kind
        asked: dict[str, Any] = {"since": now - 60, "interval": 60}
        wrong = client.get_market_analytics(symbol="PF_GOLD", analytics_type="cvd", **asked)
        assert [error.field for error in wrong.errors] == ["symbol"]
        odd = client.get_market_analytics(symbol="PF_XBTUSD", analytics_type="astrology", **asked)
        assert [error.field for error in odd.errors] == ["analytics_type"]
        assert odd.result.timestamp == []
