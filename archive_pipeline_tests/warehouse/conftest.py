"""An empty archive, and a published one with something of everything."""

from pathlib import Path

import pytest

from archive_pipeline_tests.warehouse.archive import Archive, video
from archive_pipeline_tests.warehouse.synthetic import Content


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Long and short videos, a copy, a damaged one, failures, one removed, one moved; in two collections."""
    archive = Archive(tmp_path_factory.mktemp("published"))
    for seed in range(6):
        archive.ready(video(f"1975/tape {seed:02}.mp4"), Content(seed, duration_s=60.0 + 40 * seed))
    archive.ready(video("copies/tape 00.mp4"), Content(0, duration_s=60.0))
    archive.ready(video("ñandú 'x'.mov", "film"), Content(7, duration_s=200.0, decoded_share=0.5))
    archive.failed(video("sound.mp4"), Content(8), stage="source_video", code="no_video_stream")
    archive.failed(video("noise.mp4", "film"), Content(9), stage="frames", code="no_frames")
    archive.ready(video("gone.mp4"), Content(10))
    archive.removed(video("gone.mp4"))
    archive.moved(video("1975/tape 05.mp4"), b"1976/tape 05.mp4")
    archive.register(video("not yet.mp4"), Content(11))
    archive.evaluated("news", r_at_10=0.5)
    archive.evaluated("news", r_at_10=0.75)
    archive.judged("autumn", 1, 7, 0)
    archive.reviewed(video("1975/tape 01.mp4"), "sexism", "confirmed", "dismissed")
    archive.corrected(video("1975/tape 01.mp4"), "El puerto")
    archive.organised()
    archive.analysed(video("1975/tape 01.mp4"), "visible_text")
    archive.publish()
    return archive
