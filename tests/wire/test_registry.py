"""The registry: every endpoint of the catalogues once, under names that clients and types share."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import krakenkit.types
from krakenkit.wire import registry
from krakenkit.wire.codec import PairRows
from krakenkit.wire.futures.market import GetTicker as FuturesTickerRequest
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.market import GetTicker
from krakenkit.wire.type_index import TYPES
from wire.manual import catalogue, manual

Kind = type[Request[Any]]
REQUESTS = registry.requests()
EVERY = pytest.mark.parametrize("kind", REQUESTS.values(), ids=lambda kind: kind.route.id)

_ACCESS = {"none": "public", "key": "signed", "bearer": "bearer", "basic": "basic"}


# Custody has these for a vault: the same method and path as Spot's, told apart by a header.
VAULT_CALLS = {
    "custody.get_deposit_methods",
    "custody.get_deposit_addresses",
    "custody.get_withdraw_methods",
    "custody.get_withdraw_addresses",
}


def test_no_two_classes_claim_one_endpoint() -> None:
    rest = {id: kind.route for id, kind in REQUESTS.items() if id not in VAULT_CALLS}

    assert len({route.label for route in rest.values()}) == len(rest) == 225
    assert {REQUESTS[id].route.in_header for id in VAULT_CALLS} == {("x-vault-id",)}


@pytest.mark.parametrize("product", registry.PRODUCTS)
def test_method_names_are_unique_within_a_client(product: str) -> None:
    names = Counter(registry.method_name(kind) for kind in REQUESTS.values() if registry.product_of(kind) == product)

    assert [name for name, times in names.items() if times > 1] == []


@EVERY
def test_a_class_says_what_its_endpoint_is(kind: Kind) -> None:
    route = kind.route
    names = set(kind.__struct_encode_fields__)

    assert kind.__doc__
    assert kind.__doc__ != Request.__doc__
    assert {piece.strip("{}") for piece in route.path.split("/") if piece.startswith("{")} <= names
    assert set(route.repeat) <= names
    assert set(route.in_header) <= names
    assert set(route.in_query) - {"account_id"} <= names
    assert callable(kind.reader())
    assert route.method != "GET" or (route.resend is Resend.READ and route.encoding == "query")


@EVERY
def test_a_request_is_found_by_its_method_and_path(kind: Kind) -> None:
    filled = "/".join("value-1" if piece.startswith("{") else piece for piece in kind.route.path.split("/"))

    found = registry.request_for(kind.route.method, filled)

    assert found is not None
    assert found.route.label == kind.route.label
    assert found is kind or kind.route.id in VAULT_CALLS


def test_every_endpoint_of_the_catalogues_is_here_and_no_other() -> None:
    assert set(REQUESTS) == set(catalogue())


def test_routes_agree_with_the_catalogues() -> None:
    wrong = {
        id: (told, ours) for id, entry in catalogue().items() if (told := _told(entry)) != (ours := _ours(REQUESTS[id]))
    }

    assert wrong == {}


def _told(entry: dict[str, Any]) -> tuple[Any, ...]:
    access = _ACCESS[entry["auth"]]
    return entry["method"], entry["path"], entry["siebly"], access, bool(entry.get("unconfirmed"))


def _ours(kind: Kind) -> tuple[Any, ...]:
    route = kind.route
    return route.method, route.path, route.siebly, route.access, route.unconfirmed


def test_costs_agree_with_the_catalogues_where_they_are_one_number() -> None:
    told = {id: entry["rate_cost"] for id, entry in catalogue().items()}
    spot = {id: (cost["counter"], cost["engine"]) for id, cost in told.items() if isinstance(cost, dict)}
    # Futures look-ups that cost nothing are 0 there and None here: neither counts on a budget.
    futures = {id: (cost or None, False) for id, cost in told.items() if isinstance(cost, int)}

    assert len(spot) + len(futures) > 180
    for id, cost in (spot | futures).items():
        assert (REQUESTS[id].route.cost, REQUESTS[id].route.engine) == cost, id


def test_methods_are_named_as_the_javascript_sdk_names_them() -> None:
    named = {id: entry["siebly"] for id, entry in catalogue().items() if entry["siebly"]}

    assert len(named) > 150
    assert {id: name.lower() for id, name in named.items()} == {
        id: registry.method_name(REQUESTS[id]).replace("_", "") for id in named
    }


def test_every_documented_parameter_has_a_field() -> None:
    sets: dict[str, list[Any]] = manual("futures-rest.yaml")["param_sets"]
    absent: dict[str, set[str]] = {}
    for id, entry in catalogue().items():
        shared = entry.get("params_from") or []
        rows = [*entry["params"], *(row for each in _listed(shared) for row in sets[each])]
        names = {row["name"] if isinstance(row, dict) else row for row in rows}
        if missing := names - set(REQUESTS[id].__struct_encode_fields__):
            absent[id] = missing

    # The batch is one form field of JSON text; its member is the parameter here.
    assert absent == {"futures.trading.batch_order": {"json"}}


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def test_the_index_of_types_is_in_step_with_the_classes() -> None:
    assert registry.type_names() == TYPES


def test_every_public_type_can_be_imported_by_name() -> None:
    names = dir(krakenkit.types)

    assert {"GetTicker", "OrderInfo", "FuturesGetTicker", "PairRows"} <= set(names)
    for name in names:
        assert isinstance(getattr(krakenkit.types, name), type), name
    found = [getattr(krakenkit.types, name) for name in names]
    assert [kind for kind in REQUESTS.values() if kind not in found] == []


def test_a_shared_name_is_the_first_products_and_the_others_carry_theirs() -> None:
    assert krakenkit.types.GetTicker is GetTicker
    assert krakenkit.types.FuturesGetTicker is FuturesTickerRequest
    assert krakenkit.types.PairRows is PairRows
    with pytest.raises(AttributeError, match="no attribute 'GetTickr'"):
        _ = krakenkit.types.GetTickr  # type: ignore[attr-defined]
