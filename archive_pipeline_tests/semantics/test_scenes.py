import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_pipeline.semantics.scenes import SceneParameters, diarize
from archive_pipeline.semantics.timeline import Cuts
from archive_pipeline.store.schema import table
from archive_pipeline_tests.semantics.films import Film, films, times
from archive_pipeline_tests.thorough import examples

A, B, C, NOISE = 0, 1, 2, -1


def scenes_of(labels: list[int], cuts: Cuts | None = None, fps: float = 3.0) -> list[tuple[int, float, float]]:
    pts_s, span = times(len(labels), fps)
    found = diarize(labels, pts_s, span, cuts or Cuts())
    return [(row["class"], round(row["start_s"], 4), round(row["end_s"], 4)) for row in found.to_dicts()]


def test_a_scene_is_a_maximal_run_of_one_class() -> None:
    assert scenes_of([A] * 6 + [B] * 6 + [A] * 6) == [(A, 0.0, 2.0), (B, 2.0, 4.0), (A, 4.0, 6.0)]


def test_a_run_too_short_for_a_scene_joins_what_surrounds_it() -> None:
    assert scenes_of([A] * 6 + [B] * 2 + [A] * 6) == [(A, 0.0, 4.6667)]


def test_a_short_run_joins_the_side_from_which_no_cut_parts_it() -> None:
    labels = [A] * 12 + [C] * 2 + [B] * 6
    assert scenes_of(labels, Cuts([3.9])) == [(A, 0.0, 3.9), (B, 3.9, 6.6667)]
    assert scenes_of(labels, Cuts([4.6])) == [(A, 0.0, 4.6), (B, 4.6, 6.6667)]


def test_a_class_that_spills_over_a_cut_ends_at_the_cut() -> None:
    """The first sample after a cut may look like what was before it (a blended frame)."""
    assert scenes_of([A] * 7 + [B] * 8, Cuts([1.9])) == [(A, 0.0, 1.9), (B, 1.9, 5.0)]


def test_short_noise_joins_and_long_noise_is_a_scene_of_its_own() -> None:
    assert scenes_of([A] * 6 + [NOISE] * 9 + [B] * 12) == [(A, 0.0, 2.0), (B, 2.0, 9.0)]
    assert scenes_of([A] * 6 + [NOISE] * 12 + [B] * 6) == [(A, 0.0, 2.0), (NOISE, 2.0, 6.0), (B, 6.0, 8.0)]


def test_a_video_of_nothing_but_noise_is_one_scene() -> None:
    assert scenes_of([NOISE] * 3) == [(NOISE, 0.0, 1.0)]


def test_a_boundary_lies_on_the_hard_cut_between_the_samples() -> None:
    assert scenes_of([A] * 6 + [B] * 6, Cuts([1.7])) == [(A, 0.0, 1.7), (B, 1.7, 4.0)]
    assert scenes_of([A] * 6 + [B] * 6, Cuts([2.0])) == [(A, 0.0, 2.0), (B, 2.0, 4.0)]


def test_a_boundary_lies_in_the_middle_of_a_gradual_change() -> None:
    assert scenes_of([A] * 6 + [B] * 6, Cuts([], [(1.8, 2.6)])) == [(A, 0.0, 2.2), (B, 2.2, 4.0)]


def test_a_hard_cut_counts_more_than_a_gradual_change() -> None:
    assert scenes_of([A] * 6 + [B] * 6, Cuts([1.7], [(1.5, 2.5)])) == [(A, 0.0, 1.7), (B, 1.7, 4.0)]


def test_a_gradual_change_elsewhere_moves_no_boundary() -> None:
    assert scenes_of([A] * 6 + [B] * 6, Cuts([], [(0.5, 1.0)])) == [(A, 0.0, 2.0), (B, 2.0, 4.0)]


def test_cuts_at_the_same_time_or_outside_the_span_are_harmless() -> None:
    cuts = Cuts([-3.0, 1.7, 1.7, 0.0, 99.0], [(-2.0, -1.0), (90.0, 91.0)])
    assert scenes_of([A] * 6 + [B] * 6, cuts) == [(A, 0.0, 1.7), (B, 1.7, 4.0)]


@settings(max_examples=examples(100), deadline=None)
@given(films(), st.integers(0, 999), st.sampled_from([1, 3, 9]))
def test_scenes_tile_the_span_and_neighbours_differ(film: Film, seed: int, run: int) -> None:
    n = len(film.pts_s)
    labels = np.repeat(np.random.default_rng(seed).integers(-1, 3, n), run)[:n]
    scenes = diarize(labels, film.pts_s, film.span, film.cuts)
    starts, ends = scenes["start_s"].to_numpy(), scenes["end_s"].to_numpy()
    assert (starts[0], ends[-1]) == film.span
    assert (starts[1:] == ends[:-1]).all()
    assert (starts < ends).all()
    assert (np.diff(scenes["class"].to_numpy()) != 0).all()
    assert set(scenes["class"]) <= set(labels)
    held = np.searchsorted(starts, film.pts_s, side="right") - 1
    assert set(held) == set(range(len(starts))), "every scene holds a sample"
    assert scenes.equals(diarize(labels, film.pts_s, film.span, film.cuts))


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.integers(-1, 2), min_size=1, max_size=40))
def test_without_minima_scenes_are_exactly_the_runs(labels: list[int]) -> None:
    pts_s, span = times(len(labels))
    scenes = diarize(labels, pts_s, span, Cuts(), SceneParameters(0.0, 0.0))
    held = np.searchsorted(scenes["start_s"].to_numpy(), pts_s, side="right") - 1
    assert scenes["class"].to_numpy()[held].tolist() == labels


def test_the_table_is_that_of_the_schema() -> None:
    pts_s, span = times(4)
    scenes = diarize([A, A, B, B], pts_s, span, Cuts())
    assert {"video_id", *scenes.columns} == {column.name for column in table("scenes").columns}


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"labels must be 3"):
        diarize([A], *times(3), Cuts())
    with pytest.raises(ValueError, match=r"min_noise_s must be at least 0"):
        SceneParameters(min_noise_s=-1.0)
    with pytest.raises(ValueError, match=r"cut times must be finite"):
        Cuts([np.nan])
    with pytest.raises(ValueError, match=r"must not end before it starts"):
        Cuts([], [(2.0, 1.0)])
