"""The parts that need no running page: texts, layouts, previews, addresses of searches."""

import io
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.datastructures import QueryParams

from archive_pipeline.errors import RequestError
from archive_pipeline.media.display import orientation
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.probe import probe
from archive_pipeline.semantics.organisation.projection import project
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.web.kept_files import KeptFiles
from archive_pipeline.web.layout.maps import Maps
from archive_pipeline.web.media.clips import CLIP_S, OVERLAP_S, Clips
from archive_pipeline.web.programme import Programme, Programmes
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import LANGUAGES, choose_language, texts
from archive_pipeline_tests.thorough import mostly_thorough
from archive_pipeline_tests.web.films import RAMP_RATE, RAMP_S, brightness_ramp
from archive_pipeline_tests.web.running import Site


def flat(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(inner, f"{key}.{name}")
    else:
        yield key, str(value)


# Of two kinds, of a most, and what the browser fills in.
NEVER_WORDED = re.compile(
    r"\.search\.(found|found_more|found_videos|listed)_both|\.photos\.too_many|\.report\.more|\.hint\..*"
)


def test_what_is_counted_is_worded_by_its_number() -> None:
    found = {code: [texts(code)("search.listed_shots", n=n, videos=n) for n in ("1", "1,000")] for code in LANGUAGES}
    assert [text.partition(",")[0] for text in (found["en"][0], found["es"][0])] == [
        "1 shot of 1 video",
        "1 plano de 1 vídeo",
    ]
    assert "1,000 shots of 1,000 videos" in found["en"][1]
    several = "videos|shots|photos|albums|frames|pieces|vídeos|planos|fotos|álbumes|fotogramas|fragmentos"
    unworded = re.compile(rf"\{{(\w+)\}} ({several})\b")
    for code in LANGUAGES:
        for key, text in flat(texts(code)._texts):
            assert NEVER_WORDED.fullmatch(key) or not unworded.search(text), (code, key, "{n} {n:shot|shots}")


def test_every_language_has_the_same_texts_with_the_same_gaps() -> None:
    english = dict(flat(texts("en")._texts))
    for language in LANGUAGES:
        other = dict(flat(texts(language)._texts))
        assert other.keys() == english.keys()
        for key, text in english.items():
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", other[key])), key


def test_why_a_video_failed_is_said_in_the_language_of_the_page() -> None:
    recorded = "The file holds no video stream, only sound, pictures or data."
    assert texts("es").failure("no_video_stream", recorded).startswith("El fichero no contiene vídeo")
    for language in LANGUAGES:
        assert texts(language).failure("a_code_of_tomorrow", recorded) == recorded
    assert texts("en").failure("no_video_stream", recorded) == recorded, "with all that is known of it"


@pytest.mark.parametrize("matrix", [(0, 0, 0, 0), (1, 1, 0, 1), (1, 1, -1, 1)])
def test_every_note_of_a_video_has_a_sentence_in_each_language(matrix: tuple[int, int, int, int]) -> None:
    a, b, c, d = matrix
    note = orientation((a, b, 0, c, d, 0, 0, 0, 1)).note
    assert note
    for language in LANGUAGES:
        assert any(
            re.fullmatch(re.escape(said).replace(r"\{angle\}", ".+"), note) for said, _ in texts(language).noted()
        )


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, "es-ES,es;q=0.9,en;q=0.8", "es"),
        (None, "de,en;q=0.5,es;q=0.7", "es"),
        (None, "fr", "en"),
        (None, "", "en"),
        ("en", "es", "en"),
        ("xx", "es", "es"),
        (None, ";q=x,es", "es"),
    ],
)
def test_the_language_is_chosen_or_the_browsers(cookie: str | None, accepted: str, language: str) -> None:
    assert choose_language(cookie, accepted) == language


def test_a_search_survives_its_address() -> None:
    state = SearchState(
        text="un barco & más", image="0" * 64, weight=0.35, collection=("a", "b"), video=("a/ü ?#.mp4",),
        semantic_class=(-1, 3), min_s=1.5, from_s=60.0, score=0.2, like=("x",), unlike=("y",), by_video=True, shot="s",
    )  # fmt: skip
    assert SearchState.of(QueryParams(state.query())) == state
    assert SearchState().query() == ""
    with pytest.raises(RequestError, match="bad_parameter"):
        SearchState.of(QueryParams("weight=heavy"))


def test_a_layout_is_a_function_of_its_vectors_and_keeps_near_ones_near() -> None:
    random = np.random.default_rng(7)
    centres = random.normal(size=(4, 32))
    group = np.repeat(np.arange(4), 30)
    vectors = (centres[group] + 0.2 * random.normal(size=(120, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    positions = project(vectors)
    assert np.array_equal(positions, project(vectors))
    assert np.abs(positions).max() <= 1 + 1e-6
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2) + 10 * np.eye(120)
    assert (group[distances.argmin(axis=1)] == group).all()


@pytest.mark.parametrize("n", [1, 2, 3, 11])
def test_a_layout_of_hardly_anything_is_one_too(n: int) -> None:
    vectors = np.eye(16, dtype=np.float32)[:n]
    positions = project(vectors)
    assert positions.shape == (n, 2)
    assert np.isfinite(positions).all()
    assert np.isfinite(project(np.tile(vectors[:1], (20, 1)))).all()


def test_a_map_is_kept_for_the_same_vectors_only(tmp_path: Path) -> None:
    maps = Maps(tmp_path)
    vectors = np.eye(8, dtype=np.float32)
    first = maps.of(list("abcdefgh"), vectors)
    assert len(list(tmp_path.glob("*/*.npz"))) == 1
    assert np.array_equal(maps.of(list("abcdefgh"), vectors).positions, first.positions)
    maps.of(list("abcdefgh"), vectors[::-1])
    assert len(list(tmp_path.glob("*/*.npz"))) == 2


def test_what_is_kept_stays_within_its_bound_and_the_last_used_goes_last(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path, most_bytes=2500)
    names = [f"{i:064x}.bin" for i in range(4)]
    for age, name in enumerate(names[:2]):
        kept.write(name, b"x" * 1000)
        os.utime(tmp_path / name[:2] / name, (age, age))
    assert kept.read(names[0])  # used again: now the other one is the oldest
    kept.write(names[2], b"x" * 1000)
    assert [kept.read(name) is not None for name in names[:3]] == [True, False, True]
    with pytest.raises(ValueError, match="no name"):
        kept.read("../../etc/passwd")


@pytest.fixture(scope="module")
def ramp(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Programme, Path]:
    """A film whose brightness tells its time, as a programme, and its file."""
    source = tmp_path_factory.mktemp("ramp") / "ramp.mxf"
    brightness_ramp(source)
    like = Programmes(Catalogue(site.home / "catalogue.sqlite"), Lake(site.home / "lake"), lambda _: True).get(
        "films/tape.mxf"
    )
    return replace(like, facts=probe(source), sha256="ramp", start_s=0.0, end_s=RAMP_S), source


@pytest.mark.parametrize("number", mostly_thorough([0, 1], [0]))
def test_a_preview_shows_the_very_frames_of_its_moment(
    ramp: tuple[Programme, Path], tmp_path: Path, number: int
) -> None:
    """Black is 0 s, and every second is 25 levels brighter."""
    programme, source = ramp
    clip = Clips(tmp_path / "cache").get(programme, source, number)
    assert clip.from_s == number * CLIP_S
    levels = grey_levels(clip.content, tmp_path)
    expected = min(CLIP_S + OVERLAP_S, programme.end_s - clip.from_s) * RAMP_RATE
    assert abs(len(levels) - expected) <= 1
    times_s = clip.from_s + np.arange(len(levels)) / RAMP_RATE
    assert np.abs(levels - (16 + 25 * times_s)).max() < 3  # a tenth of a second, less than three frames
    assert abs(float(np.mean(levels - (16 + 25 * times_s)))) < 0.8  # less than one


def grey_levels(clip: bytes, folder: Path) -> np.ndarray:
    file = folder / "clip.mp4"
    file.write_bytes(clip)
    command = [find_ffmpeg(None), "-v", "error", "-i", file, "-vf", "scale=1:1,format=gray", "-fps_mode", "passthrough"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    full = np.frombuffer(raw, np.uint8).astype(float)
    return full * 219 / 255 + 16  # gray is full range, the film's luma is not


def test_two_who_want_the_same_preview_get_one_made(ramp: tuple[Programme, Path], tmp_path: Path) -> None:
    programme, source = ramp
    clips = Clips(tmp_path, jobs=1)
    results: list[bytes] = []
    asking = [
        threading.Thread(target=lambda: results.append(clips.get(programme, source, 0).content)) for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1
    assert len(list(tmp_path.rglob("*.mp4"))) == 1


def test_a_kept_question_picture_is_the_clean_one(tmp_path: Path) -> None:
    from archive_pipeline.web.pictures import QueryPictures

    written = io.BytesIO()
    picture = Image.new("RGB", (1200, 900), "red")
    exif = Image.Exif()
    exif[0x010E] = "a secret"
    picture.save(written, "JPEG", exif=exif)
    pictures = QueryPictures(tmp_path)
    name, clean = pictures.add(written.getvalue())
    assert pictures.get(name) == clean
    assert b"a secret" not in clean.jpeg
