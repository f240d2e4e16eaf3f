"""What people say, one line each: files that only grow and that no computation touches.

`<lake>/<table>/<owner>.jsonl`, an owner being a collection or a video. Several processes may add at once.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.changes import passed_over
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.schema import table

_NUMBERS: Mapping[pl.DataType, Callable[[Any], Any]] = {pl.Float64(): float, pl.Int32(): int}


class Journal:
    """The lines of one table, whose first column is the id of a line and whose last one says when it was written."""

    def __init__(self, lake: Lake, name: str, check: Callable[[Mapping[str, Any]], None]) -> None:
        """`check` raises ValueError or RequestError for what is no line of the table."""
        self._objects = lake.objects
        self._name = name
        self._check = check
        self._schema = table(name).polars_schema
        self._columns = self._schema.names()
        self._read: tuple[object, pl.DataFrame] | None = None

    def key(self, owner: str) -> str:
        """Where the lines of an owner lie."""
        return f"{self._name}/{owner}.jsonl"

    def add(self, owner: str, said: Mapping[str, str | float]) -> datetime:
        """Keep a line; it is on disk on return. Returns its time."""
        now = datetime.now(UTC)
        line = {self._columns[0]: uuid.uuid4().hex, **said, self._columns[-1]: now.isoformat()}
        self._objects.append(self.key(owner), (json.dumps(line) + "\n").encode())
        return now

    def all(self) -> pl.DataFrame:
        """The table, in the order in which its lines were written. Read again when a file has changed."""
        files = [one for one in self._objects.listed(self._name) if one.key.endswith(".jsonl")]
        files.sort(key=lambda one: one.key)
        version = [(one.key, one.version, one.n_bytes) for one in files]
        if self._read is None or self._read[0] != version:
            rows = [row for one in files for row in self._rows(self._objects.read(one.key))]
            read = pl.DataFrame(rows, schema=self._schema)
            self._read = version, read.sort(self._columns[-1], maintain_order=True)
        return self._read[1]

    def of(self, owner: str) -> pl.DataFrame:
        """The lines of one owner, in the order in which they were written. Costs one look where there are none."""
        try:
            content = self._objects.read(self.key(owner))
        except FileNotFoundError:
            content = b""
        return pl.DataFrame(self._rows(content), schema=self._schema)

    def passed_over(self) -> dict[str, int]:
        """Lines that are none of the table, as `changes.passed_over` counts them."""
        return passed_over(self._objects, self._name, lambda content: len(self._rows(content)))

    def _rows(self, content: bytes) -> list[dict[str, Any]]:
        """The lines of a file; one that is torn or none of the table is passed over."""
        found: list[dict[str, Any]] = []
        for line in content.split(b"\n"):
            try:
                kept = json.loads(line)
                row: dict[str, Any] = {name: _NUMBERS.get(kind, str)(kept[name]) for name, kind in self._schema.items()}
                self._check(row)
                row[self._columns[-1]] = datetime.fromisoformat(row[self._columns[-1]])
            except (ValueError, KeyError, TypeError, RequestError):
                continue
            found.append(row)
        return found


class Said:
    """What people said of one kind, line by line. The kinds know how a line is made, and which of them count."""

    def __init__(self, lake: Lake, name: str, check: Callable[[Mapping[str, Any]], None]) -> None:
        self._journal = Journal(lake, name, check)

    def all(self) -> pl.DataFrame:
        """The table, in the order in which it was said."""
        return self._journal.all()

    def passed_over(self) -> dict[str, int]:
        """Lines that are none of it, see `Journal.passed_over`."""
        return self._journal.passed_over()
