"""What `search` prints: nothing is cut, whatever the terminal's width."""

import io

import pytest
from rich.console import Console

from archive_pipeline.cli import answers
from archive_pipeline.search.answer import Answer, Found
from archive_pipeline.search.model import ShotPayload

NAMES = ("regional/1984/telediario_de_las_tres_1984-06-15.mp4", "regional/1.mp4")


def printed(monkeypatch: pytest.MonkeyPatch, width: int, shown: Answer) -> list[str]:
    written = io.StringIO()
    monkeypatch.setattr(answers, "out", Console(file=written, width=width, highlight=False))
    answers.show_answer(shown, None)
    return [line.rstrip() for line in written.getvalue().splitlines()]


def answer(*shots: Found, n_shots: int | None = None) -> Answer:
    return Answer(shots, (), (), (), ("archive-tiny",), False, 0.01, n_shots=n_shots, n_videos=n_shots)


def found(rank: int, video_id: str, file: str = "") -> Found:
    shot = ShotPayload(video_id, "regional", 3, 1, 12, 3601.5, 3609.25, 3605.0, "0" * 64, "f", file=file)
    return Found(rank, "00000000-0000-0000-0000-000000000000", 0.25 / max(rank, 1), shot, "archive-tiny")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_names_times_and_scores_stand_whole(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    lines = printed(monkeypatch, width, answer(*(found(1 + i, name) for i, name in enumerate(NAMES))))
    assert max(map(len, lines)) <= width
    text = "".join("".join(line.split()) for line in lines)
    for part in (*NAMES, "0.250", "0.125", "01:00:01.500–01:00:09.250", "class12"):
        assert part in text


def test_columns_stand_below_each_other_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = printed(monkeypatch, 110, answer(*(found(1 + i, name) for i, name in enumerate(NAMES))))
    assert first.index("01:00:01") == second.index("01:00:01")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (("",), "1 shot of 1 video, in order of video and time."),
        (("a.jpg",), "1 photo of 1 album, in order of video and time."),
        (("", "a.jpg"), "2 shots and photos of 2 videos and albums, in order of video and time."),
    ],
)
def test_what_is_listed_is_named_after_what_it_is(
    monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...], said: str
) -> None:
    shots = [found(0, f"regional/{i}", file) for i, file in enumerate(files)]
    lines = printed(monkeypatch, 100, answer(*shots, n_shots=len(files)))
    assert lines[-1] == said
