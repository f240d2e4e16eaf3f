"""What the analyses of an album's photos have in common: a photo that was looked at is not looked at again."""

from archive_pipeline.resources.work import VideoWork
from archive_pipeline.stages.parameters import answer_fingerprint
from archive_pipeline.stages.photo_rows import PhotoRows


def wants_photos(work: VideoWork, looked_at: str) -> bool:
    """Whether there is anything to look at: the analysis is another by now, or so are the photos that are ready (those
    that failed first may be by now). `looked_at`: the lake table that has a row for each that was looked at."""
    ready = work.read("photo_pictures", "photo_id")["photo_id"]
    work.is_current = work.is_current and work.read(looked_at, "photo_id")["photo_id"].equals(ready)
    return not work.is_current


def photo_fingerprint(work: VideoWork, run_id: str) -> str:
    """What an answer in the journal is a function of, beside the photo's id, which holds its content. A forced run does
    everything once, and when it is retried only what it has not done yet."""
    made_from = answer_fingerprint({**work.parameters, "code_version": work.stage.code_version})
    return f"{made_from} {run_id}" if work.force else made_from


def former_rows(work: VideoWork, looked_at: str, found: str) -> PhotoRows:
    """What the same analysis found before; empty tables where it was another one, or all is to be done again."""
    stored = work.stored(work.stage)
    known = PhotoRows(work.read(looked_at).drop("album"), work.read(found).drop("video_id"))
    is_reusable = (
        stored is not None
        and not work.force
        and (stored.code_version, dict(stored.parameters)) == (work.stage.code_version, dict(work.parameters))
    )
    return known if is_reusable else PhotoRows(known.looked_at.clear(), known.found.clear())
