"""An environment for each peer, made on first use and kept; krakenkit itself runs in the one that runs this."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plan import KRAKENKIT

FOLDER = Path(__file__).parent / ".venvs"
_SECONDS = 600.0


@dataclass(frozen=True)
class Home:
    """Where a distribution is installed; ``version`` is empty when it could not be, and ``trouble`` says why."""

    python: Path
    version: str = ""
    trouble: str = ""


def prepare(distributions: Iterable[str], seconds: float = _SECONDS) -> dict[str, Home]:
    """The homes of these distributions, those that are missing made side by side."""
    names = list(dict.fromkeys(distributions))
    with ThreadPoolExecutor(max_workers=4) as pool:
        return dict(zip(names, pool.map(lambda name: _home(name, seconds), names), strict=True))


def _home(distribution: str, seconds: float) -> Home:
    if distribution == KRAKENKIT.distribution:
        return Home(Path(sys.executable), _version(Path(sys.executable), distribution))
    python = FOLDER / distribution / "bin" / "python"
    version = _version(python, distribution) if python.exists() else ""
    if version:
        return Home(python, version)
    sys.stderr.write(f"installing {distribution} in {python.parent.parent.name} (once)…\n")
    try:
        # One pip for all, and no compiling of modules that nobody will import: a third of the time.
        _run([sys.executable, "-m", "venv", "--without-pip", str(FOLDER / distribution)], seconds)
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
        _run([*pip, distribution], seconds)
    except (subprocess.SubprocessError, OSError) as error:
        return Home(python, trouble=f"could not be installed: {_last_words(error)}")
    return Home(python, _version(python, distribution))


def _version(python: Path, distribution: str) -> str:
    asked = f"import importlib.metadata as m; print(m.version({distribution!r}))"
    told = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _run(command: list[str], seconds: float) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds)


def _last_words(error: Exception) -> str:
    """The last line of what a command complained about."""
    said = getattr(error, "stderr", None)
    lines = [line for line in said.splitlines() if line.strip()] if isinstance(said, str) else []
    return lines[-1].strip()[:200] if lines else f"{type(error).__name__}"


if __name__ == "__main__":
    for name, home in prepare(sys.argv[1:]).items():
        sys.stderr.write(f"{name} {home.version or home.trouble}\n")
