"""Showing a shot to whoever sits here: the page where it runs, else a player on the source file, at the time."""

import shutil
import subprocess
import urllib.request
import webbrowser
from pathlib import Path

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.search.answer import Found
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.naming import VideoName

PAGE = "http://127.0.0.1:8080"
"""Where `archive-pipeline web` listens unless it is told otherwise."""


def watch(settings: Settings, found: Found) -> str:
    """Open the shot; returns what was opened. Raises ConfigurationError `no_player`, RequestError `source_gone`."""
    from archive_pipeline.web.addresses import escaped, video_page

    if not found.shot.is_photo and _page_has(f"/api/videos/{escaped(found.shot.video_id)}"):
        address = PAGE + video_page(found.shot.video_id, found.shot.shot)
        webbrowser.open(address)
        return address
    command = _player(_file_of(settings, found), found.shot.start_s)
    if command is None:
        raise ConfigurationError(
            "no_player", "Neither mpv, vlc nor xdg-open is installed: run `archive-pipeline web` and use --open again."
        )
    subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return " ".join(command)


def _file_of(settings: Settings, found: Found) -> Path:
    from archive_pipeline.web.sources import source_file

    entry = Catalogue(settings.database).entry(VideoName.from_video_id(found.shot.video_id))
    if entry is None:
        raise ConfigurationError("unknown_video", f"{found.shot.video_id} is not in the catalogue any more.")
    return source_file(entry, settings.collection_folders, found.shot.file)


def _player(file: Path, start_s: float) -> list[str] | None:
    for name, at in (("mpv", [f"--start={start_s:.3f}"]), ("vlc", [f"--start-time={start_s:.3f}"]), ("xdg-open", [])):
        if program := shutil.which(name):
            return [program, *at, str(file)]  # an absolute path: no name of a file becomes an option
    return None


def _page_has(path: str) -> bool:
    """Whether a page of this very archive runs here and lets us in."""
    try:
        urllib.request.urlopen(PAGE + path, timeout=1.0).close()
    except OSError:  # refused, timed out, 401 or 404
        return False
    return True
