"""A policy's text with one thing changed, and all else, comments and layout too, as somebody wrote it.

PyYAML tells where each value stands; only that piece is written anew. Whatever cannot be changed like that (anchors,
odd layouts) is told by reading the text back: then the whole document is written from its values, without comments.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import yaml

from archive_pipeline.collections.yaml_lines import YamlFileError, read_yaml

_WIDTH = 120


def values_of(text: str) -> dict[str, Any]:
    """What the text says, right or wrong as a policy. Raises YamlFileError where it is no YAML of keys and values."""
    return read_yaml(text.encode("utf-8", "replace"), "`title:`, `version:`, `instructions:` and `questions:`").values


def with_value(text: str, place: Sequence[str], value: Any) -> str:
    """The text with `value` at `place`, keys from the top; None takes the key away. Raises YamlFileError as
    `values_of`."""
    expected = deepcopy(values_of(text))
    *around, key = place
    holder = expected
    for name in around:
        if not isinstance(holder.get(name), dict):
            holder[name] = {}
        holder = holder[name]
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value
    try:
        changed = _spliced(text, around, key, value)
        if values_of(changed) == expected:
            return changed
    except (YamlFileError, yaml.YAMLError, LookupError):
        pass
    return _dumped(expected, 0) + "\n"


def with_name(text: str, place: Sequence[str], name: str) -> str:
    """The text with the key at `place` called `name`; what it holds, and its place among its neighbours, stay. Raises
    KeyError where there is no such key or already one of that name, YamlFileError as `values_of`."""
    *around, key = place
    expected = deepcopy(values_of(text))
    holder = expected
    for one in around:
        holder = holder[one]
    if key not in holder or name in holder:
        raise KeyError(name)
    renamed = {name if one == key else one: value for one, value in holder.items()}
    holder.clear()
    holder.update(renamed)
    try:
        node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
        for one in around:
            node = _pairs(node)[one][1]
        written = _pairs(node)[key][0]
        key_as_yaml = _dumped({name: None}, 0).removesuffix(": null")
        changed = text[: written.start_mark.index] + key_as_yaml + text[written.end_mark.index :]
        if values_of(changed) == expected:
            return changed
    except (YamlFileError, yaml.YAMLError, LookupError):
        pass
    return _dumped(expected, 0) + "\n"


def _spliced(text: str, around: Sequence[str], key: str, value: Any) -> str:
    """Raises KeyError where nothing holds the key yet."""
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for name in around:
        node = _pairs(node)[name][1]
    pairs = _pairs(node)
    written = _in_flow(key, value) if node.flow_style else _dumped({key: value}, node.start_mark.column)
    if key not in pairs:
        return text if value is None else _added(text, node, written)
    start, end = pairs[key][0].start_mark.index, _end(text, pairs[key][1])
    if value is not None:
        return text[:start] + written + text[end:]
    if node.flow_style:
        before, after = text[:start].rstrip(), text[end:].lstrip()
        if not after.startswith(","):
            return before.removesuffix(",") + after
        return before + (" " if before.endswith(",") else "") + after[1:].lstrip()
    line_end = text.find("\n", end)
    return text[: text.rfind("\n", 0, start) + 1] + (text[line_end + 1 :] if line_end >= 0 else "")


def _added(text: str, node: yaml.MappingNode, written: str) -> str:
    if node.flow_style:
        at = node.end_mark.index - 1
        return f"{text[:at].rstrip()}{', ' if node.value else ''}{written}{text[at:]}"
    at = text.find("\n", _end(text, node))
    at = len(text) if at < 0 else at
    return text[:at] + "\n" + " " * node.start_mark.column + written + text[at:]


def _pairs(node: Any) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise KeyError("no mapping")
    return {str(key.value): (key, value) for key, value in node.value}


def _end(text: str, node: yaml.Node) -> int:
    """Behind the last character of the node; PyYAML ends what is in blocks where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start = node.start_mark.index
    return int(start + len(text[start : node.end_mark.index].rstrip()))


def _in_flow(key: str, value: Any) -> str:
    return f"{key}: {json.dumps(value, ensure_ascii=False)}"  # JSON is YAML


def _dumped(values: dict[str, Any], column: int) -> str:
    written = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=_WIDTH - column)
    return ("\n" + " " * column).join(written.rstrip("\n").split("\n"))
