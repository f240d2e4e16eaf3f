import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from archive_pipeline.semantics.classes import cluster_frames
from archive_pipeline.semantics.scenes import diarize
from archive_pipeline.semantics.shots import ShotParameters, Shots, divide_into_shots
from archive_pipeline.semantics.timeline import Cuts, Span
from archive_pipeline_tests.semantics.films import Film, films, still, subjects, times, unit
from archive_pipeline_tests.thorough import examples


def one_scene(span: Span) -> pl.DataFrame:
    schema = {"scene": pl.Int32, "class": pl.Int32, "start_s": pl.Float64, "end_s": pl.Float64}
    return pl.DataFrame({"scene": [0], "class": [0], "start_s": [span[0]], "end_s": [span[1]]}, schema=schema)


def shots_of(
    rows: NDArray[np.float32],
    cuts: Cuts | None = None,
    fps: float = 3.0,
    span_s: float | None = None,
    leaders: list[str | None] | None = None,
) -> Shots:
    """Shots of a video that is one scene."""
    pts_s, span = times(len(rows), fps)
    span = (span[0], span_s or span[1])
    return divide_into_shots(rows, pts_s, one_scene(span), cuts or Cuts(), span, leaders=leaders)


def starts(shots: Shots) -> list[float]:
    return [round(s, 4) for s in shots.table["start_s"]]


def test_hard_cuts_divide_shots_even_where_nothing_changes() -> None:
    assert starts(shots_of(still(12), Cuts([1.1, 2.0]))) == [0.0, 1.1, 2.0]


def test_a_change_of_subject_without_a_cut_divides() -> None:
    assert starts(shots_of(subjects([0] * 12 + [1] * 12))) == [0.0, 4.0]


def test_a_change_of_subject_in_a_short_video_divides() -> None:
    """Little is calm in it, but its classes part."""
    rows, (pts_s, span) = subjects([0] * 7 + [1] * 7), times(14)
    scenes = diarize(cluster_frames(rows, pts_s, span).labels, pts_s, span, Cuts())
    assert starts(divide_into_shots(rows, pts_s, scenes, Cuts(), span)) == [0.0, 2.3333]


@pytest.mark.parametrize("seed", range(5))
def test_movement_in_bursts_does_not_divide_a_single_shot(seed: int) -> None:
    """Its variation is all movement, so half of it is no change of subject."""
    rng = np.random.default_rng(seed)
    pose, poses = np.zeros(64), []
    for speed in np.repeat([0.01, 0.02, 0.01, 0.025, 0.01], [25, 10, 30, 10, 25]):
        pose = 0.8 * pose + rng.standard_normal(64) * speed
        poses.append(pose)
    assert starts(shots_of(unit(still(100, noise=0.05) + np.array(poses)))) == [0.0]


def test_a_flash_does_not_divide() -> None:
    assert starts(shots_of(subjects([0] * 12 + [1] + [0] * 12 + [2] * 12))) == [0.0, 8.3333]


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.3])
@pytest.mark.parametrize("n", [1, 2, 3, 8, 90, 600])
def test_a_still_shot_is_not_divided(n: int, noise: float) -> None:
    assert starts(shots_of(still(n, noise=noise))) == [0.0]


def test_a_pan_is_not_divided_and_a_whip_is() -> None:
    ends = subjects([0, 1], noise=0.0)

    def move(frames: int) -> NDArray[np.float32]:
        share = np.concatenate([np.zeros(30), np.linspace(0, 1, frames), np.ones(30)])[:, None]
        grain = np.random.default_rng(0).standard_normal((len(share), 64)) * 0.01
        return unit(ends[0] * (1 - share) + ends[1] * share + grain)

    assert len(starts(shots_of(move(36)))) == 1
    assert len(starts(shots_of(move(3)))) == 2


def test_a_gradual_change_divides_in_its_middle() -> None:
    ends = subjects([0, 1], noise=0.0)
    share = np.concatenate([np.zeros(12), [0.25, 0.5, 0.75], np.ones(12)])[:, None]
    shots = shots_of(unit(ends[0] * (1 - share) + ends[1] * share), Cuts([], [(3.7, 4.95)]))
    assert starts(shots) == [0.0, 4.325]


def test_a_gradual_change_of_nothing_does_not_divide() -> None:
    rows = np.concatenate([still(30, noise=0.05), subjects([1] * 12)])
    assert starts(shots_of(rows, Cuts([10.0], [(4.0, 5.0)]))) == [0.0, 10.0]


def test_a_piece_under_a_fifth_of_a_second_joins_across_what_is_no_cut() -> None:
    """4.0 is a scene boundary without a cut, so the piece may not leave its scene."""
    pts_s, span = times(24)
    scenes = diarize([0] * 12 + [1] * 12, pts_s, span, Cuts())
    rows = subjects([0] * 12 + [1] * 12)
    shots = divide_into_shots(rows, pts_s, scenes, Cuts([3.95, 4.1, 6.0]), span)
    assert starts(shots) == [0.0, 4.0, 6.0]


def test_a_short_piece_between_two_cuts_joins_what_it_resembles() -> None:
    rows = subjects([0] * 7 + [1] + [1] * 12)
    shots = shots_of(rows, Cuts([2.3, 2.4]))
    assert starts(shots) == [0.0, 2.3]


def test_the_last_shot_may_be_one_frame_since_no_file_says_how_long_that_stands() -> None:
    shots = shots_of(subjects([0] * 4 + [1] * 20 + [2]), Cuts([4 / 3, 8.0]), span_s=8.1)
    assert starts(shots) == [0.0, 1.3333, 8.0]


def test_the_middle_of_a_fade_divides_and_blank_frames_are_key_frames_of_nothing() -> None:
    fade = Cuts(gradual_s=[[2.9, 5.1]])
    leaders = [None] * 10 + ["colour"] * 4 + [None] * 10
    shots = shots_of(subjects([0] * 9 + [2] * 6 + [1] * 9), fade, leaders=leaders)
    assert starts(shots) == [0.0, 4.0]
    first, second = shots.table["keyframe_s"]
    assert first < 2.9
    assert second > 5.1
    assert shots.table["leader"].to_list() == [None, None]


def test_a_shot_that_has_only_leader_is_marked_as_such() -> None:
    leaders = ["black"] * 6 + ["bars"] * 6 + [None] * 6
    shots = shots_of(subjects([0] * 6 + [1] * 6 + [2] * 6), Cuts([2.0, 4.0]), leaders=leaders)
    assert shots.table["leader"].to_list() == ["black", "bars", None]


def test_a_piece_without_a_sample_joins_a_neighbour() -> None:
    shots = shots_of(still(4, noise=0.1), Cuts([1.4, 1.9]), fps=1.0)
    assert shots.table.height == 2
    assert shots.table["n_frames"].min() >= 1


def test_the_embedding_is_the_mean_and_the_keyframe_the_most_typical() -> None:
    rows = subjects([0] * 9)
    rows[4] = unit(rows[[0, 1, 2, 3, 5, 6, 7, 8]].mean(axis=0, keepdims=True))[0]
    shots = shots_of(rows)
    mean = rows.mean(axis=0) / np.linalg.norm(rows.mean(axis=0))
    assert np.allclose(shots.embeddings[0], mean, atol=1e-6)
    assert shots.table["keyframe_s"].item() == pytest.approx(4 / 3)
    assert shots.table["cohesion"].item() == pytest.approx(float((rows @ mean).mean()), abs=1e-6)


def test_a_still_picture_has_cohesion_one() -> None:
    assert shots_of(still(5)).table["cohesion"].item() == pytest.approx(1.0, abs=1e-6)


@settings(max_examples=examples(60), deadline=None)
@given(films())
def test_shots_tile_the_span_inside_their_scenes(film: Film) -> None:
    minimum = ShotParameters().min_shot_s
    labels = cluster_frames(film.embeddings, film.pts_s, film.span).labels
    scenes = diarize(labels, film.pts_s, film.span, film.cuts)
    shots = divide_into_shots(film.embeddings, film.pts_s, scenes, film.cuts, film.span)
    table, frames = shots.table, shots.frames
    begin, end = table["start_s"].to_numpy(), table["end_s"].to_numpy()

    assert (begin[0], end[-1]) == film.span
    assert (begin[1:] == end[:-1]).all()
    assert (begin < end).all()
    assert table["shot"].to_list() == list(range(table.height))
    assert (table["n_frames"] >= 1).all()
    assert table["n_frames"].sum() == len(film.pts_s)
    assert set(scenes["start_s"]) <= set(begin), "a scene boundary is a shot boundary"

    inside = table.join(scenes, on=["scene", "class"], suffix="_scene")
    assert inside.height == table.height
    assert ((inside["start_s"] >= inside["start_s_scene"]) & (inside["end_s"] <= inside["end_s_scene"])).all()
    sole = inside.group_by("scene").len().filter(pl.col("len") == 1)["scene"].to_list()
    lasting = (table["end_s"] - table["start_s"] >= minimum - 1e-6) | table["scene"].is_in(sole)
    assert lasting[:-1].all(), "only a scene that is shorter itself has a shorter shot"
    assert lasting[-1] or begin[-1] in film.cuts.hard_s, "or the last, whose length no file says"

    held = frames.join(table, on=["shot", "scene", "class"], suffix="_shot")
    assert held.height == len(film.pts_s)
    assert ((held["pts_s"] >= held["start_s"]) & (held["pts_s"] < held["end_s"])).all()
    assert np.isin(table["keyframe_s"].to_numpy(), film.pts_s).all()

    assert np.allclose(np.linalg.norm(shots.embeddings, axis=1), 1.0, atol=1e-5)
    assert table["cohesion"].is_between(-1.0, 1.0).all()
    again = divide_into_shots(film.embeddings, film.pts_s, scenes, film.cuts, film.span)
    assert table.equals(again.table)
    assert (shots.embeddings == again.embeddings).all()


@settings(max_examples=examples(60), deadline=None)
@given(films())
def test_a_hard_cut_divides_wherever_both_sides_can_be_shots(film: Film) -> None:
    shots = divide_into_shots(film.embeddings, film.pts_s, one_scene(film.span), film.cuts, film.span)
    edges = np.unique([film.span[0], *film.cuts.hard_s.clip(*film.span), film.span[1]])
    begin = set(shots.table["start_s"])
    for before, cut, after in zip(edges, edges[1:], edges[2:], strict=False):
        sides = [(before, cut), (cut, after)]
        holds = all(((film.pts_s >= a) & (film.pts_s < b)).any() and b - a >= 0.2 for a, b in sides)
        if holds:
            assert cut in begin


def test_scenes_that_do_not_fit_are_refused() -> None:
    rows, (pts_s, span) = still(4), times(4)
    with pytest.raises(ValueError, match="must tile the span"):
        divide_into_shots(rows, pts_s, one_scene((0.0, 1.0)), Cuts(), span)
    empty = pl.DataFrame({"scene": [0, 1], "class": [0, 1], "start_s": [0.0, 0.1], "end_s": [0.1, span[1]]})
    with pytest.raises(ValueError, match="at least one frame"):
        divide_into_shots(rows[1:], pts_s[1:], empty, Cuts(), span)
    with pytest.raises(ValueError, match=r"window_s must be at least 0"):
        ShotParameters(window_s=-1.0)
