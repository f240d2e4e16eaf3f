"""What pysubs2 should read of a subtitle file: cues whose times it can read, without what it stumbles over."""

import re
from collections.abc import Iterator

BACKSLASH = "\ufdd0"
"""Stands for a backslash of SubRip and WebVTT, where it is one: what pysubs2 gives as `\\N` is then always a new line.
No text holds this code point."""

_MANY_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_LONG_BLANKS = re.compile(r"[ \t]{2,}")
_BEFORE_ZERO = re.compile(r"-\d+:\d\d(?::\d\d)?[.,]\d{1,3}")
_KARAOKE = re.compile(r"<\d[\d:.]*>")
_BLANKS_IN_TIMES = re.compile(r" ?([:,.]) ?")  # "00: 00: 01, 000", as programs that translate leave them
_TIME = r"(?=\d{1,2}:\d{1,2}[:.,;])(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:[.,;](\d{1,3}))?(?![\d:])"
_SUBRIP_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
"""Hours or milliseconds may be missing, as in what recognisers of speech write."""
_TIMELIKE = re.compile(r"\d ?[:：]")
_WIDE = str.maketrans("：，．", ":,.")  # of programs that translate into Chinese or Japanese
_WEBVTT_TIME = r"(?:(\d{1,4}):)?(\d\d):(\d\d)[.,](\d{1,3})"
_WEBVTT_TIMES = re.compile(rf"\s*{_WEBVTT_TIME}\s*-->\s*{_WEBVTT_TIME}(?!\d)")
"""With the comma of SubRip, as who renames a file leaves it."""
_SUBSTATION_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_WHOLE_SECONDS = r"-?\d{1,2}:\d\d?:\d\d?"
_SUBSTATION_TIME = re.compile(rf"{_WHOLE_SECONDS}(?:[.,]\d{{1,3}})?")
_COMMA_TIMES = re.compile(rf"^((?:[^,]*,)?\s*{_WHOLE_SECONDS}),(\d{{1,3}},\s*{_WHOLE_SECONDS}),(?=\d{{1,3}},)")
"""`0:00:01,50,0:00:02,50,`, of programs in whose language the decimal point is a comma."""


def prepared(text: str, kind: str) -> tuple[str, int]:
    """The file's cues in its format, and how many were left out because nobody can tell when they are."""
    if kind in ("ass", "ssa"):
        return _substation(text)
    text = _LONG_BLANKS.sub(" ", _MANY_BLANK_LINES.sub("\n\n", text))  # over which regular expressions take long
    text = _BEFORE_ZERO.sub("00:00:00.000", text).replace(BACKSLASH, "").replace("\\", BACKSLASH)
    return _webvtt(text) if kind == "vtt" else _subrip(text)


def _substation(text: str) -> tuple[str, int]:
    """Events alone, their fields in the usual order: a broken style or a font costs no words."""
    fields: tuple[str, ...] = _SUBSTATION_FIELDS
    events: list[str] = []
    n_untimed = 0
    for line in text.split("\n"):
        kind, _, rest = line.partition(":")
        if kind.strip().lower() == "format":
            told = tuple(field.strip().lower() for field in rest.split(","))
            fields = told if {"start", "end", "text"} <= set(told) else fields
        elif kind.strip().lower() == "dialogue":
            event = _event(rest.strip(), fields)
            n_untimed += event is None
            events += [event] if event else []
    return "\n".join(["[Script Info]", "[Events]", *events]) + "\n", n_untimed


def _event(written: str, fields: tuple[str, ...]) -> str | None:
    """None where nobody can tell when it is."""
    values = _COMMA_TIMES.sub(r"\1.\2.", written, count=1).split(",", len(fields) - 1)
    of = dict(zip(fields, (value.strip() for value in values), strict=False))
    start, end, words = of.get("start", ""), of.get("end", ""), of.get("text")
    if words is None or not (_SUBSTATION_TIME.fullmatch(start) and _SUBSTATION_TIME.fullmatch(end)):
        return None
    start, end = ("0:00:00.00" if time.startswith("-") else time for time in (start, end))
    return f"Dialogue: 0,{start},{end},Default,{of.get('name') or of.get('actor', '')},0,0,0,,{words}"


def _subrip(text: str) -> tuple[str, int]:
    n_untimed = 0

    def lines() -> Iterator[str]:
        nonlocal n_untimed
        is_told = True
        for line in text.split("\n"):
            said = line
            if "-->" in line and _TIMELIKE.search(line):  # an arrow in what somebody says has none
                times = _SUBRIP_TIMES.match(_BLANKS_IN_TIMES.sub(r"\1", line.translate(_WIDE)))
                is_told = times is not None
                n_untimed += not is_told
                said = _times(times, ",") if times else line
            if is_told:
                yield said

    return "\n".join(lines()) + "\n", n_untimed


def _times(found: re.Match[str], point: str) -> str:
    """The line of times as pysubs2 reads it, whatever else stood in it."""
    hours, minutes, seconds, thousandths = zip(found.groups()[:4], found.groups()[4:], strict=True)
    return " --> ".join(
        f"{hours[n] or '00'}:{minutes[n]}:{seconds[n]}{point}{(thousandths[n] or '0'):0<3}" for n in range(2)
    )


def _webvtt(text: str) -> tuple[str, int]:
    """Cues alone, without their names and the times of single words; no notes, no styles."""
    cues, n_untimed = [], 0
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        timing = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
        if timing is None:
            continue
        if times := _WEBVTT_TIMES.match(lines[timing]):
            cues.append("\n".join([_times(times, "."), *(_KARAOKE.sub("", line) for line in lines[timing + 1 :])]))
        else:
            n_untimed += 1
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n", n_untimed
