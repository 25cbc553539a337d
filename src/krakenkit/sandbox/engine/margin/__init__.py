"""Spot on margin: what may be borrowed, the positions that come of it, and what happens when the margin runs out."""
