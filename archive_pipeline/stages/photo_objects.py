"""The objects of the photos of one album: a detector's boxes in the lake's picture of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from archive_pipeline import progress
from archive_pipeline.detectors import Detection, Detector, ObjectParameters
from archive_pipeline.detectors.model import Seen
from archive_pipeline.errors import MediaError
from archive_pipeline.language.vlm import AnswerJournal
from archive_pipeline.stages.objects import box_rows
from archive_pipeline.stages.photo_rows import PhotoRows
from archive_pipeline.stages.shot_pictures import failing_alone, require_a_picture
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_AT_ONCE = 16  # photos: what a kill costs at most, and more than a batch of any detector on a processor

_AT_S = 0.0
"""A photo has no duration."""


def detect_in_photos(
    lake: Lake,
    album: VideoName,
    detector: Detector,
    parameters: ObjectParameters,
    journal: AnswerJournal,
    fingerprint: str,
    former: PhotoRows,
) -> tuple[PhotoRows, int]:
    """The boxes in the ready photos of the album, in their order, then best first; and how many were looked at for it.

    Photos of `former` and those that the journal holds are not looked at again. A photo of a shape that the detector
    cannot take has the code of its failure. Raises MediaError where that is all of them, and what the detector raises.
    """
    photo_ids: list[str] = lake.read("photo_pictures", album, ["photo_id"])["photo_id"].to_list()
    known = former.without_failures()
    done = set(known.looked_at["photo_id"])
    kept = {key: _seen(entry) for key, entry in journal.entries(fingerprint).items()}
    missing = [key for key in photo_ids if key not in done and key not in kept]
    failed: dict[str, MediaError] = {}
    n_seen = 0
    for part in _pictures(lake, album, missing):
        for photo_id, seen in zip(part, _detected(detector, list(part.values()), parameters.min_score), strict=True):
            if isinstance(seen, MediaError):
                failed[photo_id] = seen
                continue
            kept[photo_id] = seen
            journal.append(photo_id, fingerprint, asdict(seen))
        n_seen += len(part)
        progress.report("photo_objects", n_seen / len(missing))
    require_a_picture(failed.values(), len(photo_ids))
    new = (
        row
        for key in photo_ids
        if key not in done and key in kept
        for row in box_rows(key, _AT_S, kept[key], parameters)
    )
    return known.joined_by(photo_ids, failed, new), len(missing) - len(failed)


def _pictures(lake: Lake, album: VideoName, wanted: Sequence[str]) -> Iterator[dict[str, bytes]]:
    """JPEGs by photo, some at a time."""
    left = set(wanted)
    for batch in lake.batches("photo_pictures", album, ["photo_id", "jpeg"], batch_rows=_AT_ONCE) if left else ():
        if part := {key: jpeg for key, jpeg in batch.iter_rows() if key in left}:
            yield part


def _detected(detector: Detector, jpegs: Sequence[bytes], min_score: float) -> Sequence[Seen | MediaError]:
    """A picture that the detector cannot take costs itself alone."""
    try:
        return detector.detect(jpegs, min_score)
    except MediaError:

        def seen(jpeg: bytes) -> Seen:
            return detector.detect([jpeg], min_score)[0]

        return [failing_alone(seen)(jpeg) for jpeg in jpegs]


def _seen(entry: Mapping[str, Any]) -> Seen:
    return Seen(entry["width"], entry["height"], tuple(Detection(**one) for one in entry["things"]))
