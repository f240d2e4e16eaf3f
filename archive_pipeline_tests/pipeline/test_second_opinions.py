"""Which shots are asked about once more."""

import polars as pl

from archive_pipeline.stages.second_opinions import asked_again

N = 20_000
FINDINGS = pl.DataFrame({
    "shot_id": [f"shot {number // 2}" for number in range(2 * N)],
    "policy": ["manners"] * 2 * N,
    "status": ["refused" if number < 200 else "ok" for number in range(2 * N)],
    "raised": [None if number < 200 else number % 2 == 0 and number < 1_000 for number in range(2 * N)],
})  # fmt: skip
"""Of two questions a shot: a hundred shots without an answer, then four hundred of which one is raised."""


def test_flagged_shots_and_a_share_of_the_others_each_as_likely_as_the_next() -> None:
    flagged = {(f"shot {number}", "manners") for number in range(100, 500)}
    assert asked_again(FINDINGS, 0.0) == flagged
    few, more = asked_again(FINDINGS, 0.02), asked_again(FINDINGS, 0.1)
    assert flagged < few < more
    n_others = N - 500
    for share, found in ((0.02, few), (0.1, more)):
        spread = (share * (1 - share) * n_others) ** 0.5
        assert abs(len(found) - 400 - share * n_others) < 4 * spread
    assert few == asked_again(FINDINGS.sample(fraction=1.0, shuffle=True, seed=1), 0.02)
    everything = asked_again(FINDINGS, 1.0)
    assert len(everything) == N - 100, "what has no answer was not missed"
