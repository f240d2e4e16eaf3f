"""What the API answers, as JSON; times are seconds on the clock that a player shows."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.search.words.text import Part
from archive_pipeline.web.api.correction_models import CorrectionOut
from archive_pipeline.web.api.descriptions import DescriptionOut, FoundOut, SummaryOut, TextOut


class Problem(BaseModel):
    """Every error: a stable code and a sentence that says what to do."""

    error_code: str
    message: str


class TextPiece(BaseModel):
    text: str
    matched: bool = Field(description="Whether the question has this word, too")


class MatchedText(BaseModel):
    """A piece of what is known of a shot in words. Written by people or machines: to be escaped where it is shown."""

    part: Part = Field(
        description="said: transcript; described: by a model; read: writing in the picture; listed: of the whole video"
    )
    pieces: list[TextPiece] = Field(description="In order; together they are the text")


class ConceptOut(BaseModel):
    name: str = Field(description="vocabulary/concept, for `concept=` of a search")
    label: dict[str, str] = Field(description="What people read, by language (en, es)")


class OfferedConcept(ConceptOut):
    vocabulary: dict[str, str] = Field(description="Title of its vocabulary, by language")
    n_shots: int = Field(description="Shots in which it holds, in the published database")


class OfferedObject(BaseModel):
    label: str = Field(description="Of a detector, in lower case")
    n_shots: int = Field(description="Shots in which it was found, in the published database")
    most: int = Field(description="How many of it are seen at once at most")


class OfferedKeyword(BaseModel):
    keyword: str = Field(description="In lower case")
    n_photos: int = Field(description="Photos that have it, in the published database")


class ListedOut(BaseModel):
    """What the archive's own list says of a video; null where it is blank."""

    title: str | None
    date: str | None = Field(description="As it is written there")
    first_day: dt.date | None = Field(description="First day that the date may mean; null where it is no date")
    last_day: dt.date | None
    programme: str | None
    tape: str | None
    rights: str | None
    other: dict[str, str] = Field(description="All other columns, by heading")


class Shot(BaseModel):
    id: str = Field(description="Stable id of the shot (uuid)")
    rank: int = Field(description="Place in the answer, from 1; 0 where nothing was ranked")
    score: float = Field(description="Cosine of picture and question, comparable within one model")
    by_picture: bool = Field(description="Whether it is among the shots whose pictures fit best")
    by_words: bool = Field(description="Whether it has words of the question")
    texts: list[MatchedText] = Field(description="Which ones, at most one text of each part")
    model: str = Field(description="The encoder that it was found with")
    video_id: str = Field(description="The video; of a photo, its album")
    photo_id: str | None = Field(description="Of a photo, which has no times, its id; null for shots")
    path: str = Field(description="Where the file is, relative to the source of its collection")
    collection: str
    title: str = Field(description="Of the video, as the archive's list has it; else the file's name, without folders")
    listed: ListedOut | None = Field(description="Null where the archive's list has no row of the video")
    shot: int = Field(description="Number of the shot in its video, of the photo in its album, from 0")
    semantic_class: int = Field(serialization_alias="class", description="Semantic class; -1 for none")
    concepts: list[ConceptOut] = Field(description="What it shows, of the collection's vocabularies")
    objects: dict[str, int] = Field(description="What a detector found, and how many of it; 20 are twenty or more")
    start_s: float
    end_s: float
    start_timecode: str = Field(description="HH:MM:SS.mmm")
    end_timecode: str
    source_timecode: str | None = Field(description="Start on the timecode track of the source, where it has one")
    copies: list[str] = Field(
        description="Ids of shots with the same footage, or of copies of the photo, that come later, of those that "
        "were ranked for this page"
    )
    best_frame_s: float | None = Field(description="With rerank: when the best frame is shown")
    still: str = Field(description="Address of the keyframe, a JPEG")
    stills: list[str] = Field(description="Addresses of pictures of the shot in order of time")
    source: str | None = Field(description="Address of the source; null where browsers do not play it")
    page: str = Field(description="Address of the shot's page")


class SharedFootageOut(BaseModel):
    start_s: float = Field(description="Where the footage begins in the video that was asked about")
    end_s: float
    other_video_id: str = Field(description="A video that shows the same")
    other_start_s: float = Field(description="Where it begins there; of a still picture, anywhere in its shot")
    other_end_s: float
    score: float = Field(description="How alike the pictures are, 0.8 to 1")
    mirrored: bool = Field(description="Whether one shows the mirror image of the other")
    page: str = Field(description="Address of the other video's page at that moment")


class VideoGroup(BaseModel):
    rank: int
    video_id: str
    title: str
    shots: list[Shot]


class Pair(BaseModel):
    rank: int
    first: Shot
    then: Shot = Field(description="Of the same video, later; what matched in it is of `then`")


class HintOut(BaseModel):
    code: str
    message: str
    facts: dict[str, str]


class FacetValue(BaseModel):
    value: str = Field(description="For the parameter that the facet is named after; of `where` with its column before")
    n_shots: int


class FacetOut(BaseModel):
    facet: str = Field(
        description="match, collection, decade, language, concept, class (within one video), or where: a column of the "
        "archive's list"
    )
    column: str = Field(description="Heading of the column, without : and =; empty for other facets")
    values: list[FacetValue] = Field(description="The most frequent first, decades in order; at most 20")


class FacetsOut(BaseModel):
    n_shots: int = Field(description="How many were counted: the best 200 that pass the filters, or all if fewer")
    facets: list[FacetOut]


class SearchAnswer(BaseModel):
    """Without a question, whatever passes the filters, in order of video and time, with rank 0."""

    shots: list[Shot] = Field(description="Best first; empty with by_video or then")
    videos: list[VideoGroup] = Field(description="Best first; empty without by_video")
    pairs: list[Pair] = Field(description="Best first; empty without then")
    hints: list[HintOut] = Field(description="What the asker should know about this answer")
    facets: FacetsOut | None = Field(description="What the answer can be narrowed by, where it was asked for")
    models: list[str]
    has_more: bool
    n_shots: int | None = Field(description="Without a question: how many shots pass the filters")
    n_videos: int | None = Field(description="Without a question: how many videos have any of them")
    took_s: float

    @property
    def every_shot(self) -> list[Shot]:
        """Grouped, in pairs or neither, in order."""
        of_videos = [shot for video in self.videos for shot in video.shots]
        return self.shots or of_videos or [shot for pair in self.pairs for shot in (pair.first, pair.then)]


class PictureOut(BaseModel):
    image: str = Field(description="Name of the picture, for `image=` of a search")
    width: int
    height: int


class PartIn(BaseModel):
    """A box in the picture of a photo, or in that of a video at a moment."""

    model_config = ConfigDict(extra="forbid")

    photo: str = Field("", description="Id of a photo")
    video: str = Field("", description="Id of a video")
    at_s: float = Field(0.0, allow_inf_nan=False, description="Of a video: its first picture at or after this moment")
    box: tuple[float, float, float, float] = Field(
        description="Left, top, right and bottom in fractions of the upright picture, from its top left corner"
    )


class CollectionOut(BaseModel):
    collection: str
    title: str


class VideoLine(BaseModel):
    video_id: str = Field(description="The video, or the album of a collection of photos")
    collection: str
    path: str | None
    status: str
    duration_s: float | None
    n_shots: int | None
    n_photos: int | None = Field(description="Of an album; null for videos")
    error_code: str | None
    error: str | None
    ingested_at: dt.datetime | None = Field(description="When it last became ready or failed")
    poster: str | None = Field(description="Address of a picture of it, a JPEG; null where there is none")
    title: str | None = Field(description="In the archive's list, as what follows; null where it says nothing")
    date: str | None = Field(description="As it is written there")
    first_day: dt.date | None
    last_day: dt.date | None
    programme: str | None
    tape: str | None
    rights: str | None


class Videos(BaseModel):
    videos: list[VideoLine]
    total: int


class TimelineShot(BaseModel):
    id: str
    shot: int
    scene: int
    semantic_class: int = Field(serialization_alias="class")
    start_s: float
    end_s: float
    keyframe_s: float
    source_timecode: str | None
    concepts: list[ConceptOut]
    cohesion: float
    description: DescriptionOut | None = Field(description="What a model says of it; null where none was asked")
    found: list[FoundOut] = Field(description="What a detector found in its keyframe, the surest first")
    visible_texts: list[TextOut] = Field(description="What was read in its pictures; to be escaped where it is shown")
    corrected: list[CorrectionOut] = Field(description="What people put right of it, and counts before the model's")


class TimelineScene(BaseModel):
    scene: int
    semantic_class: int = Field(serialization_alias="class")
    start_s: float
    end_s: float
    summary: SummaryOut | None


class TimelineClass(BaseModel):
    semantic_class: int = Field(serialization_alias="class")
    n_frames: int
    duration_s: float
    share: float
    medoid_s: float
    name_en: str | None = Field(description="After the concepts that set it apart; none where nothing does")
    name_es: str | None
    corrected: list[CorrectionOut] = Field(description="The name that a person gave, which counts in every language")


class ClipsOut(BaseModel):
    """Clips of the source, made on demand: clip n holds the moment from n × clip_s on the video's clock."""

    address: str = Field(description="To which ?number=n is added")
    clip_s: float
    overlap_s: float = Field(description="How much a clip goes on into the next one")
    mime: str


class VideoOut(BaseModel):
    video_id: str
    collection: str
    title: str = Field(description="As the archive's list has it; else the file's name, without folders")
    listed: ListedOut | None = Field(description="Null where the archive's list has no row of the video")
    path: str
    start_s: float
    end_s: float
    width: int
    height: int
    frame_rate: float
    container: str
    video_codec: str
    audio_codec: str | None
    is_mirrored: bool
    is_interlaced: bool
    is_vfr: bool
    source_timecode: str | None
    drop_frame: bool | None
    note: str | None = Field(description="What the file asks for that is not done, such as a turning by 80 degrees")
    sha256: str
    bytes: int
    source: str | None = Field(description="Address of the file itself, where browsers play it")
    source_type: str | None
    clips: ClipsOut
    summary: SummaryOut | None = Field(description="Of the whole; null where none was asked for")
    shots: list[TimelineShot]
    scenes: list[TimelineScene]
    classes: list[TimelineClass]


class CurveOut(BaseModel):
    pts_s: list[float]
    cosines: list[float]
    model: str
    hints: list[HintOut]


class FrameMap(BaseModel):
    method: str
    x: list[float]
    y: list[float]
    pts_s: list[float]
    classes: list[int]


class ShotMap(BaseModel):
    method: str
    x: list[float]
    y: list[float]
    clusters: list[int] = Field(description="-1 for shots in no cluster")
    ids: list[str]
    videos: list[str] = Field(description="Ids of the videos")
    video: list[int] = Field(description="Place in `videos` of each shot's")
    keyframe_s: list[float]
    start_s: list[float]
    end_s: list[float]
