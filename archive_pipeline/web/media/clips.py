"""Clips of sources that a browser cannot play, made when somebody looks, kept while there is room."""

import hashlib
import logging
import math
import os
import subprocess
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av

from archive_pipeline.errors import MediaError, PassingError, RequestError
from archive_pipeline.media.colour import conversion_parameters
from archive_pipeline.media.ffmpeg import DISCONTINUOUS, find_ffmpeg
from archive_pipeline.media.process import Child, running
from archive_pipeline.media.tone_mapping import tone_map
from archive_pipeline.media.tracks import tracks
from archive_pipeline.web.kept_files import KeptFiles
from archive_pipeline.web.media.clip_command import H264, LEADS_S, VP8, Recipe, clip_command
from archive_pipeline.web.programme import Programme

CLIP_S = 6.0
"""Seconds of the video's clock per clip: the first picture of a moment waits for at most as much to be coded."""
OVERLAP_S = 0.25
"""A clip goes on this much into the next one, whose first picture may come as late: no gap is left between them."""

_VERSION = "5"  # to be raised when a clip would look different
_LATE_S = OVERLAP_S
_NOTHING_S = 0.001  # less of a video is the rounding of its end; clip_feeder.js counts clips in the same way
_LIMIT_S = 60.0
_LIMIT_FROM_START_S = 300.0  # where a video cannot be sought, all before the moment is decoded as well
_PATIENCE_S = 30.0
_MOST_BYTES = 2_000_000_000
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clip:
    content: bytes
    mime: str
    from_s: float
    """The time of the video's clock that is 0 in the clip."""


class Clips:
    """The cache in `folder`: at most `most_bytes`, the longest unused go first; at most `jobs` ffmpeg at once."""

    def __init__(
        self, folder: Path, ffmpeg: Path | None = None, most_bytes: int = _MOST_BYTES, jobs: int | None = None
    ) -> None:
        self._files = KeptFiles(folder, most_bytes)
        self._configured = ffmpeg
        self._free = threading.BoundedSemaphore(jobs or max(1, (os.cpu_count() or 2) // 2))
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Lock] = {}

    @cached_property
    def recipe(self) -> Recipe:
        """H.264 where the ffmpeg at hand can write it, else VP8."""
        listed = subprocess.run(
            [self._ffmpeg, "-hide_banner", "-encoders"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30
        )
        return H264 if b" libx264 " in listed.stdout else VP8

    def mime(self, programme: Programme) -> str:
        """The type, with codecs, of all clips of a video."""
        return self.recipe.mime(self._with_audio(programme))

    def get(self, programme: Programme, source: Path, number: int) -> Clip:
        """Clip `number` of the video: the moment from number × CLIP_S on its clock.

        Raises RequestError `no_such_moment`, PassingError `previews_busy`, MediaError `preview_failed`.
        """
        first, end = math.floor(programme.start_s / CLIP_S), math.ceil((programme.end_s - _NOTHING_S) / CLIP_S)
        if not max(first, 0) <= number < max(end, 1):
            raise RequestError("no_such_moment", f"{programme.video_id} ends at {programme.end_s:.1f} s.")
        name = self._name(programme, number)
        content = self._files.read(name)
        if content is None:
            with self._turn(name):
                content = self._files.read(name)
                if content is None:
                    content = self._make(programme, source, number)
                    self._files.write(name, content)
        return Clip(content, self.mime(programme), number * CLIP_S)

    @cached_property
    def _ffmpeg(self) -> Path:
        return find_ffmpeg(self._configured)

    @staticmethod
    def _with_audio(programme: Programme) -> bool:
        return programme.facts.has_audio and programme.facts.audio_codec is not None and programme.seekable

    def _name(self, programme: Programme, number: int) -> str:
        recipe, facts = self.recipe, programme.facts
        assumed = facts.is_colour_matrix_assumed  # None: found out when the video is ingested again
        key = f"{_VERSION}\0{recipe.name}\0{programme.sha256}\0{facts.stream_index}\0{assumed}\0{number}"
        key += "".join(f"\0{by}" for by in conversion_parameters(facts).values())
        return hashlib.sha256(key.encode()).hexdigest() + recipe.suffix

    def _turn(self, name: str) -> threading.Lock:
        """Two who ask for the same clip: the second waits for the first and finds it made."""
        with self._lock:
            if len(self._under_way) > 1000:
                self._under_way = {key: lock for key, lock in self._under_way.items() if lock.locked()}
            return self._under_way.setdefault(name, threading.Lock())

    def _make(self, programme: Programme, source: Path, number: int) -> bytes:
        if not self._free.acquire(timeout=_PATIENCE_S):
            raise PassingError("previews_busy", "Many previews are being made at the moment. Try again in a minute.")
        try:
            return self._encoded(programme, source, number)
        finally:
            self._free.release()

    def _encoded(self, programme: Programme, source: Path, number: int) -> bytes:
        """A clip that begins with its moment. A picture that stands for long begins it; else a moment without pictures
        has no clip."""
        sound = _sound(programme, source) if self._with_audio(programme) else None
        first = 1 if programme.facts.container in DISCONTINUOUS else 0
        for lead_s in LEADS_S[first:] if programme.seekable else (None,):
            begins_s, content = self._encode(programme, source, number, lead_s, sound)
            is_whole = lead_s is None or number * CLIP_S - lead_s <= programme.start_s
            if is_whole or begins_s <= _LATE_S:
                break
        if begins_s > _LATE_S:
            begins_s, content = self._encode(programme, source, number, lead_s, sound, held=True)
        if math.isinf(begins_s):
            raise MediaError("preview_failed", "No preview can be made of this moment: it has no picture.")
        return content

    def _encode(
        self,
        programme: Programme,
        source: Path,
        number: int,
        lead_s: float | None,
        sound: str | None,
        *,
        held: bool = False,
    ) -> tuple[float, bytes]:
        """When its first picture is shown, and the clip."""
        target = self._files.scratch(self.recipe.suffix)
        try:
            with tone_map(programme.facts) as table:
                command = clip_command(
                    self._ffmpeg,
                    source,
                    programme.facts,
                    self.recipe,
                    from_s=number * CLIP_S,
                    length_s=min(CLIP_S + OVERLAP_S, programme.end_s - number * CLIP_S),
                    lead_s=lead_s,
                    sound=sound,
                    held=held,
                    table=table,
                    target=target,
                )
                with running(command, _LIMIT_S if programme.seekable else _LIMIT_FROM_START_S) as child:
                    child.stdout.read()
                    status = child.wait()
            if child.timed_out or status or not target.exists() or not target.stat().st_size:
                raise _failure(programme, number, child)
            return first_picture_s(target), target.read_bytes()
        finally:
            target.unlink(missing_ok=True)


def first_picture_s(clip: Path) -> float:
    """When the first picture of a clip is shown, in seconds of its own clock; infinite where there is none."""
    with av.open(str(clip)) as container:
        video = next(iter(container.streams.video), None)
        packets = container.demux(video) if video else ()
        return min((float(p.pts * p.time_base) for p in packets if p.pts is not None and p.time_base), default=math.inf)


def _sound(programme: Programme, source: Path) -> str:
    """The stream that is heard, for ffmpeg; of several programmes that of the used one."""
    if programme.facts.container == "mpegts" and programme.facts.note:  # which tells of them
        return next((str(track.index) for track in tracks(source) if track.kind == "audio"), "a:0")
    return "a:0"


def _failure(programme: Programme, number: int, child: Child) -> MediaError | PassingError:
    why = "took too long" if child.timed_out else child.lines[-1] if child.lines else "said nothing"
    _logger.warning("no preview of %s at clip %d: ffmpeg %s", programme.video_id, number, why)
    if child.timed_out:
        return PassingError("previews_busy", "The preview took too long to make. Try again in a minute.")
    return MediaError("preview_failed", f"No preview can be made of this moment: ffmpeg said “{why[:200]}”.")
