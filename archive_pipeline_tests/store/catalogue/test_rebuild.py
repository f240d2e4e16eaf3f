"""A lost catalogue comes back from the lake, and nothing is recomputed."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.catalogue.rebuild import rebuild
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import from_readable, readable
from archive_pipeline.store.provenance import Provenance
from archive_pipeline_tests.collections.site import Site


@given(st.binary(max_size=300))
def test_a_readable_path_can_be_read_back(path: bytes) -> None:
    assert from_readable(readable(path)) == path


def test_a_character_and_a_byte_of_the_same_number_look_different() -> None:
    assert readable("\x85\xa0".encode()) == r"\u0085\u00a0"
    assert readable(b"\x85\xa0") == r"\x85\xa0"


def write_outcomes(site: Site, lake: Lake, *, with_times: bool) -> None:
    """What the pipeline writes when a video's run ended."""
    for entry in site.catalogue.entries(site.name):
        row = {
            "video_id": entry.name.video_id,
            "collection": entry.name.collection,
            "path": readable(entry.path),
            "sha256": entry.sha256,
            "bytes": entry.bytes,
            "mtime_ns": entry.mtime_ns if with_times else None,
            "status": entry.status,
            "plan": entry.plan,
            "stage": entry.stage,
            "error_code": entry.error_code,
            "message": entry.message,
            "permanent": entry.permanent,
            "attempts": entry.attempts,
            "finished_at": entry.finished_at or datetime.now(UTC),
            "removed_at": entry.removed_at,
        }
        lake.write("outcomes", entry.name, pl.DataFrame([row]), Provenance("outcome", "1"))


@pytest.mark.parametrize("with_times", [True, False])
def test_a_lost_catalogue_is_rebuilt_from_the_lake(tmp_path: Path, with_times: bool) -> None:
    site, lake = Site(tmp_path), Lake(tmp_path / "lake")
    for number in range(30):
        site.write(b"caf\xe9 %02d\n.mp4" % number, b"%d" % number)
    site.settle()
    site.move(b"caf\xe9 01\n.mp4", b"moved \xff.mp4")
    site.remove(b"caf\xe9 02\n.mp4")
    site.settle()
    site.fail(b"caf\xe9 03\n.mp4", permanent=True)
    write_outcomes(site, lake, with_times=with_times)
    known = site.catalogue.entries(site.name)

    site.catalogue = Catalogue(tmp_path / "another.sqlite")
    assert rebuild(site.catalogue, lake) == 30
    assert rebuild(site.catalogue, lake) == 30, "twice does no harm"
    again = site.catalogue.entries(site.name)
    facts = [(e.name, e.path, e.sha256, e.status, e.plan, e.error_code, e.permanent, e.attempts) for e in known]
    assert [(e.name, e.path, e.sha256, e.status, e.plan, e.error_code, e.permanent, e.attempts) for e in again] == facts
    assert [entry.removed_at for entry in again] == [entry.removed_at for entry in known]
    assert sum(entry.removed_at is not None for entry in again) == 1
    assert len(site.catalogue.changes_since(0)[1]) == 30

    plan = site.ingest()
    assert (plan.to_run, plan.removals, len(plan.unchanged)) == ((), (), 28)
    site.write(b"caf\xe9 04\n.mp4", b"x")
    assert [s.name.path for s in site.look().changed] == [b"caf\xe9 04\n.mp4"], "from now on times are known again"


def test_an_archive_without_a_lake_has_nothing_to_rebuild(tmp_path: Path) -> None:
    assert rebuild(Catalogue(tmp_path / "c.sqlite"), Lake(tmp_path / "lake")) == 0
