"""Decisions without I/O: a REST call's life, a connection's life, subscriptions, pending replies."""
