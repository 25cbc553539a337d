"""Spot WebSocket v1: channels and what they deliver, trading commands and what answers them."""
