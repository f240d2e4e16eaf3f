"""The index is as fast as a page that feels instant needs."""

from pathlib import Path

import pytest

from archive_pipeline.search.bench import measure_index


def test_the_bench_measures_a_small_index(tmp_path: Path) -> None:
    cost = measure_index(tmp_path, n_points=320, dimension=16, n_queries=5)
    assert cost.freshness_s < 10
    assert 0 < cost.plain.p50_ms <= cost.plain.p95_ms


@pytest.mark.verify
def test_an_archive_of_18404_shots_answers_within_10_ms(tmp_path: Path) -> None:
    cost = measure_index(tmp_path)
    print(cost)
    for latency in (cost.plain, cost.filtered, cost.one_video, cost.grouped):
        assert latency.p95_ms <= 10
    assert cost.freshness_s <= 10
