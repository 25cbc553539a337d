"""The ``krakenkit`` command (extra ``cli``). Commands return data; ``render.py`` makes tables or JSON of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

NEEDED = ("click", "rich")
INTERRUPTED = 130
"""What a shell calls a program that Ctrl-C ended: 128 and the signal's number."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, else with the program's own; the exit code.

    0 done, 1 refused or failed, 2 misuse, 130 ended by Ctrl-C.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        print(
            f"The krakenkit command needs {' and '.join(missing)}: install it with pip install 'krakenkit[cli]'.",
            file=sys.stderr,
        )
        return 2
    try:
        from krakenkit.cli.app import app

        app.main(args=None if arguments is None else list(arguments), prog_name="krakenkit")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
