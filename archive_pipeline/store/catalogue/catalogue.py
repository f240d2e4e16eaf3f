"""Every file seen and what became of each video; safe for many processes, threads and forks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.store.catalogue.analyses import Analysis, read_analyses, write_analyses
from archive_pipeline.store.catalogue.entry import Entry, Registration, Snapshot, Standing, Status
from archive_pipeline.store.catalogue.registration import count_revision, register, restore
from archive_pipeline.store.catalogue.rows import COLUMNS, THIS_VIDEO, entry_of, next_sequence, read_entry
from archive_pipeline.store.catalogue.sightings import LARGEST_TIME_NS, SourceFile
from archive_pipeline.store.catalogue.store import Store
from archive_pipeline.store.naming import VideoName


class Catalogue:
    """The SQLite file is made on first use. Every change is one short transaction."""

    def __init__(self, file: Path) -> None:
        self._store = Store(file)

    def entry(self, video: VideoName) -> Entry | None:
        with self._store.reading() as connection:
            return read_entry(connection, video)

    def entries(self, collection: str) -> tuple[Entry, ...]:
        """All videos of a collection, removed ones too, sorted by name."""
        return self.snapshot(collection).entries

    def all_entries(self) -> list[Entry]:
        """Of every collection, sorted by collection and name."""
        return [entry for collection in sorted(self.counts()) for entry in self.entries(collection)]

    def snapshot(self, collection: str) -> Snapshot:
        """What a plan is made from."""
        with self._store.reading() as connection:
            rows = connection.execute(f"SELECT {COLUMNS} FROM videos WHERE collection = ? ORDER BY name", [collection])
            entries = tuple(entry_of(row) for row in rows)
            row = connection.execute("SELECT revision FROM revisions WHERE collection = ?", [collection]).fetchone()
            return Snapshot(collection, row[0] if row else 0, entries)

    def counts(self) -> dict[str, dict[Status, int]]:
        """How many videos each collection has in each status."""
        counts: dict[str, dict[Status, int]] = {}
        with self._store.reading() as connection:
            for collection, status, n in connection.execute(
                "SELECT collection, status, count(*) FROM videos GROUP BY collection, status"
            ):
                counts.setdefault(collection, {})[status] = n
        return counts

    def standings(self) -> dict[str, Standing]:
        """How each collection stands, by name in order; counted where the rows are."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT collection, count(CASE WHEN status = 'ready' THEN 1 END),"
                " count(CASE WHEN status = 'failed' THEN 1 END), count(CASE WHEN status = 'removed' THEN 1 END),"
                " count(CASE WHEN pending = 1 THEN 1 END), max(finished_at) FROM videos"
                " GROUP BY collection ORDER BY collection"
            ).fetchall()
        return {
            name: Standing(ready, failed, removed, pending, datetime.fromtimestamp(last, UTC) if last else None)
            for name, ready, failed, removed, pending, last in rows
        }

    def failures(self, collections: Sequence[str], most: int | None = None) -> list[Entry]:
        """The failed videos of these collections, or the `most` newest of them; the newest first."""
        if not collections:
            return []
        among = ", ".join("?" * len(collections))
        query = f"SELECT {COLUMNS} FROM videos WHERE status = 'failed' AND collection IN ({among})"
        limit = "" if most is None else f" LIMIT {most:d}"
        with self._store.reading() as connection:
            rows = connection.execute(f"{query} ORDER BY finished_at DESC, collection, name{limit}", [*collections])
            return [entry_of(row) for row in rows]

    def apply(self, plan: Registration) -> list[VideoName]:
        """Register what a scan found; returns the videos to run (`plan.to_run`).

        Raises PassingError `catalogue_changed` when another scan was faster: make the plan again.
        """
        with self._store.writing() as connection:
            return register(connection, plan)

    def record_content(self, video: VideoName, n_bytes: int, mtime_ns: int, sha256: str) -> None:
        """What a run read from the file."""
        with self._store.writing() as connection:
            connection.execute(
                f"UPDATE videos SET bytes = ?, mtime_ns = ?, sha256 = ? WHERE {THIS_VIDEO}",
                [n_bytes, min(mtime_ns, LARGEST_TIME_NS), sha256, video.collection, video.path],
            )

    def record_outcome(
        self,
        video: VideoName,
        status: Literal["ready", "failed"],
        plan: str | None = None,
        stage: str | None = None,
        error_code: str | None = None,
        message: str | None = None,
        permanent: bool | None = None,
    ) -> Entry:
        """How a run ended; returns the entry as it is then.

        A video that was removed meanwhile stays `removed`: the caller withdraws what the run wrote. One that became
        ready from a content that was replaced meanwhile stays pending. Raises ConfigurationError `unknown_video`.
        """
        with self._store.writing() as connection:
            before = read_entry(connection, video)
            if before is None:
                raise ConfigurationError(
                    "unknown_video",
                    f"{video.video_id} is not in the catalogue; scan its collection: "
                    f"archive-pipeline ingest {video.collection}",
                )
            if before.status == "removed":
                return before
            replaced = status == "ready" and before.sha256 is None
            connection.execute(
                "UPDATE videos SET status = ?, pending = ?, plan = ?, stage = ?, error_code = ?, message = ?,"
                f" permanent = ?, attempts = ?, finished_at = ?, sequence = ? WHERE {THIS_VIDEO}",
                [
                    status,
                    replaced,
                    None if replaced else plan,
                    stage,
                    error_code,
                    message,
                    permanent,
                    0 if status == "ready" else before.attempts + 1,
                    datetime.now(UTC).timestamp(),
                    next_sequence(connection),
                    video.collection,
                    video.path,
                ],
            )
            after = read_entry(connection, video)
            assert after is not None
            return after

    def mark_removed(self, videos: Iterable[VideoName]) -> None:
        """The files are gone for good. The entries stay, so that a file that comes back is recognised."""
        names = [(video.collection, video.path) for video in videos]
        with self._store.writing() as connection:
            sequence = next_sequence(connection)
            connection.executemany(
                "UPDATE videos SET status = 'removed', pending = 0, sequence = ?"
                f" WHERE {THIS_VIDEO} AND status <> 'removed'",
                [(sequence, *name) for name in names],
            )
            for collection in {collection for collection, _ in names}:
                count_revision(connection, collection)

    def ask_again(self, videos: Iterable[VideoName]) -> None:
        """Have runs of ready videos look for what is missing; the videos stay ready."""
        names = [(video.collection, video.path) for video in videos]
        with self._store.writing() as connection:
            sequence = next_sequence(connection)
            connection.executemany(
                f"UPDATE videos SET pending = 1, sequence = ? WHERE {THIS_VIDEO} AND status <> 'removed'",
                [(sequence, *name) for name in names],
            )
            for collection in {collection for collection, _ in names}:
                count_revision(connection, collection)

    def forget_analyses(self, analyses: Iterable[tuple[VideoName, str]]) -> None:
        """Their tables are gone: they are due again, as work that nobody asked for yet (`due_analyses`)."""
        now = datetime.now(UTC).timestamp()
        with self._store.writing() as connection:
            connection.executemany(
                "UPDATE analyses SET status = 'failed', plan = '', error_code = 'table_lost', permanent = 0,"
                " message = 'Its table was lost.', finished_at = ? WHERE collection = ? AND name = ? AND analysis = ?",
                [(now, video.collection, video.path, analysis) for video, analysis in analyses],
            )

    def check(self) -> None:
        """Read the whole file. Raises ConfigurationError `catalogue_damaged`."""
        self._store.check()

    def analyses(self, collection: str, video: VideoName | None = None) -> list[Analysis]:
        """How each analysis of the collection's videos, or of one of them, last ended."""
        with self._store.reading() as connection:
            return read_analyses(connection, collection, video)

    def passing_failures(self, collection: str) -> list[VideoName]:
        """The videos of a collection with an analysis that failed and may be tried again."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT name FROM analyses WHERE collection = ? AND status = 'failed'"
                " AND coalesce(permanent, 0) = 0 ORDER BY name",
                [collection],
            )
            return [VideoName(collection, name) for (name,) in rows]

    def analysis_counts(self) -> dict[tuple[str, str], dict[str, int]]:
        """By collection and analysis: for how many videos it is `done`, and `failed`."""
        counts: dict[tuple[str, str], dict[str, int]] = {}
        with self._store.reading() as connection:
            for collection, analysis, status, n in connection.execute(
                "SELECT collection, analysis, status, count(*) FROM analyses GROUP BY collection, analysis, status"
            ):
                counts.setdefault((collection, analysis), {"done": 0, "failed": 0})[status] = n
        return counts

    def record_analysis(
        self,
        video: VideoName,
        analysis: str,
        plan: str,
        *,
        error_code: str | None = None,
        message: str | None = None,
        permanent: bool | None = None,
    ) -> None:
        """An analysis ended: it failed where there is an `error_code`. DuckDB will see its rows."""
        with self._store.writing() as connection:
            before = {one.analysis: one for one in read_analyses(connection, video.collection, video)}.get(analysis)
            attempts = 0 if error_code is None else 1 + (before.attempts if before else 0)
            status: Literal["done", "failed"] = "done" if error_code is None else "failed"
            now = datetime.now(UTC)
            ended = Analysis(video, analysis, status, plan, error_code, message, permanent, attempts, now)
            write_analyses(connection, [ended])
            connection.execute(
                f"UPDATE videos SET sequence = ? WHERE {THIS_VIDEO}",
                [next_sequence(connection), video.collection, video.path],
            )

    def restore(self, entries: Iterable[Entry]) -> None:
        """Put back entries of a lost catalogue; those that are known already stay as they are."""
        with self._store.writing() as connection:
            restore(connection, entries)

    def sequence(self) -> int:
        """Number of the newest change."""
        with self._store.reading() as connection:
            return int(connection.execute("SELECT sequence FROM counter").fetchone()[0])

    def changes_since(self, sequence: int) -> tuple[int, list[VideoName]]:
        """The newest change, and the videos whose outcome or place changed after `sequence`, oldest change first.

        A `sequence` that this catalogue has not reached yet comes from a lost one: every video counts as changed.
        """
        with self._store.reading() as connection:
            newest = int(connection.execute("SELECT sequence FROM counter").fetchone()[0])
            rows = connection.execute(
                "SELECT collection, name FROM videos WHERE sequence > ? ORDER BY sequence, collection, name",
                [sequence if sequence <= newest else 0],
            )
            return newest, [VideoName(collection, name) for collection, name in rows]

    def digest(self, collection: str, file: SourceFile) -> str | None:
        """SHA-256 of a file that is not registered yet, where an earlier look read it."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT sha256 FROM digests WHERE collection = ? AND path = ? AND bytes = ? AND mtime_ns = ?",
                [collection, file.path, file.bytes, file.mtime_ns],
            ).fetchone()
            return row[0] if row else None

    def remember_digest(self, collection: str, file: SourceFile, sha256: str) -> None:
        with self._store.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?, ?)",
                [collection, file.path, file.bytes, file.mtime_ns, sha256],
            )
