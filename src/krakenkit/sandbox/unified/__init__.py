"""The Unified WebSocket of the sandbox: contracts over the derivatives engine, in the manner of Spot v2."""
