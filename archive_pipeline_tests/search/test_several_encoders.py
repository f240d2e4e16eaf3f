"""One question to collections of several encoders: each space with its own, one list by rank."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_pipeline.errors import ConfigurationError, RequestError
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.search.listing import Listing
from archive_pipeline.search.model import EVERYTHING, Filter
from archive_pipeline.search.ranking import fuse
from archive_pipeline.search.request import Request
from archive_pipeline.search.sources import Sources
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import ranking
from archive_pipeline_tests.search.finding import askable, text_vector

NEWS, FILMS = finding.videos(9, 9, 1, ("news",)), finding.videos(9, 9, 2, ("films",))
FRAMES = finding.MadeFrames(NEWS | FILMS)
A, B = space_name("a", "test"), space_name("b", "test")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("qdrant")


@pytest.fixture(scope="module")
def index(folder: Path) -> ShotIndex:
    index = open_index(folder)
    for space, videos in ((A, NEWS), (B, FILMS)):
        index.ensure_space(space, 256)
        index.replace_videos(space, videos)
    return index


@pytest.fixture(scope="module")
def finder(index: ShotIndex, folder: Path) -> Iterator[Finder]:
    assert index.spaces() == [A, B]
    spaces = [askable(A, model="tiny a"), askable(B, model="tiny b")]
    with open_index(folder, read_only=True) as reader:
        yield finding.finder(reader, FRAMES, spaces, ("news", "films"))


def test_lists_merge_by_rank(finder: Finder) -> None:
    answer = finder.find(Request("a red boat", limit=10))
    first, second = (ranking(videos, text_vector("a red boat")) for videos in (NEWS, FILMS))
    expected = [key for pair in zip(first, second, strict=False) for key, _ in pair]
    assert [shot.id for shot in answer.shots] == expected[:10]
    assert [shot.model for shot in answer.shots] == ["tiny a", "tiny b"] * 5
    assert [hint.code for hint in answer.hints] == ["several_encoders"]
    assert answer.models == ("tiny a", "tiny b")


def test_merged_pages_continue_one_another(finder: Finder) -> None:
    pages = [finder.find(Request("a red boat", limit=7, offset=at)) for at in range(0, 200, 7)]
    ids = [shot.id for page in pages for shot in page.shots]
    assert sorted(ids) == sorted(point.id for own in (NEWS | FILMS).values() for point in own)


def test_videos_merge_by_rank(finder: Finder) -> None:
    videos = finder.find(Request("a red boat", by_video=True)).videos
    assert {video.video_id for video in videos} == set(NEWS | FILMS)
    assert [video.shots[0].model for video in videos] == ["tiny a", "tiny b"] * 9


def test_a_model_is_asked_only_for_what_it_indexed(finder: Finder) -> None:
    answer = finder.find(Request("a red boat", filter=Filter(collections=("films",))))
    assert answer.models == ("tiny b",)
    assert not answer.hints


def test_a_list_leaves_out_of_a_second_model_what_the_first_has_and_names_nothing_else(index: ShotIndex) -> None:
    spaces = [askable(A), askable(B)]
    listed = Listing(index, spaces, EVERYTHING)
    assert [wanted for _, wanted in listed.parts] == [EVERYTHING, EVERYTHING]
    twice = next(iter(NEWS))
    index.replace_videos(B, {twice: NEWS[twice][:1]})
    try:
        during = Listing(index, spaces, EVERYTHING)
        assert [wanted.without_video_ids for _, wanted in during.parts] == [(), (twice,)]
        assert (during.n_shots, during.n_videos) == (listed.n_shots, listed.n_videos)
        assert [one.id for one in during.shots(slice(0, 200))] == [one.id for one in listed.shots(slice(0, 200))]
    finally:
        index.replace_videos(B, {twice: []})


def test_marked_shots_belong_to_one_model(finder: Finder) -> None:
    shot = NEWS["news/0.mp4"][0]
    alone = finder.find(Request(like=(shot.id,)))
    assert alone.models == ("tiny a",)
    assert [(hint.code, hint.facts["model"]) for hint in alone.hints] == [("examples_elsewhere", "tiny b")]
    assert finder.find(Request("a boat", like=(shot.id,))).models == ("tiny a", "tiny b")


def test_one_missing_model_leaves_the_others(index: ShotIndex) -> None:
    def missing() -> None:
        raise ConfigurationError("model_unavailable", "no weights here")

    spaces = [askable(A, model="tiny a", encoder=missing), askable(B, model="tiny b")]
    answer = finding.finder(index, FRAMES, spaces, ("news", "films")).find(Request("a red boat"))
    assert answer.models == ("tiny b",)
    assert [hint.code for hint in answer.hints] == ["model_unavailable"]
    with pytest.raises(ConfigurationError, match="no weights here"):
        finding.finder(index, FRAMES, spaces[:1]).find(Request("a red boat"))


def test_nothing_indexed_is_said(tmp_path: Path) -> None:
    with open_index(tmp_path, read_only=True) as reader:
        empty = finding.finder(reader, FRAMES, [])
        answer = empty.find(Request("a red boat"))
        assert [hint.code for hint in answer.hints] == ["nothing_indexed"]
        lost = Sources((), frozenset({"news"}), index_is_lost=True)
        for asked in (Request("a red boat"), Request(filter=Filter(collections=("news",)))):
            found = Finder(reader, lambda: lost, FRAMES, finding.MadeWords({})).find(asked)
            assert [hint.code for hint in found.hints] == ["index_lost"]
        assert answer.shots == ()
        with pytest.raises(RequestError):
            empty.curve("news/0.mp4", Request("a red boat"))


def test_a_list_leaves_out_only_what_two_spaces_hold(index: ShotIndex, folder: Path) -> None:
    both = space_name("c", "test")
    index.ensure_space(both, 256)
    index.replace_videos(both, {"news/0.mp4": NEWS["news/0.mp4"][:1]})
    with open_index(folder, read_only=True) as reader:
        listing = Listing(reader, [askable(A, model="a"), askable(both, model="c")], Filter(collections=("news",)))
        assert [one.without_video_ids for _, one in listing.parts] == [(), ("news/0.mp4",)]
        assert listing.n_shots == sum(map(len, NEWS.values()))
        assert {one.model for one in listing.shots(slice(0, 5))} == {"a"}
    index.drop_space(both)


def test_reciprocal_ranks_add_up() -> None:
    assert fuse([["a", "b", "c"], ["c", "d"]]) == ["c", "a", "b", "d"]
    assert fuse([]) == []
