"""The view shared_footage: every pair once from each side, and only while both files are what was compared."""

import polars as pl
import pytest

from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.synthetic import Content, shared_with

A, B = video("a.mp4"), video("b.mp4")
CONTENTS = {A: Content(1), B: Content(2)}
ONCE = [(A.video_id, 0.0, B.video_id, 5.0), (B.video_id, 5.0, A.video_id, 0.0)]


@pytest.fixture
def two(archive: Archive) -> Archive:
    for name, content in CONTENTS.items():
        archive.ready(name, content)
    compare(archive, A, B)
    compare(archive, B)
    return archive


def compare(archive: Archive, one: VideoName, *others: VideoName) -> None:
    """`one` was compared, and shares its beginning with the others."""
    schema = table("reuses").polars_schema
    rows = [shared_with(one.video_id, CONTENTS[one], other.video_id, CONTENTS[other]) for other in others]
    frames = [pl.DataFrame(row).with_columns(video_id=pl.lit(one.video_id)) for row in rows]
    found = pl.concat([pl.DataFrame(schema=schema), *(frame.select(list(schema)).cast(schema) for frame in frames)])
    archive.lake.write("reuses", one, found, Provenance("reuses", "1"))


def shared(archive: Archive) -> list[tuple[object, ...]]:
    archive.publish(full=True)
    asked = "SELECT video_id, start_s, other_video_id, other_start_s FROM shared_footage ORDER BY ALL"
    return query(archive.link, asked)


def test_a_pair_is_seen_from_both_sides_whichever_was_compared(two: Archive) -> None:
    assert shared(two) == ONCE
    compare(two, A)
    compare(two, B, A)
    assert shared(two) == [(A.video_id, 5.0, B.video_id, 0.0), (B.video_id, 0.0, A.video_id, 5.0)]


def test_a_pair_that_both_found_is_seen_once(two: Archive) -> None:
    compare(two, B, A)
    assert shared(two) == ONCE


def test_a_video_that_changed_shares_nothing_until_it_is_compared_again(two: Archive) -> None:
    two.ready(B, Content(3))
    compare(two, B)
    assert shared(two) == []


def test_a_video_that_is_gone_shares_nothing_and_comes_back_with_its_rows(two: Archive) -> None:
    two.removed(B)
    assert shared(two) == []
    two.returned(B, B.path)
    assert shared(two) == ONCE
