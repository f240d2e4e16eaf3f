"""A folder that a person named on the command line becomes a collection: its name and its file."""

import os
import re
import unicodedata
import uuid
from pathlib import Path
from typing import Any

import yaml

from archive_pipeline.collections.model import Collection
from archive_pipeline.durability import sync

_LONGEST_NAME = 60  # leaves room for a number in the 64 that a collection's name may have


def name_from_folder(path: Path) -> str:
    """`Fondo Años 70!` → `fondo_anos_70`; always a valid name, not always one that is free."""
    folder = Path(os.path.abspath(path.expanduser())).name  # noqa: PTH100 (`.` has a name, a symlink keeps its own)
    decomposed = unicodedata.normalize("NFKD", folder).casefold()
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not name[:1].isalpha():
        name = f"collection_{name}".strip("_")
    return name[:_LONGEST_NAME].rstrip("_")


def write_collection(folder: Path, collection: Collection) -> Path:
    """Write `<folder>/<name>.yaml` with what was said about the collection; replaces the file; returns its path."""
    written: dict[str, Any] = collection.model_dump(exclude_unset=True, exclude={"name"})
    written["source"] = _as_text(collection.source_everywhere)
    if collection.truth:
        written["truth"] = _as_text(collection.truth)
    if collection.list:
        written["list"]["file"] = _as_text(collection.list.file)
    written = {key: list(value) if isinstance(value, tuple) else value for key, value in written.items()}
    if written.get("watch") is not None:
        written["watch"] = f"{collection.watch:g}s"
    text = "# Written by `archive-pipeline ingest`; yours to edit.\n" + yaml.safe_dump(
        written, allow_unicode=True, sort_keys=False
    )
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{collection.name}.yaml"
    aside = folder / f".{uuid.uuid4().hex}.tmp"
    try:
        aside.write_text(text, encoding="utf-8")
        sync(aside)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return file


def _as_text(source: Path) -> str | bytes:
    """Text where the name is UTF-8; else bytes, which YAML writes as !!binary."""
    try:
        return os.fsencode(source).decode("utf-8")
    except UnicodeDecodeError:
        return os.fsencode(source)
