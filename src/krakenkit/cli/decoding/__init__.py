"""Recorded traffic read with the classes that the clients use, and told as plain data."""
