"""summaries: scenes and the programme in a few sentences, from the descriptions of their shots."""

import html
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.descriptions import descriptions
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.language.descriptions.model import DEFAULT_LANGUAGE
from archive_pipeline.language.descriptions.summary import Summary
from archive_pipeline.language.vlm import open_vlm
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import SUMMARIES
from archive_pipeline.stages.parameters import answer_fingerprint
from archive_pipeline.stages.summaries import Summarized, Summarizer
from archive_pipeline.store.schema import table as schema_of

_COLUMNS = tuple(field.name for field in fields(Summary))


@analysis_asset(SUMMARIES, kinds={"vllm", "parquet"}, deps=[descriptions])
def summaries(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Ask the VLM server, in text alone, for a summary of every scene and of the programme."""
    with analysis_work(context, archive, SUMMARIES) as work:
        if not work.is_current:
            _summarize(work, context.run.run_id)
        table = work.read("summaries")
        return work.result(_metadata(table))


def _summarize(work: VideoWork, run_id: str) -> None:
    settings = work.archive.settings
    described = work.read("descriptions", "shot_id", "status", "title", "description", "visible_text", "language")
    shots = work.read("shots", "shot_id", "scene", "start_s").join(described, on="shot_id", how="inner")
    stored = pl.DataFrame() if work.force else work.read("summaries")
    known = {row["asked"]: Summary(**{name: row[name] for name in _COLUMNS}) for row in stored.iter_rows(named=True)}
    fingerprint = answer_fingerprint(work.parameters)
    with work.journal() as journal:
        summarizer = Summarizer(
            lambda: open_vlm(settings, for_runs=True),
            work.collection.language or DEFAULT_LANGUAGE,
            fingerprint,
            known,
            journal,
            # A forced run asks everything once, and when it is retried only what it has not asked yet.
            kept_as=f"{fingerprint} {run_id}" if work.force else fingerprint,
        )
        found = summarizer.of_video(shots)
        work.write("summaries", _rows(found, work.parameters["prompt"]))
    journal.delete()


def _rows(found: Sequence[Summarized], prompt: str) -> pl.DataFrame:
    schema = {name: kind for name, kind in schema_of("summaries").polars_schema.items() if name != "video_id"}
    rows = [
        {**asdict(one.summary), "scene": one.scene, "n_shots": one.n_shots, "asked": one.asked}
        | {"prompt_version": prompt}
        for one in found
    ]
    return pl.DataFrame(rows, schema=schema)


def _metadata(table: pl.DataFrame) -> dict[str, Any]:
    programme = table.filter(pl.col("scene").is_null()).row(0, named=True)
    told = f"{programme['title']}\n\n{programme['summary']}" if programme["summary"] else programme["reason"]
    return {
        "dagster/row_count": table.height,
        "scenes": table.height - 1,
        "without_summary": table.filter(pl.col("status") != "ok").height,
        "questions": int(table["n_questions"].sum()),
        "prompt_tokens": int(table["prompt_tokens"].sum()),
        "completion_tokens": int(table["completion_tokens"].sum()),
        "programme": dg.MetadataValue.md("<pre>" + html.escape(told) + "</pre>"),
    }
