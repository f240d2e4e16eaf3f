"""Selections to hand on: every rate, timecode and name that the formats must carry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from archive_pipeline.exports.model import Clip, Note, Record, Selection, Source

FILM, NTSC, NTSC_60 = 24000 / 1001, 30000 / 1001, 60000 / 1001

RATES = {
    "23.976": (FILM, False), "24": (24.0, False), "25": (25.0, False), "29.97 DF": (NTSC, True),
    "29.97 NDF": (NTSC, False), "50": (50.0, False), "59.94 DF": (NTSC_60, True), "59.94 NDF": (NTSC_60, False),
    "uneven": (24.8713, False),
}  # fmt: skip
"""Frames a second, and whether numbers are dropped."""

TIMECODES = {"none": None, "tape": "10:00:00:00", "midnight": "23:59:40:00"}

CASES = [(rate, timecode) for rate in RATES for timecode in TIMECODES]

NAMES = ("Año nuevo (1987).mxf", "Кино и немцы.mov", "日本の夏.mp4", "O'Brien & <Söhne>.mxf")


def source(rate: str = "25", timecode: str = "tape", name: str = "tape.mxf", minutes: float = 90) -> Source:
    frame_rate, drop_frame = RATES[rate]
    start = TIMECODES[timecode]
    first_s = 0.08 if start else 0.0
    return Source(
        f"films/{name}", name, f"file:///archive/{name}", "ab" * 32, frame_rate, start, bool(start and drop_frame),
        first_s, first_s + 60 * minutes, 1920, 1080, "video/mp4", has_audio=True, is_playable=True,
    )  # fmt: skip


def shots(of: Source, n: int, seed: int = 1, most_frames: int = 200) -> list[Clip]:
    """Clips of a source without a gap, in order; times rounded to a millisecond as containers do."""
    random, rate = Random(seed), float(of.counting.rate)
    frames = [random.randrange(100)]
    for _ in range(n):
        frames.append(frames[-1] + random.randrange(1, most_frames))
    times = [round(of.first_s + frame / rate, 3) for frame in frames]
    return [
        Clip(of, start_s, end_s, f"00000000-0000-5000-8000-{number:012d}", number)
        for number, (start_s, end_s) in enumerate(pairwise(times))
    ]


def cut(rate: str = "25", timecode: str = "tape", n: int = 60, name: str = "tape.mxf") -> Selection:
    return Selection("Año nuevo", shots(source(rate, timecode, name), n))


def mixed() -> Selection:
    """Two sources in turn, of 25 and 23.976 frames a second; most are of the first."""
    first, second = shots(source("25"), 20), shots(source("23.976", name="Кино.mov"), 19, seed=2)
    taken = [clip for pair in zip(first, second, strict=False) for clip in pair]
    return Selection("two rates", [*taken, first[-1]])


def noted(selection: Selection, note: str) -> Selection:
    return replace(selection, clips=[replace(selection.clips[0], note=note), *selection.clips[1:]])


def recorded(selection: Selection) -> Selection:
    """With all that could be known of its one video."""
    clips, of = selection.clips, selection.clips[0].source
    tiles = tuple(Note(clip.start_s, clip.end_s, f"Shot {n}") for n, clip in enumerate(clips, start=1))
    half = clips[len(clips) // 2].start_s
    scenes = (Note(clips[0].start_s, half, "Scene 1: la playa"), Note(half, clips[-1].end_s, "Scene 2: 夏"))
    record = Record(
        source=of,
        container="mxf",
        video_codec="mpeg2video",
        audio_codec="pcm_s16le",
        address="https://archive.example",
        summary="Two <scenes> & a beach",
        classes=tuple(replace(scene, text=f"Class {n}") for n, scene in enumerate(scenes, start=1)),
        scenes=scenes,
        shots=tiles,
        transcript=tuple(_said(clips)),
        concepts={"contents": tuple(replace(tile, text="city, night") for tile in tiles[::2])},
    )
    return replace(selection, record=record)


def _said(clips: Sequence[Clip]) -> Iterator[Note]:
    """Two who speak at once, one of whom interrupts herself; and somebody whose words look like markup."""
    for clip in clips:
        yield Note(clip.start_s, clip.end_s + 0.5, "Привет, что --> там?", "Anna", "ru")
        yield Note(clip.start_s + 0.2, clip.end_s, "a < b & c\n\n2", "Bo\u0007b")
    yield Note(clips[0].start_s + 0.01, clips[0].end_s + 0.1, "nobody said this", None, "en")
