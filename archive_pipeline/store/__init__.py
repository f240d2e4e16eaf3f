"""What is kept and how it is named: the lake and its schema, the catalogue, provenance, reviews, and what is read back
(pictures, vectors, words of shots). No stage, no model, no Dagster."""
