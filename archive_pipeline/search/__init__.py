"""Query → ranked shots: the vector index (Qdrant, embedded or a server) behind one small protocol."""
