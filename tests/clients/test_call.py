"""What the editor and ``help()`` show of a method that is made from a request class."""

from __future__ import annotations

import inspect

from krakenkit import AsyncSpotClient, SpotClient
from krakenkit.clients.call import Call


def test_a_method_has_the_name_signature_and_documentation_of_its_request() -> None:
    method = SpotClient().get_order_book
    assert method.__name__ == "get_order_book"
    assert list(inspect.signature(method).parameters) == ["pair", "count", "asset_class", "asset_version"]
    text = inspect.getdoc(method) or ""
    assert text.startswith("The book of one pair")
    assert "GET /0/public/Depth (spot.market.get_order_book)" in text


def test_private_methods_name_the_permission_they_need() -> None:
    assert "Permission: Funds permissions - Query" in (inspect.getdoc(SpotClient().get_account_balance) or "")


def test_on_the_class_it_is_the_table_entry_itself() -> None:
    assert isinstance(SpotClient.get_ticker, Call)
    assert SpotClient.get_ticker is AsyncSpotClient.get_ticker
