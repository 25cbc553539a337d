"""Faults as they are written: ``name:key=value,…`` on the command line, and as rows of a table."""

from __future__ import annotations

import re
from typing import Any, Final

from krakenkit.errors import SettingsError
from krakenkit.sandbox.faults.fault import Fault
from krakenkit.sandbox.faults.listing import KINDS, SLOW_TO_MEND, kind_of, make_fault, settings_of, summary_of

_COMMA: Final = re.compile(r"(?<!\\),")
_LISTS: Final = frozenset({"kinds"})


def read_fault(text: str) -> Fault[Any]:
    """The fault that a text describes: ``delay_rest:seconds=0.5,path=AddOrder``.

    A comma in a value is written ``\\,``; the items of a list are joined by ``+``.

    Raises:
        SettingsError: when there is no such fault, or its settings are not what they should be.
    """
    name, _, rest = text.strip().partition(":")
    kind = kind_of(name)
    members: dict[str, object] = {}
    for piece in filter(None, _COMMA.split(rest)):
        key, equals, value = piece.replace("\\,", ",").partition("=")
        if not equals:
            raise SettingsError(f"{name}: {piece!r} is not key=value. It takes {settings_of(kind) or 'nothing'}.")
        members[key.strip()] = value.split("+") if key.strip() in _LISTS else value
    return make_fault(kind, members, as_text=True)


def rows() -> list[tuple[str, str, str]]:
    """Name, settings and explanation of every fault."""
    return [(name, settings_of(kind), summary_of(kind).replace("``", "`")) for name, kind in KINDS.items()]


def chance_of(name: str) -> str:
    """Whether a fault happens by chance: ``chance``, only when it is ``named``, or never: an empty text."""
    if KINDS[name].place is None or not KINDS[name].chance:
        return ""
    return "named" if name in SLOW_TO_MEND else "chance"


def table() -> str:
    """All faults as a table of Markdown."""
    lines = ["| fault | settings | what goes wrong | at random |", "|---|---|---|---|"]
    for name, settings, summary in rows():
        lines.append(f"| `{name}` | {f'`{settings}`' if settings else ''} | {summary} | {chance_of(name)} |")
    return "\n".join(lines) + "\n"
