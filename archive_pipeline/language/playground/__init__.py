"""One picture, one task: what the playground asks a model, and what it shows of the answer."""
