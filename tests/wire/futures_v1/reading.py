"""Short hands for reading frames of the Futures WebSocket v1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from krakenkit.protocol.family import Batch
from krakenkit.protocol.futures_v1_data import read_data


def batch(frame: str | dict[str, Any]) -> Batch:
    """What a data frame tells."""
    text = frame if isinstance(frame, str) else json.dumps(frame)
    read = read_data(text.encode())
    assert read is not None
    return read


def rows(frame: str | dict[str, Any]) -> Sequence[Any]:
    return batch(frame).rows


def row(frame: str | dict[str, Any]) -> Any:
    """The only row of a frame."""
    (one,) = rows(frame)
    return one
