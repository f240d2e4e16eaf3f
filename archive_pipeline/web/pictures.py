"""The pictures that people ask with, kept for a while under a name, so that a search with one can be shared."""

import hashlib
import io
import re
from pathlib import Path

from PIL import Image

from archive_pipeline.errors import RequestError
from archive_pipeline.search.picture import Part, QueryPicture, read_picture
from archive_pipeline.web.kept_files import KeptFiles

_MOST_BYTES = 500_000_000  # some thousands of questions
_ID = re.compile(r"[0-9a-f]{64}")


class QueryPictures:
    """Keeps the clean JPEG that was made of an upload, never the upload."""

    def __init__(self, folder: Path) -> None:
        self._files = KeptFiles(folder, _MOST_BYTES)

    def add(self, data: bytes, part: Part | None = None) -> tuple[str, QueryPicture]:
        """The name of the picture in `data`, or of a part of it, and the picture. Raises what `read_picture` raises."""
        picture = read_picture(data, part)
        name = hashlib.sha256(picture.jpeg).hexdigest()
        self._files.write(f"{name}.jpg", picture.jpeg)
        return name, picture

    def put_back(self, name: str, jpeg: bytes) -> None:
        """Keep a clean JPEG that `get` gave once under its `name` again; what is another picture is not kept."""
        if hashlib.sha256(jpeg).hexdigest() == name:
            self._files.write(f"{name}.jpg", jpeg)

    def get(self, name: str) -> QueryPicture:
        """Raises RequestError `unknown_picture`."""
        jpeg = self._files.read(f"{name}.jpg") if _ID.fullmatch(name) else None
        if jpeg is None:
            raise RequestError("unknown_picture", "The picture of this search is no longer kept: give it again.")
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as header:
            return QueryPicture(jpeg, *header.size)
