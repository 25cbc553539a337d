"""The proof that private requests carry: at hand, asked for, due again, or refused. Moments on the machine's clock."""

from __future__ import annotations

from dataclasses import dataclass

_FRESH = 0.8
"""A token is replaced when this part of its life is over."""


@dataclass(slots=True)
class TokenDesk:
    """The token of one line."""

    timeout: float
    """How long a question for a token may go unanswered."""
    token: str | None = None
    due: float | None = None
    """When to ask for the next one."""
    asked_at: float | None = None
    failures: int = 0
    """Questions in a row that brought none."""
    refusals: int = 0
    """Tokens in a row that the exchange did not accept."""
    proven: bool = False
    """Whether the exchange has accepted this one."""

    def asked(self, now: float) -> None:
        """A token is asked for."""
        self.asked_at = now
        self.due = None

    def given(self, token: str, now: float, *, lifetime: float) -> None:
        """A fresh token is here."""
        self.asked_at = None
        self.failures = 0
        self.token = token
        self.due = now + lifetime * _FRESH

    def failed(self, now: float, *, delay: float) -> None:
        """None could be had; ask again after the delay."""
        self.asked_at = None
        self.failures += 1
        self.due = now + delay

    def accepted(self) -> bool:
        """The exchange accepted the token; True when that is news."""
        self.refusals = 0
        news, self.proven = not self.proven, True
        return news

    def refused(self) -> int:
        """The exchange did not accept the token; how many in a row that makes."""
        self.refusals += 1
        self.token = None
        self.proven = False
        return self.refusals

    def forget(self) -> None:
        """The line is gone, and its token with it."""
        self.token = self.due = self.asked_at = None
        self.proven = False

    def wanted(self, now: float) -> bool:
        """Whether to ask now; a question that got no answer in time counts as failed."""
        if self.asked_at is not None and now >= self.asked_at + self.timeout:
            self.asked_at = None
            self.due = now
        return self.due is not None and now >= self.due

    @property
    def deadline(self) -> float | None:
        """When something is due or overdue."""
        return self.asked_at + self.timeout if self.asked_at is not None else self.due
