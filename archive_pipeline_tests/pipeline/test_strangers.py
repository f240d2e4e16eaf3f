"""Files that strangers made (`shared/cases`), through the whole chain."""

from pathlib import Path

from archive_pipeline_tests.pipeline.site import Site


def test_a_title_in_no_known_encoding_keeps_nobody_from_the_pictures(site: Site, cases: Path) -> None:
    site.add(cases / "latin1_title.mp4")
    assert site.ingest() == {"site/latin1_title.mp4": True}
    (row,) = site.rows("SELECT width, height, frame_rate, round(duration_s, 2) FROM videos")
    assert row == (320, 180, 25.0, 2.0)
