"""The examples run, against a sandbox, as a newcomer would start them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *command], capture_output=True, text=True, timeout=60, cwd=EXAMPLES, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("live_book.py", "--sandbox", "--updates", "5"), "spread"),
        (("lost_answer.py",), "the order is there: O"),
        (("order_over_socket.py",), "filled filled"),
    ],
)
def test_the_example_does_what_it_says(command: tuple[str, ...], words: str) -> None:
    assert words in run(*command)
