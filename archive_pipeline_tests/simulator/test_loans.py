"""Shots that programmes take over from earlier ones, and what is written down of them."""

import numpy as np
import pytest

from archive_pipeline.simulator.archive import FAST_HEIGHT, programme_for
from archive_pipeline.simulator.editing import raw_frames
from archive_pipeline.simulator.loans import lend
from archive_pipeline.simulator.programme import Programme
from archive_pipeline.simulator.truth import join_truths, truth_of, with_reuses


@pytest.fixture(scope="module")
def programmes() -> list[Programme]:
    return [programme_for(f"5/{number}", 60, "h264", fast=True, held_out=True) for number in range(12)]


def test_a_share_of_the_shots_is_lent_and_no_shot_twice(programmes: list[Programme]) -> None:
    lent = lend(programmes, 0.2, 5)
    loans = [loan for programme in lent for loan in programme.loans.values()]
    assert lent[0] == programmes[0]
    assert len(loans) == pytest.approx(0.2 * sum(len(one.takes) for one in programmes[1:]), rel=0.25)
    assert len({(loan.number, loan.index) for loan in loans}) == len(loans)
    assert lend(programmes[:8], 0.2, 5) == lent[:8], "a programme stays as it is where more follow"


def test_the_truth_says_where_each_loan_is_in_both(programmes: list[Programme]) -> None:
    lent = lend(programmes, 0.2, 5)
    paths = [f"{number}.mp4" for number in range(len(lent))]
    tables = join_truths([truth_of(one, path, "h264", interlaced=False) for one, path in zip(lent, paths, strict=True)])
    rows = with_reuses(tables, lent, paths).reuses.to_dicts()
    assert len(rows) == sum(len(one.loans) for one in lent)
    for row in rows:
        copy, source = lent[int(row["path"][:-4])], lent[int(row["other_path"][:-4])]
        loan = next(one for at, one in copy.loans.items() if float(copy.takes[at].start / copy.fps) == row["start_s"])
        take = source.takes[loan.index]
        assert take.start <= row["other_start_s"] * source.fps < row["other_end_s"] * source.fps <= take.end
        speed = (row["other_end_s"] - row["other_start_s"]) / (row["end_s"] - row["start_s"])
        assert speed == pytest.approx({"faster": 25 / 24, "slower": 24 / 25}.get(row["disturbance"], 1))


def test_a_mirrored_loan_shows_the_sources_picture_mirrored(programmes: list[Programme]) -> None:
    lent = lend(programmes, 0.4, 5)
    plain = next(
        (one, at, loan)
        for one in lent
        for at, loan in one.loans.items()
        if loan.disturbance == "mirrored" and not (one.look.black_and_white or one.look.shape != loan.source.look.shape)
    )
    copy, at, loan = plain
    frame = (copy.takes[at].start + copy.takes[at].end) // 2
    there = round((loan.start_s + float((frame - copy.takes[at].start) / copy.fps)) * float(loan.source.fps))
    ours, theirs = (luma(one, number) for one, number in ((copy, frame), (loan.source, there)))
    assert np.abs(ours - theirs[:, ::-1]).mean() < 1


def luma(programme: Programme, frame: int) -> np.ndarray:
    (raw,) = raw_frames(programme, FAST_HEIGHT, only=frozenset({frame}))
    width, height = programme.look.frame_size(FAST_HEIGHT)
    return np.frombuffer(raw, np.uint8)[: width * height].reshape(height, width).astype(float)
