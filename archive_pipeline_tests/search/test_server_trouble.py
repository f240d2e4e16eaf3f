"""A server that is there, and what may befall it: keys, time-outs, passing errors, restarts, several machines."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.search import server as adapter
from archive_pipeline.search import server_requests
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.search.model import Filter, Query
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests import qdrant_server
from archive_pipeline_tests.qdrant_server import QdrantStandIn, qdrant_stand_in
from archive_pipeline_tests.search.archive import DIMENSION, random_points
from archive_pipeline_tests.waiting import PATIENCE_S

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")

SPACE = space_name("a", "test")
_WRITER = """
import sys
from pathlib import Path
import numpy as np
from archive_pipeline.search.configured import open_index
from archive_pipeline_tests.search.archive import DIMENSION, random_points
url, key, space, who, own = sys.argv[1:]
index = open_index(Path("none"), url, key)
index.ensure_space(space, DIMENSION)
for seed in range(5):
    for video, first in (("c/both", 0), (f"c/{who}", int(own))):
        index.replace_video(space, video, random_points(video, 20, np.random.default_rng(first + seed)))
"""


@pytest.fixture
def qdrant() -> Iterator[QdrantStandIn]:
    with qdrant_stand_in() as server:
        yield server


@pytest.fixture
def connect(qdrant: QdrantStandIn, tmp_path: Path) -> Callable[[], ShotIndex]:
    return lambda: open_index(tmp_path, qdrant.url, qdrant.key)


@pytest.mark.parametrize("key", [None, "another one"])
def test_a_wrong_key_is_refused(qdrant: QdrantStandIn, tmp_path: Path, key: str | None) -> None:
    with pytest.raises(ConfigurationError, match=r"qdrant_refused.*QDRANT_API_KEY"):
        open_index(tmp_path, qdrant.url, key).ensure_space(SPACE, DIMENSION)


def test_many_long_questions_go_in_requests_that_a_server_takes(
    connect: Callable[[], ShotIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the limit of both a hundredth: 1,000 withheld videos and 40 values of a list's columns."""
    monkeypatch.setattr(qdrant_server, "_MOST_BYTES", 32 * 10_000)
    monkeypatch.setattr(server_requests, "_MOST_BYTES", server_requests._MOST_BYTES // 100)
    index, points = connect(), random_points("c/seen", 3, np.random.default_rng(1))
    index.ensure_space(SPACE, DIMENSION)
    index.replace_video(SPACE, "c/seen", points)
    withheld = tuple(f'c/a film whose "title" is \u00f1 {number}' for number in range(1_000))
    asked = [Filter(collections=(name,), without_video_ids=withheld) for name in ("c", "none") * 20]
    found = index.examples(SPACE, asked)
    assert [one.video_id if one else None for one in found] == ["c/seen", None] * 20
    rankings = index.search_batch(SPACE, [Query(points[2].vector, 1, one) for one in asked])
    assert [[hit.id for hit in hits] for hits in rankings] == [[points[2].id], []] * 20
    assert index.search_batch(SPACE, []) == []


@pytest.mark.parametrize("url", ["ftp://qdrant:6333", "http://qdrant:99999", "http://[::1"])
def test_what_is_no_address_is_said_at_once(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"qdrant_url.*http://HOST:6333"):
        open_index(tmp_path, url, None)


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"oh"),
        (502, {}, b"<html>"),
        (429, {}, b"{}"),
        (429, {"Retry-After": "3"}, b'{"status": {"error": "busy"}}'),
        (429, {"Retry-After": "Sat, 28 Nov 2026 15:00:00 GMT"}, b"{}"),
        (200, {}, b"<html>a proxy's page</html>"),
        (200, {}, b'{"result": "of another program"}'),
    ],
)
def test_what_passes_may_be_tried_again(
    qdrant: QdrantStandIn, connect: Callable[[], ShotIndex], answer: tuple[int, dict[str, str], bytes]
) -> None:
    index, points = connect(), random_points("c/1", 3, np.random.default_rng(0))
    index.ensure_space(SPACE, DIMENSION)
    qdrant.answers.append(answer)
    with pytest.raises(PassingError, match="qdrant_unreachable"):
        index.replace_video(SPACE, "c/1", points)
    index.replace_video(SPACE, "c/1", points)
    assert index.points_by_video(SPACE) == {"c/1": 3}


def test_a_server_that_is_too_slow_may_be_asked_again(
    qdrant: QdrantStandIn, connect: Callable[[], ShotIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_TIMEOUT_S", 1)
    index = connect()
    qdrant.delay_s = 2.0
    with pytest.raises(PassingError, match=r"qdrant_unreachable.*timed out"):
        index.ensure_space(SPACE, DIMENSION)
    qdrant.delay_s = 0.0
    index.ensure_space(SPACE, DIMENSION)


def test_a_restart_between_two_questions_is_not_noticed(
    qdrant: QdrantStandIn, connect: Callable[[], ShotIndex]
) -> None:
    index = connect()
    index.ensure_space(SPACE, DIMENSION)
    index.replace_video(SPACE, "c/1", random_points("c/1", 3, np.random.default_rng(0)))
    qdrant.restart()
    assert index.count(SPACE) == 3


@pytest.mark.parametrize("answered", range(12))
def test_a_server_that_dies_while_a_space_is_made_leaves_nothing_unfinished(
    qdrant: QdrantStandIn, connect: Callable[[], ShotIndex], answered: int
) -> None:
    points = random_points("c/1", 3, np.random.default_rng(0))

    def write(index: ShotIndex) -> None:
        index.ensure_space(SPACE, DIMENSION)
        index.replace_video(SPACE, "c/1", points)

    qdrant.interrupt_after = answered
    with pytest.raises(PassingError, match="qdrant_unreachable"):
        write(connect())
    qdrant.interrupt_after = None
    again = connect()  # the run that comes next is another process, and it may read before it writes
    again.count(SPACE)
    write(again)
    assert again.points_by_video(SPACE) == {"c/1": 3}


def test_machines_that_write_at_once_leave_what_one_would(
    qdrant: QdrantStandIn, connect: Callable[[], ShotIndex]
) -> None:
    own_seeds = {"one": 100, "two": 200}
    machines = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", _WRITER, qdrant.url, qdrant.key, SPACE, who, str(own)])
        for who, own in own_seeds.items()
    ]
    assert [machine.wait(PATIENCE_S) for machine in machines] == [0, 0]
    index = connect()
    index.replace_video(SPACE, "c/both", random_points("c/both", 20, np.random.default_rng(9)))
    assert index.points_by_video(SPACE) == {"c/one": 20, "c/two": 20, "c/both": 20}
    for who, own in own_seeds.items():
        expected = random_points(f"c/{who}", 20, np.random.default_rng(own + 4))
        assert index.video_points(SPACE, f"c/{who}") == {point.id: point.payload for point in expected}
