"""The schema is written in sql/ and nowhere else."""

import subprocess
import sys

import polars as pl
import pytest

from archive_pipeline.store.schema import Table, tables

DESIGNED = {
    "collections", "videos", "frames", "cuts", "classes", "scenes", "shots", "video_statistics", "failures",
}  # fmt: skip


@pytest.mark.parametrize("table", tables().values(), ids=lambda table: table.name)
def test_every_table_and_column_carries_a_comment(table: Table) -> None:
    assert table.comment
    assert [column.name for column in table.columns if not column.comment] == []


def test_the_designed_tables_are_published_and_pictures_never_are() -> None:
    assert {name for name, table in tables().items() if table.published} >= DESIGNED
    assert not tables()["pictures"].published


def test_a_table_of_an_earlier_release_lacks_columns_that_may_be_null_and_no_other() -> None:
    media = tables()["media"]
    stored = pl.DataFrame(schema=media.polars_schema).drop("is_mirrored", "note")
    assert media.completed(stored).schema == media.polars_schema
    with pytest.raises(ValueError, match="media"):
        media.completed(stored.drop("width"))


def test_rows_are_brought_into_the_order_and_types_of_the_table() -> None:
    rows = pl.DataFrame({"end_s": [1], "start_s": [0], "class": [0], "scene": [0], "video_id": ["a"]})
    assert tables()["scenes"].conform(rows).schema == tables()["scenes"].polars_schema


def test_reading_the_schema_starts_no_thread_of_polars() -> None:
    """A warm parent reads it and forks, and in a fork polars would wait for ever for the threads that it had."""
    code = (
        "from pathlib import Path\n"
        "from archive_pipeline.store.schema import tables\n"
        "assert tables()\n"
        "print(*sorted(name.read_text().strip() for name in Path('/proc/self/task').glob('*/comm')))"
    )
    started = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "polars-0" not in started.split()
