"""The sandbox as a thing: it opens and closes in two ways, leaves nothing behind, and tells others how to reach it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.signing import spot
from krakenkit.wire.environment import WsKey
from sandbox.loopback import Account, Moment, over_loopback, world


def get(box: Sandbox, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{box.environment.spot_rest}/0/public/{path}", timeout=5) as answer:
        read: dict[str, Any] = json.load(answer)
    return read


def test_an_ordinary_with_block_leaves_no_thread_and_no_port() -> None:
    before = threading.active_count()
    with Sandbox(market=False) as box:
        assert get(box, "Time")["error"] == []
        assert threading.active_count() == before + 1
        port = int(box.environment.spot_rest.rpartition(":")[2])
    assert threading.active_count() == before
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_everything_can_be_done_from_other_threads() -> None:
    with Sandbox(market=["BTC/USD"], pace=60) as box:
        credentials = box.key("trader", balances={"USD": "5.5"})
        box.deposit("trader", "USD", 1)
        before = get(box, "Spread?pair=XBTUSD")
        box.advance(1, steps=30)
        assert get(box, "Spread?pair=XBTUSD") != before
        box.set_status("post_only")
        assert get(box, "SystemStatus")["result"]["status"] == "post_only"
        box.faults.answer_rest_with(503, "busy")
        with pytest.raises(urllib.error.HTTPError, match="503") as refused:
            get(box, "Time")
        refused.value.close()
        body = b"nonce=1"
        signature = spot.sign(credentials.secret_bytes(), path="/0/private/Balance", nonce="1", body=body)
        request = urllib.request.Request(
            f"{box.environment.spot_rest}/0/private/Balance",
            body,
            {"API-Key": credentials.key, "API-Sign": signature},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert json.load(answer)["result"] == {"ZUSD": "6.5000"}


def test_an_error_on_the_way_in_leaves_no_thread() -> None:
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1:{port}"), Sandbox(port=port, market=False):
            pass
    assert threading.active_count() == before


@over_loopback
async def test_an_async_block_lives_on_the_running_loop() -> None:
    threads, tasks = threading.active_count(), len(asyncio.all_tasks())
    async with Sandbox(market=False):
        assert threading.active_count() == threads
    assert len(asyncio.all_tasks()) == tasks


@over_loopback
async def test_open_sockets_are_closed_in_order_when_the_sandbox_ends() -> None:
    async with world() as here:
        line = await here.line()
        closing = asyncio.create_task(line.ended())
        await here.box._home.move_out()
        assert await closing
        assert line.socket.close_code == 1001


@over_loopback
async def test_two_sandboxes_know_nothing_of_each_other() -> None:
    async with world(seed=1) as one, world(seed=1) as other:
        assert one.box.environment.spot_rest != other.box.environment.spot_rest
        stranger = Account(one, other.box.key("trader"))
        assert (await stranger.call("Balance"))["error"] == ["EAPI:Invalid key"]
        assert (await one.account().call("Balance"))["error"] == []


@over_loopback
async def test_one_seed_and_one_clock_make_one_market() -> None:
    async def market(seed: int) -> dict[str, Any]:
        async with world(seed=seed, market=["BTC/USD"], pace=60, clock=Moment()) as here:
            here.box.advance(1, steps=20)
            return await here.get("Depth", pair="XBTUSD")

    assert await market(3) == await market(3)
    assert await market(3) != await market(4)


@over_loopback
async def test_the_market_moves_by_itself() -> None:
    async with world(market=["BTC/USD"], pace=0.01) as here:
        line = await here.line()
        await line.subscribe("trade", "BTC/USD", snapshot=False)
        ids = [(await line.on("trade"))["data"][0]["trade_id"] for _ in range(3)]
        assert ids == sorted(ids)
        assert (await here.get("Depth", pair="ETHUSD"))["result"]["XETHZUSD"] == {"asks": [], "bids": []}


@over_loopback
async def test_what_another_program_needs_is_described() -> None:
    async with world() as here:
        told = here.box.describe()
        assert told == here.box.describe()
        assert json.loads(json.dumps(told)) == told
        assert told["rest"] == here.box.environment.spot_rest
        assert told["ws"].keys() >= {key.name for key in WsKey if key.name.startswith("SPOT")}
        assert all(url.startswith("ws://127.0.0.1:") for url in told["ws"].values())
        for name, url in told["ws"].items():
            if name.startswith("SPOT"):  # clients tell v1 from v2 by the path
                assert ("v2" in url) if name.endswith("V2") else urlsplit(url).path == ""
        key = told["keys"]["spot"]
        body = b"nonce=1"
        signature = spot.sign(spot.decode_secret(key["secret"]), path="/0/private/Balance", nonce="1", body=body)
        answer = await here.account().send("/0/private/Balance", body, nonce="1", signature=signature, key=key["key"])
        assert answer["result"]["ZUSD"] == "100000.0000"


@over_loopback
async def test_no_call_can_leave_this_machine() -> None:
    async with world() as here:
        environment = here.box.environment
        origins = {environment.spot_rest, environment.futures_rest, environment.nexus_rest}
        assert len(origins) == 1
        assert environment.name == "sandbox"
        assert {urlsplit(url).hostname for url in (*origins, *environment.ws.values())} == {"127.0.0.1"}


@over_loopback
async def test_an_account_has_what_it_was_given() -> None:
    async with world() as here:
        poor, rich = here.account("poor", balances={"USD": 7, "XBT": "0.25"}), here.account("rich")
        assert await poor.result("Balance") == {"ZUSD": "7.0000", "XXBT": "0.2500000000"}
        assert (await rich.result("Balance"))["XXBT"] == "10.0000000000"
        here.account("poor", balances={"USD": 1})
        assert (await poor.result("Balance"))["ZUSD"] == "8.0000"


@over_loopback
async def test_secrets_stay_out_of_what_is_printed() -> None:
    async with world() as here:
        credentials = here.box.key("trader")
        token = await Account(here, credentials).token()
        (stored,) = here.box._venue.keys._keys.values()
        (kept,) = here.box._venue.tokens._tokens.values()
        shown = f"{credentials!r} {stored!r} {kept!r} {here.box!r}"
        assert token not in shown
        assert credentials.key not in shown
        assert str(stored.secret) not in shown


def test_wrong_settings_are_explained() -> None:
    with pytest.raises(SettingsError, match="loopback only"), Sandbox(host="0.0.0.0", market=False):
        pass
    with pytest.raises(SettingsError, match="BTC/USD"):
        Sandbox(market=["WWW/USD"])
    box = Sandbox(market=False)
    with pytest.raises(SettingsError, match="open it"):
        _ = box.environment
    with pytest.raises(SettingsError, match="cannot be paid in"):
        box.key("trader", balances={"WWW": 1})
    with pytest.raises(SettingsError, match="no account 'nobody'"):
        box.deposit("nobody", "USD", 1)
    with box:
        pass
    with pytest.raises(SettingsError, match="opened before"), box:
        pass
