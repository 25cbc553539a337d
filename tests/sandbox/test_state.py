from __future__ import annotations

import pickle
import random
import re
import stat
import zlib
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

import krakenkit.sandbox
from krakenkit.clients.spot import SpotClient
from krakenkit.errors import Refused, SettingsError
from krakenkit.sandbox import Sandbox, state
from krakenkit.sandbox.clock import SECOND, SandboxClock
from krakenkit.sandbox.engine import AmendOrder, Closing, EngineRefused, Event, Offset, PlaceOrder
from krakenkit.sandbox.engine import derivatives as futures
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import KeyRing
from krakenkit.sandbox.levers import move_price
from krakenkit.sandbox.venue import Venue
from krakenkit.signing.spot import sign

NOW = 1_760_000_000 * SECOND
NAMES = ("ann", "bob")
TRAIL = Offset("+", Decimal("0.1"), percent=True)


def still() -> int:
    return NOW


def venue(seed: int = 7) -> Venue:
    made = Venue(seed, market=["BTC/USD", "ETH/USD", "ETH/BTC", "PF_XBTUSD"], clock=SandboxClock(still))
    for name in NAMES:
        made.key(name, balances=None, permissions=None)
        made.futures.key(name, balances=None, permissions=None)
    return made


def copied(made: Venue, path: Path) -> Venue:
    state.save(path, state.Saved(venue=made, pace=0.05, longest_queue=5000, printed={}))
    return state.load(path, still).venue


# --- random actions, the same ones for the same dice --------------------------------------------------------------------


def place(made: Venue, dice: random.Random) -> None:
    side, kind = dice.choice(["buy", "sell"]), dice.choice(["limit", "market", "stop-loss", "iceberg", "trailing-stop"])
    qty = Decimal(dice.randint(1, 50)) / 1000
    last = made.exchange.ticker("BTC/USD").last
    assert last is not None
    near = (last * (1 + Decimal(dice.randint(-90, 90)) / 10_000)).quantize(Decimal("0.1"))
    trigger = near if kind == "stop-loss" else TRAIL if kind == "trailing-stop" else None
    order = PlaceOrder(
        pair="BTC/USD",
        side=side,
        order_type=kind,
        qty=qty,
        limit_price=near if kind in ("limit", "iceberg") else None,
        trigger_price=trigger,
        trigger_reference=dice.choice(["last", "index"]),
        close=dice.choice([None, Closing(order_type="trailing-stop", trigger_price=Offset("+", Decimal(5)))]),
        start_at=made.clock() + 3 * SECOND if dice.random() < 0.1 else None,
        display_qty=qty / 5 if kind == "iceberg" else None,
        expire_at=made.clock() + 30 * SECOND if kind == "limit" else None,
        time_in_force="gtd" if kind == "limit" else "gtc",
    )
    made.exchange.place(dice.choice(NAMES), order, made.clock())


def change(made: Venue, dice: random.Random) -> None:
    name = dice.choice(NAMES)
    orders = made.exchange.open_orders(name)
    if orders:
        order = dice.choice(orders)
        if dice.random() < 0.5:
            made.exchange.cancel(name, made.clock(), order_id=order.order_id)
        else:
            made.exchange.amend(name, AmendOrder(order_id=order.order_id, qty=Decimal("0.07")), made.clock())


def place_on_futures(made: Venue, dice: random.Random) -> None:
    contract = made.futures.contract("PF_XBTUSD")
    assert contract is not None
    price = (made.futures.index_price(contract) + dice.randint(-300, 300)).quantize(Decimal(1))
    request = futures.PlaceOrder(
        contract=contract,
        side=dice.choice(["buy", "sell"]),
        kind="lmt",
        qty=Decimal(dice.randint(1, 200)) / 1000,
        limit_price=price,
    )
    made.futures.exchange.place(dice.choice(NAMES), request, made.clock())


def pass_time(made: Venue, dice: random.Random) -> None:
    made.time.move(dice.randint(1, 20) * SECOND // 4)
    made.pass_time(step=dice.random() < 0.8)


def move(made: Venue, dice: random.Random) -> None:
    move_price(made, "BTC/USD", f"{dice.choice('+-')}{dice.randint(1, 20) / 10}%")


ACTIONS: list[Callable[[Venue, random.Random], None]] = [
    place,
    place,
    place_on_futures,
    change,
    pass_time,
    pass_time,
    move,
]


def act(made: Venue, seed: int) -> None:
    dice = random.Random(seed)
    with suppress(EngineRefused, futures.Declined):
        dice.choice(ACTIONS)(made, dice)
    made.settle()
    made.futures.settle()


class Heard:
    """What a venue says, on both of its halves."""

    def __init__(self, made: Venue) -> None:
        self.spot: list[Event] = []
        self.futures: list[futures.Event] = []
        made.listeners.append(self.spot.extend)
        made.futures.listeners.append(self.futures.extend)


# --- what is kept -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_what_follows_after_loading_is_what_would_have_followed_without(seed: int, tmp_path: Path) -> None:
    first = venue(seed)
    for number in range(60):
        act(first, seed * 1000 + number)
    second = copied(first, tmp_path / "state")
    heard, heard_again = Heard(first), Heard(second)

    for number in range(100, 200):
        act(first, seed * 1000 + number)
        act(second, seed * 1000 + number)

    assert first.clock() == second.clock()
    assert len(heard.spot) > 400
    assert heard.spot == heard_again.spot
    assert len(heard.futures) > 100
    assert heard.futures == heard_again.futures
    for name in NAMES:
        assert first.exchange.balances(name) == second.exchange.balances(name)
        assert first.exchange.trades(name) == second.exchange.trades(name) != []
        assert first.futures.exchange.holdings(name) == second.futures.exchange.holdings(name)
        assert first.futures.exchange.wallet(name, "flex") == second.futures.exchange.wallet(name, "flex")


def test_a_saved_sandbox_changes_no_more_when_its_original_goes_on(tmp_path: Path) -> None:
    first = venue()
    second = copied(first, tmp_path / "state")
    before = second.exchange.levels("BTC/USD", "buy")
    act(first, 1)
    first.time.move(SECOND)
    first.pass_time(step=True)
    assert second.exchange.levels("BTC/USD", "buy") == before != first.exchange.levels("BTC/USD", "buy")


def test_keys_money_orders_time_mode_and_faults_come_back(tmp_path: Path) -> None:
    with Sandbox(seed=3, market=["BTC/USD"], speed=0) as box:
        credentials = box.key("trader", balances={"USD": 5000})
        told = box.describe()["keys"]
        with SpotClient(credentials, environment=box.environment) as spot:
            placed = spot.submit_order(pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="50000")
        box.advance(90)
        box.market.pause()
        box.set_status("post_only")
        box.faults.refuse_rest("EGeneral:Permission denied", path="Depth")
        now = box.now
        box.save(tmp_path / "state")

    with Sandbox.load(tmp_path / "state") as again, SpotClient(credentials, environment=again.environment) as spot:
        assert (again.now, again.speed) == (now, 0)
        assert again.describe()["keys"] == told
        assert list(spot.get_open_orders().open) == placed.txid
        assert spot.get_account_balance()["ZUSD"] == 5000
        assert spot.get_system_status().status == "post_only"
        again.set_status("online")
        with pytest.raises(Refused, match="EGeneral:Permission denied"):
            spot.get_order_book("XBTUSD")
        again.advance(60)
        assert again.now == now + 60 * SECOND
        price = again.market.price("BTC/USD")
        again.market.resume()
        again.advance(60)
        assert again.market.price("BTC/USD") != price


def test_a_nonce_that_was_used_stays_used(tmp_path: Path) -> None:
    made = Venue(7, market=False)
    credentials = made.key("ann", balances=None, permissions=None)

    def call(ring: KeyRing, nonce: int) -> None:
        body = f"nonce={nonce}".encode()
        signature = sign(credentials.secret_bytes(), path="/0/private/Balance", nonce=str(nonce), body=body)
        ring.authenticate(credentials.key, signature, path="/0/private/Balance", nonce=str(nonce), body=body, now=NOW)

    call(made.keys, 10)
    loaded = copied(made, tmp_path / "state")
    with pytest.raises(Denied, match="EAPI:Invalid nonce"):
        call(loaded.keys, 10)
    call(loaded.keys, 11)


def test_a_file_is_for_its_owner_only_and_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_text("old")
    box = Sandbox(market=False)
    box.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(SettingsError, match="cannot be saved"):
        box.save(tmp_path / "nowhere" / "state")


# --- what is refused ----------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_saved_sandbox_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with pytest.raises(SettingsError, match="cannot be read"):
        Sandbox.load(path)
    for text in (b"", b"hello\n", b'{"format":"other","version":1}\n', pickle.dumps({"a": 1})):
        path.write_bytes(text)
        with pytest.raises(SettingsError, match="no saved sandbox"):
            Sandbox.load(path)


def test_a_damaged_file_and_one_of_another_format_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    Sandbox(market=False).save(path)
    whole = path.read_bytes()

    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(SettingsError, match="damaged"):
        Sandbox.load(path)
    path.write_bytes(whole.replace(b'"version":1', b'"version":99', 1))
    with pytest.raises(SettingsError, match="format 99"):
        Sandbox.load(path)


def write(path: Path, body: bytes) -> None:
    header = state.Header(format=state.FORMAT, version=state.VERSION, now=NOW, speed=1, checksum=zlib.crc32(body))
    path.write_bytes(msgspec.json.encode(header) + b"\n" + body)


class Calls:
    """Pickles as a call of something."""

    def __init__(self, function: object, *args: object) -> None:
        self.made = (function, args)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.made


def global_of(module: str, name: str) -> bytes:
    """A pickle that asks for one name."""
    return (
        pickle.PROTO
        + b"\x04"
        + b"".join(pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode() for text in (module, name))
        + pickle.STACK_GLOBAL
        + pickle.STOP
    )


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("builtins", "__import__"),
        ("subprocess", "Popen"),
        ("functools", "partial"),
        ("operator", "attrgetter"),
        ("krakenkit.sandbox.box", "Sandbox"),
        ("krakenkit.sandbox.state", "os"),
        ("krakenkit.sandbox.state", "save"),
        ("krakenkit.sandbox.stage", "Home"),
        ("krakenkit.sandbox.venue", "random.Random"),
        ("krakenkit.sandbox.keys", "secrets"),
        ("krakenkit.clients.spot", "SpotClient"),
    ],
)
def test_a_file_reaches_nothing_but_plain_classes_of_the_sandbox(module: str, name: str, tmp_path: Path) -> None:
    write(tmp_path / "state", global_of(module, name))
    with pytest.raises(SettingsError, match="is no part of a sandbox"):
        Sandbox.load(tmp_path / "state")


@pytest.mark.parametrize("name", ["__class__", "__init__", "__reduce__", "__getstate__", "nonsense"])
def test_a_file_cannot_climb_from_an_object_to_what_lies_behind_it(name: str, tmp_path: Path) -> None:
    owners: list[object] = [Decimal(1), [], {}]
    for owner in owners:
        write(tmp_path / "state", pickle.dumps(Calls(getattr, owner, name), protocol=4))
        with pytest.raises(SettingsError, match="is no method of a sandbox"):
            Sandbox.load(tmp_path / "state")


def test_whatever_reaches_the_outside_is_no_part_of_a_state() -> None:
    outside = re.compile(
        r"^(import|from) (asyncio|aiohttp|os|pathlib|socket|subprocess|threading|shutil|tempfile)\b", re.MULTILINE
    )
    root = Path(krakenkit.sandbox.__file__).parent
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(("krakenkit.sandbox", *parts)).removesuffix(".__init__")
        if name != "krakenkit.sandbox":
            assert state.is_door(name) == bool(outside.search(path.read_text())), name
