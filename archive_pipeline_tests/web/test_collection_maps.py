"""A collection's map: what stays where it is when videos come and go, and when a map is made anew.

Of fewer shots than UMAP is asked for (its compilation takes ten seconds a process): what a layout is worth is for
`test_parts.py` and `test_api.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.search.spaces import space_name
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue, Registration, Sighting
from archive_pipeline.store.catalogue.sightings import SourceFile
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.layout.collection_maps import CollectionMaps, kept_maps, kept_name
from archive_pipeline.web.layout.shot_map import ShotMap
from archive_pipeline_tests.search.archive import DIMENSION, random_points
from archive_pipeline_tests.waiting import until

SPACE = space_name("tiny", "test")
OTHER_SPACE = space_name("other", "test")


class Shown:
    """An archive whose collection `films` is shown on a map."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalogue = Catalogue(settings.database)
        self.index: ShotIndex = open_index(settings.qdrant_dir)
        self.index.ensure_space(SPACE, DIMENSION)
        self.reader = open_index(settings.qdrant_dir, read_only=True)
        self.maps = CollectionMaps(settings, self.catalogue, self.reader)

    def ready(self, number: int, n_shots: int, *, space: str = SPACE, seed: int | None = None) -> VideoName:
        video = VideoName("films", f"{number}.mp4".encode())
        if self.catalogue.entry(video) is None:
            revision = self.catalogue.snapshot("films").revision
            seen = Sighting(video, SourceFile(video.path, 1, 1, 0, settled=True))
            self.catalogue.apply(Registration("films", revision, new=(seen,)))
        points = random_points(video.video_id, n_shots, np.random.default_rng(number if seed is None else seed))
        self.index.replace_video(space, video.video_id, points)
        self.catalogue.record_content(video, 1, 1, "sha")
        self.catalogue.record_outcome(video, "ready", "plan")
        return video

    def of(self, n_shots: int) -> ShotMap:
        """The map once it has this many shots: its reader is a second behind."""
        until(lambda: self.maps.of("films").shots.height == n_shots, f"a map of {n_shots} shots")
        return self.maps.of("films")

    @property
    def kept(self) -> ShotMap:
        content = kept_maps(self.settings).read(kept_name("films"))
        assert content
        return ShotMap.from_bytes(content)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("QDRANT_URL", raising=False)
    shown = Shown(Settings())
    yield shown
    shown.maps.close()
    shown.reader.close()
    shown.index.close()


def places(found: ShotMap) -> dict[str, tuple[float, float]]:
    return {shot: (x, y) for shot, x, y in found.shots.select("shot_id", "x", "y").iter_rows()}


def test_new_shots_go_among_the_others_which_stay(shown: Shown) -> None:
    for number in range(4):
        shown.ready(number, 2)
    first = shown.of(8)
    video = shown.ready(4, 2)
    second = shown.of(10)
    assert {shot: places(second)[shot] for shot in places(first)} == places(first)
    assert second.landmarks.vectors.shape == first.landmarks.vectors.shape
    new = second.shots.filter(pl.col("video_id") == video.video_id)
    assert new.height == 2
    assert new["x"].is_between(-1, 1).all()
    assert new["y"].is_between(-1, 1).all()
    assert set(new["cluster"]) <= set(first.landmarks.clusters.tolist())
    assert second.shots["video_id"].is_sorted()
    assert shown.kept.shots.equals(second.shots), "another process goes on from there"


def test_shots_of_removed_and_changed_videos_go(shown: Shown) -> None:
    videos = [shown.ready(number, 2) for number in range(5)]
    shown.of(10)
    shown.catalogue.mark_removed([videos[0]])
    found = shown.of(8)
    assert videos[0].video_id not in set(found.shots["video_id"])
    before = places(found)
    shown.ready(1, 1, seed=99)
    changed = shown.of(7)
    assert not set(changed.shots.filter(pl.col("video_id") == videos[1].video_id)["shot_id"]) & set(before)


def test_an_analysis_moves_no_shot_and_wears_no_map(shown: Shown) -> None:
    video = shown.ready(0, 10)
    first = shown.of(10)
    shown.catalogue.record_analysis(video, "concepts", "plan")
    again = shown.of(10)
    assert places(again) == places(first)
    assert (again.n_changed, again.is_worn) == (0, False)


def test_what_is_as_near_as_itself_lies_in_its_place(shown: Shown) -> None:
    for number in range(3):
        shown.ready(number, 3)
    made = shown.of(9)
    points = [point for batch in shown.index.batches(SPACE) for point in batch]
    placed = made.landmarks.place(points)
    for shot, (x, y) in places(made).items():
        again = placed.row(by_predicate=pl.col("shot_id") == shot, named=True)
        assert (again["x"], again["y"]) == pytest.approx((x, y), abs=1e-3)


def test_a_worn_map_is_shown_until_it_is_made_anew(shown: Shown) -> None:
    shown.ready(0, 5)
    made = shown.of(5)
    shown.ready(1, 5)
    worn = shown.of(10)
    assert worn.is_worn
    assert len(worn.landmarks.vectors) == len(made.landmarks.vectors) == 5
    until(lambda: not shown.kept.is_worn, "a map made anew")
    assert (len(shown.kept.landmarks.vectors), shown.kept.n_changed) == (10, 0)


def test_another_encoder_s_vectors_are_another_map(shown: Shown) -> None:
    shown.ready(0, 6)
    assert shown.of(6).space == SPACE
    shown.index.ensure_space(OTHER_SPACE, 2 * DIMENSION)
    video = VideoName("films", b"0.mp4")
    points = random_points(video.video_id, 8, np.random.default_rng(5), 2 * DIMENSION)
    shown.index.replace_video(OTHER_SPACE, video.video_id, points)
    shown.index.remove_video(video.video_id, keep_space=OTHER_SPACE)
    until(lambda: shown.maps.of("films").space == OTHER_SPACE, "the other map")
    assert shown.maps.of("films").shots.height == 8


def test_a_collection_without_shots_says_so(shown: Shown) -> None:
    with pytest.raises(RequestError, match="nothing_to_map"):
        shown.maps.of("films")


def test_a_damaged_file_is_made_again(shown: Shown) -> None:
    shown.ready(0, 5)
    shown.of(5)
    kept_maps(shown.settings).write(kept_name("films"), b"no map")
    assert shown.of(5).shots.height == 5
