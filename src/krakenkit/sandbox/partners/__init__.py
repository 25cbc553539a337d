"""What partners of the exchange build on: Embed with its users, Ramp, Pay, and OAuth. State, and REST beside it."""
