"""Files that strangers made (`shared/cases`), through the whole chain."""

from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.site import Site


def test_a_title_in_no_known_encoding_keeps_nobody_from_the_pictures(site: Site, cases: Path) -> None:
    site.add(cases / "latin1_title.mp4")
    assert site.ingest() == {"site/latin1_title.mp4": True}
    (row,) = site.rows("SELECT width, height, frame_rate, round(duration_s, 2) FROM videos")
    assert row == (320, 180, 25.0, 2.0)


def test_slides_and_held_pictures_are_shots_and_fades_belong_to_their_neighbours(site: Site, cases: Path) -> None:
    names = ("slides_quarter_fps", "vfr_hold_two_cuts", "fade_through_white", "black_leader_and_fade")
    for name in names:
        site.add(cases / f"{name}.mp4")
    assert all(site.ingest().values())

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
