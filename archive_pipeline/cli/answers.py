"""An answer in a terminal: a line a shot or, where there is room and colour, its picture."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from archive_pipeline.cli.console import err, out
from archive_pipeline.cli.thumbnails import half_blocks
from archive_pipeline.counting import counted
from archive_pipeline.search.answer import Answer, Facets, Found, Hint
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills
from archive_pipeline.timecode import format_timecode

_ROOM_FOR_IDS = 130  # columns


def show_answer(answer: Answer, stills: Stills | None) -> None:
    """Rank, score, video, times and class of each shot; with `stills` its picture and its id as well."""
    if not answer.all_shots:
        out.print("Nothing found.")
        return
    table = Table(box=None, padding=(0, 2, 1 if stills else 0, 0), show_header=False)
    for found in answer.shots:
        table.add_row(str(found.rank or ""), *_cells(found, found.shot.video_id, stills))
    for video in answer.videos:
        for place, found in enumerate(video.shots):
            named = (str(video.rank), video.video_id) if place == 0 else ("", "")
            table.add_row(named[0], *_cells(found, named[1], stills))
    for pair in answer.pairs:
        table.add_row(str(pair.rank), *_cells(pair.first, pair.first.shot.video_id, stills))
        table.add_row("[dim]then[/]", *_cells(pair.then, "" if stills is None else pair.then.shot.video_id, stills))
    out.print(table)
    if answer.n_shots is not None:
        listed = f"{counted(answer.n_shots, 'shot')} of {counted(answer.n_videos or 0, 'video')}"
        out.print(f"[dim]{listed}, in order of video and time.[/]")
    if answer.has_more:
        out.print("[dim]There is more: --page, or a larger -k.[/]")


def show_facets(facets: Facets, of: str = "the best") -> None:
    """A line a facet, with the number of shots beside each value."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for facet in facets.facets:
        values = " · ".join(f"{escape(_printable(value))} [dim]{n}[/]" for value, n in facet.counts)
        table.add_row(escape(_printable(facet.column or facet.name)), values)
    out.print(f"[dim]Of {of} {counted(facets.n_shots, 'shot')}:[/]", table)


def show_hints(hints: Sequence[Hint]) -> None:
    for hint in hints:
        err.print(f"[yellow]{hint.code}[/]: {escape(hint.message)}", soft_wrap=True)


def _cells(found: Found, video_id: str, stills: Stills | None) -> list[str | Text]:
    shot = found.shot
    score = f"{found.score:.3f}" if found.rank else ""  # of a list nothing was scored
    span = escape(shot.file) or f"{format_timecode(shot.start_s)} – {format_timecode(shot.end_s)}"
    kind = "photo" if shot.is_photo else "no class" if shot.semantic_class < 0 else f"class {shot.semantic_class}"
    more = f", and {len(found.copies)} more (--copies)" if found.copies else ""
    kind = f"[dim]{kind}{more}[/]"
    shot_id = f"[dim]{found.id}[/]"
    if stills:
        about = Text.from_markup("\n".join((escape(video_id), span, kind, shot_id)))
        return [score, _picture(found, stills), Text("\n").join((about, _found_by(found))) if found.by_words else about]
    named = Text("\n").join((Text(video_id), _found_by(found))) if found.by_words else escape(video_id)
    return [score, named, span, kind, *([shot_id] if out.width >= _ROOM_FOR_IDS else [])]


def _found_by(found: Found) -> Text:
    """The parts that matched, with their words in bold. Texts come from people and models: never markup."""
    lines = [Text("picture", "dim")] if found.by_picture else []
    for one in found.texts:
        line = Text(f"{one.part}: ", "dim")
        for text, matched in one.snippet.parts:
            line.append(_printable(text), "bold not dim" if matched else "not dim")
        lines.append(line)
    return Text("\n").join(lines if found.texts else [*lines, Text("words", "dim")])


def _printable(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def _picture(found: Found, stills: Stills) -> Text:
    moment_s = found.shot.keyframe_s if found.best_frame_s is None else found.best_frame_s
    still = stills.at(VideoName.from_video_id(found.shot.video_id), moment_s)
    return half_blocks(still.jpeg) if still else Text("no picture", "dim")
