"""YAML files → vocabularies. Whatever is wrong in a file is said with file and line, and harms no other file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic_core import ErrorDetails

from archive_pipeline.collections.yaml_files import FileProblem, yaml_files
from archive_pipeline.collections.yaml_lines import YamlFile
from archive_pipeline.language.concepts.vocabulary import Entry, Vocabulary
from archive_pipeline.language.described_files import DescribedFiles, explained

SHIPPED = Path(__file__).parents[1] / "vocabularies"


def read_vocabulary(file: Path) -> Vocabulary | list[FileProblem]:
    """The vocabulary of one file, or everything that is wrong with it."""
    return _FILES.read(file)


def load_vocabularies(own: Sequence[Path]) -> tuple[dict[str, Vocabulary], list[FileProblem]]:
    """Every vocabulary by name, sorted: the shipped ones and those of the folders `own`, which win. See `load`."""
    return _FILES.load(SHIPPED, *own)


def shipped_vocabularies() -> dict[str, Vocabulary]:
    """Those in the package, by name, whatever stands in their place."""
    read = (read_vocabulary(file) for file in yaml_files(SHIPPED))
    return {found.name: found for found in read if isinstance(found, Vocabulary)}


def chosen(names: Sequence[str], known: Mapping[str, Vocabulary], problems: Sequence[FileProblem]) -> list[Vocabulary]:
    """The vocabularies of these names. Raises ConfigurationError `wrong_vocabulary`, `unknown_vocabulary`."""
    return _FILES.chosen(names, known, problems)


def _problem(file: Path, parsed: YamlFile, details: ErrorDetails) -> FileProblem:
    place = [part for part in details["loc"] if part != "[key]"]
    allowed = Entry.model_fields if place[:1] == ["entries"] else Vocabulary.model_fields
    message = explained(details, place, allowed)
    if details["type"] == "string_type" and isinstance(details["input"], bool | int | float):
        message += f", not {details['input']!r}; put it in quotes"
    if not place:  # what concerns the whole file names its entry, if one is to blame
        place = _entry_to_blame(message)
    return FileProblem(file, parsed.line(place), message)


def _entry_to_blame(message: str) -> list[int | str]:
    words = message.split()
    return ["entries", words[1].rstrip(":")] if words[0] == "entry" else ["kind"]


_FILES = DescribedFiles("vocabulary", Vocabulary, "`title:`, `kind:` and `entries:`", _problem)
