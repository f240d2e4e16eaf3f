"""What several assets read in the same way: the facts and the span of a video."""

from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.resources.work import VideoWork


def span_of(work: VideoWork) -> tuple[float, float]:
    """From the first frame of the video to the end of its last, in seconds."""
    start_s, end_s = work.read("decoding", "start_s", "end_s").row(0)
    return start_s, end_s


def media_facts(work: VideoWork) -> MediaFacts:
    """What source_video found out about the file."""
    return MediaFacts.from_row(work.read("media").row(0, named=True))
