"""Which version of the encoder's code is installed: its vectors may differ from those of another one."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOM = Path(__file__).parents[1]


def installed_version() -> str:
    """The package's version and a digest of this room's modules as they lie on the disk now, such as `0.1.0+3f2a91c0`.

    Of the disk, not of what this process imported: after an upgrade a process that still runs the former code asks the
    encoder of the present one, and does not start its own, which would be of the present code as well.
    """
    digest = hashlib.sha256()
    for file in sorted(_ROOM.rglob("*.py")):
        digest.update(file.read_bytes())
    try:
        package = version("archive-pipeline")
    except PackageNotFoundError:  # a checkout on the path
        package = "0"
    return f"{package}+{digest.hexdigest()[:8]}"
