"""The archive's own list beside its videos, in a terminal: what was joined, what was not, what was guessed."""

from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from archive_pipeline.cli.console import err
from archive_pipeline.collections.model import Collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.lists.reading import ListRow
from archive_pipeline.stages.archive_list import ListLook, look_at_list
from archive_pipeline.store.catalogue import Catalogue

Looked = ListLook | ArchiveError | None
_SHOWN = 5
_TEXTS = {
    "rows_without_file": "rows without a file",
    "ambiguous": "rows whose name is that of several files (write more of their path)",
    "repeated": "rows about a file that has one already",
}


def list_beside(collection: Collection, catalogue: Catalogue) -> Looked:
    """Its list, or what is wrong with it; None where it has none. Changes nothing."""
    try:
        return look_at_list(collection, catalogue.entries(collection.name))
    except ArchiveError as error:
        return error


def list_facts(looked: Looked) -> dict[str, Any]:
    """For scripts: the key `list`, where there is one."""
    if looked is None:
        return {}
    if isinstance(looked, ArchiveError):
        return {"list": {"error_code": looked.code, "message": looked.message}}
    joined = looked.joined
    return {
        "list": {
            "joined": len(joined.rows),
            "changed": looked.n_changed,
            "waiting": looked.n_waiting,
            "withheld": looked.n_withheld,
            **{
                reason: [{"line": row.line, "file": row.file, "title": row.title} for row in rows]
                for reason, rows in _left(looked).items()
            },
            "videos_without_row": [video.video_id for video in joined.videos_without_row],
            "notes": list(looked.notes),
        }
    }


def show_list(looked: Looked, before: str = "", most: int = _SHOWN) -> None:
    """For people, on stderr: counts, and the first `most` of each kind."""
    if looked is None:
        return
    if isinstance(looked, ArchiveError):
        err.print(f"[yellow]{escape(before)}its list is not read[/] {escape(str(looked))}", soft_wrap=True)
        return
    joined = looked.joined
    changed = f", {counted(looked.n_changed, 'row')} taken over" if looked.n_changed else ""
    waiting = f", {looked.n_waiting} waiting for the next look" if looked.n_waiting else ""
    joined_to = f"videos with a row: {len(joined.rows)}{changed}{waiting}"
    err.print(f"{escape(before)}the archive's list, {joined_to}")
    if looked.n_withheld is not None:
        err.print(f"  withheld from whoever has no word for them: {looked.n_withheld}")
    lines = [
        (_TEXTS[reason], len(rows), [f"line {row.line}: {row.file}" for row in rows[:most]])
        for reason, rows in _left(looked).items()
    ]
    without = joined.videos_without_row
    lines.append(("videos without a row", len(without), [video.video_id for video in without[:most]]))
    for text, n, first in lines:
        if n:
            shown = "; ".join(first) + ("; …" if n > len(first) else "")
            err.print(f"  [yellow]{text}: {n}[/] [dim]({escape(shown)})[/]", soft_wrap=True)
    for note in looked.notes:
        err.print(f"  [yellow]{escape(note)}[/]", soft_wrap=True)


def _left(looked: ListLook) -> dict[str, Sequence[ListRow]]:
    """Rows that are joined to no file, by why."""
    return {reason: getattr(looked.joined, reason) for reason in _TEXTS}
