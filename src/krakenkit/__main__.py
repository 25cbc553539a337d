"""``python -m krakenkit`` is the ``krakenkit`` command."""

from __future__ import annotations

import sys

from krakenkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
