"""What failed is told by cause, with names that can be copied."""

from io import StringIO

from rich.console import Console

from archive_pipeline.cli.failures import Failure, show_failures


def shown(*failures: Failure) -> list[str]:
    written = StringIO()
    show_failures(Console(width=40, file=written), "Failed", failures, "FROM failures")
    return [line.rstrip() for line in written.getvalue().splitlines()]


def test_a_cause_is_told_once_however_many_videos_it_befell() -> None:
    setting = [Failure(f"news/{n}.mp4", "embeddings", "unsafe", "Others could write [there].") for n in range(8)]
    lines = shown(Failure("news/sound.mp4", "source_video", "no_video_stream", "Only sound."), *setting)
    assert lines == [
        "Failed",
        "unsafe embeddings · 8 times",
        "  Others could write [there].",
        *(f"    news/{n}.mp4" for n in range(5)),
        "    and 3 more: FROM failures",
        "no_video_stream source_video",
        "  Only sound.",
        "    news/sound.mp4",
    ]


def test_a_name_longer_than_the_line_is_not_broken() -> None:
    name = f"news/{'x' * 90}.mp4"
    assert f"    {name}" in shown(Failure(name, "frames", "damaged", "Nothing decodes."))


def test_causes_beyond_the_first_are_counted() -> None:
    lines = shown(*(Failure(f"{n}.mp4", "frames", "damaged", f"Byte {n} is wrong.") for n in range(23)))
    assert lines[-1] == "and 3 causes more: FROM failures"
