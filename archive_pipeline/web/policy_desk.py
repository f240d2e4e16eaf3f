"""Policies at the desk: read, edited, tried on a few shots of a collection, and adopted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive_pipeline.collections.collection_files import find_collection, load_collections
from archive_pipeline.errors import RequestError
from archive_pipeline.language.findings.drafts import adopt, read_draft
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.stages.policy_trial import MOST_SHOTS, TriedShot, try_policy
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.sources import source_file

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHOSEN = """
SELECT video_id, shot_id::VARCHAR AS shot_id FROM shots JOIN videos USING (video_id)
WHERE collection = ? AND shot_id::VARCHAR IN (SELECT unnest(?::VARCHAR[])) ORDER BY ALL
"""
_DRAWN = """
SELECT video_id, shot_id::VARCHAR AS shot_id FROM shots JOIN videos USING (video_id)
WHERE collection = ? ORDER BY hash(shot_id::VARCHAR || ?) LIMIT ?
"""
_SHOTS = "SELECT collection, count(*) AS n FROM shots JOIN videos USING (video_id) GROUP BY ALL"


@dataclass(frozen=True)
class Draft:
    """A policy that is edited, and what it is tried on."""

    policy: str
    """Its name."""
    text: str
    collection: str
    model: str = ""
    """"": what runs ask."""
    language: str = ""
    """Of the instructions and justifications (ISO 639-1); "": the collection's."""
    shots: str = ""
    """Ids of shots, or addresses that hold them; "": some are drawn."""
    draw: int = 0
    """Which of the random draws; the same one gives the same shots, so that two wordings compare."""


@dataclass(frozen=True)
class Trial:
    """What came of it, and what the whole collection would cost by it."""

    policy: Policy
    shots: Sequence[TriedShot]
    n_shots: int
    """Of the collection: a request each."""
    prompt_tokens: int
    """For all of them, by these; as `completion_tokens` and `seconds`."""
    completion_tokens: int
    seconds: float


def tried(archive: WebArchive, draft: Draft) -> Trial:
    """Ask about at most five shots that the asker may see; nothing is kept.

    Raises RequestError `wrong_policy`, `unknown_collection`, `unknown_shot`, `nothing_ready`, `source_gone`, and what
    `try_policy` raises.
    """
    settings = archive.settings
    policy = read_draft(draft.policy, draft.text, settings.own_policies)
    collection = find_collection(draft.collection, settings.collection_folders)
    by_video: dict[VideoName, list[str]] = {}
    for row in _shots(archive, draft):
        by_video.setdefault(VideoName.from_video_id(row["video_id"]), []).append(row["shot_id"])
    files = {
        video: source_file(archive.programmes.entry(video.video_id), settings.collection_folders) for video in by_video
    }
    language = draft.language or collection.language
    shots = try_policy(policy, by_video, files, settings, archive.lake, model=draft.model, language=language)
    counted = {row["collection"]: row["n"] for row in archive.published.counted("shots", _SHOTS)}
    n_shots = counted.get(draft.collection, 0)
    asked = [shot.rows[0] for shot in shots if shot.rows[0]["model"] is not None]
    times = n_shots / len(shots)  # what is not asked about costs nothing in the whole, either
    return Trial(
        policy,
        shots,
        n_shots,
        round(times * sum(row["prompt_tokens"] for row in asked)),
        round(times * sum(row["completion_tokens"] for row in asked)),
        times * sum(row["latency_s"] for row in asked) / settings.vlm_concurrency,
    )


def adopted(archive: WebArchive, name: str, text: str) -> tuple[Policy, Path, list[str]]:
    """The policy, its file among the own ones, and the collections whose findings it makes due. Raises as `adopt`."""
    policy, file = adopt(name, text, archive.settings.own_policies)
    described, _ = load_collections(archive.settings.collection_folders)
    return policy, file, [one.name for one in described if name in one.policies and "findings" in one.analyses]


def _shots(archive: WebArchive, draft: Draft) -> list[dict[str, Any]]:
    wanted = list(dict.fromkeys(_ID.findall(draft.shots.lower())))
    if not wanted and draft.shots.strip():
        raise RequestError("unknown_shot", "These are no shots: give their ids, or the addresses of their pages.")
    if len(wanted) > MOST_SHOTS:
        raise RequestError("bad_limit", f"{len(wanted)} shots are chosen; a policy is tried on {MOST_SHOTS} at most.")
    if wanted:
        rows = archive.published.rows(_CHOSEN, [draft.collection, wanted])
        if len(rows) < len(wanted):
            raise RequestError("unknown_shot", f"{len(wanted) - len(rows)} of these are no shots of this collection.")
        return rows
    rows = archive.published.rows(_DRAWN, [draft.collection, str(draft.draw), MOST_SHOTS])
    if not rows:
        raise RequestError("nothing_ready", f"No video of {draft.collection} is published: there is nothing to try.")
    return rows
