"""The sandbox's own API: what another program can ask and do over HTTP, and what it is told when it asks wrongly."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from krakenkit import AsyncDerivativesClient
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.control.calls import CALLS
from krakenkit.sandbox.faults.listing import KINDS
from krakenkit.signing.credentials import Credentials
from sandbox.futures_line import Trader
from sandbox.loopback import Account, World, over_loopback, world

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000.0", "volume": "0.5"}


class Remote:
    """Asks the API of a sandbox."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ask(
        self, method: str, path: str, body: object = None, *, raw: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        url = f"{self._world.box.environment.spot_rest}/_sandbox{path}"
        async with self._world.http.request(method, url, data=data, headers=headers) as answer:
            assert answer.content_type == "application/json"
            return answer.status, json.loads(await answer.text())

    async def result(self, method: str, path: str, body: object = None) -> Any:
        """What a good answer says."""
        status, said = await self.ask(method, path, body)
        assert status == 200, said
        return said["result"]


@over_loopback
async def test_the_index_lists_every_call_and_every_fault() -> None:
    async with world() as here:
        index = await Remote(here).result("GET", "/")
        assert {(one["method"], one["path"]) for one in index["calls"]} == {
            (call.method, f"/_sandbox{call.path}") for call in CALLS
        }
        assert [one["path"] for one in index["faults"]] == [f"/_sandbox/faults/{name}" for name in KINDS]
        assert all(one["about"].endswith(".") for one in index["calls"] + index["faults"])


@over_loopback
async def test_the_state_is_the_truth_in_exact_text() -> None:
    async with world() as here:
        remote = Remote(here)
        trader = here.account(balances={"USD": "20000.5", "BTC": 1})
        await trader.result("AddOrder", **LIMIT)
        await trader.result("AddOrder", **LIMIT | {"type": "sell", "price": "40000", "volume": "0.1"})
        maker = here.account("maker")
        await maker.result("AddOrder", **LIMIT | {"type": "buy", "price": "40000", "volume": "0.04"})
        here.box.futures_key("trader", balances={"USD": 50})
        state = await remote.result("GET", "/state?depth=5")
        assert state == here.box.state(depth=5) | {"now": state["now"]}
        spot = state["spot"]["accounts"]["trader"]
        assert spot["balances"]["USD"]["balance"] == (await trader.result("Balance"))["ZUSD"]
        assert spot["balances"]["USD"]["hold_trade"] == "15060.0000"  # with the fee
        assert [one["limit_price"] for one in spot["open_orders"]] == ["40000.0", "30000.0"]
        assert [(one["qty"], one["maker"]) for one in spot["trades"]] == [("0.04000000", True)]
        assert state["spot"]["books"]["BTC/USD"] == {
            "bids": [["30000.0", "0.50000000"]],
            "asks": [["40000.0", "0.06000000"]],
        }
        assert state["futures"]["accounts"]["trader"]["wallets"]["flex"]["balance"].startswith("50.0")
        only = await remote.result("GET", "/state?account=maker&trades=0")
        assert list(only["spot"]["accounts"]) == ["maker"]
        assert only["spot"]["accounts"]["maker"]["trades"] == []
        assert only["futures"]["accounts"] == {}


@over_loopback
async def test_positions_of_both_venues_are_in_the_state() -> None:
    async with world(market=["BTC/USD", "PF_XBTUSD"], speed=0) as here:
        await here.account().result(
            "AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.2", leverage="2"
        )
        held = [one["position"] for one in here.box.state()["spot"]["accounts"]["trader"]["positions"]]
        assert {one["pair"] for one in held} == {"BTC/USD"}
        assert sum(Decimal(one["qty"]) for one in held) == Decimal("0.2")
        await Trader(here).order("sell", "0.1")
        assert here.box.state()["futures"]["accounts"]["trader"]["positions"]["PF_XBTUSD"]["size"] == "-0.1000"


@over_loopback
async def test_faults_are_set_seen_and_taken_back() -> None:
    async with world() as here:
        remote = Remote(here)
        await remote.result("POST", "/faults/busy", {"path": "Time", "count": 2})
        await remote.result("POST", "/faults", {"fault": "html_error:status=520"})
        listed = await remote.result("GET", "/faults")
        assert listed["faults"].keys() == KINDS.keys()
        assert [(one["fault"], one["left"]) for one in listed["waiting"]] == [("busy", 2), ("html_error", 1)]
        assert (await here.get("Time"))["error"] == ["EService:Busy"]
        assert [one["fault"] for one in (await remote.result("GET", "/faults?last=1"))["history"]] == ["busy"]
        await remote.result("DELETE", "/faults/html_error")
        await remote.result("DELETE", "/faults")
        assert (await here.get("Time"))["error"] == []
        await here.line()
        assert await remote.result("POST", "/faults/drop_lines", {"kind": "public"}) == 1


@over_loopback
async def test_the_api_answers_while_everything_else_fails() -> None:
    async with world() as here:
        here.box.faults.busy(count=100)
        here.box.faults.freeze(60)
        assert (await Remote(here).result("GET", "/state"))["status"] == "online"
        await Remote(here).result("DELETE", "/faults")
        assert (await here.get("Time"))["error"] == []


@over_loopback
async def test_keys_and_money_are_given_out() -> None:
    async with world() as here:
        remote = Remote(here)
        made = await remote.result("POST", "/keys", {"name": "new", "balances": {"USD": "7.5", "BTC": 1}})
        await remote.result("POST", "/deposit", {"account": "new", "asset": "USD", "amount": "0.25"})
        trader = Account(here, Credentials(made["key"], made["secret"]))
        assert await trader.result("Balance") == {"ZUSD": "7.7500", "XXBT": "1.0000000000"}
        await remote.result("POST", "/keys", {"name": "new", "product": "futures", "balances": {}})
        await remote.result("POST", "/deposit", {"account": "new", "asset": "USD", "amount": 3, "product": "futures"})
        assert here.box.state()["futures"]["accounts"]["new"]["wallets"]["flex"]["balance"] == "3.000000000000"
        assert (await remote.result("GET", "/addresses"))["rest"] == here.box.environment.spot_rest
        assert (await remote.result("POST", "/bank/announce", {"account": "new", "asset": "BTC", "amount": "0.5"}))[
            "refid"
        ]
        await remote.result("POST", "/keys", {"name": "new", "valid_until": 1, "ip_allowlist": ["127.0.0.1"]})
        await remote.result("POST", "/status", {"status": "cancel_only"})
        assert (await here.get("SystemStatus"))["result"]["status"] == "cancel_only"


@over_loopback
async def test_time_and_the_market_are_turned_by_hand() -> None:
    async with world(market=["BTC/USD"], speed=0) as here:
        remote = Remote(here)
        before = here.box.now
        assert (await remote.result("POST", "/advance", {"seconds": 90, "steps": 3}))["now"] == here.box.state()["now"]
        assert here.box.now == before + 90 * 10**9
        assert (await remote.result("POST", "/market/move", {"symbol": "BTC/USD", "to": "101000"}))[
            "price"
        ] == "101000.0"
        await remote.result("POST", "/market/pause")
        still = here.box.state()["spot"]["books"]
        await remote.result("POST", "/advance", {"seconds": 5})
        assert here.box.state()["spot"]["books"] == still
        await remote.result("POST", "/market/resume", {})
        trader = here.account()
        (order_id,) = (await trader.result("AddOrder", **LIMIT))["txid"]
        await remote.result("POST", "/fill", {"order_id": order_id, "qty": "0.2"})
        await remote.result("POST", "/fill", {"order_id": order_id})
        assert here.box.state()["spot"]["accounts"]["trader"]["closed_orders"][0]["status"] == "filled"
        await remote.result("POST", "/speed", {"speed": 10})
        assert here.box.speed == 10


@over_loopback
async def test_it_is_saved_beside_the_process_and_nowhere_else() -> None:
    async with world() as here:
        for name in ("../x.sandbox", "/tmp/x.sandbox", "pyproject.toml", ".sandbox", "a b.sandbox", ""):
            assert (await Remote(here).ask("POST", "/save", {"file": name}))[0] == 400


async def test_a_saved_sandbox_goes_on_with_its_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with world() as here:
        here.box.faults.busy(count=2)
        here.box.faults.at_random(seed=3, rate=0.5, kinds=["html_error"])
        here.box.faults.silence(60)
        assert (await here.get("Time"))["error"] == ["EService:Busy"]
        said = await Remote(here).result("POST", "/save", {"file": "kept.sandbox"})
        waiting = here.box.faults.waiting()
    async with Sandbox.load(said["file"]) as again:
        assert again.faults.waiting() == waiting
        assert [one.fault for one in again.faults.history()][-1] == "busy"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "complaint"),
    [
        ("GET", "/nothing", None, 404, "There is no /_sandbox/nothing"),
        ("POST", "/state", {}, 405, "/state takes GET, not POST."),
        ("POST", "/", {}, 405, "takes GET"),
        ("GET", "/state?depth=deep", None, 400, "Expected `int`"),
        ("GET", "/state?depth=-1", None, 400, "Expected `int` >= 0"),
        ("GET", "/state?deph=1", None, 400, "unknown field `deph`"),
        ("POST", "/faults/nothing", {}, 404, "There is no fault 'nothing'"),
        ("GET", "/faults/busy", None, 405, "takes POST and DELETE"),
        ("POST", "/faults/busy", {"count": "1"}, 400, "Expected `int`, got `str`"),
        ("POST", "/faults/busy", [], 400, "not a JSON object"),
        ("POST", "/faults/mute", {"symbol": "WWW/USD"}, 400, "no pair 'WWW/USD'"),
        ("POST", "/faults", {"fault": "busy:count=0"}, 400, "Expected `int` >= 1"),
        ("POST", "/faults/at_random", {"kinds": ["say"]}, 400, "'say' does not happen by chance"),
        ("POST", "/deposit", {"account": "nobody", "asset": "USD", "amount": 1}, 400, "no account 'nobody'"),
        ("POST", "/deposit", {"account": "trader", "asset": "USD", "amount": "-1"}, 400, "cannot be paid in"),
        ("POST", "/deposit", {"account": "trader", "asset": "USD", "amount": "NaN"}, 400, "must be finite"),
        ("POST", "/deposit", {"account": "trader", "asset": "WWW", "amount": 1}, 400, "cannot be paid in"),
        ("POST", "/deposit", {"account": "trader", "asset": "USD", "amount": True}, 400, "Expected"),
        ("POST", "/deposit", {"account": "trader"}, 400, "missing required field `asset`"),
        ("POST", "/keys", {"product": "futures", "otp": "x"}, 400, "Futures keys take"),
        ("POST", "/keys", {"product": "futures", "permissions": ["dance"]}, 400, "No Futures key has ['dance']"),
        ("POST", "/keys", {"valid_until": -1}, 400, "Expected `int` >= 0"),
        ("POST", "/keys", {"permissions": "some"}, 400, "Invalid enum value 'some'"),
        ("POST", "/bank/announce", {"account": "nobody", "asset": "BTC", "amount": 1}, 400, "no account 'nobody'"),
        ("POST", "/keys", {"balances": {"USD": 5, "WWW": 1}}, 400, "1 WWW cannot be paid in"),
        ("POST", "/keys", {"balances": {"USD": 5, "BTC": "0.00000000000001"}}, 400, "cannot be paid in"),
        ("POST", "/keys", {"balances": {"USD": "much"}}, 400, "Invalid decimal string"),
        ("POST", "/advance", {"seconds": -1}, 400, "Expected `float` > 0"),
        ("POST", "/advance", {"seconds": 10**9}, 400, "Expected `float` <="),
        ("POST", "/market/move", {"symbol": "BTC/USD", "to": "+1%"}, 400, "does not move"),
        ("POST", "/market/move", {"symbol": "WWW", "to": "1"}, 400, "WWW"),
        ("POST", "/market/pause", {"seconds": 1}, 400, "unknown field `seconds`"),
        ("POST", "/speed", {"speed": "fast"}, 400, "Invalid enum value 'fast'"),
        ("POST", "/fill", {"order_id": "none"}, 400, "none"),
        ("POST", "/status", {"status": "offline"}, 400, "Invalid enum value 'offline'"),
    ],
)
def test_what_is_asked_wrongly_is_explained_and_changes_nothing(
    method: str, path: str, body: object, status: int, complaint: str
) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            here.account(balances={"USD": 1})
            before = here.box.state()
            told, said = await Remote(here).ask(method, path, body)
            assert (told, list(said)) == (status, ["error"])
            assert complaint in said["error"]
            assert here.box.state() | {"now": before["now"]} == before
            assert here.box.faults.history() == []
            assert here.box.faults.waiting() == []

    story()


@over_loopback
async def test_bodies_that_are_no_json_are_refused() -> None:
    async with world() as here:
        for raw in (b"{", b"\xff\xfe", b"NaN", b"[" * 100_000, b'{"a": "\\ud800"}'):
            status, said = await Remote(here).ask("POST", "/deposit", raw=raw)
            assert (status, said) == (400, {"error": "The body is not JSON."})


@over_loopback
async def test_pages_of_other_hosts_are_turned_away() -> None:
    async with world() as here:
        remote = Remote(here)
        assert (await remote.ask("POST", "/faults/drop_lines", {}, Origin="https://example.com"))[0] == 403
        assert (await remote.ask("GET", "/state", Origin="null"))[0] == 403
        for host in ("example.com", "[::1", "127.0.0.1.example.com", "localhost@example.com"):
            assert (await remote.ask("GET", "/state", Host=host))[0] == 403
        assert (await remote.ask("GET", "/state", Origin="http://localhost:8000", Host="localhost"))[0] == 200
        assert here.box.faults.history() == []


def test_it_works_from_a_sandbox_in_a_thread() -> None:
    import urllib.request

    with Sandbox(market=False) as box, urllib.request.urlopen(f"{box.environment.spot_rest}/_sandbox/state") as said:
        assert json.load(said)["result"]["status"] == "online"


@pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")
@over_loopback
async def test_printed_keys_and_those_asked_for_with_all_may_move_money_on_both_sides() -> None:
    async with world() as here:
        remote, printed = Remote(here), here.box.describe()["keys"]
        spot_keys = [printed["spot_3"], await remote.result("POST", "/keys", {"permissions": "all"})]
        for made in spot_keys:
            methods = await Account(here, Credentials(made["key"], made["secret"])).result(
                "DepositMethods", asset="XBT"
            )
            assert methods
        futures_keys = [printed["futures_3"]]
        futures_keys.append(await remote.result("POST", "/keys", {"product": "futures", "permissions": "all"}))
        for made in futures_keys:
            credentials = Credentials(made["key"], made["secret"])
            async with AsyncDerivativesClient(environment=here.box.environment, credentials=credentials) as client:
                await client.submit_transfer_to_spot(currency="USD", amount="5", source_wallet="flex")
        held = here.box.state(account="trader")["spot"]["accounts"]["trader"]["balances"]["USD"]
        assert Decimal(held["balance"]) == 100_010


@over_loopback
async def test_money_is_announced_and_held_up_from_outside() -> None:
    async with world(speed=0) as here:
        remote = Remote(here)
        asked = {"name": "ann", "balances": {"BTC": "1"}, "permissions": "all", "otp": "sesame"}
        made = await remote.result("POST", "/keys", asked)
        ann = Account(here, Credentials(made["key"], made["secret"]))
        coming = await remote.result("POST", "/bank/announce", {"account": "ann", "asset": "BTC", "amount": "0.5"})
        address = {"account": "ann", "key": "cold", "asset": "BTC", "address": "bc1qsomewhere"}
        await remote.result("POST", "/bank/addresses", address)
        await remote.result("POST", "/bank/fee", {"asset": "BTC", "fee": "0.25"})
        going = await ann.result("Withdraw", asset="XBT", key="cold", amount="0.75", otp="sesame")
        await remote.result("POST", "/bank/hold", coming)
        await remote.result("POST", "/bank/fail", going)
        await remote.result("POST", "/advance", {"seconds": 60})
        assert await ann.result("Balance", otp="sesame") == {"XXBT": "1.0000000000"}
        await remote.result("POST", "/bank/release", coming)
        await remote.result("POST", "/advance", {"seconds": 60})
        assert await ann.result("Balance", otp="sesame") == {"XXBT": "1.5000000000"}
        assert (await remote.ask("POST", "/bank/hold", coming))[0] == 400
        odd = {"account": "ann", "asset": "WWW", "amount": "1"}
        assert (await remote.ask("POST", "/bank/announce", odd))[0] == 400
