"""The part of `doctor` about words: vocabularies and the servers that describe."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.yaml_files import FileProblem
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.concepts.vocabulary_files import load_vocabularies
from archive_pipeline.language.vlm.reachability import served_models
from archive_pipeline.settings import Settings
from archive_pipeline.stages.vocabularies import scoring_model, vocabularies_of

_SERVER_WAIT_S = 5


def look_at_vocabularies(settings: Settings) -> Iterator[Finding]:
    """Files that are wrong, and collections that name what is not there."""
    known, problems = load_vocabularies(settings.own_vocabularies)
    yield from beside_the_archive("vocabularies", "ARCHIVE_VOCABULARIES", settings.own_vocabularies)

    def choose(collection: Collection) -> None:
        for vocabulary in vocabularies_of(collection, settings):
            scoring_model(vocabulary, collection.model, settings)

    yield from look_at_files(("vocabulary", "vocabularies"), len(known), problems, settings, choose)


def beside_the_archive(what: str, setting: str, folders: Sequence[Path]) -> Iterator[Finding]:
    """Folders that are read only because they lie in the working directory; the last of `folders` is the archive's."""
    for beside in folders[:-1]:
        fix = f"commands that are started elsewhere do not see them: move them to {folders[-1]}"
        yield Finding(what, "note", f"{beside} is read, since no {setting} is set", fix)


def look_at_files(
    what: tuple[str, str],
    n_known: int,
    problems: Sequence[FileProblem],
    settings: Settings,
    choose: Callable[[Collection], object],
) -> Iterator[Finding]:
    """Files of one kind (`what`: one, many) that are wrong, and collections for which `choose` raises ArchiveError."""
    one, many = what
    for problem in problems:
        yield Finding(one, "problem", f"{problem.file.name}:{problem.line}", problem.message)
    for collection in load_collections(settings.collection_folders)[0]:
        try:
            choose(collection)
        except ArchiveError as error:
            yield Finding(f"{many} of {collection.name}", "problem", error.code, error.message)
    if not problems:
        yield Finding(many, "ok", f"{n_known} right")


def look_at_vlm(settings: Settings) -> Iterator[Finding]:
    if not settings.vlm_url:
        yield Finding(
            "vlm", "note", "no server named", "not needed to ingest and search; ARCHIVE_VLM_URL names one (vLLM)"
        )
        return
    try:
        served = ", ".join(served_models(settings.vlm_url, settings.vlm_key, _SERVER_WAIT_S))
    except ArchiveError as error:
        fix = "start it, or correct ARCHIVE_VLM_URL (it ends in /v1); ingest and search work without it"
        yield Finding("vlm", "problem", error.message, fix)
    else:
        yield Finding("vlm", "ok", f"{settings.vlm_url} serves {served}")
