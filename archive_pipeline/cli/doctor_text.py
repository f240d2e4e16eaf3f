"""The part of `doctor` about writing in pictures: whether it can be read where a collection asks for it."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.visible_text import get_reader, reader_identity
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import PHOTO_VISIBLE_TEXT, VISIBLE_TEXT
from archive_pipeline.stages.parameters import asked_analyses


def look_at_text(settings: Settings) -> Iterator[Finding]:
    """Loads the reader, whose libraries may lack others; nothing where no collection asks for visible_text."""
    asked = {stage for one in load_collections(settings.collection_folders)[0] for stage in asked_analyses(one)}
    if asked.isdisjoint((VISIBLE_TEXT, PHOTO_VISIBLE_TEXT)):
        return
    try:
        reader = get_reader()
    except ArchiveError as error:
        yield Finding("visible text", "problem", error.code, error.message)
    else:
        yield Finding("visible text", "ok", f"{reader_identity()} on {reader.device}")
