"""Where in a sound somebody may be speaking, so that silence costs nothing and is not given words."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

import webrtcvad

SAMPLE_RATE = 16_000
"""Samples a second, signed 16 bits, one channel."""

FRAME_S = 0.03
"""What WebRTC's detector judges at a time."""

FRAME_BYTES = int(SAMPLE_RATE * FRAME_S) * 2

_STRICTNESS = 2  # of 0 to 3; 3 loses quiet voices under music
_AROUND = 5  # frames on each side: a judgement is the majority of a third of a second
_MAJORITY = 5


def voiced_frames(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Every frame of 30 ms with whether somebody may be speaking then; the last, incomplete one is left out.

    The method is WebRTC's voice activity detector (Gaussian mixtures over six bands), smoothed by a majority.
    """
    detector = webrtcvad.Vad(_STRICTNESS)
    frames: deque[bytes] = deque()
    judged: deque[bool] = deque([False] * _AROUND)
    silence = [(b"", False)] * _AROUND
    heard = ((frame, detector.is_speech(frame, SAMPLE_RATE)) for frame in _frames(pieces))
    for frame, is_speech in chain(heard, silence):
        frames.append(frame)
        judged.append(is_speech)
        if len(judged) > 2 * _AROUND:
            yield frames.popleft(), sum(judged) >= _MAJORITY
            judged.popleft()


def _frames(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) // FRAME_BYTES * FRAME_BYTES
        for first in range(0, whole, FRAME_BYTES):
            yield rest[first : first + FRAME_BYTES]
        rest = rest[whole:]
