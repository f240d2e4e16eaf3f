"""Vectors in two dimensions, for maps: deterministic, and kept once made."""
