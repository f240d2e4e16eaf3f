"""Names that nothing has are errors with the nearest that there are; what nobody looked for is a hint."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.collections.embargo import Withheld
from archive_pipeline.errors import UnknownNameError
from archive_pipeline.language.lists.conditions import listed_conditions
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter
from archive_pipeline.search.request import Request, object_conditions
from archive_pipeline.search.sources import Sources
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.visible import VisibleReader
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import random_points
from archive_pipeline_tests.search.finding import IDENTITY, MadeFrames, MadeWords

SPACE = space_name("a", IDENTITY)
D = 256
VIDEOS = ("news/telediario_1984.mp4", "news/documental.mp4")
KNOWN = frozenset({"contents/city", "contents/beach", "shot_scale/close_up"})


@pytest.fixture
def finder(tmp_path: Path) -> Finder:
    with open_index(tmp_path, None, None) as index:
        index.ensure_space(SPACE, D)
        for number, video_id in enumerate(VIDEOS):
            told = {
                "concepts": ("contents/city",), "objects": (("person", 2),), "languages": ("es",),
                "listed": (("Programa", "Informe Semanal"), ("Nombre del realizador", "Ana")),
            }  # fmt: skip
            points = [
                replace(point, payload=replace(point.payload, **told))
                for point in random_points(video_id, 4, np.random.default_rng(1 + number), D)
            ]
            index.replace_video(SPACE, video_id, points)
    return over(open_index(tmp_path, None, None, read_only=True))


def over(reader: ShotReader) -> Finder:
    sources = Sources((finding.askable(SPACE),), frozenset({"news", "films"}), lambda: KNOWN)
    return Finder(reader, lambda: sources, MadeFrames({}), MadeWords({}))


@pytest.mark.parametrize("text", ["a boat", None])
@pytest.mark.parametrize(
    ("wanted", "code", "near"),
    [
        (Filter(collections=("new",)), "unknown_collection", ("news",)),
        (Filter(video_ids=("documental",)), "unknown_video", ("news/documental.mp4",)),
        (Filter(video_ids=("news/telediaro_1984.mp4",)), "unknown_video", ("news/telediario_1984.mp4",)),
        (Filter(video_ids=("nws/documental.mp4",)), "unknown_video", ("news/documental.mp4",)),
        (Filter(concepts=("contents/beech",)), "unknown_concept", ("contents/beach",)),
        (Filter(concepts=("places/beach",)), "unknown_concept", ("contents/beach",)),
        (Filter(listed=listed_conditions(["programas=Informe Semanal"])), "unknown_column", ("programa",)),
    ],
)
def test_a_name_that_nothing_has_is_an_error_with_the_nearest(
    finder: Finder, text: str | None, wanted: Filter, code: str, near: tuple[str, ...]
) -> None:
    with finder, pytest.raises(UnknownNameError) as refused:
        finder.find(Request(text, filter=wanted))
    assert (refused.value.code, refused.value.near[:1]) == (code, near)
    assert f"did you mean {near[0]}" in refused.value.message


@pytest.mark.parametrize("text", ["a boat", None])
@pytest.mark.parametrize(
    ("wanted", "code", "told"),
    [
        (Filter(concepts=("contents/beach",)), "concepts_nowhere", "contents/beach"),
        (Filter(objects=object_conditions(["persona"])), "objects_nowhere", "Nearest: person."),
        (Filter(languages=("xx",)), "languages_nowhere", "spoken are: es"),
        (Filter(listed=listed_conditions(["Programa=Informe Semanl"])), "listed_nowhere", "programa=informe semanal"),
    ],
)
def test_what_nothing_has_yet_is_a_hint_with_the_nearest(
    finder: Finder, text: str | None, wanted: Filter, code: str, told: str
) -> None:
    with finder:
        answer = finder.find(Request(text, filter=wanted))
    (hint,) = [one for one in answer.hints if one.code == code]
    assert answer.all_shots == ()
    assert told in hint.message


@pytest.mark.parametrize(
    "wanted",
    [Filter(video_ids=("news/zz.mp4",)), Filter(concepts=("contents/xxxx",)), Filter(concepts=("shot_scale/x",))],
)
def test_what_begins_alike_alone_is_not_near(finder: Finder, wanted: Filter) -> None:
    with finder, pytest.raises(UnknownNameError) as refused:
        finder.find(Request(filter=wanted))
    assert refused.value.near == ()


def test_another_value_of_a_column_is_not_near_for_the_column_alone(finder: Finder) -> None:
    with finder:
        answer = finder.find(Request(filter=Filter(listed=listed_conditions(["Nombre del realizador=Luis"]))))
    assert [hint.facts["near"] for hint in answer.hints if hint.code == "listed_nowhere"] == [""]


def test_what_is_withheld_is_no_nearest_name(finder: Finder) -> None:
    hidden = Withheld(frozenset({"news"}), {VIDEOS[0]: date.min}, (VIDEOS[1],))
    asked = Request(filter=Filter(video_ids=(VIDEOS[1],)))
    with finder, over(VisibleReader(finder.reader, lambda: hidden)) as public:
        assert finder.find(asked).all_shots
        with pytest.raises(UnknownNameError) as refused:
            public.find(asked)
    assert refused.value.near == ()


def test_of_several_videos_those_that_are_not_there_are_told_and_the_others_searched(finder: Finder) -> None:
    with finder:
        answer = finder.find(Request(filter=Filter(video_ids=("news/documental.mp4", "news/gone.mp4"))))
    assert {found.shot.video_id for found in answer.shots} == {"news/documental.mp4"}
    assert [(hint.code, hint.facts["videos"]) for hint in answer.hints] == [("videos_nowhere", "news/gone.mp4")]
