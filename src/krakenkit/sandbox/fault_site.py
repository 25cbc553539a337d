"""What faults can reach of a sandbox: its sockets, its names, its tokens and its mode."""

from __future__ import annotations

from krakenkit.errors import SettingsError
from krakenkit.sandbox.faults.fault import LineKind, Status, is_kind
from krakenkit.sandbox.faults.script import Script
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.stage import Stage


class FaultSite:
    """A stage as faults see it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def script(self) -> Script:
        """What is scripted."""
        return self._stage.venue.faults

    def lines(self, kind: LineKind) -> list[Line]:
        """The open sockets of this kind."""
        return [line for line in self._stage.server.lines if is_kind(kind, private=line.private)]

    def symbol(self, name: str) -> str:
        """A pair or contract in the spelling of its frames, whatever the spelling of its name.

        Raises:
            SettingsError: when there is none.
        """
        venue = self._stage.venue
        pair = venue.exchange.instruments.pair(name)
        traded = venue.futures.contract(name) if pair is None else pair
        if traded is None:
            raise SettingsError(f"The sandbox has no pair {name!r} and no such contract; try BTC/USD or PF_XBTUSD.")
        return traded.symbol

    def spoil_tokens(self) -> None:
        """Make every token stale."""
        self._stage.venue.tokens.spoil_all()

    def set_status(self, status: Status) -> None:
        """Put the exchange into another mode."""
        self._stage.venue.set_status(status)
