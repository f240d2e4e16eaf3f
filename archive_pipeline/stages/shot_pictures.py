"""Pictures of shots as a vision-language model gets them: from the source file, already in the size that it sees."""

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from archive_pipeline.errors import MediaError
from archive_pipeline.language.descriptions.model import SentPictures, picture_moments
from archive_pipeline.language.pictures import PICTURE_SHAPE, resized, sent_size
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.media.moments import Moment, sample_moments

_QSCALE = 2  # ffmpeg's best JPEG: the picture is compressed once more after it was resized

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class ShotSpan:
    """When a shot is, in seconds on the clock that a player shows."""

    start_s: float
    end_s: float
    keyframe_s: float


class SourcePictures:
    """Pictures of one video, taken from its file by short seeks. Safe for many threads."""

    def __init__(self, path: Path, facts: MediaFacts, ffmpeg: Path, seek: bool) -> None:
        """`seek`: whether the file's times can be sought (media.moments.can_seek); without it each picture costs the
        decoding of everything before it."""
        self._path = path
        self._facts = facts
        self._ffmpeg = ffmpeg
        self._seek = seek

    def of_shot(self, span: ShotSpan, n_pictures: int) -> SentPictures:
        """At most `n_pictures` pictures, the keyframe's among them.

        Raises MediaError `no_picture` where none can be decoded, `picture_shape` where no model would look at one, and
        what media.moments raises.
        """
        size = sent_size(self._facts.width, self._facts.height)
        parameters = replace(SamplingParameters(), picture_side=max(16, min(size)), jpeg_qscale=_QSCALE)
        moments = [
            Moment(time_s, time_s, 0)
            for time_s in picture_moments(span.start_s, span.end_s, span.keyframe_s, n_pictures)
        ]
        found = sample_moments(self._path, self._facts, parameters, self._ffmpeg, moments, self._seek)
        samples = {sample.pts_s: sample for sample in found if sample.pts_s < span.end_s}  # two moments, one frame
        if not samples:
            raise MediaError("no_picture", f"no frame of {span.start_s:.3f}–{span.end_s:.3f} s can be decoded")
        times_s = sorted(samples)
        boxed = min(range(len(times_s)), key=lambda place: abs(times_s[place] - span.keyframe_s))
        jpegs = tuple(resized(samples[time_s].jpeg, size) for time_s in times_s)
        return SentPictures(jpegs, tuple(times_s), size, boxed)


def require_a_picture(missing: Collection[MediaError], n_wanted: int) -> None:
    """Why pictures of `n_wanted` shots are missing; raises MediaError `no_picture` where that is all of them, as it is
    the file that is wrong then. A shape that no model looks at is nothing wrong."""
    if len(missing) == n_wanted and any(error.code != PICTURE_SHAPE for error in missing):
        raise MediaError("no_picture", "Not one picture can be decoded. Is the file still the one that was ingested?")


def failing_alone(fetch: Callable[[Item], Result]) -> Callable[[Item], Result | MediaError]:
    """`fetch`, whose MediaErrors concern their items alone: they are its results."""

    def fetched(item: Item) -> Result | MediaError:
        try:
            return fetch(item)
        except MediaError as error:
            return error

    return fetched


def fetched_ahead(
    items: Iterable[Item], fetch: Callable[[Item], Result], threads: int, ahead: int
) -> Generator[tuple[Item, Result], None, None]:
    """Each item with what `fetch` gives for it, in order, `ahead` of them begun before they are asked for.

    What `fetch` raises is raised here, at its item. Close the iterator to end early.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="pictures") as pool:
        begun: deque[tuple[Item, Future[Result]]] = deque()
        try:
            for item in items:
                begun.append((item, pool.submit(fetch, item)))
                if len(begun) > ahead:
                    first, result = begun.popleft()
                    yield first, result.result()
            while begun:
                first, result = begun.popleft()
                yield first, result.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
