"""A call on its way through the limits: it pauses, is sent, and what the exchange says corrects what is counted."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from krakenkit.clients.spot import AsyncSpotClient, SpotClient
from krakenkit.errors import KrakenError, OutcomeUnknown, RateLimited, SettingsError, TransportError
from krakenkit.protocol.answers import Answer
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.limit_queue import Limiter
from krakenkit.protocol.limits import ClientLimits
from krakenkit.protocol.prepare import Sender
from krakenkit.protocol.rest import Flow, Pause, RetryPolicy, exchange
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import LIVE
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import GetAccountBalance
from krakenkit.wire.spot.trading import CancelOrder, SubmitOrder

SECRET = "bm90IGEgc2VjcmV0LCBidXQgbG9uZyBlbm91Z2g="
BALANCE = GetAccountBalance()
ORDER = SubmitOrder(pair="XBTUSD", type="buy", ordertype="limit", volume="1", price="1", cl_ord_id="mine")
FULL = b'{"error":["EAPI:Rate limit exceeded"]}'
EMPTY = b'{"error":[],"result":{}}'
PLACED = b'{"error":[],"result":{"txid":["O1"]}}'


class Desk:
    def __init__(self, **options: Any) -> None:
        self.now = 0.0
        self.sender = Sender(LIVE, Credentials("a-key-of-some-length", SECRET))
        self.limits = ClientLimits(self.sender, limiter=Limiter(margin=0.0), clock=lambda: self.now, **options)

    def flow(self, request: Request[Any]) -> Flow[Any]:
        return exchange(request, self.sender, policy=RetryPolicy(), roll=lambda: 1.0, limits=self.limits)

    def run(self, request: Request[Any], *bodies: bytes | TransportError) -> tuple[list[float], Any]:
        """The pauses of a call that is answered so, and what came of it."""
        answers, pauses, flow = list(bodies), list[float](), self.flow(request)
        try:
            step = next(flow)
            while True:
                match step:
                    case Pause():
                        pauses.append(step.seconds)
                        self.now += step.seconds
                        step = next(flow)
                    case HttpRequest():
                        body = answers.pop(0)
                        step = flow.throw(body) if isinstance(body, TransportError) else flow.send(HttpReply(200, body))
        except StopIteration as done:
            answer: Answer[Any] = done.value
            return pauses, answer.value

    def spend(self) -> None:
        for _ in range(20):
            assert self.run(BALANCE, EMPTY)[0] == []


def test_a_call_pauses_until_its_turn_and_says_why() -> None:
    desk = Desk()
    desk.spend()
    step = next(flow := desk.flow(BALANCE))
    assert isinstance(step, Pause)
    assert step.seconds == pytest.approx(2.0)
    assert "POST /0/private/Balance waits for the REST counter" in step.reason
    desk.now += 2.0
    assert isinstance(next(flow), HttpRequest)


def test_a_long_wait_is_cut_into_pauses_so_that_changes_are_seen() -> None:
    desk = Desk()
    desk.spend()
    waiting = [desk.flow(BALANCE) for _ in range(7)]
    assert [next(flow).seconds for flow in waiting] == [2, 4, 6, 8, 10, 10, 10]  # type: ignore[union-attr]
    for flow in waiting[:5]:
        flow.close()
    desk.now += 10
    assert isinstance(next(waiting[5]), HttpRequest)


def test_a_read_that_was_one_too_many_waits_and_is_signed_and_sent_once_more() -> None:
    desk = Desk()
    pauses, value = desk.run(BALANCE, FULL, EMPTY)
    assert pauses == [pytest.approx(2.0)]
    assert value == {}


def test_a_read_that_is_refused_again_raises() -> None:
    desk = Desk()
    with pytest.raises(RateLimited, match="Rate limit exceeded"):
        desk.run(BALANCE, FULL, FULL)


def test_a_cancel_that_was_one_too_many_is_sent_once_more() -> None:
    desk = Desk()
    _, value = desk.run(
        CancelOrder("O1"), b'{"error":["EOrder:Rate limit exceeded"]}', b'{"error":[],"result":{"count":1}}'
    )
    assert value.count == 1


def test_an_order_that_was_one_too_many_is_not_sent_again() -> None:
    desk = Desk()
    with pytest.raises(RateLimited):
        desk.run(ORDER, b'{"error":["EOrder:Rate limit exceeded"]}')
    assert desk.run(ORDER, PLACED)[0] == [pytest.approx(1 / 2.34)]


def test_in_raise_mode_a_refused_read_is_not_sent_again() -> None:
    desk = Desk(mode="raise")
    with pytest.raises(RateLimited, match="EAPI:Rate limit"):
        desk.run(BALANCE, FULL)
    with pytest.raises(RateLimited, match="Nothing was sent"):
        desk.run(BALANCE)


def test_a_lockout_is_told_at_once_in_the_exchanges_words() -> None:
    desk = Desk()
    with pytest.raises(RateLimited) as told:
        desk.run(BALANCE, b'{"error":["EGeneral:Temporary lockout"]}')
    assert told.value.codes == ("EGeneral:Temporary lockout",)


def test_every_sending_counts_also_those_after_trouble() -> None:
    desk = Desk()
    desk.run(BALANCE, TransportError("gone", sent=True), EMPTY)
    assert list(desk.limits.levels().values()) == [pytest.approx(2.0 - 0.25)]


def test_the_age_of_an_order_is_known_from_its_answer() -> None:
    desk = Desk()
    desk.run(ORDER, PLACED)
    desk.run(CancelOrder("O1"), b'{"error":[],"result":{"count":1}}')
    assert list(desk.limits.levels().values()) == [9.0]


def test_the_age_of_an_order_is_known_when_its_answer_is_lost() -> None:
    desk = Desk()
    with pytest.raises(OutcomeUnknown):
        desk.run(ORDER, TransportError("gone", sent=True))
    desk.run(CancelOrder(cl_ord_id="mine"), b'{"error":[],"result":{"count":1}}')
    assert list(desk.limits.levels().values()) == [9.0]


@pytest.mark.parametrize(
    "body",
    [b'{"error":["EOrder:Insufficient funds"]}', TransportError("no line", sent=False)],
    ids=["refused", "unsent"],
)
def test_an_order_that_was_not_placed_is_not_remembered(body: bytes | TransportError) -> None:
    desk = Desk()
    with pytest.raises(KrakenError, match=r"funds|no line"):
        desk.run(ORDER, body)
    desk.run(CancelOrder(cl_ord_id="mine"), b'{"error":[],"result":{"count":0}}')
    assert list(desk.limits.levels().values()) == [1.0]


def test_a_driver_that_gives_up_takes_the_call_out_of_the_line() -> None:
    desk = Desk()
    desk.spend()
    flow = desk.flow(BALANCE)
    next(flow)
    assert len(desk.limits.waiting()) == 1
    flow.close()
    assert desk.limits.waiting() == []


# --- on the clients ---------------------------------------------------------------------------------------------------


class Instant:
    """Answers everything at once with an empty result."""

    def __init__(self) -> None:
        self.sent = 0

    def send(self, request: HttpRequest) -> HttpReply:
        self.sent += 1
        return HttpReply(200, EMPTY)

    def close(self) -> None: ...


class InstantAsync(Instant):
    async def send(self, request: HttpRequest) -> HttpReply:  # type: ignore[override]
        return super().send(request)

    async def close(self) -> None: ...  # type: ignore[override]


def test_a_blocking_client_raises_before_sending_when_asked_to() -> None:
    line = Instant()
    with SpotClient(Credentials("raises-before-sending", SECRET), limits="raise", tier="pro", transport=line) as spot:
        for _ in range(20):
            spot.get_account_balance()
        with pytest.raises(RateLimited, match="Nothing was sent"):
            spot.get_account_balance()
        assert line.sent == 20
        assert "REST counter" in spot.limits.explain()


def test_a_blocking_client_waits_when_left_alone() -> None:
    line = Instant()
    with SpotClient(Credentials("waits-when-left-alone", SECRET), tier="pro", transport=line) as spot:
        naps: list[float] = []

        def nap(seconds: float) -> None:
            naps.append(seconds)
            raise InterruptedError

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("krakenkit.clients.rest.time.sleep", nap)
            for _ in range(20):
                spot.get_account_balance()
            with pytest.raises(InterruptedError):
                spot.get_account_balance()
    assert naps == [pytest.approx(1.2, abs=0.1)]
    assert spot.limits.waiting() == []


def test_switched_off_a_client_sends_as_fast_as_it_can() -> None:
    line = Instant()
    with SpotClient(Credentials("as-fast-as-it-can", SECRET), limits="off", transport=line) as spot:
        for _ in range(100):
            spot.get_account_balance()
    assert line.sent == 100


def test_an_unknown_mode_is_refused_when_the_client_is_made() -> None:
    with pytest.raises(SettingsError, match="limits is 'no'"):
        SpotClient(limits="no")  # type: ignore[arg-type]


async def given_up_while_waiting() -> int:
    async with AsyncSpotClient(Credentials("given-up-while-waiting", SECRET), transport=InstantAsync()) as spot:
        await asyncio.gather(*(spot.get_account_balance() for _ in range(20)))
        task = asyncio.create_task(spot.get_account_balance())
        await asyncio.sleep(0)
        assert len(spot.limits.waiting()) == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return len(spot.limits.waiting())


def test_a_cancelled_task_leaves_the_line() -> None:
    assert asyncio.run(given_up_while_waiting()) == 0
