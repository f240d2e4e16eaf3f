"""What an ingest says of files that are no videos."""

from pathlib import Path

import pytest

from archive_pipeline.cli.preflight import show_preflight
from archive_pipeline.collections.model import Collection, Kind
from archive_pipeline.collections.plan import IngestPlan


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            "videos",
            {
                "5 subtitle files, read by the transcript (3 .stl, 2 .srt)",
                "4 XML files, read by the transcript where they are subtitles (4 .xml)",
                "1 other files, ignored (1 .txt)",
            },
        ),
        ("photos", {"10 other files, ignored (4 .xml, 3 .stl, 2 .srt, 1 .txt)"}),
    ],
)
def test_files_that_are_no_videos_are_told_by_what_becomes_of_them(
    kind: Kind, told: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = IngestPlan("films", 1, ignored={".xml": 4, ".stl": 3, ".srt": 2, ".wav": 1, ".txt": 1})
    show_preflight(Collection(name="films", source=tmp_path, kind=kind), plan)
    lines = {" ".join(line.split()) for line in capsys.readouterr().err.splitlines()}
    assert {line for line in lines if "(" in line and line[0].isdigit()} == told
