"""Every file seen and what became of each video; safe for many processes, threads and forks."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from archive_pipeline.errors import MissingInputError
from archive_pipeline.store.catalogue.analyses import Analysis, read_analyses, read_analyses_of, write_analyses
from archive_pipeline.store.catalogue.entry import Entry, Registration, Snapshot, Standing, Status
from archive_pipeline.store.catalogue.holds import INGEST, Hold, delete_hold, read_holds, write_hold
from archive_pipeline.store.catalogue.registration import count_revision, register, restore, revision_of
from archive_pipeline.store.catalogue.rows import (
    COLUMNS,
    THIS_VIDEO,
    entry_of,
    next_sequence,
    read_entry,
    storable,
    this,
)
from archive_pipeline.store.catalogue.sightings import LARGEST_TIME_NS, RelativePath, SourceFile
from archive_pipeline.store.database import (
    execute,
    execute_among,
    execute_many,
    open_database,
    reads,
    select_videos,
    writes,
)
from archive_pipeline.store.naming import VideoName


class Catalogue:
    """A SQLite file by its path, or a Postgres by its URL; made on first use. Every change is one short transaction."""

    def __init__(self, place: Path | str) -> None:
        self.database = open_database(place)

    @reads
    def entry(self, connection: Connection, video: VideoName) -> Entry | None:
        return read_entry(connection, video)

    def entries(self, collection: str) -> tuple[Entry, ...]:
        """All videos of a collection, removed ones too, sorted by name."""
        return self.snapshot(collection).entries

    def all_entries(self) -> list[Entry]:
        """Of every collection, sorted by collection and name."""
        return [entry for collection in sorted(self.counts()) for entry in self.entries(collection)]

    @reads
    def entries_of(self, connection: Connection, videos: Collection[VideoName]) -> list[Entry]:
        """Of those of the videos that are known, in their order."""
        rows = select_videos(connection, f"SELECT {COLUMNS} FROM videos", videos)
        found = {entry.name: entry for entry in map(entry_of, rows)}
        return [found[video] for video in videos if video in found]

    @reads
    def snapshot(self, connection: Connection, collection: str) -> Snapshot:
        """What a plan is made from."""
        of_it = "WHERE collection = :collection"
        rows = execute(connection, f"SELECT {COLUMNS} FROM videos {of_it} ORDER BY name", collection=collection)
        return Snapshot(collection, revision_of(connection, collection), tuple(entry_of(row) for row in rows))

    @reads
    def revision(self, connection: Connection, collection: str) -> int:
        """Grows whenever a scan changes the collection: videos that are new, moved, changed or gone."""
        return revision_of(connection, collection)

    @reads
    def paths_below(self, connection: Connection, collection: str, start: RelativePath) -> list[RelativePath]:
        """Where videos of the collection are, removed ones too, whose path begins with `start`, which ends in `/`."""
        sql = "SELECT path FROM videos WHERE collection = :collection AND path >= :first AND path < :end ORDER BY path"
        found = execute(connection, sql, collection=collection, first=start, end=start.removesuffix(b"/") + b"0")
        return [bytes(path) for (path,) in found]

    @reads
    def counts(self, connection: Connection) -> dict[str, dict[Status, int]]:
        """How many videos each collection has in each status."""
        counts: dict[str, dict[Status, int]] = {}
        sql = "SELECT collection, status, count(*) FROM videos GROUP BY collection, status"
        for collection, status, n in execute(connection, sql):
            counts.setdefault(collection, {})[status] = n
        return counts

    @reads
    def standings(self, connection: Connection) -> dict[str, Standing]:
        """How each collection stands, by name in order; counted where the rows are."""
        sql = (
            "SELECT collection, count(CASE WHEN status = 'ready' THEN 1 END),"
            " count(CASE WHEN status = 'failed' THEN 1 END), count(CASE WHEN status = 'removed' THEN 1 END),"
            " count(CASE WHEN pending THEN 1 END), max(finished_at) FROM videos GROUP BY collection ORDER BY collection"
        )
        return {
            name: Standing(ready, failed, removed, pending, datetime.fromtimestamp(last, UTC) if last else None)
            for name, ready, failed, removed, pending, last in execute(connection, sql)
        }

    @reads
    def failures(self, connection: Connection, collections: Sequence[str], most: int | None = None) -> list[Entry]:
        """The failed videos of these collections, or the `most` newest of them; the newest first."""
        if not collections:  # Postgres knows no type for nothing
            return []
        sql = (
            f"SELECT {COLUMNS} FROM videos WHERE status = 'failed' AND collection IN :collections"
            " ORDER BY finished_at DESC, collection, name" + ("" if most is None else f" LIMIT {most:d}")
        )
        return [entry_of(row) for row in execute_among(connection, sql, collections=collections)]

    @writes
    def apply(self, connection: Connection, plan: Registration) -> list[VideoName]:
        """Register what a scan found; returns the videos to run (`plan.to_run`).

        Raises PassingError `catalogue_changed` when another scan was faster: make the plan again.
        """
        return register(connection, plan)

    @writes
    def record_content(
        self, connection: Connection, video: VideoName, n_bytes: int, mtime_ns: int, sha256: str
    ) -> None:
        """What a run read from the file."""
        execute(
            connection,
            f"UPDATE videos SET bytes = :bytes, mtime_ns = :mtime_ns, sha256 = :sha256 WHERE {THIS_VIDEO}",
            bytes=n_bytes,
            mtime_ns=min(mtime_ns, LARGEST_TIME_NS),
            sha256=sha256,
            **this(video),
        )

    @writes
    def record_outcome(
        self,
        connection: Connection,
        video: VideoName,
        status: Literal["ready", "failed"],
        plan: str | None = None,
        stage: str | None = None,
        error_code: str | None = None,
        message: str | None = None,
        permanent: bool | None = None,
        forced: bool = False,
    ) -> Entry:
        """How a run ended, and whether it was a `forced` one; returns the entry as it is then.

        A video that was removed meanwhile stays `removed`: the caller withdraws what the run wrote. One that became
        ready from a content that was replaced meanwhile stays pending. Raises MissingInputError `unknown_video`.
        """
        before = read_entry(connection, video)
        if before is None:
            raise MissingInputError(
                "unknown_video",
                f"{video.video_id} is not in the catalogue; scan its collection: "
                f"archive-pipeline ingest {video.collection}",
            )
        if before.status == "removed":
            return before
        replaced = status == "ready" and before.sha256 is None
        is_left = before.forced and not permanent and not (forced and status == "ready")
        execute(
            connection,
            "UPDATE videos SET status = :status, pending = :pending, plan = :plan, stage = :stage,"
            " error_code = :error_code, message = :message, permanent = :permanent, attempts = :attempts,"
            f" finished_at = :finished_at, sequence = :sequence, forced = :forced WHERE {THIS_VIDEO}",
            status=status,
            pending=replaced or (is_left and status == "ready"),
            forced=is_left,
            plan=None if replaced else plan,
            stage=stage,
            error_code=error_code,
            message=storable(message),
            permanent=permanent,
            attempts=0 if status == "ready" else before.attempts + 1,
            finished_at=datetime.now(UTC).timestamp(),
            sequence=next_sequence(connection),
            **this(video),
        )
        if status == "ready":
            delete_hold(connection, video.collection, INGEST)
        after = read_entry(connection, video)
        assert after is not None
        return after

    @reads
    def holds(self, connection: Connection) -> list[Hold]:
        """What holds up the work of collections, by collection and work."""
        return read_holds(connection)

    @writes
    def hold(self, connection: Connection, hold: Hold) -> None:
        """Hold a collection's work up, or say anew by what; since when stays."""
        write_hold(connection, hold)

    @writes
    def release(self, connection: Connection, collection: str, work: str) -> None:
        """What held the work up is put right."""
        delete_hold(connection, collection, work)

    @writes
    def mark_removed(self, connection: Connection, videos: Collection[VideoName]) -> None:
        """The files are gone for good. The entries stay, so that a file that comes back is recognised."""
        self._change(connection, videos, "status = 'removed', pending = FALSE, forced = FALSE, removed_at = :now")

    @writes
    def ask_again(self, connection: Connection, videos: Collection[VideoName]) -> None:
        """Have runs of ready videos look for what is missing; the videos stay ready."""
        self._change(connection, videos, "pending = TRUE")

    @writes
    def ask_anew(self, connection: Connection, videos: Collection[VideoName]) -> None:
        """Have a run compute every stage of the videos again, whoever does it and whenever; until then they stay what
        they are."""
        execute_many(
            connection,
            f"UPDATE videos SET forced = TRUE, pending = TRUE WHERE {THIS_VIDEO} AND status <> 'removed'",
            [this(video) for video in videos],
        )

    @writes
    def publish_again(self, connection: Connection, videos: Collection[VideoName]) -> None:
        """What DuckDB shows of these ready videos has changed, and nothing else of them."""
        sequence = next_sequence(connection) if videos else 0  # no change is nothing to publish
        execute_many(
            connection,
            f"UPDATE videos SET sequence = :sequence WHERE {THIS_VIDEO} AND status = 'ready'",
            [{**this(video), "sequence": sequence} for video in videos],
        )

    @staticmethod
    def _change(connection: Connection, videos: Collection[VideoName], what: str) -> None:
        """`what` is SQL, in which `:now` is the Unix time."""
        changed = {"sequence": next_sequence(connection) if videos else 0, "now": datetime.now(UTC).timestamp()}
        execute_many(
            connection,
            f"UPDATE videos SET {what}, sequence = :sequence WHERE {THIS_VIDEO} AND status <> 'removed'",
            [{**this(video), **changed} for video in videos],
        )
        for collection in {video.collection for video in videos}:
            count_revision(connection, collection)

    @writes
    def forget_analyses(self, connection: Connection, analyses: Collection[tuple[VideoName, str]]) -> None:
        """Their tables are gone: they are due again, as work that nobody asked for yet (`due_analyses`)."""
        now = datetime.now(UTC).timestamp()
        execute_many(
            connection,
            "UPDATE analyses SET status = 'failed', plan = '', error_code = 'table_lost', permanent = FALSE,"
            f" message = 'Its table was lost.', finished_at = :now WHERE {THIS_VIDEO} AND analysis = :analysis",
            [{**this(video), "analysis": analysis, "now": now} for video, analysis in analyses],
        )

    def check(self) -> None:
        """Read the whole file. Raises ConfigurationError `catalogue_damaged`."""
        self.database.check()

    @reads
    def analyses(self, connection: Connection, collection: str, video: VideoName | None = None) -> list[Analysis]:
        """How each analysis of the collection's videos, or of one of them, last ended."""
        return read_analyses(connection, collection, video)

    @reads
    def analyses_of(self, connection: Connection, videos: Collection[VideoName]) -> list[Analysis]:
        """Those of the videos, in no order."""
        return read_analyses_of(connection, videos)

    @reads
    def passing_failures(self, connection: Connection, collection: str) -> list[VideoName]:
        """The videos of a collection with an analysis that failed and may be tried again."""
        sql = (
            "SELECT DISTINCT name FROM analyses WHERE collection = :collection AND status = 'failed'"
            " AND permanent IS NOT TRUE ORDER BY name"
        )
        return [VideoName(collection, bytes(name)) for (name,) in execute(connection, sql, collection=collection)]

    @reads
    def analysis_counts(self, connection: Connection) -> dict[tuple[str, str], dict[str, int]]:
        """By collection and analysis: for how many videos it is `done`, and `failed`; removed ones do not count."""
        counts: dict[tuple[str, str], dict[str, int]] = {}
        sql = (
            "SELECT a.collection, a.analysis, a.status, count(*) FROM analyses AS a"
            " JOIN videos AS v ON v.collection = a.collection AND v.name = a.name WHERE v.status <> 'removed'"
            " GROUP BY a.collection, a.analysis, a.status"
        )
        for collection, analysis, status, n in execute(connection, sql):
            counts.setdefault((collection, analysis), {"done": 0, "failed": 0})[status] = n
        return counts

    @writes
    def record_analysis(
        self,
        connection: Connection,
        video: VideoName,
        analysis: str,
        plan: str,
        *,
        error_code: str | None = None,
        message: str | None = None,
        permanent: bool | None = None,
    ) -> None:
        """An analysis ended: it failed where there is an `error_code`. DuckDB will see its rows."""
        before = {one.analysis: one for one in read_analyses(connection, video.collection, video)}.get(analysis)
        attempts = 0 if error_code is None else 1 + (before.attempts if before else 0)
        status: Literal["done", "failed"] = "done" if error_code is None else "failed"
        now = datetime.now(UTC)
        ended = Analysis(video, analysis, status, plan, error_code, message, permanent, attempts, now)
        write_analyses(connection, [ended])
        if status == "done":
            delete_hold(connection, video.collection, analysis)
        execute(
            connection,
            f"UPDATE videos SET sequence = :sequence WHERE {THIS_VIDEO}",
            sequence=next_sequence(connection),
            **this(video),
        )

    @writes
    def restore(self, connection: Connection, entries: Collection[Entry]) -> None:
        """Put back entries of a lost catalogue; those that are known already stay as they are."""
        restore(connection, entries)

    @reads
    def sequence(self, connection: Connection) -> int:
        """Number of the newest change."""
        return _newest(connection)

    @reads
    def changes_since(self, connection: Connection, sequence: int) -> tuple[int, list[VideoName]]:
        """The newest change, and the videos whose outcome or place changed after `sequence`, oldest change first.

        A `sequence` that this catalogue has not reached yet comes from a lost one: every video counts as changed.
        """
        newest = _newest(connection)
        rows = execute(
            connection,
            "SELECT collection, name FROM videos WHERE sequence > :seen ORDER BY sequence, collection, name",
            seen=sequence if sequence <= newest else 0,
        )
        return newest, [VideoName(collection, name) for collection, name in rows]

    @reads
    def digest(self, connection: Connection, collection: str, file: SourceFile) -> str | None:
        """SHA-256 of a file that is not registered yet, where an earlier look read it."""
        found: str | None = execute(
            connection,
            "SELECT sha256 FROM digests"
            " WHERE collection = :collection AND path = :path AND bytes = :bytes AND mtime_ns = :mtime_ns",
            collection=collection,
            path=file.path,
            bytes=file.bytes,
            mtime_ns=file.mtime_ns,
        ).scalar()
        return found

    @writes
    def remember_digest(self, connection: Connection, collection: str, file: SourceFile, sha256: str) -> None:
        execute(
            connection,
            "INSERT INTO digests VALUES (:collection, :path, :bytes, :mtime_ns, :sha256) ON CONFLICT (collection, path)"
            " DO UPDATE SET bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256",
            collection=collection,
            path=file.path,
            bytes=file.bytes,
            mtime_ns=file.mtime_ns,
            sha256=sha256,
        )


def _newest(connection: Connection) -> int:
    return int(execute(connection, "SELECT sequence FROM counter").scalar_one())
