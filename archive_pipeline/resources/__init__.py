"""Dagster resources: the archive's stores, the encoder and the search index."""
