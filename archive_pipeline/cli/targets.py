"""What `ingest TARGET` means: a collection by name, or a folder that becomes one."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archive_pipeline.collections.collection_files import find_collection, load_collections, sentences
from archive_pipeline.collections.model import Collection, Kind
from archive_pipeline.collections.registration import name_from_folder, write_collection
from archive_pipeline.collections.scan import kind_of
from archive_pipeline.encoders.service import require_served
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings


def collection_of(
    settings: Settings,
    target: str,
    *,
    name: str | None,
    model: str | None,
    fps: float | None,
    kind: Kind | None = None,
) -> Collection:
    """The collection to ingest; a folder is registered, changed options are written to its file. Without a `kind` a new
    folder is of photos where these are all that lies in it.

    The model is looked for before anything is written or run. Raises ConfigurationError.
    """
    if not target.strip():  # of a variable that is not set; it would be the folder one stands in
        raise ConfigurationError("no_such_folder", "The name is empty; name a folder or a collection")
    known, _ = load_collections(settings.collection_folders)
    changes: dict[str, Any] = {key: value for key, value in (("model", model), ("fps", fps)) if value is not None}
    folder = Path(target).expanduser()
    if not folder.is_dir() or target in {collection.name for collection in known}:
        if "/" in target or target in (".", ".."):
            raise ConfigurationError("no_such_folder", f"{target} is not a folder; name a folder or a collection")
        present = find_collection(target, settings.collection_folders)
    else:
        present = _of_folder(folder.absolute(), known, name, kind)
    if kind not in (None, present.kind):
        raise ConfigurationError(
            "other_kind",
            f"{present.name} is a collection of {present.kind}, and it stays one; "
            f"ingest a folder of {kind} as another collection",
        )
    said = present.model_dump(exclude_unset=True) | {"source": present.source_everywhere}
    said["model"] = present.model  # written down: defaults may change
    context = {"mounts": settings.mounts}
    wanted = _collection({**said, **changes}, context)
    require_served(wanted.model, settings.device)
    registered = settings.registered_collections_dir / f"{wanted.name}.yaml"
    if wanted != present or not _is_described(wanted, known):
        if _is_described(wanted, known) and not registered.exists():
            own = settings.collection_folders.described[0]
            raise ConfigurationError(
                "written_by_hand", f"{wanted.name} is described in {own}: change {', '.join(changes)} there"
            )
        write_collection(settings.registered_collections_dir, wanted)
    return wanted


def _of_folder(folder: Path, known: list[Collection], name: str | None, kind: Kind | None) -> Collection:
    same = [collection for collection in known if collection.source.resolve() == folder.resolve()]
    if same and name in (None, same[0].name):
        return same[0]
    wanted = name or _free_name(name_from_folder(folder), known)
    kind = kind or kind_of(folder)
    of_kind = {"kind": kind} if kind == "photos" else {}
    return _collection({"name": wanted, **of_kind, "source": folder})


def _collection(values: dict[str, Any], context: dict[str, Any] | None = None) -> Collection:
    """Raises ConfigurationError `wrong_option`."""
    try:
        return Collection.model_validate(values, strict=False, context=context)
    except ValidationError as error:
        raise ConfigurationError("wrong_option", "; ".join(sentences(error))) from error


def _free_name(name: str, known: list[Collection]) -> str:
    taken = {collection.name for collection in known}
    number = 2
    free = name
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    return free


def _is_described(collection: Collection, known: list[Collection]) -> bool:
    return collection.name in {other.name for other in known}
