"""The Futures WebSocket v1: the conversation on one line, and the hall where all lines meet.

One address serves public and private feeds; what is private proves its key by signing a challenge of the same line.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from krakenkit.sandbox.engine.derivatives import Contract, Event
from krakenkit.sandbox.futures.encode import frame_json
from krakenkit.sandbox.futures.keys import FuturesKey
from krakenkit.sandbox.futures.venue import FuturesVenue
from krakenkit.sandbox.futures.ws_account import PRIVATE_FEEDS, FuturesAccountFeeds, FuturesReader
from krakenkit.sandbox.futures.ws_market import HEARTBEAT, PRODUCT_FEEDS, FuturesMarketFeeds
from krakenkit.sandbox.inbound import parse_json
from krakenkit.sandbox.lines import Line
from krakenkit.wire.futures.base import READ

log = logging.getLogger("krakenkit.sandbox")

INVALID_FEED = "Invalid feed"
INVALID_PRODUCT = "Invalid product id"
JSON_ERROR = "Json Error"
NOT_AUTHENTICATED = "Failed to subscribe to authenticated feed"
ALREADY = "Already subscribed to feed, re-requesting"
NOT_SUBSCRIBED = "Not subscribed to feed"
_INFO: Final = b'{"event":"info","version":1}'
_PONG: Final = b'{"event":"pong"}'
_CHALLENGES_KEPT: Final = 16
"""How many of its newest challenges a line may sign; Kraken publishes no lifetime."""
_PROOF: Final = ("api_key", "original_challenge", "signed_challenge")


class FuturesHall:
    """All lines of the Futures WebSocket v1."""

    def __init__(self, venue: FuturesVenue) -> None:
        self.venue = venue
        self.market = FuturesMarketFeeds(venue)
        self.account = FuturesAccountFeeds(venue)
        venue.listeners.append(self.hear)

    def session(self, line: Line) -> FuturesSession:
        """A session for a new line."""
        return FuturesSession(self, line)

    def hear(self, events: Sequence[Event]) -> None:
        """Tell the lines what happened."""
        self.account.hear(events)
        self.market.hear(events)

    def beat(self) -> None:
        """Send what comes in a rhythm."""
        now = time.monotonic()
        self.market.beat(now)
        self.account.beat(now)


class FuturesSession:
    """The conversation on one line."""

    def __init__(self, hall: FuturesHall, line: Line) -> None:
        self.line = line
        self._hall = hall
        self._venue = hall.venue
        self._challenges: deque[str] = deque(maxlen=_CHALLENGES_KEPT)
        self._places: dict[tuple[str, Contract | None], None] = {}
        self._readers: dict[str, FuturesReader] = {}

    @property
    def idle(self) -> bool:
        return True  # a ping is wanted every minute, whatever is subscribed

    def opened(self) -> None:
        self.line.send(_INFO)

    def closed(self) -> None:
        for feed, contract in self._places:
            self._hall.market.leave(self.line, feed, contract)
        for reader in self._readers.values():
            self._hall.account.leave(reader)

    def received(self, text: str) -> None:
        try:
            request: object = parse_json(text)
            if isinstance(request, dict):
                self._dispatch(cast("dict[str, Any]", request))
            else:
                self._error(JSON_ERROR)
        except ValueError:
            self._error(JSON_ERROR)
        except Exception:
            log.exception("A Futures request broke")
            self._error("Internal error")
        finally:
            self._venue.settle()

    def _dispatch(self, request: Mapping[str, Any]) -> None:
        match request.get("event"):
            case "challenge" if isinstance(request.get("api_key"), str):
                self._challenge()
            case "subscribe" | "unsubscribe" as event:
                self._change(event, request)
            case "ping":
                self.line.send(_PONG)
            case _:
                self._error(JSON_ERROR)

    def _challenge(self) -> None:
        # Asked with any key: whether it is a good one shows with the first subscription.
        text = str(uuid.uuid4())
        self._challenges.append(text)
        self._answer({"event": "challenge", "message": text})

    def _change(self, event: str, request: Mapping[str, Any]) -> None:
        feed = str(request.get("feed"))
        if feed in PRIVATE_FEEDS:
            self._change_private(event, feed, request)
        elif feed == HEARTBEAT:
            self._change_public(event, HEARTBEAT, None)
        elif feed in PRODUCT_FEEDS:
            self._change_products(event, feed, request.get("product_ids"))
        else:
            self._error(INVALID_FEED)

    # --- public feeds ---------------------------------------------------------------------------------------------------

    def _change_products(self, event: str, feed: str, products: object) -> None:
        """Each product is acknowledged for itself, as was captured."""
        if not isinstance(products, list) or not products:
            self._error(INVALID_PRODUCT)
            return
        for product in cast("list[object]", products):
            contract = self._venue.contract(product) if isinstance(product, str) else None
            if contract is None:
                self._error(INVALID_PRODUCT)
            else:
                self._change_public(event, feed, contract)

    def _change_public(self, event: str, feed: str, contract: Contract | None) -> None:
        if event == "unsubscribe":
            self._leave_public(feed, contract)
            return
        if not self._let_in((feed, contract) in self._places):
            return
        self._answer(_named("subscribed", feed, contract))
        self._places[feed, contract] = None
        self._hall.market.join(self.line, feed, contract, time.monotonic())

    def _leave_public(self, feed: str, contract: Contract | None) -> None:
        if (feed, contract) not in self._places:
            self._alert(NOT_SUBSCRIBED)
            return
        del self._places[feed, contract]
        self._hall.market.leave(self.line, feed, contract)
        self._answer(_named("unsubscribed", feed, contract))

    def _let_in(self, already: bool) -> bool:
        """Whether a subscription goes on; one that is there already goes on too, and begins anew."""
        refusal = self._venue.faults.subscription_refusal()
        if refusal is not None:
            self._error(refusal)
        elif already:
            self._alert(ALREADY)
        return refusal is None

    # --- private feeds --------------------------------------------------------------------------------------------------

    def _change_private(self, event: str, feed: str, request: Mapping[str, Any]) -> None:
        key = self._proven(request)
        if key is None:
            self._alert(NOT_AUTHENTICATED)
            return
        self.line.private = True
        proof = {} if feed == "balances" else {name: request[name] for name in _PROOF}
        if event == "unsubscribe":
            self._leave_private(feed, proof)
            return
        products = request.get("product_ids") if feed == "fills" else None
        chosen = self._products(products)
        if products is not None and chosen is None:
            self._error(INVALID_PRODUCT)
        elif self._let_in(feed in self._readers):
            self._drop_reader(feed)
            named = {} if chosen is None else {"product_ids": [one.symbol for one in chosen]}
            self._answer({"event": "subscribed", "feed": feed} | named | proof)
            only = None if chosen is None else frozenset(chosen)
            reader = self._readers[feed] = FuturesReader(self.line, feed, key.account, only)
            self._hall.account.join(reader, time.monotonic())

    def _proven(self, request: Mapping[str, Any]) -> FuturesKey | None:
        """The key of a request that signed a challenge of this line with it, and may look."""
        name, text, signature = (str(request.get(member, "")) for member in _PROOF)
        key = self._venue.keys.find(name)
        good = key is not None and text in self._challenges and key.signed_challenge(text, signature)
        return key if good and key is not None and key.may(READ) else None

    def _products(self, products: object) -> list[Contract] | None:
        """The contracts of a list of names; None when one of them is unknown, or there is no list."""
        if not isinstance(products, list) or not products:
            return None
        found = [self._venue.contract(str(name)) for name in cast("list[object]", products)]
        known = [contract for contract in found if contract is not None]
        return known if len(known) == len(found) else None

    def _leave_private(self, feed: str, proof: Mapping[str, object]) -> None:
        if self._drop_reader(feed):
            self._answer({"event": "unsubscribed", "feed": feed} | dict(proof))
        else:
            self._alert(NOT_SUBSCRIBED)

    def _drop_reader(self, feed: str) -> bool:
        reader = self._readers.pop(feed, None)
        if reader is not None:
            self._hall.account.leave(reader)
        return reader is not None

    # --- answers --------------------------------------------------------------------------------------------------------

    def _error(self, message: str) -> None:
        self._answer({"event": "error", "message": message})

    def _alert(self, message: str) -> None:
        self._answer({"event": "alert", "message": message})

    def _answer(self, frame: Mapping[str, object]) -> None:
        self.line.send(frame_json(frame))


def _named(event: str, feed: str, contract: Contract | None) -> dict[str, object]:
    named: dict[str, object] = {} if contract is None else {"product_ids": [contract.symbol]}
    return {"event": event, "feed": feed} | named
