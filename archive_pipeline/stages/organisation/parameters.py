"""What the organisation of a collection is a function of beside its pictures."""

import hashlib
import json
from dataclasses import asdict

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import identify
from archive_pipeline.semantics.organisation.duplicates import DuplicateParameters
from archive_pipeline.semantics.organisation.grouping import GroupingParameters
from archive_pipeline.settings import Settings
from archive_pipeline.stages.vocabularies import naming_vocabularies

CODE_VERSION = "3"
"""Raised when the same pictures give other groups."""

LANGUAGES = ("en", "es")


def organisation_plan(collection: Collection, settings: Settings) -> str:
    """Fingerprint of the model, the vocabularies, the parameters and the code: hexadecimal, 32 characters.

    Raises ConfigurationError where the model or a vocabulary is wrong.
    """
    vocabularies = naming_vocabularies(collection, settings)
    made_from = [
        CODE_VERSION,
        identify(collection.model),
        {one.name: one.naming_digest for one in vocabularies},
        asdict(GroupingParameters()),
        asdict(DuplicateParameters()),
    ]
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]
