"""Whatever is called with whatever: no call breaks the desk, and entries of the ledger always sum to balances."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from krakenkit.sandbox.clock import SandboxClock
from krakenkit.sandbox.rest.desk import HttpCall, RestDesk
from krakenkit.sandbox.rest.endpoints import SPOT_ENDPOINTS
from krakenkit.sandbox.venue import Venue
from krakenkit.signing import spot
from krakenkit.wire.request import Request
from krakenkit.wire.spot import (
    earn,
    exports,
    funding,
    funding_beta,
    funding_beta_addresses,
    funding_beta_transfers,
    funding_withdrawals,
    ledgers,
    subaccounts,
)
from sandbox.loopback import Moment

MODULES = (
    earn,
    exports,
    funding,
    funding_beta,
    funding_beta_addresses,
    funding_beta_transfers,
    funding_withdrawals,
    ledgers,
    subaccounts,
)
KINDS = [one.kind for one in SPOT_ENDPOINTS if one.kind.__module__ in {module.__name__ for module in MODULES}]
MOVES = (
    funding.SubmitTransferToFutures,
    funding_withdrawals.SubmitWithdrawal,
    funding_withdrawals.CancelWithdrawal,
    funding_beta_transfers.SubmitFundingWithdrawal,
    earn.AllocateEarnFunds,
    earn.DeallocateEarnFunds,
    subaccounts.SubmitSubaccountTransfer,
)
"""Calls that move money are made more often."""
ODD = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "0.5",
    "NaN",
    "1e999999",
    "0x10",
    "true",
    "x" * 300,
    "é",
    [],
    {},
    {"a": 1},
    None,
    10**40,
    [1],
]


class Desk:
    """A desk, a key that may do everything, and names that mean something here."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.moment = Moment()
        self.venue = Venue(seed, market=False, clock=SandboxClock(self.moment))
        self.desk = RestDesk(self.venue, SPOT_ENDPOINTS)
        self.names = ("master", "desk")
        wealth = {"USD": 50_000, "BTC": 50, "DOT": 1_000}
        self.key = self.venue.key("master", balances=wealth, permissions="all")
        self.call(subaccounts.CreateSubaccount, {"username": "desk", "email": "a@b"})
        funds, directory = self.venue.bank.funding, self.venue.bank.directory
        self.known: dict[str, list[Any]] = {
            "asset": ["XBT", "DOT", "ZUSD", "XBT.B"],
            "method": [one.name for one in funds.methods.all],
            "method_id": [one.method_id("withdraw") for one in funds.methods.all],
            "strategy_id": [one.strategy_id for one in self.venue.bank.earn.strategies],
            "amount": ["0.5", "1", "1.5", "3", "40"],
            "key": ["btc", "dot"],
            "from": [directory.number(name) for name in self.names] + ["Spot Wallet"] * 3,
            "to": [directory.number(name) for name in self.names] + ["Futures Wallet"] * 3,
            "report": ["ledgers", "trades"],
            "direction": ["deposit", "withdraw"],
            "asset_class": ["currency"],
            "type": ["cancel", "delete", "transfer"],
            "refid": [],
            "id": [],
            "address_id": [],
            "scope": [],
            "fee": [{"current_fee": {}, "fee_included": True}],
            "name": ["cold", "warm"],
            "address_details": [{"crypto": {"address": "bc1qsomewhere"}}],
        }
        for asset in ("btc", "dot"):
            method = funds.methods.of(funds.asset(asset))[0]
            scope = {"method_id": method.method_id("withdraw")}
            crypto = {"crypto": {"address": "bc1qsomewhere"}}
            asked = {"scope": scope, "address_details": crypto, "name": asset}
            self.learn(self.call(funding_beta_addresses.CreateFundingAddress, asked)[1])
            self.known["scope"].append(scope)
        self.known["amount_object"] = [
            {"asset_amount": {"asset": {"name": name}, "amount": "1"}} for name in ("BTC", "DOT", "USD")
        ]

    def call(self, kind: type[Request[Any]], members: dict[str, Any]) -> tuple[int, Any]:
        """The status and the body of one call, signed rightly."""
        route, nonce = kind.route, str(self.key.nonces.next())
        path, rest = route.path, dict(members)
        for name in [name for name in members if f"{{{name}}}" in path]:
            path = path.replace(f"{{{name}}}", urlencode({"": rest.pop(name)})[1:] or "-")
        if path.startswith("/0/"):
            target, body = path, json.dumps(rest | {"nonce": nonce}).encode()
        elif route.method in ("GET", "DELETE"):
            target, body = f"{path}?{urlencode(rest)}", b""
        else:
            target, body = path, json.dumps(rest).encode()
        sign = spot.sign(self.key.secret_bytes(), path=target, nonce=nonce, body=body)
        headers = {"API-Key": self.key.key, "API-Sign": sign, "API-Nonce": nonce, "Content-Type": "application/json"}
        answer = self.desk.answer(HttpCall(route.method, target, headers, body))
        return answer.status, answer.body if answer.body.startswith(b"PK") else json.loads(answer.body)

    def members(self, kind: type[Request[Any]]) -> dict[str, Any]:
        """Mostly what means something, now and then something odd."""
        found: dict[str, Any] = {}
        for name, required in zip(kind.__struct_encode_fields__, _required(kind), strict=True):
            pool = self.known.get("amount_object" if name == "amount" and "beta" in kind.__module__ else name, [])
            if pool and self.rng.random() < 0.95:
                found[name] = self.rng.choice(pool)
            elif required or self.rng.random() < 0.1:
                found[name] = self.rng.choice(ODD)
        return found

    def play(self) -> None:
        """One call, or some time."""
        if self.rng.random() < 0.2:
            self.moment.pass_by(self.rng.choice((1, 5, 3_600, 86_400)))
            return
        kind = self.rng.choice(MOVES if self.rng.random() < 0.6 else KINDS)
        status, body = self.call(kind, self.members(kind))
        assert status < 500, (kind, body)
        if isinstance(body, dict):
            assert "Internal error" not in str(body.get("error"))
            self.learn(body.get("result", body))

    def learn(self, result: Any) -> None:
        """Remember ids, so that later calls can mean them."""
        if isinstance(result, dict):
            for name, pool in (("refid", "refid"), ("id", "id"), ("address_id", "address_id"), ("address_id", "id")):
                if isinstance(result.get(name), str):
                    self.known[pool].append(result[name])

    def check(self) -> None:
        self.venue.bank.tick(self.moment.now)
        for name in self.names:
            sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for entry in self.venue.exchange.ledger(name):
                sums[entry.asset.display, entry.wallet] += entry.amount - entry.fee
            for held in self.venue.exchange.balances(name):
                assert sums.pop((held.asset.display, "main"), Decimal(0)) == held.balance >= 0
                for wallet, amount in held.earning:
                    assert sums.pop((held.asset.display, wallet)) == amount
            assert not any(sums.values())


def _required(kind: type[Request[Any]]) -> list[bool]:
    return [field.required for field in msgspec.structs.fields(kind)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_entries_sum_to_balances_whatever_is_called(seed: int) -> None:
    here = Desk(seed)
    for _ in range(60):
        here.play()
    here.check()
    here.moment.pass_by(60 * 86_400)
    here.check()


def test_random_calls_really_move_money() -> None:
    here = Desk(4)
    for _ in range(600):
        here.play()
    kinds = {(entry.type, entry.subtype) for name in here.names for entry in here.venue.exchange.ledger(name)}
    assert {"deposit", "withdrawal", "transfer"} <= {kind for kind, _ in kinds}
    assert {"spottostaking", "spotfromstaking", "spottofutures"} <= {subtype for _, subtype in kinds}
