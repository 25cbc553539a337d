"""The Unified WebSocket: channels and what they deliver, trading commands and what answers them.

It replaces the Futures sockets on 1 March 2027. Request parameters are documented; what most channels send is not, so their
rows are open ones (:mod:`krakenkit.wire.open_row`): typed where names are known or expected from Spot v2, and nothing is lost.
"""
