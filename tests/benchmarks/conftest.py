"""The benchmarks are a package beside ``src``; they are run from the root of the repository, and so are imported from it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
