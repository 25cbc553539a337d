"""The life of one REST call: what is sent again, what never is, and what the caller learns. No sockets, no clock."""

from __future__ import annotations

from typing import Any

import pytest

from krakenkit.errors import (
    AuthRefused,
    DecodeError,
    KrakenError,
    OrderRefused,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SettingsError,
    TransportError,
)
from krakenkit.protocol.http import HttpReply
from krakenkit.protocol.prepare import Sender
from krakenkit.protocol.rest import RetryPolicy
from krakenkit.wire.raw import raw_request
from krakenkit.wire.request import Request
from krakenkit.wire.spot.market import GetServerTime
from krakenkit.wire.spot.trading import SubmitOrder
from protocol.rest_flow import (
    BALANCE,
    CANCEL,
    CANCELLED,
    EMPTY,
    HALF,
    HERE,
    HTML_200,
    HTML_502,
    IN_DOUBT,
    NO_RESULT,
    NOT_UTF8,
    ORDER,
    PLAIN,
    READ,
    TIME,
    Event,
    drive,
    failed,
    lost,
    nonce_of,
    refused,
    spoken,
)

# ---------------------------------------------------------------- reads


def test_a_read_is_sent_once_and_answered() -> None:
    told = drive(GetServerTime(), TIME)

    assert told.answer is not None
    assert (len(told.sent), told.waits, told.answer.value.unixtime) == (1, [], 1_700_000_000)


@pytest.mark.parametrize(
    "trouble",
    [
        lost(sent=True),
        lost(sent=False),
        EMPTY,
        HTML_502,
        spoken("", 503),
        spoken("{}", 500),
        spoken("slow", 408, "text/plain"),
        refused("EService:Unavailable"),
        refused("EService:Busy"),
        refused("EService: Busy"),
        refused("EGeneral:Internal error"),
    ],
)
@pytest.mark.parametrize(("request_", "good"), [(READ, BALANCE), (CANCEL, CANCELLED)])
def test_a_read_or_a_cancel_is_sent_again_after_trouble(request_: Request[Any], good: Event, trouble: Event) -> None:
    told = drive(request_, trouble, trouble, good)

    assert told.error is None
    assert len(told.sent) == 3
    assert told.waits == [0.5, 1.0]


def test_waits_grow_to_a_ceiling_and_follow_the_roll() -> None:
    policy = RetryPolicy(tries=6, base=1.0, ceiling=4.0)

    told = drive(READ, *[lost(sent=True)] * 5, BALANCE, policy=policy, roll=0.5)

    assert told.waits == [0.5, 1.0, 2.0, 2.0, 2.0]


def test_a_pause_says_why() -> None:
    told = drive(READ, HTML_502, BALANCE)

    assert told.reasons == ["POST /0/private/Balance was answered with HTTP status 502: <html>Bad gateway</html>"]


def test_after_the_last_try_the_trouble_itself_is_raised() -> None:
    last = lost(sent=True)

    told = drive(READ, lost(sent=True), lost(sent=True), last)

    assert told.error is last
    assert len(told.sent) == 3


@pytest.mark.parametrize("tries", [1, 2, 5])
def test_the_number_of_tries_is_the_callers(tries: int) -> None:
    told = drive(READ, *[lost(sent=True)] * tries, policy=RetryPolicy(tries=tries))

    assert len(told.sent) == tries


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (refused("EQuery:Unknown asset pair"), Refused),
        (refused("EAPI:Invalid key"), AuthRefused),
        (refused("EAPI:Invalid signature"), AuthRefused),
        (refused("EGeneral:Permission denied"), AuthRefused),
        (refused("EAPI:Rate limit exceeded"), RateLimited),
        (refused("EOrder:Unknown order"), OrderRefused),
        (refused("EGeneral:Invalid arguments:pair"), Refused),
        (spoken("no", 400, "text/plain"), Refused),
        (spoken("no", 404, "text/plain"), Refused),
        (spoken("no", 401, "text/plain"), AuthRefused),
        (spoken("no", 403, "text/plain"), AuthRefused),
        (spoken("no", 429, "text/plain"), RateLimited),
        (HTML_200, DecodeError),
        (HALF, DecodeError),
        (NO_RESULT, DecodeError),
        (NOT_UTF8, DecodeError),
    ],
)
def test_a_refusal_or_an_unreadable_answer_is_not_asked_for_again(reply: Event, kind: type[KrakenError]) -> None:
    told = drive(READ, reply)

    assert type(told.error) is kind
    assert (len(told.sent), told.waits) == (1, [])


def test_every_try_is_signed_anew_with_a_higher_nonce() -> None:
    told = drive(READ, lost(sent=True), lost(sent=False), BALANCE)

    nonces = [nonce_of(request.body) for request in told.sent]
    signatures = {dict(request.headers)["API-Sign"] for request in told.sent}
    assert nonces == sorted(set(nonces))
    assert len(signatures) == 3


@pytest.mark.parametrize("request_", [READ, CANCEL])
def test_an_invalid_nonce_is_signed_anew_at_once_and_only_once(request_: Request[Any]) -> None:
    told = drive(request_, refused("EAPI:Invalid nonce"), refused("EAPI:Invalid nonce"))

    first, second = (nonce_of(request.body) for request in told.sent)
    assert second > first
    assert told.waits == []
    assert isinstance(told.error, AuthRefused)
    assert "larger nonces" in str(told.error)


def test_an_invalid_nonce_does_not_cost_a_try() -> None:
    told = drive(READ, refused("EAPI:Invalid nonce"), lost(sent=True), lost(sent=True), BALANCE)

    assert told.error is None
    assert len(told.sent) == 4


# ---------------------------------------------------------------- orders and transfers


@pytest.mark.parametrize("trouble", IN_DOUBT.values(), ids=IN_DOUBT)
def test_an_order_whose_fate_is_unclear_is_sent_once_and_its_outcome_unknown(trouble: Event) -> None:
    told = drive(ORDER, trouble)

    error = told.error
    assert isinstance(error, OutcomeUnknown)
    assert (len(told.sent), told.waits) == (1, [])
    assert (error.sent, error.retryable) == (True, False)
    assert (error.client_order_id, error.request) == ("mine-1", "POST /0/private/AddOrder")
    assert "Do not send it again; look for cl_ord_id mine-1 among open and closed orders first." in str(error)
    assert isinstance(error.__cause__, KrakenError)
    assert error.__cause__ is not error


@pytest.mark.parametrize(("trouble", "kind"), PLAIN.values(), ids=PLAIN)
def test_an_order_that_was_certainly_not_placed_is_sent_once_and_says_why(
    trouble: Event, kind: type[KrakenError]
) -> None:
    told = drive(ORDER, trouble)

    assert type(told.error) is kind
    assert (len(told.sent), told.waits) == (1, [])


def test_a_refused_order_names_the_callers_own_id() -> None:
    error = failed(ORDER, refused("EOrder:Insufficient funds"))

    assert isinstance(error, OrderRefused)
    assert (error.client_order_id, error.codes) == ("mine-1", ("EOrder:Insufficient funds",))


def test_an_order_without_an_id_is_to_be_looked_for_among_all() -> None:
    error = failed(SubmitOrder(pair="XBTUSD", type="buy", ordertype="market", volume="1"), EMPTY)

    assert isinstance(error, OutcomeUnknown)
    assert error.client_order_id is None
    assert "look among open orders and recent trades" in str(error)


def test_the_status_of_a_gateway_rides_on_the_unknown_outcome() -> None:
    error = failed(ORDER, HTML_502)

    assert isinstance(error, OutcomeUnknown)
    assert error.status == 502


def test_a_raw_call_that_is_not_a_get_is_never_sent_twice() -> None:
    told = drive(raw_request("POST", "/0/private/Anything", {"a": 1}), lost(sent=True))

    assert isinstance(told.error, OutcomeUnknown)
    assert len(told.sent) == 1


def test_a_private_call_without_a_key_is_never_sent() -> None:
    told = drive(ORDER, sender=Sender(HERE))

    assert isinstance(told.error, SettingsError)
    assert told.sent == []


@pytest.mark.parametrize(("trouble", "kind"), PLAIN.values(), ids=PLAIN)
def test_an_error_is_not_its_own_cause(trouble: Event, kind: type[KrakenError]) -> None:
    error = failed(ORDER, trouble)

    assert error.__cause__ is not error


# ---------------------------------------------------------------- answers


def test_warnings_ride_along_with_the_answer() -> None:
    told = drive(READ, spoken('{"error":["WGeneral:Danger ahead","WAPI: Old"],"result":{"ZUSD":"1"}}'))

    assert told.answer is not None
    assert told.answer.warnings == ("WGeneral:Danger ahead", "WAPI:Old")


def test_an_error_among_warnings_refuses_and_is_the_only_code() -> None:
    error = failed(READ, refused("WGeneral:Danger", "EQuery:Unknown asset"))

    assert isinstance(error, Refused)
    assert error.codes == ("EQuery:Unknown asset",)


def test_several_errors_are_all_kept() -> None:
    error = failed(READ, refused("EGeneral:Invalid arguments", "EOrder: Invalid price"))

    assert isinstance(error, Refused)
    assert error.codes == ("EGeneral:Invalid arguments", "EOrder:Invalid price")


def test_an_error_object_becomes_its_words() -> None:
    error = failed(READ, spoken('{"error":[{"severity":"E","errorClass":"Custody","type":"NoTask"}]}'))

    assert isinstance(error, Refused)
    assert error.codes == ("ECustody:NoTask",)


@pytest.mark.parametrize("result", ["null", "{}", '{"ZUSD":"1"}'])
def test_an_error_counts_whatever_the_result_says(result: str) -> None:
    error = failed(READ, spoken(f'{{"error":["EQuery:Unknown asset"],"result":{result}}}'))

    assert type(error) is Refused


def test_a_decode_error_names_the_field_and_keeps_the_bytes() -> None:
    body = b'{"error":[],"result":{"unixtime":"soon","rfc1123":"x"}}'

    error = failed(GetServerTime(), spoken(body))

    assert isinstance(error, DecodeError)
    assert (error.field, error.raw) == ("$.result.unixtime", body)
    assert (error.request, error.sent) == ("GET /0/public/Time", True)
    assert "$.result.unixtime" in str(error)


def test_a_missing_result_is_named_as_such() -> None:
    error = failed(READ, NO_RESULT)

    assert isinstance(error, DecodeError)
    assert error.field == "$.result"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthRefused), (403, AuthRefused), (429, RateLimited), (500, TransportError), (502, TransportError)],
)
def test_a_status_that_says_no_counts_even_beside_a_good_body(status: int, kind: type[KrakenError]) -> None:
    told = drive(READ, spoken('{"error":[],"result":{"ZUSD":"1"}}', status), policy=RetryPolicy(tries=1))

    assert type(told.error) is kind


def test_the_exchanges_own_words_count_more_than_the_status() -> None:
    error = failed(READ, spoken('{"error":["EGeneral:Permission denied"]}', 403))

    assert isinstance(error, AuthRefused)
    assert error.codes == ("EGeneral:Permission denied",)


def test_the_seconds_a_limiter_asks_for_are_passed_on() -> None:
    error = failed(READ, HttpReply(429, b"slow", "text/plain", retry_after=17.0))

    assert isinstance(error, RateLimited)
    assert (error.retry_after, error.retryable) == (17.0, True)
