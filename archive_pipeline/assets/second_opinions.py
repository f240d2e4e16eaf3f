"""second_opinions: what another model, or another run of the same one, answers about the shots that findings raise, and
about a few of those that they do not."""

from dataclasses import replace

import dagster as dg

from archive_pipeline.assets.findings import findings
from archive_pipeline.assets.judged_shots import cases_of, judge_shots, judged_result
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.transcript import transcript
from archive_pipeline.language.vlm import VlmServer, open_vlm
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import SECOND_OPINIONS
from archive_pipeline.stages.findings import Case
from archive_pipeline.stages.policies import second_seed
from archive_pipeline.stages.second_opinions import asked_again


@analysis_asset(SECOND_OPINIONS, kinds={"vllm", "parquet"}, deps=[findings, transcript])
def second_opinions(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Ask once more about shots that a policy flags, and some that it does not, beside the first answers and not over
    them."""
    settings = archive.settings
    with analysis_work(context, archive, SECOND_OPINIONS) as work:
        if not work.is_current:
            judge_shots(work, _cases(work), lambda: _server(settings), context.run.run_id, second_seed(settings))
        return judged_result(context, work)


def _cases(work: VideoWork) -> list[Case]:
    findings = work.read("findings", "shot_id", "policy", "status", "raised")
    wanted = asked_again(findings, work.parameters["sample"])
    cases = cases_of(work, work.parameters["policies"])
    return [case for case in cases if (case.shot_id, case.policy.name) in wanted]


def _server(settings: Settings) -> VlmServer:
    server = open_vlm(settings, for_runs=True)
    return replace(server, model=settings.vlm_second_model or server.model)
