"""The REST API, documented at /api/docs."""
