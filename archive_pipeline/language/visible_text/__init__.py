"""Pictures in time → what is written in them: which pictures to read, lines with their spans, kinds of writing."""

from archive_pipeline.language.visible_text.kinds import kinds_of
from archive_pipeline.language.visible_text.model import Box, Kind, Line, TextReader, Writing
from archive_pipeline.language.visible_text.reading import read_writings
from archive_pipeline.language.visible_text.registry import get_reader, reader_identity

__all__ = [
    "Box",
    "Kind",
    "Line",
    "TextReader",
    "Writing",
    "get_reader",
    "kinds_of",
    "read_writings",
    "reader_identity",
]
