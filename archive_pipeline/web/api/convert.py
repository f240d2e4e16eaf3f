"""From what the domain answers to what the API and the pages show."""

import math
from typing import Any

import numpy as np
import polars as pl

from archive_pipeline.collections.albums import photo_path
from archive_pipeline.errors import RequestError
from archive_pipeline.search.answer import Answer, Curve, Facets, Found, Hint
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.timecode import format_timecode
from archive_pipeline.web import addresses
from archive_pipeline.web.api import descriptions, models
from archive_pipeline.web.api.correction_models import correction_out
from archive_pipeline.web.archive import PlacedFrames, WebArchive
from archive_pipeline.web.layout.shot_map import ShotMap
from archive_pipeline.web.media.clips import CLIP_S, OVERLAP_S
from archive_pipeline.web.media.playable import media_type
from archive_pipeline.web.programme import Programme

_MOST_STILLS = 12
_STILLS_PER_S = 3.0


def shot(archive: WebArchive, found: Found) -> models.Shot | None:
    """None where its video is not there any more, or not yet: an index and a lake are not read at the same moment."""
    payload = found.shot
    try:
        if payload.is_photo:
            return _photo(found, archive.programmes.entry(payload.video_id))
        programme = archive.programmes.get(payload.video_id)
    except RequestError:
        return None
    timecodes = programme.shots.filter(programme.shots["shot_id"] == found.id)["source_timecode"]
    return models.Shot(
        **_common(found),
        photo_id=None,
        path=programme.path,
        title=programme.title,
        listed=listed(programme.listed),
        concepts=archive.concepts.of(payload.concepts),
        start_timecode=format_timecode(payload.start_s),
        end_timecode=format_timecode(payload.end_s),
        source_timecode=timecodes[0] if len(timecodes) else None,
        best_frame_s=found.best_frame_s,
        still=addresses.still(payload.video_id, found.best_frame_s or payload.keyframe_s),
        stills=[addresses.still(payload.video_id, time_s) for time_s in moments(payload.start_s, payload.end_s)],
        source=addresses.source(payload.video_id) if media_type(programme.facts) else None,
        page=addresses.video_page(payload.video_id, payload.shot),
    )


def _common(found: Found) -> dict[str, Any]:
    """What is said of a shot and of a photo in the same way."""
    payload = found.shot
    texts = [
        models.MatchedText(
            part=one.part,
            pieces=[models.TextPiece(text=text, matched=matched) for text, matched in one.snippet.parts],
        )
        for one in found.texts
    ]
    return {
        "id": found.id,
        "rank": found.rank,
        "score": round(found.score, 4),
        "by_picture": found.by_picture,
        "by_words": found.by_words,
        "texts": texts,
        "copies": list(found.copies),
        "model": found.model,
        **{name: getattr(payload, name) for name in ("video_id", "collection", "shot", "semantic_class")},
        "objects": dict(payload.objects),
        "start_s": payload.start_s,
        "end_s": payload.end_s,
    }


def _photo(found: Found, album: Entry) -> models.Shot:
    picture = addresses.photo(found.id)
    return models.Shot(
        **_common(found),
        photo_id=found.id,
        path=photo_path(album.path, found.shot.file),
        title=found.shot.file,
        listed=None,
        concepts=[],
        start_timecode="",
        end_timecode="",
        source_timecode=None,
        best_frame_s=None,
        still=picture,
        stills=[picture],
        source=None,
        page=addresses.photo_page(found.id),
    )


def listed(row: dict[str, Any] | None) -> models.ListedOut | None:
    if row is None:
        return None
    other = {one["heading"]: one["value"] for one in row["other"]}
    return models.ListedOut(
        **{name: row[name] for name in models.ListedOut.model_fields if name != "other"}, other=other
    )


def moments(start_s: float, end_s: float) -> list[float]:
    """Times in a shot that show how it moves: at most 12, evenly spread."""
    n = max(1, min(_MOST_STILLS, math.ceil((end_s - start_s) * _STILLS_PER_S)))
    return [start_s + (end_s - start_s) * (i + 0.5) / n for i in range(n)]


def answer(archive: WebArchive, found: Answer) -> models.SearchAnswer:
    groups = []
    for video in found.videos:
        shots = [one for one in (shot(archive, each) for each in video.shots) if one]
        if shots:
            title = video.video_id if shots[0].photo_id else shots[0].title
            groups.append(models.VideoGroup(rank=video.rank, video_id=video.video_id, title=title, shots=shots))
    pairs = []
    for pair in found.pairs:
        first, then = shot(archive, pair.first), shot(archive, pair.then)
        if first and then:
            pairs.append(models.Pair(rank=pair.rank, first=first, then=then))
    return models.SearchAnswer(
        shots=[one for one in (shot(archive, each) for each in found.shots) if one],
        videos=groups,
        pairs=pairs,
        hints=hints(found.hints),
        facets=found.facets and facets(found.facets),
        models=list(found.models),
        has_more=found.has_more,
        n_shots=found.n_shots,
        n_videos=found.n_videos,
        took_s=round(found.took_s, 4),
    )


def facets(counted: Facets) -> models.FacetsOut:
    return models.FacetsOut(
        n_shots=counted.n_shots,
        facets=[
            models.FacetOut(
                facet=one.name,
                column=one.column,
                values=[models.FacetValue(value=value, n_shots=n) for value, n in one.counts],
            )
            for one in counted.facets
        ],
    )


def hints(given: tuple[Hint, ...]) -> list[models.HintOut]:
    return [models.HintOut(code=hint.code, message=hint.message, facts=dict(hint.facts)) for hint in given]


def video(archive: WebArchive, programme: Programme) -> models.VideoOut:
    facts = programme.facts
    kind = media_type(facts)
    described = archive.descriptions.of(programme.name)
    return models.VideoOut(
        video_id=programme.video_id,
        collection=programme.name.collection,
        title=programme.title,
        listed=listed(programme.listed),
        path=programme.path,
        start_s=programme.start_s,
        end_s=programme.end_s,
        width=facts.width,
        height=facts.height,
        frame_rate=facts.frame_rate,
        container=facts.container,
        video_codec=facts.video_codec,
        audio_codec=facts.audio_codec,
        is_mirrored=facts.is_mirrored,
        is_interlaced=facts.is_interlaced,
        is_vfr=facts.is_vfr,
        source_timecode=facts.source_timecode,
        drop_frame=facts.drop_frame,
        note=facts.note,
        sha256=programme.sha256,
        bytes=programme.bytes,
        source=addresses.source(programme.video_id) if kind else None,
        source_type=kind,
        clips=models.ClipsOut(
            address=addresses.clips(programme.video_id),
            clip_s=CLIP_S,
            overlap_s=OVERLAP_S,
            mime=archive.clips.mime(programme),
        ),
        summary=descriptions.summary(described.whole),
        shots=[
            models.TimelineShot(
                id=row["shot_id"],
                shot=row["shot"],
                scene=row["scene"],
                semantic_class=row["class"],
                start_s=row["start_s"],
                end_s=row["end_s"],
                keyframe_s=row["keyframe_s"],
                source_timecode=row["source_timecode"],
                concepts=archive.concepts.of(programme.concepts.get(row["shot_id"], ())),
                cohesion=round(row["cohesion"], 4),
                description=descriptions.description(described.shots.get(row["shot_id"])),
                found=[descriptions.found(one) for one in described.found.get(row["shot_id"], ())],
                visible_texts=[descriptions.visible_text(one) for one in described.texts.get(row["shot_id"], ())],
                corrected=[correction_out(one) for one in described.corrected.of_shot(row["shot_id"]).values()],
            )
            for row in programme.shots.iter_rows(named=True)
        ],
        scenes=[
            models.TimelineScene(
                scene=row["scene"],
                semantic_class=row["class"],
                start_s=row["start_s"],
                end_s=row["end_s"],
                summary=descriptions.summary(described.scenes.get(row["scene"])),
            )
            for row in programme.scenes.iter_rows(named=True)
        ],
        classes=[
            models.TimelineClass(
                semantic_class=row["class"],
                n_frames=row["n_frames"],
                duration_s=row["duration_s"],
                share=row["share"],
                medoid_s=row["medoid_s"],
                name_en=row["name_en"],
                name_es=row["name_es"],
                corrected=[correction_out(one) for one in described.corrected.of_class(row["class"]).values()],
            )
            for row in programme.classes.iter_rows(named=True)
        ],
    )


def curve(found: Curve) -> models.CurveOut:
    return models.CurveOut(
        pts_s=np.round(found.pts_s, 3).tolist(),
        cosines=np.round(found.cosines.astype(float), 4).tolist(),
        model=found.model,
        hints=hints(found.hints),
    )


def frame_map(placed: PlacedFrames) -> models.FrameMap:
    return models.FrameMap(
        method=placed.map.method,
        **_positions(placed.map.positions),
        pts_s=placed.frames["pts_s"].round(3).to_list(),
        classes=placed.frames["class"].to_list(),
    )


def shot_map(found: ShotMap) -> models.ShotMap:
    shots = found.shots

    def column(name: str, digits: int) -> list[float]:
        return shots[name].cast(pl.Float64).round(digits).to_list()

    return models.ShotMap(
        method=found.method,
        x=column("x", 4),
        y=column("y", 4),
        clusters=shots["cluster"].to_list(),
        ids=shots["shot_id"].to_list(),
        videos=shots["video_id"].unique(maintain_order=True).to_list(),
        video=shots["video_id"].rle_id().to_list(),  # its rows are in order of video
        keyframe_s=column("keyframe_s", 3),
        start_s=column("start_s", 3),
        end_s=column("end_s", 3),
    )


def _positions(positions: np.ndarray) -> dict[str, list[float]]:
    rounded = np.round(positions.astype(float), 4)
    return {"x": rounded[:, 0].tolist(), "y": rounded[:, 1].tolist()}
