"""What writing promises, whatever the index is."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pytest

from archive_pipeline.collections.embargo import Withheld
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.search.index import Counted
from archive_pipeline.search.model import Filter, Point, Query, Told
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.visible import VisibleReader
from archive_pipeline_tests.search.archive import DIMENSION, random_points
from archive_pipeline_tests.search.conftest import Store

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

A, B = space_name("a", "test"), space_name("b", "test")
STRANGE = [
    "c/with \\n newline",
    "c/ñandú 🦙.mp4",
    "c/\"quoted\" 'and' %20",
    "c/" + "x" * 250,
    "c/\\xe9\\\\",
    "c/a\u202eb",
]


@pytest.fixture
def clean(store: Store) -> Iterator[Store]:
    store.index.ensure_space(A, DIMENSION)
    yield store
    for space in store.index.spaces():
        store.index.drop_space(space)


def points_of(video_id: str, n_shots: int, seed: int = 0) -> list[Point]:
    return random_points(video_id, n_shots, np.random.default_rng(seed))


def test_replacing_leaves_exactly_the_new_points(clean: Store) -> None:
    old, new, other = points_of("c/1", 12, 1), points_of("c/1", 5, 2), points_of("c/2", 7, 3)
    clean.index.replace_video(A, "c/1", old)
    clean.index.replace_video(A, "c/2", other)
    clean.index.replace_video(A, "c/1", [*new, old[3]])
    assert clean.reader.video_points(A, "c/1") == {p.id: p.payload for p in [*new, old[3]]}
    assert clean.reader.video_points(A, "c/2") == {p.id: p.payload for p in other}
    assert clean.reader.count(A) == 13


def test_a_point_with_a_known_id_gets_its_new_vector_and_payload(clean: Store) -> None:
    before, other = points_of("c/1", 2, 1)
    after = Point(before.id, other.vector, replace(before.payload, scene=9, fingerprint="ff" * 16))
    clean.index.replace_video(A, "c/1", [before])
    clean.index.replace_video(A, "c/1", [after])
    stored = clean.reader.fetch(A, [before.id])[before.id]
    assert stored.payload == after.payload
    np.testing.assert_allclose(stored.vector, after.vector, atol=1e-6)
    assert clean.reader.search(A, other.vector)[0].score == pytest.approx(1, abs=1e-5)


def test_replacing_twice_with_the_same_changes_nothing(clean: Store) -> None:
    points = points_of("c/1", 4)
    clean.index.replace_video(A, "c/1", points)
    clean.index.replace_video(A, "c/1", points)
    assert clean.reader.video_points(A, "c/1") == {p.id: p.payload for p in points}


def test_a_video_without_points_is_withdrawn(clean: Store) -> None:
    clean.index.replace_video(A, "c/1", points_of("c/1", 4))
    clean.index.replace_video(A, "c/1", [])
    assert clean.reader.count(A) == 0


def test_removing_a_video_reaches_every_space_but_the_one_to_keep(clean: Store) -> None:
    clean.index.ensure_space(B, DIMENSION)
    for space in (A, B):
        clean.index.replace_video(space, "c/1", points_of("c/1", 4))
        clean.index.replace_video(space, "c/2", points_of("c/2", 3))
    clean.index.remove_video("c/1", keep_space=B)
    assert [clean.reader.count(space, Filter(video_ids=("c/1",))) for space in (A, B)] == [0, 4]
    clean.index.remove_video("c/1")
    assert [clean.reader.count(space) for space in (A, B)] == [3, 3]


def test_any_name_is_kept_and_found_exactly(clean: Store) -> None:
    for seed, video_id in enumerate(STRANGE):
        clean.index.replace_video(A, video_id, points_of(video_id, 2, seed))
    for seed, video_id in enumerate(STRANGE):
        expected = {p.id: p.payload for p in points_of(video_id, 2, seed)}
        assert clean.reader.video_points(A, video_id) == expected
    assert clean.reader.count(A) == 2 * len(STRANGE)


@pytest.mark.parametrize("left_out", [(), ("c/0", "c/4")])
def test_counts_are_of_what_is_there_and_passes(clean: Store, left_out: tuple[str, ...]) -> None:
    for first in (0, 1):  # what is written again does not count twice
        videos = {f"c/{n}": points_of(f"c/{n}", 9, n) for n in range(first, 5)}
        clean.index.replace_videos(A, videos)
    clean.index.remove_video("c/0")
    stored = [point.payload.to_mapping() for video_id in videos.keys() - set(left_out) for point in videos[video_id]]
    for field in get_args(Counted):
        values = [one.get(field, []) for one in stored]
        counted = Counter(str(key) for value in values for key in (value if isinstance(value, list) else [value]))
        assert clean.reader.counts(A, field, Filter(without_video_ids=left_out)) == counted


def test_examples_are_none_of_what_is_hidden(clean: Store) -> None:
    clean.index.replace_videos(A, {f"c/{n}": points_of(f"c/{n}", 2, n) for n in range(4)})
    hidden = Withheld(frozenset({"c"}), {"c/3": date.min}, ("c/0", "c/1", "c/2"))
    asked = [Filter(), Filter(video_ids=("c/1", "c/3")), Filter(video_ids=("c/1",))]
    found = VisibleReader(clean.reader, lambda: hidden).examples(A, asked)
    assert [one and one.video_id for one in found] == ["c/3", "c/3", None]


def test_hits_that_are_told_less_are_the_same(clean: Store) -> None:
    points = points_of("c/1", 30)
    clean.index.replace_video(A, "c/1", points)
    asked = Query(points[3].vector, 10)
    told: tuple[Told, ...] = ("all", "video", "nothing")
    whole, *less = clean.reader.search_batch(A, [replace(asked, told=one) for one in told])
    for hits in less:
        assert [(hit.id, hit.score) for hit in hits] == [(hit.id, hit.score) for hit in whole]
    assert (whole[0].payload, whole[0].video_id) == (points[3].payload, "c/1")
    assert [hits[0].stored() or None for hits in less] == [{"video_id": "c/1"}, None]


def test_more_points_than_fit_one_request(clean: Store) -> None:
    points = points_of("c/long", 2300)
    clean.index.replace_video(A, "c/long", points)
    assert clean.reader.video_points(A, "c/long") == {p.id: p.payload for p in points}


def test_batches_give_every_point_once_in_order_of_id(clean: Store) -> None:
    ours, theirs = points_of("c/1", 1500, 1), points_of("d/2", 12, 2)
    clean.index.replace_video(A, "c/1", ours)
    clean.index.replace_video(A, "d/2", theirs)
    batches = list(clean.reader.batches(A, Filter(collections=("c",))))
    found = [point for batch in batches for point in batch]
    assert [point.id for point in found] == sorted(point.id for point in ours)
    assert max(len(batch) for batch in batches) <= 1000
    by_id = {point.id: point for point in ours}
    assert all(point.payload == by_id[point.id].payload for point in found)
    np.testing.assert_allclose(found[0].vector, by_id[found[0].id].vector, atol=1e-6)
    assert sum(map(len, clean.reader.batches(A))) == 1512
    assert list(clean.reader.batches(B)) == []


def test_fetch_gives_what_exists(clean: Store) -> None:
    points = points_of("c/1", 3)
    clean.index.replace_video(A, "c/1", points)
    found = clean.reader.fetch(A, [points[2].id, str(uuid.uuid4()), points[0].id])
    assert found.keys() == {points[0].id, points[2].id}
    np.testing.assert_allclose(found[points[2].id].vector, points[2].vector, atol=1e-6)
    assert clean.reader.fetch(A, []) == {}


def test_spaces_come_and_go(clean: Store) -> None:
    clean.index.ensure_space(B, DIMENSION)
    assert clean.reader.spaces() == [A, B]
    assert clean.reader.dimension(A) == DIMENSION
    clean.index.replace_video(A, "c/1", points_of("c/1", 3))
    clean.index.drop_space(A)
    clean.index.drop_space(A)
    assert clean.reader.spaces() == [B]
    assert clean.reader.dimension(A) is None
    assert clean.reader.count(A) == 0
    clean.index.ensure_space(A, 8)
    assert clean.reader.count(A) == 0
    assert clean.reader.dimension(A) == 8


def test_reading_a_space_that_is_not_there_finds_nothing(store: Store) -> None:
    assert store.reader.search(A, np.ones(DIMENSION, np.float32)) == []
    assert store.reader.search_grouped(A, np.ones(DIMENSION, np.float32)) == []
    assert store.reader.fetch(A, [str(uuid.uuid4())]) == {}
    assert store.reader.video_points(A, "c/1") == {}
    assert store.reader.count(A) == 0


def test_writing_a_space_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(ConfigurationError, match="unknown_space"):
        store.index.replace_video(A, "c/1", points_of("c/1", 1))


@pytest.mark.parametrize("name", ["../../etc", "shots-a/../b", "shots-", "", "Shots-a"])
def test_a_name_that_no_encoder_gives_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ConfigurationError, match="unknown_space"):
        store.index.ensure_space(name, 4)


def test_ensuring_a_space_again_keeps_its_points(clean: Store) -> None:
    clean.index.replace_video(A, "c/1", points_of("c/1", 3))
    clean.index.ensure_space(A, DIMENSION)
    assert clean.reader.count(A) == 3


def test_vectors_of_another_encoder_are_refused(clean: Store) -> None:
    foreign = random_points("c/1", 1, np.random.default_rng(0), dimension=DIMENSION // 2)
    with pytest.raises(ConfigurationError, match="vector_size_mismatch"):
        clean.index.ensure_space(A, DIMENSION * 2)
    with pytest.raises(ConfigurationError, match="vector_size_mismatch"):
        clean.index.replace_video(A, "c/1", foreign)
    with pytest.raises(ConfigurationError, match="vector_size_mismatch"):
        clean.reader.search(A, foreign[0].vector)
    clean.index.replace_video(A, "c/1", points_of("c/1", 2))  # and nothing is broken afterwards
    assert clean.reader.count(A) == 2


def test_points_that_contradict_themselves_are_refused(clean: Store) -> None:
    one, two = points_of("c/1", 2)
    with pytest.raises(ValueError, match="twice"):
        clean.index.replace_video(A, "c/1", [one, two, one])
    with pytest.raises(ValueError, match="belongs to c/1, not to c/2"):
        clean.index.replace_video(A, "c/2", [one])
    with pytest.raises(ValueError, match="not a unit vector"):
        Point(one.id, one.vector * 2, one.payload)
    with pytest.raises(ValueError, match="uuid"):
        Point("UPPER", one.vector, one.payload)


@pytest.mark.parametrize("vector", [np.zeros(DIMENSION), np.full(DIMENSION, np.nan), np.ones((1, DIMENSION))])
def test_a_query_without_a_direction_is_refused(clean: Store, vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite, non-zero"):
        clean.reader.search(A, vector.astype(np.float32))
