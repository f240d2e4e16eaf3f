"""`archive-pipeline export` where it cannot: a sentence with a code, and no file. What it writes: `web/test_api.py`."""

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from archive_pipeline.cli.app import app
from archive_pipeline.cli.export import _readable


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["x.edl"], "bad_parameter"), (["x.mov", "--video", "a/b"], "bad_parameter"),
        (["x.eaf", "--shot", "a"], "bad_parameter"), (["x.edl", "--shot", "a", "--video", "a/b"], "bad_parameter"),
        (["x", "--as", "edll", "--video", "a/b"], "bad_parameter"), (["x.edl", "--sql", "FROM shots"], "bad_parameter"),
        (["x.csv", "--sql", "FROM shots"], "no_database"), (["no/where.edl", "--video", "a/b"], "no_folder"),
        (["x.edl", "--basket", "../a"], "unknown_basket"), (["x.edl", "--video", "films/nothing.mp4"], "unknown_video"),
    ],
)  # fmt: skip
def test_the_command_says_what_is_wrong(
    words: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "none"))
    done = CliRunner().invoke(app, ["export", str(out / words[0]), *words[1:]])
    assert (done.exit_code, done.stderr.partition(":")[0]) == (1, code)
    assert list(out.iterdir()) == []


def test_columns_of_one_name_keep_their_own_values() -> None:
    with duckdb.connect() as connection:
        rows = _readable(connection.sql("SELECT 1 AS x, 2 AS x, '00000000-0000-5000-8000-000000000001'::UUID AS id"))
        assert (rows.columns, rows.fetchall()) == (["x", "x_1", "id"], [(1, 2, "00000000-0000-5000-8000-000000000001")])
