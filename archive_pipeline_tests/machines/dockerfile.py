"""The image's steps, as its tests read them."""

import re
from pathlib import Path

_DOCKERFILE = Path(__file__).parents[2] / "deploy" / "Dockerfile"


def steps() -> list[tuple[str, str]]:
    """Each instruction with what it says, in one line."""
    text = re.sub(r"\\\n\s*", "", _DOCKERFILE.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]
