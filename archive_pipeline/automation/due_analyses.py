"""Which analyses of finished videos and albums are due: what the sensor asks for, and `describe` on a command line."""

import hashlib
from collections import defaultdict
from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.work import pause
from archive_pipeline.language.transcripts.sidecars import Surroundings
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.chain import FINDINGS, SECOND_OPINIONS, Stage
from archive_pipeline.stages.parameters import analysis_plans, asked_analyses
from archive_pipeline.store.catalogue import Analysis, Entry
from archive_pipeline.store.naming import VideoName


@dataclass(frozen=True)
class Due:
    """The analyses that one video lacks, in their order."""

    video: VideoName
    analyses: tuple[str, ...]
    key: str
    """One for each state of the video and each outcome so far: the same work is never asked for twice."""


def due_analyses(
    archive: Archive,
    collection: Collection,
    stages: Sequence[Stage] | None = None,
    *,
    videos: Sequence[VideoName] | None = None,
    force: bool = False,
    asked_by_a_person: bool = False,
    surroundings: Surroundings | None = None,
) -> list[Due]:
    """The ready videos with analyses that are missing or outdated, in order of name.

    `stages`: only these; None: those that the collection's file asks for. `videos`: only these; None: all. `force`
    finds all of them due. A failure that may pass waits for its pause, unless a person asks; a permanent one for a
    change, unless a person asks. `surroundings` knows the subtitles beside the videos; default: looks at them now.
    """
    wanted = asked_analyses(collection) if stages is None else stages
    plans = analysis_plans(wanted, collection, archive.settings, surroundings)
    catalogue, ended = archive.catalogue, defaultdict[VideoName, dict[str, Analysis]](dict)
    for video in [None] if videos is None else videos:
        for one in catalogue.analyses(collection.name, video):
            ended[one.video][one.analysis] = one
    if videos is None:
        entries: Sequence[Entry] = catalogue.entries(collection.name)
    else:
        entries = [entry for video in videos if (entry := catalogue.entry(video))]
    found = []
    for entry in entries:
        if entry.status != "ready":
            continue
        known = ended[entry.name]
        now = {stage.name: plans[stage.name](entry) for stage in wanted}
        lacking = tuple(
            name
            for name in now
            if force
            or _is_due(known.get(name), now[name], asked_by_a_person)
            or _is_behind(name, known)
            or _was_read_anew(entry, known.get(name))
        )
        if lacking:
            found.append(Due(entry.name, lacking, _key(entry, [str(now[name]) for name in lacking], known)))
    return found


def _is_due(ended: Analysis | None, plan: str | None, asked_by_a_person: bool) -> bool:
    if plan is None:  # its folder is out of sight, so the video is, too
        return False
    if ended is None or ended.plan != plan:
        return True
    if ended.status == "done":
        return False
    passed = not ended.permanent and datetime.now(UTC) >= ended.finished_at + pause(ended.attempts)
    return asked_by_a_person or passed


def _is_behind(name: str, ended: dict[str, Analysis]) -> bool:
    """Whether the first answers came after the second ones: they may have been asked for again, all of them."""
    first, second = ended.get(FINDINGS.name), ended.get(SECOND_OPINIONS.name)
    if name != SECOND_OPINIONS.name or first is None or second is None or first.status != "done":
        return False
    return second.status == "done" and first.finished_at > second.finished_at


def _was_read_anew(entry: Entry, ended: Analysis | None) -> bool:
    """Whether an album was, after the analysis: photos that had failed may be ready, of the same files."""
    if ended is None or entry.finished_at is None or not entry.name.is_album:
        return False
    return ended.status == "done" and entry.finished_at > ended.finished_at


def _key(entry: Entry, plans: Sequence[str], known: dict[str, Analysis]) -> str:
    tries = sum(one.attempts for one in known.values())
    ends = max((int(one.finished_at.timestamp()) for one in known.values()), default=0)
    work = hashlib.sha256("".join(plans).encode()).hexdigest()[:16]
    return f"{entry.name.partition_key}:{work}:{tries}:{ends}"


def without(due: Sequence[Due], absent: Names[str]) -> list[Due]:
    """What of it can be done without these analyses."""
    rest = [Due(one.video, tuple(name for name in one.analyses if name not in absent), one.key) for one in due]
    return [one for one in rest if one.analyses]
