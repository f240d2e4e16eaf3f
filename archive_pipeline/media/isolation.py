"""A question about an untrusted file, answered in a process of its own: what the file does to PyAV stays there."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from archive_pipeline.errors import ArchiveError, MediaError, PassingError
from archive_pipeline.media.ffmpeg import media_url
from archive_pipeline.media.guard import die_with_parent

_MEMORY_BYTES = 8 * 2**30


def answer_of(module: str, path: Path, timeout_s: float) -> Any:
    """What `module`, whose `main` calls `serve`, says of the file; the process is killed after `timeout_s` seconds.

    Raises what the module raised, MediaError `probe_crashed` and PassingError `probe_timeout`.
    """
    command = [sys.executable, "-P", "-m", module]
    try:
        process = subprocess.run(
            command, input=json.dumps({"url": media_url(path)}).encode(), capture_output=True, timeout=timeout_s
        )
    except subprocess.TimeoutExpired:
        raise PassingError(
            "probe_timeout", f"Reading the container took more than {timeout_s:g} s. Is the disk slow, the file broken?"
        ) from None
    if process.returncode:
        raise MediaError(
            "probe_crashed",
            f"Reading the container failed (exit status {process.returncode}): {_last_line(process.stderr)}",
        )
    answer = json.loads(process.stdout)
    if "error" in answer:
        raise _raised(**answer["error"])
    return answer["answer"]


def serve(inspect: Callable[[str], Any]) -> None:
    """The other side: read `{"url": …}` on stdin, write what `inspect(url)` returns, or the error that it raised."""
    die_with_parent()
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    answer: Mapping[str, Any]
    try:
        answer = {"answer": inspect(json.load(sys.stdin)["url"])}
    except ArchiveError as error:
        answer = {"error": {"code": error.code, "message": error.message, "permanent": error.permanent}}
    json.dump(answer, sys.stdout)


def _raised(code: str, message: str, permanent: bool) -> ArchiveError:
    return MediaError(code, message) if permanent else PassingError(code, message)


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no message"
