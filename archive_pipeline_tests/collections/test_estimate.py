"""What an ingest will cost is said before it runs, and said to be an estimate."""

from pathlib import Path

import pytest

from archive_pipeline.collections.estimate import (
    PHOTO_READING_S,
    READING_S,
    SHOTS_PER_HOUR,
    Experience,
    estimate,
    photo_reading_s,
)
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.store.catalogue import Registration
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.collections.site import Site

TEN_HOURS = IngestPlan("tapes", 0, to_run=(VideoName("tapes", b"a"),), bytes_to_run=36_000 * 1_000_000)


def collection(**values: object) -> Collection:
    return Collection(name="tapes", source=Path("/v"), **values)  # type: ignore[arg-type]


def test_without_experience_a_typical_bit_rate_is_assumed() -> None:
    cost = estimate(TEN_HOURS, collection(), Experience())
    assert (cost.n_videos, cost.hours, cost.work_hours, cost.is_measured) == (1, 10.0, None, False)
    assert cost.disk_bytes == pytest.approx(10 * 333e6, rel=0.01), "3 TB of pictures and 0.3 TB of vectors in 10,000 h"


def test_a_collections_own_videos_know_better() -> None:
    cost = estimate(TEN_HOURS, collection(), Experience(2_000_000, 20, 1e8))
    assert (cost.hours, cost.work_hours, cost.disk_bytes, cost.is_measured) == (5.0, 0.25, 5e8, True)


def test_disk_follows_the_sampling_rate_and_what_is_kept() -> None:
    every = estimate(TEN_HOURS, collection(), Experience()).disk_bytes
    assert estimate(TEN_HOURS, collection(fps=1.0), Experience()).disk_bytes == pytest.approx(every / 3)
    assert estimate(TEN_HOURS, collection(pictures="none"), Experience()).disk_bytes == pytest.approx(
        every / 10, rel=0.01
    )
    keyframes = estimate(TEN_HOURS, collection(pictures="keyframes"), Experience()).disk_bytes
    assert every / 10 < keyframes < every / 6


def test_reading_what_is_written_counts_where_it_is_asked_for() -> None:
    assert estimate(TEN_HOURS, collection(), Experience()).reading_hours == 0
    asked = estimate(TEN_HOURS, collection(analyses=("visible_text",)), Experience())
    assert asked.reading_hours == pytest.approx(10 * SHOTS_PER_HOUR * READING_S / 3600)


def test_reading_what_is_written_in_photos_costs_by_the_photo() -> None:
    plan = IngestPlan("films", 0, n_photos=1000)
    assert photo_reading_s(plan, collection(kind="photos")) == 0
    assert photo_reading_s(plan, collection(kind="photos", analyses=("visible_text",))) == 1000 * PHOTO_READING_S


def test_only_what_is_decoded_counts(site: Site) -> None:
    site.write(b"known.mp4", b"x" * 100)
    site.settle()
    site.write(b"new.mp4", b"x" * 7)
    plan = site.look()
    assert isinstance(plan, Registration)
    assert plan.bytes_to_run == 7
    assert site.look(plan="plan-2").bytes_to_run == 107
