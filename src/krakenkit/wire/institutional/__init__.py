"""Institutional REST: trading over the counter, custody and Prime."""
