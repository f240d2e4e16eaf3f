"""What ranking by words promises, whatever the index is: BM25 equals brute force, with every filter, beside vectors."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from archive_pipeline.search.configured import open_index
from archive_pipeline.search.edge_folder import SpaceFolder
from archive_pipeline.search.journal import Journal
from archive_pipeline.search.model import Filter, Hit, Point, Query, SparseVector
from archive_pipeline.search.ranking import ranked
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.words.bm25 import document_vector, question_of
from archive_pipeline.search.words.text import Text
from archive_pipeline_tests.search.archive import DIMENSION, random_videos
from archive_pipeline_tests.search.conftest import Store

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

SPACE = space_name("a", "test")
VOCABULARY = [f"term{number}" for number in range(40)]


def with_words(videos: dict[str, list[Point]], seed: int = 0) -> dict[str, list[Point]]:
    """Two of three shots say something: few words often, many seldom."""
    rng = np.random.default_rng(seed)
    chances = 1 / np.arange(1, len(VOCABULARY) + 1)

    def spoken(point: Point) -> Point:
        if rng.random() < 1 / 3:
            return point
        words = rng.choice(VOCABULARY, rng.integers(1, 25), p=chances / chances.sum())
        return replace(point, words=document_vector([Text("said", " ".join(words), "en")], point.id))

    return {video_id: [spoken(point) for point in points] for video_id, points in videos.items()}


VIDEOS = with_words(random_videos(20, 30))
SPOKEN = [point for own in VIDEOS.values() for point in own if point.words]


def bm25(question: SparseVector, spoken: list[Point]) -> dict[str, float]:
    """Scores by id in double precision; N are the shots that have words."""
    held = {p.id: dict(zip(p.words.ids.tolist(), p.words.weights.tolist(), strict=True)) for p in spoken if p.words}
    scores = dict.fromkeys(held, 0.0)
    for term in question.ids.tolist():
        n = sum(term in own for own in held.values())
        idf = math.log(1 + (len(held) - n + 0.5) / (n + 0.5))
        for key, own in held.items():
            scores[key] += idf * own.get(term, 0.0)
    return {key: score for key, score in scores.items() if score > 0}


def asked(text: str) -> SparseVector:
    found = question_of(text)
    assert found
    return found.vector


def assert_ranked(hits: list[Hit], expected: dict[str, float]) -> None:
    assert {hit.id for hit in hits} == set(expected)
    assert [hit.score for hit in hits] == pytest.approx([expected[hit.id] for hit in hits], rel=1e-4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.fixture
def full(store: Store) -> Iterator[Store]:
    store.index.ensure_space(SPACE, DIMENSION)
    store.index.replace_videos(SPACE, VIDEOS)
    yield store
    for space in store.index.spaces():
        store.index.drop_space(space)


@pytest.mark.parametrize("question", ["term3", "term1 term30", "term5 nowhere", "term2 term2"])
def test_the_ranking_is_bm25_of_the_shots_that_have_a_term(full: Store, question: str) -> None:
    [hits] = full.reader.search_batch(SPACE, [Query(asked(question), limit=1000)])
    assert_ranked(hits, bm25(asked(question), SPOKEN))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(collections=("news",)),
        Filter(video_ids=("news/3.mp4", "sport/7.mp4")),
        Filter(classes=(1, 3), min_duration_s=3),
        Filter(from_s=10, to_s=40, without_ids=frozenset(point.id for point in SPOKEN[:50])),
        Filter(ids=frozenset(point.id for point in SPOKEN[20:60])),
        Filter(without_video_ids=("news/3.mp4",)),
    ],
)
def test_filters_hold_and_leave_the_scores_alone(full: Store, wanted: Filter) -> None:
    [hits] = full.reader.search_batch(SPACE, [Query(asked("term1 term4"), 1000, wanted)])
    passing = {hit.id for hit in full.reader.search(SPACE, VIDEOS["news/0.mp4"][0].vector, 1000, wanted)}
    scores = bm25(asked("term1 term4"), SPOKEN)
    assert_ranked(hits, {key: score for key, score in scores.items() if key in passing})
    assert hits


def test_words_and_vectors_are_asked_together(full: Store) -> None:
    vector = VIDEOS["sport/1.mp4"][0].vector
    dense, sparse = full.reader.search_batch(SPACE, [Query(vector, 5), Query(asked("term2"), 5)])
    assert [hit.id for hit in dense] == [hit.id for hit in full.reader.search(SPACE, vector, 5)]
    assert dense[0].score == pytest.approx(1, abs=1e-5)
    assert [hit.score for hit in sparse] == pytest.approx(
        sorted(bm25(asked("term2"), SPOKEN).values())[:-6:-1], rel=1e-4
    )


def test_only_these_shots_by_vector(full: Store) -> None:
    wanted = frozenset(point.id for point in SPOKEN[5:9])
    assert {hit.id for hit in full.reader.search(SPACE, SPOKEN[0].vector, 10, Filter(ids=wanted))} == wanted


def test_a_term_that_nobody_said_finds_nothing(full: Store) -> None:
    assert full.reader.search_batch(SPACE, [Query(asked("unheard"))]) == [[]]


def test_pages_of_equal_texts_repeat_and_miss_nothing(full: Store) -> None:
    [points] = random_videos(1, 300, seed=5).values()
    alike = [replace(point, words=document_vector([Text("said", "the same words")], point.id)) for point in points]
    full.index.replace_video(SPACE, alike[0].payload.video_id, alike)
    first, both = (ranked(full.reader, SPACE, [Query(asked("same words"), n)])[0] for n in (20, 40))
    assert [hit.id for hit in both[:20]] == [hit.id for hit in first]
    assert len({hit.id for hit in both}) == min(40, len(alike))


def test_points_come_back_with_their_words(full: Store) -> None:
    said, silent = SPOKEN[0], next(p for own in VIDEOS.values() for p in own if p.words is None)
    found = full.reader.fetch(SPACE, [said.id, silent.id])
    assert found[silent.id].words is None
    words = found[said.id].words
    assert words
    assert said.words
    assert words.ids.tolist() == said.words.ids.tolist()
    np.testing.assert_allclose(words.weights, said.words.weights, rtol=1e-6)
    np.testing.assert_allclose(found[said.id].vector, said.vector, atol=1e-6)


def test_new_words_replace_the_old_ones_and_change_what_is_rare(full: Store) -> None:
    silenced = {
        video_id: [replace(p, words=None) for p in own] for video_id, own in VIDEOS.items() if "news" in video_id
    }
    full.index.replace_videos(SPACE, silenced)
    [hits] = full.reader.search_batch(SPACE, [Query(asked("term3"), 1000)])
    assert_ranked(hits, bm25(asked("term3"), [p for p in SPOKEN if p.payload.collection != "news"]))


def test_an_embedded_space_of_the_first_layout_keeps_answering_by_vector(tmp_path) -> None:
    index = open_index(tmp_path)
    index.ensure_space(SPACE, DIMENSION)
    file = tmp_path / SPACE / "space.json"
    file.write_text(json.dumps({k: v for k, v in json.loads(file.read_text()).items() if k != "has_words"}))
    index.replace_videos(SPACE, VIDEOS)
    dense, sparse = index.search_batch(SPACE, [Query(SPOKEN[0].vector, 3), Query(asked("term1"), 3)])
    assert dense[0].id == SPOKEN[0].id
    assert sparse == []
    assert index.fetch(SPACE, [SPOKEN[0].id])[SPOKEN[0].id].words is None


def test_a_journal_entry_of_the_first_layout_is_read(tmp_path) -> None:
    journal = Journal(SpaceFolder(tmp_path, SPACE, 1).journal._folder)
    journal._folder.mkdir(parents=True)
    journal.append(VIDEOS)
    file = next(journal._folder.glob("*.npz"))
    with np.load(file) as stored:
        kept = {name: stored[name] for name in ("vectors", "text")}
    np.savez(file, **kept)
    [entry] = journal.after(0)
    assert [p.id for own in entry.videos.values() for p in own] == [p.id for own in VIDEOS.values() for p in own]
    assert all(point.words is None for own in entry.videos.values() for point in own)
