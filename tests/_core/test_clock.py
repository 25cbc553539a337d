"""Moments: what the exchange writes as time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit._core.clock import from_epoch, moment, nanoseconds, rfc3339


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2023-09-25T07:49:37Z", 0),
        ("2023-09-25T07:49:37.7Z", 700_000),
        ("2023-09-25T07:49:37.708706Z", 708_706),
        ("2023-09-25T07:49:37.708706123Z", 708_706),
        ("2023-09-25T07:49:37.999999999+00:00", 999_999),
    ],
)
def test_a_moment_is_aware_and_exact_to_the_microsecond(text: str, micros: int) -> None:
    assert moment(text) == datetime(2023, 9, 25, 7, 49, 37, micros, UTC)


def test_a_moment_keeps_its_offset() -> None:
    assert moment("2023-09-25T09:49:37.5+02:00") == datetime(2023, 9, 25, 7, 49, 37, 500_000, UTC)


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("2023-09-25T07:49:37Z", 0),
        ("2023-09-25T07:49:37.000000000Z", 0),
        ("2023-09-25T07:49:37.708706123Z", 708_706_123),
        ("2023-09-25T07:49:37.7087061239Z", 708_706_123),
        ("2023-09-25T07:49:37.5Z", 500_000_000),
        ("2023-09-25T09:49:37.000000001+02:00", 1),
        ("2023-09-25T09:49:37+02:00", 0),
    ],
)
def test_nanoseconds_are_kept_whole(text: str, tail: int) -> None:
    assert nanoseconds(text) == 1_695_628_177 * 10**9 + tail


def test_nanoseconds_before_1970_count_backwards() -> None:
    assert nanoseconds("1969-12-31T23:59:59.25Z") == -750_000_000


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_what_is_written_reads_back(at: datetime) -> None:
    text = rfc3339(at, timespec="microseconds")

    assert text.endswith("Z")
    assert moment(text) == at
    assert nanoseconds(text) == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    at = datetime(2026, 3, 1, 2, 0, 5, 250_900, timezone(timedelta(hours=2)))

    assert rfc3339(at) == "2026-03-01T00:00:05.250Z"
    assert rfc3339(at, timespec="seconds") == "2026-03-01T00:00:05Z"


@pytest.mark.parametrize(
    ("seconds", "micros"),
    [(1_700_000_000, 0), (Decimal("1700000000.123456"), 123_456), (Decimal("1700000000.9999999"), 999_999)],
)
def test_seconds_since_1970_become_a_moment_without_rounding_up(seconds: Decimal | int, micros: int) -> None:
    assert from_epoch(seconds) == datetime(2023, 11, 14, 22, 13, 20, micros, UTC)
