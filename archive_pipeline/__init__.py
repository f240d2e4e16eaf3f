"""A Dagster project that makes a video archive without metadata searchable, watchable and countable."""
