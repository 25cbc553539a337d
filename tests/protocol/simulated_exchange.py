"""The other end of the line for random schedules: an exchange on a manual clock, with moods.

``SimulatedExchange`` speaks Spot v2 and Unified, ``SimulatedSpotV1`` speaks Spot v1.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import msgspec

Key: TypeAlias = tuple[str, str | None, int | None]
"""Channel, symbol and depth: what the exchange tells subscriptions apart by."""

NO_SUCH_SYMBOL = "WWW/USD"
_BUSY = ("EGeneral:Too many requests", "EService:Busy", "EAPI:Rate limit exceeded")
_STALE = ("ESession:Invalid session", "EAPI:Invalid token", "Token(s) not found")
_REPLIES = ("EOrder:Insufficient funds", "EGeneral:Permission denied")


class Asked(NamedTuple):
    """What a frame of the client asks for, in whatever words."""

    method: str
    req_id: int
    params: dict[str, Any]
    """With ``channel``, ``symbol``, ``depth`` and ``token`` where there are any."""


class SimulatedExchange:
    """Keeps what is subscribed on the present line, and answers as late, as often and as kindly as its mood is.

    It never says yes to what it did not do, and does what it does in the order in which it was asked.

    Args:
        rng: where the moods come from.
        send: called with a delay and a frame to deliver on the present line.
        private: whether requests need a good token.
    """

    def __init__(self, rng: random.Random, send: Callable[[float, bytes], None], *, private: bool) -> None:
        self.rng = rng
        self.private = private
        self.calm = False
        self.silent = False
        self.live: dict[Key, None] = {}
        self.ignored: dict[Key, int] = {}
        """Unsubscribe requests that did nothing and were not answered in time, by what is live."""
        self.bad_tokens: set[str] = set()
        self.commands: list[int] = []
        self._send = send
        self._allows_repeats = rng.random() < 0.4
        self._names_symbols = rng.random() < 0.6

    def line_opened(self) -> None:
        self.line_lost()
        self._say(0.0, self.greeting())

    def line_lost(self) -> None:
        self.live.clear()
        self.ignored.clear()
        self.silent = False

    def hear(self, text: str) -> None:
        """Take a frame in."""
        if self.silent:
            return
        method, req_id, params = self.understand(text)
        match method:
            case "ping":
                self._say(0.05, self.pong(req_id))
            case "subscribe":
                self._subscribe(req_id, params)
            case "unsubscribe":
                self._unsubscribe(req_id, params)
            case _:
                self.commands.append(req_id)
                self._command(method, req_id, params)

    # --- words --------------------------------------------------------------------------------------------------------

    def understand(self, text: str) -> Asked:
        """What a frame of the client asks for."""
        frame: dict[str, Any] = msgspec.json.decode(text)
        return Asked(frame["method"], frame["req_id"], frame.get("params", {}))

    def pong(self, req_id: int) -> bytes:
        return f'{{"method":"pong","req_id":{req_id}}}'.encode()

    def greeting(self) -> bytes:
        return b'{"channel":"status","type":"update","data":[{"system":"online"}]}'

    def acknowledgement(self, method: str, req_id: int, symbol: str | None, error: str | None) -> bytes:
        frame: dict[str, Any] = {"method": method, "req_id": req_id, "success": error is None}
        if error is not None:
            frame["error"] = error
            if symbol is not None:
                frame["symbol"] = symbol
        else:
            frame["result"] = {"channel": "some", "symbol": symbol} if symbol is not None else {"channel": "some"}
        return json.dumps(frame).encode()

    def answer(self, method: str, req_id: int, error: str | None) -> bytes:
        """The answer to a command."""
        frame = {"method": method, "req_id": req_id, "success": error is None, "error": error, "result": {}}
        return json.dumps(frame).encode()

    # --- subscriptions ------------------------------------------------------------------------------------------------

    def _subscribe(self, req_id: int, params: dict[str, Any]) -> None:
        if self._moody(0.06) or self._refuses(req_id, params):
            return
        keys = _keys(params)
        victim = self.rng.choice(keys) if self._moody(0.1) else None
        for key in keys:
            if key == victim or key[1] == NO_SUCH_SYMBOL:
                named = key[1] if self._names_symbols else None
                self._ack(req_id, f"Currency pair not supported {key[1]}", symbol=named)
            elif key in self.live and not self._allows_repeats:
                self._ack(req_id, "Already subscribed", symbol=key[1])
            else:
                self.live[key] = None
                self.ignored.pop(key, None)
                self._ack(req_id, symbol=key[1])

    def _unsubscribe(self, req_id: int, params: dict[str, Any]) -> None:
        keys = _keys(params)
        heard = not self._moody(0.1)
        refusal = self._refusal(params) if heard else None
        if refusal is not None:
            heard = self._ack(req_id, refusal)
        if not heard:
            for key in keys:
                self.ignored[key] = self.ignored.get(key, 0) + 1
        if not heard or refusal is not None:
            return
        for key in keys:
            if key in self.live:
                del self.live[key]
                self._ack(req_id, symbol=key[1], method="unsubscribe")
            else:
                self._ack(req_id, "Subscription Not Found", symbol=key[1] if self._names_symbols else None)

    def _refuses(self, req_id: int, params: dict[str, Any]) -> bool:
        refusal = self._refusal(params)
        if refusal is not None:
            self._ack(req_id, refusal)
        return refusal is not None

    def _refusal(self, params: dict[str, Any]) -> str | None:
        """Why the whole request is refused, if it is."""
        if self.private and params.get("token", "") in ("", *self.bad_tokens):
            return self.rng.choice(_STALE)
        return self.rng.choice(_BUSY) if self._moody(0.06) else None

    def _ack(
        self, req_id: int, error: str | None = None, *, symbol: str | None = None, method: str = "subscribe"
    ) -> bool:
        """Answer a subscribe or unsubscribe request; False when the answer does not come in time."""
        return self._reply(self.acknowledgement(method, req_id, symbol, error))

    # --- commands -----------------------------------------------------------------------------------------------------

    def _command(self, method: str, req_id: int, params: dict[str, Any]) -> None:
        error = self._refusal(params) or (self.rng.choice(_REPLIES) if self._moody(0.2) else None)
        for _ in range(1 if error else params["replies"]):
            self._reply(self.answer(method, req_id, error))

    # --- moods --------------------------------------------------------------------------------------------------------

    def _moody(self, chance: float) -> bool:
        return not self.calm and self.rng.random() < chance

    def _reply(self, frame: bytes) -> bool:
        """Answer soon; or late, twice, or not at all. Whether it was soon."""
        roll = 0.0 if self.calm else self.rng.random()
        if roll < 0.7:
            self._say(roll / 2, frame)
        elif roll < 0.85:
            self._say(4.0 + (roll - 0.7) * 60, frame)
        elif roll < 0.93:
            self._say(roll / 10, frame)
            self._say(roll * 4, frame)
        return roll < 0.7 or 0.85 <= roll < 0.93

    def _say(self, delay: float, frame: bytes) -> None:
        if not self.silent:
            self._send(delay, frame)


class SimulatedSpotV1(SimulatedExchange):
    """The same exchange in the words of Spot v1."""

    def understand(self, text: str) -> Asked:
        frame: dict[str, Any] = msgspec.json.decode(text)
        method, req_id = frame["event"], frame["reqid"]
        if "subscription" not in frame:
            return Asked(method, req_id, frame)
        named = {"channel": frame["subscription"]["name"], "symbol": frame.get("pair")}
        return Asked(method, req_id, frame["subscription"] | named)

    def pong(self, req_id: int) -> bytes:
        return f'{{"event":"pong","reqid":{req_id}}}'.encode()

    def greeting(self) -> bytes:
        return b'{"event":"systemStatus","status":"online","version":"1.9.0"}'

    def acknowledgement(self, method: str, req_id: int, symbol: str | None, error: str | None) -> bytes:
        frame: dict[str, Any] = {"event": "subscriptionStatus", "reqid": req_id, "status": f"{method}d"}
        if error is not None:
            frame |= {"status": "error", "errorMessage": error}
        if symbol is not None:
            frame["pair"] = symbol
        return json.dumps(frame).encode()

    def answer(self, method: str, req_id: int, error: str | None) -> bytes:
        frame = {"event": f"{method}Status", "reqid": req_id, "status": "ok" if error is None else "error"}
        return json.dumps(frame if error is None else frame | {"errorMessage": error}).encode()


def _keys(params: dict[str, Any]) -> list[Key]:
    symbols: list[str | None] = params.get("symbol") or [None]
    return [(params["channel"], symbol, params.get("depth")) for symbol in symbols]
