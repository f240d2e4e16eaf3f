"""Numbers of things, as people write them."""

from archive_pipeline.counting import counted


def test_one_thing_is_one_and_others_are_several() -> None:
    assert [counted(n, "video") for n in (0, 1, 2, 1234)] == ["0 videos", "1 video", "2 videos", "1,234 videos"]
    assert [counted(n, "video waits", "videos wait") for n in (1, 2)] == ["1 video waits", "2 videos wait"]
