"""What the page offers before anything was asked."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive_pipeline.search import archive_facets
from archive_pipeline.search.edge import EdgeIndex
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search import finding

_SPACE = space_name("shared", "asked")


def test_facets_of_the_archive_are_counted_again_when_shots_came_and_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    videos = finding.videos(3, 5, 1, ("news",))
    first_two = dict(list(videos.items())[:2])
    with EdgeIndex(tmp_path, 5) as index:
        index.ensure_space(_SPACE, 256)
        index.replace_videos(_SPACE, first_two)
        finder = finding.finder(index, finding.MadeFrames(videos), [finding.askable(_SPACE)], ("news",))
        kept = finder.facets()
        assert kept.n_shots == sum(map(len, first_two.values()))
        assert finder.facets() is kept
        index.replace_videos(_SPACE, videos)
        kept = finder.facets()
        assert kept.n_shots == sum(map(len, videos.values()))
        later = time.monotonic() + 3600
        monkeypatch.setattr(archive_facets, "time", SimpleNamespace(monotonic=lambda: later))
        assert finder.facets() is not kept
