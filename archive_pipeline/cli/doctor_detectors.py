"""The part of `doctor` about detectors: those that collections look for objects with."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.detectors import require_detector
from archive_pipeline.errors import ArchiveError
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ANALYSES_OF
from archive_pipeline.stages.parameters import asked_analyses, object_parameters


def look_at_detectors(settings: Settings) -> Iterator[Finding]:
    """Whether their files are here, or can be had; nothing where no collection asks for objects."""
    collections = load_collections(settings.collection_folders)[0]
    looking = (one for one in collections if ANALYSES_OF[one.kind]["objects"] in asked_analyses(one))
    asked = sorted({object_parameters(one).detector for one in looking})
    for name in asked:
        try:
            require_detector(name, settings.detectors)
        except ArchiveError as error:
            yield Finding(f"detector {name}", "problem", error.code, error.message)
        else:
            yield Finding(f"detector {name}", "ok", settings.detectors[name])
