"""R@k against a plain reading of its definition; what counts as the right shot."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.evaluation.ranking import ShotTable, rank_figures, relevance, shot_ranks, video_ranks
from archive_pipeline.evaluation.truth import Span
from archive_pipeline.search.rank_figures import RANKS


def table(*spans: tuple[int, float, float]) -> ShotTable:
    video, start, end = (np.array(column) for column in zip(*spans, strict=True))
    paths = tuple(f"{i}.mp4" for i in range(int(video.max()) + 1))
    return ShotTable(
        paths, video.astype(np.int64), start.astype(float), end.astype(float), np.eye(len(spans), dtype=np.float32)
    )


SHOTS = table((0, 0, 4), (0, 4, 10), (1, 0, 2), (1, 2, 8))


def right(*spans: Span) -> list[bool]:
    return list(relevance([frozenset(spans)], SHOTS)[0])


def test_a_part_of_the_span_is_right_and_so_is_what_holds_it() -> None:
    assert right(Span("0.mp4", 0, 10)) == [True, True, False, False]
    assert right(Span("0.mp4", 5, 6)) == [False, True, False, False]


def test_half_of_the_shorter_one_decides() -> None:
    assert right(Span("0.mp4", 3, 5)) == [True, True, False, False], "half of the span lies in each"
    assert right(Span("0.mp4", 3.1, 5.1)) == [False, True, False, False]


def test_a_whole_video_is_a_span_without_end() -> None:
    assert right(Span("1.mp4", 0, float("inf"))) == [False, False, True, True]


def test_a_video_that_is_not_there_has_nothing_right() -> None:
    assert right(Span("gone.mp4", 0, 10)) == [False] * 4
    assert shot_ranks(np.ones((1, 4), np.float32), np.zeros((1, 4), bool))[0] == np.inf


@given(st.integers(0, 10_000), st.integers(1, 12), st.booleans())
def test_ranks_are_those_of_a_sorted_list(seed: int, n_shots: int, ties: bool) -> None:
    random = np.random.default_rng(seed)
    similarity = random.integers(0, 4 if ties else 10_000, (3, n_shots)).astype(np.float32)
    wanted = random.random((3, n_shots)) < 0.3
    video = np.sort(random.integers(0, 3, n_shots))
    for row in range(3):
        order = sorted(range(n_shots), key=lambda i: (-similarity[row, i], wanted[row, i]))  # the wrong one first
        places = [place for place, i in enumerate(order, start=1) if wanted[row, i]]
        assert shot_ranks(similarity, wanted)[row] == (places[0] if places else np.inf)
        best = {v: max(similarity[row, video == v]) for v in set(video)}
        good = {v for v in best if wanted[row, video == v].any()}
        videos = sorted(best, key=lambda v: (-best[v], v in good))
        places = [place for place, v in enumerate(videos, start=1) if v in good]
        assert video_ranks(similarity, wanted, video)[row] == (places[0] if places else np.inf)


def test_figures_are_shares_and_the_mean_of_reciprocals() -> None:
    figures = rank_figures(np.array([1.0, 2.0, 6.0, np.inf]))
    assert [figures[f"r_at_{k}"] for k in RANKS] == [0.25, 0.5, 0.5, 0.75, 0.75, 0.75]
    assert figures["mrr"] == (1 + 1 / 2 + 1 / 6) / 4
