"""What the API answers about photos and their groups, as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field

from archive_pipeline.store.group_names import MOST_NAME, MOST_NAMED_BY
from archive_pipeline.web.api.descriptions import DescriptionOut, FoundOut, TextOut
from archive_pipeline.web.photos.sidecars import LONGEST_KEYWORD, MOST_KEYWORDS

MOST_SELECTED = 10_000


class GroupOut(BaseModel):
    group_id: str
    parent: str | None = Field(description="The group that it is a part of; null on top")
    level: int = Field(description="0 on top, finer below")
    name: dict[str, str] = Field(description="What people read, by language (en, es)")
    named_by: str = Field(description="machine or person")
    n_photos: int = Field(description="Photos in it; of a collection of videos, shots")
    photo_id: str = Field(description="The photo, or shot, that stands for it")
    still: str = Field(description="Address of its picture, a JPEG")


class GroupsOut(BaseModel):
    groups: list[GroupOut] = Field(description="Of every level, the largest first")
    n_photos: int = Field(description="Photos that were grouped")
    n_nowhere: int = Field(description="Of these, photos that belong to no group")
    n_uncertain: int = Field(description="Of these, photos that might as well belong to another group")


class PhotoLine(BaseModel):
    photo_id: str
    path: str = Field(description="Where the file is, relative to the source of its collection")
    taken_at: datetime | None
    still: str = Field(description="Address of its picture, a JPEG")
    n_folded: int = Field(description="Copies, and others of its burst, for which it stands")


class PhotoLines(BaseModel):
    photos: list[PhotoLine]
    total: int


class FoldedOut(BaseModel):
    photo_id: str
    still: str
    kind: str = Field(description="copy, burst or raw_jpeg")


class PhotoOut(BaseModel):
    photo_id: str
    collection: str
    album: str
    path: str = Field(description="Where the file is, relative to the source of its collection")
    file: str = Field(description="Its name without folders")
    still: str = Field(description="Address of its picture, a JPEG")
    bytes: int
    format: str
    width: int
    height: int
    taken_at: datetime | None = Field(description="By the camera's clock, which tells no time zone")
    latitude: float | None
    longitude: float | None
    camera: str | None
    title: str | None
    caption: str | None
    keywords: list[str]
    creator: str | None
    rights: str | None
    sha256: str
    description: DescriptionOut | None = Field(description="By a vision-language model; null where none was asked")
    found: list[FoundOut] = Field(description="What a detector found in it (analysis objects), the surest first")
    visible_texts: list[TextOut] = Field(description="What was read in it (analysis visible_text)")
    groups: list[str] = Field(description="Ids of its groups, from the top; none where it belongs nowhere")
    certainty: float | None = Field(description="0: another group is as near; null where nothing is organised yet")
    folded: list[FoldedOut] = Field(description="Photos that show the same, or the same moment")


class PlaceOut(BaseModel):
    label: dict[str, str] = Field(description="By language (en, es)")
    country: dict[str, str] | None = Field(description="Of a city; null for countries")
    probability: float


class PlacesOut(BaseModel):
    model: str
    countries: list[PlaceOut] = Field(description="The ten likeliest")
    cities: list[PlaceOut] = Field(description="The ten likeliest")


class Selection(BaseModel):
    photos: list[str] = Field(min_length=1, max_length=MOST_SELECTED, description="Ids of photos")


class Keywording(Selection):
    keywords: list[str] = Field(
        min_length=1, max_length=MOST_KEYWORDS, description=f"To be added, each of at most {LONGEST_KEYWORD} characters"
    )


class SidecarsOut(BaseModel):
    n_written: int
    folder: str = Field(description="Where they lie, on the machine of this page")


class NameIn(BaseModel):
    name: str = Field(max_length=MOST_NAME, description="What people shall read; empty: the machine's name again")
    person: str = Field("", max_length=MOST_NAMED_BY, description="Who says so")
