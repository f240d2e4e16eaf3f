"""The GPUs of this machine whose decoders an ffmpeg can use."""

import re
import subprocess
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

_FILTERS = ("scale_cuda", "bwdif_cuda", "hwdownload")


def gpus(visible: str | None, devices: Path = Path("/dev")) -> tuple[str, ...]:
    """A name for each NVIDIA GPU, in the order in which CUDA numbers those that it may see from 0.

    `visible` is CUDA_VISIBLE_DEVICES, whose entries are the names; without it they are the numbers of the devices.
    """
    files = (re.fullmatch(r"nvidia(\d+)", file.name) for file in devices.glob("nvidia*"))
    numbers = sorted(int(match[1]) for match in files if match)
    if visible is None or not numbers:
        return tuple(str(number) for number in numbers)
    entries = (entry.strip() for entry in visible.split(","))
    return tuple(takewhile(lambda entry: entry not in ("", "-1"), entries))  # so CUDA reads it


@lru_cache
def lacking(ffmpeg: Path) -> str | None:
    """What this ffmpeg was built without and decoding on a GPU needs; None: nothing. Asked once a process."""
    if "cuda" not in _listed(ffmpeg, "-hwaccels"):
        return "-hwaccel cuda"
    filters = _listed(ffmpeg, "-filters")
    return next((name for name in _FILTERS if name not in filters), None)


def _listed(ffmpeg: Path, what: str) -> frozenset[str]:
    """The words that ffmpeg answers with; none where it does not: the processor will decode, or say what is wrong."""
    command = [str(ffmpeg), "-hide_banner", what]
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(answer.stdout.split())
