"""Answers calls under ``/_sandbox/``: finds the call, checks what it was given, and writes JSON."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

import msgspec

from krakenkit.errors import KrakenError, SettingsError
from krakenkit.sandbox.control.call import ControlCall, Nothing
from krakenkit.sandbox.control.calls import CALLS
from krakenkit.sandbox.faults.listing import KINDS, make_fault, settings_of, summary_of
from krakenkit.sandbox.inbound import parse_json
from krakenkit.sandbox.rest.desk import HttpAnswer, HttpCall
from krakenkit.sandbox.server import CONTROL as PREFIX
from krakenkit.wire.environment import is_loopback

if TYPE_CHECKING:
    from krakenkit.sandbox.box import Sandbox

log = logging.getLogger("krakenkit.sandbox")

_FAULT: Final = "/faults/"
_ABOUT: Final = (
    "A sandbox of krakenkit. POST takes a JSON object, GET a query. Answers are {'result': ...}, or {'error': text} "
    "with status 400, 403, 404 or 405, and then nothing was changed."
)


class Complaint(Exception):
    """A call that cannot be carried out; ``status`` is the one of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlDesk:
    """The sandbox's own API. It is asked on the sandbox's loop."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._calls = {(call.method, call.path): call for call in CALLS}

    async def answer(self, call: HttpCall) -> HttpAnswer:
        """What goes back for one call; it never raises."""
        try:
            check_origin(call)
            result = await self._carry_out(call)
        except Complaint as complaint:
            return _answer({"error": str(complaint)}, complaint.status)
        except KrakenError as error:
            return _answer({"error": str(error)}, 400)
        except Exception:
            log.exception("%s %s broke", call.method, call.path)
            return _answer({"error": "The sandbox broke here; its log tells more."}, 500)
        return _answer({"result": result}, 200)

    async def _carry_out(self, call: HttpCall) -> object:
        path = call.path.removeprefix(PREFIX).rstrip("/")
        if not path:
            return self._index(call)
        if path.startswith(_FAULT):
            return self._one_fault(call.method, path.removeprefix(_FAULT), call)
        found = self._calls.get((call.method, path))
        if found is None:
            raise self._unknown(call.method, path)
        body = _read(found, call)
        if found.lasting:
            return await asyncio.to_thread(found.run, self._box, body)
        return found.run(self._box, body)

    def _unknown(self, method: str, path: str) -> Complaint:
        methods = [one for one, known in self._calls if known == path]
        if methods:
            return Complaint(405, f"{path} takes {' and '.join(methods)}, not {method}.")
        return Complaint(404, f"There is no {PREFIX}{path}; GET {PREFIX}/ lists what there is.")

    def _one_fault(self, method: str, name: str, call: HttpCall) -> object:
        kind = KINDS.get(name)
        if kind is None:
            raise Complaint(404, f"There is no fault {name!r}; there are {', '.join(KINDS)}.")
        match method:
            case "POST":
                return self._box.faults.begin(make_fault(kind, _members(call)))
            case "DELETE":
                self._box.faults.clear(name)
                return None
            case _:
                raise Complaint(405, f"{_FAULT}{name} takes POST and DELETE, not {method}.")

    def _index(self, call: HttpCall) -> object:
        if call.method != "GET":
            raise Complaint(405, f"{PREFIX}/ takes GET.")
        calls: list[dict[str, Any]] = [
            {"method": one.method, "path": f"{PREFIX}{one.path}", "takes": one.takes, "about": one.about}
            for one in CALLS
        ]
        faults = [
            {"method": "POST", "path": f"{PREFIX}{_FAULT}{name}", "takes": settings_of(kind), "about": summary_of(kind)}
            for name, kind in KINDS.items()
        ]
        return {"about": _ABOUT, "calls": calls, "faults": faults}


def check_origin(call: HttpCall) -> None:
    """Refuse what a page of another host makes a browser send, under its own name or under one that leads here.

    Raises:
        Complaint: 403.
    """
    host, origin = call.header("Host"), call.header("Origin")
    if not _is_here(f"//{host}") or (origin and not _is_here(origin)):
        raise Complaint(403, "Only this machine may ask, under its own name: 127.0.0.1 or localhost.")


def _is_here(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _read(found: ControlCall[Any], call: HttpCall) -> Any:
    in_query = found.method == "GET"
    members: object = dict(parse_qsl(call.target.partition("?")[2])) if in_query else _members(call)
    if found.body is Nothing and not in_query and members == {}:
        return Nothing()
    try:
        return msgspec.convert(members, found.body, strict=not in_query)
    except msgspec.ValidationError as error:
        takes = ", ".join(f"{name} ({how})" for name, how in found.takes.items()) or "nothing"
        raise SettingsError(f"{error}. {found.path} takes {takes}.") from None


def _members(call: HttpCall) -> dict[str, Any]:
    """The members of a JSON object; an empty body is an empty one."""
    if not call.body.strip():
        return {}
    try:
        members: Any = parse_json(call.body)
    except ValueError:
        raise Complaint(400, "The body is not JSON.") from None
    if not isinstance(members, dict):
        raise Complaint(400, "The body is not a JSON object.")
    return cast("dict[str, Any]", members)


def _answer(members: object, status: int) -> HttpAnswer:
    return HttpAnswer(msgspec.json.encode(members) + b"\n", status)
