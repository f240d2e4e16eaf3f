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
_TIMELIKE = re.compile(r"\d ?:")
_WEBVTT_TIMES = re.compile(r"\s*(?:\d{1,4}:)?\d\d:\d\d\.\d{2,3}\s*-->\s*(?:\d{1,4}:)?\d\d:\d\d\.\d{2,3}(?!\d)")
_SUBSTATION_TIMES = re.compile(r"[^,]*(?:,\s*-?\d{1,2}:\d\d?:\d\d?(?:[.,]\d{1,3})?\s*){2},")


def prepared(text: str, kind: str) -> tuple[str, int]:
    """The file's cues in its format, and how many were left out because nobody can tell when they are."""
    if kind in ("ass", "ssa"):
        return _substation(text)
    text = _LONG_BLANKS.sub(" ", _MANY_BLANK_LINES.sub("\n\n", text))  # over which regular expressions take long
    text = _BEFORE_ZERO.sub("00:00:00.000", text).replace(BACKSLASH, "").replace("\\", BACKSLASH)
    return _webvtt(text) if kind == "vtt" else _subrip(text)


def _substation(text: str) -> tuple[str, int]:
    """Events alone: a broken style or a font costs no words."""
    lines = [line.strip() for line in text.split("\n")]
    said = [line for line in lines if line.startswith("Dialogue:")]
    timed = [line for line in said if _SUBSTATION_TIMES.match(line)]
    return "\n".join(["[Script Info]", "[Events]", *timed]) + "\n", len(said) - len(timed)


def _subrip(text: str) -> tuple[str, int]:
    n_untimed = 0

    def lines() -> Iterator[str]:
        nonlocal n_untimed
        is_told = True
        for line in text.split("\n"):
            said = line
            if "-->" in line and _TIMELIKE.search(line):  # an arrow in what somebody says has none
                times = _SUBRIP_TIMES.match(_BLANKS_IN_TIMES.sub(r"\1", line))
                is_told = times is not None
                n_untimed += not is_told
                said = _subrip_times(times) if times else line
            if is_told:
                yield said

    return "\n".join(lines()) + "\n", n_untimed


def _subrip_times(found: re.Match[str]) -> str:
    """The line of times as SubRip has it, whatever else stood in it."""
    hours, minutes, seconds, thousandths = zip(found.groups()[:4], found.groups()[4:], strict=True)
    return " --> ".join(f"{hours[n] or '0'}:{minutes[n]}:{seconds[n]},{(thousandths[n] or '0'):0<3}" for n in range(2))


def _webvtt(text: str) -> tuple[str, int]:
    """Cues alone, without their names and the times of single words; no notes, no styles."""
    cues, n_untimed = [], 0
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        timing = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
        if timing is None:
            continue
        if _WEBVTT_TIMES.match(lines[timing]):
            cues.append("\n".join([lines[timing], *(_KARAOKE.sub("", line) for line in lines[timing + 1 :])]))
        else:
            n_untimed += 1
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n", n_untimed
