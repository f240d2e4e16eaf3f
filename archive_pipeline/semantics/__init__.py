"""Classes, scenes and shots of one video: pure functions on arrays."""
