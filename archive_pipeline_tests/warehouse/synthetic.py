"""Lake tables of videos that never existed, as consistent with each other as the pipeline's are."""

import hashlib
import uuid
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.timecode import format_timecode
from archive_pipeline_tests.warehouse.described import description_rows, summary_columns
from archive_pipeline_tests.warehouse.spoken import finding_columns, transcript_columns

FPS = 3.0
CODECS = ("h264", "hevc", "mpeg2video")


@dataclass(frozen=True)
class Content:
    """What a file is: another seed is another content, with other facts, shots and digest."""

    seed: int
    duration_s: float = 12.0
    mean_shot_s: float = 4.0
    decoded_share: float = 1.0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(str(self).encode()).hexdigest()

    @property
    def bytes(self) -> int:
        return 1000 + self.seed


def write_results(lake: Lake, video: VideoName, content: Content) -> None:
    """All lake tables that the published ones are made of, as a run of the whole chain leaves them."""
    write_facts(lake, video, content)
    random = np.random.default_rng(content.seed)
    span_s = content.duration_s * content.decoded_share
    n_shots = max(1, round(span_s / content.mean_shot_s))
    cuts = np.sort(random.uniform(0, span_s, n_shots - 1)).round(3)
    starts, ends = np.concatenate([[0.0], cuts]), np.concatenate([cuts, [span_s]])
    pts_s = np.arange(int(span_s * FPS)) / FPS
    shot_of = (np.searchsorted(starts, pts_s, side="right") - 1).astype(np.int32)
    labels = (np.arange(n_shots) % 4 - (np.arange(n_shots) == 7)).astype(np.int32)  # classes come back; some noise
    labels[7:8] = -1
    shot = np.arange(n_shots, dtype=np.int32)
    n_frames = np.bincount(shot_of, minlength=n_shots)
    _write(
        lake,
        video,
        "cuts",
        kind=["gradual" if i % 5 == 4 else "hard" for i in range(n_shots - 1)],
        start_s=cuts,
        end_s=cuts,
        source_frame=(cuts * 25).astype(np.int64),
        score=random.uniform(0.5, 1, n_shots - 1),
    )
    found = pl.DataFrame({"class": labels, "n_frames": n_frames, "duration_s": ends - starts, "medoid_s": starts})
    classes = found.group_by("class", maintain_order=True).agg(
        pl.col("n_frames").sum(), pl.col("duration_s").sum(), pl.col("medoid_s").first()
    )
    _write(lake, video, "classes", **classes.with_columns(share=pl.col("duration_s") / span_s).to_dict(as_series=True))
    _write(lake, video, "scenes", **{"scene": shot, "class": labels, "start_s": starts, "end_s": ends})
    frames = {"frame": np.arange(pts_s.size), "pts_s": pts_s, "class": labels[shot_of], "scene": shot_of}
    _write(lake, video, "frames", **frames, shot=shot_of)
    shot_ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"{video.video_id} {content} {i}")) for i in range(n_shots)]
    _write(
        lake,
        video,
        "shots",
        **{"shot": shot, "scene": shot, "class": labels, "start_s": starts, "end_s": ends},
        shot_id=shot_ids,
        start_timecode=[format_timecode(s) for s in starts],
        end_timecode=[format_timecode(s) for s in ends],
        source_timecode=[None] * n_shots,
        n_frames=np.maximum(n_frames, 1),
        keyframe_s=(starts + ends) / 2,
        cohesion=random.uniform(0.8, 1, n_shots),
        leader=[None] * n_shots,
    )
    named = sorted({int(label) for label in labels if label >= 0})
    names = {"name_en": [f"beach {one}" for one in named], "name_es": [f"playa {one}" for one in named]}
    _write(lake, video, "class_names", **{"class": named}, **names)
    _write(lake, video, "concepts", **_concepts(shot_ids))
    _write(lake, video, "detections", **_detections(shot_ids, starts))
    _write(lake, video, "visible_texts", **_visible_texts(shot_ids, starts))
    _write(lake, video, "reuses", **shared_with(video.video_id, content, "news/copies/tape 00.mp4", Content(0, 60.0)))
    _write(lake, video, "transcripts", **transcript_columns(starts, ends, content.seed))
    _write(lake, video, "descriptions", **description_rows(shot_ids, starts).to_dict(as_series=True))
    _write(lake, video, "summaries", **summary_columns(shot.tolist()))
    _write(lake, video, "findings", **finding_columns(shot_ids, starts))
    _write(lake, video, "second_opinions", **finding_columns(shot_ids[::2], starts[::2], every=2))
    costs_s = random.uniform(0.1, 3, 4)
    _write(
        lake,
        video,
        "video_statistics",
        duration_s=[span_s],
        n_frames=[pts_s.size],
        n_cuts=[n_shots - 1],
        n_classes=[len(set(labels) - {-1})],
        n_scenes=[n_shots],
        n_shots=[n_shots],
        mean_shot_s=[span_s / n_shots],
        shots_per_minute=[60 * n_shots / span_s],
        unclustered_share=[float(np.mean(labels[shot_of] == -1))],
        **dict(zip(("frames_s", "embeddings_s", "semantics_s", "index_s"), ([s] for s in costs_s), strict=True)),
        realtime_factor=[span_s / costs_s.sum()],
    )


def _concepts(shot_ids: list[str]) -> dict[str, list[object]]:
    """Two vocabularies that hold here and there, and one of scores alone."""
    rows = [
        row
        for number, shot_id in enumerate(shot_ids)
        for row in (
            (shot_id, "contents", ("city", "crowd", "sport")[number % 3], 0.8, 1, True),
            (shot_id, "contents", "interview", 0.1, 2, False),
            (shot_id, "time_of_day", ("day", "night")[number % 2], 0.4 + 0.2 * (number % 3), 1, number % 3 > 0),
            (shot_id, "content_warnings", "violence", 0.1 + 0.01 * (number % 9), 1, False),
        )
    ]
    names = ("shot_id", "vocabulary", "concept", "score", "rank", "holds")
    return dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))


def _detections(shot_ids: list[str], starts_s: NDArray[np.float64]) -> dict[str, list[object]]:
    """In shot n there are n modulo 5 persons."""
    rows = [
        (shot_id, starts_s[number], "rt-detr", "person", 0.9, 0.1 * one, 0.2, 0.1 * one + 0.1, 0.8)
        for number, shot_id in enumerate(shot_ids)
        for one in range(number % 5)
    ]
    names = ("shot_id", "pts_s", "detector", "label", "score", "x0", "y0", "x1", "y1")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _visible_texts(shot_ids: list[str], starts_s: NDArray[np.float64]) -> dict[str, list[object]]:
    """In every third shot somebody is named, in every third a line of credits stands."""
    lower_third = (("Begoña Ibáñez", 0.75, "lower_third"), ("Alcaldesa de Lugo", 0.82, "lower_third"))
    written = (lower_third, (("Música", 0.4, "credit"), ("Ana Yagüe", 0.5, "credit")), ())
    rows = [
        (shot_id, at_s, at_s + 2, at_s + 1, text, 0.06, top, 0.3, top + 0.06, 0.98, kind)
        for number, (shot_id, at_s) in enumerate(zip(shot_ids, starts_s.tolist(), strict=True))
        for text, top, kind in written[number % 3]
    ]
    names = ("shot_id", "pts_s", "end_s", "read_s", "text", "x0", "y0", "x1", "y1", "confidence", "kind")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def shared_with(video_id: str, content: Content, other_id: str, other: Content) -> dict[str, list[object]]:
    """The columns of `reuses`: the beginning of the one is a later part of the other; nothing is shared with itself."""
    here = {"start_s": 0.0, "end_s": 3.0, "other_video_id": other_id, "other_start_s": 5.0, "other_end_s": 8.0}
    about = {"score": 0.9, "mirrored": False, "sha256": content.sha256, "other_sha256": other.sha256}
    return {name: [value] * (video_id != other_id) for name, value in (here | about).items()}


def write_facts(lake: Lake, video: VideoName, content: Content) -> None:
    """`media` and `decoding` only: what a video that fails later leaves."""
    _write(
        lake,
        video,
        "media",
        sha256=[content.sha256],
        bytes=[content.bytes],
        container=["mov,mp4,m4a,3gp,3g2,mj2"],
        video_codec=[CODECS[content.seed % len(CODECS)]],
        stream_index=[0],
        width=[1280],
        height=[720],
        rotation=[0],
        sample_aspect_ratio=[1.0],
        frame_rate=[25.0],
        is_vfr=[False],
        is_interlaced=[content.seed % 2 == 1],
        zero_s=[0.0],
        start_s=[0.0],
        duration_s=[content.duration_s],
        has_audio=[True],
        audio_codec=["aac"],
        source_timecode=["10:00:00:00"],
        drop_frame=[False],
        is_mirrored=[False],
        note=[None],
        colour_matrix=["bt709"],
        is_colour_matrix_assumed=[True],
        colour_range=["tv"],
        colour_primaries=[None],
        colour_transfer=[None],
    )
    _write(
        lake,
        video,
        "decoding",
        n_source_frames=[int(content.duration_s * content.decoded_share * 25)],
        start_s=[0.0],
        end_s=[content.duration_s * content.decoded_share],
        decoded_share=[content.decoded_share],
        warnings=[[]],
    )


def _write(lake: Lake, video: VideoName, table: str, **columns: object) -> None:
    rows = pl.DataFrame(columns).with_columns(video_id=pl.lit(video.video_id))
    lake.write(table, video, rows, Provenance("synthetic", "1"))
