"""What a server that does not answer, or answers with an error, looks like to the person who waits."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.spaces import space_name

SPACE = space_name("a", "test")


class Answers(BaseHTTPRequestHandler):
    status = 503

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def broken_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_server_that_is_not_there_may_come_back(tmp_path: Path) -> None:
    index = open_index(tmp_path, "http://127.0.0.1:9", None)  # discard: nobody listens
    with pytest.raises(PassingError, match=r"qdrant_unreachable.*QDRANT_URL"):
        index.search(SPACE, np.ones(4, np.float32))
    with pytest.raises(PassingError, match="qdrant_unreachable"):
        index.ensure_space(SPACE, 4)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (500, PassingError, "qdrant_unreachable"),
        (503, PassingError, "qdrant_unreachable"),
        (429, PassingError, "qdrant_unreachable"),
        (401, ConfigurationError, "qdrant_refused"),
        (403, ConfigurationError, "qdrant_refused"),
        (400, ArchiveError, "qdrant_rejected"),
    ],
)
def test_each_answer_has_its_meaning(
    broken_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, kind: type[Exception], code: str
) -> None:
    monkeypatch.setattr(Answers, "status", status)
    with pytest.raises(kind, match=code):
        open_index(tmp_path, broken_server, None).spaces()
