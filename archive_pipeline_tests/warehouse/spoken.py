"""Words said in videos that never existed."""

import numpy as np
from numpy.typing import NDArray

LINES = ("Good evening.", "The water is rising in the valley.", "Nobody was hurt.", "And now the weather.")


def transcript_columns(
    starts_s: NDArray[np.float64], ends_s: NDArray[np.float64], seed: int
) -> dict[str, list[object]]:
    """Columns of `transcripts` without the video: a line that begins in each shot and goes on into the next; every
    fifth video has no words."""
    if seed % 5 == 4:
        none: dict[str, list[object]] = {name: [None] for name in ("start_s", "end_s", "speaker", "text", "language")}
        return none | {"segment": [0], "source": ["none"], "origin": [None], "note": ["no_audio: silent"]}
    n = len(starts_s)
    return {
        "segment": list(range(n)),
        "start_s": list(starts_s),
        "end_s": list(np.minimum(ends_s + 1, ends_s[-1])),
        "speaker": ["ANA" if number % 2 else None for number in range(n)],
        "text": [LINES[number % len(LINES)] for number in range(n)],
        "language": ["en"] * n,
        "source": ["sidecar"] * n,
        "origin": ["tape.en.srt"] * n,
        "note": [None] * n,
    }
