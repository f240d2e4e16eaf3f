"""findings: what a model answers to the questions of the collection's policies, shot by shot."""

import dagster as dg

from archive_pipeline.assets.judged_shots import cases_of, judge_shots, judged_result
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.assets.transcript import transcript
from archive_pipeline.language.vlm import open_vlm
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import analysis_work
from archive_pipeline.stages.chain import FINDINGS, SECOND_OPINIONS
from archive_pipeline.stages.parameters import asked_analyses
from archive_pipeline.stages.second_opinions import withdraw


@analysis_asset(FINDINGS, kinds={"vllm", "parquet"}, deps=[shots, transcript])
def findings(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Put the policies to the shots that were not judged yet: answers with evidence, for a person who reviews."""
    with analysis_work(context, archive, FINDINGS) as work:
        if not work.is_current:
            if work.force and SECOND_OPINIONS in asked_analyses(work.collection):
                withdraw(work.lake, work.video, context.run.run_id)
            cases = cases_of(work, work.parameters)
            judge_shots(work, cases, lambda: open_vlm(archive.settings, for_runs=True), context.run.run_id)
        return judged_result(context, work)
