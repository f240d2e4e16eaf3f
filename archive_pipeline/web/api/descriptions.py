"""What a model says of shots, scenes and programmes, as JSON. To be escaped where it is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field


class BoxOut(BaseModel):
    """Fractions of the picture, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class ObjectOut(BaseModel):
    label: str
    action: str
    box: BoxOut | None = Field(description="Where it is in the picture at box_frame_s; null where no box is known")


class RegionOut(BaseModel):
    """What one part of the picture shows, in a sentence."""

    label: str
    description: str
    faithfulness: float | None = Field(description="Cosine of the sentence and that part; null where it was not chosen")
    box: BoxOut = Field(description="Where it is in the picture at box_frame_s")


class FoundOut(BaseModel):
    """What a detector found in the keyframe of a shot."""

    label: str = Field(description="One of the detector's own")
    score: float = Field(description="How sure the detector is; of two detectors they do not compare")
    detector: str
    box: BoxOut = Field(description="Where it is in the picture at found_s")
    found_s: float


class TextOut(BaseModel):
    """A line of letters in the picture, as it was read."""

    text: str
    kind: str = Field(description="lower_third, title, credit, slate, timecode or other")
    start_s: float
    end_s: float
    confidence: float
    box: BoxOut = Field(description="Where it is in the picture at read_s")
    read_s: float


class DescriptionOut(BaseModel):
    """Of a shot, by a vision-language model: it may be wrong."""

    status: str = Field(description="ok; else refused, cut_off, invalid or no_picture, and `reason` says why")
    reason: str | None
    title: str | None
    description: str | None
    objects: list[ObjectOut]
    regions: list[RegionOut] = Field(description="Where the collection asks for them; empty without")
    setting: str | None
    people_count: int | None
    visible_text: str | None
    language: str | None
    faithfulness: float | None = Field(description="Cosine of the description and the shot")
    box_frame_s: float | None
    model: str | None
    prompt_version: str


class SummaryOut(BaseModel):
    """Of a scene or programme, by a language model from the descriptions of its shots."""

    status: str
    reason: str | None
    title: str | None
    summary: str | None
    language: str | None
    model: str | None


def description(row: Mapping[str, Any] | None) -> DescriptionOut | None:
    """A row of the table `descriptions`."""
    if row is None:
        return None
    return DescriptionOut(
        **{
            name: row[name]
            for name in DescriptionOut.model_fields
            if name not in ("objects", "regions", "faithfulness")
        },
        objects=[_object(seen) for seen in row["objects"] or ()],
        regions=[_region(one) for one in row["regions"] or ()],
        faithfulness=_rounded(row["faithfulness"]),
    )


def summary(row: Mapping[str, Any] | None) -> SummaryOut | None:
    """A row of the table `summaries`."""
    return None if row is None else SummaryOut(**{name: row[name] for name in SummaryOut.model_fields})


_CORNERS = ("x0", "y0", "x1", "y1")


def visible_text(row: Mapping[str, Any]) -> TextOut:
    """A row of the table `visible_texts`."""
    return TextOut(
        text=row["text"],
        kind=row["kind"],
        start_s=row["pts_s"],
        end_s=row["end_s"],
        confidence=round(row["confidence"], 4),
        box=_boxed(row, _CORNERS),
        read_s=row["read_s"],
    )


def found(row: Mapping[str, Any]) -> FoundOut:
    """A row of the table `detections`."""
    return FoundOut(
        label=row["label"],
        score=round(row["score"], 4),
        detector=row["detector"],
        box=_boxed(row, _CORNERS),
        found_s=row["pts_s"],
    )


def _region(row: Mapping[str, Any]) -> RegionOut:
    return RegionOut(
        label=row["label"],
        description=row["description"],
        faithfulness=_rounded(row["faithfulness"]),
        box=_boxed(row),
    )


def _rounded(faithfulness: float | None) -> float | None:
    return None if faithfulness is None else round(faithfulness, 4)


def _object(seen: Mapping[str, Any]) -> ObjectOut:
    return ObjectOut(label=seen["label"], action=seen["action"], box=None if seen["left"] is None else _boxed(seen))


def _boxed(row: Mapping[str, Any], columns: Sequence[str] = tuple(BoxOut.model_fields)) -> BoxOut:
    """From the columns of its left, top, right and bottom."""
    return BoxOut(**{side: round(row[column], 4) for side, column in zip(BoxOut.model_fields, columns, strict=True)})
