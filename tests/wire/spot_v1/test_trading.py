"""Trading commands of Spot v1: what they send and what they refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.spot_v1 import trading as v1


def order(**more: object) -> v1.AddOrder:
    return v1.AddOrder(ordertype="limit", type="buy", pair="XBT/USD", volume="1.10", **more)  # type: ignore[arg-type]


def test_an_order_names_its_members_as_the_exchange_does() -> None:
    sent = order(
        price=Decimal("30000.50"), oflags=["post", "fcib"], close_ordertype="limit", close_price="31000"
    ).given()

    assert sent == {
        "ordertype": "limit",
        "type": "buy",
        "pair": "XBT/USD",
        "volume": Decimal("1.10"),
        "price": Decimal("30000.50"),
        "oflags": "post,fcib",
        "close[ordertype]": "limit",
        "close[price]": Decimal(31000),
    }


@pytest.mark.parametrize("relative", ["+5", "-1.5%", "#2%", "3%"])
def test_relative_prices_stay_the_text_they_are(relative: str) -> None:
    assert order(price=relative).given()["price"] == relative


def test_a_price_that_is_neither_number_nor_relative_is_refused() -> None:
    with pytest.raises(SettingsError, match="price"):
        order(price="five")


def test_floats_are_turned_away() -> None:
    with pytest.raises(SettingsError, match="float"):
        order(price=30000.5)


def test_validate_is_text_on_a_new_order_and_a_flag_on_an_edit() -> None:
    assert order(validate=True).given()["validate"] == "true"
    assert v1.EditOrder(orderid="OAAAAA-BBBBB-CCCCCC", pair="XBT/USD", validate=True).given()["validate"] is True


def test_one_own_id_is_enough() -> None:
    with pytest.raises(SettingsError, match="cl_ord_id and userref"):
        order(cl_ord_id="mine", userref=5)


def test_an_amend_names_exactly_one_order() -> None:
    with pytest.raises(SettingsError, match="txid or cl_ord_id"):
        v1.AmendOrder(volume="1")
    with pytest.raises(SettingsError, match="not both"):
        v1.AmendOrder(txid="OAAAAA-BBBBB-CCCCCC", cl_ord_id="mine")


def test_a_cancel_expects_one_reply_for_each_id() -> None:
    cancel = v1.CancelOrder(txid=["OAAAAA-BBBBB-CCCCCC", "17"], cl_ord_id=["mine"])

    assert cancel.expected_replies == 3
    assert cancel.ids() == [{"txid": "OAAAAA-BBBBB-CCCCCC"}, {"txid": "17"}, {"cl_ord_id": "mine"}]


def test_a_cancel_without_ids_and_a_bare_text_are_refused() -> None:
    with pytest.raises(SettingsError):
        v1.CancelOrder()
    with pytest.raises(SettingsError, match="give a list"):
        v1.CancelOrder(txid="OAAAAA-BBBBB-CCCCCC")  # type: ignore[arg-type]


def test_the_dead_mans_switch_takes_seconds_within_a_day() -> None:
    assert v1.CancelAllOrdersAfter(60).given() == {"timeout": 60}
    with pytest.raises(SettingsError):
        v1.CancelAllOrdersAfter(86_400)
