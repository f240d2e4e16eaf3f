"""What a model says of videos that never existed."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.language.descriptions.answers import Answer, answer_from
from archive_pipeline.language.descriptions.model import SentPictures
from archive_pipeline.language.descriptions.rows import described_rows
from archive_pipeline.language.descriptions.schema import SeenObject, ShotDescription
from archive_pipeline.language.descriptions.summary import Summary
from archive_pipeline.language.vlm import Reply

_MODEL = "Qwen/Qwen2.5-VL-7B-Instruct"


def description_rows(shot_ids: Sequence[str], starts_s: NDArray[np.float64]) -> pl.DataFrame:
    """`descriptions` without the video: every fourth shot is refused, the others show a boat and someone."""
    answers = [_answer(number % 4) for number in range(len(shot_ids))]
    chosen = [(one.candidates[0], 0.2 + 0.01 * (n % 50)) if one.candidates else None for n, one in enumerate(answers)]
    rows = described_rows(shot_ids, answers, chosen, dict.fromkeys(shot_ids, "asked"))
    return rows.with_columns(box_frame_s=pl.Series(starts_s), frames_s=pl.Series([[start_s] for start_s in starts_s]))


@cache
def _answer(kind: int) -> Answer:
    pictures = SentPictures((), (0.0,), (280, 140), 0)
    boat = SeenObject(label=("boat", "Boat")[kind % 2], action="sails", bbox_2d=[14, 14, 140, 70])
    said = ShotDescription(
        title="A boat",
        description="A boat sails <b>slowly</b>.",
        objects=[boat, SeenObject(label="person", action="", bbox_2d=None)],
        setting="sea",
        people_count=1,
        visible_text="",
        language="en",
    )
    values, reason = ((said,), None) if kind < 3 else ((), "HTTP 400: no")
    reply = Reply("", "ok" if values else "refused", values, "", reason, _MODEL, 900, 80, 1.5)
    return answer_from(reply, pictures, "pixels", "describe.en 1")


def summary_columns(scenes: Sequence[int]) -> dict[str, list[object]]:
    """Columns of `summaries` without the video."""
    told = asdict(Summary("ok", None, "A day", "Boats sail.", "en", 1, _MODEL, 300, 40, 1.0))
    numbers = [*dict.fromkeys(scenes), None]
    more = {"prompt_version": "summarize.en 1", "asked": "asked", "n_shots": 3}
    return {"scene": numbers, **{name: [value] * len(numbers) for name, value in {**told, **more}.items()}}
