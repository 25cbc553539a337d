"""Where the shared vectors and captures lie, for the tests that play them; they are no part of this repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def shared(name: str) -> Path:
    """A file or folder of the shared material; skips the test where it is not found."""
    named = os.environ.get("KRAKENKIT_SHARED")
    folders = [Path(named)] if named else [parent / "shared" for parent in _ROOT.parents]
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"no shared/{name} beside the checkout; KRAKENKIT_SHARED can name the folder")


def captures(folder: str) -> list[Path]:
    """The ``.jsonl`` files of a folder of the payload corpus; skips the test where there is no corpus."""
    named = os.environ.get("KRAKENKIT_PAYLOADS")
    place = Path(named) / folder if named else shared(f"payloads/{folder}")
    files = sorted(place.glob("*.jsonl"))
    if not files:
        pytest.skip(f"no captures in {place}")
    return files
