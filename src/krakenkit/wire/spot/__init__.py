"""Spot REST: one module per group of the catalogue."""
