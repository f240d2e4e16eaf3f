"""visible_text: what is written in the pictures; no server."""

import html
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.assets.video_facts import media_facts
from archive_pipeline.language.visible_text import get_reader
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.moments import Moment, can_seek, sample_moments
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import VISIBLE_TEXT
from archive_pipeline.stages.parameters import answer_fingerprint
from archive_pipeline.stages.visible_text import READING, PictureAt, read_shots

_SHOWN = 20


@analysis_asset(VISIBLE_TEXT, kinds={"onnx", "parquet"}, deps=[shots])
def visible_text(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Read names, titles, credits, slates and timecodes off the pictures, each with its box and for how long."""
    with analysis_work(context, archive, VISIBLE_TEXT) as work:
        if not work.is_current:
            _read(work, context.run.run_id)
        return work.result(_metadata(work.read("visible_texts"), work))


def _read(work: VideoWork, run_id: str) -> None:
    reader = get_reader()
    work.start_clock()
    made_from = answer_fingerprint({**work.parameters, **work.inputs, "code_version": work.stage.code_version})
    with work.journal() as journal:
        rows, n_read = read_shots(
            work.lake,
            work.video,
            work.collection,
            reader,
            _source_pictures(work),
            journal,
            f"{made_from} {run_id}" if work.force else made_from,
        )
        work.notes |= {"device": reader.device, "pictures_read": n_read}
        work.write("visible_texts", rows)
    journal.delete()


def _source_pictures(work: VideoWork) -> PictureAt:
    """From the file, where a picture of it costs less than decoding all that lies before it."""
    facts, ffmpeg = media_facts(work), find_ffmpeg(work.archive.settings.ffmpeg)
    if not can_seek(facts, work.read("decoding", "warnings")["warnings"].item()):
        return lambda _: None

    def picture_at(moment: Moment) -> bytes | None:
        found = sample_moments(work.file, facts, READING, ffmpeg, [moment])
        return found[0].jpeg if found else None

    return picture_at


def _metadata(table: pl.DataFrame, work: VideoWork) -> dict[str, Any]:
    stored = work.stored(VISIBLE_TEXT)
    return {
        "dagster/row_count": table.height,
        "shots": work.read("shots", "shot_id").height,
        "shots_with_text": table["shot_id"].n_unique(),
        "pictures_read": stored.notes.get("pictures_read", 0) if stored else 0,
        "texts": shown_texts(table),
    }


def shown_texts(table: pl.DataFrame) -> dg.MetadataValue:
    """Some of the lines; what is written in a picture goes into Markdown as preformatted, escaped text."""
    lines = [f"{kind}: {text[:80]}" for kind, text in table.select("kind", "text").unique(maintain_order=True).rows()]
    return dg.MetadataValue.md("<pre>" + html.escape("\n".join(lines[:_SHOWN]) or "nothing") + "</pre>")
