"""How well lettering over moving pictures is read after encoding at 400 kbit/s: programmes with known lines."""

import os
from pathlib import Path

import pytest

from archive_pipeline.evaluation.simulated import simulated_truth
from archive_pipeline.evaluation.writings import Read, compare, is_true, scores_of
from archive_pipeline.language.visible_text import get_reader
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.simulator.archive import simulate
from archive_pipeline_tests.language.visible_text.shots import read_file

SEED = 912
"""Nothing was chosen on it (901 and 911 were looked at)."""


@pytest.mark.verify
def test_lines_of_unseen_programmes_are_found_read_and_told_apart(tmp_path: Path) -> None:
    ffmpeg, reader = find_ffmpeg(None), get_reader()
    made = simulate(tmp_path, 4, 1, SEED, ffmpeg=ffmpeg, formats=["h264_400k"], lettered=True)
    judged: list[Read] = []
    n_read = n_shots = n_rows = n_true = 0
    processor_s = -sum(os.times()[:4])
    for path, truth in simulated_truth(tmp_path, 0).videos.items():
        rows, pictures, shots = read_file(made.videos / path, reader, ffmpeg)
        judged += compare(truth.lines or (), rows)
        n_read, n_shots, n_rows = n_read + pictures, n_shots + shots, n_rows + rows.height
        n_true += sum(is_true(row, truth.lines or ()) for row in rows.iter_rows(named=True))
    processor_s += sum(os.times()[:4])
    for one in judged:
        if one.wrong or not one.row or one.row["kind"] != one.line.kind:
            print(one.line.kind, one.row and one.row["kind"], one.line.text, "→", one.row and one.row["text"])
    scores = {score.label: score.value for score in scores_of(judged)}
    print(scores, f"precision {n_true / n_rows:.3f} of {n_rows} rows")
    print(
        f"{n_read} pictures in {n_shots} shots, {processor_s / n_shots:.2f} processor seconds a shot, decoding included"
    )
    assert scores["visible_texts/found"] >= 0.95
    assert scores["visible_texts/character_error"] <= 0.03
    assert scores["visible_texts/kind_right"] >= 0.9
