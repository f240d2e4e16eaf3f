"""The pages and the REST API: one ASGI application that reads the archive and never writes to it."""
