"""A clip is turned as its source is shown, once: nothing in it asks a player to turn it again."""

from pathlib import Path

import av
import pytest

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.web.media.clips import Clips
from archive_pipeline_tests.media.test_orientation import NOT_TURNED, SHOWN, colours
from archive_pipeline_tests.media.zoo import displayed
from archive_pipeline_tests.web.lone import lone_programme


@pytest.mark.parametrize("name", ["quarter", "mirrored", "mirrored_quarter", "flipped", "a_degree"])
def test_a_clip_shows_what_is_stored(name: str, tmp_path: Path) -> None:
    matrix, expected = (SHOWN[name][0], SHOWN[name][3]) if name in SHOWN else (NOT_TURNED[name][0], "RG/BW")
    source = tmp_path / "source.mp4"
    displayed(*matrix)(find_ffmpeg(None), source)
    programme = lone_programme(source)
    (tmp_path / "clip.mp4").write_bytes(Clips(tmp_path / "cache").get(programme, source, 0).content)
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        frame = next(clip.decode(video=0))
    assert "DISPLAYMATRIX" not in frame.side_data
    assert colours(frame.to_ndarray(format="rgb24")) == expected
