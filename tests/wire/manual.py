"""The exchange's catalogues, where they lie beside the checkout; they are no part of this repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from books.book_data import shared

LEFT_OUT = frozenset({"spot.staking", "embed_v1", "custody_v0"})
"""Groups that are dead or cannot be proven; reachable by ``client.request``."""


def manual(name: str) -> Any:
    """One of the catalogues; skips the test where it is not found."""
    return _read(shared(f"api/{name}"))


@cache
def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(), Loader=loader)


def catalogue() -> dict[str, dict[str, Any]]:
    """Every endpoint that this library must have, by id; the legacy list of Futures is not among them."""
    spot: list[dict[str, Any]] = manual("spot-rest.yaml")
    futures: list[dict[str, Any]] = manual("futures-rest.yaml")["endpoints"]
    return {each["id"]: each for each in [*spot, *futures] if each["group"] not in LEFT_OUT}
