"""What the Unified WebSocket is asked: the asset class goes along, and what it does not serve is refused here."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.unified import asset_class, trading
from krakenkit.wire.unified.account import Ledgers, Margin, Positions, Preferences
from krakenkit.wire.unified.market import Book, Level3, Ohlc, Ticker


def params(channel: object) -> dict[str, object]:
    (topic,) = channel.topics()  # type: ignore[attr-defined]
    return dict(topic.params)


def test_the_asset_class_goes_along_where_it_belongs_and_only_there() -> None:
    assert params(Ticker(symbol="pf_xbtusd")) == {"asset_class": "derivatives", "snapshot": True}
    assert params(Margin()) == params(Positions()) == {"asset_class": "derivatives"}
    assert params(Ledgers()) == params(Preferences()) == {}


def test_spot_is_refused_until_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asset_class, "_open", {"derivatives"})
    with pytest.raises(SettingsError, match="not open yet"):
        Ticker(symbol="BTC/USD", asset_class="spot")
    with pytest.raises(SettingsError, match="not open yet"):
        trading.CancelAll(asset_class="spot")

    asset_class.open_asset_class("spot")

    assert Ticker(symbol="BTC/USD", asset_class="spot").asset_class == "spot"
    with pytest.raises(SettingsError, match="derivatives only"):
        Margin(asset_class="spot")


def test_what_the_exchange_is_documented_to_refuse_is_refused_here() -> None:
    with pytest.raises(SettingsError, match="snapshot and with_margin"):
        Positions(snapshot=True, with_margin=True)
    with pytest.raises(SettingsError, match="depth"):
        Level3(symbol="PF_XBTUSD", depth=25)
    with pytest.raises(SettingsError, match="not both"):
        trading.CancelOrder(order_id=["e6"], cl_ord_id=["mine"])
    with pytest.raises(SettingsError, match="Spot only"):
        trading.CancelOrder(order_userref=[7])
    with pytest.raises(SettingsError, match="2 to 15"):
        trading.BatchAdd(symbol="PF_XBTUSD", orders=[])
    with pytest.raises(SettingsError, match="86399"):
        trading.CancelAllOrdersAfter(90_000)


def test_depth_interval_and_tick_type_tell_subscriptions_apart() -> None:
    identities = {
        next(iter(channel.topics())).identity
        for channel in (
            Book(symbol="PF_XBTUSD"),
            Book(symbol="PF_XBTUSD", depth=100),
            Ohlc(symbol="PF_XBTUSD"),
            Ohlc(symbol="PF_XBTUSD", tick_type="mark"),
        )
    }
    assert len(identities) == 4


def test_an_order_carries_exact_amounts_and_its_asset_class() -> None:
    order = trading.AddOrder(
        order_type="limit", side="buy", symbol="PF_XBTUSD", order_qty="0.0010", limit_price="30000.5", post_only=True
    )

    assert order.given() == {
        "order_type": "limit",
        "side": "buy",
        "symbol": "PF_XBTUSD",
        "order_qty": Decimal("0.0010"),
        "limit_price": Decimal("30000.5"),
        "post_only": True,
        "asset_class": "derivatives",
    }
    assert str(order.given()["order_qty"]) == "0.0010"


def test_a_cancel_of_several_ids_expects_as_many_replies() -> None:
    assert trading.CancelOrder(order_id=["e6", "e7"]).expected_replies == 2


def test_cross_margin_is_an_explicit_null() -> None:
    fixed = trading.LeverageMode(symbol="PF_XBTUSD", max_leverage="5")
    cross = trading.LeverageMode(symbol="PF_XBTUSD", max_leverage=None)

    assert fixed.given() == {"symbol": "PF_XBTUSD", "max_leverage": Decimal(5)}
    assert cross.given() == {"symbol": "PF_XBTUSD", "max_leverage": None}
    with pytest.raises(SettingsError, match="max_leverage"):
        trading.LeverageMode(symbol="PF_XBTUSD", max_leverage="much")
    with pytest.raises(SettingsError, match="derivatives only"):
        trading.SetPreference(leverage_mode=cross, asset_class="spot")


def test_a_set_preference_may_be_answered_with_anything_or_nothing() -> None:
    assert trading.PreferenceSet.from_wire(b"null").extra == {}
    assert trading.PreferenceSet.from_wire(b'{"leverage":5}').extra == {"leverage": 5}
