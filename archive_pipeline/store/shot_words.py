"""The words of shots and photos from the lake: for the index, and to show what a question matched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from archive_pipeline.search.words.text import Part, Text
from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.store.corrected import Corrected, corrected
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

TABLES = ("transcripts", "descriptions", "visible_texts", "photos", "listed")
_KEPT_BYTES = 64 << 20
_SLIVER_S = 0.25
"""A segment that runs into a shot for less than this, and for less than half of either, belongs to its neighbour:
subtitles often stay a few frames beyond the cut."""


@dataclass(frozen=True, eq=False)
class VideoWords:
    """All words of one video."""

    starts_s: np.ndarray
    """(segments,) as `ends_s`, in order of start."""
    ends_s: np.ndarray
    said: tuple[Text, ...]
    """One a segment."""
    seen: Mapping[str, tuple[Text, ...]]
    """What is described and read, by shot id."""
    listed: tuple[Text, ...] = ()
    """What the archive's list says of the video, and so of each of its shots."""

    def of_shot(self, shot_id: str, start_s: float, end_s: float) -> list[Text]:
        """What is said while the shot is on, and what is said of it."""
        common = np.minimum(self.ends_s, end_s) - np.maximum(self.starts_s, start_s)
        shorter = np.minimum(self.ends_s - self.starts_s, end_s - start_s)
        inside = np.flatnonzero((common > 0) & ((common >= _SLIVER_S) | (2 * common >= shorter)))
        return [*(self.said[place] for place in inside.tolist()), *self.seen.get(shot_id, ()), *self.listed]

    @property
    def n_bytes(self) -> int:
        texts = (*self.said, *self.listed, *(text for own in self.seen.values() for text in own))
        return 500 + sum(200 + 2 * len(text.text) for text in texts)


def video_words(lake: Lake, video: VideoName, right: Corrected | None = None) -> VideoWords:
    """Read from `transcripts`, `descriptions`, `visible_texts` and `listed`, whichever of them the video has, as people
    put them right (`right`, else it is read); of an album, from `photos` as well."""
    right = right or corrected(lake, video)
    segments = right.transcript(lake.read("transcripts", video, ["segment", "start_s", "end_s", "text", "language"]))
    segments = segments.drop_nulls(["start_s", "end_s", "text"]).sort("start_s", "end_s")
    columns = ["shot_id", "title", "description", "setting", "objects", "regions", "visible_text", "language"]
    described = right.descriptions(lake.read("descriptions", video, columns))
    seen = _told(lake, video) if video.is_album else {}
    for row in described.iter_rows(named=True):
        seen[row["shot_id"]] = (*seen.get(row["shot_id"], ()), *_seen(row))
    for shot_id, name in right.class_names().items():
        seen[shot_id] = (*seen.get(shot_id, ()), Text("described", name))
    visible = lake.read("visible_texts", video, ["shot_id", "text", "kind", "pts_s", "y0", "x0"])
    for shot_id, texts in _read(right.inherited(visible)):
        seen[shot_id] = (*seen.get(shot_id, ()), texts)
    return VideoWords(
        segments["start_s"].to_numpy(),
        segments["end_s"].to_numpy(),
        tuple(Text("said", text, language) for text, language in segments.select("text", "language").rows()),
        seen,
        tuple(text for row in lake.read("listed", video).iter_rows(named=True) for text in _listed(row)),
    )


class LakeWords:
    """A `search.sources.WordStore` over the lake. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._corrections = Corrections(lake)
        self._kept: Recent[VideoWords] = Recent(_KEPT_BYTES, lambda words: words.n_bytes)

    def of_shot(self, shot_id: str, video_id: str, start_s: float, end_s: float) -> Sequence[Text]:
        try:
            video = VideoName.from_video_id(video_id)
        except ValueError:
            return ()
        versions = (self._corrections.version(video), *(self._lake.version(table, video) for table in TABLES))
        words = self._kept.get((video, versions), lambda: video_words(self._lake, video))
        return words.of_shot(shot_id, start_s, end_s)


def _told(lake: Lake, album: VideoName) -> dict[str, tuple[Text, ...]]:
    """What people wrote into the files of photos."""
    photos = lake.read("photos", album, ["photo_id", "title", "caption", "keywords", "creator"])
    told: dict[str, tuple[Text, ...]] = {}
    for photo_id, title, caption, keywords, creator in photos.iter_rows():
        texts = (title, caption, ", ".join(keywords or ()), creator)
        told[photo_id] = tuple(Text("described", text) for text in texts if text)
    return told


def _read(visible: pl.DataFrame) -> Iterator[tuple[str, Text]]:
    """What is written in each shot, from the top down; nobody looks for the figures of a timecode."""
    lines = visible.filter(pl.col("kind") != "timecode").sort("pts_s", "y0", "x0")
    for shot_id, texts in lines.group_by("shot_id", maintain_order=True).agg("text").iter_rows():
        yield str(shot_id), Text("read", " · ".join(texts))


def _listed(row: Mapping[str, Any]) -> Iterator[Text]:
    """Each column a text of its own, so that what matched can be shown."""
    for name in ("title", "programme", "date", "tape", "rights"):
        if row[name]:
            yield Text("listed", row[name])
    yield from (Text("listed", one["value"]) for one in row["other"] or ())


def _seen(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """The texts of a description; those that are null or blank are left out."""
    things = ", ".join(
        " ".join(filter(None, (thing["label"], thing["action"]))) for thing in row["objects"] or () if thing
    )
    regions = " · ".join(region["description"] for region in row["regions"] or ())
    texts: tuple[tuple[Part, str | None, str | None], ...] = (
        ("described", row["title"], row["language"]),
        ("described", row["description"], row["language"]),
        ("described", row["setting"], row["language"]),
        ("described", things, row["language"]),
        ("described", regions, row["language"]),
        ("read", row["visible_text"], None),
    )
    return tuple(Text(part, text, language) for part, text, language in texts if text and text.strip())
