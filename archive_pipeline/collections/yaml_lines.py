"""YAML that remembers its lines: the values of a file, and in which line each key stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

Place = tuple[str | int, ...]
"""Keys and positions from the top of the file, as pydantic names the place of an error."""


_MOST_LINES = 10_000


class YamlFileError(Exception):
    """What is wrong with a YAML file, and in which line (from 1) where that is known."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class YamlFile:
    values: dict[str, Any]
    lines: dict[Place, int]
    texts: dict[Place, str]
    """Single values as they are written: `1.10` where `values` has 1.1."""

    def line(self, place: Sequence[str | int]) -> int | None:
        """The line of the key at `place`, or of the nearest thing around it that is in the file."""
        for length in range(len(place), 0, -1):
            if tuple(place[:length]) in self.lines:
                return self.lines[tuple(place[:length])]
        return 1


class _Loader(yaml.SafeLoader):
    """YAML with the values of version 1.2, and less: `no`, `12:30`, `010` and `1970-01-01` are text."""


_TAG = "tag:yaml.org,2002:"
_SURPRISES = {f"{_TAG}{kind}" for kind in ("timestamp", "bool", "int", "float")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _SURPRISES]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _kind, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(f"(?:{_pattern})\\Z"), list(_first))


def read_yaml(text: bytes, example: str = "`source: FOLDER`") -> YamlFile:
    """Raises YamlFileError: not UTF-8, not YAML, not a mapping, a key written twice.

    `example` is what an empty file is told to hold at least.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise YamlFileError(1, f"the file is empty; it needs at least {example}")
        if not isinstance(node, yaml.MappingNode):
            raise YamlFileError(_line(node), f"the file must hold keys and values, such as {example}")
        file = YamlFile({}, {}, {})
        _note_lines(node, (), file, frozenset())
        return replace(file, values=loader.construct_document(node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFileError(mark.line + 1 if mark else None, _explained(error)) from None
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        line = text[:position].count(b"\n") + 1 if error.encoding != "unicode" else _line_of_character(text, position)
        raise YamlFileError(line, f"the file is not text in UTF-8 ({error.reason})") from None
    except RecursionError:
        raise YamlFileError(None, "the file is nested too deeply") from None
    except ValueError as error:  # an explicit tag on a value that is not one: `!!int x`
        raise YamlFileError(None, f"a value cannot be read: {error}") from None


def how_to_write(kind: str, written: object) -> str:
    """What pydantic's word on a value (`kind` of its error) leaves open, as the end of a sentence; often nothing."""
    if not isinstance(written, str):
        return "; put it in quotes" if kind == "string_type" and isinstance(written, bool | int | float) else ""
    if kind.startswith("bool"):
        return "; write true or false"
    if kind.startswith(("int", "float")) and re.fullmatch(r"[0-9]+(?::[0-9]+)+", written):
        return "; write one number, without colons"
    return ""


def _note_lines(node: yaml.Node, place: Place, file: YamlFile, around: frozenset[int]) -> None:
    lines = file.lines
    if id(node) in around:
        raise YamlFileError(_line(node), "the file refers to itself")
    if len(lines) > _MOST_LINES:  # references to references to references grow without end
        raise YamlFileError(_line(node), f"the file holds over {_MOST_LINES} values")
    around |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here: Place = (*place, str(getattr(key, "value", "")))
            if here in lines and key.tag != "tag:yaml.org,2002:merge":
                raise YamlFileError(_line(key), f"{key.value!r} is written twice; it stands in line {lines[here]} too")
            lines[here] = _line(key)
            _note_lines(value, here, file, around)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[*place, position] = _line(item)
            _note_lines(item, (*place, position), file, around)
    elif isinstance(node, yaml.ScalarNode):
        file.texts[place] = node.value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _line_of_character(text: bytes, position: int) -> int:
    return text.decode("utf-8", "replace")[:position].count("\n") + 1


def _explained(error: yaml.MarkedYAMLError) -> str:
    message = ", ".join(part for part in (error.context, error.problem) if part)
    if "alias" in message or "cannot start any token" in message:
        message += "; put values that begin with * @ % or & in quotes"
    if "'\\t'" in message:
        message += "; indent with blanks, not tabs"
    return f"this is not YAML: {message}"
