"""The payload corpus: real and documented traffic from public repositories; it is no part of this repository."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from krakenkit.wire.registry import request_for
from krakenkit.wire.request import Request

_ROOT = Path(__file__).resolve().parents[2]
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True)
class Payload:
    """One file that a REST endpoint is said to have answered."""

    folder: Path
    file: str
    endpoint: str
    method: str | None
    """Where the source tells it."""

    @property
    def body(self) -> bytes:
        return (self.folder / self.file).read_bytes()

    def kinds(self) -> list[type[Request[Any]]]:
        """The classes of its path; one where the source tells the method, or only one method fits."""
        path = re.sub(r":\w+", "value", self.endpoint)
        methods = [self.method] if self.method else _METHODS
        return [kind for method in methods if (kind := request_for(method, path)) is not None]


def corpus() -> Path | None:
    """The folder; None where it is not found."""
    named = os.environ.get("KRAKENKIT_PAYLOADS")
    folders = [Path(named)] if named else [parent / "shared" / "payloads" for parent in _ROOT.parents]
    return next((folder for folder in folders if (folder / "INDEX.yaml").exists()), None)


def rest_answers() -> list[Payload]:
    """Everything that was received from REST; empty where there is no corpus."""
    folder = corpus()
    if folder is None:
        return []
    index = yaml.load((folder / "INDEX.yaml").read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [
        Payload(folder, each["file"], each["endpoint"], _method(each.get("request")))
        for each in index["files"]
        if each["direction"] == "received" and each["api"].endswith("-rest")
    ]


def _method(request: str | None) -> str | None:
    found = re.match(r"(GET|POST|PUT|DELETE|PATCH) ", request or "")
    return found.group(1) if found else None
