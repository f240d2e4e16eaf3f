"""What a model is asked to answer, for each task that is not a shot's description."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.language.descriptions.schema import Corners
from archive_pipeline.language.vlm.words import LanguageCode, first_of, words

_MOST_THINGS = 50


class Thing(BaseModel):
    """Something that was found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: words(80)  # type: ignore[valid-type]
    action: words(160)  # type: ignore[valid-type]
    bbox_2d: Corners


class Line(BaseModel):
    """A line of writing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: words(400)  # type: ignore[valid-type]
    bbox_2d: Corners


class Detection(BaseModel):
    """The answer to: which things are where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    objects: Annotated[list[Thing], first_of(_MOST_THINGS), Field(json_schema_extra={"maxItems": _MOST_THINGS})]


class Writing(BaseModel):
    """The answer to: what can be read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lines: Annotated[list[Line], first_of(_MOST_THINGS), Field(json_schema_extra={"maxItems": _MOST_THINGS})]
    language: LanguageCode


class FreeAnswer(BaseModel):
    """The answer to whatever was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: words(4000)  # type: ignore[valid-type]
