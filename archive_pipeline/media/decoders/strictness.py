"""What the GPU's decoder gives counts only where it is what the processor would have given."""

from collections.abc import Iterable, Iterator
from math import inf

from archive_pipeline.media.decoders.model import DecoderError
from archive_pipeline.media.process import Child
from archive_pipeline.media.rule import CLOCK_RESET, period
from archive_pipeline.media.stream import Picture, Thumbnail
from archive_pipeline.media.verdict import decoder_warnings

_OF_FILTERS = ("[Parsed_", "[AVHW")  # what these say concerns no picture of the video; where they fail, ffmpeg ends


def strictly(items: Iterable[Thumbnail | Picture], child: Child, fps: float) -> Iterator[Thumbnail | Picture]:
    """`items` of a decode on the GPU, as long as nothing is wrong with it.

    The GPU drops what is damaged where the processor would conceal it, and ffmpeg begins its filters anew where a
    video's size changes, so that they sample a frame that is none. Raises DecoderError where the decoder complains of
    anything, where a picture is no sample at `fps`, and where ffmpeg fails or gives nothing.
    """
    before, this, n_frames = -inf, -inf, 0
    for item in items:
        _raise_complaint(child)
        if isinstance(item, Thumbnail):
            n_frames += 1
            before, this = this, period(item.pts_s, fps)
        elif this <= before:
            raise DecoderError("the size or the format of the pictures changes in mid-stream")
        yield item
    status = child.wait()
    _raise_complaint(child)
    if status or not n_frames:
        last = child.lines[-1] if child.lines else "no message"
        raise DecoderError("it took too long" if child.timed_out else f"exit status {status}, {last}")


def _raise_complaint(child: Child) -> None:
    for line in decoder_warnings(list(child.lines)):
        if line != CLOCK_RESET and not line.startswith(_OF_FILTERS):
            raise DecoderError(line)
