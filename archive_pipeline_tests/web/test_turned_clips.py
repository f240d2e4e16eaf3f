"""A clip is turned as its source is shown, once: nothing in it asks a player to turn it again."""

from pathlib import Path

import av
import polars as pl
import pytest

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.probe import probe
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.media.clips import Clips
from archive_pipeline.web.programme import Programme
from archive_pipeline_tests.media.test_orientation import NOT_TURNED, SHOWN, colours
from archive_pipeline_tests.media.zoo import displayed


@pytest.mark.parametrize("name", ["quarter", "mirrored", "mirrored_quarter", "flipped", "a_degree"])
def test_a_clip_shows_what_is_stored(name: str, tmp_path: Path) -> None:
    matrix, expected = (SHOWN[name][0], SHOWN[name][3]) if name in SHOWN else (NOT_TURNED[name][0], "RG/BW")
    source = tmp_path / "source.mp4"
    displayed(*matrix)(find_ffmpeg(None), source)
    none = pl.DataFrame()
    programme = Programme(
        name=VideoName("site", b"source.mp4"), path="source.mp4", sha256=name, bytes=1, facts=probe(source),
        start_s=0.0, end_s=1.0, seekable=True, shots=none, scenes=none, classes=none, statistics={}, concepts={},
        listed=None,
    )  # fmt: skip
    (tmp_path / "clip.mp4").write_bytes(Clips(tmp_path / "cache").get(programme, source, 0).content)
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        frame = next(clip.decode(video=0))
    assert "DISPLAYMATRIX" not in frame.side_data
    assert colours(frame.to_ndarray(format="rgb24")) == expected
