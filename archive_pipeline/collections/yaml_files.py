"""The YAML files that people write: listed, read within a bound, and what is wrong in them by file and line."""

import os
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.collections.yaml_lines import YamlFileError
from archive_pipeline.store.naming import readable

_SUFFIXES = (".yaml", ".yml")
_LARGEST_BYTES = 1_000_000  # such a file has a few hundred or thousand; a video named .yaml is not read


@dataclass(frozen=True)
class FileProblem:
    """Something wrong in a file; what it describes counts as absent until it is put right."""

    file: Path
    line: int | None
    """From 1; None where no line is to blame."""
    message: str
    place: tuple[int | str, ...] = ()
    """Of the value that is to blame: keys and positions from the top of the file."""

    def __str__(self) -> str:
        file = readable(os.fsencode(self.file))
        return f"{file}:{self.line}: {self.message}" if self.line else f"{file}: {self.message}"


def yaml_files(folder: Path) -> list[Path]:
    """Those of the folder by name, hidden ones left out; none where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES and not file.name.startswith("."))


def read_bounded(file: Path, what: str) -> bytes:
    """The file's content. Raises YamlFileError where it cannot be read or is too large to be a `what`."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise unreadable(error) from error
    if len(text) > _LARGEST_BYTES:
        raise YamlFileError(None, f"the file is over a megabyte; this is no {what}")
    return text


def unreadable(error: OSError) -> YamlFileError:
    return YamlFileError(None, f"the file cannot be read: {error.strerror}")
