"""The whole exchange as a file: everything but open sockets. What follows after loading is what would have followed without.

A file is one line of JSON and a pickle. Pickles can run code, so only the sandbox's own plain classes and a short list of
standard ones are let in: a file from a stranger can hold a strange exchange, and nothing else. It holds the keys and
their secrets, so it is written for its owner only.
"""

from __future__ import annotations

import copyreg
import io
import os
import pickle
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from inspect import getattr_static
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec import Struct

from krakenkit.errors import SettingsError
from krakenkit.sandbox.clock import NanoClock, SandboxClock, Speed
from krakenkit.sandbox.engine import Asset, Pair, spot_instruments
from krakenkit.sandbox.engine.derivatives import Contract, listed
from krakenkit.sandbox.venue import Venue

FORMAT: Final = "krakenkit sandbox"
VERSION: Final = 1
_OWNER_ONLY: Final = 0o600
_OWN: Final = "krakenkit.sandbox."
_WIRE: Final = "krakenkit.wire."
_OUTSIDE: Final = frozenset(
    {
        "aiohttp", "asyncio", "importlib", "os", "pathlib", "pickle", "posixpath", "shutil", "socket", "subprocess", "sys",
        "tempfile", "threading",
    }
)  # fmt: skip
_STANDARD: Final[Mapping[tuple[str, str], Any]] = {
    ("builtins", "bytearray"): bytearray,
    ("builtins", "dict"): dict,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "int"): int,
    ("builtins", "list"): list,
    ("builtins", "set"): set,
    ("builtins", "str"): str,
    ("builtins", "tuple"): tuple,
}
_STANDARD_NAMES: Final = frozenset(
    {
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("fractions", "Fraction"),
        ("random", "Random"),
        # An OrderedDict[str, Order]() remembers how it was spelled.
        ("types", "GenericAlias"),
        ("uuid", "UUID"),
    }
)


class Header(Struct, frozen=True, kw_only=True):
    """The first line of a file."""

    format: str
    version: int
    now: int
    """The exchange's time, nanoseconds since 1970."""
    speed: Speed
    checksum: int
    """CRC32 of everything after this line."""


class Saved(Struct, frozen=True, kw_only=True):
    """What is kept of a sandbox."""

    venue: Venue
    pace: float
    longest_queue: int
    printed: dict[str, tuple[str, str]]
    """Keys and secrets that ``describe`` tells, by name."""


# --- writing ----------------------------------------------------------------------------------------------------------


def save(path: str | os.PathLike[str], saved: Saved) -> None:
    """Write a sandbox to a file, whole or not at all.

    Raises:
        SettingsError: where it cannot be written.
    """
    body = _pickled(saved)
    time = saved.venue.time
    header = Header(format=FORMAT, version=VERSION, now=time(), speed=time.speed, checksum=zlib.crc32(body))
    whole = Path(path)
    part = whole.with_name(f"{whole.name}.part")
    try:
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
            file.write(msgspec.json.encode(header) + b"\n" + body)
        part.replace(whole)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise SettingsError(f"The sandbox cannot be saved to {whole}: {error.strerror}.") from error


def _pickled(saved: Saved) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = copyreg.dispatch_table | {
        Asset: _by_name(_asset_named, "asset", "name"),
        Pair: _by_name(_pair_named, "pair", "name"),
        Contract: _by_name(_contract_named, "contract", "symbol"),
        SandboxClock: _as_the_clock,
    }
    pickler.dump((saved.venue, saved.pace, saved.longest_queue, saved.printed))
    return buffer.getvalue()


def shelved(kind: str, name: str) -> object:
    """Something that every sandbox has; this name stands for it in a file.

    Raises:
        KeyError: when there is none.
    """
    found = {"asset": _asset_named, "pair": _pair_named, "contract": _contract_named}[kind](name)
    if found is None:
        raise KeyError(name)
    return found


def _as_the_clock(_: SandboxClock) -> Any:
    return shelved, ("clock", "")


def _by_name(look_up: Callable[[str], object], kind: str, attribute: str) -> Callable[[Any], Any]:
    """How to write what the catalogue may have: by name, so that there is one of it after loading too."""

    def reduce(thing: Any) -> Any:
        name = getattr(thing, attribute)
        return (shelved, (kind, name)) if look_up(name) is thing else thing.__reduce_ex__(5)

    return reduce


def _asset_named(name: str) -> Asset | None:
    return spot_instruments().asset(name)


def _pair_named(name: str) -> Pair | None:
    contract = listed(name)
    return spot_instruments().pair(name) if contract is None else contract.scale


def _contract_named(name: str) -> Contract | None:
    return listed(name)


# --- reading ----------------------------------------------------------------------------------------------------------


def load(path: str | os.PathLike[str], source: NanoClock, *, speed: Speed | None = None) -> Saved:
    """Read a sandbox from a file; its time goes on from the moment when it was saved.

    Raises:
        SettingsError: for a file that is missing, damaged, of another version, or no saved sandbox at all.
    """
    try:
        head, _, body = Path(path).read_bytes().partition(b"\n")
    except OSError as error:
        raise SettingsError(f"The saved sandbox {path} cannot be read: {error.strerror}.") from error
    header = _header(path, head)
    if zlib.crc32(body) != header.checksum:
        raise SettingsError(f"The saved sandbox {path} is damaged: its checksum is wrong.")
    clock = SandboxClock(source, speed=header.speed if speed is None else speed, start=header.now)
    try:
        return _read(_Reader(io.BytesIO(body), clock).load())
    # Whatever a file makes its classes do, it is the file that is wrong.
    except Exception as error:
        raise SettingsError(
            f"The saved sandbox {path} does not fit this version of krakenkit, or was tampered with: {error!r}."
        ) from error


def _header(path: str | os.PathLike[str], head: bytes) -> Header:
    try:
        header = msgspec.json.decode(head, type=Header)
    except msgspec.DecodeError:
        header = None
    if header is None or header.format != FORMAT:
        raise SettingsError(f"{path} is no saved sandbox.")
    if header.version != VERSION:
        raise SettingsError(f"{path} was saved in format {header.version}; this version of krakenkit reads {VERSION}.")
    return header


def _read(loaded: Any) -> Saved:
    venue, *rest = loaded
    if not isinstance(venue, Venue):
        raise pickle.UnpicklingError("it holds something else")
    pace, longest_queue, printed = msgspec.convert(rest, tuple[float, int, dict[str, tuple[str, str]]])
    return Saved(venue=venue, pace=pace, longest_queue=longest_queue, printed=printed)


class _Reader(pickle.Unpickler):
    """Reads a state; whatever is not on the lists stays out."""

    def __init__(self, file: io.BytesIO, clock: SandboxClock) -> None:
        super().__init__(file)
        self._clock = clock

    def find_class(self, module_name: str, global_name: str) -> Any:
        """What a name in the file stands for.

        Raises:
            pickle.UnpicklingError: for everything that is no part of a sandbox's state.
        """
        place = (module_name, global_name)
        if place == ("builtins", "getattr"):
            return _method
        if place == (__name__, "shelved"):
            return self._shelved
        if module_name.startswith("msgspec.") and global_name == "rebuild":
            return _rebuilt
        if place in _STANDARD:
            return _STANDARD[place]
        if place in _STANDARD_NAMES:
            return super().find_class(*place)
        return _own(module_name, global_name)

    def _shelved(self, kind: str, name: str) -> object:
        return self._clock if kind == "clock" else shelved(kind, name)


@cache
def is_door(module_name: str) -> bool:
    """Whether a module of the sandbox reaches sockets, files or the running process; nothing of it is part of a state."""
    members = vars(import_module(module_name)).items()
    return not _OUTSIDE.isdisjoint(_origin(value) for name, value in members if not name.startswith("__"))


def _origin(value: object) -> str:
    """The package that something in a module comes from."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return name.partition(".")[0] if isinstance(name, str) and not isinstance(value, TypeVar) else ""


def _own(module_name: str, global_name: str) -> Any:
    """A plain class or function of the sandbox, or a class of what travels."""
    if module_name.startswith((_OWN, _WIRE)) and not is_door(module_name) and "." not in global_name:
        found = vars(import_module(module_name)).get(global_name)
        defined_here = getattr(found, "__module__", None) == module_name
        if defined_here and (
            isinstance(found, type) or (isinstance(found, FunctionType) and module_name.startswith(_OWN))
        ):
            return found
    raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of a sandbox")


def _rebuilt(kind: type[Struct], members: dict[str, Any]) -> object:
    """What msgspec wrote a Struct as."""
    return kind(**members)


def _method(owner: Any, name: str) -> Any:
    """What a bound method was written as: a method of one of our own objects, or the look-up of a dictionary.

    Raises:
        pickle.UnpicklingError: for anything else that could be reached from an object.
    """
    kind = cast("type[object]", type(owner))
    if kind is dict and name == "__getitem__":
        return owner.__getitem__
    ours = kind.__module__.startswith(_OWN) and not is_door(kind.__module__)
    method = getattr_static(kind, name, None) if ours else None
    if not isinstance(method, FunctionType):
        raise pickle.UnpicklingError(f"{kind.__name__}.{name} is no method of a sandbox")
    return MethodType(method, owner)
