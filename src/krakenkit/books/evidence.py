"""What is kept of a book in case its check fails: the last snapshot and every message since, as they came."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field

from krakenkit._core.redaction import redact
from krakenkit.books.guard import BookGuard

MOST_FRAMES = 50_000
"""Frames kept of one book. A book that ran longer without a snapshot loses the oldest, and the evidence says so."""


@dataclass(slots=True)
class Evidence:
    """The frames of one book since its last snapshot."""

    frames: deque[bytes] = field(default_factory=lambda: deque[bytes](maxlen=MOST_FRAMES))
    lost: int = 0
    """Early frames that are missing because there were too many."""

    def note(self, payload: bytes, *, snapshot: bool) -> None:
        """Keep one frame; a snapshot makes the earlier ones needless."""
        if snapshot:
            self.frames.clear()
            self.lost = 0
        if len(self.frames) == MOST_FRAMES:
            self.lost += 1
        self.frames.append(payload)

    def case(self, guard: BookGuard, *, precision: tuple[int, int] | None) -> bytes:
        """Everything about a failed check, one JSON text a line; ``krakenkit replay`` reads it.

        The first line tells the checksums, the digits that were hashed and how many early frames are missing.
        """
        lines = [json.dumps({"evidence": _told(guard, self.lost)})]
        if precision is not None:
            lines.append(json.dumps(_instrument(guard.book.symbol, precision)))
        lines += [frame.decode("utf-8", "replace") for frame in self.frames]
        return "".join(f"{redact(line)}\n" for line in lines).encode()


def _told(guard: BookGuard, lost: int) -> dict[str, object]:
    digits = getattr(guard.book, "checksum_digits", None)
    asks, bids = digits() if digits is not None else (None, None)
    error = guard.error
    return {
        "symbol": guard.book.symbol,
        "reason": str(error) if error is not None else None,
        "checksum_expected": error.expected if error is not None else None,
        "checksum_computed": error.computed if error is not None else None,
        "ask_digits": asks,
        "bid_digits": bids,
        "verified_before": guard.verified,
        "frames_lost": lost,
    }


def _instrument(symbol: str, precision: tuple[int, int]) -> dict[str, object]:
    """The precisions as the instrument channel tells them, so that a replay needs nothing else."""
    price_places, qty_places = precision
    pair = {"symbol": symbol, "price_precision": price_places, "qty_precision": qty_places}
    return {"channel": "instrument", "type": "snapshot", "data": {"assets": [], "pairs": [pair]}}
