"""Which subscriptions have gone quiet although their line lives. Arithmetic on ``now``; acting is left to the shell.

Each topic's own rhythm is learned: the pause between its messages, smoothed. A topic that is quiet for many times its
rhythm is due for a check, which renews that one subscription. If the fresh subscription stays quiet too, the market is
simply quiet, and the patience doubles.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from krakenkit.wire.channel import Identity, Topic


@dataclass(frozen=True, slots=True)
class Patience:
    """When quiet is too quiet; times in seconds."""

    least: float = 30.0
    """No topic is checked before it was quiet this long."""
    most: float = 600.0
    pauses: float = 25.0
    """How many of its usual pauses a topic may be quiet for."""


@dataclass(slots=True)
class Pulse:
    """What is known of one topic's rhythm."""

    topic: Topic
    heard_at: float
    pause: float | None = None
    """The usual pause between messages, smoothed; None before two of them."""
    checks: int = 0
    """Checks in a row that brought nothing but the snapshot."""


@dataclass(slots=True)
class Pulses:
    """The rhythms of one connection's topics."""

    patience: Patience = field(default_factory=Patience)
    pulses: dict[Identity, Pulse] = field(default_factory=dict[Identity, Pulse])

    def follow(self, topic: Topic, now: float) -> None:
        """Watch a topic from its confirmation on."""
        pulse = self.pulses.get(topic.identity)
        if pulse is None:
            self.pulses[topic.identity] = Pulse(topic, now)
        else:
            pulse.heard_at = now

    def forget(self, topic: Topic) -> None:
        """Watch it no more: it ended, or its line dropped."""
        self.pulses.pop(topic.identity, None)

    def beat(self, topic: Topic, now: float, *, snapshot: bool = False) -> None:
        """A message of the topic came; a snapshot tells nothing of its rhythm."""
        pulse = self.pulses.get(topic.identity)
        if pulse is None:
            return
        if not snapshot:
            pause = now - pulse.heard_at
            pulse.pause = pause if pulse.pause is None else 0.9 * pulse.pause + 0.1 * pause
            pulse.checks = 0
        pulse.heard_at = now

    def limit(self, pulse: Pulse) -> float:
        """How long this topic may be quiet."""
        usual = self.patience.least if pulse.pause is None else pulse.pause * self.patience.pauses
        return min(max(usual, self.patience.least) * 2.0 ** min(pulse.checks, 63), self.patience.most)

    def quiet(self, now: float) -> list[tuple[Topic, float]]:
        """The topics to check now, with the seconds they were quiet; each counts as checked from here on."""
        found: list[tuple[Topic, float]] = []
        for pulse in self.pulses.values():
            silent = now - pulse.heard_at
            if silent >= self.limit(pulse):
                found.append((pulse.topic, silent))
                pulse.checks += 1
                pulse.heard_at = now
        return found
