"""What can be asked of a sandbox over HTTP: each call with its parameters, what it does, and the line that explains it."""

from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, cast

import msgspec
from msgspec import Meta

from krakenkit.errors import SettingsError
from krakenkit.sandbox.clock import FASTEST
from krakenkit.sandbox.control.bank_calls import BANK_CALLS
from krakenkit.sandbox.control.call import Body, ControlCall, Nothing
from krakenkit.sandbox.engine import SystemStatus
from krakenkit.sandbox.faults.fault import Fault, name_of
from krakenkit.sandbox.faults.listing import KINDS, settings_of, summary_of
from krakenkit.sandbox.faults.reading import chance_of, read_fault
from krakenkit.sandbox.keys import KeyRules
from krakenkit.sandbox.picture import told

if TYPE_CHECKING:
    from krakenkit.sandbox.box import Sandbox

_Whole: TypeAlias = Annotated[int, Meta(ge=0)]


class StateBody(Body, frozen=True):
    """What of the state is wanted."""

    depth: Annotated[int, Meta(ge=0, le=1000)] = 10
    account: str | None = None
    trades: Annotated[int, Meta(ge=0, le=10_000)] = 100


class FaultBody(Body, frozen=True):
    """A fault as the command line writes it, such as ``delay_rest:seconds=0.5``."""

    fault: str


class HistoryBody(Body, frozen=True):
    """How much of what happened."""

    last: Annotated[int, Meta(ge=0, le=10_000)] = 100


class KeyBody(Body, frozen=True):
    """Whose key, what it may do, and what it is bound to, as ``Sandbox.key`` explains; all but the first four for Spot."""

    name: str = "trader"
    product: Literal["spot", "futures"] = "spot"
    balances: dict[str, Decimal] | None = None
    permissions: list[str] | Literal["all"] | None = None
    nonce_window: _Whole | None = None
    valid_from: _Whole | None = None
    valid_until: _Whole | None = None
    query_from: _Whole | None = None
    query_to: _Whole | None = None
    ip_allowlist: list[str] | None = None
    otp: str | None = None
    totp: str | None = None

    @property
    def rules(self) -> KeyRules:
        """What the key is bound to, as far as anything was said."""
        said = {name: getattr(self, name) for name in KeyRules.__annotations__}
        return cast("KeyRules", {name: value for name, value in said.items() if value is not None})


class DepositBody(Body, frozen=True):
    """What is paid in, and to whom."""

    account: str
    asset: str
    amount: Decimal
    product: Literal["spot", "futures"] = "spot"


class StatusBody(Body, frozen=True):
    """The new mode."""

    status: SystemStatus


class AdvanceBody(Body, frozen=True):
    """How much exchange time shall pass, and in how many steps of the market."""

    seconds: Annotated[float, Meta(gt=0, le=31 * 86_400)] = 1.0
    steps: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class MoveBody(Body, frozen=True):
    """Which price, and where to: ``+2%``, ``-150``, or the new one."""

    symbol: str
    to: str


class SpeedBody(Body, frozen=True):
    """Seconds of exchange time in a second."""

    speed: Literal["max"] | Annotated[float, Meta(ge=0, le=FASTEST)]


class FillBody(Body, frozen=True):
    """Which order, and how much of it."""

    order_id: str
    qty: Decimal | None = None


class SaveBody(Body, frozen=True):
    """The file; whoever may ask may not write anywhere else than where the sandbox was started, nor over other files."""

    file: Annotated[str, Meta(pattern=r"^[\w-][\w.-]*\.sandbox$", max_length=100)]


def _state(box: Sandbox, body: StateBody) -> object:
    return box.state(depth=body.depth, account=body.account, trades=body.trades)


def _addresses(box: Sandbox, _: Nothing) -> object:
    environment = box.environment
    sockets = {key.name: url for key, url in environment.ws.items()}
    return {"rest": environment.spot_rest, "futures": environment.futures_rest, "ws": sockets}


def _list_faults(box: Sandbox, body: HistoryBody) -> object:
    waiting = [written(fault) | {"left": left} for fault, left in box.faults.waiting()]
    happened = box.faults.history()
    newest = happened[len(happened) - min(body.last, len(happened)) :]
    return {
        "faults": {
            name: {"takes": settings_of(kind), "about": summary_of(kind), "at_random": chance_of(name)}
            for name, kind in KINDS.items()
        },
        "waiting": waiting,
        "history": [
            {"fault": one.fault, "at": told(one.at, "at"), "about": one.about, "by_chance": one.by_chance}
            for one in newest
        ],
    }


def written(fault: Fault[Any]) -> dict[str, Any]:
    """A fault as JSON can hold it."""
    return {"fault": name_of(type(fault))} | msgspec.structs.asdict(fault)


def _begin_fault(box: Sandbox, body: FaultBody) -> object:
    return box.faults.begin(read_fault(body.fault))


def _clear_faults(box: Sandbox, _: Nothing) -> None:
    box.faults.clear()


def _make_key(box: Sandbox, body: KeyBody) -> object:
    if body.product == "spot":
        made = box.key(body.name, balances=body.balances, permissions=body.permissions, **body.rules)
    elif body.rules:
        raise SettingsError("Futures keys take name, balances and permissions.")
    else:
        made = box.futures_key(body.name, balances=body.balances, permissions=body.permissions)
    return {"key": made.key, "secret": base64.b64encode(made.secret_bytes()).decode()}


def _deposit(box: Sandbox, body: DepositBody) -> None:
    box.deposit(body.account, body.asset, body.amount, product=body.product)


def _set_status(box: Sandbox, body: StatusBody) -> None:
    box.set_status(body.status)


def _advance(box: Sandbox, body: AdvanceBody) -> object:
    box.advance(body.seconds, steps=body.steps)
    return {"now": told(box.now, "at")}


def _move(box: Sandbox, body: MoveBody) -> object:
    box.market.move(body.symbol, body.to)
    return {"price": told(box.market.price(body.symbol))}


def _pause(box: Sandbox, _: Nothing) -> None:
    box.market.pause()


def _resume(box: Sandbox, _: Nothing) -> None:
    box.market.resume()


def _set_speed(box: Sandbox, body: SpeedBody) -> None:
    box.speed = body.speed


def _fill(box: Sandbox, body: FillBody) -> None:
    box.fill(body.order_id, body.qty)


def _save(box: Sandbox, body: SaveBody) -> object:
    box.save(body.file)
    return {"file": str(Path(body.file).absolute())}


CALLS: Final[tuple[ControlCall[Any], ...]] = (
    ControlCall("GET", "/state", StateBody, _state, "The truth: clock, mode, accounts and books, to compare with."),
    ControlCall("GET", "/addresses", Nothing, _addresses, "Where REST and every socket is."),
    ControlCall("GET", "/faults", HistoryBody, _list_faults, "All faults, those that wait, and what happened."),
    ControlCall("POST", "/faults", FaultBody, _begin_fault, "Let a fault begin, written as on the command line."),
    ControlCall("DELETE", "/faults", Nothing, _clear_faults, "Take back every fault that is set."),
    ControlCall("POST", "/keys", KeyBody, _make_key, "A new key of an account, which is opened when it is new."),
    ControlCall("POST", "/deposit", DepositBody, _deposit, "Pay money into an account."),
    *BANK_CALLS,
    ControlCall("POST", "/status", StatusBody, _set_status, "Put the exchange into another mode."),
    ControlCall("POST", "/advance", AdvanceBody, _advance, "Let exchange time pass at once.", lasting=True),
    ControlCall("POST", "/speed", SpeedBody, _set_speed, "Let exchange time run so fast; 0 stands still."),
    ControlCall("POST", "/market/move", MoveBody, _move, "Move a price at once; books trade through."),
    ControlCall("POST", "/market/pause", Nothing, _pause, "Let the market rest while clients trade on."),
    ControlCall("POST", "/market/resume", Nothing, _resume, "Let the market trade again."),
    ControlCall("POST", "/fill", FillBody, _fill, "Fill a resting order at its own price."),
    ControlCall("POST", "/save", SaveBody, _save, "Write everything to a file <name>.sandbox beside the process."),
)
"""Everything but the calls of single faults, which are ``/faults/<name>``."""
