"""EBU STL (EBU Tech 3264): the binary subtitle files that broadcasters exchange.

A block of 1024 bytes about the programme (GSI), then blocks of 128 bytes with times and text (TTI).
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from archive_pipeline.counting import counted
from archive_pipeline.language.transcripts import iso6937
from archive_pipeline.language.transcripts.cues import Cue, FoundCues
from archive_pipeline.language.transcripts.frame_clock import FrameClock, Timecode

_GSI_BYTES, _TTI_BYTES = 1024, 128
_TTI = struct.Struct("<BHBB4s4sBBB112s")
_CLOCKS = {
    b"23": FrameClock(24, 24000 / 1001),
    b"24": FrameClock(24, 24.0),
    b"25": FrameClock(25, 25.0),
    b"29": FrameClock(30, 30.0),
    b"30": FrameClock(30, 30.0),  # drop frame keeps step with the clock but for two frames
    b"50": FrameClock(50, 50.0),
    b"60": FrameClock(60, 60.0),
}
_ALPHABETS = {b"01": "iso8859-5", b"02": "iso8859-6", b"03": "iso8859-7", b"04": "iso8859-8"}
_LANGUAGES = {
    b"01": "sq", b"03": "ca", b"04": "hr", b"05": "cy", b"06": "cs", b"07": "da", b"08": "de", b"09": "en", b"0A": "es",
    b"0C": "et", b"0D": "eu", b"0F": "fr", b"11": "ga", b"13": "gl", b"14": "is", b"15": "it", b"18": "lv", b"1A": "lt",
    b"1B": "hu", b"1C": "mt", b"1D": "nl", b"1E": "no", b"20": "pl", b"21": "pt", b"22": "ro", b"24": "sr", b"25": "sk",
    b"26": "sl", b"27": "fi", b"28": "sv", b"29": "tr", b"2A": "nl", b"7E": "ar", b"78": "bn", b"77": "bg", b"75": "zh",
    b"70": "el", b"6C": "he", b"6B": "hi", b"6A": "id", b"69": "ja", b"65": "ko", b"61": "ms", b"5A": "fa", b"56": "ru",
    b"4F": "sw", b"4A": "th", b"49": "uk", b"48": "ur", b"46": "vi",
}  # fmt: skip
_LAST, _FIRST_RESERVED = 0xFF, 0xF0
"""Extension block numbers: the last (or only) block of a subtitle; from F0 on reserved, FE the user's own data."""
_UNUSED = b"\x8f"
_NEW_LINE = 0x8A


@dataclass(frozen=True)
class _Subtitle:
    """The blocks of one subtitle."""

    number: tuple[int, int]
    """Of its group, and in it."""
    begin: bytes
    end: bytes
    """Hours, minutes, seconds, frames; a byte each."""
    is_comment: bool
    text: bytes


def is_ebu_stl(content: bytes) -> bool:
    """Whether it begins as one: a code page, then the disk format code `STL25.01`."""
    return re.match(rb"...STL\d\d\.", content[:16], re.DOTALL) is not None


def read_ebu_stl(content: bytes) -> FoundCues:
    """The cues of a file of which `is_ebu_stl` holds, with times of the programme's timecode.

    A set of cumulative subtitles is a cue for each part. Comments for translators, user data and reserved blocks are
    left out. A file that ends early gives the cues that it has, and a note.
    """
    clock = _CLOCKS.get(content[6:8])
    alphabet, language = content[12:14], _LANGUAGES.get(content[14:16].upper())
    cues, n_lost = [], 0
    for subtitle in _subtitles(content[_GSI_BYTES:]):
        if subtitle.is_comment:
            continue
        lines = _lines(subtitle.text, alphabet)
        start_s = (clock or _CLOCKS[b"25"]).seconds(*subtitle.begin)
        end_s = (clock or _CLOCKS[b"25"]).seconds(*subtitle.end)
        if start_s is None or end_s is None or end_s <= start_s:
            n_lost += bool(lines)
        else:
            cues.append(Cue(start_s, end_s, lines, language=language))
    notes = [_unfinished(content)]
    if clock is None:
        shown = content[3:11].decode("ascii", "replace")
        notes.append(f"timecode_assumed: its frames were counted as 25 a second; its disk format code {shown} is none")
    start_s = _programme_start_s(content, clock or _CLOCKS[b"25"])
    timecode = Timecode(clock or _CLOCKS[b"25"], start_s)
    return FoundCues(tuple(cues), n_lost, timecode, tuple(note for note in notes if note))


def _programme_start_s(content: bytes, clock: FrameClock) -> float | None:
    written = content[256:264]
    if not re.fullmatch(rb"\d{8}", written):
        return None
    return clock.seconds(*(int(written[n : n + 2]) for n in range(0, 8, 2)))


def _unfinished(content: bytes) -> str | None:
    """That fewer blocks are there than the file says of itself, if so."""
    written = content[238:243].strip()
    n_said, n_there = int(written) if written.isdigit() else 0, max(len(content) - _GSI_BYTES, 0) // _TTI_BYTES
    if n_there >= n_said:
        return None
    return f"cues_left_out: the file ends early, with {n_there:,} of {counted(n_said, 'block')}"


def _subtitles(blocks: bytes) -> Iterator[_Subtitle]:
    """Text that goes on in further blocks (a letter may be cut in two there) is put together."""
    open_one: _Subtitle | None = None
    for at in range(0, len(blocks) - _TTI_BYTES + 1, _TTI_BYTES):
        group, number, extension, _, begin, end, _, _, comment, text = _TTI.unpack_from(blocks, at)
        if _FIRST_RESERVED <= extension < _LAST:
            continue
        said = text.lstrip(_UNUSED).partition(_UNUSED)[0]
        if open_one and open_one.number == (group, number):
            open_one = _Subtitle(
                open_one.number, open_one.begin, open_one.end, open_one.is_comment, open_one.text + said
            )
        else:
            if open_one:
                yield open_one
            open_one = _Subtitle((group, number), begin, end, comment == 1, said)
        if extension == _LAST:
            yield open_one
            open_one = None
    if open_one:
        yield open_one


def _lines(text: bytes, alphabet: bytes) -> tuple[str, ...]:
    """Words alone. A teletext code (colour, box, double height) takes the place of a blank; those of open subtitles
    (italics, underlined, boxed) stand between two letters of a word."""
    lines = []
    for line in text.split(bytes([_NEW_LINE])):
        written = bytes(0x20 if byte < 0x20 else byte for byte in line if not 0x7F <= byte < 0xA0)
        told = _ALPHABETS.get(alphabet)
        words = " ".join((written.decode(told, "replace") if told else iso6937.decode(written)).split())
        if words:
            lines.append(words)
    return tuple(lines)
