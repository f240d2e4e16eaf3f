"""Words said in videos that never existed, and what a model finds in them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.rows import Judged, Row, finding_rows, rows_of
from archive_pipeline.language.findings.schema import answer_schema
from archive_pipeline.language.transcripts.script import Line, Said
from archive_pipeline.language.vlm import Reply

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


def finding_columns(shot_ids: list[str], starts_s: NDArray[np.float64], every: int = 3) -> dict[str, object]:
    """Columns of `findings` without the video: a flag and a score for each shot, one flag of `every` raised."""
    judged = Judged(_POLICY, Said((), (), ()), (0.0,), "judge.en 1")
    rows: list[Row] = []
    for number, (shot_id, start_s) in enumerate(zip(shot_ids, starts_s, strict=True)):
        said = Said((), (Line(start_s, start_s + 1, None, "He is a fool."),), ())
        theme = ("sport", "politics")[number % 2]
        answer = {"sexism": number % every == 0, "insult": (number % 10) / 10, "theme": theme}
        evidence = [{"question": "sexism", "justification": "A jibe.", "words": ["a fool"], "frames": []}]
        value = answer_schema(_POLICY, words=True).model_validate({**answer, "evidence": evidence[: answer["sexism"]]})
        reply = Reply("", "ok", (value,), "", None, "tests", 100, 20, 0.5)
        rows += [{**row, "shot_id": shot_id, "asked": "f"} for row in rows_of(replace(judged, said=said), reply)]
    return finding_rows(rows).to_dict(as_series=True)


_POLICY = Policy.model_validate(
    {
        "name": "intolerance",
        "title": "Intolerance",
        "version": 1,
        "instructions": "Judge.",
        "questions": {
            "sexism": {"label": "Sexism", "answer": "flag", "instructions": "is there any?"},
            "insult": {"label": "Insult", "answer": "score", "instructions": "how much?"},
            "theme": {
                "label": "Theme",
                "answer": "choice",
                "instructions": "which?",
                "choices": {"sport": "Sport", "politics": "Politics"},
            },
        },
    }
)
