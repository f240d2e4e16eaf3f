"""Names of detectors: what a person writes in ARCHIVE_DETECTORS, and what it stands for. Imports no torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.errors import ConfigurationError

CONFIGURATION = ("config.json", "preprocessor_config.json")
_WEIGHTS = "*.safetensors"  # nothing else: a pickled checkpoint is a program of whoever made it
FETCHED = ("*.json", _WEIGHTS)
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True)
class ModelFolder:
    """`/models/rtdetr`: a checkpoint as `save_pretrained` of the transformers library writes it."""

    folder: Path


@dataclass(frozen=True)
class HubRepository:
    """`PekingU/rtdetr_v2_r50vd`: such a checkpoint on the Hugging Face hub, or in its cache on this machine."""

    name: str


@dataclass(frozen=True)
class UltralyticsFile:
    """`/models/yolo11n.pt`: weights of Ultralytics' YOLO, whose package is under AGPL-3.0."""

    file: Path


Source = ModelFolder | HubRepository | UltralyticsFile


def known_checkpoint(name: str, detectors: Mapping[str, str]) -> str:
    """The checkpoint that `detectors` (ARCHIVE_DETECTORS) gives for `name`.

    Raises ConfigurationError `detector_unknown`.
    """
    if name not in detectors:
        raise ConfigurationError(
            "detector_unknown",
            f"There is no detector “{name}”; there are {', '.join(detectors) or 'none'}. ARCHIVE_DETECTORS names them "
            f'with their checkpoints: {{"{name}": "/models/{name}"}}.',
        )
    return detectors[name]


def parse(checkpoint: str) -> Source:
    """Raises ConfigurationError `detector_unknown` for what has none of the three forms. No file is looked at."""
    path = Path(checkpoint).expanduser()
    if path.is_absolute():
        return UltralyticsFile(path) if path.suffix == ".pt" else ModelFolder(path)
    if _REPOSITORY.fullmatch(checkpoint) and path.suffix != ".pt":
        return HubRepository(checkpoint)
    raise ConfigurationError(
        "detector_unknown",
        f"“{checkpoint}” is no checkpoint of a detector. Write an absolute folder (`/models/rtdetr`: config.json, "
        "preprocessor_config.json and *.safetensors), a repository of the Hugging Face hub "
        "(`PekingU/rtdetr_v2_r50vd`) or an absolute file of Ultralytics' YOLO (`/models/yolo11n.pt`).",
    )


def folder_files(folder: Path) -> list[Path]:
    """The files of a checkpoint that shape its answers; those that must be there and are missing are among them."""
    weights = sorted(folder.glob(_WEIGHTS)) or [folder / "model.safetensors"]
    return [*(folder / name for name in CONFIGURATION), *weights]
