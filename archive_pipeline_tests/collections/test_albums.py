"""Folders of photos as albums: large ones are divided, and nothing that is added moves what is there."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.collections.albums import LARGEST_ALBUM, as_albums, photo_path, photos_of
from archive_pipeline.collections.losses import LARGEST_VANISHED_SHARE
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import plan_ingest
from archive_pipeline.collections.scan import kind_of, scan_source
from archive_pipeline.stages.source_album import read_files
from archive_pipeline.store.catalogue.entry import Entry, Snapshot
from archive_pipeline.store.catalogue.sightings import Scan, SourceFile
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table


def photos(names: Iterable[str], n_bytes: int = 1000, settled: bool = True) -> list[SourceFile]:
    return [SourceFile(name.encode(), n_bytes, 7, 7, settled) for name in names]


def scan_of(files: list[SourceFile]) -> Scan:
    return Scan(Path("/photos"), tuple(sorted(files, key=lambda file: file.path)))


def places(files: list[SourceFile], known: Iterable[bytes] = ()) -> dict[bytes, bytes]:
    """The album of each photo."""
    _, albums = as_albums(scan_of(files), dict.fromkeys(known, (0, 0)))
    return {photo.path: album for album, own in albums.items() for photo in own}


def entry(album: SourceFile) -> Entry:
    name = VideoName("fotos", album.path)
    return Entry(
        name, album.path, album.bytes, album.mtime_ns, "a" * 64, "ready", False, "plan",
        None, None, None, None, 0, None, 1,
    )  # fmt: skip


def test_each_folder_is_an_album_and_the_source_is_one() -> None:
    assert places(photos(["a.jpg", "trip/b.jpg", "trip/day one/c.jpg"])) == {
        b"a.jpg": b"./",
        b"trip/b.jpg": b"trip/",
        b"trip/day one/c.jpg": b"trip/day one/",
    }


def test_a_large_folder_is_divided_and_growing_moves_no_photo_but_into_a_new_part() -> None:
    known: set[bytes] = set()
    before: dict[bytes, bytes] = {}
    for n in (LARGEST_ALBUM, LARGEST_ALBUM + 1, 4 * LARGEST_ALBUM, 4 * LARGEST_ALBUM + 1):
        now = places(photos(f"big/{i}.jpg" for i in range(n)), known)
        moved = {path for path, album in before.items() if now[path] != album}
        assert {now[path] for path in moved}.isdisjoint(known), "a photo moved into a part that was there"
        before, known = now, known | set(now.values())
    assert known == {b"big/", *(b"big//%d/" % number for number in range(1, 8))}
    sizes = [list(before.values()).count(album) for album in known]
    assert max(sizes) < LARGEST_ALBUM


def test_a_folder_that_shrinks_keeps_its_parts() -> None:
    files = photos(f"big/{i}.jpg" for i in range(LARGEST_ALBUM + 1))
    now = places(files)
    assert places(files[:100], set(now.values())) == {file.path: now[file.path] for file in files[:100]}


def test_what_lies_in_an_album_is_what_the_scan_saw_there(tmp_path: Path) -> None:
    for name in (b"a.jpg", b"sub/b.jpg", b"sub/c.txt", b"sub/caf\xe9.JPG", b"sub/.hidden.jpg", b"sub/deeper/d.jpg"):
        target = tmp_path / os.fsdecode(name)
        target.parent.mkdir(exist_ok=True, parents=True)
        target.write_bytes(name)
    scan, albums = as_albums(scan_source(tmp_path, 0, kind="photos"), {})
    assert [file.path for file in scan.files] == [b"./", b"sub/", b"sub/deeper/"]
    for album, own in albums.items():
        assert photos_of(tmp_path, album, []) == list(own)


def test_a_photo_that_may_not_be_read_is_said_and_stays_in_its_album() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        for name in ("a.jpg", "b.jpg"):
            (source / name).write_bytes(b"x")
        before = as_albums(scan_source(source, 0, kind="photos"), {})[0]
        (source / "b.jpg").chmod(0)
        with as_an_ordinary_user(source):
            scan = scan_source(source, 0, kind="photos")
            read = read_files(source, b"./", [], pl.DataFrame(schema=table("album_files").polars_schema))
    assert [(item.path, item.reason) for item in scan.unreadable] == [(b"b.jpg", "no permission to read it")]
    assert [(one.bytes, one.mtime_ns) for one in as_albums(scan, {})[0].files] == [
        (one.bytes, one.mtime_ns) for one in before.files
    ]
    assert [sha256 is None for sha256 in read.sha256s] == [False, True]


@contextmanager
def as_an_ordinary_user(folder: Path) -> Iterator[None]:
    """Who may look into the folder: root may read everything."""
    user = os.geteuid()
    if user == 0:
        folder.chmod(0o755)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_photos_that_are_being_written_wait_and_hold_no_other_up() -> None:
    files = [*photos(["a/1.jpg"]), *photos(["a/2.jpg", "b/3.jpg"], settled=False)]
    scan, albums = as_albums(scan_of(files), {})
    assert [(file.path, file.settled) for file in scan.files] == [(b"a/", True), (b"b/", False)]
    assert [file.path for file in albums[b"a/"]] == [b"a/1.jpg"]


def test_a_fresh_inode_makes_no_album_changed() -> None:
    files = photos(f"a/{i}.jpg" for i in range(40))
    before = as_albums(scan_of(files), {})[0]
    snapshot = Snapshot("fotos", 1, tuple(map(entry, before.files)))
    known = {one.path: (one.bytes, one.mtime_ns) for one in snapshot.entries}
    touched = [replace(files[0], ctime_ns=99, settled=False), *files[1:]]
    plan = plan_ingest(as_albums(scan_of(touched), known)[0], snapshot, "plan", lambda _: "b" * 64)
    assert not plan.has_news
    assert not plan.unsettled
    written = [replace(touched[0], bytes=2000), *files[1:]]
    plan = plan_ingest(as_albums(scan_of(written), known)[0], snapshot, "plan", lambda _: "b" * 64)
    assert [sighting.file.bytes for sighting in plan.changed] == [39_000], "what is being written waits"


@pytest.mark.parametrize("n_lost", [1, 2])
def test_a_folder_that_lost_much_of_its_photos_waits_for_a_word(n_lost: int) -> None:
    """Of 20 photos one is 5 %: that may go, two may not, though the folder is there."""
    files = photos(f"a/{i}.jpg" for i in range(20))
    before = as_albums(scan_of(files), {})[0]
    snapshot = Snapshot("fotos", 1, tuple(map(entry, before.files)))
    now = as_albums(scan_of(files[n_lost:]), {b"a/": (0, 0)})[0]
    plan = plan_ingest(now, snapshot, "plan", lambda _: "b" * 64)
    may_go = n_lost / 20 <= LARGEST_VANISHED_SHARE
    assert bool(plan.held) is not may_go
    assert bool(plan.changed) is bool(plan.to_run) is may_go
    meant = plan_ingest(now, snapshot, "plan", lambda _: "b" * 64, accept_removals=True)
    assert meant.to_run == (VideoName("fotos", b"a/"),)


def test_a_folder_that_is_divided_further_lost_nothing() -> None:
    files = photos(f"a/{i}.jpg" for i in range(LARGEST_ALBUM + 1))
    before = as_albums(scan_of(files[:-1]), {})[0]
    snapshot = Snapshot("fotos", 1, tuple(map(entry, before.files)))
    plan = plan_ingest(as_albums(scan_of(files), {b"a/": (0, 0)})[0], snapshot, "plan", lambda _: "b" * 64)
    assert plan.held is None
    assert [name.path for name in plan.to_run] == [b"a/", b"a//1/"]


def test_paths_of_photos_follow_their_album() -> None:
    assert photo_path(b"./", "x.jpg") == "x.jpg"
    assert photo_path(b"a/b/", "x.jpg") == "a/b/x.jpg"
    assert photo_path(b"a/b//3/", "x.jpg") == "a/b/x.jpg"


def test_a_folder_of_nothing_but_photos_is_of_photos(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a.txt").touch()
    assert kind_of(tmp_path) == "photos"
    (tmp_path / "b.mp4").touch()
    assert kind_of(tmp_path) == "videos"
    assert kind_of(tmp_path / "nowhere") == "videos"


def test_keys_of_videos_are_refused_for_photos() -> None:
    of_photos = {"name": "a", "source": "/a", "kind": "photos"}
    with pytest.raises(ValueError, match="fps: it is for videos"):
        Collection.model_validate({**of_photos, "fps": 1.0})
    with pytest.raises(ValueError, match="analyses: concepts is of videos"):
        Collection.model_validate({**of_photos, "analyses": ["concepts"]})
    assert Collection.model_validate(of_photos).analyses == ()


def test_a_folder_in_the_place_of_one_that_moved_is_another_album() -> None:
    files = photos(["a/1.jpg"])
    before = as_albums(scan_of(files), {})[0]
    snapshot = Snapshot("fotos", 1, tuple(map(entry, before.files)))
    moved = [replace(files[0], path=b"b/1.jpg")]
    now = as_albums(scan_of([*moved, *photos(["a/2.jpg"], n_bytes=77)]), {b"a/": (0, 0)})[0]
    plan = plan_ingest(now, snapshot, "plan", lambda file: "a" * 64 if file.bytes == 1000 else "b" * 64)
    assert [(sighting.name.path, sighting.file.path) for sighting in plan.moved] == [(b"a/", b"b/")]
    (new,) = plan.new
    assert (new.name.path, new.name.is_album, new.file.path) == (b"a#2/", True, b"a/")
