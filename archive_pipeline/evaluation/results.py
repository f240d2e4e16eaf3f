"""What the pipeline made of a collection, read from the lake: one video at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.evaluation.boundaries import Boundaries
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName, readable


@dataclass(frozen=True)
class VideoResult:
    """The results of one ready video. Tables are those of `sql/`, without the ones that are large."""

    name: VideoName
    path: str
    """Where the file is now, relative to the collection's source."""
    file: Path
    media: MediaFacts
    cuts: pl.DataFrame
    frames: pl.DataFrame
    shots: pl.DataFrame
    """In order of time."""
    warnings: tuple[str, ...]
    """What decoding had to say."""

    @property
    def boundaries(self) -> Boundaries:
        """The cuts in source frames; the end of a gradual one by the mean frame rate."""
        rate = self.media.frame_rate
        rows = self.cuts.select("kind", "source_frame", "start_s", "end_s").rows()
        return Boundaries(
            tuple(float(frame) for kind, frame, _, _ in rows if kind == "hard"),
            tuple(
                (float(frame), frame + (end_s - start_s) * rate)
                for kind, frame, start_s, end_s in rows
                if kind == "gradual"
            ),
        )

    @property
    def interval_s(self) -> float:
        """The usual time between two sampled frames."""
        steps = self.frames["pts_s"].diff().drop_nulls()
        return float(steps.quantile(0.9) or 0.0) if len(steps) else 0.0

    def shot_vectors(self, lake: Lake) -> NDArray[np.float32]:
        """(shots, d) in the order of `shots`."""
        stored = lake.read("shot_embeddings", self.name, ["shot_id", "embedding"])
        return embedding_matrix(
            self.shots.select("shot_id").join(stored, on="shot_id", how="left", maintain_order="left")
        )

    def frame_vectors(self, lake: Lake) -> NDArray[np.float32]:
        """(frames, d) in the order of `frames`."""
        return embedding_matrix(lake.read("embeddings", self.name, ["frame", "embedding"]).sort("frame"))


def video_results(lake: Lake, catalogue: Catalogue, collection: Collection) -> list[VideoResult]:
    """Every ready video, in order of path. ConfigurationError `nothing_ready` where there is none."""
    ready = [entry for entry in catalogue.entries(collection.name) if entry.status == "ready"]
    if not ready:
        raise ConfigurationError(
            "nothing_ready",
            f"no video of {collection.name} is ready; run `archive-pipeline ingest {collection.name}` first",
        )
    return sorted(_read(lake, ready, collection.source), key=lambda video: video.path)


def _read(lake: Lake, ready: Iterable[Entry], source: Path) -> Iterable[VideoResult]:
    for entry in ready:
        yield VideoResult(
            name=entry.name,
            path=readable(entry.path),
            file=source / Path(entry.path.decode("utf-8", "surrogateescape")),
            media=MediaFacts.from_row(lake.read("media", entry.name).row(0, named=True)),
            cuts=lake.read("cuts", entry.name).sort("start_s"),
            frames=lake.read("frames", entry.name).sort("frame"),
            shots=lake.read("shots", entry.name).sort("shot"),
            warnings=tuple(lake.read("decoding", entry.name, ["warnings"])["warnings"][0]),
        )
