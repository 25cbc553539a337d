"""``endpoints`` and ``channels``: lists with the members that programs rely on."""

from __future__ import annotations

from cli.cli_helpers import run
from krakenkit.wire.channel_registry import channels
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.channels import CHANNELS
from krakenkit.wire.spot_v2.trading import COMMANDS

ENDPOINT = {"id", "client", "name", "method", "path", "access", "permission", "unconfirmed", "lifecycle"}


def test_endpoints_as_json_are_a_list_with_the_catalogues_ids() -> None:
    ran = run("endpoints", "--json")
    by_id = {one["id"]: one for one in ran.data}

    assert ran.code == 0
    assert len(by_id) == len(ran.data) > 200
    assert all(set(one) == ENDPOINT for one in ran.data)
    assert by_id["spot.market.get_ticker"] == {
        "id": "spot.market.get_ticker",
        "client": "SpotClient",
        "name": "get_ticker",
        "method": "GET",
        "path": "/0/public/Ticker",
        "access": "public",
        "permission": None,
        "unconfirmed": False,
        "lifecycle": None,
    }


def test_endpoints_can_be_searched_and_limited_to_a_client() -> None:
    futures = run("endpoints", "--json", "--client", "DERIVATIVES", "--search", "ticker").data

    assert {one["client"] for one in futures} == {"DerivativesClient"}
    assert {one["name"] for one in futures} >= {"get_tickers", "get_ticker"}
    assert all("ticker" in f"{one['id']} {one['path']}".lower() for one in futures)


def test_endpoints_for_people_are_a_table_with_the_count_on_stderr() -> None:
    ran = run("endpoints", "--search", "spot.market.get_ticker")

    header, row = ran.out.splitlines()
    assert header.split() == ["id", "client", "name", "method", "path", "access", "lifecycle"]
    assert row.split() == ["spot.market.get_ticker", "SpotClient", "get_ticker", "GET", "/0/public/Ticker", "public"]
    assert ran.err == "1 endpoints\n"


def test_channels_as_json_are_entries_of_connections() -> None:
    ran = run("channels", "--json")

    assert {frozenset(one) for one in ran.data} == {frozenset({"ws_key", "name", "private", "kind"})}
    assert {"ws_key": "SPOT_PUBLIC_V2", "name": "ticker", "private": False, "kind": "channel"} in ran.data
    assert {"ws_key": "SPOT_PRIVATE_V2", "name": "add_order", "private": True, "kind": "command"} in ran.data
    assert all(one["ws_key"] in WsKey.__members__ for one in ran.data)


def test_public_and_private_connections_of_spot_v2_offer_what_the_catalogue_says() -> None:
    public = {(one.name, one.kind) for one in channels() if one.ws_key is WsKey.SPOT_PUBLIC_V2}
    private = {(one.name, one.kind) for one in channels() if one.ws_key is WsKey.SPOT_PRIVATE_V2}

    market = ("ticker", "book", "ohlc", "trade", "instrument", "status", "heartbeat")
    account = ("executions", "balances", "status", "heartbeat")
    trading = ("add_order", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_all_orders_after")
    batches = ("batch_add", "batch_cancel")
    assert public == {(name, "channel") for name in market} | {("ping", "command")}
    assert private == {(name, "channel") for name in account} | {
        (name, "command") for name in ("ping", *trading, *batches)
    }


def test_every_channel_and_command_class_is_listed_once_for_each_connection() -> None:
    listed = channels()
    names = {one.name for one in listed}

    assert len(set(listed)) == len(listed)
    assert names >= {*CHANNELS, *(command.method for command in COMMANDS)}
    beta = {one.name for one in listed if one.ws_key is WsKey.SPOT_BETA_PRIVATE_V2}
    assert beta == {one.name for one in listed if one.ws_key is WsKey.SPOT_PRIVATE_V2}


def test_channels_can_be_searched() -> None:
    ran = run("channels", "--search", "spot_public_v2")

    assert {line.split()[0] for line in ran.out.splitlines()[1:]} == {"SPOT_PUBLIC_V2"}
