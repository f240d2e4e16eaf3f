"""Times that count frames, as those of EBU STL and of TTML may."""

from dataclasses import dataclass

from archive_pipeline.timecode import count_of_timecode, dropped_numbers, frame_count, is_timecode


@dataclass(frozen=True)
class FrameClock:
    """How the frames of a subtitle file are numbered."""

    nominal: int
    """Numbers a second."""

    frame_rate: float
    """Frames that pass a second; 23.976 where 24 numbers do."""

    drop_frame: bool = False

    @property
    def day_s(self) -> float:
        """After which the numbers begin again: 23.976 frames a second take longer for those of 24 hours."""
        dropped = dropped_numbers(self.drop_frame, self.nominal)
        return frame_count(24, 0, 0, 0, self.nominal, dropped) / self.frame_rate

    def seconds(self, hours: int, minutes: int, seconds: int, frames: float = 0) -> float | None:
        """From midnight to this timecode; None where there is none such, as of frame 25 of 25."""
        if hours > 23 or minutes > 59 or seconds > 59 or frames >= self.nominal:
            return None
        dropped = dropped_numbers(self.drop_frame, self.nominal)
        whole = frame_count(hours, minutes, seconds, int(frames), self.nominal, dropped)
        return (whole + frames % 1) / self.frame_rate

    def seconds_of(self, timecode: str | None) -> float | None:
        """From midnight to a video's timecode `HH:MM:SS:FF`; None where it is none."""
        if timecode is None or not is_timecode(timecode):
            return None
        return count_of_timecode(timecode, self.nominal, self.drop_frame) / self.frame_rate


@dataclass(frozen=True)
class Timecode:
    """That the times of a file are those of a tape, which seldom begins at zero."""

    clock: FrameClock
    programme_start_s: float | None
    """Where the file says that the programme begins, seconds from midnight; None where it does not."""
