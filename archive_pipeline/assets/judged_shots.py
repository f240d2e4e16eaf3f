"""What `findings` and `second_opinions` have in common: shots under policies, judged and kept in the stage's table."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.video_facts import media_facts
from archive_pipeline.language.findings.rows import Row, finding_rows
from archive_pipeline.language.transcripts.script import Script
from archive_pipeline.language.vlm import VlmServer
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.moments import can_seek
from archive_pipeline.resources.work import VideoWork
from archive_pipeline.stages.findings import Case, fingerprint, judge
from archive_pipeline.stages.policies import policies_of
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures

_SHOWN = 10


def cases_of(work: VideoWork, parameters: Mapping[str, Any]) -> list[Case]:
    """Every shot with every policy, in order of shots. `parameters`: of what is asked, by policy."""
    script = Script(work.read("transcripts"))
    policies = policies_of(work.collection, work.archive.settings)
    spans = work.read("shots", "shot_id", "start_s", "end_s", "keyframe_s")
    cases = []
    for shot_id, start_s, end_s, keyframe_s in spans.iter_rows():
        said = script.during(start_s, end_s)
        for policy in policies:
            asked = fingerprint(parameters[policy.name], said)
            cases.append(Case(shot_id, ShotSpan(start_s, end_s, keyframe_s), policy, said, asked))
    return cases


def judge_shots(
    work: VideoWork,
    cases: Sequence[Case],
    open_server: Callable[[], VlmServer],
    run_id: str,
    seed: int | None = None,
) -> None:
    """Ask about the cases that were not judged yet, and write the stage's table. `seed`: as of `judge`."""
    (table,) = work.stage.tables
    known = {} if work.force else _kept(work.read(table))
    missing = [case for case in cases if case.key not in known]
    warnings = work.read("decoding", "warnings")["warnings"].item()
    facts = media_facts(work)
    pictures = SourcePictures(work.file, facts, find_ffmpeg(work.archive.settings.ffmpeg), can_seek(facts, warnings))
    with work.journal() as journal:
        # A forced run asks everything once, and when it is retried only what it has not asked yet.
        run = run_id if work.force else ""
        found = judge(missing, pictures, open_server, work.collection.language, journal, run, seed)
        judged = {**known, **found}
        rows = [{**row, "shot_id": case.shot_id, "asked": case.asked} for case in cases for row in judged[case.key]]
        work.notes |= {"judged": len(missing), "kept": len(cases) - len(missing)}
        work.write(table, finding_rows(rows))
    journal.delete()


def judged_result(context: dg.AssetExecutionContext, work: VideoWork) -> dg.MaterializeResult:
    """What the table holds, and a warning of shots without an answer."""
    table = work.read(*work.stage.tables)
    counts = dict(table.group_by("status").agg(pl.col("shot_id").n_unique()).iter_rows())
    if set(counts) - {"ok", "nothing_to_judge"}:
        context.log.warning(f"{work.video_id}: shots without an answer: {_reasons(table)}")
    return work.result(_metadata(table, counts))


def _kept(stored: pl.DataFrame) -> dict[str, list[Row]]:
    """The rows of a table that was written before, by the keys of their cases."""
    kept: dict[str, list[Row]] = {}
    for row in stored.drop("video_id").iter_rows(named=True):
        kept.setdefault(f"{row['shot_id']} {row['policy']} {row['asked']}", []).append(row)
    return kept


def _reasons(table: pl.DataFrame) -> str:
    failed = table.filter(~pl.col("status").is_in(["ok", "nothing_to_judge"]))
    counted = failed.group_by("status", "reason").len().sort("len", descending=True)
    return "; ".join(f"{n} {status} ({reason})" for status, reason, n in counted.head(5).iter_rows())


def _metadata(table: pl.DataFrame, counts: Mapping[str, int]) -> dict[str, Any]:
    raised = table.filter(pl.col("raised"))
    asked = table.filter(pl.col("model").is_not_null()).unique(["shot_id", "policy"])
    by_question = raised.group_by("policy", "question").len().sort("len", descending=True)
    return {
        "dagster/row_count": table.height,
        **{f"shots_{status}": counts.get(status, 0) for status in ("ok", "nothing_to_judge", "refused", "cut_off")},
        "raised": raised.height,
        "unsupported": raised.filter(~pl.col("is_supported")).height,
        "by_question": ", ".join(f"{question} {n}" for _, question, n in by_question.iter_rows()) or "none",
        "prompt_tokens": int(asked["prompt_tokens"].sum()),
        "completion_tokens": int(asked["completion_tokens"].sum()),
        "examples": dg.MetadataValue.md(_examples(raised)),
    }


def _examples(raised: pl.DataFrame) -> str:
    """A few findings; what a model wrote goes into Markdown as preformatted, escaped text."""
    lines = (
        f"{row['question']}: {(row['justification'] or '')[:300]}" for row in raised.head(_SHOWN).iter_rows(named=True)
    )
    return "<pre>" + html.escape("\n".join(" ".join(line.split()) for line in lines)) + "</pre>"
