"""What names a photo."""

import uuid

_NAMESPACE = uuid.UUID("2b7c1c52-60f5-5e0a-9a53-4f0d8c3b6e21")  # of this project; changing it changes every photo_id


def photo_id(folder_id: str, file_name: str, sha256: str | None) -> uuid.UUID:
    """The same for the same file in the same album; different for two copies. `folder_id` is `<collection>/<folder when
    first seen>/`, without the number of a part: a folder that is divided further keeps its photos."""
    return uuid.uuid5(_NAMESPACE, f"{folder_id}\n{file_name}\n{sha256 or ''}")
