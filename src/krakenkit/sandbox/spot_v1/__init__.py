"""Spot WebSocket v1 of the sandbox."""
