"""What the API answers about findings. All texts in them were written by a model or by people: escape them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.store.reviews import MOST_NOTE, MOST_REVIEWER, State


class QuoteOut(BaseModel):
    words: str
    said: bool = Field(description="Whether they are in the transcript")
    start_s: float | None = Field(description="When the segment begins in which they are said")


class Opinion(BaseModel):
    """What one model, asked once, answers to one question about a shot."""

    flag: bool | None
    score: float | None
    choice: str | None
    text: str | None
    raised: bool | None = Field(description="Whether a person should look; null for choices and texts")
    justification: str | None
    quotes: list[QuoteOut]
    frames_s: list[float] = Field(description="Times of the pictures that it rests on")
    is_supported: bool | None = Field(description="False: words are quoted that nobody said, or nothing is named")
    model: str | None


class FindingOut(Opinion):
    """The answer to one question about a shot, and the second one where two were asked for."""

    question: str
    policy_version: int
    answer_type: str = Field(description="flag, score, choice or text")
    second: Opinion | None = Field(description="Of another model, or of the same one again; null: none was asked")
    n_asked: int = Field(description="Answers that there are: 1 or 2")
    n_raised: int | None = Field(description="How many of them raise it; null for choices and texts")
    review_state: str = Field(description="open, confirmed, dismissed or unsure")
    review_note: str | None
    reviewer: str | None
    reviewed_at: datetime | None = Field(description="When, once it is published")


class JudgedShot(BaseModel):
    """A shot under one policy."""

    video_id: str
    shot_id: str
    shot: int
    policy: str
    start_s: float
    end_s: float
    start_timecode: str
    keyframe_s: float = Field(description="Time of its most typical picture")
    still: str = Field(description="Address of the keyframe, a JPEG")
    page: str = Field(description="Address of the shot's page")
    findings: list[FindingOut]


class Findings(BaseModel):
    shots: list[JudgedShot]
    total: int = Field(description="Shots that fit, all pages together")


class ReviewIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shot_id: str = Field(max_length=40)
    policy: str = Field(max_length=64)
    question: str = Field(max_length=64)
    state: State
    note: str = Field("", max_length=MOST_NOTE)
    reviewer: str = Field("", max_length=MOST_REVIEWER)


class ReviewOut(ReviewIn):
    video_id: str
