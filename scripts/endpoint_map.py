"""Files that follow from classes: the endpoint map, the names in ``krakenkit.types``, and the list of faults."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from krakenkit.sandbox.faults.reading import table
from krakenkit.wire import registry
from krakenkit.wire.lifecycle import entry
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend, Route

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "krakenkit"
Endpoint = type[Request[Any]]

HEAD = """\
# Endpoints

Every REST endpoint that has a method, written from the request classes by `scripts/endpoint-map`; do not edit.
The async twin of each client has the same methods.

- **cost**: points on the key's REST counter for Spot, on the budget of calls for Futures; *engine*: counts on the
  trading engine's limit of the pair; *varies*: depends on the parameters.
- **JavaScript**: the method of `@siebly/kraken-api` that does the same.
- **marks**: *sent once*: never sent again when its answer is lost, see `OutcomeUnknown`; *unconfirmed*: built from
  what is known, not proven; a date: the first day without it.
"""
COLUMNS = ("id", "call", "endpoint", "access", "permission", "cost", "JavaScript", "marks")


def endpoint_map() -> str:
    """The text of ``docs/endpoints.md``."""
    parts = [HEAD]
    kinds = sorted(registry.requests().values(), key=_place)
    for client, of_client in groupby(kinds, registry.client_of):
        parts.append(f"\n## {client}\n")
        for group, of_group in groupby(of_client, _group):
            rows = "".join(_line(_row(kind)) for kind in of_group)
            parts.append(f"\n### {group}\n\n{_line(COLUMNS)}{_line(['---'] * len(COLUMNS))}{rows}")
    return "".join(parts)


def _place(kind: Endpoint) -> tuple[int, str]:
    return list(registry.PRODUCTS).index(registry.product_of(kind)), kind.route.id


def _group(kind: Endpoint) -> str:
    return kind.route.id.rpartition(".")[0]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _row(kind: Endpoint) -> list[str]:
    route = kind.route
    return [
        route.id,
        f"`{registry.method_name(kind)}`",
        f"`{route.label}`",
        route.access,
        route.permission or "",
        _cost(kind),
        f"`{route.siebly}`" if route.siebly else "",
        ", ".join(_marks(route)),
    ]


def _cost(kind: Endpoint) -> str:
    words = [] if kind.route.cost is None else [str(kind.route.cost)]
    if hasattr(kind, "budget_cost"):
        words.append("varies")
    if kind.route.engine:
        words.append("engine")
    return ", ".join(words)


def _marks(route: Route) -> list[str]:
    marks = ["sent once"] if route.resend is Resend.NEVER else []
    if route.unconfirmed:
        marks.append("unconfirmed")
    if route.lifecycle is not None:
        ends = entry(route.lifecycle).ends
        marks.append(f"{route.lifecycle}: {ends}" if ends else route.lifecycle)
    return marks


def type_stub() -> str:
    """The text of ``types.pyi``: every class of requests and answers by its public name."""
    names = registry.public_names(registry.type_names())
    shared = {public: home for public, home in names.items() if public != home[1]}
    modules = sorted({module for module, _ in shared.values()})
    lines = [f"from krakenkit.wire import {_alias_import(module)}" for module in modules if "." not in module]
    lines += [
        f"from krakenkit.wire.{module.rpartition('.')[0]} import {_alias_import(module.rpartition('.')[2], module)}"
        for module in modules
    ]
    plain = {home: public for public, home in names.items() if public == home[1]} | {("codec", "PairRows"): "PairRows"}
    lines += [f"from krakenkit.wire.{module} import {name} as {name}" for module, name in plain]
    aliases = [f"{public} = {_alias(module)}.{name}" for public, (module, name) in sorted(shared.items())]
    head = "# Written by scripts/endpoint-map from the request classes; do not edit.\n\n"
    return head + "\n".join(sorted(lines, key=_import_order)) + "\n\n" + "\n".join(aliases) + "\n"


def _alias(module: str) -> str:
    return "_" + module.replace(".", "_")


def _alias_import(name: str, module: str = "") -> str:
    return f"{name} as {_alias(module or name)}"


def _import_order(line: str) -> tuple[str, str]:
    _, module, _, name, *_ = line.split()
    return module, name.lower()


def type_index() -> str:
    """The text of ``wire/type_index.py``: the same names for run time, without loading their modules."""
    lines = [
        '"""Where the classes of requests and answers are. Written by scripts/endpoint-map; do not edit."""',
        "",
        "# ruff: noqa: SIM905 - names without quotes are shorter to read",
        "",
        "TYPES = {",
    ]
    for module, names in registry.type_names().items():
        lines.append(f'    "{module}": """')
        lines += textwrap.wrap(" ".join(names), 110, initial_indent=" " * 8, subsequent_indent=" " * 8)
        lines.append('    """.split(),')
    return "\n".join([*lines, "}", '"""Class names by module below ``krakenkit.wire``."""', ""])


FAULTS_HEAD = """\
# Faults

What can go wrong in the [sandbox](sandbox.md), written from the list of faults by `scripts/endpoint-map`; do not
edit. Each is

- a method: `box.faults.delay_rest(0.5, path="AddOrder")`,
- an option, which may be repeated: `krakenkit sandbox --fault delay_rest:seconds=0.5,path=AddOrder`,
- a call: `POST /_sandbox/faults/delay_rest` with `{"seconds": 0.5, "path": "AddOrder"}`.

`count` is how many times; `path` a REST path or its last word; `kind` is `all`, `public` or `private`.
`box.faults.clear()` takes back what is set, `box.faults.history()` tells what happened. What is marked *chance* can be
left to `at_random`; *named*: only where its `kinds` name it.

"""


def fault_list() -> str:
    """The text of ``docs/faults.md``."""
    return FAULTS_HEAD + table()


FILES = {
    ROOT / "docs" / "faults.md": fault_list,
    ROOT / "docs" / "endpoints.md": endpoint_map,
    PACKAGE / "types.pyi": type_stub,
    PACKAGE / "wire" / "type_index.py": type_index,
}


def main(arguments: list[str]) -> int:
    """Write the files, or say which are behind."""
    if arguments not in ([], ["--check"]):
        print("usage: scripts/endpoint-map [--check]", file=sys.stderr)
        return 2
    behind = [path for path, made in FILES.items() if not path.exists() or path.read_text() != made()]
    if not arguments:
        for path in behind:
            path.write_text(FILES[path]())
            print(f"wrote {path.relative_to(ROOT)}", file=sys.stderr)
        return 0
    for path in behind:
        print(f"{path.relative_to(ROOT)} is behind the classes: run scripts/endpoint-map.", file=sys.stderr)
    return 1 if behind else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
