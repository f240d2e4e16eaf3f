"""One thing, then another: pairs of shots in the order of what both have, against all pairs in numpy."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.search import sequences
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.search.model import Filter, Point
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.words.text import Text
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.finding import IDENTITY, MadeFrames, MadeWords, picture, text_vector

SPACE = space_name("sequences", IDENTITY)
FIRST, THEN = "the harbour of Bilbao", "a street at night"
VIDEOS = finding.videos(30, 20, 5, ["news", "sport"])
POINTS = [point for own in VIDEOS.values() for point in own]
_SAID = np.random.default_rng(6).choice(["the harbour of Bilbao", "nobody in the street at night"], len(POINTS))
TEXTS = {point.id: [Text("said", str(said), "en")] for point, said in list(zip(POINTS, _SAID, strict=True))[::3]}
Keys = list[tuple[str, str]]


def _filled(index: ShotIndex, videos: dict[str, list[Point]]) -> None:
    index.ensure_space(SPACE, len(POINTS[0].vector))
    index.replace_videos(
        SPACE,
        {video_id: [finding.speaking(p, TEXTS.get(p.id, [])) for p in own] for video_id, own in videos.items()},
    )


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    folder = tmp_path_factory.mktemp("sequences")
    with open_index(folder) as index:
        _filled(index, VIDEOS)
    with open_index(folder, read_only=True) as index:
        spaces = [finding.askable(SPACE)]
        yield finding.finder(index, MadeFrames(VIDEOS), spaces, ["news", "sport"], MadeWords(TEXTS))


def keys(finder: Finder, text: str = FIRST, then: str = THEN, limit: int = 500, **asked: object) -> Keys:
    answer = finder.find(Request(text, then=then, limit=limit, **asked))  # type: ignore[arg-type]
    return [(pair.first.id, pair.then.id) for pair in answer.pairs]


def by_brute_force(
    text: str = FIRST, then: str = THEN, within_s: float = 30.0, passing: set[str] | None = None, pictures: float = 1.0
) -> Keys:
    """All pairs of the archive, best first, without those that share a shot with a better one."""
    nats = [
        dict(zip([p.id for p in POINTS], finding.nats(POINTS, TEXTS, q, pictures), strict=True)) for q in (text, then)
    ]
    pairs = [
        (np.sqrt(2 * nats[0][a.id]) + np.sqrt(2 * nats[1][b.id]), (a.id, b.id))
        for own in VIDEOS.values()
        for a in own
        for b in own
        if a is not b
        and 0 <= b.payload.start_s - a.payload.end_s <= within_s
        and nats[0][a.id] > 0
        and nats[1][b.id] > 0
        if passing is None or {a.id, b.id} <= passing
    ]
    used: set[str] = set()
    found = []
    for _, (a_id, b_id) in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if not used & {a_id, b_id}:
            used |= {a_id, b_id}
            found.append((a_id, b_id))
    return found


@pytest.mark.parametrize("within_s", [0.0, 12.0, 30.0, 600.0])
def test_pairs_come_in_the_order_of_what_both_shots_have(finder: Finder, within_s: float) -> None:
    expected = by_brute_force(within_s=within_s)
    assert len(expected) > 20
    assert keys(finder, within_s=within_s) == expected[:500]


def test_the_order_does_not_depend_on_how_much_of_it_is_read(finder: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "_DEPTHS", (3, 12, 48, 192, 768))
    expected = by_brute_force()
    assert [keys(finder, limit=n) for n in (1, 5, 20)] == [expected[:n] for n in (1, 5, 20)]


def test_pages_of_pairs_repeat_and_miss_nothing(finder: Finder) -> None:
    expected = by_brute_force()
    paged: Keys = []
    for page in range(-(-len(expected) // 24)):
        answer = finder.find(Request(FIRST, then=THEN, limit=24, offset=24 * page))
        assert [pair.rank for pair in answer.pairs] == [24 * page + n for n in range(1, len(answer.pairs) + 1)]
        assert answer.has_more == (24 * (page + 1) < len(expected))
        paged += [(pair.first.id, pair.then.id) for pair in answer.pairs]
    assert paged == expected


def test_filters_and_thresholds_hold_for_both_shots(finder: Finder) -> None:
    chosen = Filter(collections=("sport",), from_s=5, to_s=40, min_duration_s=1)
    passing = {
        p.id
        for p in POINTS
        if p.payload.collection == "sport"
        and p.payload.end_s > 5
        and p.payload.start_s < 40
        and p.payload.duration_s >= 1
    }
    expected = by_brute_force(passing=passing)
    assert expected
    assert keys(finder, filter=chosen) == expected
    above = [{p.id for p in POINTS if p.vector @ text_vector(text) >= 0.05} for text in (FIRST, THEN)]
    found = keys(finder, score_threshold=0.05)
    assert found
    assert all(first in above[0] and then in above[1] for first, then in found)


def test_both_shots_are_of_the_group_that_is_searched(finder: Finder) -> None:
    members = frozenset(p.id for p in POINTS if p.payload.shot % 3)
    assert keys(finder, filter=Filter(ids=members)) == by_brute_force(passing=set(members))
    assert keys(finder, filter=Filter(ids=members), match="words") == by_brute_force(passing=set(members), pictures=0.0)


def test_words_alone_and_pictures_alone_are_matched_in_both_shots(finder: Finder) -> None:
    said = keys(finder, match="words")
    assert said == by_brute_force(pictures=0.0)
    shown = finder.find(Request(FIRST, then=THEN, match="picture", limit=10)).pairs
    assert shown
    assert not any(one.by_words for pair in shown for one in (pair.first, pair.then))


def test_a_half_of_stop_words_is_ranked_by_its_picture(finder: Finder) -> None:
    assert keys(finder, then="the", limit=20) == by_brute_force(then="the")[:20]
    answer = finder.find(Request(FIRST, then="the", match="words"))
    assert answer.pairs == ()
    assert "no_terms" in {hint.code for hint in answer.hints}


def test_what_matched_is_told_for_each_shot(finder: Finder) -> None:
    [best] = finder.find(Request(FIRST, then=THEN, match="words", limit=1)).pairs
    told = [[text for text, matched in one.texts[0].snippet.parts if matched] for one in (best.first, best.then)]
    assert told == [["harbour", "Bilbao"], ["street", "night"]]
    assert best.first.shot.video_id == best.then.shot.video_id
    assert best.first.shot.end_s <= best.then.shot.start_s


def test_copies_of_a_film_come_in_a_fixed_order(tmp_path: Path) -> None:
    own = max(VIDEOS.values(), key=len)
    copies = {
        f"news/{n}.mp4": [
            replace(p, id=f"{n:08d}{p.id[8:]}", payload=replace(p.payload, video_id=f"news/{n}.mp4")) for p in own
        ]
        for n in range(9)
    }
    with open_index(tmp_path) as index:
        _filled(index, copies)
    with open_index(tmp_path, read_only=True) as index:
        found = finding.finder(index, MadeFrames(copies), [finding.askable(SPACE)], ["news"])
        whole = keys(found, limit=40)
        assert [key for page in range(8) for key in keys(found, limit=5, offset=5 * page)] == whole
        assert whole[:9] == sorted(whole[:9])
        assert len({first[8:] for first, _ in whole[:9]}) == 1


def test_a_picture_cannot_be_given_for_what_comes_first(finder: Finder) -> None:
    with pytest.raises(Exception, match="take the picture and the marks away") as refused:
        finder.find(Request(FIRST, then=THEN, image=picture(0)))
    assert refused.value.code == "bad_then"  # type: ignore[attr-defined]
