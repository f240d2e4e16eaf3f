"""A true vLLM server on the CPU, with a model of two layers: what its API really answers. `.ci/run` installs it."""
