"""Which subtitle files beside a video are its own."""

import time
from pathlib import Path

import pytest

from archive_pipeline.language.transcripts import sidecars as sidecars_module
from archive_pipeline.language.transcripts.sidecars import Surroundings, digest, sidecars


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("film.srt", None),
        ("film.VTT", None),
        ("film.es.vtt", "es"),
        ("film.spa.ass", "es"),
        ("film.pt-BR.srt", "pt"),
        ("film.en.sdh.srt", "en"),
        ("film.sdh.srt", None),
        ("film.mp4.srt", None),
        ("film.mp4.es.sdh.srt", "es"),
        ("film.stl", None),
        ("film.es.STL", "es"),
        ("film.cat.dfxp", "ca"),
        ("film.ttml", None),
        ("film.itt", None),
    ],
)
def test_names_that_are_a_video_s(tmp_path: Path, name: str, language: str | None) -> None:
    (tmp_path / "film.mp4").touch()
    (tmp_path / name).touch()
    (found,) = sidecars(tmp_path / "film.mp4", None)
    assert (found.path.name, found.language, found.format) == (name, language, name.lower().rpartition(".")[2])


@pytest.mark.parametrize(
    "name", ["films.srt", "film.txt", "film.es.forced.srt", "film.part2.srt", "film.a.b.c.srt", "fil.srt", ".srt"]
)
def test_names_that_are_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "film.mp4").touch()
    (tmp_path / name).touch()
    assert sidecars(tmp_path / "film.mp4", None) == []


def test_the_subtitles_of_a_longer_name_are_those_of_that_video(tmp_path: Path) -> None:
    for name in ("film.mp4", "film.es.mp4", "film.es.srt", "film.srt"):
        (tmp_path / name).touch()
    assert [found.path.name for found in sidecars(tmp_path / "film.mp4", "es")] == ["film.srt"]
    assert [found.path.name for found in sidecars(tmp_path / "film.es.mp4", "es")] == ["film.es.srt"]


def test_the_language_that_is_wanted_comes_first(tmp_path: Path) -> None:
    for name in ("film.mp4", "film.en.vtt", "film.srt", "film.es.srt", "film.es.vtt"):
        (tmp_path / name).touch()
    found = [one.path.name for one in sidecars(tmp_path / "film.mp4", "es")]
    assert found == ["film.es.vtt", "film.es.srt", "film.srt", "film.en.vtt"]


def test_the_state_changes_with_the_sidecars_and_with_nothing_else(tmp_path: Path) -> None:
    film = tmp_path / "caf\udce9.mp4"  # a name that is not UTF-8
    film.touch()
    states = [Surroundings(tmp_path).state(b"caf\xe9.mp4")]
    assert states == [""]
    for name, text in (("caf\udce9.srt", "a"), ("caf\udce9.srt", "ab"), ("caf\udce9.es.vtt", "a")):
        (tmp_path / name).write_text(text)
        states.append(Surroundings(tmp_path).state(b"caf\xe9.mp4"))
    (tmp_path / "another.srt").write_text("a")
    assert Surroundings(tmp_path).state(b"caf\xe9.mp4") == states[-1]
    assert len(set(states)) == len(states)
    assert digest(film)
    assert Surroundings(tmp_path).state(b"gone.mp4") is None
    assert Surroundings(tmp_path / "away").state(b"caf\xe9.mp4") is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_of_xml_only_subtitles_are(tmp_path: Path, encoding: str) -> None:
    film, surroundings = tmp_path / "film.mp4", Surroundings(tmp_path)
    film.touch()
    (tmp_path / "film.xml").write_text("<NonRealTimeMeta><Duration value='9'/></NonRealTimeMeta>", encoding=encoding)
    assert (sidecars(film, None), digest(film), surroundings.state(b"film.mp4")) == ([], None, "")
    (tmp_path / "film.es.xml").write_text("<?xml version='1.0'?><!-- por la tarde -->\n<tt:tt/>", encoding=encoding)
    assert [found.path.name for found in sidecars(film, None)] == ["film.es.xml"]
    assert digest(film)
    assert "film.es.xml" in str(Surroundings(tmp_path).state(b"film.mp4"))


def test_xml_that_becomes_subtitles_is_seen(tmp_path: Path) -> None:
    film, surroundings = tmp_path / "film.mp4", Surroundings(tmp_path)
    film.touch()
    (tmp_path / "film.xml").write_text("<catalogue/>")
    assert surroundings.state(b"film.mp4") == ""
    (tmp_path / "film.xml").write_text("<tt xmlns='http://www.w3.org/ns/ttml'/>")
    assert surroundings.state(b"film.mp4") != ""
    (tmp_path / "film.xml").unlink()
    (tmp_path / "film.xml").mkdir()
    assert sidecars(film, None) == []


def test_a_folder_of_thousands_is_listed_once(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.mp4").touch()
        (tmp_path / f"{number}.en.srt").touch()
    surroundings, began = Surroundings(tmp_path), time.process_time()
    assert all(surroundings.state(b"%d.mp4" % number) for number in range(3000))
    assert time.process_time() - began < 10, "comparing each with each would take minutes"


def test_what_comes_and_goes_is_seen_by_one_who_looked_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = time.time()
    monkeypatch.setattr(sidecars_module.time, "time", lambda: now_s)
    (tmp_path / "film.mp4").touch()
    surroundings = Surroundings(tmp_path)
    assert surroundings.state(b"film.mp4") == ""
    (tmp_path / "film.srt").touch()
    now_s += 1.5
    assert surroundings.state(b"film.mp4") != "", "a folder that was just changed is listed again"
    now_s += 3600
    kept = surroundings.state(b"film.mp4")
    listed = surroundings._listed[tmp_path]
    now_s += 3600
    assert surroundings.state(b"film.mp4") == kept
    assert surroundings._listed[tmp_path] is listed, "nothing came or went"
    (tmp_path / "late.mp4").touch()
    (tmp_path / "film.srt").unlink()
    assert (surroundings.state(b"late.mp4"), surroundings.state(b"film.mp4")) == ("", "")
