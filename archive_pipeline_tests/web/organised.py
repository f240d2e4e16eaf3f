"""An organisation of photos that nobody computed: rows in a published database, for pages and their size."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import duckdb
import polars as pl

from archive_pipeline.settings import Settings
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.organisations import Organisations
from archive_pipeline.store.schema import table
from archive_pipeline.warehouse.versions import Versions
from archive_pipeline_tests.warehouse.organised import keep
from archive_pipeline_tests.warehouse.organised import organise_by_hand as organise_shots

_GROUPS = """
INSERT INTO picture_groups
SELECT ?, group_id, level, parent_id, 'en ' || name, 'es ' || name, n, medoid, 0.5 FROM (
    SELECT theme_id AS group_id, 'theme' AS level, NULL::UUID AS parent_id, min(theme) AS name, count(*) AS n,
           min(picture_id) AS medoid FROM placed WHERE theme IS NOT NULL GROUP BY theme_id
    UNION ALL SELECT group_id, 'group', any_value(theme_id), min(theme || ' ' || sub), count(*), min(picture_id)
    FROM placed WHERE theme IS NOT NULL GROUP BY group_id
    UNION ALL SELECT part_id, 'part', any_value(group_id), min(theme || ' ' || sub || ' ' || part), count(*),
           min(picture_id) FROM placed WHERE theme IS NOT NULL GROUP BY part_id)
"""
_PLACED = """
CREATE TEMP TABLE placed AS
WITH numbered AS (
    SELECT photo_id AS picture_id, album, row_number() OVER (ORDER BY path) - 1 AS i FROM photos
    WHERE collection = ? AND status = 'ready'
), named AS (
    SELECT *, if(i % 20 = 19, NULL, 'theme ' || i % 12) AS theme, i // 12 % 4 AS sub, i // 48 % 4 AS part
    FROM numbered
)
SELECT *, if(theme IS NULL, NULL, md5(theme)::UUID) AS theme_id,
       if(theme IS NULL, NULL, md5(theme || '/' || sub)::UUID) AS group_id,
       if(theme IS NULL, NULL, md5(theme || '/' || sub || '/' || part)::UUID) AS part_id
FROM named
"""


def organise_by_hand(home: Path, collection: str) -> None:
    """Publish a version: every 20th photo belongs nowhere, the others to 12 themes of 4 groups of 4 parts; every
    13th is certain of nothing, and of every 10 photos one stands for the next two."""
    with _next_version(home) as edited:
        for name in ("picture_groups", "picture_memberships", "photo_duplicates"):
            edited.execute(f"DELETE FROM {name} WHERE collection = ?", [collection])
        edited.execute(_PLACED, [collection])
        edited.execute(_GROUPS, [collection])
        edited.execute(
            """INSERT INTO picture_memberships BY NAME
               SELECT ? AS collection, picture_id, album AS source_id, theme_id, group_id, part_id,
                      if(i % 13 = 0, 0.01, 0.5) AS certainty,
                      cos(i % 12) * 0.6 + sin(i * 1.7) * 0.2 * (i % 97) / 97 AS x,
                      sin(i % 12) * 0.6 + cos(i * 1.7) * 0.2 * (i % 97) / 97 AS y FROM placed""",
            [collection],
        )
        edited.execute(
            """INSERT INTO photo_duplicates SELECT ?, a.picture_id, 'copy', b.picture_id, b.picture_id, 0.99
               FROM placed AS a JOIN placed AS b ON a.i // 10 = b.i // 10 AND b.i % 10 = 0 AND a.i % 10 IN (1, 2)""",
            [collection],
        )
        columns = ("picture_id", "source_id", "theme_id", "group_id", "part_id", "certainty", "x", "y")
        found = edited.execute(
            f"SELECT {', '.join(columns)} FROM picture_memberships WHERE collection = ?", [collection]
        ).fetchall()
    types = table("picture_memberships").polars_schema
    members = pl.DataFrame(
        [[str(value) if isinstance(value, UUID) else value for value in row] for row in found],
        schema={name: types[name] for name in columns},
        orient="row",
    )
    lake = Lake(Settings(archive_home=home).lake_place)
    keep(lake, collection, {"picture_memberships": members}, Organisations(lake).next_version(collection))


def organise_shots_by_hand(home: Path, collection: str) -> list[str]:
    """Publish a version in which all shots of a collection of videos are one theme, group and part; their ids."""
    lake = Lake(Settings(archive_home=home).lake_place)
    with _next_version(home) as edited:
        query = "SELECT shot_id, video_id FROM shots JOIN videos USING (video_id) WHERE collection = ? ORDER BY ALL"
        shots = [(str(shot_id), video_id) for shot_id, video_id in edited.execute(query, [collection]).fetchall()]
        ids = organise_shots(lake, collection, shots, Organisations(lake).next_version(collection))
        for name in ("picture_groups", "picture_memberships"):
            (rows,) = Organisations(lake).read(collection, name)
            edited.register("found", rows.to_arrow())
            edited.execute(f"INSERT INTO {name} BY NAME SELECT * FROM found")
    return ids


def many_photos(home: Path, collection: str, n: int) -> None:
    """Publish a version with `n` photos more, of which there are only rows."""
    with _next_version(home) as edited:
        edited.execute(
            """INSERT INTO photos BY NAME SELECT uuid() AS photo_id, ? || '/many/' AS album, ? AS collection,
               'many/' || i || '.jpg' AS path, 1000000 AS bytes, 'ready' AS status, ['synthetic'] AS keywords,
               TIMESTAMP '2001-01-01' + to_minutes(i::BIGINT) AS taken_at FROM range(?) AS of(i)""",
            [collection, collection, n],
        )


@contextmanager
def _next_version(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the published database, to be changed; published when the block ends."""
    versions = Versions(home / "archive.duckdb")
    newest = versions.current()
    assert newest
    versions.copy_aside(newest)
    versions.aside.chmod(0o644)
    with duckdb.connect(str(versions.aside)) as edited:
        yield edited
    versions.install()
