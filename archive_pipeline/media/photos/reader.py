"""The process that reads photos: what a hostile file does to a decoder stays in it.

On stdin, one line of JSON a photo: its path, ffmpeg's, and the shortest side that its picture shall have at most. On
stdout for each: a line of JSON (the facts, or what is wrong with it) and as many bytes of JPEG as that says.
`reading.py` is the other side.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from archive_pipeline.errors import MediaError
from archive_pipeline.media.guard import die_with_parent
from archive_pipeline.media.photos.decode import decode

_MEMORY_BYTES = 6 << 30  # 250 million pixels as 16-bit RGBA take 2 GB, and are copied


def answer(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What is said of one photo."""
    try:
        photo = decode(Path(asked["path"]), Path(asked["ffmpeg"]), asked["side"])
    except MediaError as error:
        return {"error_code": error.code, "error": error.message}, b""
    except OSError as error:
        message = f"The file cannot be read ({error.strerror or error}). Check the disk and the permissions."
        return {"error_code": "read_failed", "error": message}, b""
    except MemoryError:
        message = "The picture needs more memory than one may take. Put a smaller copy in its place."
        return {"error_code": "photo_too_large", "error": message}, b""
    return {"facts": asdict(photo.facts), "perceptual_hash": photo.perceptual_hash.hex()}, photo.jpeg


def main() -> None:
    die_with_parent()
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a decoder's library prints is no answer
        for line in sys.stdin:
            said, jpeg = answer(json.loads(line))
            answers.write(json.dumps(said | {"n_bytes": len(jpeg)}).encode() + b"\n" + jpeg)
            answers.flush()


if __name__ == "__main__":
    main()
