from pathlib import Path

import imageio_ffmpeg
import pytest

from archive_pipeline.simulator.archive import simulate
from archive_pipeline.simulator.truth import Truth, read_truth

SECONDS = 24
FORMATS = ("h264", "mpeg2", "prores", "dv")


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    return Path(imageio_ffmpeg.get_ffmpeg_exe())


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Path) -> Path:
    """One video of each format."""
    out = tmp_path_factory.mktemp("simulated")
    simulate(out, len(FORMATS), SECONDS / 60, seed=11, ffmpeg=ffmpeg, formats=FORMATS)
    return out


@pytest.fixture(scope="session")
def truth(archive: Path) -> Truth:
    return read_truth(archive)
