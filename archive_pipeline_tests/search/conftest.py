"""Every index under test: the same contract for each.

`edge` reads through the writer, `edge reader` through a reader's own copy, `qdrant-client` is the server's stand-in
in memory, `stand-in` the same behind HTTP and a key, and `server` is a real one, where QDRANT_URL names it.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from archive_pipeline.search import edge_reader
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.index import ShotIndex, ShotReader
from archive_pipeline.search.server import ServerIndex
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.qdrant_server import QdrantStandIn
from archive_pipeline_tests.thorough import mostly_thorough

KINDS = ["edge", "edge reader", "qdrant-client", "stand-in", "server"]


def but_stand_in(kinds: list[str]) -> list[object]:
    """Large archives take qdrant-client in memory fifty times as long: thorough. The contract is for all, always."""
    return mostly_thorough(kinds, [kind for kind in kinds if kind not in ("qdrant-client", "stand-in")])


@dataclass(frozen=True)
class Store:
    index: ShotIndex
    reader: ShotReader  # sees what `index` writes


def open_store(kind: str, folder: Path) -> Store:
    if kind == "server":
        url = os.environ.get("QDRANT_URL")
        if not url:
            pytest.skip("no Qdrant server: docker run -p 6333:6333 qdrant/qdrant, and set QDRANT_URL")
        index = open_index(folder, url, os.environ.get("QDRANT_API_KEY"))
        for name in ("a", "b", "full"):
            index.drop_space(space_name(name, "test"))
        return Store(index, index)
    if kind == "stand-in":
        server = QdrantStandIn()
        index = open_index(folder, server.url, server.key)
        return Store(index, index)
    if kind == "qdrant-client":
        memory = ServerIndex(QdrantClient(":memory:"))
        return Store(memory, memory)
    index = open_index(folder, None, None)
    return Store(index, open_index(folder, None, None, read_only=True) if kind == "edge reader" else index)


@pytest.fixture(scope="session", autouse=True)
def _readers_look_at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge_reader, "_REFRESH_S", 0.0)
        patch.setattr(edge_reader, "_CATCH_UP_S", math.inf)
        yield


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path_factory.mktemp("qdrant"))
    yield opened
    opened.reader.close()
    opened.index.close()
