"""Random requests and frames, in process: every one is answered in words, and a refusal changes nothing."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
import pytest

from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.futures.endpoints import FUTURES_ENDPOINTS
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rest.desk import HttpCall
from krakenkit.sandbox.rest.endpoints import SPOT_ENDPOINTS
from krakenkit.sandbox.unified.session import PRIVATE_PATH, PUBLIC_PATH
from krakenkit.signing import futures, spot
from sandbox import fuzz_pool as pool
from sandbox.loopback import Moment

ENDPOINTS = sorted({one.kind for one in (*SPOT_ENDPOINTS, *FUTURES_ENDPOINTS)}, key=lambda kind: kind.__name__)


class Ear(Line):
    """A line without a socket, which keeps what it was told."""

    def __init__(self, script: Any, *, private: bool) -> None:
        super().__init__(cast("Any", None), cast("Any", _Wire()), script, private=private)
        self.heard: list[bytes] = []

    def send(self, frame: bytes) -> None:
        self.heard.append(frame)


class _Wire:
    def abort(self) -> None:
        """Nothing to cut."""


class Stranger:
    """Somebody with good keys who sends anything to a sandbox that is not even open."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.box = Sandbox(market=False, clock=Moment(), speed=0)
        self.server = self.box._stage.server
        self._key, self._futures_key = self.box.key("stranger"), self.box.futures_key("stranger")
        self._nonce = 0

    def token(self) -> str:
        """A token that lives long."""
        keys = self.box._venue.keys
        found = keys.find(self._key.key)
        assert found is not None
        return self.box._venue.tokens.issue(found, 2 * 10**18)

    def call(self, kind: Any) -> HttpCall:
        """A signed call of an endpoint."""
        self._nonce += 1
        path = "".join(
            self.dice.choice(("PF_XBTUSD", "trade", "1m", "\x00", "x" * 300)) if part.endswith("}") else part
            for part in _split(kind.route.path)
        )
        members = self._members(kind)
        if path.startswith("/0/"):
            return self._spot(path, members, str(self._nonce))
        return self._futures(kind.route.method, path, members, str(self._nonce))

    def _members(self, kind: Any) -> pool.Members:
        fields = msgspec.structs.fields(kind)
        chosen = [one.encode_name for one in fields if self.dice.random() < (0.95 if one.required else 0.3)]
        chosen += self.dice.choice(([], [], [], ["nonsense"], ["a[b][c]"], ["orders[0][type]", "orders[1]"]))
        return {name: self._value(name) for name in chosen}

    def _value(self, name: str) -> Any:
        usual = pool.USUAL.get(name, "1")
        return usual if self.dice.random() < 0.75 else self.dice.choice(pool.ODD)

    def _spot(self, path: str, members: pool.Members, nonce: str) -> HttpCall:
        if "/public/" in path:
            return HttpCall("GET", f"{path}?{urlencode(members)}")
        whole, kind = {"nonce": nonce} | members, "application/x-www-form-urlencoded"
        body = urlencode(whole).encode()
        if self.dice.random() < 0.5:
            spoilt = {name: pool.spoilt(value, self.dice, rate=0.1) for name, value in members.items()}
            body, kind = json.dumps(whole | spoilt).encode(), "application/json"
        signature = spot.sign(self._key.secret_bytes(), path=path, nonce=nonce, body=body)
        return HttpCall("POST", path, {"API-Key": self._key.key, "API-Sign": signature, "Content-Type": kind}, body)

    def _futures(self, method: str, path: str, members: pool.Members, nonce: str) -> HttpCall:
        text, secret = urlencode(members), self._futures_key.secret_bytes()
        signature = futures.sign(secret, path=path, nonce=nonce, post_data=text)
        headers = {"APIKey": self._futures_key.key, "Nonce": nonce, "Authent": signature}
        if method in ("GET", "DELETE"):
            return HttpCall(method, f"{path}?{text}", headers)
        return HttpCall(method, path, headers, text.encode())


def _split(path: str) -> list[str]:
    """A path cut at its parameters: ``/a/{b}/c`` is ``/a/``, ``b}``, ``/c``."""
    pieces: list[str] = []
    for part in path.split("{"):
        name, brace, rest = part.partition("}")
        pieces += [f"{name}}}", rest] if brace else [name]
    return pieces


def refuses(body: bytes, content_type: str) -> bool:
    """Whether an answer says no to the whole call."""
    said = json.loads(body) if content_type == "application/json" and body else None
    return isinstance(said, dict) and bool(said.get("error"))


@pytest.mark.parametrize("seed", [1, 2])
def test_any_call_gets_an_answer_and_a_refusal_changes_nothing(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    stranger = Stranger(seed)
    refused = 0
    for kind in ENDPOINTS * 5:
        call, before = stranger.call(kind), stranger.box.state(depth=100)
        answer = stranger.server._rest.answer(call)
        context = f"{call.method} {call.target[:300]} {call.body[:300]!r}: {answer.body[:300]!r}"
        assert answer.status < 500, context
        assert b"nternal error" not in answer.body, context
        if refuses(answer.body, answer.content_type):
            refused += 1
            assert stranger.box.state(depth=100) == before, context
    assert len(ENDPOINTS) < refused < len(ENDPOINTS) * 5
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("path", "requests"),
    [
        ("/ws/v2", pool.V2),
        ("/ws-auth/v2", pool.V2),
        ("/ws-l3/v2", pool.V2),
        (PUBLIC_PATH, pool.UNIFIED),
        (PRIVATE_PATH, pool.UNIFIED),
        ("/", pool.V1),
        ("second", pool.V1),
        ("/ws/v1", pool.FUTURES),
    ],
)
def test_any_frame_gets_an_answer_in_words(
    path: str, requests: Sequence[pool.Members], caplog: pytest.LogCaptureFixture
) -> None:
    stranger = Stranger(3)
    place = stranger.server._second_root if path == "second" else stranger.server._sockets[path]
    line = Ear(stranger.box._venue.faults, private=place.private)
    session = place.session(line)
    session.opened()
    token, total, dice = stranger.token(), stranger.box._venue.exchange.total("USD"), stranger.dice
    for number in range(300):
        request: Any = dict(dice.choice(requests))
        for holder in ("params", "subscription"):
            if holder in request:
                request[holder] = request[holder] | {"token": token}
        text = json.dumps(pool.spoilt(request | {"token": token}, dice, rate=0.06))
        text = dice.choice(pool.BROKEN) if number % 10 == 0 else text
        before = len(line.heard)
        session.received(text)
        said = b" ".join(line.heard[before:])
        assert said, text[:1000]
        assert b"nternal error" not in said, text[:1000]
    session.closed()
    assert stranger.box._venue.exchange.total("USD") == total
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
