"""What requests refuse before they are sent."""

from __future__ import annotations

import pytest

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.wire import checks
from krakenkit.wire.request import Params


class Asked(Params, frozen=True):
    one: str | list[str] | None = None
    two: str | list[str] | None = None
    count: int | None = None
    amount: Number | None = None


def test_exclusive_parameters_are_refused_together_only() -> None:
    checks.only_one(Asked(one="a"), "one", "two")
    with pytest.raises(SettingsError, match="takes one of one and two, not both"):
        checks.only_one(Asked(one="a", two="b"), "one", "two")


def test_a_request_that_names_nothing_is_refused() -> None:
    checks.at_least_one(Asked(two="b"), "one", "two")
    with pytest.raises(SettingsError, match="needs one or two"):
        checks.at_least_one(Asked(), "one", "two")
    with pytest.raises(SettingsError, match="empty one or two"):
        checks.at_least_one(Asked(two=[]), "one", "two")


@pytest.mark.parametrize("empty", ["", []])
def test_an_empty_filter_is_refused_and_a_missing_one_is_not(empty: str | list[str]) -> None:
    checks.not_empty(Asked(), "one")
    with pytest.raises(SettingsError, match="empty one; leave it out"):
        checks.not_empty(Asked(one=empty), "one")


@pytest.mark.parametrize("amount", ["0", "-1", "much", 0])
def test_an_amount_is_a_number_above_zero(amount: str | int) -> None:
    with pytest.raises(SettingsError, match="amount"):
        checks.positive(Asked(amount=amount), "amount")
    checks.positive(Asked(amount="0.00000001"), "amount")
    checks.positive(Asked(), "amount")


def test_a_range_may_be_open_above() -> None:
    for fine in (1, 5, None):
        checks.within(Asked(count=fine), "count", 1, 5)
    checks.within(Asked(count=10**9), "count", 1)
    with pytest.raises(SettingsError, match=r"Asked\.count is 6; give 1 to 5"):
        checks.within(Asked(count=6), "count", 1, 5)
    with pytest.raises(SettingsError, match=r"Asked\.count is 0; give at least 1"):
        checks.within(Asked(count=0), "count", 1)


def test_a_closed_list_names_its_members() -> None:
    checks.one_of(Asked(count=10), "count", (10, 25))
    with pytest.raises(SettingsError, match="count is 11; give one of 10, 25"):
        checks.one_of(Asked(count=11), "count", (10, 25))


def test_names_in_lists_and_comma_lists_count_together() -> None:
    checks.at_most(Asked(one="a,b", two=["c"]), 3, "one", "two")
    with pytest.raises(SettingsError, match="at most 3 in one and two, not 4"):
        checks.at_most(Asked(one="a,b", two=["c", "d"]), 3, "one", "two")


def test_long_texts_and_texts_in_place_of_lists_are_refused() -> None:
    checks.no_longer(Asked(one="abc"), 3, "one", "two")
    with pytest.raises(SettingsError, match="one has 4 characters; the exchange takes at most 3"):
        checks.no_longer(Asked(one="abcd"), 3, "one")
    checks.a_list(Asked(one=["a"]), "one")
    with pytest.raises(SettingsError, match=r"one is a text; give a list: \['a'\]"):
        checks.a_list(Asked(one="a"), "one")


def test_a_list_of_words_is_kept_as_one_text() -> None:
    asked = Asked(one=["post", "fciq"])

    checks.comma_joined(asked, "one")

    assert asked.one == "post,fciq"
