"""Signatures, and their verification beside them."""
