"""What market a sandbox of the command line shows, how fast, and from which file it comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar

import click

from krakenkit.errors import SettingsError

if TYPE_CHECKING:
    from krakenkit.sandbox import Limits, Sandbox
    from krakenkit.sandbox.clock import Speed

C = TypeVar("C", bound=Callable[..., Any])


class MarketChoices(TypedDict):
    """The options of this module, as they were typed."""

    pairs: str | None
    speed: str | None
    replay: str | None
    loop: bool
    state: str | None


_OPTIONS: Final = (
    click.option(
        "--pairs", metavar="SYMBOL,…", help="Pairs and contracts that trade; all when left out, none for none."
    ),
    click.option("--speed", metavar="NUMBER|max", help="Exchange seconds in a second: 0 stands still, 1 is real time."),
    click.option(
        "--replay",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Show a recorded market: Spot v2 frames.",
    ),
    click.option("--loop", is_flag=True, help="Begin the replay again when it ends."),
    click.option(
        "--state",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Go on from this file where it exists, whatever seed, limits, pairs and replay say; saved again at the end.",
    ),
)


def market_options(command: C) -> C:
    """Let a command take the options of this module."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def sandbox_of(choices: MarketChoices, *, host: str, port: int, seed: int, limits: Limits) -> Sandbox:
    """The sandbox that is asked for: new, or from its file.

    Raises:
        SettingsError: for an option that cannot be read, a file that holds no sandbox, or one that cannot be written.
    """
    from krakenkit.sandbox import Sandbox  # what needs a server is loaded when it is asked for

    state, speed = choices["state"], speed_from(choices["speed"])
    if state is not None and Path(state).exists():
        return Sandbox.load(state, host=host, port=port, speed=speed)
    if state is not None and not Path(state).absolute().parent.is_dir():
        raise SettingsError(f"--state is {state}, where there is no folder; the sandbox could not be saved at the end.")
    return Sandbox(
        seed=seed,
        host=host,
        port=port,
        limits=limits,
        market=symbols_from(choices["pairs"]),
        speed=1 if speed is None else speed,
        replay=choices["replay"],
        replay_loops=choices["loop"],
    )


def symbols_from(text: str | None) -> bool | list[str]:
    """What ``--pairs`` means: all, none, or a list."""
    if text is None or text.strip().lower() == "all":
        return True
    symbols = [symbol.strip() for symbol in text.split(",") if symbol.strip()]
    return False if [symbol.lower() for symbol in symbols] in ([], ["none"]) else symbols


def speed_from(text: str | None) -> Speed | None:
    """What ``--speed`` means; None when it was left out.

    Raises:
        SettingsError: for anything that is no number.
    """
    if text is None:
        return None
    if text == "max":
        return "max"
    try:
        return float(text)
    except ValueError:
        raise SettingsError(f'--speed is {text!r}; give a number such as 0, 1 or 60, or "max".') from None
