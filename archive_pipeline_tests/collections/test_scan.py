"""What a scan sees, on folders as hostile as real archives are."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_pipeline.collections.scan import scan_source, wait_until_settled
from archive_pipeline.collections.walk import VIDEO_EXTENSIONS
from archive_pipeline.store.catalogue.sightings import Scan
from archive_pipeline_tests.collections.site import Site

HOSTILE = [
    b" leading and trailing blank .mp4",
    "año 2 – ñandú.mp4".encode(),
    "🎬 clip 🎞.webm".encode(),
    b"-rf.mp4",
    b"--output=x.mkv",
    b"two\nlines\r\t.mp4",
    b"100%.mp4",
    b"%2e%2e%2fetc.mp4",
    b"quote'\"`$(id).mp4",
    b"back\\slash.mp4",
    b"caf\xe9 latin1.mpg",
    b"\xff\xfe\x80.ts",
    b"concat:a|b.mp4",
    b"[0:v],*?{}.avi",
    b"a..b...mp4",
    b"x" * 251 + b".mp4",
    "ñ".encode() * 125 + b"x.mp4",
    b"UPPER.MP4",
    b"Mixed.MpG",
]


def paths(scan: Scan) -> list[bytes]:
    return [file.path for file in scan.files]


def test_any_file_name_is_seen_as_it_is(site: Site) -> None:
    for name in HOSTILE:
        site.write(name, b"x")
        site.write(b"folder \xff " + name[:200] + b"/" + name, b"x")
    scan = scan_source(site.source, 0)
    assert set(paths(scan)) == {*HOSTILE, *(b"folder \xff " + name[:200] + b"/" + name for name in HOSTILE)}
    assert not scan.unreadable
    site.settle()
    assert set(site.living()) == set(paths(scan))
    assert not site.look().has_news


def test_every_extension_of_the_list_is_a_video_in_any_case(site: Site) -> None:
    for extension in VIDEO_EXTENSIONS:
        site.write(b"a." + extension, b"x")
        site.write(b"A." + extension.upper(), b"x")
    assert len(scan_source(site.source, 0).files) == 2 * 48 == 2 * len(VIDEO_EXTENSIONS)


def test_other_files_are_counted_by_extension_and_hidden_ones_apart(site: Site) -> None:
    for name in (
        b"a.txt",
        b"b.TXT",
        b"c.jpg",
        b"README",
        b"clip.mp4.part",
        b"x.very long and odd",
        b".mp4",
        b"._clip.mp4",
    ):
        site.write(name, b"x")
    for name in (b".hidden/clip.mp4", b".trailer.mov", b"radio/voice.WAV", b"song.mp3"):
        site.write(name, b"x")
    os.mkfifo(site.full(b"pipe.mp4"))
    scan = scan_source(site.source, 0)
    assert scan.files == ()
    assert scan.ignored == {".txt": 2, ".jpg": 1, "(none)": 1, ".part": 1, "(other)": 1, "(no file)": 1} | {
        ".mp3": 1,
        ".wav": 1,
    }
    assert (scan.n_hidden, scan.n_ignored) == (4, 9)
    assert scan.hidden_videos == (b".trailer.mov",)
    assert scan.sounds == (b"radio/voice.WAV", b"song.mp3")


def test_an_empty_file_is_a_video_that_a_run_will_explain(site: Site) -> None:
    site.write(b"empty.mp4", b"")
    assert [file.bytes for file in scan_source(site.source, 0).files] == [0]


def test_no_file_is_opened(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write(b"a.mp4", b"x")
    opened = []
    monkeypatch.setattr("builtins.open", lambda *args, **_: opened.append(args))
    monkeypatch.setattr(os, "open", lambda *args, **_: opened.append(args))
    assert len(scan_source(site.source, 0).files) == 1
    assert opened == []


class TestSymlinks:
    def test_to_files_are_files(self, site: Site) -> None:
        site.write(b"real.mp4", b"x")
        site.full(b"link.mp4").symlink_to("real.mp4")
        site.full(b"link.txt").symlink_to("real.mp4")
        scan = scan_source(site.source, 0)
        assert paths(scan) == [b"link.mp4", b"real.mp4"]
        assert scan.ignored == {".txt": 1}

    def test_to_folders_elsewhere_are_followed_once(self, site: Site, tmp_path: Path) -> None:
        (tmp_path / "disk" / "sub").mkdir(parents=True)
        (tmp_path / "disk" / "sub" / "a.mp4").write_bytes(b"x")
        site.full(b"first").symlink_to(tmp_path / "disk")
        site.full(b"second").symlink_to(tmp_path / "disk")
        site.full(b"third").symlink_to(tmp_path / "disk" / "sub")
        assert paths(scan_source(site.source, 0)) == [b"first/sub/a.mp4"]

    def test_to_folders_of_the_source_change_no_path(self, site: Site) -> None:
        site.write(b"z/a.mp4", b"x")
        site.full(b"a link that sorts first").symlink_to("z")
        assert paths(scan_source(site.source, 0)) == [b"z/a.mp4"]

    @pytest.mark.parametrize("target", [".", "..", "/", "../source", "sub"])
    def test_loops_end(self, site: Site, target: str) -> None:
        site.write(b"sub/a.mp4", b"x")
        (site.source.parent / "outside.mp4").write_bytes(b"x")
        site.full(b"loop").symlink_to(target)
        site.full(b"sub/again").symlink_to("../loop")
        assert paths(scan_source(site.source, 0)) == [b"sub/a.mp4"]

    def test_that_lead_nowhere_hide_what_may_be_behind_them(self, site: Site) -> None:
        for number in range(3):
            site.write(b"../disk/%d.mp4" % number, b"%d" % number)
        site.full(b"link").symlink_to(site.source.parent / "disk")
        site.write(b"here.mp4", b"x")
        site.settle()
        (site.source.parent / "disk").rename(site.source.parent / "unmounted")
        plan = site.ingest()
        assert plan.vanished == ()
        assert len(plan.out_of_sight) == 3
        assert [(item.path, item.is_folder) for item in plan.unreadable] == [(b"link", True)]


@pytest.fixture
def without_rights() -> Iterator[Site]:
    """A site that an ordinary user scans, even where the tests run as root, who may read everything."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        if os.geteuid() == 0:
            Path(folder).chmod(0o777)
        site.write(b"open/a.mp4", b"a")
        site.write(b"closed/deep/b.mp4", b"b")
        site.write(b"c.mp4", b"c")
        site.settle()
        site.full(b"closed").chmod(0)
        site.full(b"c.mp4").chmod(0)
        yield site
        site.full(b"closed").chmod(0o755)


def test_unreadable_folders_and_files_are_reported_and_nothing_below_them_vanishes(without_rights: Site) -> None:
    site, is_root = without_rights, os.geteuid() == 0
    user = os.geteuid()
    if is_root:
        os.seteuid(65534)
    try:
        scan = scan_source(site.source, 0)
    finally:
        os.seteuid(user)
    assert paths(scan) == [b"open/a.mp4"]
    assert {(item.path, item.is_folder) for item in scan.unreadable} == {(b"closed", True), (b"c.mp4", False)}
    from archive_pipeline.collections.plan import plan_ingest

    plan = plan_ingest(scan, site.catalogue.snapshot(site.name), "plan-1", site.digest)
    assert plan.vanished == ()
    assert {entry.path for entry in plan.out_of_sight} == {b"closed/deep/b.mp4", b"c.mp4"}
    assert not plan.has_news


def test_a_source_that_cannot_be_read_says_so(without_rights: Site) -> None:
    site, user = without_rights, os.geteuid()
    site.source.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        assert "cannot be read: Permission denied" in str(scan_source(site.source, 0).unavailable)
    finally:
        os.seteuid(user)
        site.source.chmod(0o755)


def test_paths_too_long_for_the_system_are_reported(site: Site) -> None:
    part = b"d" * 250
    descriptor = os.open(site.source, os.O_RDONLY)
    for _ in range(17):  # 4,250 bytes; PATH_MAX is 4,096
        os.mkdir(part, dir_fd=descriptor)
        inner = os.open(part, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    site.write(b"a.mp4", b"x")
    scan = scan_source(site.source, 0)
    assert paths(scan) == [b"a.mp4"]
    assert [item.reason for item in scan.unreadable] == ["File name too long"]
    subprocess.run(["rm", "-rf", site.source], check=True)


class TestSettling:
    def test_counts_from_the_last_change_of_content_or_inode(self, site: Site) -> None:
        site.write(b"a.mp4", b"x")  # its mtime lies years back, its ctime is now: a copy that kept its times
        now_s = time.time()
        assert scan_source(site.source, 30, now_s).unsettled
        assert not scan_source(site.source, 30, now_s + 31).unsettled

    def test_a_time_in_the_future_does_not_keep_a_file_waiting(self, site: Site) -> None:
        site.write(b"a.mp4", b"x")
        for ahead_s in (3600 * 24 * 365, 2**34 - time.time()):
            os.utime(site.full(b"a.mp4"), (time.time() + ahead_s,) * 2)
            assert scan_source(site.source, 30).unsettled
            assert not scan_source(site.source, 30, time.time() + 31).unsettled
            site.settle()

    def test_a_clock_that_runs_a_little_ahead_delays_only(self, site: Site) -> None:
        site.write(b"a.mp4", b"x")
        os.utime(site.full(b"a.mp4"), (time.time() + 40,) * 2)
        assert scan_source(site.source, 30, time.time() + 31).unsettled
        assert not scan_source(site.source, 30, time.time() + 71).unsettled

    def test_a_file_that_stays_as_it_is_while_somebody_waits_is_settled(self, site: Site) -> None:
        for name in (b"quiet.mp4", b"growing.mp4", b"gone.mp4"):
            site.write(name, b"x")
        slept = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            site.write(b"growing.mp4", b"xx")
            site.remove(b"gone.mp4")

        scan = wait_until_settled(scan_source(site.source, 30), 2.0, sleep)
        assert {file.path: file.settled for file in scan.files} == {b"quiet.mp4": True, b"growing.mp4": False}
        assert slept == [2.0]

    def test_nobody_waits_for_settled_files(self, site: Site) -> None:
        site.write(b"a.mp4", b"x")
        wait_until_settled(scan_source(site.source, 0), 2.0, sleep=lambda _: pytest.fail("waited"))


@pytest.mark.verify
def test_a_hundred_thousand_files_take_seconds(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for folder in range(1000):
        site.full(b"%d" % folder).mkdir()
        for number in range(100):
            site.full(b"%d/%d.mp4" % (folder, number)).touch()

    def timed(what: str, action):  # type: ignore[no-untyped-def]
        started, cpu = time.perf_counter(), time.process_time()
        result = action()
        print(
            f"{what}: {time.perf_counter() - started:.2f} s, {time.process_time() - cpu:.2f} s of CPU", file=sys.stderr
        )
        assert time.process_time() - cpu < 5
        return result

    assert len(timed("scan", lambda: scan_source(site.source, 0)).files) == 100_000
    plan = timed("look, all new", site.look)
    assert len(timed("register", lambda: site.catalogue.apply(plan))) == 100_000
    assert len(timed("look, all known", site.look).unfinished) == 100_000
    site.full(b"0").rename(site.full(b"moved"))
    timed("look, 100 moved", site.look)
