"""The advanced sections of a collection file: their keys are the fields of the stages' parameters."""

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pydantic_core import PydanticCustomError

from archive_pipeline.errors import ArchiveError
from archive_pipeline.suggestions import did_you_mean

_PARAMETERS = {
    "objects": ("archive_pipeline.detectors.model", "ObjectParameters"),
    "descriptions": ("archive_pipeline.language.descriptions.model", "DescriptionParameters"),
    "classes": ("archive_pipeline.semantics.classes", "ClassParameters"),
    "scenes": ("archive_pipeline.semantics.scenes", "SceneParameters"),
    "shots": ("archive_pipeline.semantics.shots", "ShotParameters"),
}


def check(section: str, values: Mapping[str, Any]) -> None:
    """Raise PydanticCustomError (context `key`: which one) unless the section's parameters can be made from `values`.

    Imported here and only when a file has such a section: clustering needs scikit-learn and hdbscan.
    """
    module, name = _PARAMETERS[section]
    parameters = getattr(import_module(module), name)
    fields = {field.name: field for field in dataclasses.fields(parameters)}
    for key, value in values.items():
        if key not in fields:
            raise _error(key, f"unknown key {key!r}{did_you_mean(key, fields)} ({section} has {', '.join(fields)})")
        default = fields[key].default
        if not _is_like(value, default):
            raise _error(key, f"{key} is {value!r}; write a value like its default, {default!r}")
        try:
            parameters(**{key: value})  # alone, to name the one that is wrong
        except (ValueError, TypeError, ArchiveError) as error:
            raise _error(key, str(error)) from None
    try:
        parameters(**values)
    except (ValueError, TypeError, ArchiveError) as error:
        raise _error(next(iter(values)), str(error)) from None


def _is_like(value: object, default: object) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default) or not isinstance(default, bool | int | str)


def _error(key: str, message: str) -> PydanticCustomError:
    return PydanticCustomError("parameter", "{message}", {"message": message, "key": key})
