"""The exchange's error strings: which kind of refusal each is, and what it asks of the caller."""

from __future__ import annotations

import pytest

from krakenkit.errors import AuthRefused, OrderRefused, RateLimited, Refused, Unavailable
from krakenkit.wire.refusals import errors_in, passing, refusal, tidy, token_stale, undecided, warnings_in

KINDS: list[tuple[str, type[Refused], bool]] = [
    ("EAPI:Invalid key", AuthRefused, False),
    ("EAPI:Invalid signature", AuthRefused, False),
    ("EAPI:Invalid nonce", AuthRefused, False),
    ("EAPI:Invalid token", AuthRefused, False),
    ("EAPI:Rate limit exceeded", RateLimited, True),
    ("EAPI:Bad request", Refused, False),
    ("EAPI:Feature disabled", Refused, False),
    ("EAuth:Account temporary disabled", AuthRefused, False),
    ("EAuth:Account unconfirmed", AuthRefused, False),
    ("EAuth:Failed", AuthRefused, False),
    ("EAuth:Rate limit exceeded", RateLimited, True),
    ("EAuth:Too many requests", RateLimited, True),
    ("EGeneral:Permission denied", AuthRefused, False),
    ("EGeneral:Invalid arguments:volume", Refused, False),
    ("EGeneral:Unknown method", Refused, False),
    ("EGeneral:Internal error", Unavailable, True),
    ("EGeneral:Internal error:4711", Unavailable, True),
    ("EGeneral:Temporary lockout", RateLimited, True),
    ("EGeneral:Too many requests", RateLimited, True),
    ("EQuery:Unknown asset", Refused, False),
    ("EQuery:Unknown asset pair", Refused, False),
    ("EQuery:Invalid asset pair", Refused, False),
    ("EOrder:Insufficient funds", OrderRefused, False),
    ("EOrder:Order minimum not met", OrderRefused, False),
    ("EOrder:Tick size check failed", OrderRefused, False),
    ("EOrder:Unknown order", OrderRefused, False),
    ("EOrder:Rate limit exceeded", RateLimited, True),
    ("EOrder:Domain rate limit exceeded", RateLimited, True),
    ("EOrder:Orders limit exceeded", OrderRefused, False),
    ("EOrder:Reduce only:Position is closed", OrderRefused, False),
    ("ETrade:User Locked", OrderRefused, False),
    ("EAccount:Invalid permissions", AuthRefused, False),
    ("EService:Unavailable", Unavailable, True),
    ("EService:Busy", Unavailable, True),
    ("EService:Market in cancel_only mode", Unavailable, True),
    ("EService:Deadline elapsed", Unavailable, True),
    ("EService:Throttled: 1700000000", RateLimited, True),
    ("EFunding:Unknown withdraw key", OrderRefused, False),
    ("EBM:limit exceeded:CAL", RateLimited, True),
    ("EEarnings:Below min:0.1", OrderRefused, False),
    ("ESession:Invalid session", AuthRefused, False),
    ("EDatabase:Internal error", Unavailable, True),
    ("Token(s) not found", AuthRefused, False),
    ("Currency pair not supported ABC/USD", Refused, False),
    ("TooManyDepositAddresses", Refused, False),
    ("ESomething:Never seen before", Refused, False),
]


@pytest.mark.parametrize(("code", "kind", "retryable"), KINDS, ids=[code for code, _, _ in KINDS])
def test_each_string_becomes_the_error_of_its_kind_and_is_kept(code: str, kind: type[Refused], retryable: bool) -> None:
    error = refusal([code], request="POST /0/private/AddOrder", client_order_id="mine")

    assert type(error) is kind
    assert (error.codes, error.retryable) == ((code,), retryable)
    assert (error.request, error.client_order_id) == ("POST /0/private/AddOrder", "mine")
    assert str(error).startswith(f"POST /0/private/AddOrder was refused: {code}.")


def test_the_worst_of_several_strings_decides() -> None:
    error = refusal(["EOrder:Invalid price", "EAPI:Invalid signature"], request="AddOrder")

    assert type(error) is AuthRefused
    assert error.codes == ("EOrder:Invalid price", "EAPI:Invalid signature")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("EAPI:Invalid nonce", "give each program its own key"),
        ("EAPI:Invalid signature", "check the secret"),
        ("EQuery:Unknown asset pair", "get_asset_pairs()"),
        ("EQuery:Unknown asset", "get_assets()"),
        ("EOrder:Unknown order", "it may be filled or cancelled already"),
        ("EGeneral:Temporary lockout", "stop for some minutes"),
        ("EService:Busy", "wait and try again"),
    ],
)
def test_a_known_string_says_what_to_do_next(code: str, advice: str) -> None:
    _, _, told = str(refusal([code], request="X")).partition(" Next: ")

    assert advice in told


def test_a_refusal_without_a_reason_says_so() -> None:
    assert str(refusal([], request="CancelOrder")) == "CancelOrder was refused: no reason given."


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        ("EService:Throttled: 1700000030", 30.0),
        ("EService:Throttled:1700000030.5", 30.0),
        ("EService:Throttled: 1600000000", 0.0),
        ("EService:Throttled", None),
        ("EService:Throttled: soon", None),
        ("EAPI:Rate limit exceeded", None),
    ],
)
def test_a_throttled_call_learns_how_long_to_wait(code: str, seconds: float | None) -> None:
    assert refusal([code], request="X", now=1_700_000_000.0).retry_after == seconds


# ---------------------------------------------------------------- families


@pytest.mark.parametrize(
    ("code", "clean"),
    [
        ("EGeneral: Invalid arguments", "EGeneral:Invalid arguments"),
        ("EGeneral:Invalid arguments: volume", "EGeneral:Invalid arguments: volume"),
        (" no colon ", "no colon"),
        ("EService:", "EService:"),
    ],
)
def test_a_stray_blank_after_the_first_colon_is_taken_out(code: str, clean: str) -> None:
    assert tidy(code) == clean


def test_errors_and_warnings_are_told_apart_by_their_first_letter() -> None:
    codes = ["WGeneral: Danger", "EOrder: Invalid price", "Subscription Not Found"]

    assert errors_in(codes) == ["EOrder:Invalid price", "Subscription Not Found"]
    assert warnings_in(codes) == ["WGeneral:Danger"]


@pytest.mark.parametrize(
    "code",
    [
        "EAPI:Invalid token",
        "ESession:Invalid session",
        "Token(s) not found",
        "The token has expired",
        "stale token",
        "TOKEN INVALID",
    ],
)
def test_a_stale_token_is_known_under_all_its_names(code: str) -> None:
    assert token_stale(code)


@pytest.mark.parametrize(
    "code", ["EAPI:Invalid key", "EAPI:Invalid nonce", "EGeneral:Permission denied", "Symbol(s) not found", "a token"]
)
def test_other_refusals_are_not_about_the_token(code: str) -> None:
    assert not token_stale(code)


@pytest.mark.parametrize("code", ["EGeneral:Invalid arguments:tokenized_asset", "EQuery:Invalid tokenized asset"])
def test_a_tokenized_asset_is_not_a_token(code: str) -> None:
    assert not token_stale(code)
    assert type(refusal([code], request="X")) is Refused


@pytest.mark.parametrize(
    "code",
    [
        "EAPI:Rate limit exceeded",
        "EGeneral:Too many requests",
        "EService:Busy",
        "EService: Unavailable",
        "EService:Throttled: 1700000000",
        "Exceeded msg rate",
    ],
)
def test_a_subscription_refused_for_the_moment_may_be_asked_for_again(code: str) -> None:
    assert passing(code)


@pytest.mark.parametrize(
    "code", ["Currency pair not supported ABC/USD", "Subscription depth not supported", "EGeneral:Permission denied"]
)
def test_a_subscription_refused_for_good_may_not(code: str) -> None:
    assert not passing(code)


@pytest.mark.parametrize(
    "code",
    [
        "EService:Unavailable",
        "EService:Busy",
        "EService:Deadline elapsed",
        "EGeneral:Internal error:9",
        "EDatabase:Internal error",
    ],
)
def test_an_order_answered_so_may_have_been_executed(code: str) -> None:
    assert undecided([code])


@pytest.mark.parametrize(
    "code",
    [
        "EOrder:Insufficient funds",
        "EService:Market in cancel_only mode",
        "EService:Throttled: 1700000000",
        "EAPI:Invalid nonce",
        "EGeneral:Temporary lockout",
    ],
)
def test_an_order_answered_so_was_not_executed(code: str) -> None:
    assert not undecided([code])


def test_one_undecided_string_among_several_is_enough() -> None:
    assert undecided(["EOrder:Invalid price", "EService:Busy"])
