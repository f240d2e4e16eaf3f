"""What a collection is: a set of videos or photos with one source folder, model and schedule."""

import codecs
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from archive_pipeline.collections import sections
from archive_pipeline.collections.cron import check_cron
from archive_pipeline.collections.mounts import mounted, unmounted
from archive_pipeline.encoders.names import DEFAULT_MODEL, canonical
from archive_pipeline.store.naming import COLLECTION_NAME
from archive_pipeline.suggestions import did_you_mean

WATCH_EVERY_S = 60.0
"""How often `watch: true` looks: a scan of 100,000 files takes about a second, new videos may wait a minute."""

_SHORTEST_WATCH_S, _LONGEST_WATCH_S = 5.0, 7 * 86400.0
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TAG_KEY = re.compile(r"([A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}")  # what Dagster allows
_OWNER = re.compile(r"team:\S.*|[^@\s]+@[^@\s]+\.[^@\s]+")


def _default_detector() -> str:
    from archive_pipeline.media.cuts import DEFAULT_DETECTOR

    return DEFAULT_DETECTOR


def _known_detector(name: str) -> str:
    from archive_pipeline.media.cuts import CUT_DETECTORS

    if name not in CUT_DETECTORS:
        raise ValueError(f"there is no cut detector {name!r}; choose one of {', '.join(CUT_DETECTORS)}")
    return name


def _model(name: str, info: ValidationInfo) -> str:
    """The model's whole name; where none was written the one that the videos have (validation context `model`)."""
    return canonical(name) or (info.context or {}).get("model") or DEFAULT_MODEL


def _name(value: str) -> str:
    if not COLLECTION_NAME.fullmatch(value):
        raise ValueError(
            f"{value!r} is not a name: lower-case letters a–z, digits and _, a letter first (fondo_anos_70)"
        )
    return value


def _absolute_folder(value: object, info: ValidationInfo) -> Path:
    """`~` expanded; a relative source is relative to the folder of its YAML file (validation context `folder`)."""
    if not isinstance(value, str | bytes | Path) or not os.fspath(value):
        raise ValueError("write the folder where the videos lie, as text")
    path = Path(os.fsdecode(value))
    if "\0" in str(path):
        raise ValueError("a folder's name cannot hold a NUL character")
    try:
        path = path.expanduser()
    except RuntimeError:
        raise ValueError(f"the home folder in {str(path)!r} is not known") from None
    if not path.is_absolute():
        if not info.context:
            raise ValueError(f"{str(path)!r} is relative; write an absolute path")
        path = info.context["folder"] / path
    return path.resolve() if ".." in path.parts else path


def _mounted(path: Path, info: ValidationInfo) -> Path:
    return mounted(path, info.context.get("mounts", {}) if info.context else {})


def _optional_path(value: object, info: ValidationInfo) -> Path | None:
    return None if value is None else _absolute_folder(value, info)


def _seconds(value: object) -> float | None:
    if value is None or isinstance(value, bool):
        return WATCH_EVERY_S if value else None
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([smhd])", value.strip()) if isinstance(value, str) else None
    seconds = float(value) if isinstance(value, int | float) else float(match[1]) * _UNIT_S[match[2]] if match else -1
    if not _SHORTEST_WATCH_S <= seconds <= _LONGEST_WATCH_S:
        raise ValueError("write true, false, or how often to look, from 5s to 7d (for example 30s, 5m, 1h)")
    return seconds


def _cron(line: str) -> str:
    check_cron(line)
    return " ".join(line.split())


def _timezone(name: str) -> str:
    from zoneinfo import available_timezones

    if name not in (zones := available_timezones()) or ("/" not in name and name != "UTC"):
        cities = {zone.rpartition("/")[2]: zone for zone in zones if "/" in zone}
        hint = did_you_mean(cities.get(name.replace(" ", "_").title(), name), (zone for zone in zones if "/" in zone))
        raise ValueError(f"{name!r} is not a time zone of the IANA database (Europe/Madrid, UTC){hint}")
    return name


def _tag_text(value: object) -> object:
    """YAML reads `1970` and `true` as numbers and truth values; as a tag they are meant as they are written."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _tag_key(key: str) -> str:
    if not _TAG_KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no tag: at most 63 of A–Z a–z 0–9 _ - . , with one prefix/ before them if wanted")
    if key in ("dagster/priority", "dagster/partition"):
        raise ValueError(f"{key} is set by the pipeline" + ("; use `priority:`" if key.endswith("priority") else ""))
    return key


def _owner(value: str) -> str:
    if not _OWNER.fullmatch(value):
        raise ValueError(f"{value!r} is neither an e-mail address nor a team (team:archive)")
    return value


def _encoding(name: str) -> str:
    try:
        b"\xe9".decode(name, "replace")
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):  # `punycode` and `idna` fail at a byte that is not theirs
        raise ValueError(f"{name!r} is no encoding of text (windows-1251, iso-8859-2, cp949)") from None


def _misfit(key: str, error: str) -> PydanticCustomError:
    return PydanticCustomError("value_error", "{key}: {error}", {"error": error, "key": key})


Kind = Literal["videos", "photos"]
_OF_VIDEOS = frozenset({
    "fps", "detector", "pictures", "decoder", "truth", "subtitle_encoding", "policies",
    "second_sample", "classes", "scenes", "shots", "list", "embargo",
})  # fmt: skip
"""Keys that say nothing of photos."""

_ANALYSES_OF_PHOTOS = frozenset({"objects", "visible_text", "descriptions"})

Analysis = Literal[
    "concepts", "objects", "visible_text", "reuses", "transcript", "descriptions", "findings", "second_opinions",
]  # fmt: skip


class Schedule(BaseModel):
    """When to look for new videos: a cron line in a time zone, which must be named."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cron: Annotated[str, AfterValidator(_cron)]
    timezone: Annotated[str, AfterValidator(_timezone)]


def _pattern(written: str) -> str:
    try:
        groups = re.compile(written).groups
    except re.error as error:
        raise ValueError(f"{written!r} is no regular expression: {error}") from None
    if groups > 1:
        raise ValueError(f"{written!r} has {groups} groups; write one, around what the list names: '_([0-9]{{6}})_'")
    return written


ListField = Literal["file", "title", "date", "programme", "tape", "rights"]


class ArchiveList(BaseModel):
    """A CSV in which the archive says what its videos are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: Annotated[Path, AfterValidator(_mounted), BeforeValidator(_absolute_folder)]
    """Absolute; a relative one is relative to the folder of the YAML file."""
    columns: dict[ListField, str] = {}
    """Headings by what stands below them; those that are not named here are known by usual headings."""
    match: Annotated[str, AfterValidator(_pattern)] | None = None
    """Finds in a video's path what the column `file` holds, such as the number of a tape; None: it holds paths."""
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    """How it is written where it is not UTF-8; None: guessed."""


class EmbargoRule(BaseModel):
    """Which videos are withheld from whoever has no word for them, by their rows in the archive's list."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    column: Annotated[str, Field(min_length=1)] | None = None
    """Heading of the column, or its field (`rights`), whose text withholds a video when it is one of `values`."""
    values: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = ()
    until: Annotated[str, Field(min_length=1)] | None = None
    """Heading of the column with the last day on which a video is withheld."""

    @model_validator(mode="after")
    def _says_something(self) -> "EmbargoRule":
        if bool(self.column) != bool(self.values):
            raise ValueError("write `column` and `values` together: the column, and what in it withholds a video")
        if not (self.column or self.until):
            raise ValueError("write `column` with `values`, or `until`, or all three")
        return self


class Collection(BaseModel):
    """One YAML file, checked. Nothing here is read from disk: the source need not exist at the moment."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    _mounts: Mapping[str, str] = PrivateAttr(default_factory=dict)

    name: Annotated[str, Field(max_length=64), AfterValidator(_name)]
    """Default: the stem of the file's name."""
    kind: Kind = "videos"
    """What lies in its source; of photos, each folder is an album."""
    title: str = Field(default_factory=lambda known: known.get("name", ""), min_length=1)
    source: Annotated[Path, AfterValidator(_mounted), BeforeValidator(_absolute_folder)]
    """Absolute, where it lies on this machine (ARCHIVE_SOURCES).
    Symlinks stay what they are, so that one may be pointed elsewhere (`..` alone is resolved)."""
    fps: float = Field(3.0, gt=0, le=60)
    """Frames sampled per second."""
    model: Annotated[str, AfterValidator(_model)] = Field("", validate_default=True)
    """Name of the encoder; whether its weights can be had is `doctor`'s question. Default: the one that its videos
    were embedded with, so that a new default never embeds an archive again; DEFAULT_MODEL for a new collection."""
    detector: Annotated[str, AfterValidator(_known_detector)] = Field(default_factory=_default_detector)
    pictures: Literal["all", "keyframes", "none"] = "all"
    """Which sampled pictures stay in the lake when the shots are known."""
    decoder: Literal["auto", "cpu", "cuda"] | None = None
    """Who decodes its videos; None: as ARCHIVE_DECODER says. A matter of speed: nothing is computed again for it."""
    truth: Annotated[Path | None, BeforeValidator(_optional_path)] = None
    """What the collection is evaluated against: an archive that `simulate` made, a folder with shots.json, a log."""
    watch: Annotated[float | None, BeforeValidator(_seconds)] = None
    """Seconds between two looks for new videos; None: not watched."""
    schedule: Schedule | None = None
    max_runs_per_tick: int = Field(50, ge=1, le=10_000)
    """Runs that one look may start; the rest waits for the next."""
    priority: int = Field(0, ge=-1000, le=1000)
    """Runs of a collection with a higher number go first."""
    settle_s: Annotated[float, Field(ge=0, le=86400)] = 30.0
    """How long a file must have been left alone before it counts as complete."""
    tags: dict[Annotated[str, AfterValidator(_tag_key)], Annotated[str, BeforeValidator(_tag_text)]] = {}
    """Put on every run of the collection."""
    owners: Annotated[tuple[Annotated[str, AfterValidator(_owner)], ...], Field(strict=False)] = ()
    """E-mail addresses or `team:…`."""
    analyses: Annotated[tuple[Analysis, ...], Field(strict=False)] = Field(
        default_factory=lambda known: () if known.get("kind") == "photos" else ("concepts", "transcript")
    )
    """What is said about its videos, or photos, once they are ingested; `descriptions`, `findings` and
    `second_opinions` need a server. Default: concepts and transcript; of photos nothing."""
    list: ArchiveList | None = None
    """What the archive says of its videos in a list of its own."""
    embargo: EmbargoRule | None = None
    """Which of its videos are found only by who has the word for them (ARCHIVE_EMBARGO_TOKEN)."""
    organise: bool | None = None
    """Whether its pictures are put into groups as they come; None: photos are, the shots of videos are not."""
    language: Annotated[str | None, Field(pattern="^[a-z]{2}$")] = None
    """Spoken in its videos, and written in descriptions (ISO 639-1); None: detected, and English."""
    subtitle_encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    """How subtitle files beside its videos are written that are not UTF-8, such as windows-1251; None: guessed."""
    vocabularies: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    """Vocabularies that its shots are scored against; None: the shipped ones that need no special model."""
    policies: Annotated[tuple[str, ...], Field(strict=False)] = ("intolerance",)
    """Names of the policies that `findings` judges by."""
    second_sample: float = Field(0.02, ge=0, le=1)
    """Share of the shots that no policy flags, drawn at random, about which `second_opinions` ask as well."""
    objects: dict[str, Any] = {}
    """Fields of detectors.model.ObjectParameters that differ from their defaults."""
    descriptions: dict[str, Any] = {}
    """Fields of language.descriptions.model.DescriptionParameters that differ from their defaults."""
    classes: dict[str, Any] = {}
    """Fields of semantics.classes.ClassParameters that differ from their defaults."""
    scenes: dict[str, Any] = {}
    """Fields of semantics.scenes.SceneParameters that differ from their defaults."""
    shots: dict[str, Any] = {}
    """Fields of semantics.shots.ShotParameters that differ from their defaults."""

    @field_validator("objects", "descriptions", "classes", "scenes", "shots")
    @classmethod
    def _parameters_fit(cls, values: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if values:
            sections.check(str(info.field_name), values)
        return values

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> "Collection":
        if self.kind == "photos":
            for key in sorted(self.model_fields_set & _OF_VIDEOS):
                raise _misfit(key, "it is for videos, and this is a collection of photos; remove it")
            for name in sorted(set(self.analyses) - _ANALYSES_OF_PHOTOS):
                known = ", ".join(sorted(_ANALYSES_OF_PHOTOS))
                raise _misfit(
                    "analyses", f"{name} is of videos, and this is a collection of photos; of photos: {known}"
                )
            if "frames" in self.descriptions:
                raise _misfit("descriptions", "frames is of videos, and a photo is one picture; remove it")
        return self

    @model_validator(mode="after")
    def _embargo_has_a_list(self) -> "Collection":
        if self.embargo is not None and self.list is None:
            raise ValueError("embargo reads the columns of the archive's list; name that under `list:`")
        return self

    @model_validator(mode="after")
    def _watched_or_scheduled(self) -> "Collection":
        if self.watch is not None and self.schedule is not None:
            raise ValueError("both watch and schedule are set; keep one of them")
        return self

    def model_post_init(self, context: Any) -> None:
        self._mounts = context.get("mounts", {}) if context else {}

    @property
    def source_everywhere(self) -> Path:
        """The source as every machine knows it, whatever it is mounted at here."""
        return unmounted(self.source, self._mounts)

    @property
    def is_organised(self) -> bool:
        """Whether it is organised by itself; the command `organise` does it whatever is said here."""
        return self.kind == "photos" if self.organise is None else self.organise

    @property
    def keeps_former_model(self) -> bool:
        """Whether its file names no model and its videos have another than a new collection would get."""
        return "model" not in self.model_fields_set and self.model != DEFAULT_MODEL

    @property
    def looks(self) -> str | None:
        """When new videos are looked for, as the table `collections` shows it; None: when somebody asks."""
        if self.schedule:
            return f"{self.schedule.cron} {self.schedule.timezone}"
        return "watch" if self.watch is not None else None
