"""“Nothing shows all of that”: said where no shot has every word of a question, in its picture or in words."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from archive_pipeline.search.configured import open_index
from archive_pipeline.search.coverage import Asked
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.model import Hit, Query
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.words.text import Text
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import random_points
from archive_pipeline_tests.search.finding import IDENTITY, MadeFrames, MadeWords, picture, text_vector

SPACE = space_name("covered", IDENTITY)
SHOWN = (
    "a red boat in the rain", "a blue boat in the rain", "a red house in the snow", "a dog in the snow",
    "a green car in a forest", "a yellow horse in a field", "a person in a room", "a train at night",
    "a bicycle on a street", "a bird in the mountains", "a clock on a stage", "an umbrella on a beach",
)  # fmt: skip
_POINTS = [
    replace(point, vector=text_vector(text))
    for text, point in zip(SHOWN, random_points("news/a.mp4", len(SHOWN), np.random.default_rng(1), 256), strict=True)
]
_SAYS = {_POINTS[0].id: [Text("said", "it will snow tomorrow", "en")]}


def _finder(folder: str, texts: Mapping[str, Sequence[Text]]) -> Iterator[Finder]:
    with open_index(folder) as index:
        index.ensure_space(SPACE, 256)
        points = [finding.speaking(point, texts.get(point.id, [])) for point in _POINTS]
        index.replace_videos(SPACE, {"news/a.mp4": points})
    with open_index(folder, read_only=True) as index:
        frames = MadeFrames({"news/a.mp4": _POINTS})
        yield finding.finder(index, frames, [finding.askable(SPACE)], ["news"], MadeWords(texts))


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    yield from _finder(tmp_path_factory.mktemp("silent"), {})


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    yield from _finder(tmp_path_factory.mktemp("spoken"), _SAYS)


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    said = [
        Text("said", "bakers went on strike", "en"),
        Text("said", "purple carpets", "en"),
        Text("said", "lana morada", "es"),
    ]
    places = (2, 4, 6, 8, 10, 11)
    yield from _finder(
        tmp_path_factory.mktemp("partly"), {_POINTS[at].id: said if at == 10 else said[:1] for at in places}
    )


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    two_things = [
        Text("said", "a black boat and a red balloon", "en"),
        Text("said", "un barco negro y un globo rojo", "es"),
    ]
    one_thing = [
        Text("said", "there will be a red boat on the river tomorrow in the early morning", "en"),
        Text("said", "mañana por la mañana habrá un barco rojo en el río de la ciudad", "es"),
    ]
    yield from _finder(tmp_path_factory.mktemp("apart"), {_POINTS[6].id: two_things, _POINTS[8].id: one_thing})


def _lacking(finder: Finder, request: Request) -> str | None:
    return next((hint.facts["words"] for hint in finder.find(request).hints if hint.code == "nothing_near"), None)


@pytest.mark.parametrize("text", ["a red boat in the rain", "a dog", "a person in a room", "un perro en la nieve"])
def test_of_what_is_there_nothing_is_said(silent: Finder, text: str) -> None:
    assert _lacking(silent, Request(text)) is None
    assert _lacking(silent, Request(text, by_video=True)) is None


@pytest.mark.parametrize(
    ("text", "lacking"), [("a red boat in the snow", {"red", "boat", "snow"}), ("a horse at night", {"horse", "night"})]
)
def test_where_no_shot_has_all_of_it_the_nearest_one_s_lack_is_named(
    silent: Finder, text: str, lacking: set[str]
) -> None:
    named = _lacking(silent, Request(text))
    assert named is not None
    assert set(named.split(", ")) < lacking


def test_a_word_that_is_said_is_there(spoken: Finder) -> None:
    asked = Request("a red boat in the snow")
    assert _lacking(spoken, asked) is None
    assert _lacking(spoken, replace(asked, match="picture")) == "snow"


@pytest.mark.parametrize(
    ("text", "shown", "lacking"),
    [
        ("a purple car", "a green car in a forest", "purple"),
        ("a purple house", "a red house in the snow", "purple"),
        ("un caballo morado", "a yellow horse in a field", "morado"),
    ],
)
def test_one_word_of_two_that_is_said_does_not_come_before_a_picture_of_the_other(
    partly: Finder, text: str, shown: str, lacking: str
) -> None:
    """Whoever asked for a red boat found first where somebody said “red”, and that no boat was."""
    found = [one.id for one in partly.find(Request(text)).shots]
    assert found.index(_POINTS[SHOWN.index(shown)].id) < found.index(_POINTS[10].id) < len(SHOWN) / 2
    assert _lacking(partly, Request(text)) == lacking


@pytest.mark.parametrize("text", ["a red boat", "un barco rojo"])
def test_words_that_are_said_of_two_things_do_not_come_before_the_thing(apart: Finder, text: str) -> None:
    both, together = (_POINTS[at].id for at in (6, 8))
    found = [one.id for one in apart.find(Request(text)).shots]
    assert found.index(_POINTS[0].id) < found.index(both)
    assert found.index(together) < found.index(both)
    spoken = [one.id for one in apart.find(Request(text, match="words")).shots]
    assert spoken == [together, both]


def test_the_archive_is_searched_for_the_question_alone(silent: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    silent.find(Request("a dog"))  # reads the background
    asked: list[Query] = []
    search_batch = silent.reader.search_batch

    def noted(space: str, queries: Sequence[Query]) -> list[list[Hit]]:
        asked.extend(queries)
        return search_batch(space, queries)

    monkeypatch.setattr(silent.reader, "search_batch", noted)
    assert _lacking(silent, Request("a green bicycle at night"))
    whole = text_vector("a green bicycle at night")
    assert all(np.allclose(query.vector, whole, atol=1e-5) for query in asked if isinstance(query.vector, np.ndarray))


def test_nothing_is_said_where_more_than_a_text_was_asked_for(silent: Finder) -> None:
    asked = Request("a red boat in the snow")
    for more in ({"image": picture(1)}, {"like": (_POINTS[0].id,)}, {"offset": 2}, {"then": "a dog"}):
        assert _lacking(silent, replace(asked, **more)) is None  # type: ignore[arg-type]
    assert _lacking(silent, replace(asked, like=(str(uuid.uuid4()),))) is None


def test_what_was_never_taught_counts_by_what_is_said() -> None:
    """A shot that says one of two strange words has half of both; the picture tells nothing of them."""
    said = np.array([[False], [True], [False]])
    asked = Asked(("boat", "pension", "strike"), np.full((3, 1), 3.0), 3.0, said, {"boat"})
    np.testing.assert_allclose(asked.shares(), [[1], [0.5], [0.5]])
    assert asked.lacking() == ()
    assert replace(asked, said=np.zeros((3, 1), bool)).lacking() == ("pension", "strike")


def test_the_best_of_what_nothing_shows_is_little() -> None:
    asked = Asked(("elephant",), np.array([[0.5]]), 3.0, np.array([[False]]), None)
    assert asked.lacking() == ("elephant",)
    assert replace(asked, usual=0.5).lacking() == ()


def test_where_no_shot_stands_out_nothing_is_said() -> None:
    """As in an archive of a single shot, which lies at its own mean."""
    asked = Asked(("boat",), np.zeros((1, 1)), 0.0, np.array([[False]]), None)
    with np.errstate(all="raise"):
        assert asked.lacking() == ()
