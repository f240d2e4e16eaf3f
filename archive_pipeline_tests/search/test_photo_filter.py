"""Photos by keyword and place: what people may write, and rankings that equal brute force on every index."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import qdrant_edge as qe

from archive_pipeline.errors import RequestError
from archive_pipeline.search import edge_shard
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.model import Filter, Point
from archive_pipeline.search.photo_filter import Box, Circle, keyword_of, photo_filter
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search.archive import DIMENSION, assert_same_ranking, random_points, ranking
from archive_pipeline_tests.search.conftest import Store

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

SPACE = space_name("a", "test")
KEYWORDS = ("playa", "ñandú", "gran vía")
QUERIES = np.random.default_rng(1).standard_normal((5, DIMENSION)).astype(np.float32)


def photographed(points: list[Point], rng: np.random.Generator) -> list[Point]:
    """The same as photos; every fourth says nothing of itself. A third are around the date line."""
    found = []
    for number, point in enumerate(points):
        said = {}
        if number % 4:
            longitude = rng.uniform(177, 183) if number % 3 == 0 else rng.uniform(-4, -1)
            said = {
                "keywords": KEYWORDS[: number % 4],
                "place": (round(rng.uniform(40, 44), 6), round((longitude + 180) % 360 - 180, 6)),
            }
        payload = replace(point.payload, start_s=0.0, end_s=0.0, file=f"{number}.jpg", concepts=(), objects=(), **said)
        found.append(Point(point.id, point.vector, payload))
    return found


RNG = np.random.default_rng(7)
ALBUMS = {name: photographed(random_points(name, 80, RNG), RNG) for name in ("trip/", "trip/a/")}
EVERYTHING = ALBUMS | {"news/1.mp4": random_points("news/1.mp4", 60, RNG)}


def km(place: tuple[float, float] | None, latitude: float, longitude: float) -> float:
    """Along the surface of a sphere; infinity where there is no place."""
    if place is None:
        return math.inf
    (a, b), (c, d) = np.radians(place), np.radians((latitude, longitude))
    return 12742.0 * math.asin(
        math.sqrt(math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2)
    )


FILTERS: dict[str, tuple[dict[str, object], Callable[[Point], bool]]] = {
    "keyword": ({"keywords": ["Playa"]}, lambda p: "playa" in p.payload.keywords),
    "keywords": ({"keywords": ["GRAN  VÍA", "N\u0303andu\u0301"]}, lambda p: "gran vía" in p.payload.keywords),
    "near": ({"near": "42, -2.5, 90"}, lambda p: km(p.payload.place, 42, -2.5) < 90),
    "near the date line": ({"near": "42,180,120"}, lambda p: km(p.payload.place, 42, 180) < 120),
    "box": (
        {"box": "41,-3,43,-1.5"},
        lambda p: bool(p.payload.place) and 41 < p.payload.place[0] < 43 and -3 < p.payload.place[1] < -1.5,
    ),
    "box over the date line": (
        {"box": "40,178.5,44,-178.5"},
        lambda p: bool(p.payload.place) and abs(p.payload.place[1]) > 178.5,
    ),
    "all": (
        {"keywords": ["playa"], "near": "42,-2.5,150", "box": "40,-3.5,44,-1"},
        lambda p: (
            "playa" in p.payload.keywords
            and km(p.payload.place, 42, -2.5) < 150
            and -3.5 < (p.payload.place or (0, 0))[1] < -1
        ),
    ),
}  # fmt: skip


@pytest.fixture
def full(store: Store) -> Iterator[Store]:
    store.index.ensure_space(SPACE, DIMENSION)
    store.index.replace_videos(SPACE, EVERYTHING)
    yield store
    store.index.drop_space(SPACE)


def test_photos_are_filtered_as_by_brute_force_and_shots_are_not_among_them(full: Store) -> None:
    for name, (written, passes) in FILTERS.items():
        wanted = Filter(photos=photo_filter(**written))  # type: ignore[arg-type]
        expected = [ranking(EVERYTHING, query, passes) for query in QUERIES]
        assert 0 < len(expected[0]) < 130, name
        for query, of_query in zip(QUERIES, expected, strict=True):
            assert_same_ranking(full.reader.search(SPACE, query, limit=200, filter=wanted), of_query)
        assert full.reader.count(SPACE, wanted) == len(expected[0])


def test_what_photos_say_is_kept_whole(full: Store) -> None:
    for album, points in ALBUMS.items():
        assert full.reader.video_points(SPACE, album) == {point.id: point.payload for point in points}


def test_a_space_of_an_older_release_gets_the_missing_indexes_with_its_next_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {name: kind for name, kind in edge_shard._PAYLOAD_INDEXES.items() if name not in ("keywords", "columns")}
    with monkeypatch.context() as patch, open_index(tmp_path, None, None) as index:
        patch.setattr(edge_shard, "_PAYLOAD_INDEXES", older)
        index.ensure_space(SPACE, DIMENSION)
        index.replace_video(SPACE, "news/1.mp4", EVERYTHING["news/1.mp4"])
        assert index.count(SPACE) == 60
    with open_index(tmp_path, None, None) as index:
        index.replace_video(SPACE, "trip/", ALBUMS["trip/"])
        wanted = Filter(photos=photo_filter(["playa"]))
        assert index.count(SPACE, wanted) == sum(FILTERS["keyword"][1](point) for point in ALBUMS["trip/"])
    shard = qe.EdgeShard.load(str(tmp_path / SPACE / "shard"))
    assert shard.info().payload_schema.keys() == edge_shard._PAYLOAD_INDEXES.keys()
    shard.close()


def test_what_people_write_is_understood() -> None:
    found = photo_filter([" Gran  VÍA ", "gran vía", ""], "-33.4,-70.6,2.5", "-90,170,90,-170")
    assert found.keywords == ("gran vía",)
    assert found.near == Circle(-33.4, -70.6, 2.5)
    assert found.box == Box(-90, 170, 90, -170)
    assert found.box.parts == (Box(-90, 170, 90, 180), Box(-90, -180, 90, -170))
    assert photo_filter(near=" ", box="") == photo_filter()
    assert keyword_of("Straße") == keyword_of("STRASSE")


@pytest.mark.parametrize(
    "wrong",
    [
        *({"near": text} for text in ("42", "42,-2", "91,0,1", "0,181,1", "0,0,0", "0,0,-1", "nan,0,1", "1,2,3,4")),
        *({"box": text} for text in ("1,2,3", "2,0,1,0", "-91,0,0,0", "0,0,1,181", "0,0,inf,1")),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_told_how_to_write_it(wrong: dict[str, str]) -> None:
    with pytest.raises(RequestError, match=r"bad_filter.*write"):
        photo_filter(**wrong)
