import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from sklearn.metrics import adjusted_rand_score

from archive_pipeline.semantics.classes import ClassParameters, cluster_frames
from archive_pipeline.semantics.condense import condense, variation
from archive_pipeline.store.schema import table
from archive_pipeline_tests.semantics.films import Film, films, still, subjects, times, unit
from archive_pipeline_tests.thorough import examples


@pytest.mark.parametrize("n", [1, 2, 3, 7, 60, 900])
@pytest.mark.parametrize("noise", [0.0, 0.001, 0.3])
def test_a_video_of_one_still_shot_is_one_class(n: int, noise: float) -> None:
    classes = cluster_frames(still(n, noise=noise), *times(n))
    assert classes.labels.tolist() == [0] * n
    assert classes.unclustered_share == 0.0


@pytest.mark.parametrize("n", [60, 900])
def test_a_slow_pan_is_one_class(n: int) -> None:
    ends = subjects([0, 1], noise=0.0)
    share = np.linspace(0, 1, n)[:, None]
    assert cluster_frames(unit(ends[0] * (1 - share) + ends[1] * share), *times(n)).n_classes == 1


def test_a_place_that_returns_is_the_same_class() -> None:
    order = [0] * 15 + [1] * 20 + [0] * 15 + [2] * 12 + [0] * 9
    labels = cluster_frames(subjects(order), *times(len(order))).labels
    assert labels.tolist() == order


def test_classes_are_numbered_by_first_appearance() -> None:
    order = [3] * 12 + [1] * 12 + [2] * 12 + [0] * 12
    labels = cluster_frames(subjects(order), *times(len(order))).labels
    assert labels.tolist() == [0] * 12 + [1] * 12 + [2] * 12 + [3] * 12


def test_a_flash_like_nothing_else_is_noise_and_reported() -> None:
    order = [0] * 20 + [2] + [0] * 20 + [1] * 30
    classes = cluster_frames(subjects(order), *times(len(order)))
    assert classes.labels[20] == -1
    assert classes.unclustered_share == pytest.approx(1 / len(order))
    noise = classes.table.filter(pl.col("class") == -1)
    assert (noise["n_frames"].item(), noise["medoid_s"].item()) == (1, pytest.approx(20 / 3))


def test_a_frame_of_a_dissolve_joins_the_nearer_class() -> None:
    ends = subjects([0, 1], noise=0.0)
    shares = np.concatenate([np.zeros(20), [0.25, 0.75], np.ones(20)])[:, None]
    labels = cluster_frames(unit(ends[0] * (1 - shares) + ends[1] * shares), *times(42)).labels
    assert labels.tolist() == [0] * 21 + [1] * 21


def test_dissolves_do_not_join_the_places_that_they_connect() -> None:
    ends = subjects([0, 1, 2, 3], noise=0.0)
    rows, order = [], []
    for i in range(12):
        a, b = ends[i % 4], ends[(i + 1) % 4]
        rows += [a] * 15 + [a * (1 - s) + b * s for s in (0.2, 0.4, 0.6, 0.8)]
        order += [i % 4] * 17 + [(i + 1) % 4] * 2
    grain = np.random.default_rng(0).standard_normal((len(rows), 64)) * 0.01
    labels = cluster_frames(unit(np.array(rows) + grain), *times(len(rows))).labels
    assert adjusted_rand_score(order, labels) > 0.95


def test_the_sampling_rate_does_not_change_the_classes() -> None:
    order = np.repeat([0, 1, 0, 2], [10, 8, 5, 7])
    for fps in (1, 2, 3, 5):
        frames = np.repeat(order, fps).tolist()
        assert cluster_frames(subjects(frames), *times(len(frames), fps)).labels.tolist() == frames


def test_least_screen_time_is_in_seconds() -> None:
    order = [0] * 30 + [1] * 9 + [0] * 30
    short, long = (ClassParameters(min_cluster_size_s=s) for s in (2.0, 4.0))
    assert cluster_frames(subjects(order), *times(len(order)), short).n_classes == 2
    assert cluster_frames(subjects(order), *times(len(order)), long).n_classes == 1


def test_the_table_is_that_of_the_schema() -> None:
    order = [0] * 20 + [1] * 10
    classes = cluster_frames(subjects(order), *times(30))
    conformed = table("classes").conform(classes.table.with_columns(video_id=pl.lit("a/b")))
    assert conformed["n_frames"].to_list() == [20, 10]
    assert conformed["share"].to_list() == pytest.approx([2 / 3, 1 / 3])
    assert conformed["duration_s"].sum() == pytest.approx(10.0)


def test_long_videos_are_condensed_to_the_limit() -> None:
    rng = np.random.default_rng(0)
    rows = unit(rng.standard_normal((500, 32)))
    runs = condense(rows, 0.0, 50)
    assert len(runs.starts) <= 50
    assert runs.starts[0] == 0
    assert (np.diff(runs.starts) > 0).all()
    sizes = np.diff(runs.starts, append=500)
    assert np.allclose((runs.means * sizes[:, None]).sum(axis=0), rows.sum(axis=0), atol=1e-4)


def test_the_unit_of_distance_follows_the_cone() -> None:
    rng = np.random.default_rng(0)
    contents = rng.standard_normal((200, 64)) / 8
    wide, narrow = variation(unit(contents)), variation(unit(contents + 10.0 / 8))
    assert narrow == pytest.approx(wide / np.sqrt(101), rel=0.1)


@settings(max_examples=examples(40), deadline=None)
@given(films())
def test_any_film_has_classes_that_account_for_every_frame(film: Film) -> None:
    classes = cluster_frames(film.embeddings, film.pts_s, film.span)
    again = cluster_frames(film.embeddings.copy(), film.pts_s.copy(), film.span)
    assert (classes.labels == again.labels).all()
    assert classes.table["n_frames"].sum() == len(film.pts_s)
    assert classes.table["share"].sum() == pytest.approx(1.0)
    assert set(classes.labels) - {-1} == set(range(classes.n_classes))
    assert classes.n_classes >= 1
    firsts = [int(np.argmax(classes.labels == k)) for k in range(classes.n_classes)]
    assert firsts == sorted(firsts)


def test_wrong_input_is_refused_with_the_offending_value() -> None:
    rows, (pts_s, span) = still(4), times(4)
    broken = rows.copy()
    broken[2, 0] = np.nan
    with pytest.raises(ValueError, match=r"finite and of unit length, row 2 has the length nan"):
        cluster_frames(broken, pts_s, span)
    with pytest.raises(ValueError, match=r"unit length, row 0"):
        cluster_frames(rows * 2, pts_s, span)
    with pytest.raises(ValueError, match=r"must be 4 rows"):
        cluster_frames(rows[:3], pts_s, span)
    with pytest.raises(ValueError, match=r"increase strictly, got 1\.0 before 0\.5 at 1"):
        cluster_frames(rows, [0.0, 1.0, 0.5, 2.0], (0.0, 3.0))
    with pytest.raises(ValueError, match=r"increase strictly"):
        cluster_frames(rows, [0.0, 1.0, 1.0, 2.0], (0.0, 3.0))
    with pytest.raises(ValueError, match=r"lie in the span"):
        cluster_frames(rows, pts_s, (0.5, 9.0))
    with pytest.raises(ValueError, match=r"at least one time"):
        cluster_frames(rows[:0], [], (0.0, 1.0))
    with pytest.raises(ValueError, match=r"min_samples_s must be at least 0, got -1"):
        ClassParameters(min_samples_s=-1)
