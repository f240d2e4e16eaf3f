"""Notes on shots and scenes, and how many of them go into one question: a prompt is bounded, a programme is not."""

from collections.abc import Iterable, Mapping
from typing import Any

from archive_pipeline.timecode import format_timecode

MOST_NOTES = 12_000  # characters in one question: some 3,000 to 4,000 tokens, beside 1,024 for the answer
_MOST_DESCRIPTION, _MOST_VISIBLE = 1500, 300


def shot_note(start_s: float, described: Mapping[str, Any]) -> str:
    """One line on a shot; `described` is its row of the table `descriptions`."""
    return note(start_s, described["title"], described["description"][:_MOST_DESCRIPTION], described["visible_text"])


def note(start_s: float, title: str, text: str, visible_text: str = "") -> str:
    """One line, with what is in angle brackets defused: the notes stand between tags in the prompt."""
    written = f' Written in the picture: "{visible_text[:_MOST_VISIBLE]}"' if visible_text else ""
    line = " ".join(f"{title}. {text}{written}".split())
    return f"[{format_timecode(start_s)}] {line}".replace("<", "‹").replace(">", "›")


def packed(notes: Iterable[str], most: int = MOST_NOTES) -> list[list[str]]:
    """The notes in groups of at most `most` characters, in order; one that is longer is cut."""
    groups: list[list[str]] = []
    size = 0
    for line in notes:
        line = line[:most]
        if not groups or size + len(line) + 1 > most:
            groups.append([])
            size = 0
        groups[-1].append(line)
        size += len(line) + 1
    return groups
