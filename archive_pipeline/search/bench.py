"""What the embedded index costs: filled and asked through its public interface, as the pipeline and the page do."""

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from archive_pipeline.search.configured import open_index
from archive_pipeline.search.dates import clock_s, period
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotIndex, ShotReader
from archive_pipeline.search.listed import listed_key
from archive_pipeline.search.model import Filter, Point, ShotPayload, Vector
from archive_pipeline.search.request import Request
from archive_pipeline.search.sources import Askable, Sources, VideoFrames
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.visible import VisibleReader
from archive_pipeline.search.words.bm25 import document_vector
from archive_pipeline.search.words.places import order_of
from archive_pipeline.search.words.text import Text

_PROGRAMMES = tuple(f"Programme number {number}" for number in range(12))
_SHOTS_PER_VIDEO = 50  # the archive of DESIGN §6: 18,404 shots of 370 videos
_COLLECTIONS = frozenset(f"bench{number}" for number in range(4))
SPACE = space_name("bench", "bench")
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Latency:
    """Milliseconds a query."""

    p50_ms: float
    p95_ms: float
    processor_ms: float
    """Of this process, on all its cores; median."""


@dataclass(frozen=True)
class IndexCost:
    n_points: int
    dimension: int
    fill_s: float  # all points, in chunks of 100 videos
    replace_video_s: float  # one video of 50 shots in the full index, opening it included; median
    first_search_s: float  # a reader's first answer: its copy is made
    reopened_search_s: float  # the next reader's first answer: it takes over that copy
    freshness_s: float  # from the end of a write to the reader's first answer that has it
    plain: Latency
    filtered: Latency  # one collection of four
    one_video: Latency
    grouped: Latency  # 10 videos of 3 shots each
    filtered_grouped: Latency
    disk_bytes: int  # index and reader's copy together


def measure_index(folder: Path, n_points: int = 18_404, dimension: int = 768, n_queries: int = 200) -> IndexCost:
    """Fill a new embedded index in `folder` (empty) with random unit vectors and time it; random vectors are the
    worst case for grouping, since every hit is of another video."""
    rng = np.random.default_rng(0)
    with open_index(folder, None, None) as index:
        index.ensure_space(SPACE, dimension)
        fill_s = timed(lambda: fill(index, n_points, dimension, rng))
        with open_index(folder, None, None, read_only=True) as reader:
            first_search_s = timed(lambda: reader.search(SPACE, unit_rows(1, dimension, rng)[0]))
        with open_index(folder, None, None, read_only=True) as reader:
            queries = unit_rows(n_queries, dimension, rng)
            reopened_search_s = timed(lambda: reader.search(SPACE, queries[0]))
            replacements = [_video(number, _SHOTS_PER_VIDEO, dimension, rng) for number in range(5)]
            replace_s = [timed(lambda v=v: index.replace_video(SPACE, *v)) for v in replacements]  # type: ignore[misc]
            return IndexCost(
                n_points,
                dimension,
                fill_s,
                float(np.median(replace_s)),
                first_search_s,
                reopened_search_s,
                timed(lambda: _wait_for(lambda: reader.fetch(SPACE, [replacements[-1][1][0].id]))),
                latency(queries, lambda query: reader.search(SPACE, query, 20)),
                latency(queries, lambda query: reader.search(SPACE, query, 20, Filter(collections=("bench1",)))),
                latency(queries, lambda query: reader.search(SPACE, query, 20, Filter(video_ids=("bench3/3",)))),
                latency(queries, lambda query: reader.search_grouped(SPACE, query, 10, 3)),
                latency(queries, lambda q: reader.search_grouped(SPACE, q, 10, 3, Filter(collections=("bench1",)))),
                sum(file.stat().st_blocks * 512 for file in folder.rglob("*")),
            )


@dataclass(frozen=True)
class Tenth:
    """Every tenth video of the archive is under an embargo; a `visible.Hidden`."""

    n_videos: int

    @property
    def collections(self) -> frozenset[str]:
        return _COLLECTIONS

    @cached_property
    def video_ids(self) -> Sequence[str]:
        return sorted(_video_id(number) for number in range(0, self.n_videos, 10))

    def allows(self, video_id: str) -> bool:
        return int(video_id.partition("/")[2]) % 10 > 0


def measure_texts(
    folder: Path,
    space: Askable,
    dimension: int,
    texts: Sequence[str],
    said: Sequence[str] = (),
    n_points: int = 18_404,
) -> dict[str, Latency]:
    """What a person waits for: `Finder.find` from words to 20 shots, or 10 videos, among `n_points`, dated and listed;
    also where a tenth of the videos is withheld from who asks.

    `space.space` is made in `folder` (empty); `texts` must differ, since a Finder encodes none of them twice. With
    `said` three of these are said in every shot, so that every question is matched with words as well.
    """
    with open_index(folder) as index:
        index.ensure_space(space.space, dimension)
        fill(index, n_points, dimension, np.random.default_rng(0), space.space, said=said)

    def over(reader: ShotReader) -> Finder:
        return Finder(reader, lambda: Sources((space,), _COLLECTIONS), _NoFrames(), _Said(said))

    hidden = Tenth(-(-n_points // _SHOTS_PER_VIDEO))
    with over(open_index(folder, read_only=True)) as whole:
        public = over(VisibleReader(whole.reader, lambda: hidden))
        for finder in (whole, public):
            finder.warm()
        one = Filter(collections=("bench1",))
        listed = Filter(dated=period("1994", "1998-06"), listed=((listed_key("programme", _PROGRAMMES[3]),),))
        faceted = partial(Request, facets=True)
        kinds: dict[str, tuple[Finder, Callable[[str], Request]]] = {
            "20 shots": (whole, Request),
            "20 shots of one collection": (whole, partial(Request, filter=one)),
            "20 shots of some years and a programme": (whole, partial(Request, filter=listed)),
            "20 shots with facets": (whole, faceted),
            "20 shots of some years and a programme, with facets": (whole, partial(faceted, filter=listed)),
            "10 videos": (whole, partial(Request, limit=10, by_video=True)),
            "20 shots under an embargo of a tenth": (public, Request),
            "20 shots under an embargo of a tenth, with facets": (public, faceted),
        }
        return {
            kind: latency(texts[place :: len(kinds)], lambda text, f=finder, ask=asked: f.find(ask(text)))  # type: ignore[misc]
            for place, (kind, (finder, asked)) in enumerate(kinds.items())
        }


class _NoFrames:
    """Nothing is re-ranked here."""

    def of_video(self, video_id: str, identity: str) -> VideoFrames | None:
        raise NotImplementedError

    def of_span(self, video_id: str, identity: str, start_s: float, end_s: float) -> VideoFrames | None:
        raise NotImplementedError


class _Said:
    """Three of the texts in every shot, as its id has it; nothing where there are none."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def of_shot(self, shot_id: str, video_id: str = "", start_s: float = 0.0, end_s: float = 0.0) -> Sequence[Text]:  # noqa: ARG002
        number = int(shot_id[:8], 16)
        return [Text("said", self._texts[number * k % len(self._texts)], "en") for k in (1, 3, 7) if self._texts]


def fill(
    index: ShotIndex,
    n_points: int,
    dimension: int,
    rng: np.random.Generator,
    space: str = SPACE,
    at_once: int = 100,
    said: Sequence[str] = (),
) -> None:
    """Random shots, 50 to a video, so many videos written at once; three of `said` are said in each."""
    words = _Said(said)
    n_videos = -(-n_points // _SHOTS_PER_VIDEO)
    for start in range(0, n_videos, at_once):
        numbers = range(start, min(n_videos, start + at_once))
        sizes = [min(_SHOTS_PER_VIDEO, n_points - number * _SHOTS_PER_VIDEO) for number in numbers]
        videos = dict(_video(n, size, dimension, rng) for n, size in zip(numbers, sizes, strict=True))
        if said:
            videos = {video_id: [_speaking(point, words) for point in own] for video_id, own in videos.items()}
        index.replace_videos(space, videos)


def _video(number: int, n_shots: int, dimension: int, rng: np.random.Generator) -> tuple[str, list[Point]]:
    video_id = _video_id(number)
    collection = video_id.partition("/")[0]
    return video_id, [
        Point(
            str(uuid.UUID(bytes=rng.bytes(16), version=4)),
            vector,
            ShotPayload(
                video_id,
                collection,
                shot,
                shot,
                shot % 9,
                shot * 5.0,
                shot * 5.0 + 5,
                shot * 5.0,
                "",
                "",
                **_listed(number),
            ),
        )
        for shot, vector in enumerate(unit_rows(n_shots, dimension, rng))
    ]


def _video_id(number: int) -> str:
    return f"bench{number % len(_COLLECTIONS)}/{number}"


def _listed(number: int) -> dict[str, Any]:
    """A day of thirty years, a programme of twelve, a holder of rights of five, a tape, a language, two concepts."""
    first_s = clock_s(datetime(1980, 1, 1) + timedelta(days=number * 29 % 10_957))
    columns = ("programme", _PROGRAMMES[number % 12]), ("rights", f"Holder {number % 5}"), ("tape", f"T-{number:06}")
    concepts = (f"bench/place{number % 20}", f"bench/thing{number % 7}")
    said = {"listed": columns, "concepts": concepts, "languages": (("es", "en")[number % 2],)}
    return said | {"taken_s": first_s, "taken_before_s": first_s + 86_400}


def _speaking(point: Point, words: _Said) -> Point:
    texts = words.of_shot(point.id)
    payload = replace(point.payload, word_order=order_of(texts))
    return replace(point, payload=payload, words=document_vector(texts, point.id))


def unit_rows(n: int, dimension: int, rng: np.random.Generator) -> Vector:
    rows = rng.standard_normal((n, dimension), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def latency(queries: Iterable[Asked], ask: Callable[[Asked], object]) -> Latency:
    wall_s, processor_s = [], []
    for query in queries:
        began = time.process_time()
        wall_s.append(timed(lambda q=query: ask(q)))  # type: ignore[misc]
        processor_s.append(time.process_time() - began)
    p50, p95 = np.percentile(wall_s, [50, 95]) * 1000
    return Latency(float(p50), float(p95), 1000 * float(np.median(processor_s)))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _wait_for(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.01)
