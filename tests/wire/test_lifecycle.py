"""Surfaces with an end date: one warning before it, the replacement's name after it."""

from __future__ import annotations

import warnings
from datetime import date
from typing import Any

import pytest

from krakenkit.errors import KrakenLifecycleWarning
from krakenkit.wire import lifecycle, registry
from krakenkit.wire.futures.market import GetTickers
from krakenkit.wire.lifecycle import ENTRIES, check_lifecycle, ended, entry, warn_once
from krakenkit.wire.raw import raw_request
from krakenkit.wire.spot.market import GetTicker
from wire.manual import manual

BEFORE, LAST_DAY, END = date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1)


@pytest.fixture(autouse=True)
def nobody_was_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_warned", set[str]())


def caught_from(*ids: str) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for id in ids:
            warn_once(id, BEFORE)
    return caught


def test_an_ending_surface_warns_once_and_names_date_and_replacement() -> None:
    (warning,) = caught_from("futures-rest", "futures-rest")

    assert warning.category is KrakenLifecycleWarning
    assert "will be switched off on 2027-03-01; use the Unified WebSocket" in str(warning.message)
    assert warning.filename == __file__


def test_each_surface_warns_for_itself() -> None:
    caught = caught_from("futures-to-spot-transfer", "futures-fee-schedules")

    assert [str(each.message).partition(" by ")[0].partition(" of ")[0] for each in caught] == [
        "The transfer from the futures wallet to Spot",
        "The fee schedules",
    ]
    assert "no replacement is announced" in str(caught[0].message)


def test_surfaces_without_an_end_do_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_once("spot-ws-v1", BEFORE)
        warn_once("edit-order", BEFORE)


def test_the_end_is_the_first_day_without_the_surface() -> None:
    assert ended("futures-rest", LAST_DAY) is None
    assert "was switched off on 2027-03-01; use the Unified WebSocket" in (ended("futures-rest", END) or "")
    assert ended("spot-ws-v1", END) is None


def test_a_route_says_what_belongs_to_its_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_lifecycle(GetTicker.route, END) is None
    with pytest.warns(KrakenLifecycleWarning):
        assert check_lifecycle(GetTickers.route, BEFORE) is None
    assert check_lifecycle(GetTickers.route, END) == ended("futures-rest", END)


def test_the_open_door_to_an_ending_surface_warns_too() -> None:
    with pytest.warns(KrakenLifecycleWarning, match="2027-03-01"):
        check_lifecycle(raw_request("GET", "/derivatives/api/v3/tickers", {}).route, BEFORE)


def test_an_unknown_id_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        entry("futures-rest-v9")


@pytest.mark.parametrize("kind", registry.requests().values(), ids=lambda kind: kind.route.id)
def test_every_id_that_a_route_names_is_in_the_table(kind: Any) -> None:
    assert kind.route.lifecycle is None or entry(kind.route.lifecycle).ending


def test_the_table_agrees_with_the_manual() -> None:
    sections: dict[str, Any] = manual("lifecycle.yaml")
    known = {
        each["id"]: each
        for rows in sections.values()
        if isinstance(rows, list)
        for each in rows
        if isinstance(each, dict) and "status" in each
    }

    assert set(ENTRIES) <= set(known)
    sunsets = {id: known[id]["sunset"] for id in ENTRIES if known[id].get("sunset")}
    assert {id: str(ENTRIES[id].ends) for id in sunsets} == sunsets
