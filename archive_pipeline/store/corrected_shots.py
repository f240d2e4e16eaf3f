"""The shots of a video between the boundaries that people put right, and what is inherited from the machine's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.semantics.identify import identify_shots
from archive_pipeline.semantics.rebounding import rebound
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table


@dataclass(frozen=True, eq=False)
class CorrectedShots:
    """Shots that nobody touched are those of the machine, but for their number."""

    table: pl.DataFrame
    """Rows of `shots`."""
    embeddings: NDArray[np.float32]
    """(n_shots, d)"""
    parts: Mapping[str, Sequence[str]]
    """The machine's shots that each shares time with, by id, the one that it shares most with first."""

    def with_machine(self) -> pl.DataFrame:
        """As the published table `corrected_shots`."""
        most = pl.Series([self.parts[shot_id][0] for shot_id in self.table["shot_id"]], dtype=pl.String)
        return table("corrected_shots").conform(self.table.with_columns(machine_shot_id=most))

    def inherited(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows that say something of the machine's shots (`shot_id`), as rows of these: of a shot made of several those
        of all of them, of both halves of one those of the whole."""
        pairs = [(new, old) for new, own in self.parts.items() for old in own]
        heirs = pl.DataFrame(pairs, schema={"heir": pl.String, "shot_id": rows.schema["shot_id"]}, orient="row")
        found = heirs.join(rows, on="shot_id", how="inner", maintain_order="left_right")
        return found.with_columns(shot_id="heir").select(rows.columns)


def corrected_shots(
    lake: Lake, video: VideoName, without: Collection[float], with_: Collection[float]
) -> CorrectedShots | None:
    """The video's shots without the boundaries `without` and with those of `with_`; reads the embeddings of all its
    frames. None while these are of another computation than the shots, in the middle of an ingest, or not there."""
    given = lake.read("shots", video).sort("shot")
    pts_s = lake.read("frames", video, ["frame", "pts_s"]).sort("frame")["pts_s"].to_numpy()
    embeddings = embedding_matrix(lake.read("embeddings", video).sort("frame"))
    vectors = embedding_matrix(lake.read("shot_embeddings", video))
    first_s = lake.read("decoding", video, ["start_s"])
    if embeddings.shape != (len(pts_s), vectors.shape[1]) or len(vectors) != given.height or first_s.is_empty():
        return None
    made, pooled = rebound(given, embeddings, pts_s, without, with_)
    media = lake.read("media", video).row(0, named=True)
    facts = MediaFacts.from_row(media)
    named = identify_shots(
        made, video.video_id, media["sha256"], facts.source_timecode, facts.drop_frame, facts.frame_rate, first_s.item()
    )
    return _with_untouched(named, pooled, given, vectors)


def _with_untouched(
    made: pl.DataFrame, pooled: NDArray[np.float32], given: pl.DataFrame, vectors: NDArray[np.float32]
) -> CorrectedShots:
    known = {shot_id: place for place, shot_id in enumerate(given["shot_id"])}
    rows, embeddings, parts = list[pl.DataFrame](), pooled.copy(), dict[str, Sequence[str]]()
    for number, row in enumerate(made.iter_rows(named=True)):
        shot_id, place = row["shot_id"], known.get(row["shot_id"])
        rows.append(made[number] if place is None else given[place].with_columns(shot=pl.lit(number, pl.Int32)))
        if place is not None:
            embeddings[number], parts[shot_id] = vectors[place], [shot_id]
            continue
        common = pl.min_horizontal("end_s", pl.lit(row["end_s"])) - pl.max_horizontal("start_s", pl.lit(row["start_s"]))
        sharing = given.with_columns(common=common).filter(pl.col("common") > 0).sort("common", descending=True)
        parts[shot_id] = sharing["shot_id"].to_list()
    return CorrectedShots(pl.concat([one.select(given.columns) for one in rows]), embeddings, parts)
