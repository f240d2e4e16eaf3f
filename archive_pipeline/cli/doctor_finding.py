"""What `doctor` finds."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do unless it is ok."""

    what: str
    verdict: Verdict
    detail: str
    fix: str = ""
