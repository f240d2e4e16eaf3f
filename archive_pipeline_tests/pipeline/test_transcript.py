"""Transcripts through the real pipeline: sidecars, tracks in the file, a server that hears, and silence."""

import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.language.transcripts.server import TranscriptionServer
from archive_pipeline.language.vlm.journal import FileJournal
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.probe import probe
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages import transcript
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.stages.transcript import Listener
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.language.transcripts.hearing import Ear, hearing, silence, word_sound
from archive_pipeline_tests.language.transcripts.stl_files import as_iso6937, stl, tti
from archive_pipeline_tests.pipeline.conftest import empty_site, make_clip
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

FRIDAY = [
    (0.0, 0.999, "Hildy!"),
    (1.0, 1.499, "How are you?"),
    (1.5, 2.999, "Tell me, is the lord of the universe in?"),
    (3.0, 4.299, "Yes, he's in - in a bad humor"),
    (4.3, 6.0, "Somebody must've stolen the crown jewels"),
]
WORDS = [f"w{number}" for number in range(40)]
WRONG = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhere\n\n01:10:00.000 --> 01:10:02.000\nfar away\n"


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([find_ffmpeg(None), "-v", "error", "-y", *arguments], check=True, stdin=subprocess.DEVNULL)


def muxed(footage: Path, target: Path, codec: str) -> None:
    inputs = ("-i", footage / "friday_bw.mp4", "-i", footage / "friday.vtt", "-map", "0:v", "-map", "0:a", "-map", "1")
    ffmpeg(*inputs, "-c:v", "copy", "-c:a", "copy", "-c:s", codec, "-metadata:s:s:0", "language=eng", target)


def spoken(target: Path, folder: Path) -> None:
    """Pictures of 20 s with the scripted words: 3 s of silence, 15.6 s without a pause, silence again."""
    sound = folder / "spoken.wav"
    with wave.open(str(sound), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(16_000)
        written.writeframes(silence(3) + b"".join(map(word_sound, WORDS)) + silence(1.5))
    pictures = make_clip(folder / "pictures.mp4", "smptebars", "rgbtestsrc", seconds=10)
    ffmpeg("-i", pictures, "-i", sound, "-c:v", "copy", "-c:a", "pcm_s16le", target)


@pytest.fixture(scope="module")
def site(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Six videos, ingested."""
    folder = tmp_path_factory.mktemp("transcripts")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("ARCHIVE_TRANSCRIPTION_URL", raising=False)
        site = empty_site(folder, environment)
        site.describe(fps=1)
        for name in ("beside.mp4", "wrong.mp4"):
            site.add(footage / "friday_bw.mp4", name)
        (site.source / "beside.en.vtt").write_bytes((footage / "friday.vtt").read_bytes())
        muxed(footage, site.source / "inside.mp4", "mov_text")
        muxed(footage, site.source / "inside.mkv", "copy")
        (site.source / "wrong.srt").write_bytes(b"\x00\x01 no subtitles")
        site.add(make_clip(folder / "silent.mp4", "testsrc2"))
        spoken(site.source / "spoken.mov", folder)
        assert all(site.ingest().values())
        yield site


def transcribe(name: str, *, force: bool = False) -> bool:
    video = VideoName(NAME, name.encode())
    with dg.DagsterInstance.get() as instance:
        tags = {"archive/force": "true"} if force else {}
        return LocalRuns(instance, "describe_video").execute(video.partition_key, tags, assets=("transcript",))[1]


def rows(site: Site, name: str) -> list[dict[str, object]]:
    return site.archive.lake.read("transcripts", VideoName(NAME, name.encode())).rows(named=True)


def said(site: Site, name: str) -> list[tuple[object, object, object]]:
    return [(row["start_s"], row["end_s"], row["text"]) for row in rows(site, name)]


@pytest.mark.parametrize(
    ("name", "source", "origin", "language"),
    [
        ("beside.mp4", "sidecar", "beside.en.vtt", "en"),
        ("inside.mp4", "embedded", "track 2 (mov_text)", "en"),
        ("inside.mkv", "embedded", "track 2 (webvtt)", "en"),
    ],
)
def test_subtitles_beside_and_in_the_file_give_the_same_segments(
    site: Site, name: str, source: str, origin: str, language: str
) -> None:
    assert transcribe(name)
    assert said(site, name) == FRIDAY
    about = {(row["source"], row["origin"], row["language"], row["note"]) for row in rows(site, name)}
    assert about == {(source, origin, language, None)}


@thorough
def test_a_wrong_sidecar_is_a_warning_that_stays_and_the_next_source_is_taken(site: Site) -> None:
    (site.source / "inside.vtt").write_text(WRONG)
    try:
        assert transcribe("inside.mp4")
    finally:
        (site.source / "inside.vtt").unlink()
    assert said(site, "inside.mp4") == FRIDAY
    (note,) = {row["note"] for row in rows(site, "inside.mp4")}
    passed_over = "wrong_subtitles: inside.vtt was passed over: 1 of its 2 cues begin after the video's end"
    assert str(note).startswith(passed_over)
    (event,) = site.materializations("transcript")[:1]
    assert event.metadata["note"].value == note
    assert event.metadata["source"].value == "embedded"


@thorough
def test_a_video_without_words_says_so_in_one_row(site: Site) -> None:
    assert transcribe("silent.mp4")
    assert transcribe("wrong.mp4")
    (silent,), (wrong,) = rows(site, "silent.mp4"), rows(site, "wrong.mp4")
    assert (silent["source"], silent["text"]) == ("none", None)
    assert str(silent["note"]).startswith("no_audio")
    assert (wrong["source"], wrong["text"]) == ("none", None)
    assert "wrong_subtitles: wrong.srt" in str(wrong["note"])
    assert "not_transcribed" in str(wrong["note"])


def test_a_server_hears_what_no_subtitles_say(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear(WORDS)
    with hearing(ear) as url:
        monkeypatch.setenv("ARCHIVE_TRANSCRIPTION_URL", url)
        assert transcribe("spoken.mov")
        assert transcribe("spoken.mov")  # done: nobody is asked again
        assert transcribe("inside.mp4")  # has subtitles
    found = rows(site, "spoken.mov")
    assert " ".join(str(row["text"]) for row in found).split() == WORDS
    assert found[0]["start_s"] == pytest.approx(3, abs=0.05)
    assert found[-1]["end_s"] == pytest.approx(18.6, abs=0.05)
    assert {(row["source"], row["origin"], row["language"]) for row in found} == {("server", "whisper-scripted", "en")}
    assert len(ear.asked) == 1
    assert ear.heard_s < 17


@thorough
def test_a_server_that_fails_leaves_the_partition_unmaterialized_and_a_later_run_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear([])
    ear.troubles = [401]
    assert transcribe("wrong.mp4")
    before = len(site.materializations("transcript"))
    with hearing(ear) as url:
        monkeypatch.setenv("ARCHIVE_TRANSCRIPTION_URL", url)
        assert not transcribe("wrong.mp4")
        assert "not_transcribed" in str(rows(site, "wrong.mp4")[0]["note"])  # what was there before stays
        (hold,) = site.archive.catalogue.holds()
        assert (hold.work, hold.error_code) == ("transcript", "transcription_refused_key")
        assert len(site.materializations("transcript")) == before
        assert transcribe("wrong.mp4")
    (row,) = rows(site, "wrong.mp4")
    assert row["source"] == "none"
    assert "no_speech: the server found no words" in str(row["note"])


@thorough
def test_a_changed_sidecar_is_read_again_and_an_unchanged_one_is_not(site: Site) -> None:
    sidecar = site.source / "beside.en.vtt"
    was = sidecar.read_text()
    assert transcribe("beside.mp4")
    n_computed = site.computed("transcript")
    assert transcribe("beside.mp4")
    assert site.computed("transcript") == n_computed
    sidecar.write_text(was.replace("Hildy!", "HILDY: Bruce!"))
    assert transcribe("beside.mp4")
    assert (rows(site, "beside.mp4")[0]["speaker"], rows(site, "beside.mp4")[0]["text"]) == ("HILDY", "Bruce!")


def test_analysts_find_what_is_said_in_each_shot(site: Site) -> None:
    assert transcribe("inside.mkv")
    assert transcribe("silent.mp4")
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "publish").execute()[1]
    found = site.rows(
        "SELECT text, start_s, within_s FROM shot_transcripts WHERE video_id = 'site/inside.mkv' AND begins_here "
        "ORDER BY start_s"
    )
    assert [(text, start_s) for text, start_s, _ in found] == [(text, start_s) for start_s, _, text in FRIDAY]
    assert all(within_s > 0 for _, _, within_s in found)
    assert site.rows("SELECT count(*) FROM transcripts WHERE source = 'none' AND note LIKE 'no_audio%'") == [(1,)]


@pytest.mark.usefixtures("site")
def test_what_is_said_is_found_by_search() -> None:
    assert transcribe("inside.mkv")
    assert transcribe("beside.mp4")
    with open_finder(Settings()) as finder:
        found = finder.find(Request("who stole the crown jewels", match="words", limit=20)).shots
    said = {one.shot.video_id: one.shot for one in reversed(found)}
    assert {"site/inside.mkv", "site/beside.mp4"} <= set(said)
    assert {"site/silent.mp4", "site/wrong.mp4"}.isdisjoint(said)
    assert all(shot.start_s < 6.0 and shot.end_s > 4.3 for shot in said.values())


@pytest.mark.parametrize(
    "heard_past_the_end",
    [
        b'{"segments": [{"start": 4, "end": 9, "text": "to the end"}, {"start": 6, "end": 7, "text": "more"}]}',
        b'{"segments": [{"start": 5, "end": 5.5, "text": "at once"}, {"start": 4, "end": 5.1, "text": "to the end"}]}',
        b'{"segments": [{"start": 4, "end": 100000, "text": "to the end"}, {"start": 9e9, "end": 9e9, "text": "?"}]}',
    ],
)
def test_what_is_heard_ends_with_the_pictures(heard_past_the_end: bytes, cases: Path, tmp_path: Path) -> None:
    """Pictures of 5 s, sound of 9 s."""
    file = cases / "sound_outlasts_picture.mkv"
    ear = Ear([])
    ear.troubles = [heard_past_the_end]
    with hearing(ear) as url, FileJournal(tmp_path / "journal") as journal:
        listener = Listener(TranscriptionServer(url, None, None), journal, "")
        heard = transcript.transcribe(file, probe(file), find_ffmpeg(None), None, listener)
    assert [(said.start_s, said.end_s, said.text) for said in heard.segments] == [(4.0, 5.0, "to the end")]


EBU_TT_D = """<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="gl"><body><div>
<p begin="00:00:02.000" end="00:00:03.000">Boas noites</p></div></body></tt>"""


def test_what_broadcasters_put_beside_a_video_is_read(tmp_path: Path) -> None:
    """A tape that begins two seconds before the programme, its subtitles, and what a page on the web would show."""
    file = tmp_path / "telediario.mov"
    pictures = ("-f", "lavfi", "-i", "testsrc2=duration=6:size=160x90:rate=25")
    ffmpeg(*pictures, "-timecode", "09:59:58:00", file)
    said = as_iso6937("¡Buenas noches, señor Núñez!")
    (tmp_path / "telediario.stl").write_bytes(stl([tti(said, "10:00:01:00", "10:00:02:12")]))
    (tmp_path / "telediario.xml").write_text("<NonRealTimeMeta/>")

    def transcribed(language: str | None) -> tuple[object, ...]:
        found = transcript.transcribe(file, probe(file), find_ffmpeg(None), language, None)
        (one,) = found.segments
        return found.origin, one.start_s, one.end_s, one.text, one.language, len(found.notes)

    from_stl = ("telediario.stl", 3.0, 4.48, "¡Buenas noches, señor Núñez!", "es", 1)
    assert transcribed(None) == transcribed("gl") == from_stl
    (tmp_path / "telediario.gl.xml").write_text(EBU_TT_D)
    assert transcribed("gl") == ("telediario.gl.xml", 2.0, 3.0, "Boas noites", "gl", 0)
    (tmp_path / "telediario.gl.xml").write_text(EBU_TT_D[:-20])
    origin, *_, n_notes = transcribed("gl")
    assert (origin, n_notes) == ("telediario.stl", 2), "a broken one is passed over and told"
