"""descriptions: what a vision-language model says of each shot."""

import dagster as dg

from archive_pipeline.assets.described_pictures import Subjects, describe_subjects, described
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.assets.video_facts import media_facts
from archive_pipeline.language.descriptions.parts import parts_of_shots
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.moments import can_seek
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import DESCRIPTIONS, EMBEDDINGS
from archive_pipeline.stages.parameters import describes_objects, description_parameters
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures
from archive_pipeline.store.stills import Stills


@analysis_asset(DESCRIPTIONS, kinds={"vllm", "parquet"}, deps=[shots])
def descriptions(context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource) -> dg.MaterializeResult:
    """Ask a VLM server about the shots that have no description yet, and keep every answer, refusals too."""
    with analysis_work(context, archive, DESCRIPTIONS) as work:
        if not work.is_current:
            _describe(work, encoder, context.run.run_id)
        return described(context, work)


def _describe(work: VideoWork, encoder: EncoderResource, run_id: str) -> None:
    table = work.read("shots", "shot_id", "start_s", "end_s", "keyframe_s")
    spans = {shot_id: ShotSpan(*span) for shot_id, *span in table.iter_rows()}
    facts = media_facts(work)
    can_be_sought = can_seek(facts, work.read("decoding", "warnings")["warnings"].item())
    pictures = SourcePictures(work.file, facts, find_ffmpeg(work.archive.settings.ffmpeg), can_be_sought)
    n_frames = description_parameters(work.collection).frames
    stills = Stills(work.lake)

    def still(_: str, time_s: float) -> bytes | None:
        found = stills.at(work.video, time_s)
        return found.jpeg if found else None

    subjects = Subjects(
        "shot",
        list(spans),
        lambda shot_id: pictures.of_shot(spans[shot_id], n_frames),
        still,
        (EMBEDDINGS.tables[-1], "shot_embeddings"),
        {**work.parameters, **work.inputs},
        parts_of_shots(work.read("detections")) if describes_objects(work.collection) else {},
    )
    with work.journal() as journal:
        work.write("descriptions", describe_subjects(work, encoder, run_id, subjects, journal))
    journal.delete()
