"""Whether a line is alive: when it was heard, when it was asked, and how long an answer may take."""

from __future__ import annotations

from dataclasses import dataclass

from krakenkit.protocol.dialect import Timing


@dataclass(slots=True)
class Pulse:
    """The signs of life of one line; moments on the machine's clock."""

    timing: Timing
    heard_at: float = 0.0
    pinged_at: float = 0.0
    unanswered_since: float | None = None

    def begin(self, now: float) -> None:
        """A new line is up."""
        self.heard_at = self.pinged_at = now
        self.unanswered_since = None

    def heard(self, now: float) -> None:
        """A frame came in, of whatever kind."""
        self.heard_at = now
        self.unanswered_since = None

    def pinged(self, now: float) -> None:
        """A ping goes out."""
        self.pinged_at = self.unanswered_since = now

    def deadline(self, *, speaking: bool) -> float:
        """When the next ping is due, or the last one has gone unanswered for too long.

        ``speaking`` says that the exchange has something to send, so that silence is asked about sooner.
        """
        if self.unanswered_since is not None:
            return self.unanswered_since + self.timing.pong_timeout
        regular = self.pinged_at + self.timing.ping_interval
        if speaking:
            return min(regular, max(self.heard_at, self.pinged_at) + self.timing.silence)
        return regular
