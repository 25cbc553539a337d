"""The REST side of Futures without any I/O: a call's bytes go in, the answer's bytes come out.

As on the Spot side, the endpoints are the clients' own request classes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from krakenkit.sandbox.encode import rest_error
from krakenkit.sandbox.engine.derivatives import Contract, DerivativesExchange
from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.sandbox.futures.encode import analytics_error, futures_error, in_numbers, in_text
from krakenkit.sandbox.futures.inbound import (
    LIMIT,
    Batch,
    FuturesDenied,
    FuturesReader,
    HistoryOverrun,
    read_arguments,
    wrong,
)
from krakenkit.sandbox.futures.keys import NO_PRIVILEGE, FuturesKey
from krakenkit.sandbox.futures.venue import FuturesVenue
from krakenkit.sandbox.rest.desk import HttpAnswer, HttpCall, RestDesk
from krakenkit.sandbox.routing import Endpoint, Routes
from krakenkit.wire.futures.batch import BatchOrderManagement
from krakenkit.wire.futures.budget import HISTORY, budget_of, cost_of
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend

log = logging.getLogger("krakenkit.sandbox")

NOT_FOUND = "notFound"
WRONG_METHOD = "Bad Request"
BROKEN = "Server Error"
_PREFIXES: Final = ("/derivatives/", "/api/")
# Amounts are text on these surfaces, but for the account log.
_AS_TEXT: Final = ("/api/history/", "/api/charts/")
_IN_NUMBERS: Final = "account-log"
_CSV: Final = "text/csv"
_ANALYTICS: Final = "/api/charts/v1/analytics/"
# Where old clients still look, and what stands there.
_OLD_PATHS: Final = (
    ("/api/history/v2/", "/api/history/v3/"),
    ("/derivatives/api/v4/historicalfundingrates", "/derivatives/api/v3/historical-funding-rates"),
)


def is_futures(path: str) -> bool:
    """Whether a path belongs to Futures."""
    return path.startswith(_PREFIXES)


def refusal(path: str, code: str, now: int) -> bytes:
    """The body of a refusal in the words of the surface that the path belongs to."""
    return futures_error(code, now) if is_futures(path) else rest_error(code)


@dataclass(frozen=True, slots=True)
class FuturesCaller:
    """Who calls, and when; ``key`` is None on public endpoints."""

    venue: FuturesVenue
    now: int
    key: FuturesKey | None = None

    @property
    def exchange(self) -> DerivativesExchange:
        return self.venue.exchange

    @property
    def owner(self) -> FuturesKey:
        """The key of a private call."""
        if self.key is None:
            raise RuntimeError("A public endpoint has no key.")
        return self.key

    @property
    def account(self) -> str:
        """The account of a private call."""
        return self.owner.account

    def contract(self, symbol: str, *, field: str = "symbol") -> Contract:
        """The contract of this symbol.

        Raises:
            FuturesDenied: when there is none.
        """
        found = self.venue.contract(symbol)
        if found is None:
            raise wrong(field)
        return found


class FuturesDesk:
    """Answers Futures REST calls."""

    def __init__(self, venue: FuturesVenue, endpoints: Iterable[Endpoint[FuturesCaller]]) -> None:
        self._venue = venue
        self._routes = Routes(endpoints)
        self._reader = FuturesReader()

    def answer(self, call: HttpCall) -> HttpAnswer:
        """What goes back for one call. Whatever happens, it is an answer."""
        now = self._venue.clock()
        try:
            found, in_path = self._find(call)
            answer = self._carry_out(found, call, in_path, now)
        except HistoryOverrun as overrun:
            reset = {"rate-limit-reset": str(overrun.reset_seconds)}
            return HttpAnswer(b"Too many requests", 429, "text/plain", reset)
        except FuturesDenied as denied:
            if call.path.startswith(_ANALYTICS):
                return HttpAnswer(analytics_error(denied.code), 400)
            return HttpAnswer(futures_error(denied.code, now, number=denied.number), denied.status)
        except EngineRefused as refused:
            return HttpAnswer(futures_error(refused.code, now))
        except Exception:
            log.exception("%s %s broke", call.method, call.path)
            return HttpAnswer(futures_error(BROKEN, now), 500)
        finally:
            self._venue.settle()
        return answer

    def _find(self, call: HttpCall) -> tuple[Endpoint[FuturesCaller], Mapping[str, str]]:
        path = call.path
        for old, new in _OLD_PATHS:
            path = path.replace(old, new)
        place = self._routes.at(path)
        if place is None:
            raise FuturesDenied(NOT_FOUND, status=404)
        found = place.by_method.get(call.method)
        # ccxt asks for the status of orders by GET, which the manual posts.
        if found is None and (call.method, place.first.kind.route.resend) == ("GET", Resend.READ):
            found = place.first
        if found is None:
            raise FuturesDenied(WRONG_METHOD, status=405)
        return found, place.in_path

    def _carry_out(
        self, found: Endpoint[FuturesCaller], call: HttpCall, in_path: Mapping[str, str], now: int
    ) -> HttpAnswer:
        query = call.target.partition("?")[2]
        key = self._authenticated(found, call, query) if found.kind.route.signed else None
        members = read_arguments(query, call.body) | dict(in_path)
        batch = found.kind is BatchOrderManagement
        request: Request[Any] | Batch = (
            self._reader.read_batch(members) if batch else self._reader.read(found.kind, members)
        )
        if key is not None:
            self._charge(found, key, request, now)
        self._venue.exchange.tick(now)
        answer = found.answer(FuturesCaller(self._venue, now, key), request)
        if isinstance(answer, bytes):
            return HttpAnswer(answer, content_type=_CSV)
        path = found.kind.route.path
        as_text = path.startswith(_AS_TEXT) and not path.endswith(_IN_NUMBERS)
        return HttpAnswer(in_text(answer) if as_text else in_numbers(answer, now), headers=_paging(answer))

    def _authenticated(self, found: Endpoint[FuturesCaller], call: HttpCall, query: str) -> FuturesKey:
        key = self._venue.keys.authenticate(
            call.header("APIKey"),
            call.header("Authent"),
            path=call.path,
            # Only one of them has something in it, mostly; old samples put the query first.
            post_data=query.encode() + call.body,
            nonce=call.header("Nonce"),
        )
        if not key.may(found.kind.route.permission):
            raise FuturesDenied(NO_PRIVILEGE)
        return key

    def _charge(self, found: Endpoint[FuturesCaller], key: FuturesKey, request: Request[Any] | Batch, now: int) -> None:
        budget = budget_of(found.kind.route)
        if budget is None:
            return
        cost = (
            (found.kind.route.cost or 0) + len(request.instructions) if isinstance(request, Batch) else cost_of(request)
        )
        if self._venue.limits.takes_futures_call(key.key, budget, cost or 0, now):
            return
        if budget is HISTORY:
            raise HistoryOverrun(self._venue.limits.futures_reset(key.key, budget, now))
        raise FuturesDenied(LIMIT)


def _paging(answer: object) -> dict[str, str]:
    """The header that says where the next page of a history begins; the body says it too."""
    token = getattr(answer, "continuation_token", None)  # only pages of a history have one
    return {} if token is None else {"Next-Continuation-Token": token}


class Desks:
    """The desks of Spot and Futures behind one door."""

    def __init__(self, spot: RestDesk, futures: FuturesDesk) -> None:
        self._spot = spot
        self._futures = futures

    def answer(self, call: HttpCall) -> HttpAnswer:
        """What the desk that the path belongs to says."""
        return self._futures.answer(call) if is_futures(call.path) else self._spot.answer(call)
