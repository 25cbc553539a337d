"""Which endpoint a call is for."""

from __future__ import annotations

from krakenkit.sandbox.routing import Endpoint, Routes
from krakenkit.wire.spot import account
from krakenkit.wire.spot import funding_beta as beta
from krakenkit.wire.spot import funding_beta_addresses as addresses

LISTED = (
    account.GetAccountBalance,
    beta.GetFundingDepositLimits,
    addresses.ListFundingAddresses,
    addresses.CreateFundingAddress,
    addresses.UpdateFundingAddress,
    addresses.DeleteFundingAddress,
)


def routes() -> Routes[object]:
    return Routes([Endpoint(kind, lambda caller, request: None) for kind in LISTED])


def kind_at(method: str, path: str) -> object:
    place = routes().at(path)
    found = None if place is None else place.by_method.get(method)
    return None if found is None else found.kind


def test_one_path_means_another_endpoint_for_each_method() -> None:
    assert kind_at("GET", "/funding/v1/addresses") is addresses.ListFundingAddresses
    assert kind_at("POST", "/funding/v1/addresses") is addresses.CreateFundingAddress
    assert kind_at("PUT", "/funding/v1/addresses/x1") is addresses.UpdateFundingAddress
    assert kind_at("DELETE", "/funding/v1/addresses/x1") is addresses.DeleteFundingAddress
    assert kind_at("PATCH", "/funding/v1/addresses/x1") is None


def test_values_in_a_path_are_read_one_by_one_and_decoded() -> None:
    place = routes().at("/funding/v1/limits/deposit/currency/a%2Fb%20c")
    assert place is not None
    assert place.in_path == {"asset_class": "currency", "asset": "a/b c"}


def test_braces_hold_one_piece_of_a_path_and_never_none() -> None:
    assert routes().at("/funding/v1/limits/deposit/currency") is None
    assert routes().at("/funding/v1/limits/deposit/currency/BTC/more") is None
    assert routes().at("/funding/v1/limits/deposit//BTC") is None


def test_a_path_may_end_in_a_slash() -> None:
    place = routes().at("/0/private/Balance/")
    assert place is not None
    assert (place.first.kind, place.in_path) == (account.GetAccountBalance, {})
