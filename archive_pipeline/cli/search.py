"""`archive-pipeline search`: shots by words, by a picture, by both, and by what they should be like."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from archive_pipeline.cli.answers import show_answer, show_facets, show_hints
from archive_pipeline.cli.console import err, explained, out, print_json
from archive_pipeline.cli.player import watch
from archive_pipeline.collections.embargo import cleared
from archive_pipeline.language.lists.conditions import listed_conditions
from archive_pipeline.language.transcripts.languages import asked_languages
from archive_pipeline.search.answer import Answer, Found
from archive_pipeline.search.dates import period
from archive_pipeline.search.model import Filter
from archive_pipeline.search.photo_filter import photo_filter
from archive_pipeline.search.picture import MOST_PICTURE_BYTES, QueryPicture, read_picture
from archive_pipeline.search.request import Request, object_conditions
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.stills import Stills
from archive_pipeline.timecode import format_timecode

_ROOM_FOR_PICTURES = 100  # columns


class MatchChoice(StrEnum):
    """`search.request.Match` as typer takes it."""

    all = "all"
    picture = "picture"
    words = "words"


def search(
    text: Annotated[str | None, typer.Argument(help="What to look for, in words.")] = None,
    image: Annotated[
        Path | None, typer.Option(help="A picture to look for: JPEG, PNG, WebP or AVIF.", exists=True, dir_okay=False)
    ] = None,
    weight: Annotated[float, typer.Option(help="Share of the text where there is a picture, too; 0 to 1.")] = 0.5,
    match: Annotated[
        MatchChoice,
        typer.Option(help="What the text is compared with: pictures, what is said, described and read, or both."),
    ] = MatchChoice.all,
    then: Annotated[
        str | None, typer.Option(help="What comes then, in words: finds pairs of shots, one after the other.")
    ] = None,
    within: Annotated[
        float, typer.Option(help="The second shot of a pair begins so many seconds after the first one's end, or less.")
    ] = 30.0,
    like: Annotated[list[str] | None, typer.Option(help="Id of a shot to find more of; may be repeated.")] = None,
    unlike: Annotated[list[str] | None, typer.Option(help="Id of a shot to keep away from.")] = None,
    collection: Annotated[list[str] | None, typer.Option(help="Only this collection; may be repeated.")] = None,
    video: Annotated[list[str] | None, typer.Option(help="Only this video, by its id; may be repeated.")] = None,
    concept: Annotated[
        list[str] | None,
        typer.Option(help="Only shots that show this, as vocabulary/concept (contents/city); all of them if repeated."),
    ] = None,
    objects: Annotated[
        list[str] | None,
        typer.Option("--object", help="Only shots in which a detector found this: car, 'person>=3'; may be repeated."),
    ] = None,
    keyword: Annotated[
        list[str] | None, typer.Option(help="Only photos that have this keyword; all of them if repeated.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Only shots in which this is spoken, as en or es; any of them if repeated.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="A column of the archive's list: programme=Telediario, rights=TVE; may be repeated."),
    ] = None,
    dated_from: Annotated[
        str, typer.Option("--from", help="Only of that date or later: 1998, 1998-06, 1998-06-15.", show_default=False)
    ] = "",
    dated_to: Annotated[
        str, typer.Option("--to", help="Only of that date or earlier; 1998 is the whole year.", show_default=False)
    ] = "",
    near: Annotated[
        str, typer.Option(help="Only photos taken near LATITUDE,LONGITUDE,KILOMETRES.", show_default=False)
    ] = "",
    box: Annotated[
        str, typer.Option(help="Only photos taken within SOUTH,WEST,NORTH,EAST, in degrees.", show_default=False)
    ] = "",
    group: Annotated[
        list[str] | None,
        typer.Option(help="Only photos and shots of this group, by id (photo_groups, shot_groups); any if repeated."),
    ] = None,
    min_seconds: Annotated[float | None, typer.Option(help="Shots of at least this length.")] = None,
    max_seconds: Annotated[float | None, typer.Option(help="Shots of at most this length.")] = None,
    limit: Annotated[int, typer.Option("-k", "--limit", help="How many shots or videos.")] = 10,
    page: Annotated[int, typer.Option(help="Which page of so many.", min=1)] = 1,
    by_video: Annotated[bool, typer.Option("--by-video", help="The best videos, each with its best shots.")] = False,
    per_video: Annotated[int, typer.Option(help="Shots of each video.")] = 3,
    copies: Annotated[
        bool, typer.Option("--copies", help="Every shot of the same footage and copy of a photo, in place of the best.")
    ] = False,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count what the best 200 shots, or all of a list, can be narrowed by.")
    ] = False,
    threshold: Annotated[float | None, typer.Option(help="Lowest score.")] = None,
    rerank: Annotated[bool, typer.Option("--rerank", help="Order by each shot's best single frame.")] = False,
    pictures: Annotated[
        bool | None, typer.Option(help="Show keyframes; default: where a terminal is wide and has colours.")
    ] = None,
    open_best: Annotated[bool, typer.Option("--open", help="Watch the best shot.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find shots. Words in the language that the collection's model was taught; pictures need no words.

    Filters alone list whatever passes them, in order of video and time, and say how much it is.

    Where something is known of shots in words, these are compared as well: what is said, described and read.
    """
    settings = Settings()
    with explained(as_json):
        request = Request(
            text=text,
            image=_picture(image) if image else None,
            text_share=weight,
            match=match.value,
            then=then,
            within_s=within,
            like=tuple(like or ()),
            unlike=tuple(unlike or ()),
            filter=Filter(
                collections=tuple(collection or ()),
                video_ids=tuple(video or ()),
                concepts=tuple(concept or ()),
                objects=object_conditions(objects or ()),
                groups=tuple(group or ()),
                min_duration_s=min_seconds,
                max_duration_s=max_seconds,
                languages=asked_languages(language or ()),
                listed=listed_conditions(where or ()),
                dated=period(dated_from, dated_to),
                photos=photo_filter(keyword or (), near, box),
            ),
            facets=facets,
            limit=limit,
            offset=(page - 1) * limit,
            by_video=by_video,
            per_video=per_video,
            copies=copies,
            score_threshold=threshold,
            rerank=rerank,
        )
        with open_finder(settings, embargoed=cleared.get()) as finder:
            answer = finder.find(request)
        if as_json:
            print_json(_as_json(answer))
        else:
            wanted = _room_for_pictures() if pictures is None else pictures
            show_answer(answer, Stills(Lake(settings.lake_place)) if wanted else None)
            if answer.facets:
                show_facets(answer.facets, "the best" if answer.n_shots is None else "all")
            show_hints(answer.hints)
        if open_best:
            _open(settings, answer)


def _picture(file: Path) -> QueryPicture:
    with file.open("rb") as stream:
        return read_picture(stream.read(MOST_PICTURE_BYTES + 1))


def _room_for_pictures() -> bool:
    return out.is_terminal and out.color_system in ("256", "truecolor") and out.width >= _ROOM_FOR_PICTURES


def _open(settings: Settings, answer: Answer) -> None:
    if answer.all_shots:
        err.print(f"[dim]opening {escape(watch(settings, answer.all_shots[0]))}[/]", soft_wrap=True)


def _as_json(answer: Answer) -> dict[str, Any]:
    shots: dict[str, Any] = {"shots": [_shot(found) for found in answer.shots]}
    if answer.videos:
        shots = {
            "videos": [
                {"rank": video.rank, "video_id": video.video_id, "shots": [_shot(found) for found in video.shots]}
                for video in answer.videos
            ]
        }
    if answer.pairs:
        shots = {
            "pairs": [
                {"rank": pair.rank, "first": _shot(pair.first), "then": _shot(pair.then)} for pair in answer.pairs
            ]
        }
    if answer.facets:
        shots["facets"] = asdict(answer.facets)
    said = [{"code": hint.code, "message": hint.message, **hint.facts} for hint in answer.hints]
    if answer.n_shots is not None:
        shots |= {"n_shots": answer.n_shots, "n_videos": answer.n_videos}
    return shots | {"hints": said, "models": answer.models, "has_more": answer.has_more, "took_s": answer.took_s}


def _shot(found: Found) -> dict[str, Any]:
    shot = found.shot
    return {
        "rank": found.rank,
        "id": found.id,
        "score": round(found.score, 6) if found.rank else None,
        "by_picture": found.by_picture,
        "by_words": found.by_words,
        "texts": [
            {
                "part": one.part,
                "text": one.snippet.text,
                "matched": [text for text, matched in one.snippet.parts if matched],
            }
            for one in found.texts
        ],
        "video_id": shot.video_id,
        "photo_id": found.id if shot.is_photo else None,
        "file": shot.file or None,
        "collection": shot.collection,
        "shot": shot.shot,
        "class": shot.semantic_class,
        "concepts": list(shot.concepts),
        "objects": dict(shot.objects),
        "start_s": shot.start_s,
        "end_s": shot.end_s,
        "start_timecode": format_timecode(shot.start_s),
        "end_timecode": format_timecode(shot.end_s),
        "keyframe_s": shot.keyframe_s,
        "copies": list(found.copies),
        "best_frame_s": found.best_frame_s,
        "model": found.model,
    }
