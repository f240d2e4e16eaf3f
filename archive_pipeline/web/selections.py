"""Shots and videos of the archive, as they are handed on (`exports/`)."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.exports.model import Clip, Note, Record, Selection, Source
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.search.answer import Found
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.store.baskets import Basket, Item
from archive_pipeline.store.lake import Lake
from archive_pipeline.timecode import is_timecode
from archive_pipeline.web.descriptions import Described, Descriptions
from archive_pipeline.web.media.playable import media_type
from archive_pipeline.web.programme import Programme, Programmes

MOST_SHOTS = 20_000
"""In one selection: several days of film, and some seconds of work."""


class Selections:
    """Collects what is handed on. `locate` says where other programs look for a video's file, as an address."""

    def __init__(
        self,
        lake: Lake,
        programmes: Programmes,
        descriptions: Descriptions,
        find: Callable[[Sequence[str]], Mapping[str, Found]],
        locate: Callable[[Programme], str],
    ) -> None:
        self._lake = lake
        self._programmes = programmes
        self._descriptions = descriptions
        self._find = find
        self._locate = locate

    def of_shots(self, ids: Sequence[str], title: str) -> Selection:
        """The shots in that order; those that are not there any more, and photos, are left out, and counted.

        Raises RequestError `bad_shot_id`, `bad_limit`, `unknown_shots`, `photos_have_no_time`.
        """
        if len(ids) > MOST_SHOTS:
            raise RequestError("bad_limit", f"{len(ids):,} shots are asked for; at most {MOST_SHOTS:,} go at once.")
        if not all(is_shot_id(key) for key in ids):
            raise RequestError("bad_shot_id", "One of the ids is not the id of a shot.")
        wanted = list(dict.fromkeys(ids))
        of_video: dict[str, set[str]] = {}
        there = self._find(wanted)
        for key, found in there.items():
            if not found.shot.is_photo:
                of_video.setdefault(found.shot.video_id, set()).add(key)
        if there and not of_video:
            raise _of_photos()
        clips = {clip.shot_id: clip for video_id, keys in of_video.items() for clip in self._clips(video_id, keys)}
        return _selected(title, [clips.get(key) for key in wanted], "None of these shots is in the archive any more.")

    def of_basket(self, basket: Basket) -> Selection:
        """Its pieces in their order; what is gone is left out, and counted. Raises RequestError `unknown_shots`."""
        nothing = "Nothing that is in this basket is in the archive."
        return _selected(basket.name, self.of_items(basket.items), nothing)

    def of_items(self, items: Sequence[Item]) -> list[Clip | None]:
        """Pieces of a basket in their order; None where the video is not there now, or its file has another content
        than the piece was cut of. Each video is read once."""
        of_video: dict[str, list[Item]] = {}
        for item in items:
            of_video.setdefault(item.video_id, []).append(item)
        clips: dict[str, Clip] = {}
        for video_id, own in of_video.items():
            clips |= self._pieces(video_id, own)
        return [clips.get(item.item) for item in items]

    def _pieces(self, video_id: str, items: Sequence[Item]) -> dict[str, Clip]:
        """By item."""
        try:
            programme = self._programmes.get(video_id)
        except RequestError:
            return {}
        source, numbers = self._source(programme), dict(programme.shots.select("shot_id", "shot").rows())
        described = self._descriptions.of(programme.name)
        clips: dict[str, Clip] = {}
        for one in items:
            if one.sha256 not in ("", source.sha256):
                continue
            start_s, end_s = max(one.start_s, programme.start_s), min(one.end_s, programme.end_s)
            if start_s < end_s:  # else it was put in before contents were kept, and the file is a shorter one by now
                number = numbers.get(one.shot_id)
                title = described.title(one.shot_id) or ""
                clips[one.item] = Clip(source, start_s, end_s, one.shot_id, number, one.note, title)
        return clips

    def of_video(self, video_id: str, address: str) -> Selection:
        """All shots of a video, and what is known of it. `address`: of the page that shows the archive.

        Raises RequestError `unknown_video`, `video_not_ready`, `photos_have_no_time`.
        """
        if self._programmes.entry(video_id).name.is_album:
            raise _of_photos()
        programme = self._programmes.get(video_id)
        described = self._descriptions.of(programme.name)
        source = self._source(programme)
        shots = tuple(_shot_note(row, described) for row in programme.shots.iter_rows(named=True))
        record = Record(
            source=source,
            container=programme.facts.container,
            video_codec=programme.facts.video_codec,
            audio_codec=programme.facts.audio_codec,
            address=address.rstrip("/"),
            summary=(described.whole or {}).get("summary") or "",
            classes=tuple(_class_note(row, described) for row in programme.scenes.iter_rows(named=True)),
            scenes=tuple(_scene_note(row, described) for row in programme.scenes.iter_rows(named=True)),
            shots=shots,
            transcript=self._transcript(programme, described),
            concepts=_concepts(programme),
        )
        return Selection(PurePosixPath(source.name).stem, _clips(source, programme.shots, described), record)

    def _clips(self, video_id: str, keys: set[str]) -> list[Clip]:
        """Of the shots with these ids."""
        try:
            programme = self._programmes.get(video_id)
        except RequestError:  # an index and a lake are not read at the same moment
            return []
        shots = programme.shots.filter(pl.col("shot_id").is_in(keys))
        return _clips(self._source(programme), shots, self._descriptions.of(programme.name))

    def _source(self, programme: Programme) -> Source:
        facts = programme.facts
        timecode = facts.source_timecode if facts.source_timecode and is_timecode(facts.source_timecode) else None
        return Source(
            video_id=programme.video_id,
            path=programme.path,
            url=self._locate(programme),
            sha256=programme.sha256,
            frame_rate=facts.frame_rate,
            timecode=timecode,
            drop_frame=bool(timecode and facts.drop_frame),
            first_s=programme.start_s if timecode else 0.0,
            end_s=programme.end_s,
            width=facts.width,
            height=facts.height,
            media_type=_media_type(facts),
            has_audio=facts.has_audio,
            is_playable=media_type(facts) is not None,
        )

    def _transcript(self, programme: Programme, described: Described) -> tuple[Note, ...]:
        said = self._lake.read("transcripts", programme.name).drop_nulls("start_s").sort("start_s", "segment")
        said = described.corrected.transcript(said)
        return tuple(
            Note(row["start_s"], row["end_s"], row["text"], row["speaker"], row["language"])
            for row in said.iter_rows(named=True)
        )


def _clips(source: Source, shots: pl.DataFrame, described: Described) -> list[Clip]:
    rows = shots.select("start_s", "end_s", "shot_id", "shot").rows()
    return [
        Clip(source, start_s, end_s, shot_id, shot, title=described.title(shot_id) or "")
        for start_s, end_s, shot_id, shot in rows
    ]


def _of_photos() -> RequestError:
    return RequestError("photos_have_no_time", "Photos have no time to cut at: what is handed on like this are shots.")


def _selected(title: str, clips: Sequence[Clip | None], nothing: str) -> Selection:
    """Those that are there. Raises RequestError `unknown_shots`, which says `nothing`, where none is."""
    there = [clip for clip in clips if clip]
    if not there:
        raise RequestError("unknown_shots", nothing)
    return Selection(title, there, n_left_out=len(clips) - len(there))


def _media_type(facts: MediaFacts) -> str:
    name = facts.container.partition(",")[0]
    return {"mov": "video/mp4", "matroska": "video/x-matroska", "mpeg": "video/mpeg", "mpegts": "video/mp2t"}.get(
        name, f"video/{name}"
    )


def _shot_note(row: Mapping[str, Any], described: Described) -> Note:
    title = described.title(row["shot_id"])
    return Note(row["start_s"], row["end_s"], f"Shot {row['shot'] + 1}" + (f": {title}" if title else ""))


def _scene_note(row: Mapping[str, Any], described: Described) -> Note:
    title = (described.scenes.get(row["scene"]) or {}).get("title")
    return Note(row["start_s"], row["end_s"], f"Scene {row['scene'] + 1}" + (f": {title}" if title else ""))


def _class_note(row: Mapping[str, Any], described: Described) -> Note:
    named = described.corrected.of_class(row["class"]).get("class_name")
    name = "no class" if row["class"] < 0 else f"Class {row['class'] + 1}"
    return Note(row["start_s"], row["end_s"], f"{name}: {named['value']}" if named else name)


def _concepts(programme: Programme) -> dict[str, tuple[Note, ...]]:
    """By vocabulary, what each shot shows."""
    notes: dict[str, list[Note]] = {}
    for row in programme.shots.iter_rows(named=True):
        shown: dict[str, list[str]] = {}
        for name in programme.concepts.get(row["shot_id"], ()):
            vocabulary, _, concept = name.partition("/")
            shown.setdefault(vocabulary, []).append(concept)
        for vocabulary, concepts in shown.items():
            notes.setdefault(vocabulary, []).append(Note(row["start_s"], row["end_s"], ", ".join(concepts)))
    return {vocabulary: tuple(found) for vocabulary, found in notes.items()}
