"""The part of `doctor` about what is said and judged: policies, and the server that listens."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.cli.doctor_words import beside_the_archive, look_at_files
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.language.vlm.reachability import served_models
from archive_pipeline.settings import Settings
from archive_pipeline.stages.policies import policies_of

_SERVER_WAIT_S = 5


def look_at_policies(settings: Settings) -> Iterator[Finding]:
    """Files that are wrong, and collections that name what is not there."""
    known, problems = load_policies(settings.own_policies)
    yield from beside_the_archive("policies", "ARCHIVE_POLICIES", settings.own_policies)
    yield from look_at_files(
        ("policy", "policies"), len(known), problems, settings, lambda collection: policies_of(collection, settings)
    )


def look_at_transcription(settings: Settings) -> Iterator[Finding]:
    if not settings.transcription_url:
        fix = "subtitles are read all the same; ARCHIVE_TRANSCRIPTION_URL names one (vLLM with Whisper)"
        yield Finding("transcription", "note", "no server named", fix)
        return
    key = settings.transcription_api_key
    try:
        served = served_models(settings.transcription_url, key.get_secret_value() if key else None, _SERVER_WAIT_S)
    except ArchiveError as error:
        fix = "start it, or correct ARCHIVE_TRANSCRIPTION_URL (it ends in /v1)"
        yield Finding("transcription", "problem", error.message, fix)
        return
    wanted = settings.transcription_model
    if wanted and wanted not in served:
        fix = f"it serves {', '.join(served)}: correct ARCHIVE_TRANSCRIPTION_MODEL"
        yield Finding("transcription", "problem", f"{settings.transcription_url} has no {wanted}", fix)
    else:
        yield Finding("transcription", "ok", f"{settings.transcription_url} serves {', '.join(served)}")
