"""Spot WebSocket v2 of the sandbox, level 3 among it."""
