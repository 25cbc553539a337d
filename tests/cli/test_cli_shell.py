"""The command as a whole: help, exit codes, and what it costs to start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import krakenkit
from cli.cli_helpers import run
from krakenkit.cli import main
from krakenkit.cli.app import COMMANDS
from krakenkit.errors import OrderRefused


def python(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, env=os.environ | (env or {})
    )


def test_help_lists_every_command_and_goes_to_stdout() -> None:
    ran = run("--help")

    assert ran.code == 0
    assert ran.err == ""
    for name in COMMANDS:
        assert f"\n  {name} " in ran.out


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_that_is_listed_exists_and_explains_itself(name: str) -> None:
    ran = run(name, "--help")

    assert ran.code == 0
    assert ran.out.startswith(f"Usage: app {name}")


def test_the_version_is_the_librarys() -> None:
    assert run("--version").out == f"krakenkit, version {krakenkit.__version__}\n"


def test_an_unknown_command_or_option_is_misuse() -> None:
    assert run("endpoint").code == 2
    assert run("endpoints", "--jsn").code == 2


def test_main_returns_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert main(["stream", "tickr"]) == 2
    assert "Did you mean 'ticker'?" in capsys.readouterr().err


def test_ctrl_c_ends_it_quietly_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("krakenkit.cli.catalogue.endpoints", interrupted)

    assert main(["endpoints"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_refusal_is_one_sentence_on_stderr_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OrderRefused("POST /0/private/AddOrder was refused.", codes=["EOrder:Insufficient funds"])

    monkeypatch.setattr("krakenkit.cli.catalogue.endpoints", refused)

    assert run("endpoints") == (1, "", "krakenkit: POST /0/private/AddOrder was refused.\n")


def test_without_click_one_sentence_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("krakenkit.cli.find_spec", lambda name: None if name == "click" else object())

    assert main(["endpoints"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "The krakenkit command needs click: install it with pip install 'krakenkit[cli]'.\n"


def test_python_m_krakenkit_is_the_same_command() -> None:
    ran = python("-m", "krakenkit", "--version")

    assert (ran.returncode, ran.stdout) == (0, f"krakenkit, version {krakenkit.__version__}\n")


def test_help_loads_neither_the_clients_nor_rich() -> None:
    code = "import sys; from krakenkit.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"

    loaded = python("-c", code).stderr

    assert "'krakenkit.cli.app'" in loaded
    for heavy in ("asyncio", "msgspec", "pyreqwest", "picows", "rich.console", "krakenkit.wire.registry"):
        assert f"'{heavy}'" not in loaded, heavy


def test_a_pipe_that_closes_early_is_no_traceback(tmp_path: Path) -> None:
    script = f"{sys.executable} -m krakenkit endpoints --json | head -c 20"

    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, cwd=tmp_path)

    assert "Traceback" not in ran.stderr
