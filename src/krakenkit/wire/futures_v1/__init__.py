"""The Futures WebSocket v1: feeds and what they deliver. It is switched off on 1 March 2027; Unified takes its place."""
