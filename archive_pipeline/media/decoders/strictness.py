"""What the GPU's decoder gives counts only where it is what the processor would have given."""

import threading
from collections.abc import Iterable, Iterator
from math import inf

from archive_pipeline.media.decoders.model import DecoderError
from archive_pipeline.media.process import Child
from archive_pipeline.media.rule import CLOCK_RESET, period
from archive_pipeline.media.stream import Picture, Thumbnail
from archive_pipeline.media.verdict import decoder_warnings

_OF_FILTERS = ("[Parsed_", "[AVHW")  # what these say concerns no picture of the video; where they fail, ffmpeg ends

_LONGEST_SILENCE_S = 300.0  # between two frames: milliseconds on a GPU that works, seconds until it begins
_LOOKS = 30


def strictly(items: Iterable[Thumbnail | Picture], child: Child, fps: float) -> Iterator[Thumbnail | Picture]:
    """`items` of a decode on the GPU, as long as nothing is wrong with it.

    The GPU drops what is damaged where the processor would conceal it, and ffmpeg begins its filters anew where a
    video's size changes, so that they sample a frame that is none. A GPU that hangs gives nothing and says nothing.
    Raises DecoderError where the decoder complains of anything, where a picture is no sample at `fps`, where nothing
    comes for five minutes, and where ffmpeg fails or gives nothing.
    """
    before, this, n_frames = -inf, -inf, 0
    for item in (patience := _Patience(child)).waiting_for(items):
        _raise_complaint(child)
        if isinstance(item, Thumbnail):
            n_frames += 1
            before, this = this, period(item.pts_s, fps)
        elif this <= before:
            raise DecoderError("the size or the format of the pictures changes in mid-stream")
        yield item
    status = child.wait()
    _raise_complaint(child)
    if patience.is_lost:
        raise DecoderError(f"nothing came of it for {_LONGEST_SILENCE_S:.0f} s")
    if status or not n_frames:
        last = child.lines[-1] if child.lines else "no message"
        raise DecoderError("it took too long" if child.timed_out else f"exit status {status}, {last}")


class _Patience:
    """Ends the decode when nothing has come of it for long, while somebody waited for it."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._silent_for = 0  # looks
        self._is_waiting = False
        self.is_lost = False

    def waiting_for(self, items: Iterable[Thumbnail | Picture]) -> Iterator[Thumbnail | Picture]:
        is_over = threading.Event()
        threading.Thread(target=self._look, args=[is_over], name="GPU's decoder", daemon=True).start()
        source = iter(items)
        try:
            while True:
                self._silent_for, self._is_waiting = 0, True
                item = next(source, None)
                self._is_waiting = False  # the time of who takes it is none of the decoder's
                if item is None:
                    return
                yield item
        finally:
            is_over.set()

    def _look(self, is_over: threading.Event) -> None:
        """Counts looks, and not the clock, which goes on while this process is stopped."""
        while not is_over.wait(_LONGEST_SILENCE_S / _LOOKS):
            self._silent_for += self._is_waiting
            if self._silent_for > _LOOKS:
                self.is_lost = True
                self._child.kill()
                return


def _raise_complaint(child: Child) -> None:
    for line in decoder_warnings(list(child.lines)):
        if line != CLOCK_RESET and not line.startswith(_OF_FILTERS):
            raise DecoderError(line)
