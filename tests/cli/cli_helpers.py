"""Running the command in process, and finding the payload corpus."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import CliRunner

from krakenkit.cli.app import app

_ROOT = Path(__file__).resolve().parents[2]


class Ran(NamedTuple):
    """What a run of the command said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)


def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Ran:
    """Run ``krakenkit`` with these arguments; an exception that nobody expected is raised on."""
    keys = dict.fromkeys(("KRAKEN_API_KEY", "KRAKEN_API_SECRET", "API_SPOT_KEY", "API_SPOT_SECRET"))
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=keys | dict(env or {}))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


class Payload(NamedTuple):
    """One file of the corpus, as its index describes it."""

    path: Path
    name: str
    endpoint: str
    sent: bool


def payloads(*apis: str) -> Iterator[Payload]:
    """The files of these APIs; skips the test where there is no corpus."""
    named = os.environ.get("KRAKENKIT_PAYLOADS")
    folder = Path(named) if named else _ROOT.parent / "shared" / "payloads"
    if not (folder / "INDEX.yaml").is_file():
        pytest.skip(f"no payload corpus in {folder}; KRAKENKIT_PAYLOADS can name it")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    index: dict[str, Any] = yaml.load((folder / "INDEX.yaml").read_text(), Loader=loader)
    for entry in index["files"]:
        if entry["api"] in apis:
            name: str = entry["file"]
            yield Payload(folder / name, name, entry["endpoint"], entry["direction"] == "sent")
