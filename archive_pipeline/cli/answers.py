"""An answer in a terminal: a line a shot or, where there is room and colour, its picture."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
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
_BEFORE = 12  # columns that rank and score take
_NAMED = 2
"""Parts of a line that name a shot; what follows is told about it."""


def show_answer(answer: Answer, stills: Stills | None) -> None:
    """Rank, score, video, times and class of each shot; with `stills` its picture and its id as well."""
    if not answer.all_shots:
        out.print("Nothing found.")
        return
    rows = [(str(found.rank or ""), found, found.shot.video_id) for found in answer.shots]
    for video in answer.videos:
        for place, found in enumerate(video.shots):
            rows.append(("", found, "") if place else (str(video.rank), found, video.video_id))
    for pair in answer.pairs:
        then = pair.then.shot.video_id if stills else ""
        rows += [(str(pair.rank), pair.first, pair.first.shot.video_id), ("[dim]then[/]", pair.then, then)]
    table = Table(box=None, padding=(0, 2, 1 if stills else 0, 0), pad_edge=False, show_header=False)
    for _ in range(2 + bool(stills)):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    lines = [_line(found, video_id) for _, found, video_id in rows]
    widths = [max(cell_len(part) for part in parts) for parts in zip(*lines, strict=True)]
    is_beside = not stills and sum(widths) + 2 * len(widths) + _BEFORE <= out.width
    for (rank, found, _), parts in zip(rows, lines, strict=True):
        score = f"{found.score:.3f}" if found.rank else ""  # of a list nothing was scored
        picture = [_picture(found, stills)] if stills else []
        table.add_row(rank, score, *picture, _about(found, parts, widths if is_beside else None))
    out.print(table)
    if answer.n_shots is not None:
        out.print(f"[dim]{_listed(answer, answer.n_shots)}, in order of video and time.[/]")
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


def _listed(answer: Answer, n_shots: int) -> str:
    """How much passes the filter, named after what is shown of it."""
    n_videos = answer.n_videos or 0
    kinds = {found.shot.is_photo for found in answer.all_shots}
    if len(kinds) > 1:
        return f"{n_shots:,} shots and photos of {n_videos:,} videos and albums"
    shot, video = ("photo", "album") if True in kinds else ("shot", "video")
    return f"{counted(n_shots, shot)} of {counted(n_videos, video)}"


def _line(found: Found, video_id: str) -> tuple[str, str, str, str]:
    """Video, times or file, class, and the id where there is room for ids."""
    shot = found.shot
    span = shot.file or f"{format_timecode(shot.start_s)} – {format_timecode(shot.end_s)}"
    kind = "photo" if shot.is_photo else "no class" if shot.semantic_class < 0 else f"class {shot.semantic_class}"
    more = f", and {len(found.copies)} more (--copies)" if found.copies else ""
    return video_id, span, kind + more, found.id if out.width >= _ROOM_FOR_IDS else ""


def _about(found: Found, parts: Sequence[str], widths: Sequence[int] | None) -> Text:
    """The parts beside each other, as wide as `widths` say, else one below the other; then by what it was found."""
    said = Text()
    for place, part in enumerate(parts):
        if part or widths:
            said.append("" if not said else "  " if widths else "\n")
            said.append(set_cell_size(part, widths[place]) if widths else part, "dim" if place >= _NAMED else "")
    said.rstrip()
    return Text("\n").join((said, _found_by(found))) if found.by_words else said


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
