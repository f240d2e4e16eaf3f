"""Publishing costs what changed, not what there is."""

import time

import pytest

from archive_pipeline_tests.warehouse.archive import Archive, video
from archive_pipeline_tests.warehouse.synthetic import Content

N_CHANGED = 10


def publishing_s(archive: Archive) -> float:
    """CPU seconds of a publication after N_CHANGED videos changed; the least of three."""
    taken = []
    for attempt in range(3):
        for number in range(N_CHANGED):
            archive.ready(video(f"{number:05}.mp4"), Content(number + attempt, duration_s=60.0))
        started = time.process_time()
        publication = archive.publish()
        taken.append(time.process_time() - started)
        assert (publication.full, publication.n_videos_changed) == (False, N_CHANGED)
    return min(taken)


@pytest.mark.verify
def test_publishing_ten_changes_among_5000_videos_costs_what_it_costs_among_1000(archive: Archive) -> None:
    for number in range(1000):
        archive.ready(video(f"{number:05}.mp4"), Content(number, duration_s=60.0))
    archive.publish()
    among_1000_s = publishing_s(archive)
    for number in range(1000, 5000):
        archive.ready(video(f"{number:05}.mp4"), Content(number, duration_s=60.0))
    archive.publish()
    among_5000_s = publishing_s(archive)
    print(f"{among_1000_s:.2f} s of CPU among 1,000 videos, {among_5000_s:.2f} s among 5,000")
    assert among_5000_s < 1.5 * among_1000_s
