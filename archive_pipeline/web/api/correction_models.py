"""What the API answers and takes about corrections. All texts in them were written by people: escape them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.store.corrections import MOST, MOST_BY
from archive_pipeline.store.corrections import Field as Corrigible
from archive_pipeline.store.placed_corrections import State


class CorrectionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    video_id: str = Field(max_length=5000)
    field: Corrigible = Field(description="title, description, text, speaker, class_name or boundary")
    target: str = Field(
        max_length=40, description="Id of the shot, number of the segment or class, or moment in seconds"
    )
    value: str = Field(
        max_length=2 * max(MOST.values()),
        description="What is right, of a boundary `here` or `none`; empty takes it back",
    )
    by: str = Field("", max_length=MOST_BY, description="Who says so")


class TakenBack(BaseModel):
    model_config = ConfigDict(extra="forbid")

    video_id: str = Field(max_length=5000)
    correction: str = Field(max_length=40, description="Its id")
    by: str = Field("", max_length=MOST_BY, description="Who says so")


class CorrectionOut(BaseModel):
    """Written by a person: to be escaped where it is shown."""

    correction: str
    field: Corrigible
    value: str
    corrected_by: str
    corrected_at: datetime
    start_s: float = Field(description="Of what was corrected, at that time")
    end_s: float
    state: State = Field(
        description="kept or moved: it counts; lost: nothing holds its time any more, or the file has another content; "
        "superseded by a later one; withdrawn: it takes back"
    )
    shot_id: str | None
    segment: int | None
    semantic_class: int | None = Field(serialization_alias="class")


class SegmentOut(BaseModel):
    """What is said, as it counts; `machine_…` is what the transcript has where a person put that right."""

    segment: int
    start_s: float
    end_s: float
    text: str
    speaker: str | None
    language: str | None
    machine_text: str
    machine_speaker: str | None
    corrected: list[CorrectionOut]


def correction_out(row: Mapping[str, Any]) -> CorrectionOut:
    """A row of `placed_corrections`."""
    return CorrectionOut(
        **{name: row[name] for name in CorrectionOut.model_fields if name != "semantic_class"},
        semantic_class=row["class"],
    )
