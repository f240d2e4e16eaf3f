"""descriptions: what a vision-language model says of each shot."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.assets.video_facts import media_facts
from archive_pipeline.language.descriptions.answers import Answer, Row
from archive_pipeline.language.descriptions.faithfulness import most_faithful
from archive_pipeline.language.descriptions.parts import FoundPart, parts_of_shots
from archive_pipeline.language.descriptions.regions import nearest_words
from archive_pipeline.language.descriptions.rows import described_rows, kept_answers
from archive_pipeline.language.vlm import open_vlm
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.moments import can_seek
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import DESCRIPTIONS, EMBEDDINGS
from archive_pipeline.stages.descriptions import Describing, ShotToDescribe, cut_outs, describe_shots
from archive_pipeline.stages.parameters import answer_fingerprint, describes_objects, description_parameters
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.stills import Stills

_SHOWN = 8


@analysis_asset(DESCRIPTIONS, kinds={"vllm", "parquet"}, deps=[shots])
def descriptions(context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource) -> dg.MaterializeResult:
    """Ask a VLM server about the shots that have no description yet, and keep every answer, refusals too."""
    with analysis_work(context, archive, DESCRIPTIONS) as work:
        if not work.is_current:
            _describe(work, encoder, context.run.run_id)
        table = work.read("descriptions")
        counts = dict(table.group_by("status").len().iter_rows())
        if set(counts) - {"ok"}:
            context.log.warning(f"{work.video_id}: not described, by reason: {_reasons(table)}")
        return work.result(_metadata(table, counts))


def _describe(work: VideoWork, encoder: EncoderResource, run_id: str) -> None:
    settings = work.archive.settings
    table = work.read("shots", "shot_id", "start_s", "end_s", "keyframe_s")
    parts = parts_of_shots(work.read("detections")) if describes_objects(work.collection) else {}
    asked = _asked(work.parameters, table["shot_id"], parts)
    known = {} if work.force else kept_answers(work.read("descriptions"), asked)
    # A forced run asks everything once, and when it is retried only what it has not asked yet.
    how = Describing(
        description_parameters(work.collection),
        work.collection.language,
        None if settings.vlm_boxes == "auto" else settings.vlm_boxes,
        answer_fingerprint({**work.parameters, **work.inputs}) + (f" {run_id}" if work.force else ""),
    )
    wanted = [
        ShotToDescribe(shot_id, ShotSpan(*span), parts.get(shot_id, ()))
        for shot_id, *span in table.iter_rows()
        if shot_id not in known
    ]
    warnings = work.read("decoding", "warnings")["warnings"].item()
    facts = media_facts(work)
    pictures = SourcePictures(work.file, facts, find_ffmpeg(settings.ffmpeg), can_seek(facts, warnings))
    with work.journal() as journal:
        found = describe_shots(wanted, pictures, lambda: open_vlm(settings, for_runs=True), how, journal)
        answered = {**known, **found}
        answers = [answered[shot_id] for shot_id in table["shot_id"]]
        rows = described_rows(table["shot_id"].to_list(), answers, _chosen(work, encoder, answers), asked)
        work.notes |= {"asked": len(found), "kept": len(known)}
        work.write("descriptions", rows)
    journal.delete()


def _asked(
    parameters: Mapping[str, Any], shot_ids: Iterable[str], parts: Mapping[str, Sequence[FoundPart]]
) -> dict[str, str]:
    """By shot, the fingerprint of what its answer is a function of beside its pictures. Another detector that finds the
    same in a shot changes nothing there."""
    plain = {name: value for name, value in parameters.items() if name != "objects"}
    of_none = answer_fingerprint(plain)
    found = {
        shot_id: answer_fingerprint({**plain, "parts": [asdict(part) for part in own]})
        for shot_id, own in parts.items()
    }
    return {shot_id: found.get(shot_id, of_none) for shot_id in shot_ids}


def _chosen(
    work: VideoWork, encoder: EncoderResource, answers: Sequence[Answer]
) -> Sequence[tuple[Row, float | None] | None]:
    """The candidate of each shot that is kept, and how near it is; without a measure where the shots are of another
    encoder than the collection names now."""
    candidates = [answer.candidates for answer in answers]
    embedded = work.lake.provenance(EMBEDDINGS.tables[-1], work.video)
    name = work.collection.model
    if embedded is None or embedded.parameters.get("model") != encoder.identify(name):
        return [(own[0], None) if own else None for own in candidates]
    model = encoder.get(name)
    chosen = most_faithful(candidates, embedding_matrix(work.read("shot_embeddings")), model.encode_texts)
    stills = Stills(work.lake)

    def nearest(answer: Answer, kept: tuple[Row, float | None]) -> tuple[Row, float | None]:
        cut = partial(cut_outs, stills, work.video, answer.row["box_frame_s"])
        return nearest_words(kept[0], answer.candidates, cut, model.encode_texts, model.encode_images), kept[1]

    return [kept and nearest(answer, kept) for answer, kept in zip(answers, chosen, strict=True)]


def _reasons(table: pl.DataFrame) -> str:
    counted = table.filter(pl.col("status") != "ok").group_by("status", "reason").len().sort("len", descending=True)
    return "; ".join(f"{n} {status} ({reason})" for status, reason, n in counted.head(5).iter_rows())


def _metadata(table: pl.DataFrame, counts: Mapping[str, int]) -> dict[str, Any]:
    described = table.filter(pl.col("status") == "ok")
    faithfulness = described["faithfulness"].drop_nulls()
    facts: dict[str, Any] = {
        "dagster/row_count": table.height,
        **{status: counts.get(status, 0) for status in ("ok", "refused", "cut_off", "invalid", "no_picture")},
        "prompt_tokens": int(table["prompt_tokens"].sum()),
        "completion_tokens": int(table["completion_tokens"].sum()),
        "mean_latency_s": round(float(table["latency_s"].to_numpy().mean()), 2),
        "models": ", ".join(sorted(table["model"].drop_nulls().unique())) or "none",
        "examples": dg.MetadataValue.md(_examples(described)),
    }
    if len(faithfulness):
        facts["mean_faithfulness"] = round(float(faithfulness.to_numpy().mean()), 4)
    return facts


def _examples(described: pl.DataFrame) -> str:
    """A few descriptions; what a model wrote goes into Markdown as preformatted, escaped text."""
    rows = described.gather_every(max(1, described.height // _SHOWN)).head(_SHOWN)
    lines = (f"{row['title']}: {row['description'][:300]}" for row in rows.iter_rows(named=True))
    return "<pre>" + html.escape("\n".join(" ".join(line.split()) for line in lines)) + "</pre>"
