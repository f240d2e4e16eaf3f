"""A stand-in for a Qdrant server: qdrant-client's own local mode behind the REST calls that `search/server.py` makes.

It keeps a server's promises as far as the adapter leans on them: the key, 404 and 409, requests checked by the client's
own models, facets only where a payload index is. What it does not show: Qdrant's graph, quantization, storage on disk,
limits of its own, and everything else that only Qdrant's code does.
"""

import json
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pydantic
from qdrant_client import models
from qdrant_client.local.qdrant_local import QdrantLocal

_MOST_BYTES = 32 << 20
_Selector = pydantic.TypeAdapter[models.PointsSelector](models.PointsSelector)


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class QdrantStandIn:
    """Serves at `url` from `start` to `stop`; what it holds outlives both, as on a disk."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.key = uuid.uuid4().hex
        self.answers: deque[tuple[int, dict[str, str], bytes]] = deque()
        """Statuses, headers and bodies that the next requests get, whatever they ask."""
        self.delay_s = 0.0
        self.interrupt_after: int | None = None
        """So many more requests are answered; then connections break without an answer, until it is None again."""
        self._host, self._port = host, 0
        self._collections = _Collections()
        self.start()

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        self._server = _Server((self._host, self._port), _handler(self))
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def answer(self, method: str, path: str, key: str | None, body: bytes) -> Any:
        """The result. Raises RefusedError."""
        if key != self.key:
            raise RefusedError(401, "Invalid API key or JWT")
        if len(body) > _MOST_BYTES:
            raise RefusedError(413, "Payload too large")
        try:
            return self._collections.answer(method, path, body)
        except pydantic.ValidationError as error:
            raise RefusedError(400, f"Format error in JSON body: {error}") from error


class _Collections:
    """The calls, one after the other: local mode is not safe for threads."""

    def __init__(self) -> None:
        self._local = QdrantLocal(":memory:")
        self._indexes: dict[str, dict[str, Any]] = {}
        self._mutex = threading.Lock()
        self._calls: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = [
            ("GET", re.compile(r"/collections"), lambda _: self._local.get_collections()),
            ("GET", re.compile(r"/collections/([^/]+)/exists"), self._exists),
            ("GET", re.compile(r"/collections/([^/]+)"), self._info),
            ("PUT", re.compile(r"/collections/([^/]+)"), self._create),
            ("DELETE", re.compile(r"/collections/([^/]+)"), self._drop),
            ("PUT", re.compile(r"/collections/([^/]+)/index"), self._index),
            ("PUT", re.compile(r"/collections/([^/]+)/points"), self._upsert),
            ("POST", re.compile(r"/collections/([^/]+)/points"), self._retrieve),
            ("POST", re.compile(r"/collections/([^/]+)/points/delete"), self._delete),
            ("POST", re.compile(r"/collections/([^/]+)/points/scroll"), self._scroll),
            ("POST", re.compile(r"/collections/([^/]+)/points/count"), self._count),
            ("POST", re.compile(r"/collections/([^/]+)/points/query/batch"), self._query),
            ("POST", re.compile(r"/collections/([^/]+)/facet"), self._facet),
        ]

    def answer(self, method: str, path: str, body: bytes) -> Any:
        for its, pattern, call in self._calls:
            if its == method and (match := pattern.fullmatch(path)):
                with self._mutex:
                    return call(body, *match.groups())
        raise RefusedError(404, f"no such call: {method} {path}")

    def _known(self, name: str) -> str:
        if not self._local.collection_exists(name):
            raise RefusedError(404, f"Not found: Collection `{name}` doesn't exist!")
        return name

    def _exists(self, _: bytes, name: str) -> Any:
        return {"exists": self._local.collection_exists(name)}

    def _info(self, _: bytes, name: str) -> Any:
        info = self._local.get_collection(self._known(name))
        schema = {field: {"data_type": kind, "points": 0} for field, kind in self._indexes[name].items()}
        return info.model_dump(mode="json", exclude_none=True) | {"payload_schema": schema}

    def _create(self, body: bytes, name: str) -> Any:
        asked = models.CreateCollection.model_validate_json(body)
        if self._local.collection_exists(name):
            raise RefusedError(409, f"Wrong input: Collection `{name}` already exists!")
        self._local.create_collection(name, asked.vectors, asked.sparse_vectors)
        self._indexes[name] = {}
        return True

    def _drop(self, _: bytes, name: str) -> Any:
        self._indexes.pop(name, None)
        return self._local.delete_collection(name)

    def _index(self, body: bytes, name: str) -> Any:
        asked = models.CreateFieldIndex.model_validate_json(body)
        assert asked.field_schema is not None
        kind = asked.field_schema if isinstance(asked.field_schema, str) else asked.field_schema.type
        self._indexes[self._known(name)][asked.field_name] = kind
        return _done()

    def _upsert(self, body: bytes, name: str) -> Any:
        self._local.upsert(self._known(name), models.PointsList.model_validate_json(body).points)
        return _done()

    def _retrieve(self, body: bytes, name: str) -> Any:
        asked = models.PointRequest.model_validate_json(body)
        return self._local.retrieve(self._known(name), asked.ids, bool(asked.with_payload), bool(asked.with_vector))

    def _delete(self, body: bytes, name: str) -> Any:
        self._local.delete(self._known(name), _Selector.validate_json(body))
        return _done()

    def _scroll(self, body: bytes, name: str) -> Any:
        asked = models.ScrollRequest.model_validate_json(body)
        points, following = self._local.scroll(
            self._known(name),
            asked.filter,
            asked.limit or 10,
            offset=asked.offset,
            with_payload=asked.with_payload or False,
            with_vectors=bool(asked.with_vector),
        )
        return models.ScrollResult(points=points, next_page_offset=following)

    def _count(self, body: bytes, name: str) -> Any:
        return self._local.count(self._known(name), models.CountRequest.model_validate_json(body).filter)

    def _query(self, body: bytes, name: str) -> Any:
        asked = models.QueryRequestBatch.model_validate_json(body)
        return self._local.query_batch_points(self._known(name), asked.searches)

    def _facet(self, body: bytes, name: str) -> Any:
        asked = models.FacetRequest.model_validate_json(body)
        if asked.key not in self._indexes[self._known(name)]:
            raise RefusedError(400, f"Bad request: No appropriate index for faceting: `{asked.key}`.")
        return self._local.facet(name, asked.key, asked.filter, asked.limit or 10)


def _done() -> Any:
    return {"operation_id": 0, "status": "completed"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no error of the server."""

    def server_close(self) -> None:
        """With the connections that clients keep: a process that has ended has none."""
        super().server_close()
        for request in list(self._open):
            super().shutdown_request(request)


def _handler(server: QdrantStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(server.delay_s)
            if server.interrupt_after is not None:
                if server.interrupt_after <= 0:
                    self.close_connection = True
                    return
                server.interrupt_after -= 1
            if server.answers:
                self._send(*server.answers.popleft())
                return
            began = time.monotonic()
            try:
                path = self.path.split("?")[0]
                found = {"result": server.answer(self.command, path, self.headers.get("api-key"), body), "status": "ok"}
                status = 200
            except RefusedError as error:
                found, status = {"status": {"error": str(error)}}, error.status
            except Exception as error:  # what local mode says of a wrong request
                found, status = {"status": {"error": f"{type(error).__name__}: {error}"}}, 400
            found["time"] = time.monotonic() - began
            self._send(status, {"Content-Type": "application/json"}, json.dumps(found, default=_plain).encode())

        do_GET = do_PUT = do_POST = do_DELETE = do  # noqa: N815 (the standard library's names)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _plain(value: Any) -> Any:
    assert isinstance(value, pydantic.BaseModel), value
    return value.model_dump(mode="json", exclude_none=True)


@contextmanager
def qdrant_stand_in(host: str = "127.0.0.1") -> Iterator[QdrantStandIn]:
    server = QdrantStandIn(host)
    try:
        yield server
    finally:
        server.stop()
