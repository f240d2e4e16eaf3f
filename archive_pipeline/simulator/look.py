"""What a programme's film stock and mastering do to every picture of it."""

from dataclasses import dataclass
from typing import Literal

Shape = Literal["16:9", "4:3", "pillarbox", "letterbox"]


@dataclass(frozen=True)
class Look:
    """`shape`: a full 16:9 or 4:3 picture, 4:3 between bars in 16:9 (pillarbox), or 16:9 between bars in 4:3."""

    shape: Shape = "16:9"
    black_and_white: bool = False
    grain: int = 0  # standard deviation of the luma noise, 0 to 12 steps of 255
    timecode: bool = False  # burned into the picture

    @property
    def has_wide_picture(self) -> bool:
        """Whether the picture between the bars, if any, is 16:9."""
        return self.shape in ("16:9", "letterbox")

    def frame_size(self, height: int) -> tuple[int, int]:
        """Width and height of the whole frame in pixels, divisible by four."""
        wide = self.shape in ("16:9", "pillarbox")
        return _by_four(height * (16 / 9 if wide else 4 / 3)), height

    def picture_size(self, height: int) -> tuple[int, int]:
        """Width and height of the picture between the bars."""
        width, _ = self.frame_size(height)
        if self.shape == "pillarbox":
            return _by_four(height * 4 / 3), height
        if self.shape == "letterbox":
            return width, _by_four(width * 9 / 16)
        return width, height


def _by_four(pixels: float) -> int:
    return round(pixels / 4) * 4
