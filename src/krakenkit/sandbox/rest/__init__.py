"""Spot REST of the sandbox: the desk that reads and answers calls, and the endpoints by subject."""
