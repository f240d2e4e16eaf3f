"""Time expressions of TTML → seconds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archive_pipeline.language.transcripts.frame_clock import FrameClock

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?")
_FRAMES = re.compile(r"(\d{1,3}):(\d{1,2}):(\d{1,2})[:;](\d{1,3}(?:\.\d{1,4})?)")
_OFFSET = re.compile(r"(\d{1,12}(?:[.,]\d{1,9})?)(h|m|s|ms|f|t|)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
_UNSTATED_FRAME_RATE = 30
_NUMBER, _RATIO = re.compile(r"\d{1,9}"), re.compile(r"(\d{1,9})[ :](\d{1,9})")


@dataclass(frozen=True)
class Times:
    """How a document counts."""

    clock: FrameClock
    ticks_a_second: float
    is_timecode: bool
    """Whether its times are a tape's, which seldom begins at zero (`ttp:timeBase` smpte)."""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Times":
        """As the attributes of `tt` say, by their names without a namespace.

        Source: Timed Text Markup Language 1 (W3C, third edition), 6.2: 30 frames where nothing is said, a tick a frame,
        or a second where no frame rate is given either.
        """
        stated = _whole(parameters.get("frameRate"))
        nominal = stated or _UNSTATED_FRAME_RATE
        ratio = _RATIO.fullmatch(parameters.get("frameRateMultiplier", "").strip())
        passed, numbered = (int(ratio[1]), int(ratio[2])) if ratio else (1, 1)
        frame_rate = nominal * passed / numbered if passed and numbered else float(nominal)
        clock = FrameClock(nominal, frame_rate, parameters.get("dropMode") == "dropNTSC")
        subframes = _whole(parameters.get("subFrameRate")) or 1
        ticks = _whole(parameters.get("tickRate")) or (frame_rate * subframes if stated else 1.0)
        return cls(clock, float(ticks), parameters.get("timeBase") == "smpte")

    def seconds(self, written: str) -> float | None:
        """Of `00:00:01.5`, `00:00:01:12`, `1.5s`, `36f` …; None where it is no time.

        What programs write is read, too: a comma for the point, one digit of an hour, no hour, seconds without a unit.
        """
        text = written.strip()
        if found := _FRAMES.fullmatch(text):
            return self._of_frames(int(found[1]), int(found[2]), int(found[3]), float(found[4]))
        if found := _CLOCK.fullmatch(text):
            whole_s = _whole_seconds(int(found[1] or 0), int(found[2]), int(found[3]))
            return None if whole_s is None else whole_s + float(f"0.{found[4] or 0}")
        if found := _OFFSET.fullmatch(text):
            count, unit = float(found[1].replace(",", ".")), found[2]
            if unit == "f":
                return count / self.clock.frame_rate
            return count / self.ticks_a_second if unit == "t" else count * _SECONDS[unit]
        return None

    def _of_frames(self, hours: int, minutes: int, seconds: int, frames: float) -> float | None:
        """A tape counts nothing but frames; else the seconds are those of a clock, and frames what is left."""
        if self.is_timecode:
            return self.clock.seconds(hours, minutes, seconds, frames)
        whole_s = _whole_seconds(hours, minutes, seconds)
        return None if whole_s is None or frames >= self.clock.nominal else whole_s + frames / self.clock.frame_rate


def _whole_seconds(hours: int, minutes: int, seconds: int) -> int | None:
    return None if minutes > 59 or seconds > 59 else (hours * 60 + minutes) * 60 + seconds


def _whole(written: str | None) -> int | None:
    """A whole number above zero; None where it is none."""
    return (int(written) or None) if written and _NUMBER.fullmatch(written.strip()) else None
