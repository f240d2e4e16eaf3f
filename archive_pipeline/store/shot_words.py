"""The words of shots and photos from the lake: for the index, and to show what a question matched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from archive_pipeline.search.words.text import Part, Text
from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

TABLES = ("transcripts", "descriptions", "photos")
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

    def of_shot(self, shot_id: str, start_s: float, end_s: float) -> list[Text]:
        """What is said while the shot is on, and what is said of it."""
        common = np.minimum(self.ends_s, end_s) - np.maximum(self.starts_s, start_s)
        shorter = np.minimum(self.ends_s - self.starts_s, end_s - start_s)
        inside = np.flatnonzero((common > 0) & ((common >= _SLIVER_S) | (2 * common >= shorter)))
        return [*(self.said[place] for place in inside.tolist()), *self.seen.get(shot_id, ())]

    @property
    def n_bytes(self) -> int:
        texts = (*self.said, *(text for own in self.seen.values() for text in own))
        return 500 + sum(200 + 2 * len(text.text) for text in texts)


def video_words(lake: Lake, video: VideoName) -> VideoWords:
    """Read from `transcripts` and `descriptions`, whichever of them the video has; of an album, from `photos`."""
    if video.is_album:
        photos = lake.read("photos", video, ["photo_id", "title", "caption", "keywords", "creator"])
        nothing = np.zeros(0)
        return VideoWords(
            nothing, nothing, (), {str(row["photo_id"]): _told(row) for row in photos.iter_rows(named=True)}
        )
    segments = lake.read("transcripts", video, ["start_s", "end_s", "text", "language"])
    segments = segments.drop_nulls(["start_s", "end_s", "text"]).sort("start_s", "end_s")
    columns = ["shot_id", "title", "description", "setting", "objects", "visible_text", "language"]
    described = lake.read("descriptions", video, columns)
    return VideoWords(
        segments["start_s"].to_numpy(),
        segments["end_s"].to_numpy(),
        tuple(Text("said", text, language) for text, language in segments.select("text", "language").rows()),
        {str(row["shot_id"]): _seen(row) for row in described.iter_rows(named=True)},
    )


class LakeWords:
    """A `search.sources.WordStore` over the lake. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._kept: Recent[VideoWords] = Recent(_KEPT_BYTES, lambda words: words.n_bytes)

    def of_shot(self, shot_id: str, video_id: str, start_s: float, end_s: float) -> Sequence[Text]:
        try:
            video = VideoName.from_video_id(video_id)
        except ValueError:
            return ()
        versions = tuple(self._lake.version(table, video) for table in TABLES)
        words = self._kept.get((video, versions), lambda: video_words(self._lake, video))
        return words.of_shot(shot_id, start_s, end_s)


def _told(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """What people wrote into a photo's file."""
    texts = (row["title"], row["caption"], ", ".join(row["keywords"] or ()), row["creator"])
    return tuple(Text("described", text) for text in texts if text)


def _seen(row: Mapping[str, Any]) -> tuple[Text, ...]:
    """The texts of a description; those that are null or blank are left out."""
    things = ", ".join(
        " ".join(filter(None, (thing["label"], thing["action"]))) for thing in row["objects"] or () if thing
    )
    texts: tuple[tuple[Part, str | None, str | None], ...] = (
        ("described", row["title"], row["language"]),
        ("described", row["description"], row["language"]),
        ("described", row["setting"], row["language"]),
        ("described", things, row["language"]),
        ("read", row["visible_text"], None),
    )
    return tuple(Text(part, text, language) for part, text, language in texts if text and text.strip())
