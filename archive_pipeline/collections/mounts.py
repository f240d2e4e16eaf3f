"""Folders that lie elsewhere on this machine than where the collections' files say (ARCHIVE_SOURCES)."""

from collections.abc import Mapping
from pathlib import Path


def mounted(path: Path, mounts: Mapping[str, str]) -> Path:
    """Where `path` lies here, by the longest of the folders in `mounts` that it is in; itself where it is in none."""
    found = [folder for folder in mounts if path.is_relative_to(folder)]
    if not found:
        return path
    folder = max(found, key=lambda one: len(Path(one).parts))
    return Path(mounts[folder], path.relative_to(folder))


def unmounted(path: Path, mounts: Mapping[str, str]) -> Path:
    """What `mounted` made `path` from: the name by which every machine knows it."""
    return mounted(path, {here: there for there, here in mounts.items()})
