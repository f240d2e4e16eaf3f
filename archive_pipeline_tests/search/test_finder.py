"""What the Finder answers equals brute force: words, pictures, both, refined, filtered, grouped, paged, re-ranked."""

from dataclasses import replace

import numpy as np
import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.search.answer import Answer
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.model import Filter, Point
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import ranking
from archive_pipeline_tests.search.conftest import Store, but_stand_in
from archive_pipeline_tests.search.finding import picture, picture_vector, queries, text_vector

pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant"),
    # What searches opens the index for reading; the writers' own adapter opens the shard anew for each question.
    pytest.mark.parametrize(
        "store", but_stand_in(["edge reader", "qdrant-client", "server"]), indirect=True, scope="module"
    ),
]

SPACE = space_name("full", "test")
COLLECTIONS = ("news", "sport", "films")
VIDEOS = finding.videos(60, 50, 3, COLLECTIONS)
POINTS = {point.id: point for own in VIDEOS.values() for point in own}
FRAMES = finding.MadeFrames(VIDEOS)


@pytest.fixture(scope="module")
def finder(store: Store) -> Finder:
    store.index.ensure_space(SPACE, 256)
    store.index.replace_videos(SPACE, VIDEOS)
    return finding.finder(store.reader, FRAMES, [finding.askable(SPACE)], COLLECTIONS)


@pytest.fixture
def n(request: pytest.FixtureRequest) -> int:
    """How many questions: qdrant-client in memory is fifty times slower."""
    return 11 if request.node.callspec.params["store"] == "qdrant-client" else 55


def found(answer: Answer) -> list[tuple[str, float]]:
    assert [shot.rank for shot in answer.shots] == list(range(answer.shots[0].rank, answer.shots[-1].rank + 1))
    return [(shot.id, shot.score) for shot in answer.shots]


def assert_found(answer: Answer, expected: list[tuple[str, float]]) -> None:
    assert [key for key, _ in found(answer)] == [key for key, _ in expected]
    np.testing.assert_allclose([s for _, s in found(answer)], [s for _, s in expected], atol=1e-5)


def test_texts_find_what_brute_force_finds(finder: Finder, n: int) -> None:
    for text in queries(n):
        answer = finder.find(Request(text, limit=10))
        assert_found(answer, ranking(VIDEOS, text_vector(text))[:10])
        assert answer.has_more
        assert answer.models == ("archive-tiny",)


def test_filtered_texts_do_too(finder: Finder, n: int) -> None:
    wanted = Filter(collections=("sport", "films"), min_duration_s=3, from_s=4)
    for text in queries(n):
        expected = ranking(
            VIDEOS,
            text_vector(text),
            lambda p: p.payload.collection != "news" and p.payload.duration_s >= 3 and p.payload.end_s > 4,
        )
        assert_found(finder.find(Request(text, limit=10, filter=wanted)), expected[:10])


def test_grouped_texts_do_too(finder: Finder, n: int) -> None:
    for text in queries(n):
        videos = finder.find(Request(text, limit=5, per_video=2, by_video=True)).videos
        order = [key for key, _ in ranking(VIDEOS, text_vector(text))]
        expected = finding.grouped(order, lambda key: POINTS[key].payload.video_id, 5, 2)
        assert [(video.video_id, [shot.id for shot in video.shots]) for video in videos] == expected
        assert [video.rank for video in videos] == [1, 2, 3, 4, 5]


def test_composed_questions_do_too(finder: Finder, n: int) -> None:
    for number, text in enumerate(queries(n)):
        share, seed = (number % 11) / 10, number % 20
        vector = share * text_vector(text) + (1 - share) * picture_vector(seed)
        answer = finder.find(Request(text, picture(seed), text_share=share, limit=10))
        assert_found(answer, ranking(VIDEOS, vector)[:10])


def test_a_picture_alone_finds_what_looks_like_it(finder: Finder) -> None:
    for seed in range(10):
        assert_found(finder.find(Request(image=picture(seed))), ranking(VIDEOS, picture_vector(seed))[:20])


def test_marked_shots_pull_and_push_and_are_not_found(finder: Finder) -> None:
    rng = np.random.default_rng(5)
    for text in queries(20):
        like, unlike = (tuple(map(str, rng.choice(sorted(POINTS), size, replace=False))) for size in (3, 2))
        liked = np.mean([text_vector(text), *(POINTS[key].vector for key in like)], axis=0)
        target = 2 * liked - np.mean([POINTS[key].vector for key in unlike], axis=0)
        expected = [one for one in ranking(VIDEOS, target) if one[0] not in {*like, *unlike}]
        assert_found(finder.find(Request(text, like=like, unlike=unlike)), expected[:20])


def test_more_like_this_alone(finder: Finder) -> None:
    key, point = next(iter(POINTS.items()))
    assert_found(
        finder.find(Request(like=(key,))), [one for one in ranking(VIDEOS, point.vector) if one[0] != key][:20]
    )


def test_less_like_this_with_words_keeps_the_words(finder: Finder) -> None:
    key, point = next(iter(POINTS.items()))
    target = 2 * text_vector("a boat") - point.vector
    expected = [one for one in ranking(VIDEOS, target) if one[0] != key]
    assert_found(finder.find(Request("a boat", unlike=(key,))), expected[:20])


def test_marked_shots_that_are_gone_are_said_and_passed_over(finder: Finder) -> None:
    gone = "00000000-0000-4000-8000-000000000000"
    key, point = next(iter(POINTS.items()))
    answer = finder.find(Request(like=(gone, key)))
    assert_found(answer, [one for one in ranking(VIDEOS, point.vector) if one[0] != key][:20])
    assert [hint.code for hint in answer.hints] == ["examples_gone"]
    with pytest.raises(RequestError) as refused:
        finder.find(Request(like=(gone,)))
    assert refused.value.code == "unknown_shots"


def test_pages_continue_one_another_and_end(finder: Finder) -> None:
    wanted = Filter(collections=("news",))
    expected = ranking(VIDEOS, text_vector("a red boat"), lambda p: p.payload.collection == "news")
    pages = [
        finder.find(Request("a red boat", filter=wanted, limit=37, offset=at)) for at in range(0, len(expected), 37)
    ]
    assert [shot.id for page in pages for shot in page.shots] == [key for key, _ in expected]
    assert [shot.rank for page in pages for shot in page.shots] == list(range(1, len(expected) + 1))
    assert [page.has_more for page in pages] == [True] * (len(pages) - 1) + [False]


def test_pages_of_videos_continue_one_another(finder: Finder) -> None:
    pages = [finder.find(Request("a red boat", by_video=True, limit=7, offset=at)) for at in range(0, 63, 7)]
    order = [key for key, _ in ranking(VIDEOS, text_vector("a red boat"))]
    expected = finding.grouped(order, lambda key: POINTS[key].payload.video_id, 60, 3)
    assert [video.video_id for page in pages for video in page.videos] == [video_id for video_id, _ in expected]
    assert [page.has_more for page in pages] == [True] * 8 + [False]


@pytest.mark.parametrize("by_video", [False, True])
def test_the_threshold_cuts_the_list(finder: Finder, by_video: bool) -> None:
    expected = [one for one in ranking(VIDEOS, text_vector("a red boat")) if one[1] >= 0.1]
    assert 3 < len(expected) < 500
    request = Request("a red boat", score_threshold=0.1, limit=100, by_video=by_video, per_video=20)
    answer = finder.find(request)
    assert {shot.id for shot in answer.all_shots} == {key for key, _ in expected}
    assert not answer.has_more


def test_copies_of_a_film_page_without_repeating_or_missing_one(store: Store) -> None:
    """Equal vectors have equal scores, and the index breaks ties differently for each limit."""
    space = space_name("a", "test")
    one = finding.videos(1, 12, 6, ("films",))["films/0.mp4"]
    copies = {
        f"films/copy{number}.mp4": [
            Point(
                f"{number:08x}{point.id[8:]}", point.vector, replace(point.payload, video_id=f"films/copy{number}.mp4")
            )
            for point in one
        ]
        for number in range(40)
    }
    store.index.ensure_space(space, 256)
    store.index.replace_videos(space, copies)
    copied = finding.finder(store.reader, FRAMES, [finding.askable(space)])
    total = 40 * len(one)
    pages = [copied.find(Request("a dog", limit=9, offset=at)).shots for at in range(0, total, 9)]
    ids = [shot.id for page in pages for shot in page]
    assert sorted(ids) == sorted(point.id for own in copies.values() for point in own)
    whole = copied.find(Request("a dog", limit=total)).shots
    assert ids == [shot.id for shot in whole]
    store.index.drop_space(space)


def test_reranking_orders_by_the_best_frame(finder: Finder) -> None:
    for text in queries(10):
        vector = text_vector(text)
        candidates = [POINTS[key] for key, _ in ranking(VIDEOS, vector)[:200]]
        expected = sorted(((point.id, FRAMES.best(point, vector)) for point in candidates), key=lambda one: -one[1])
        answer = finder.find(Request(text, rerank=True, limit=50))
        assert_found(answer, expected[:50])
        assert all(shot.shot.start_s <= shot.best_frame_s < shot.shot.end_s for shot in answer.shots)


def test_reranked_pages_continue_beyond_the_candidates(finder: Finder) -> None:
    pages = [finder.find(Request("a red boat", rerank=True, limit=60, offset=at)).shots for at in range(0, 300, 60)]
    ids = [shot.id for page in pages for shot in page]
    plain = [key for key, _ in ranking(VIDEOS, text_vector("a red boat"))]
    assert sorted(ids[:200]) == sorted(plain[:200])
    assert ids[200:] == plain[200:300]


def test_reranked_videos_are_in_the_order_of_their_best_frames(finder: Finder) -> None:
    vector = text_vector("a red boat")
    order = [key for key, _ in ranking(VIDEOS, vector)]
    candidates = finding.grouped(order, lambda key: POINTS[key].payload.video_id, 50, 4)
    best = {video_id: max(FRAMES.best(POINTS[key], vector) for key in keys) for video_id, keys in candidates}
    videos = finder.find(Request("a red boat", rerank=True, by_video=True, limit=10)).videos
    assert [video.video_id for video in videos] == sorted(best, key=lambda video_id: -best[video_id])[:10]
    for video in videos:
        assert len(video.shots) <= 3
        assert video.shots[0].score == pytest.approx(best[video.video_id], abs=1e-5)


def test_shots_whose_frames_cannot_be_read_keep_their_score_and_that_is_said(store: Store) -> None:
    frames = finding.MadeFrames(VIDEOS)
    frames.unread = {"news/0.mp4"}
    finder = finding.finder(store.reader, frames, [finding.askable(SPACE)])
    answer = finder.find(Request("a red boat", rerank=True, limit=200))
    unread = [shot for shot in answer.shots if shot.best_frame_s is None]
    assert {shot.shot.video_id for shot in unread} == {"news/0.mp4"}
    said = {hint.code: hint.facts for hint in answer.hints}
    assert said["rerank_incomplete"] == {"shots": str(len(unread))}
    by_video = Request("a red boat", rerank=True, by_video=True)
    plain, counted = (finder.find(replace(by_video, facets=facets)).hints for facets in (False, True))
    assert counted == plain


def test_a_curve_is_the_similarity_of_each_frame(finder: Finder) -> None:
    curve = finder.curve("news/0.mp4", Request("a red boat"))
    frames = FRAMES.of_video("news/0.mp4", finding.IDENTITY)
    assert frames is not None
    np.testing.assert_allclose(curve.cosines, frames.vectors @ text_vector("a red boat"), atol=1e-6)
    assert (curve.pts_s == frames.pts_s).all()
    with pytest.raises(RequestError) as refused:
        finder.curve("news/nothing.mp4", Request("a red boat"))
    assert refused.value.code == "unknown_video"


def test_shots_by_their_ids(finder: Finder) -> None:
    ids = list(POINTS)[:3]
    found = finder.shots([*ids, "00000000-0000-4000-8000-000000000000"])
    assert {key: one.shot.shot for key, one in found.items()} == {key: POINTS[key].payload.shot for key in ids}


def test_an_unknown_collection_is_refused(finder: Finder) -> None:
    with pytest.raises(RequestError, match=r"no collection 'radio'.*films, news, sport") as refused:
        finder.find(Request("a boat", filter=Filter(collections=("radio", "news"))))
    assert refused.value.code == "unknown_collection"
