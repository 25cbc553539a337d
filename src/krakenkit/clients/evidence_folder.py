"""Where the evidence of failed book checks is written."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger("krakenkit.streams")


class EvidenceFolder:
    """Writes one file for each failed check, for ``krakenkit replay`` and for a report."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def write(self, symbol: str, case: bytes) -> Path | None:
        """The file that was written; None when that failed, which is logged: a full disk must not stop a stream."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        path = self.folder / f"{re.sub(r'[^A-Za-z0-9]+', '-', symbol)}-{moment}.jsonl"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(case)
        except OSError:
            log.exception("the evidence of a failed check of %s could not be written", symbol)
            return None
        log.warning("the check of %s failed; the evidence is in %s", symbol, path)
        return path
