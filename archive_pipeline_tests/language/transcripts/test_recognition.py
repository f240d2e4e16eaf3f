"""Sound → words: speech found, cut, heard over real HTTP, stitched."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.language.transcripts.answers import read_answer
from archive_pipeline.language.transcripts.chunks import LONGEST_S, OVERLAP_S, chunks
from archive_pipeline.language.transcripts.recognition import Heard, listen
from archive_pipeline.language.transcripts.server import TranscriptionServer
from archive_pipeline.language.transcripts.speech import FRAME_BYTES, FRAME_S, voiced_frames
from archive_pipeline.language.vlm.journal import AnswerJournal
from archive_pipeline.language.vlm.trouble import Patience
from archive_pipeline_tests.language.transcripts.hearing import Ear, hearing, silence, word_sound

WORDS = [f"word{number}" for number in range(200)]
SPEECH = b"".join(map(word_sound, WORDS))  # 78 s without a pause


def in_pieces(sound: bytes, size: int = 30_011) -> Iterator[bytes]:
    """As a pipe delivers it: in pieces of an odd size."""
    for first in range(0, len(sound), size):
        yield sound[first : first + size]


def ask(url: str, sound: bytes, journal: Path, language: str | None = None) -> Heard | None:
    server = TranscriptionServer(url, "secret", patience=Patience(3, 0.01, 0.02))
    with AnswerJournal(journal) as kept:
        return listen(in_pieces(sound), server, language, kept, "f")


@pytest.mark.parametrize("with_times", [True, False])
def test_speech_without_a_pause_comes_back_whole_and_without_repeated_words(tmp_path: Path, with_times: bool) -> None:
    ear = Ear(WORDS, with_times=with_times)
    with hearing(ear) as url:
        heard = ask(url, SPEECH, tmp_path / "journal")
    assert heard
    assert " ".join(segment.text for segment in heard.segments).split() == WORDS
    assert (heard.model, heard.n_chunks, heard.n_lost) == ("whisper-scripted", 3, 0)
    assert ear.heard_s == pytest.approx(78 + 2 * OVERLAP_S, abs=0.1)
    assert ear.authorizations == {"Bearer secret"}


def test_words_keep_their_times_across_pauses_and_silence_is_not_sent(tmp_path: Path) -> None:
    sound = silence(60) + word_sound("word1") * 1 + silence(300) + word_sound("word2") + word_sound("word3")
    ear = Ear(WORDS, language="spanish")
    with hearing(ear) as url:
        heard = ask(url, sound + silence(20), tmp_path / "journal")
    assert heard
    assert [(s.text, s.language) for s in heard.segments] == [("word1", "es"), ("word2 word3", "es")]
    assert [s.start_s for s in heard.segments] == pytest.approx([60.0, 360.39], abs=0.01)
    assert [s.end_s for s in heard.segments] == pytest.approx([60.39, 361.17], abs=0.01)
    assert ear.heard_s < 4


def test_silence_and_no_sound_at_all_ask_nobody(tmp_path: Path) -> None:
    assert ask("http://127.0.0.1:9/v1", silence(60), tmp_path / "journal") is None
    assert ask("http://127.0.0.1:9/v1", b"", tmp_path / "journal") is None


def test_the_language_of_the_collection_is_told(tmp_path: Path) -> None:
    ear = Ear(WORDS, with_times=False)
    with hearing(ear) as url:
        heard = ask(url, word_sound("word1"), tmp_path / "journal", "es")
    assert heard
    assert heard.segments[0].language == "es"
    assert {form["language"] for form in ear.asked} == {"es"}


def test_what_may_pass_is_tried_again(tmp_path: Path) -> None:
    ear = Ear(WORDS)
    ear.troubles = [503, 429]
    with hearing(ear) as url:
        heard = ask(url, word_sound("word1"), tmp_path / "journal")
    assert heard
    assert [segment.text for segment in heard.segments] == ["word1"]


def test_a_second_try_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    ear = Ear(WORDS)
    journal = tmp_path / "journal"
    parts = silence(3).join(b"".join(map(word_sound, WORDS[i : i + 10])) for i in range(0, 100, 10))
    with hearing(ear) as url:
        ask(url, parts[: len(parts) // 2], journal)
    n_first = len(ear.asked)
    with hearing(ear) as url:
        heard = ask(url, parts, journal)
    assert heard
    assert " ".join(segment.text for segment in heard.segments).split() == WORDS[:100]
    assert (n_first, heard.n_chunks) == (5, 10)
    assert len(ear.asked) - n_first <= 6


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (503, PassingError, "transcription_failing"),
        (401, ConfigurationError, "transcription_refused_key"),
        (404, ConfigurationError, "transcription_not_found"),
    ],
)
def test_a_server_that_does_not_work_is_explained(
    tmp_path: Path, status: int, kind: type[Exception], code: str
) -> None:
    ear = Ear(WORDS)
    ear.troubles = [status] * 50
    with hearing(ear) as url, pytest.raises(kind, match=code):
        ask(url, SPEECH, tmp_path / "journal")


def test_a_server_that_turns_all_sound_down_is_no_silence(tmp_path: Path) -> None:
    ear = Ear(WORDS)
    ear.troubles = [400] * 50
    with hearing(ear) as url:
        with pytest.raises(ConfigurationError, match="transcription_turns_all_down"):
            ask(url, SPEECH, tmp_path / "journal")
        ear.troubles = []
        heard = ask(url, SPEECH, tmp_path / "journal")
    assert heard
    assert " ".join(segment.text for segment in heard.segments).split() == WORDS, "nothing of that was kept"


def test_one_piece_that_is_turned_down_does_not_cost_the_others_their_times() -> None:
    ear = Ear(WORDS)
    with hearing(ear) as url, TranscriptionServer(url, "secret").session(None) as session:
        assert session.hear(word_sound("word1"))
        ear.troubles = [400]
        assert session.hear(word_sound("word2"))
        assert session.hear(word_sound("word3"))
    formats = [form["response_format"] for form in ear.asked]
    assert formats == ["verbose_json", "verbose_json", "json", "verbose_json"]


def test_a_server_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(PassingError, match="transcription_unreachable"):
        ask("http://127.0.0.1:9/v1", SPEECH, tmp_path / "journal")


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"text": 5}',
        b'{"text": "' + b"a" * (2 << 20) + b'"}',
        b'{"segments": [{"start": "NaN", "end": 1, "text": "x"}]}',
    ],
)
def test_an_answer_that_is_none_is_counted_and_the_rest_is_kept(tmp_path: Path, body: bytes) -> None:
    ear = Ear(WORDS)
    ear.troubles = [body]
    with hearing(ear) as url:
        heard = ask(url, word_sound("word1") + silence(3) + word_sound("word2"), tmp_path / "journal")
    assert heard
    assert (heard.n_chunks, heard.n_lost, len(heard.segments)) == (2, 1, 1)


def test_words_that_the_server_doubts_itself_are_left_out() -> None:
    said = [
        {"start": 0.0, "end": 1.0, "text": "heard", "avg_logprob": -0.2, "no_speech_prob": 0.9},
        {"start": 1.0, "end": 2.0, "text": "invented", "avg_logprob": -1.4, "no_speech_prob": 0.9},
        {"start": 2.0, "end": 3.0, "text": "and and and and", "avg_logprob": -1.4, "compression_ratio": 5.0},
        {"start": 3.0, "end": 4.0, "text": " <|es|>hard to hear", "avg_logprob": -1.4, "compression_ratio": 1.1},
    ]
    found = read_answer(json.dumps({"language": "es", "segments": said}).encode(), 10.0, 38.0, None)
    assert found is not None
    assert [(one.start_s, one.text, one.language) for one in found] == [(10, "heard", "es"), (13, "hard to hear", "es")]


def test_hostile_words_and_times_are_bounded(tmp_path: Path) -> None:
    ear = Ear(WORDS)
    said = '{"segments": [{"start": -1e308, "end": 1e308, "text": "<script>a</script>\\u0000b%s"}]}' % ("x" * 9999)
    ear.troubles = [said.encode()]
    with hearing(ear) as url:
        heard = ask(url, word_sound("word1"), tmp_path / "journal")
    assert heard
    (segment,) = heard.segments
    assert segment.text.startswith("<script>a</script>b")
    assert len(segment.text) <= 2000
    assert 0 <= segment.start_s < segment.end_s < 1
    segment.text.encode()


def test_a_chunk_ends_in_a_pause_where_there_is_one() -> None:
    spoken = [(bytes(FRAME_BYTES), not 700 <= number < 720) for number in range(1200)]
    first, second = chunks(spoken)
    assert (first.end_s, second.start_s, second.overlap_s) == (
        pytest.approx(710 * FRAME_S, abs=1.1 * FRAME_S),
        first.end_s,
        0,
    )
    assert second.end_s == pytest.approx(1200 * FRAME_S)


def test_chunks_never_exceed_what_a_recogniser_takes() -> None:
    spoken = [(bytes(FRAME_BYTES), number % 100 < 97) for number in range(10_000)]
    found = list(chunks(spoken))
    assert max(chunk.end_s - chunk.start_s for chunk in found) <= LONGEST_S
    assert all(b.start_s <= a.end_s for a, b in pairwise(found))


def test_the_detector_hears_people_and_not_silence(footage: Path) -> None:
    from archive_pipeline.media.audio import sound
    from archive_pipeline.media.ffmpeg import find_ffmpeg
    from archive_pipeline.media.probe import probe
    from archive_pipeline.media.tracks import tracks

    clip = footage / "friday_bw.mp4"
    track = next(track for track in tracks(clip) if track.kind == "audio")
    with sound(clip, probe(clip), track, find_ffmpeg(None)) as pieces:
        voiced = [is_voiced for _, is_voiced in voiced_frames(pieces)]
    assert sum(voiced) * FRAME_S > 5  # of 6.2 s of talk
    assert not any(is_voiced for _, is_voiced in voiced_frames([silence(30)]))
