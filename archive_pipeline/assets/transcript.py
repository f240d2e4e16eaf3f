"""transcript: what is said, from subtitles beside or in the file, else from a server that listens."""

import html
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.source_video import source_video
from archive_pipeline.assets.video_facts import media_facts
from archive_pipeline.language.transcripts import sidecars
from archive_pipeline.language.transcripts.rows import transcript_rows
from archive_pipeline.language.transcripts.server import TranscriptionServer
from archive_pipeline.language.vlm.journal import AnswerJournal
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import TRANSCRIPT
from archive_pipeline.stages.transcript import Listener, transcribe

_SHOWN = 12  # lines


@analysis_asset(TRANSCRIPT, kinds={"ffmpeg", "parquet"}, deps=[source_video])
def transcript(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Read the subtitles beside the video or in it; where there are none, ask a server that turns speech into words."""
    with analysis_work(context, archive, TRANSCRIPT) as work:
        beside = sidecars.digest(work.file)
        work.inputs = {**work.inputs, **({"sidecars": beside} if beside else {})}
        if not work.is_current:
            _transcribe(work)
        table = work.read("transcripts")
        note = table["note"][0]
        if note:
            context.log.warning(f"{work.video_id}: {note}")
        return work.result(_metadata(table))


def _transcribe(work: VideoWork) -> None:
    settings = work.archive.settings
    journal = AnswerJournal(settings.answers_dir / "transcript" / work.video.relative_file)
    with journal:
        server = _server(settings)
        listener = Listener(server, journal, work.provenance.fingerprint) if server else None
        found = transcribe(
            work.file,
            media_facts(work),
            find_ffmpeg(settings.ffmpeg),
            work.collection.language,
            listener,
            work.collection.subtitle_encoding,
        )
        work.write("transcripts", transcript_rows(found))
    journal.delete()


def _server(settings: Settings) -> TranscriptionServer | None:
    if not settings.transcription_url:
        return None
    key = settings.transcription_api_key
    return TranscriptionServer(
        settings.transcription_url, key.get_secret_value() if key else None, settings.transcription_model
    )


def _metadata(table: pl.DataFrame) -> dict[str, Any]:
    first = table.row(0, named=True)
    said = table.drop_nulls("text")
    lines = [f"{line['start_s']:.1f} s  {line['text']}" for line in said.head(_SHOWN).iter_rows(named=True)]
    return {
        "dagster/row_count": table.height,
        "segments": said.height,
        "minutes_of_speech": round(float((said["end_s"] - said["start_s"]).sum()) / 60, 2),
        "source": first["source"],
        "origin": first["origin"] or "none",
        "note": first["note"] or "none",
        "first_lines": dg.MetadataValue.md("<pre>" + html.escape("\n".join(lines))[:4000] + "</pre>"),
    }
