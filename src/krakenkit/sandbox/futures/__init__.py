"""Futures of the sandbox: its REST, its WebSocket v1, its keys, and the venue that all of them share."""
