"""Spot WebSocket v2: channels and what they deliver, trading commands and what answers them."""
