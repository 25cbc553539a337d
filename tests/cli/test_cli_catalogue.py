"""``endpoints`` and ``channels``: lists with the members that programs rely on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cli.cli_helpers import run
from krakenkit.wire.channel_registry import channels
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.channels import CHANNELS
from krakenkit.wire.spot_v2.trading import COMMANDS
from wire.manual import manual

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


def offered(key: WsKey) -> set[tuple[str, str, bool]]:
    """Name, kind and privacy of everything that the command lists for a connection."""
    listed = run("channels", "--json").data
    return {(one["name"], one["kind"], one["private"]) for one in listed if one["ws_key"] == key.name}


def entries(kind: str, names: Iterable[str], *, private: bool) -> set[tuple[str, str, bool]]:
    return {(name, kind, private) for name in names}


def test_spot_v2_offers_what_its_catalogue_routes_to_each_host() -> None:
    catalogue = manual("spot-ws-v2.yaml")
    hosts = {
        "public": (WsKey.SPOT_PUBLIC_V2, WsKey.SPOT_BETA_PUBLIC_V2),
        "private": (WsKey.SPOT_PRIVATE_V2, WsKey.SPOT_BETA_PRIVATE_V2),
        "level3": (WsKey.SPOT_L3_V2,),
    }
    for host, keys in hosts.items():
        for key in keys:
            routed = catalogue["routing"][host]
            channels = [name for name in routed if name in catalogue["channels"]]
            methods = [name for name in routed if name in catalogue["methods"]]
            assert sorted([*channels, *methods]) == sorted(routed)
            private = host != "public"
            wanted = entries("channel", channels, private=private) | entries("command", methods, private=private)
            assert offered(key) == wanted, key


def test_spot_v1_offers_the_channels_events_and_requests_of_its_catalogue() -> None:
    catalogue = manual("spot-ws-v1.yaml")
    by_themselves = [name for name in catalogue["control_messages"] if name in ("systemStatus", "heartbeat")]
    trading = [name for name in catalogue["trading_requests"] if name != "common"]
    account = [name for name, one in catalogue["private_channels"].items() if isinstance(one, dict)]
    assert len(by_themselves) == 2

    def everything(channels: Iterable[str], requests: Iterable[str], *, private: bool) -> set[tuple[str, str, bool]]:
        everywhere = entries("channel", by_themselves, private=private) | entries("command", ["ping"], private=private)
        return (
            everywhere | entries("channel", channels, private=private) | entries("command", requests, private=private)
        )

    assert offered(WsKey.SPOT_PUBLIC_V1) == everything(catalogue["public_channels"], [], private=False)
    assert offered(WsKey.SPOT_PRIVATE_V1) == everything(account, trading, private=True)


def test_futures_v1_offers_the_feeds_of_its_catalogue_and_leaves_out_those_that_clients_alone_remember() -> None:
    catalogue = manual("futures-ws.yaml")
    public = [feed["feed"] for feed in catalogue["feeds"] if feed["auth"] == "none"]
    private = [feed["feed"] for feed in catalogue["feeds"] if feed["auth"] == "key"]
    remembered = {feed["feed"] for feed in catalogue["legacy_feeds"]["feeds"]}

    assert (len(public), len(private)) == (5, 7)
    for key, feeds in ((WsKey.DERIVATIVES_PUBLIC_V1, public), (WsKey.DERIVATIVES_PRIVATE_V1, private)):
        ping = entries("command", ["ping"], private=key.private)
        assert offered(key) == entries("channel", feeds, private=key.private) | ping
    assert remembered.isdisjoint({*public, *private})


def test_unified_offers_the_channels_and_methods_of_its_catalogue_on_the_path_it_names() -> None:
    catalogue = manual("unified-ws.yaml")

    def on(path: str, listed: dict[str, Any]) -> list[str]:
        return [name for name, one in listed.items() if one.get("path", "").split()[0:1] == [path]]

    assert catalogue["methods"]["edit_order"]["page"] == "none found"
    everywhere = ["status", "heartbeat"]  # whether the private path has them is unconfirmed
    for key, path in ((WsKey.UNIFIED_PUBLIC, "public"), (WsKey.UNIFIED_PRIVATE, "private")):
        channels = {*on(path, catalogue["channels"]), *everywhere}
        methods = {*on(path, catalogue["methods"]), "ping"}
        with_a_token = {"level3"} if key is WsKey.UNIFIED_PUBLIC else set[str]()
        named = entries("channel", channels - with_a_token, private=key.private)
        assert offered(key) == named | entries("command", methods, private=key.private), key
    of_its_own = entries("channel", ["level3", *everywhere], private=True) | entries("command", ["ping"], private=True)
    assert offered(WsKey.UNIFIED_L3) == of_its_own
