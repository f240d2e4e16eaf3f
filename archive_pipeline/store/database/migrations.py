"""The schema, step by step: the numbered files of `sql/catalogue` are alembic's revisions.

`0002_leases.postgres.sql` is the step 0002 of a Postgres; where a dialect has no file of that number, nothing is to be
done there. A file without a dialect in its name is for both. A step that was released is never changed.
"""

import sqlite3
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Literal

from sqlalchemy import Connection

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import shipped

Dialect = Literal["sqlite", "postgres"]

VERSION_TABLE = "archive_schema"
"""Not alembic's own name: Dagster may have its tables in the same database."""


@cache
def newest_step() -> str:
    return max(_steps())


def migrate(connection: Connection, dialect: Dialect, place: str) -> None:
    """Bring the schema up to date, in the transaction of `connection`, which nobody else is to be in at the same time.

    Raises ConfigurationError `catalogue_version` where a newer archive_pipeline has made steps that this one lacks.
    """
    from alembic.runtime.migration import MigrationContext  # 0.2 s, for the first time of all
    from alembic.script import Script, ScriptDirectory

    class NumberedFiles(ScriptDirectory):
        def _load_revisions(self) -> Iterator[Script]:
            before = None
            for number in _steps():
                step = ModuleType(number, doc=number)
                files = [f for f in _files(number) if f.suffixes in ([".sql"], [f".{dialect}", ".sql"])]
                step.__dict__.update(down_revision=before, upgrade=partial(_run, connection, files))
                yield Script(step, number, files[0] if files else _folder())
                before = number

    steps = NumberedFiles(_folder())
    context = MigrationContext.configure(
        connection, opts={"fn": lambda at, _: steps._upgrade_revs("head", at), "version_table": VERSION_TABLE}
    )
    if unknown := set(context.get_current_heads()) - set(_steps()):
        raise ConfigurationError(
            "catalogue_version",
            f"{place} was written by a newer version of archive-pipeline (step {', '.join(unknown)} of its schema; "
            f"this one knows {newest_step()}): use that version.",
        )
    context.run_migrations()


def _folder() -> Path:
    return shipped("sql/catalogue")


def _files(number: str) -> list[Path]:
    return sorted(_folder().glob(f"{number}_*.sql"))


def _steps() -> list[str]:
    return sorted({file.name.partition("_")[0] for file in _folder().glob("[0-9]*.sql")})


def _run(connection: Connection, files: list[Path]) -> None:
    for file in files:
        for statement in _statements(file.read_text(encoding="utf-8")):
            connection.exec_driver_sql(statement)


def _statements(script: str) -> Iterator[str]:
    """SQLite's driver takes one at a time; a statement ends where a line does."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
