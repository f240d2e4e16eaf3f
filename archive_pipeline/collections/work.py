"""Whether a known video has work to do."""

from datetime import datetime, timedelta
from typing import Literal

from archive_pipeline.store.catalogue.entry import Entry

Work = Literal["unfinished", "outdated", "failed_due", "failed_waiting", "failed_permanent", "nothing"]

_LONGEST_PAUSE = timedelta(hours=24)
_SAME_BUG = 3


def work_of(entry: Entry, plan: str, now: datetime) -> Work:
    """What there is to do for a video whose file is in its place, under the collection's `plan`.

    A failure that may pass is tried again after 2, 4, 8, … minutes, at most a day; a permanent one when the file
    changes, when somebody asks, or when it is known to have happened under another plan. A bug of ours that came back
    often enough is no better than permanent.
    """
    if entry.pending or entry.status == "new":
        return "unfinished"
    if entry.status == "ready":
        return "nothing" if entry.plan == plan else "outdated"
    if entry.plan not in (None, plan):
        return "outdated"
    if entry.permanent or (entry.error_code == "internal_error" and entry.attempts >= _SAME_BUG):
        return "failed_permanent"
    return (
        "failed_due"
        if entry.finished_at is None or now >= entry.finished_at + pause(entry.attempts)
        else "failed_waiting"
    )


def pause(attempts: int) -> timedelta:
    """How long a failure that may pass is left alone after `attempts` failed runs."""
    return min(timedelta(minutes=2 ** min(attempts, 20)), _LONGEST_PAUSE)
