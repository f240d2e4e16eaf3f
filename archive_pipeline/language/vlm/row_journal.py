"""The journal of answers that machines share: rows of their database."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from archive_pipeline.store.database import Database, appends, execute, reads


class RowJournal:
    """An AnswerJournal. Whichever machine a run is tried again on finds what was answered."""

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self._name = name

    @reads
    def entries(self, connection: Connection, fingerprint: str) -> dict[str, Any]:
        """Entries by key."""
        sql = "SELECT key, entry FROM answers WHERE journal = :journal AND fingerprint = :fingerprint"
        rows = execute(connection, sql, journal=self._name, fingerprint=fingerprint)
        return {key: json.loads(entry) for key, entry in rows}

    @appends
    def append(self, connection: Connection, key: str, fingerprint: str, entry: Mapping[str, Any]) -> None:
        """Keep `entry` (plain JSON values); it survives the end of this process on return."""
        execute(connection, "SET LOCAL synchronous_commit = off")  # a lost database machine costs a second of answers
        execute(
            connection,
            "INSERT INTO answers (journal, fingerprint, key, entry) VALUES (:journal, :fingerprint, :key, :entry)"
            " ON CONFLICT (journal, fingerprint, key) DO UPDATE SET entry = excluded.entry",
            journal=self._name,
            fingerprint=fingerprint,
            key=key,
            entry=json.dumps(entry),
        )

    @appends
    def delete(self, connection: Connection) -> None:
        """Once the answers are in the lake."""
        execute(connection, "DELETE FROM answers WHERE journal = :journal", journal=self._name)

    def __enter__(self) -> "RowJournal":
        return self

    def __exit__(self, *_: object) -> None:
        pass
