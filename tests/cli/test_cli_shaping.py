"""Requests from typed text and from recorded JSON: exact, or refused with the parameter's name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from krakenkit.cli.shaping import parameters_of, shaped
from krakenkit.errors import SettingsError
from krakenkit.wire.spot.batches import SubmitBatchOrders
from krakenkit.wire.spot.funding_beta_transfers import AnyStatus, ListFundingDeposits
from krakenkit.wire.spot.market import GetOrderBook
from krakenkit.wire.spot.trading import SubmitOrder
from krakenkit.wire.spot_v2.market import Book
from krakenkit.wire.spot_v2.trading import AddOrder, CancelOrder

ORDER = {"pair": "LTCUSD", "type": "buy", "ordertype": "limit", "volume": "0.10"}


def test_text_becomes_what_the_parameter_takes() -> None:
    book = shaped(GetOrderBook, {"pair": "LTCUSD", "count": "25"})
    order = shaped(SubmitOrder, ORDER | {"price": "71.10", "validate": "true", "reduce_only": "no", "userref": "7"})

    assert book == GetOrderBook("LTCUSD", count=25)
    assert (order.volume, order.price) == ("0.10", "71.10")
    assert (order.validate, order.reduce_only, order.userref) == (True, False, 7)


def test_json_values_stay_exact() -> None:
    given = {"order_type": "limit", "side": "buy", "order_qty": Decimal("0.10"), "limit_price": 71, "symbol": "LTC/USD"}

    order = shaped(AddOrder, given, wire_names=True)

    assert order.given()["order_qty"] == Decimal("0.10")
    assert str(order.given()["limit_price"]) == "71"


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({"order_id": "O1,O2"}, ["O1", "O2"]),
        ({"order_id": "O1"}, ["O1"]),
        ({"order_id": ["O1", "O2"]}, ["O1", "O2"]),
        ({"order_id": '["O1", "O2"]'}, ["O1", "O2"]),
    ],
)
def test_a_list_may_be_commas_json_or_several_values(given: Mapping[str, object], ids: list[str]) -> None:
    assert shaped(CancelOrder, given).order_id == ids


def test_text_with_commas_stays_text_where_the_exchange_takes_it_so() -> None:
    assert shaped(Book, {"symbol": "LTC/USD"}).symbol == "LTC/USD"
    assert shaped(SubmitOrder, ORDER | {"oflags": "post,fcib"}).oflags == "post,fcib"


def test_nested_parameters_are_written_as_json() -> None:
    close = shaped(SubmitOrder, ORDER | {"close": '{"ordertype": "stop-loss", "price": 65.50}'}).close
    row = '{"type":"buy","ordertype":"limit","volume":"%s","price":"70"}'
    rows = f"[{row % 1}, {row % 2}]"
    batch = shaped(SubmitBatchOrders, {"pair": "LTCUSD", "orders": rows})
    status = shaped(ListFundingDeposits, {"status": '{"statuses": ["SUCCESS", "PENDING"]}'}).status

    assert close is not None
    assert (close.ordertype, close.price) == ("stop-loss", Decimal("65.50"))
    assert [order.volume for order in batch.orders] == ["1", "2"]
    assert status == AnyStatus(["SUCCESS", "PENDING"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"count": "5"}, "GetOrderBook needs pair"),
        ({"pair": "LTCUSD", "cuont": "5"}, "does not take 'cuont'. Did you mean 'count'?"),
        ({"pair": "LTCUSD", "count": "many"}, "count is 'many'; give a whole number"),
        ({"pair": "LTCUSD", "count": {"a": 1}}, "count takes no members of its own"),
        ({"pair": "LTCUSD", "count": Decimal("1.5")}, "give a whole number"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_parameters_name(given: Mapping[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=r"GetOrderBook|count") as refused:
        shaped(GetOrderBook, given)

    assert message in str(refused.value)


def test_broken_json_and_refused_flags_name_the_parameter() -> None:
    with pytest.raises(SettingsError, match="close begins like JSON and is none"):
        shaped(SubmitOrder, ORDER | {"close": '{"ordertype"'})
    with pytest.raises(SettingsError, match="validate is 'maybe'; give true or false"):
        shaped(SubmitOrder, ORDER | {"validate": "maybe"})


def test_parameters_know_what_they_are() -> None:
    order = parameters_of(SubmitOrder)

    assert order["validate"].flag
    assert order["close"].nested
    assert order["oflags"].several
    assert not order["volume"].flag
    assert not order["volume"].nested
