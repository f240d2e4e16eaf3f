"""What the operating system refuses is one sentence with a code, whichever library met it; a bug is none."""

import errno
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.system_errors import system_error
from archive_pipeline_tests.small_disks import fill, small_disk


@pytest.mark.parametrize("kind", ["tmpfs", "ext4"])
def test_every_library_s_full_disk_is_one(kind: str, tmp_path: Path) -> None:
    with small_disk(kind, tmp_path, megabytes=24) as disk:
        Catalogue(disk / "catalogue.sqlite").sequence()
        for name in ("own.sqlite", "dagster.sqlite"):
            sqlite3.connect(disk / name).execute("CREATE TABLE t (x)").connection.close()
        many = pl.DataFrame({"x": [bytes([n % 251]) * 4096 + n.to_bytes(4) for n in range(2000)]})
        engine = create_engine(f"sqlite:///{disk / 'dagster.sqlite'}")

        def through_sqlalchemy() -> None:
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO t VALUES (zeroblob(9000000))"))

        attempts = {
            "python": lambda: (disk / "new").write_bytes(bytes(1 << 20)),
            "polars": lambda: many.write_parquet(disk / "p", compression="uncompressed"),
            "pyarrow": lambda: pq.write_table(many.to_arrow(), disk / "a", compression="none"),
            "sqlite": lambda: sqlite3.connect(disk / "own.sqlite").execute("INSERT INTO t VALUES (zeroblob(9000000))"),
            "sqlalchemy": through_sqlalchemy,
            "duckdb": lambda: duckdb.connect(str(disk / "d")).execute("CREATE TABLE t AS FROM range(9000000)"),
        }
        fill(disk, but_kb=8)
        for library, attempt in attempts.items():
            with pytest.raises(Exception) as caught:
                attempt()
            known = system_error(caught.value, disk)
            assert known is not None, f"{library}: {caught.value!r}"
            assert known.code == "disk_full", f"{library}: {known}"
            assert str(disk) in known.message
            assert not known.permanent


def test_a_file_in_the_place_of_the_archive_is_named_by_every_face(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("not a folder")
    (tmp_path / "films").mkdir()
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    for command in (["status"], ["rebuild"], ["ingest", str(tmp_path / "films"), "--model", "archive-tiny"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 1, command
        assert "not_a_folder" in result.output, (command, result.output, result.exception)
        assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EROFS, "read_only"),
        (errno.EACCES, "not_permitted"),
        (errno.EDQUOT, "disk_full"),
        (errno.EMFILE, "too_many_open_files"),
        (errno.EISDIR, "not_a_file"),
    ],
)
def test_the_sentence_names_the_place(number: int, code: str, tmp_path: Path) -> None:
    known = system_error(OSError(number, "said by the system", str(tmp_path / "x")))
    assert known is not None
    assert known.code == code
    assert code == "too_many_open_files" or str(tmp_path) in known.message


def test_a_read_only_place_is_said_of_sqlite_too(tmp_path: Path) -> None:
    file = tmp_path / "closed.sqlite"
    sqlite3.connect(file).execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(f"file:{file}?mode=ro", uri=True).execute("INSERT INTO t VALUES (1)")
    assert system_error(caught.value, file) is not None


@pytest.mark.parametrize(
    "bug", [KeyError("x"), ValueError("no space left"), FileNotFoundError(2, "none", "/x"), pa.ArrowInvalid("x")]
)
def test_a_bug_is_none(bug: Exception) -> None:
    assert system_error(bug) is None
