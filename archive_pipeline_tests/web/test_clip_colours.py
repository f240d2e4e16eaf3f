"""What the browser shows has the colours that are stored, played from the source or as a clip."""

import base64
import tempfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.web.media.clip_command import VP8
from archive_pipeline.web.media.clips import Clips
from archive_pipeline_tests.media.hdr import TRANSFERS, programme
from archive_pipeline_tests.media.reference import sampled
from archive_pipeline_tests.media.test_colours import COLOUR, UNTOLD, coded
from archive_pipeline_tests.media.zoo import Maker
from archive_pipeline_tests.web.lone import lone_programme

_SOURCES: dict[str, Maker] = {
    **{name: maker for name, (_, maker) in UNTOLD.items()},
    "upright.mp4": coded("720x1600", "bt709"),  # whose clips have 800 lines
    "upright_sd.mp4": coded("320x712", "bt601"),
    "matrix_alone.mp4": coded("320x240", "bt709", tag="bt709"),
}
_PLAYED = [name for name in _SOURCES if name.endswith(".mp4") and name != "matrix_alone.mp4"]
"""Of a source that tells its matrix and no primaries Chromium believes nothing, and goes by its lines."""

_SEEN = """async (address) => {
  const video = document.createElement("video");
  const ready = new Promise((done, failed) => {
    video.onloadeddata = done;
    video.onerror = () => failed(new Error(video.error.message));
  });
  Object.assign(video, { muted: true, preload: "auto", src: address });
  await ready;
  const seen = new OffscreenCanvas(16, 16).getContext("2d");
  seen.drawImage(video, 0, 0, 16, 16);
  return [...seen.getImageData(8, 8, 1, 1).data].slice(0, 3);
}"""


def _clip(source: Path, cache: Path) -> bytes:
    return Clips(cache).get(lone_programme(source), source, 0).content


def _made(name: str, folder: Path) -> Path:
    _SOURCES[name](find_ffmpeg(None), folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["untold_720.mp4", "untold_576.mp4", "untold_full.mp4", "matrix_alone.mp4"])
def test_a_clip_tells_everything_and_has_the_colours_that_are_stored(name: str, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(_clip(_made(name, tmp_path), tmp_path / "cache"))
    clip = sampled(tmp_path / "clip.mp4", find_ffmpeg(None))
    assert clip.facts.is_colour_matrix_assumed is False
    assert clip.facts.colour_primaries == clip.facts.colour_transfer == "bt709"
    np.testing.assert_allclose(clip.pixels(0)[100, 100], COLOUR, atol=6)


@pytest.mark.parametrize("to", TRANSFERS)
def test_a_clip_of_hdr_is_for_a_screen_and_shows_what_is_stored(
    to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "a 'temporary' [folder]: \\ 100 %, so; to speak"
    odd.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    programme(to=to)(find_ffmpeg(None), tmp_path / "hdr.mkv")
    (tmp_path / "clip.mp4").write_bytes(_clip(tmp_path / "hdr.mkv", tmp_path / "cache"))
    clip, source = (sampled(tmp_path / name, find_ffmpeg(None)) for name in ("clip.mp4", "hdr.mkv"))
    told = clip.facts
    assert (told.colour_matrix, told.colour_primaries, told.colour_transfer) == ("bt709", "bt709", "bt709")
    for number in range(len(clip.samples)):
        assert np.abs(clip.pixels(number) - source.pixels(number)).mean() < 6


def test_chromium_shows_what_is_stored(browser: Browser, tmp_path: Path) -> None:
    tab = browser.new_page()
    for name in _SOURCES:
        source = _made(name, tmp_path)
        stored = sampled(source, find_ffmpeg(None)).pixels(0)[100, 100]
        clip = _clip(source, tmp_path / "cache")
        for content in (clip, source.read_bytes()) if name in _PLAYED else (clip,):
            seen = tab.evaluate(_SEEN, "data:video/mp4;base64," + base64.b64encode(content).decode())
            np.testing.assert_allclose(seen, stored, atol=6, err_msg=name)
    tab.context.close()


def test_chromium_shows_clips_in_vp8_alike(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clips, "recipe", VP8)
    tab = browser.new_page()
    for name in ("untold_720.mp4", "untold_576.mp4", "upright.mp4", "upright_sd.mp4"):
        clip = _clip(_made(name, tmp_path), tmp_path / "cache")
        assert clip.startswith(b"\x1a\x45\xdf\xa3")  # EBML's, of WebM
        seen = tab.evaluate(_SEEN, "data:video/webm;base64," + base64.b64encode(clip).decode())
        np.testing.assert_allclose(seen, COLOUR, atol=8, err_msg=name)
    tab.context.close()
