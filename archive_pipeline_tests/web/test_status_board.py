"""The status page's data: one look for all pages, counted."""

import threading
from pathlib import Path

import pytest

from archive_pipeline.store.leases import FileLeases
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web import status
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.status import StatusBoard


def test_pages_that_are_open_together_share_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def look(_: WebArchive) -> status.Report:
        looks.append(1)
        return status.Report([], [], [], None)

    monkeypatch.setattr(status, "look_at_status", look)
    board = StatusBoard(None)  # type: ignore[arg-type]
    pages = [threading.Thread(target=board.report) for _ in range(20)]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    assert len(looks) == 1


@pytest.mark.parametrize("path", [b"a.mp4", b"deep/er/\xe9.mp4", b"x" * 240 + b".mp4"])
def test_who_is_at_work_is_told_by_the_locks_alone(tmp_path: Path, path: bytes) -> None:
    name, other = (str(VideoName("films", one).relative_file) for one in (path, b"other.mp4"))
    (tmp_path / "films").mkdir()
    (tmp_path / f"{other}.lock").touch()
    leases = FileLeases(tmp_path)
    assert leases.all_held() == set()
    with leases.hold(name):
        assert leases.all_held() == {name}
    assert leases.all_held() == set()
    assert FileLeases(tmp_path / "nowhere").all_held() == set()
