"""What a model is asked to say of a shot; the field descriptions are part of the JSON schema that it gets."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from archive_pipeline.language.descriptions.parts import MOST_PARTS
from archive_pipeline.language.vlm.words import LanguageCode, first_of, words

_MOST_OBJECTS = 20

Corner = Annotated[float, Field(allow_inf_nan=False), WithJsonSchema({"type": "integer"})]
Corners = Annotated[
    list[Corner] | None,
    Field(min_length=4, max_length=4, description="[x1, y1, x2, y2] in the picture that the question names"),
]


class SeenObject(BaseModel):
    """A person, animal or thing that can be seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: words(80)  # type: ignore[valid-type]
    action: words(160)  # type: ignore[valid-type]
    bbox_2d: Corners  # the name under which Qwen's models were taught boxes


class SeenRegion(SeenObject):
    """The same with what its box shows."""

    description: words(400)  # type: ignore[valid-type]


class SeenPart(BaseModel):
    """What a part shows that the question names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(description="of the part, as the question lists it")
    description: words(400)  # type: ignore[valid-type]


class ShotDescription(BaseModel):
    """The answer for one shot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: words(120)  # type: ignore[valid-type]
    description: words(1500)  # type: ignore[valid-type]
    objects: Annotated[list[SeenObject], first_of(_MOST_OBJECTS), Field(json_schema_extra={"maxItems": _MOST_OBJECTS})]
    setting: words(160)  # type: ignore[valid-type]
    people_count: int = Field(ge=0, le=1_000_000)
    visible_text: words(1500)  # type: ignore[valid-type]
    language: LanguageCode


class RegionDescription(ShotDescription):
    """The answer for one shot where its boxed parts are to be described as well."""

    objects: Annotated[  # type: ignore[assignment]
        list[SeenRegion], first_of(_MOST_OBJECTS), Field(json_schema_extra={"maxItems": _MOST_OBJECTS})
    ]


class PartsDescription(RegionDescription):
    """The same where a detector found parts that are to be described, too."""

    parts: Annotated[list[SeenPart], first_of(MOST_PARTS), Field(json_schema_extra={"maxItems": MOST_PARTS})]
