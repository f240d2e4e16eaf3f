"""One reversible escape from file names to keys, paths and ids."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.store.naming import VideoName

_FORBIDDEN_IN_KEYS = ["...", *map(chr, range(32)), "\x7f", '"', ",", "[", "]", "*", "\\"]

component = st.binary(min_size=1, max_size=255).map(lambda b: b.replace(b"/", b"_").replace(b"\0", b"0"))
paths = st.lists(component, min_size=1, max_size=4).map(b"/".join)


@given(paths)
def test_a_name_survives_the_trip_through_its_partition_key_and_its_file(path: bytes) -> None:
    name = VideoName("archive", path)
    assert VideoName.from_partition_key(name.partition_key) == name
    assert VideoName.from_relative_file(name.relative_file) == name


@given(paths, paths)
def test_different_files_never_share_an_id_a_key_or_a_lake_file(one: bytes, other: bytes) -> None:
    if one != other:
        first, second = VideoName("archive", one), VideoName("archive", other)
        assert first.video_id != second.video_id
        assert first.partition_key != second.partition_key
        assert first.relative_file != second.relative_file


@given(paths)
def test_keys_hold_nothing_that_dagster_refuses_and_ids_are_printable_utf8(path: bytes) -> None:
    name = VideoName("archive", path)
    assert not [text for text in _FORBIDDEN_IN_KEYS if text in name.partition_key]
    name.partition_key.encode("utf-8")
    assert name.video_id.isprintable()
    name.video_id.encode("utf-8")


@given(paths)
def test_every_lake_file_fits_in_a_directory_entry(path: bytes) -> None:
    name = VideoName("archive", path)
    assert all(len(part.encode("utf-8")) + len(".parquet") <= 255 for part in name.relative_file.parts)
    assert ".." not in name.relative_file.parts


def test_ordinary_names_stay_as_people_wrote_them() -> None:
    name = VideoName("nodo", "1975/Madrid, año 2 🎬.mp4".encode())
    assert name.video_id == "nodo/1975/Madrid, año 2 🎬.mp4"
    assert name.partition_key == "nodo/1975/Madrid%2C año 2 🎬.mp4"


@pytest.mark.parametrize(
    ("path", "video_id", "key"),
    [
        (b"caf\xe9.mp4", r"a/caf\xe9.mp4", "a/caf%E9.mp4"),
        (b"caf\\xe9.mp4", r"a/caf\\xe9.mp4", "a/caf%5Cxe9.mp4"),
        (b"two\nlines.mp4", r"a/two\nlines.mp4", "a/two%0Alines.mp4"),
        (b"wait...mp4", "a/wait...mp4", "a/wait%2E%2E%2Emp4"),
        (b"100%.mp4", "a/100%.mp4", "a/100%25.mp4"),
    ],
)
def test_odd_names_are_shown_readably(path: bytes, video_id: str, key: str) -> None:
    assert (VideoName("a", path).video_id, VideoName("a", path).partition_key) == (video_id, key)


def test_a_long_name_is_stored_in_real_folders(tmp_path: Path) -> None:
    name = VideoName("a", "ñ".encode() * 127 + b"/" + b"\xff" * 255)
    file = tmp_path / name.relative_file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    (found,) = [Path(folder) / f for folder, _, files in os.walk(tmp_path) for f in files]
    assert VideoName.from_relative_file(found.relative_to(tmp_path)) == name  # type: ignore[arg-type]


@pytest.mark.parametrize("collection", ["", "Nodo", "1a", "a-b", "a/b", "ñ"])
def test_a_collection_name_is_plain(collection: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        VideoName(collection, b"x.mp4")
