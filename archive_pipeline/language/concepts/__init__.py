"""Concepts: the phrases of a vocabulary file scored zero-shot against shots. Pure functions on arrays."""
