"""The part of `doctor` about words: vocabularies and the servers that describe."""

from collections.abc import Iterator

from archive_pipeline.cli.finding import Finding
from archive_pipeline.collections.loading import load_collections
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.concepts.loading import load_vocabularies
from archive_pipeline.language.vlm.reaching import served_models
from archive_pipeline.settings import Settings
from archive_pipeline.vocabularies import scoring_model, vocabularies_of

_SERVER_WAIT_S = 5


def look_at_vocabularies(settings: Settings) -> Iterator[Finding]:
    """Files that are wrong, and collections that name what is not there."""
    known, problems = load_vocabularies(settings.own_vocabularies)
    for problem in problems:
        yield Finding("vocabulary", "problem", f"{problem.file.name}:{problem.line}", problem.message)
    for collection in load_collections(settings.collection_folders)[0]:
        try:
            for vocabulary in vocabularies_of(collection, settings):
                scoring_model(vocabulary, collection.model, settings)
        except ArchiveError as error:
            yield Finding(f"vocabularies of {collection.name}", "problem", error.code, error.message)
    if not problems:
        yield Finding("vocabularies", "ok", f"{len(known)} are right")


def look_at_vlm(settings: Settings) -> Iterator[Finding]:
    if not settings.vlm_url:
        yield Finding(
            "vlm", "note", "no server named", "not needed to ingest and search; ARCHIVE_VLM_URL names one (vLLM)"
        )
        return
    key = settings.vlm_api_key.get_secret_value() if settings.vlm_api_key else None
    try:
        served = ", ".join(served_models(settings.vlm_url, key, _SERVER_WAIT_S))
    except ArchiveError as error:
        fix = "start it, or correct ARCHIVE_VLM_URL (it ends in /v1); ingest and search work without it"
        yield Finding("vlm", "problem", error.message, fix)
    else:
        yield Finding("vlm", "ok", f"{settings.vlm_url} serves {served}")
