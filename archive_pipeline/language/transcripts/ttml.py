"""TTML and what is made of it (DFXP, EBU-TT, EBU-TT-D, IMSC, iTT): XML → cues."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from archive_pipeline.language.transcripts.cues import Cue, FoundCues
from archive_pipeline.language.transcripts.frame_clock import Timecode
from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.language.transcripts.model import WrongSubtitlesError
from archive_pipeline.language.transcripts.ttml_times import Times
from archive_pipeline.language.transcripts.xml_text import xml_text

HEAD_BYTES = 8192
"""In which the root of a document stands, after comments and processing instructions."""

_ROOT = re.compile(rb"<(?:[\w.-]+:)?tt[\s>/]")
_SILENT = frozenset({"head", "metadata"})
_ANNOTATIONS = frozenset({"text", "delimiter"})  # of `tts:ruby`: how a word is pronounced
_DEEPEST = 100
_XML = "{http://www.w3.org/XML/1998/namespace}"
_FOREVER_S = float("inf")


def is_ttml(head: bytes) -> bool:
    """Whether the first HEAD_BYTES of a file hold the root of such a document, in UTF-8, UTF-16 or 8 bits a letter."""
    bare = head[:HEAD_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return bare.startswith(b"<") and _ROOT.search(bare) is not None


def read_ttml(content: bytes, language: str | None = None, encoding: str | None = None) -> FoundCues:
    """The cues of a document of which `is_ttml` holds.

    Times are nested as TTML 1 (W3C) says: `par` and `seq`, `begin`, `dur` and `end` of body, div, p and span. Of
    namespaces there are a dozen, and looks tell no words: neither is asked for. What stands in a `p` is one cue, or
    several where its spans have times that do not meet. A cue without an end stays until the next one begins.
    `language` and `encoding` are what is known of text that does not tell (see `decoded`). Raises WrongSubtitlesError
    where it is no well-formed XML, or declares entities.
    """
    text, note = xml_text(content, language, encoding)
    document = _Document()
    parser = DefusedXMLParser(target=document)
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException as error:
        raise WrongSubtitlesError("it declares entities, which no subtitles need and attacks are made of") from error
    except ParseError as error:
        raise WrongSubtitlesError(f"it is no well-formed XML ({error})") from error
    times = document.times
    timecode = Timecode(times.clock, document.programme_start_s) if times.is_timecode else None
    return FoundCues(tuple(_ended(document.cues)), document.n_lost, timecode, (note,) if note else ())


@dataclass
class _Element:
    """One that is open."""

    name: str
    begin_s: float
    end_s: float
    """Its own or that of what it is in; infinite where nothing says one."""
    states_end: bool
    in_order: bool
    """Whether its children come one after the other (`timeContainer` seq)."""
    keeps_blanks: bool
    is_silent: bool
    is_lost: bool
    """Whether a time of it, or of what it is in, cannot be read."""
    language: str | None
    speaker: str | None
    next_s: float
    """Where its next child begins, if they come in order."""
    last_s: float
    """The end of the child that ends last."""


@dataclass
class _Piece:
    """Text of one element, or of several together."""

    begin_s: float
    end_s: float
    texts: list[str]
    is_blank: bool


@dataclass
class _Document:
    """What the XML parser tells of a document, as it comes: memory holds what is said and no tree."""

    cues: list[Cue] = field(default_factory=list)
    n_lost: int = 0
    times: Times = field(default_factory=lambda: Times.of({}))
    programme_start_s: float | None = None
    """What EBU-TT calls documentStartOfProgramme."""
    _open: list[_Element] = field(default_factory=list)
    _paragraph: _Element | None = None
    _pieces: list[_Piece] = field(default_factory=list)
    _agents: dict[str, str] = field(default_factory=dict)
    _agent: str | None = None
    _aside: list[str] = field(default_factory=list)
    """Text since the last tag where nothing is said: in the head."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if len(self._open) >= _DEEPEST:
            raise WrongSubtitlesError("its elements lie more than a hundred deep")
        if not self._open:
            if name != "tt":
                raise WrongSubtitlesError(f"it is XML, but {name[:50]} and no subtitles")
            self.times = Times.of({_local(key): value for key, value in attributes.items()})
        self._aside.clear()
        if name == "agent":
            self._agent = attributes.get(f"{_XML}id")
        element = self._opened(name, attributes)
        self._open.append(element)
        if name == "p" and not element.is_silent and self._paragraph is None:
            self._paragraph = element
        elif name == "br":
            self._say("\n", self._open[-2] if len(self._open) > 1 else element)

    def data(self, text: str) -> None:
        element = self._open[-1]
        if element.is_silent:
            self._aside.append(text)
        else:
            self._say(text if element.keeps_blanks else re.sub(r"\s+", " ", text), element)

    def end(self, _tag: str) -> None:
        element, aside = self._open.pop(), "".join(self._aside).strip()
        self._aside.clear()
        if element.name == "name" and self._agent:
            self._agents.setdefault(self._agent, aside[:100])
        elif element.name == "documentStartOfProgramme":
            self.programme_start_s = self.times.seconds(aside)
        if element is self._paragraph:
            self._hear(element)
            self._paragraph, self._pieces = None, []
        if self._open:
            ends_s = element.end_s if element.states_end else min(element.end_s, element.last_s)
            parent = self._open[-1]
            parent.next_s, parent.last_s = ends_s, max(parent.last_s, ends_s)

    def close(self) -> None:
        pass

    def _opened(self, name: str, attributes: Mapping[str, str]) -> _Element:
        around = self._open[-1] if self._open else _OUTSIDE
        plain = {_local(key): value for key, value in attributes.items() if not key.startswith(_XML)}
        begin, dur, end = (self.times.seconds(plain[key]) if key in plain else None for key in ("begin", "dur", "end"))
        read = {"begin": begin, "dur": dur, "end": end}
        reference_s = around.next_s if around.in_order else around.begin_s
        begin_s = reference_s + (begin or 0.0)
        ends = [around.end_s]
        ends += [reference_s + end] if end is not None else []
        ends += [begin_s + dur] if dur is not None else []
        space = attributes.get(f"{_XML}space")
        return _Element(
            name,
            begin_s,
            min(ends),
            states_end=len(ends) > 1,
            in_order=plain.get("timeContainer") == "seq",
            keeps_blanks=space == "preserve" if space else around.keeps_blanks,
            is_silent=around.is_silent or name in _SILENT or plain.get("ruby") in _ANNOTATIONS,
            is_lost=around.is_lost or any(key in plain and value is None for key, value in read.items()),
            language=language_code(attributes.get(f"{_XML}lang")) or around.language,
            speaker=self._agents.get(plain.get("agent", "")) or around.speaker,
            next_s=begin_s,
            last_s=begin_s,
        )

    def _say(self, text: str, element: _Element) -> None:
        if self._paragraph is None:
            return
        self._paragraph.is_lost |= element.is_lost
        last = self._pieces[-1] if self._pieces else None
        if last and (last.begin_s, last.end_s) == (element.begin_s, element.end_s):
            last.texts.append(text)
            last.is_blank &= text.isspace()
        else:
            self._pieces.append(_Piece(element.begin_s, element.end_s, [text], text.isspace()))

    def _hear(self, paragraph: _Element) -> None:
        """Take down the cues of a paragraph."""
        for together in _that_meet(self._pieces):
            cue = Cue(
                together.begin_s, together.end_s, _lines("".join(together.texts)), paragraph.speaker, paragraph.language
            )
            if paragraph.is_lost or cue.end_s <= cue.start_s:
                self.n_lost += 1
            else:
                self.cues.append(cue)


_OUTSIDE = _Element(
    "", 0.0, _FOREVER_S, states_end=False, in_order=False, keeps_blanks=False, is_silent=False, is_lost=False,
    language=None, speaker=None, next_s=0.0, last_s=0.0,
)  # fmt: skip


def _that_meet(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Neighbours whose times meet stand in the picture together. Blanks have no time of their own."""
    together: _Piece | None = None
    for piece in pieces:
        if together and (piece.is_blank or (piece.begin_s < together.end_s and together.begin_s < piece.end_s)):
            together.texts += piece.texts
            if not piece.is_blank:
                together.begin_s = min(together.begin_s, piece.begin_s)
                together.end_s = max(together.end_s, piece.end_s)
        elif not piece.is_blank:
            if together:
                yield together
            together = piece
    if together:
        yield together


def _lines(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _ended(cues: list[Cue]) -> Iterator[Cue]:
    """The last one may have no end: it stays until the video's."""
    starts = sorted({cue.start_s for cue in cues})
    after = dict(pairwise(starts))
    for cue in cues:
        if cue.end_s < _FOREVER_S:
            yield cue
        else:
            yield Cue(cue.start_s, after.get(cue.start_s, _FOREVER_S), cue.lines, cue.speaker, cue.language)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
