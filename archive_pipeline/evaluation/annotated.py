"""The truth of clips that people annotated: `shots.json` (boundaries by frame) and `retrieval.json` (texts → files)."""

import json
from pathlib import Path
from typing import Any

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.evaluation.boundaries import Boundaries
from archive_pipeline.evaluation.truth import Span, TextQuery, Truth, VideoTruth

SHOTS_FILE, RETRIEVAL_FILE = "shots.json", "retrieval.json"


def annotated_truth(folder: Path) -> Truth:
    """Read `shots.json` in the folder, and `retrieval.json` where it is there too.

    Boundaries count where hard cuts were checked by eye (`status` begins with "verified"). Raises ConfigurationError
    `bad_truth` for files that hold something else.
    """
    shots = _read(folder / SHOTS_FILE)
    videos = {
        name: VideoTruth(boundaries_from(entry))
        for name, entry in shots.items()
        if isinstance(entry, dict) and "hard_cuts" in entry and str(entry.get("status", "")).startswith("verified")
    }
    queries: tuple[TextQuery, ...] = ()
    if (folder / RETRIEVAL_FILE).is_file():
        asked = _read(folder / RETRIEVAL_FILE).get("queries", [])
        queries = tuple(
            TextQuery({"en": query["text"]}, frozenset(Span(name, 0.0, float("inf")) for name in query["relevant"]))
            for query in asked
        )
    return Truth(f"annotated clips in {folder.name}", videos, queries, whole_videos=True)


def boundaries_from(entry: dict[str, Any]) -> Boundaries:
    """An entry of `shots.json`."""
    return Boundaries(
        hard=tuple(float(cut) for cut in entry.get("hard_cuts", [])),
        gradual=tuple((float(first), float(last)) for first, last in entry.get("gradual", [])),
        ignore=tuple((float(first), float(last)) for first, last in entry.get("ignore", [])),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError("bad_truth", f"{file} cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError("bad_truth", f"{file} holds no object of videos by name")
    return content
