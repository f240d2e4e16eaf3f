"""`did you mean`, for what people mistype."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(written: str, allowed: Iterable[str]) -> str:
    """`; did you mean fps?`, or nothing where no allowed word is near."""
    near = get_close_matches(written.lower(), list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
