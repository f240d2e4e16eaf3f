"""The file of a video: where the catalogue and its collection say, and nowhere else."""

import os
from pathlib import Path

from archive_pipeline.collections.albums import photo_path
from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.errors import RequestError
from archive_pipeline.settings import CollectionFolders
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.naming import from_readable


def source_file(entry: Entry, folders: CollectionFolders, photo: str = "", *, must_exist: bool = True) -> Path:
    """The video's file or, of an album, that of its `photo` (readable).

    Raises RequestError `source_gone` where it cannot be read now; ConfigurationError where the file that describes its
    collection is gone or wrong.
    """
    source = find_collection(entry.name.collection, folders).source
    relative = from_readable(photo_path(entry.path, photo)) if photo else entry.path
    path = source / os.fsdecode(relative)
    if ".." in path.parts or (must_exist and not path.is_file()):
        raise RequestError(
            "source_gone",
            f"The file of {entry.name.video_id} is not in {source} now. Is the disk mounted? Words and pictures are "
            "still searched; it plays again when the file is back.",
        )
    return path
