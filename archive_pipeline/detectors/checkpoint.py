"""Where the files of a transformers checkpoint are, and how they get here."""

from pathlib import Path

from archive_pipeline.detectors.names import FETCHED, HubRepository, ModelFolder, folder_files
from archive_pipeline.encoders.downloads import reach_hub, reason
from archive_pipeline.errors import ConfigurationError


def checkpoint_folder(source: ModelFolder | HubRepository) -> Path:
    """The folder of a checkpoint, complete; a repository's is in the hub's cache, downloaded if need be.

    Raises ConfigurationError `detector_unavailable`, within seconds where there is no network.
    """
    if isinstance(source, ModelFolder):
        if missing := [file.name for file in folder_files(source.folder) if not file.is_file()]:
            raise ConfigurationError(
                "detector_unavailable",
                f"The folder {source.folder} has no {' and no '.join(missing)}. It is to hold what `save_pretrained` "
                "of model and image processor write. Fetch it on a machine with network: "
                f"{_fetching('OWNER/NAME', source.folder)}",
            )
        return source.folder
    from huggingface_hub import snapshot_download

    try:
        cached = Path(snapshot_download(source.name, local_files_only=True))
        if all(file.is_file() for file in folder_files(cached)):
            return cached
    except (OSError, ValueError):  # not in the cache
        pass
    try:
        reach_hub()
        return Path(snapshot_download(source.name, allow_patterns=list(FETCHED)))
    except (OSError, RuntimeError, ValueError) as error:  # what urllib and huggingface_hub raise
        name = source.name.rpartition("/")[2]
        raise ConfigurationError(
            "detector_unavailable",
            f"The detector {source.name} is not on this machine and cannot be downloaded ({reason(error)}). On a "
            f"machine with network: {_fetching(source.name, Path('/models') / name)}, bring that folder here and name "
            f'it: ARCHIVE_DETECTORS=\'{{"{name}": "/models/{name}"}}\'.',
        ) from error


def _fetching(repository: str, folder: Path) -> str:
    patterns = " ".join(f"--include '{pattern}'" for pattern in FETCHED)
    return f"`hf download {repository} {patterns} --local-dir {folder}`"
