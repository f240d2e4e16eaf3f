"""A file that another one takes the place of while it is decoded."""

import shlex
from pathlib import Path

import pytest

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline_tests.pipeline.site import Site


def test_what_was_decoded_of_another_file_does_not_stand_under_the_first_one(
    site: Site, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = site.add(clips["plain"], "film.mp4")
    swapping = (
        tmp_path / "ffmpeg"
    )  # as an editor that renders once more: after the file was looked at, before it is read
    swap = f"cp {shlex.quote(str(clips['other']))} {shlex.quote(str(film))}"
    real = shlex.quote(str(find_ffmpeg(None)))
    swapping.write_text(f'#!/bin/sh\ncase "$*" in *mjpeg*) {swap};; esac\nexec {real} "$@"\n', encoding="utf-8")
    swapping.chmod(0o755)
    monkeypatch.setenv("ARCHIVE_FFMPEG", str(swapping))
    assert site.ingest() == {"site/film.mp4": False}
    [entry] = site.archive.catalogue.entries("site")
    assert (entry.status, entry.error_code) == ("failed", "file_replaced")
    assert site.archive.lake.version("pictures", entry.name) is None

    monkeypatch.delenv("ARCHIVE_FFMPEG")
    assert site.ingest() == {"site/film.mp4": True}
    [entry] = site.archive.catalogue.entries("site")
    assert site.archive.lake.read("media", entry.name)["sha256"].item() == entry.sha256
