import io

import polars as pl
import pytest

from archive_pipeline.exports.table import csv_table, parquet_table
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, mixed, noted


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_tables_have_the_frames_and_timecodes_of_every_clip(rate: str, timecode: str) -> None:
    selection = cut(rate, timecode)
    read = pl.read_parquet(io.BytesIO(parquet_table(selection)))
    assert read["first_frame"].to_list() == [clip.first for clip in selection.clips]
    assert read["frames"].to_list() == [clip.n_frames for clip in selection.clips]
    timecodes = read.select("source_timecode_in", "source_timecode_out").rows()
    assert timecodes == [clip.timecodes if timecode != "none" else (None, None) for clip in selection.clips]


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_is_read_back_as_it_was(name: str) -> None:
    selection = noted(cut(name=name), 'sí,\n"夜"')
    content = csv_table(selection)
    assert content.startswith("\ufeff".encode())
    read = pl.read_csv(io.BytesIO(content), infer_schema_length=None)
    assert read["file"].to_list() == [name] * len(selection.clips)
    assert read["note"][0] == 'sí,\n"夜"'
    assert read["start_s"].to_list() == [clip.start_s for clip in selection.clips]


@pytest.mark.parametrize("start", ["=HYPERLINK(1)", "+1", "-1", "@a", "\t=1"])
def test_nothing_in_a_csv_is_a_formula(start: str) -> None:
    text = csv_table(noted(cut(name=f"{start}.mxf", n=1), start)).decode()
    assert f"'{start}.mxf" in text
    assert text.count(f"'{start}") == 2


def test_sources_of_two_rates_stand_in_one_table() -> None:
    rates = pl.read_parquet(io.BytesIO(parquet_table(mixed())))["frame_rate"].round(3).unique().sort().to_list()
    assert rates == [23.976, 25.0]
