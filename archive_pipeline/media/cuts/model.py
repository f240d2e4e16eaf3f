"""What a cut is."""

import math
from dataclasses import dataclass
from typing import Literal

CutKind = Literal["hard", "gradual"]


@dataclass(frozen=True)
class Cut:
    """A change of picture: hard at one source frame, or gradual (dissolve, fade, wipe) over an interval."""

    kind: CutKind
    """`hard` or `gradual`."""

    start_s: float
    """Hard: time of the first frame of the new shot. Gradual: of the last frame that shows only the old one."""

    end_s: float
    """Hard: equal to `start_s`. Gradual: time of the first frame that shows only the new shot."""

    source_frame: int
    """Number of the source frame, from 0 in presentation order, at `start_s`. Never 0 for a hard cut."""

    score: float
    """Confidence, 0 to 1."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s)):
            raise ValueError(f"a cut needs finite times, not {self.start_s} to {self.end_s}")
        if self.kind == "hard" and self.start_s != self.end_s:
            raise ValueError(f"a hard cut is one instant, not {self.start_s} to {self.end_s}")
        if self.end_s < self.start_s:
            raise ValueError(f"a transition cannot end ({self.end_s}) before it starts ({self.start_s})")
        if self.source_frame < (1 if self.kind == "hard" else 0):
            raise ValueError(f"a {self.kind} cut at source frame {self.source_frame} is impossible")
        if not 0 <= self.score <= 1:
            raise ValueError(f"score {self.score} is not within 0 to 1")
