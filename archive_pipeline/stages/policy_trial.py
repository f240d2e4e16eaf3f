"""A policy tried on a few shots, by what findings do and without their table: nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.rows import Row
from archive_pipeline.language.transcripts.script import Script
from archive_pipeline.language.vlm import VlmServer, open_vlm
from archive_pipeline.language.vlm.trouble import Patience
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.moments import can_seek
from archive_pipeline.settings import Settings
from archive_pipeline.stages.findings import Case, judge
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

MOST_SHOTS = 5
_PATIENCE = Patience(attempts=2)  # a person waits, and can ask again


@dataclass(frozen=True)
class TriedShot:
    """What findings would keep of a shot."""

    video_id: str
    shot_id: str
    span: ShotSpan
    rows: Sequence[Row]


def try_policy(
    policy: Policy,
    shots: Mapping[VideoName, Sequence[str]],
    files: Mapping[VideoName, Path],
    settings: Settings,
    lake: Lake,
    *,
    model: str = "",
    language: str | None = None,
) -> list[TriedShot]:
    """Put the policy to `shots` (ids by video; `files`: where each video lies). `model`: "" asks as runs do.

    Blocks until all have answered. Raises MediaError where nothing of a video decodes, and what asking the server
    raises.
    """
    server = _server(settings, model)
    tried: list[TriedShot] = []
    for video, ids in shots.items():
        cases = _cases(policy, video, ids, lake)
        facts = MediaFacts.from_row(lake.read("media", video).row(0, named=True))
        warnings = lake.read("decoding", video, ["warnings"])["warnings"].item()
        pictures = SourcePictures(files[video], facts, find_ffmpeg(settings.ffmpeg), can_seek(facts, warnings))
        judged = judge(cases, pictures, lambda: server, language, _Unkept())
        tried += [TriedShot(video.video_id, case.shot_id, case.span, judged[case.key]) for case in cases]
    return tried


def _server(settings: Settings, model: str) -> VlmServer:
    """Raises ConfigurationError `no_vlm_server`."""
    server = replace(open_vlm(settings), patience=_PATIENCE)
    return replace(server, model=model) if model else server


def _cases(policy: Policy, video: VideoName, ids: Sequence[str], lake: Lake) -> list[Case]:
    script = Script(lake.read("transcripts", video))
    columns = ("shot_id", "start_s", "end_s", "keyframe_s")
    spans = {row[0]: ShotSpan(*row[1:]) for row in lake.read("shots", video, columns).iter_rows()}
    if not spans.keys() >= set(ids):
        raise ConfigurationError(
            "missing_input", f"{video.video_id} was ingested again just now: try on shots of today's."
        )
    return [
        Case(key, spans[key], policy, script.during(spans[key].start_s, spans[key].end_s), policy.digest) for key in ids
    ]


class _Unkept:
    """The journal of answers that nobody will want again."""

    def entries(self, fingerprint: str) -> dict[str, Any]:  # noqa: ARG002
        return {}

    def append(self, key: str, fingerprint: str, entry: Mapping[str, Any]) -> None:
        pass

    def delete(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass
