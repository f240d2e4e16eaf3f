"""Words and pictures in one answer: what is found by which, in an order that pages without repeating or missing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.search import evidence_ranking, hybrid
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.search.model import Filter, Hit, Query
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.visible import VisibleReader
from archive_pipeline.search.words.terms import query_terms
from archive_pipeline.search.words.text import Text
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.finding import IDENTITY, MadeFrames, MadeWords, picture, text_vector

SPACE = space_name("hybrid", IDENTITY)
QUESTION = "a red boat on the harbour"
VIDEOS = finding.videos(30, 20, 3, ["news", "sport"])
POINTS = [point for own in VIDEOS.values() for point in own]
_HARBOUR = [point for point in POINTS if point.payload.video_id == "news/4.mp4"]


def _texts() -> dict[str, list[Text]]:
    """Every third shot says something, some of them of harbours, or of a boat and of something red; one video is
    described, and one sign is read."""
    rng = np.random.default_rng(0)
    said = [
        "the harbour is closed",
        "nothing new in the harbour of Bilbao",
        "a black boat and a red balloon",
        "it rains",
    ]
    texts = {point.id: [Text("said", str(rng.choice(said)), "en")] for point in POINTS[::3]}
    for point in _HARBOUR:
        texts.setdefault(point.id, []).append(Text("described", "Red boats lie in a harbour.", "en"))
    texts.setdefault(_HARBOUR[0].id, []).append(Text("read", "<b>HARBOUR</b> MASTER", None))
    return texts


TEXTS = _texts()


def _filled(index: ShotIndex, with_words: bool) -> None:
    index.ensure_space(SPACE, len(POINTS[0].vector))
    index.replace_videos(
        SPACE,
        {
            video_id: [finding.speaking(p, TEXTS.get(p.id, [])) if with_words else p for p in own]
            for video_id, own in VIDEOS.items()
        },
    )


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    folder = tmp_path_factory.mktemp("spoken")
    with open_index(folder) as index:
        _filled(index, with_words=True)
    with open_index(folder, read_only=True) as index:
        spaces = [finding.askable(SPACE)]
        yield finding.finder(index, MadeFrames(VIDEOS), spaces, ["news", "sport"], MadeWords(TEXTS))


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    folder = tmp_path_factory.mktemp("silent")
    with open_index(folder) as index:
        _filled(index, with_words=False)
    with open_index(folder, read_only=True) as index:
        yield finding.finder(index, MadeFrames(VIDEOS), [finding.askable(SPACE)], ["news", "sport"])


def cosine(key: str, text: str = QUESTION) -> float:
    return float(next(point for point in POINTS if point.id == key).vector @ text_vector(text))


def ids(finder: Finder, **asked: object) -> list[str]:
    return [found.id for found in finder.find(Request(QUESTION, **asked)).shots]  # type: ignore[arg-type]


def by_evidence(text: str) -> list[str]:
    """The whole order, in numpy."""
    nats = finding.nats(POINTS, TEXTS, text)
    cosines = np.stack([point.vector for point in POINTS]) @ text_vector(text)
    return [POINTS[at].id for at in sorted(range(len(POINTS)), key=lambda at: (-nats[at], -cosines[at]))]


def test_the_order_is_that_of_the_evidence_however_much_of_it_is_read(
    spoken: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_evidence(QUESTION)
    assert ids(spoken, limit=len(POINTS)) == expected
    monkeypatch.setattr(hybrid, "_FIRST", 3)
    monkeypatch.setattr(evidence_ranking, "_MOST", 10_000)
    assert [ids(spoken, limit=n) for n in (1, 5, 20)] == [expected[:n] for n in (1, 5, 20)]


def test_videos_and_their_shots_are_those_of_the_evidence_however_little_is_read_at_first(
    spoken: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hybrid, "_FIRST", 3)
    monkeypatch.setattr(hybrid, "_FIRST_OF_A_VIDEO", 2)
    monkeypatch.setattr(evidence_ranking, "_MOST", 10_000)
    video_of = {point.id: point.payload.video_id for point in POINTS}
    for n_videos, per_video in ((1, 5), (7, 3), (len(VIDEOS), 2)):
        found = spoken.find(Request(QUESTION, limit=n_videos, by_video=True, per_video=per_video)).videos
        expected = finding.grouped(by_evidence(QUESTION), video_of.__getitem__, n_videos, per_video)
        assert [(video.video_id, [shot.id for shot in video.shots]) for video in found] == expected


def test_what_is_stored_is_read_of_shown_shots_alone(spoken: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it of all that a ranking looks at was most of what a question cost."""
    spoken.find(Request(QUESTION))  # reads the background
    read: list[int] = []
    search_batch = spoken.reader.search_batch

    def noted(space: str, queries: Sequence[Query]) -> list[list[Hit]]:
        found = search_batch(space, queries)
        read.extend(len(hits) for query, hits in zip(queries, found, strict=True) if query.told != "nothing")
        return found

    monkeypatch.setattr(spoken.reader, "search_batch", noted)
    asked = "a boat on the harbour"
    n_words = len(query_terms(asked))  # the best shot of each tells how rare it is
    spoken.find(Request(asked, limit=10))
    assert sum(read) == 11 + n_words
    read.clear()
    spoken.find(Request(asked, limit=4, by_video=True, per_video=2))
    assert sum(read) < len(POINTS) / 10  # as many as rounds find new videos in
    monkeypatch.setattr(evidence_ranking, "_MORE", 4)
    for deeper in ({}, {"limit": 4, "by_video": True, "per_video": 2}):
        read.clear()
        spoken.find(Request(QUESTION, **{"limit": 10, **deeper}))  # type: ignore[arg-type]
        assert sum(read) < len(POINTS) / 4  # where words stand is read as well, of those that may be among the best


def test_a_video_that_is_hidden_is_not_found_by_bare_rankings(spoken: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hidden:
        collections = ("news",)
        video_ids = ("news/0.mp4",)

        def allows(self, video_id: str) -> bool:
            return video_id not in ("news/0.mp4", "news/4.mp4")  # the second came a moment ago

    asked: list[Query] = []
    search_batch = spoken.reader.search_batch

    def noted(space: str, queries: Sequence[Query]) -> list[list[Hit]]:
        asked.extend(queries)
        return search_batch(space, queries)

    monkeypatch.setattr(spoken.reader, "search_batch", noted)
    reader = VisibleReader(spoken.reader, Hidden)
    best = Query(text_vector(QUESTION), len(POINTS), told="nothing")
    [found] = reader.search_batch(SPACE, [best])
    hidden = {point.id for point in POINTS if not Hidden().allows(point.payload.video_id)}
    assert {hit.id for hit in found} == {point.id for point in POINTS} - hidden
    assert [query.told for query in asked] == ["video"], "no more is read than tells which to leave out"
    [whole] = spoken.reader.search_batch(SPACE, [best])
    assert [(hit.id, hit.score) for hit in whole if hit.id not in hidden] == [(hit.id, hit.score) for hit in found]


def test_shots_that_were_found_by_words_come_first_and_say_so(spoken: Finder) -> None:
    answer = spoken.find(Request(QUESTION, limit=10))
    best = answer.shots[0]
    assert best.id in {point.id for point in _HARBOUR}
    assert best.by_words
    parts = {text.part: [part for part, matched in text.snippet.parts if matched] for text in best.texts}
    assert parts["described"] == ["Red", "boats", "harbour"]
    assert answer.hints == () or {hint.code for hint in answer.hints} == {"unknown_words"}


def test_every_score_is_a_cosine_however_the_shot_was_found(spoken: Finder) -> None:
    for match in ("all", "words", "picture"):
        for found in spoken.find(Request(QUESTION, limit=50, match=match)).shots:
            assert found.score == pytest.approx(cosine(found.id), abs=1e-5)


def test_what_was_said_described_and_read_is_told_apart(spoken: Finder) -> None:
    shots = spoken.find(Request("harbour", limit=200, match="words")).shots
    [sign] = [found for found in shots if found.id == _HARBOUR[0].id]
    assert [text.part for text in sign.texts][-2:] == ["described", "read"]
    assert sign.texts[-1].snippet.parts == (("<b>", False), ("HARBOUR", True), ("</b> MASTER", False))
    assert {found.id for found in shots} == {
        key for key, texts in TEXTS.items() if any("harbour" in text.text.lower() for text in texts)
    }
    assert all(found.by_words and not found.by_picture for found in shots)


def test_the_picture_alone_is_as_without_words(spoken: Finder, silent: Finder) -> None:
    assert ids(spoken, limit=300, match="picture") == ids(silent, limit=300)
    assert all(not found.by_words for found in spoken.find(Request(QUESTION, match="picture")).shots)


def test_an_archive_without_words_answers_as_before(silent: Finder) -> None:
    expected = sorted(POINTS, key=lambda point: -float(point.vector @ text_vector(QUESTION)))
    assert ids(silent, limit=250) == [point.id for point in expected[:250]]
    assert ids(silent, match="words") == []
    by_video = silent.find(Request(QUESTION, limit=30, by_video=True)).videos
    assert [video.video_id for video in by_video] == list(dict.fromkeys(p.payload.video_id for p in expected))


@pytest.mark.parametrize("changes", [{}, {"score_threshold": 0.02}, {"rerank": True}, {"match": "words"}])
def test_pages_repeat_and_miss_nothing(spoken: Finder, changes: dict[str, object]) -> None:
    whole = ids(spoken, limit=len(POINTS), **changes)
    assert len(whole) > (0 if "match" in changes else 100)
    paged: list[str] = []
    for page in range(-(-len(whole) // 24)):
        answer = spoken.find(Request(QUESTION, limit=24, offset=24 * page, **changes))  # type: ignore[arg-type]
        assert [found.rank for found in answer.shots] == list(range(24 * page + 1, 24 * page + len(answer.shots) + 1))
        assert answer.has_more == (24 * (page + 1) < len(whole))
        paged += [found.id for found in answer.shots]
    assert paged == whole
    assert len(set(paged)) == len(paged)


def test_all_of_an_archive_is_found_in_the_end(spoken: Finder) -> None:
    assert set(ids(spoken, limit=1000)) == {point.id for point in POINTS}


@pytest.mark.parametrize("changes", [{}, {"score_threshold": 0.05}, {"rerank": True}, {"match": "words"}])
def test_pages_of_videos_repeat_and_miss_nothing(spoken: Finder, changes: dict[str, object]) -> None:
    def videos(**more: object) -> list[str]:
        asked = Request(QUESTION, by_video=True, **more, **changes)  # type: ignore[arg-type]
        return [video.video_id for video in spoken.find(asked).videos]

    whole = videos(limit=30)
    assert [key for page in range(4) for key in videos(limit=8, offset=8 * page)] == whole
    assert len(set(whole)) == len(whole)


def test_a_video_that_speaks_of_it_comes_first_with_the_shots_that_do(spoken: Finder) -> None:
    best = spoken.find(Request(QUESTION, by_video=True, per_video=3)).videos[0]
    assert best.video_id == "news/4.mp4"
    assert best.shots[0].by_words
    assert [found.rank for found in best.shots] == [1, 2, 3]


def test_filters_and_thresholds_hold_for_what_words_find(spoken: Finder) -> None:
    shots = spoken.find(Request(QUESTION, filter=Filter(collections=("sport",)), limit=200)).shots
    assert shots
    assert {found.shot.collection for found in shots} == {"sport"}
    assert any(found.by_words for found in shots)
    for match in ("all", "words"):
        above = spoken.find(Request(QUESTION, score_threshold=0.05, limit=200, match=match)).shots
        assert above
        assert all(found.score >= 0.05 for found in above)


def test_a_picture_or_marked_shots_are_compared_by_picture_alone(spoken: Finder, silent: Finder) -> None:
    for asked in ({"image": picture(0)}, {"like": (POINTS[0].id,)}):
        assert ids(spoken, **asked) == ids(silent, **asked)
    answer = spoken.find(Request(QUESTION, image=picture(0), match="words"))
    assert [found.id for found in answer.shots] == ids(spoken, match="words")
    assert "words_alone" in {hint.code for hint in answer.hints}


def test_words_that_say_nothing_are_told(spoken: Finder) -> None:
    answer = spoken.find(Request("the of and", match="words"))
    assert answer.shots == ()
    assert "no_terms" in {hint.code for hint in answer.hints}
    with pytest.raises(RequestError, match="no_words"):
        Request(image=picture(0), match="words")
    with pytest.raises(RequestError, match="bad_match"):
        Request("boat", match="sound")  # type: ignore[arg-type]


def test_words_that_changed_since_they_were_indexed_are_not_shown(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        _filled(index, with_words=True)
        forgetful = finding.finder(index, MadeFrames(VIDEOS), [finding.askable(SPACE)], ["news"], MadeWords({}))
        best = forgetful.find(Request(QUESTION)).shots[0]
        assert best.by_words
        assert best.texts == ()
