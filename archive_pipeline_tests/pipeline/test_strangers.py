"""Files that strangers made (`shared/cases`), through the whole chain; and where each of them is tried.

| file | what is right is shown by |
|---|---|
| latin1_title.mp4 | pipeline/test_strangers.py |
| interlaced_one_keyframe.ts | pipeline/test_strangers.py, web/test_clips.py |
| vfr_hold_two_cuts.mp4 | pipeline/test_strangers.py, web/test_clips.py |
| slides_quarter_fps.mp4 | pipeline/test_strangers.py |
| edit_list.mp4 | pipeline/test_strangers.py, web/test_clips.py |
| fade_through_white.mp4 | pipeline/test_strangers.py |
| black_leader_and_fade.mp4 | pipeline/test_strangers.py |
| mirrored.mp4 | pipeline/test_strangers.py, media/test_orientation.py |
| turned_80_degrees.mp4 | pipeline/test_strangers.py, media/test_orientation.py |
| broken_display_matrix.mp4 | pipeline/test_strangers.py, media/test_orientation.py, media/test_damaged_files.py |
| long_gop.ts | web/test_clips.py |
| starts_at_8s.mp4 | pipeline/test_strangers.py, web/test_clips.py |
| sound_outlasts_picture.mkv | pipeline/test_transcript.py |
| thin_1280x6.mp4 | pipeline/test_strangers.py |
| drawings.ass | language/transcripts/test_subtitles.py |
| long_times.ass | language/transcripts/test_subtitles.py |
| ru_cp1251.srt | language/transcripts/test_encoding.py |
| cs_cp1250.srt | language/transcripts/test_encoding.py |
| es_latin1.srt | language/transcripts/test_encoding.py |
| c9.yaml | collections/test_collection_files.py |
| c10.yaml | collections/test_collection_files.py |
| c15.yaml | collections/test_collection_files.py |
"""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest
from numpy.typing import NDArray

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.language.vlm.server import VlmOfTests
from archive_pipeline_tests.media.reference import sampled
from archive_pipeline_tests.media.zoo import encoded
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site

_TESTS = Path(__file__).parents[1]
_LISTED = re.compile(r"^\| (\S+\.\w+) \| (.+) \|$", re.MULTILINE)
_INGESTED = (
    "latin1_title", "mirrored", "turned_80_degrees", "broken_display_matrix", "thin_1280x6", "edit_list",
    "slides_quarter_fps", "vfr_hold_two_cuts", "fade_through_white", "black_leader_and_fade",
)  # fmt: skip
_POLICY = """
title: Manners
version: 1
instructions: Judge the manners.
questions:
  rude: {label: Rude, answer: flag, instructions: "is there any?"}
"""


@pytest.fixture(scope="module")
def site(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The odd files, and two thin ones more, ingested."""
    folder = tmp_path_factory.mktemp("strangers")
    policies = folder / "policies"
    policies.mkdir()
    (policies / "manners.yaml").write_text(_POLICY)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ARCHIVE_POLICIES", str(policies))
        site = empty_site(folder, environment)
        site.describe(analyses=["descriptions"], policies=["manners"])
        for name in _INGESTED:
            site.add(cases / f"{name}.mp4")
        for name, size in (("tall.mp4", "2x640"), ("wide.mkv", "1800x8")):
            encoded("-c:v", "libx264", "-preset", "ultrafast", size=size, seconds=1)(
                find_ffmpeg(None), site.source / name
            )
        assert all(site.ingest().values())
        yield site


@pytest.fixture
def vlm(monkeypatch: pytest.MonkeyPatch) -> Iterator[VlmOfTests]:
    with VlmOfTests().running() as running:
        monkeypatch.setenv("ARCHIVE_VLM_URL", running.url)
        yield running


def facts(site: Site, path: str, columns: str) -> tuple[Any, ...]:
    (row,) = site.rows(f"SELECT {columns} FROM videos WHERE path = '{path}' AND status = 'ready'")
    return row


def digit(picture: NDArray[Any]) -> int:
    """The figure that a picture of ffmpeg's `testsrc` (320×180) shows, which counts its seconds."""
    apart = [float(np.abs(_figure(picture) - _figure(shown)).mean()) for shown in _seconds()]
    return apart.index(min(apart))


def _figure(picture: NDArray[Any]) -> NDArray[Any]:
    return picture[60:120, 252:312].astype(float)


@cache
def _seconds() -> NDArray[np.uint8]:
    """The pictures of the first ten seconds."""
    command = [find_ffmpeg(None), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x180:r=1:d=10"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(10, 180, 320, 3)


def test_every_case_has_its_tests(cases: Path) -> None:
    listed = dict(_LISTED.findall(__doc__ or ""))
    told = {case["file"] for case in json.loads((cases / "cases.json").read_text(encoding="utf-8"))}
    assert set(listed) == told
    for name, files in listed.items():
        for file in files.split(", "):
            assert name.rpartition(".")[0] in (_TESTS / file).read_text(encoding="utf-8").replace(__doc__ or "", "")


def test_a_title_in_no_known_encoding_keeps_nobody_from_the_pictures(site: Site) -> None:
    found = facts(site, "latin1_title.mp4", "width, height, frame_rate, round(duration_s, 2), n_source_frames")
    assert found == (320, 180, 25.0, 2.0, 50)


def test_how_a_file_is_to_be_turned_is_in_the_database(site: Site) -> None:
    columns = "width, height, rotation, is_mirrored, note, decoded_share < 0.9"
    assert facts(site, "mirrored.mp4", columns) == (320, 180, 0, True, None, False)
    turned = "The display matrix turns by -80°, no right angle: pictures are not turned."
    assert facts(site, "turned_80_degrees.mp4", columns) == (320, 180, 0, False, turned, False)
    damaged = "The display matrix is damaged: pictures are not turned."
    assert facts(site, "broken_display_matrix.mp4", columns) == (320, 240, 0, False, damaged, True)


@pytest.mark.parametrize("name", ["thin_1280x6.mp4", "tall.mp4", "wide.mkv"])
def test_a_shape_that_no_model_looks_at_is_a_row_that_says_so(name: str, site: Site, vlm: VlmOfTests) -> None:
    video = VideoName(NAME, name.encode())
    with dg.DagsterInstance.get() as instance:
        runs = LocalRuns(instance, "describe_video")
        assert runs.execute(video.partition_key, assets=("transcript", "descriptions", "findings"))[1]
    for table in ("descriptions", "findings"):
        rows = site.archive.lake.read(table, video)
        assert rows.height
        assert set(rows["status"]) == {"no_picture"}
        assert all("200:1" in reason for reason in rows["reason"])
    assert not vlm.asked


def test_the_pictures_of_one_key_frame_are_those_of_their_seconds(cases: Path) -> None:
    video = sampled(cases / "interlaced_one_keyframe.ts", find_ffmpeg(None), SamplingParameters(fps=1))
    assert video.pts_s == pytest.approx(list(range(8)))
    assert [digit(video.pixels(second)) for second in range(8)] == list(range(8))


def test_an_edit_list_begins_where_it_says(cases: Path) -> None:
    video = sampled(cases / "edit_list.mp4", find_ffmpeg(None), SamplingParameters(fps=1))
    assert [digit(video.pixels(second)) for second in range(5)] == [1, 2, 3, 4, 5]
    assert video.decoding.n_source_frames == 117
    assert video.decoding.end_s == pytest.approx(4.7, abs=0.03)


def test_a_first_frame_that_comes_late_keeps_its_time(cases: Path) -> None:
    video = sampled(cases / "starts_at_8s.mp4", find_ffmpeg(None), SamplingParameters(fps=60))
    assert video.pts_s == pytest.approx([8 + 1 / 3 + frame / 30 for frame in range(12)], abs=0.001)
    assert (video.decoding.start_s, video.decoding.end_s) == pytest.approx((8.333, 8.733), abs=0.001)


def test_slides_and_held_pictures_are_shots_and_fades_belong_to_their_neighbours(site: Site) -> None:
    def shots(name: str, columns: str) -> list[tuple[Any, ...]]:
        return site.rows(f"SELECT {columns} FROM shots WHERE video_id = 'site/{name}.mp4' ORDER BY shot")

    assert shots("slides_quarter_fps", "round(start_s, 3)") == [(at,) for at in range(0, 32, 4)]
    assert shots("vfr_hold_two_cuts", "round(start_s, 3)") == [(0.0,), (1.2,), (9.3,)]
    (first, second) = shots("fade_through_white", "start_s, keyframe_s, leader")
    assert second[0] == pytest.approx(4.5, abs=0.3)
    assert first[1] < 3
    assert second[1] > 6
    assert (first[2], second[2]) == (None, "bars")
    leader, *pictures = shots("black_leader_and_fade", "start_s, keyframe_s, leader")
    assert leader[2] == "black"
    assert [row[2] for row in pictures] == [None, "bars"], "the second picture of this file is colour bars"
    assert [row[0] for row in pictures] == [2.0, pytest.approx(6.6, abs=0.3)]
    blank = site.archive.lake.read("pictures", VideoName.from_video_id("site/black_leader_and_fade.mp4")).filter(
        leader="black"
    )
    assert not {row[1] for row in pictures} & set(blank["pts_s"])
