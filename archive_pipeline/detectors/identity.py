"""A stable identity of a detector, for fingerprints. Cheap: nothing is loaded."""

import hashlib

from archive_pipeline.detectors.checkpoint import checkpoint_folder
from archive_pipeline.detectors.names import HubRepository, ModelFolder, UltralyticsFile, folder_files, parse
from archive_pipeline.encoders.identity import file_digest


def identify(checkpoint: str) -> str:
    """What a detector's answers depend on, for fingerprints: a repository is its name, local files are their sha256.

    Raises ConfigurationError `detector_unknown`, and where a local file is missing `detector_unavailable` or
    `model_unavailable`.
    """
    source = parse(checkpoint)
    match source:
        case HubRepository():
            return source.name
        case UltralyticsFile():
            return f"sha256:{file_digest(source.file, checkpoint)}"
        case ModelFolder():
            files = folder_files(checkpoint_folder(source))
            lines = (f"{file.name} {file_digest(file, checkpoint)}\n" for file in files)
            return f"folder:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
