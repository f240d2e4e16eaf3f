"""Rankings equal brute force: plain, filtered, paged, grouped and recommended."""

from collections.abc import Callable

import numpy as np
import pytest

from archive_pipeline.search.model import Filter, Point, Query, unit
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search.archive import CONCEPTS, DIMENSION, assert_same_ranking, random_videos, ranking
from archive_pipeline_tests.search.conftest import KINDS, Store, but_stand_in

pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant"),
    pytest.mark.parametrize("store", but_stand_in(KINDS), indirect=True, scope="module"),
]

SPACE = space_name("full", "test")
VIDEOS = random_videos(40, 60)
SOME_VIDEOS = ("news/3.mp4", "sport/7.mp4", "films/2.mp4")
SOME_IDS = frozenset(point.id for point in VIDEOS["news/0.mp4"] + VIDEOS["films/5.mp4"])
QUERIES = np.random.default_rng(1).standard_normal((50, DIMENSION)).astype(np.float32)

FILTERS: dict[str, tuple[Filter, Callable[[Point], bool]]] = {
    "a collection": (Filter(collections=("news",)), lambda p: p.payload.collection == "news"),
    "two collections": (Filter(collections=("news", "films")), lambda p: p.payload.collection != "sport"),
    "videos": (Filter(video_ids=SOME_VIDEOS), lambda p: p.payload.video_id in SOME_VIDEOS),
    "classes": (Filter(classes=(1, 3)), lambda p: p.payload.semantic_class in (1, 3)),
    "a concept": (Filter(concepts=("time/night",)), lambda p: "time/night" in p.payload.concepts),
    "several concepts": (Filter(concepts=CONCEPTS[1:]), lambda p: set(CONCEPTS[1:]) <= set(p.payload.concepts)),
    "an object": (Filter(objects=("car>=1",)), lambda p: ("car", 1) in p.payload.objects),
    "so many objects": (
        Filter(objects=("person>=3", "car>=1"), concepts=CONCEPTS[:1]),
        lambda p: dict(p.payload.objects).get("person", 0) >= 3 and CONCEPTS[0] in p.payload.concepts,
    ),
    "durations": (Filter(min_duration_s=2, max_duration_s=4), lambda p: 2 <= p.payload.duration_s <= 4),
    "only long ones": (Filter(min_duration_s=8.5), lambda p: p.payload.duration_s >= 8.5),
    "a time range": (Filter(from_s=10, to_s=20), lambda p: p.payload.end_s > 10 and p.payload.start_s < 20),
    "a range that touches": (Filter(from_s=0.0, to_s=0.01), lambda p: p.payload.start_s == 0),
    "not these shots": (Filter(without_ids=SOME_IDS), lambda p: p.id not in SOME_IDS),
    "not these videos": (Filter(without_video_ids=SOME_VIDEOS), lambda p: p.payload.video_id not in SOME_VIDEOS),
    "everything together": (
        Filter(collections=("films",), classes=(0, 1, 2), min_duration_s=1, from_s=5, without_ids=SOME_IDS),
        lambda p: (
            p.payload.collection == "films"
            and p.payload.semantic_class < 3
            and p.payload.duration_s >= 1
            and p.payload.end_s > 5
            and p.id not in SOME_IDS
        ),
    ),
}


@pytest.fixture(scope="module")
def full(store: Store) -> Store:
    store.index.ensure_space(SPACE, DIMENSION)
    store.index.replace_videos(SPACE, VIDEOS)
    return store


def test_a_search_equals_brute_force(full: Store) -> None:
    results = full.reader.search_batch(SPACE, [Query(query, limit=25) for query in QUERIES])
    for query, hits in zip(QUERIES, results, strict=True):
        assert_same_ranking(hits, ranking(VIDEOS, query)[:25])


@pytest.mark.parametrize("name", FILTERS)
def test_a_filtered_search_equals_brute_force(full: Store, name: str) -> None:
    wanted, passes = FILTERS[name]
    results = full.reader.search_batch(SPACE, [Query(query, 15, wanted) for query in QUERIES])
    for query, hits in zip(QUERIES, results, strict=True):
        expected = ranking(VIDEOS, query, passes)
        assert expected, "a filter that lets nothing through tests nothing"
        assert_same_ranking(hits, expected[:15])
    assert full.reader.count(SPACE, wanted) == len(expected)


def test_a_filter_that_nothing_passes_finds_nothing(full: Store) -> None:
    assert full.reader.search(SPACE, QUERIES[0], filter=Filter(collections=("radio",))) == []


def test_pages_continue_one_another(full: Store) -> None:
    pages = [hit for page in range(4) for hit in full.reader.search(SPACE, QUERIES[0], limit=7, offset=7 * page)]
    assert_same_ranking(pages, ranking(VIDEOS, QUERIES[0])[:28])


def test_the_score_threshold_cuts_the_list(full: Store) -> None:
    expected = [(key, cosine) for key, cosine in ranking(VIDEOS, QUERIES[0]) if cosine >= 0.3]
    assert 0 < len(expected) < 100
    assert_same_ranking(full.reader.search(SPACE, QUERIES[0], limit=100, score_threshold=0.3), expected)


@pytest.mark.parametrize("name", [None, *FILTERS])
def test_groups_equal_brute_force(full: Store, name: str | None) -> None:
    wanted, passes = FILTERS[name] if name else (Filter(), lambda _: True)
    for query in QUERIES[:2]:
        groups = full.reader.search_grouped(SPACE, query, n_groups=6, per_group=3, filter=wanted)
        assert [(group.video_id, [hit.id for hit in group.hits]) for group in groups] == grouped(query, 6, 3, passes)


def test_one_dominating_video_does_not_hide_the_others(full: Store) -> None:
    """Every shot of one video is nearer to the query than any other video's."""
    video_id = max(VIDEOS, key=lambda name: len(VIDEOS[name]))
    space, towards = space_name("a", "test"), QUERIES[0] / np.linalg.norm(QUERIES[0])
    near = [Point(p.id, unit(10 * towards + p.vector), p.payload) for p in VIDEOS[video_id]]
    full.index.ensure_space(space, DIMENSION)
    full.index.replace_videos(space, VIDEOS | {video_id: near})
    groups = full.reader.search_grouped(space, towards, n_groups=len(VIDEOS) + 5, per_group=1)
    assert groups[0].video_id == video_id
    assert {group.video_id for group in groups} == set(VIDEOS)
    full.index.drop_space(space)


def test_a_recommendation_equals_rocchio_by_brute_force(full: Store) -> None:
    points = {point.id: point for own in VIDEOS.values() for point in own}
    rng = np.random.default_rng(2)
    for query in QUERIES[:5]:
        liked, disliked = (list(rng.choice(sorted(points), size, replace=False)) for size in (3, 2))
        positive = np.mean([*(points[key].vector for key in liked), query / np.linalg.norm(query)], axis=0)
        negative = np.mean([points[key].vector for key in disliked], axis=0)
        examples = {*liked, *disliked}
        expected = [one for one in ranking(VIDEOS, 2 * positive - negative) if one[0] not in examples]
        hits = full.reader.recommend(SPACE, [*liked, query], disliked, limit=10)
        assert_same_ranking(hits, expected[:10])


def test_a_recommendation_without_a_positive_example_is_refused(full: Store) -> None:
    with pytest.raises(ValueError, match="at least one positive example"):
        full.reader.recommend(SPACE, ["00000000-0000-4000-8000-000000000000"], [next(iter(SOME_IDS))])


def grouped(
    query: np.ndarray, n_groups: int, per_group: int, passes: Callable[[Point], bool]
) -> list[tuple[str, list[str]]]:
    video_of = {point.id: video_id for video_id, own in VIDEOS.items() for point in own}
    groups: dict[str, list[str]] = {}
    for key, _ in ranking(VIDEOS, query, passes):
        groups.setdefault(video_of[key], []).append(key)
    return [(video_id, keys[:per_group]) for video_id, keys in list(groups.items())[:n_groups]]
