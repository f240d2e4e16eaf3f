"""Between answers and the table `descriptions`."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from archive_pipeline.language.descriptions.answers import Answer, Row
from archive_pipeline.store.schema import table

_SAID = ("title", "description", "objects", "regions", "setting", "people_count", "visible_text", "language")
"""The columns that a candidate fills; null where nothing was said."""

_OWN = ("video_id", "shot_id", "faithfulness", "asked", *_SAID)


def described_rows(
    shot_ids: Sequence[str],
    answers: Sequence[Answer],
    chosen: Sequence[tuple[Row, float | None] | None],
    asked: Mapping[str, str],
) -> pl.DataFrame:
    """The table without its column video_id: one row a shot, in this order. `asked`: by shot_id."""
    rows: list[dict[str, Any]] = []
    for shot_id, answer, kept in zip(shot_ids, answers, chosen, strict=True):
        said, faithfulness = kept if kept else (dict.fromkeys(_SAID), None)
        rows.append({"shot_id": shot_id, **answer.row, **said, "faithfulness": faithfulness, "asked": asked[shot_id]})
    return pl.DataFrame(rows, schema=table("descriptions").unowned_schema)


def kept_answers(stored: pl.DataFrame, asked: Mapping[str, str]) -> dict[str, Answer]:
    """The answers in a table that was written before, by shot_id: those to what is `asked` of that shot now. Of what
    had no picture nothing was asked."""
    return {
        row["shot_id"]: Answer(
            {name: value for name, value in row.items() if name not in _OWN},
            [{name: row[name] for name in _SAID}] if row["status"] == "ok" else [],
        )
        for row in stored.iter_rows(named=True)
        if asked.get(row["shot_id"]) == row["asked"] and row["status"] != "no_picture"
    }
