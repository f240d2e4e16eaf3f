"""A video on a page of a platform: yt-dlp finds and reads it, in a process of its own that reaches the network through
our forward proxy and nothing else.

It gets no cookies, settings, plugins or programs of this machine (`PATH` is empty: no ffmpeg, no browser, no
JavaScript), so that everything that it opens goes by Python's own clients, which keep to the proxy.
"""

import json
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.locking import file_lock, try_lock
from archive_pipeline.web.fetching import Fetched, place_to_fetch
from archive_pipeline.web.file_names import safe_name
from archive_pipeline.web.security.forward_proxy import ForwardProxy, forward_proxy

_FORMAT = "b[protocol^=http]/b[protocol=m3u8_native]"  # sound and picture in one: there is nothing here to join them
_FIND_S, _WHOLE_S = 60.0, 4 * 3600.0
_MOST_MEMORY = 2 * 2**30
_MOST_FILE = 2**29  # a part of a stream, which it keeps in its folder while it reads it
_MOST_FOUND = 16 * 2**20  # bytes of what it tells of a video
_MOST_ADDRESS = 8_000  # of the video itself, which platforms sign at length
_PIECE = 2**20
_PREFIX, _LOCK = "archive-platform-", ".lock"
_MAKING_S = 60.0  # between making a folder and locking it lie microseconds


def is_installed() -> bool:
    """Whether the extra `platforms` is."""
    return find_spec("yt_dlp") is not None


def fetch_from_platform(address: str, *, private: bool, most_bytes: int) -> Fetched:
    """Find the video of a page, and begin to read it.

    Raises RequestError `bad_address` (the page, or what it leads to, is of this machine or a private network),
    `upload_kind` (there is no video, or none in one piece); PassingError `fetch_failed`.
    """
    place_to_fetch(address, private)
    with ExitStack() as closing:
        lead = partial(place_to_fetch, private=private, most=_MOST_ADDRESS)
        proxy = closing.enter_context(forward_proxy(lead, 2 * most_bytes))
        folder = closing.enter_context(_folder())
        found = _found(address, proxy, folder)
        title, suffix = str(found.get("title") or "video")[:120], str(found.get("ext") or "mp4")
        name = safe_name(f"{title.replace('/', ' ')}.{suffix}")
        (folder / "found.json").write_text(json.dumps(found))
        reading = _started(["--load-info-json", "found.json", "-o", "-"], proxy, folder)
        closing.callback(_end, reading)
        kept = closing.pop_all()
    shown = urlsplit(address)._replace(query="").geturl()
    return Fetched(name, None, shown, _pieces(reading, proxy, kept), kept.close)


def clear_left_over() -> None:
    """Remove the folders of processes that were killed while they fetched; nothing else removes these."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or just gone
            is_old = time.time() - folder.stat().st_mtime > _MAKING_S
            if is_old and (lock := try_lock(folder / _LOCK)):
                with lock:
                    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _folder() -> Iterator[Path]:
    """Of what is at work here; that it lives is told by the lock that the system holds for it."""
    clear_left_over()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder, file_lock(Path(folder) / _LOCK):
        yield Path(folder)


def _found(address: str, proxy: ForwardProxy, folder: Path) -> dict[str, Any]:
    looking = _started(["--dump-single-json", "--no-playlist", "--playlist-items", "1"], proxy, folder, address)
    said = _read(looking, _FIND_S, _MOST_FOUND)
    try:
        told = json.loads(said)
        entries = told.get("entries")
        found = entries[0] if entries else told
        if looking.returncode == 0 and found.get("url"):
            return dict(found)
    except (ValueError, AttributeError, IndexError, TypeError):
        pass
    nothing = "There is no video in one piece at this address. Give the address of the file itself."
    raise proxy.refused or RequestError("upload_kind", nothing)


def _started(words: list[str], proxy: ForwardProxy, folder: Path, address: str = "") -> "subprocess.Popen[bytes]":
    """What may be secret it reads from its input: everybody on this machine sees the words that it is started with."""
    apart = "--ignore-config --no-plugin-dirs --no-js-runtimes --no-remote-components --no-cache-dir"
    plain = "--downloader native --fixup never --no-part --quiet --no-warnings --socket-timeout 30"
    options = [*apart.split(), *plain.split(), "--format", _FORMAT, "--config-locations", "-"]
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "yt_dlp", *options, *words],
        cwd=folder,
        env={"PATH": "", "HOME": str(folder), "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with suppress(ProcessLookupError):  # it has ended already
        resource.prlimit(process.pid, resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_MOST_FILE, _MOST_FILE))
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as told:
        told.write(shlex.join(["--proxy", proxy.address, *filter(None, [address])]).encode())
    return process


def _read(process: "subprocess.Popen[bytes]", seconds: float, most: int) -> bytes:
    """What it says until it ends, or is ended."""
    with _ended_after(process, seconds):
        said = _out(process).read(most)
        if len(said) == most:
            process.kill()
        process.wait()
        _out(process).close()
    return said


def _pieces(process: "subprocess.Popen[bytes]", proxy: ForwardProxy, closing: ExitStack) -> Iterator[bytes]:
    with closing, _ended_after(process, _WHOLE_S):
        while piece := _out(process).read(_PIECE):
            yield piece
        if process.wait() != 0:
            raise proxy.refused or PassingError("fetch_failed", "The platform broke off: ask for it again.")


def _out(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    _out(process).close()


@contextmanager
def _ended_after(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[None]:
    ending = threading.Timer(seconds, process.kill)
    ending.daemon = True
    ending.start()
    try:
        yield
    finally:
        ending.cancel()
