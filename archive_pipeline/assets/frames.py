"""frames: the one decode pass of a video, giving sampled pictures and cuts."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import dagster as dg
import polars as pl

from archive_pipeline.assets.policy import video_asset
from archive_pipeline.assets.retention import pictures_suffice
from archive_pipeline.assets.source_video import require_same_content, source_video
from archive_pipeline.assets.video_facts import media_facts
from archive_pipeline.media.decoders.model import Decoder
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.intervals import fill_empty_intervals, merge_pictures, pictures
from archive_pipeline.media.model import Decoding, Sample
from archive_pipeline.media.sampling import sample_video
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages.chain import FRAMES
from archive_pipeline.stages.machine_decoders import machine_decoders
from archive_pipeline.stages.parameters import sampling_parameters
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table


def frame_times_increase(archive: Archive, video: VideoName) -> dg.AssetCheckResult:
    """The times of the sampled frames strictly increase and lie within the video; frames are numbered in order."""
    rows = archive.lake.read("pictures", video, ["frame", "pts_s"])
    start_s, end_s = archive.lake.read("decoding", video, ["start_s", "end_s"]).row(0)
    steps = rows["pts_s"].diff().drop_nulls()
    within = bool(((rows["pts_s"] >= start_s) & (rows["pts_s"] < end_s)).all())
    passed = rows.height > 0 and bool((steps > 0).all()) and within and rows["frame"].to_list() == [*range(rows.height)]
    return dg.AssetCheckResult(passed=passed, metadata={"frames": rows.height, "within_the_video": within})


@video_asset(
    FRAMES, group_name="media", kinds={"ffmpeg", "parquet"}, deps=[source_video], checks=(frame_times_increase,)
)
def frames(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Decode once: the first source frame at or after each k/fps as a JPEG with its exact time, and all cuts."""
    with video_work(context, archive, FRAMES) as work:
        if not (work.is_current and pictures_suffice(work)):
            work.is_current = False
            _decode(work)
        found = work.read("decoding").row(0, named=True)
        cuts = work.read("cuts", "kind")["kind"]
        n_frames = work.read("pictures", "frame").height
        stored = work.stored(FRAMES)
        assert stored is not None
        duration_s = found["end_s"] - found["start_s"]
        return work.result(
            {
                "dagster/row_count": n_frames,
                "frames": n_frames,
                "source_frames": found["n_source_frames"],
                "hard_cuts": int((cuts == "hard").sum()),
                "gradual_cuts": int((cuts == "gradual").sum()),
                "decoded_share": round(found["decoded_share"], 4),
                "decoder": stored.notes.get("decoder", "cpu"),
                "decoder_warnings": "; ".join(found["warnings"]) or "none",
                "realtime_factor": round(duration_s / max(stored.elapsed_s, 1e-3), 1),
            }
        )


def _decode(work: VideoWork) -> None:
    settings = work.archive.settings
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    decoders = machine_decoders(settings, ffmpeg, work.collection.decoder)
    decoders.decode(work.file, lambda decoder: _decode_with(work, ffmpeg, decoder))


def _decode_with(work: VideoWork, ffmpeg: Path, decoder: Decoder) -> None:
    """Pictures are streamed into their table, so that memory does not grow with the duration.

    Where the decoder fails, the table that was begun goes with the error; another decoder begins a new one.
    """
    if not work.notes:
        work.start_clock()  # waiting for a decoder is no cost of the video, one that fails is
    work.notes["decoder"] = decoder.note
    parameters = sampling_parameters(work.collection)
    facts = media_facts(work)
    times_s: list[float] = []
    extras: list[Sample] = []
    with work.writer("pictures", is_complete=lambda: not extras) as writer:

        def keep(samples: Sequence[Sample]) -> None:
            writer.append(pictures(samples))
            times_s.extend(sample.pts_s for sample in samples)

        decoding = sample_video(work.file, facts, parameters, ffmpeg, keep, decoder=decoder)
        extras += fill_empty_intervals(work.file, facts, parameters, ffmpeg, decoding, times_s)
        require_same_content(work)
        _write_findings(work, decoding)
    if extras:
        batches = work.lake.batches("pictures", work.video, list(_PICTURE_TYPES), batch_rows=64)
        with work.writer("pictures") as writer:
            for batch in merge_pictures(batches, pictures(extras)):
                writer.append(batch)


def _write_findings(work: VideoWork, decoding: Decoding) -> None:
    cuts = [asdict(cut) for cut in decoding.cuts]
    work.write("cuts", pl.DataFrame(cuts, schema=_CUT_TYPES))
    facts = {name: value for name, value in asdict(decoding).items() if name != "cuts"}
    work.write("decoding", pl.DataFrame([facts | {"warnings": list(decoding.warnings)}], schema=_DECODING_TYPES))


def _types(name: str) -> pl.Schema:
    return pl.Schema({column: kind for column, kind in table(name).polars_schema.items() if column != "video_id"})


_CUT_TYPES = _types("cuts")
_DECODING_TYPES = _types("decoding")
_PICTURE_TYPES = _types("pictures")
