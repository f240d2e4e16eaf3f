"""YAML files → policies. Whatever is wrong in a file is said with file and line, and harms no other file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic_core import ErrorDetails

from archive_pipeline.collections.yaml_files import FileProblem
from archive_pipeline.collections.yaml_lines import YamlFile
from archive_pipeline.language.described_files import DescribedFiles, explained
from archive_pipeline.language.findings.policy import Policy, Question

SHIPPED = Path(__file__).parents[1] / "policies"


def load_policies(own: Sequence[Path]) -> tuple[dict[str, Policy], list[FileProblem]]:
    """Every policy by name, sorted: the shipped ones and those of the folders `own`, which win. See `load`."""
    return _FILES.load(SHIPPED, *own)


def read_policy(file: Path) -> Policy | list[FileProblem]:
    """The policy of one file, or everything that is wrong with it."""
    return _FILES.read(file)


def parse_policy(file: Path, written: bytes) -> Policy | list[FileProblem]:
    """The same of what is to be written there."""
    return _FILES.parse(file, written)


def chosen(names: Sequence[str], known: Mapping[str, Policy], problems: Sequence[FileProblem]) -> list[Policy]:
    """The policies of these names. Raises ConfigurationError `wrong_policy`, `unknown_policy`."""
    return _FILES.chosen(names, known, problems)


def _problem(file: Path, parsed: YamlFile, details: ErrorDetails) -> FileProblem:
    place = [
        part for part in details["loc"] if part not in ("[key]", "str", "constrained-str") and "[" not in str(part)
    ]
    allowed = Question.model_fields if place[:1] == ["questions"] else Policy.model_fields
    return FileProblem(file, parsed.line(place), explained(details, place, allowed), tuple(place))


_FILES = DescribedFiles("policy", Policy, "`title:`, `version:`, `instructions:` and `questions:`", _problem)
