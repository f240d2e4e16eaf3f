"""Which vocabularies a collection is scored against, by which model, and what that model makes of their phrases."""

from collections.abc import Mapping, Sequence
from typing import Any

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import BUNDLED_MODEL, canonical, identify
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.encoders.taught_languages import languages_of
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.concepts.phrase_vectors import Encoded, VocabularyVectors, read_by_model
from archive_pipeline.language.concepts.vocabulary import STREETCLIP, Vocabulary
from archive_pipeline.language.concepts.vocabulary_files import chosen, load_vocabularies, shipped_vocabularies
from archive_pipeline.settings import Settings


def vocabularies_of(collection: Collection, settings: Settings) -> list[Vocabulary]:
    """Those that the collection's file names; else the shipped ones that suit its model.

    Raises ConfigurationError where one is unknown, wrong, or waits for a model that nobody configured.
    """
    known, problems = load_vocabularies(settings.own_vocabularies)
    if collection.vocabularies is not None:
        return chosen(collection.vocabularies, known, problems)
    shipped = shipped_vocabularies()
    suiting = [name for name in shipped if _suits(known.get(name, shipped[name]), collection, settings)]
    return chosen(suiting, known, problems)


def naming_vocabularies(collection: Collection, settings: Settings) -> list[Vocabulary]:
    """Those that groups of the collection's pictures are named by: that decide, and that its own model scores."""
    return [
        vocabulary
        for vocabulary in vocabularies_of(collection, settings)
        if vocabulary.kind != "similarity" and scoring_model(vocabulary, collection.model, settings) == collection.model
    ]


def concept_parameters(collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """What the concepts of a collection's videos, and the names of their classes, depend on beside their shots, as it
    enters the fingerprint."""
    vocabularies = vocabularies_of(collection, settings)
    return {
        "vocabularies": {vocabulary.name: vocabulary.digest for vocabulary in vocabularies},
        "models": {v.name: identify(scoring_model(v, collection.model, settings)) for v in vocabularies},
        "names": {v.name: v.naming_digest for v in naming_vocabularies(collection, settings)},
    }


def scoring_model(vocabulary: Vocabulary, model: str, settings: Settings) -> str:
    """The encoder that scores the vocabulary in a collection embedded with `model`: its own where it has one.

    Raises ConfigurationError `vocabulary_needs_model`.
    """
    if vocabulary.model is None:
        return model
    if vocabulary.model != STREETCLIP:
        return vocabulary.model
    if settings.streetclip is None:
        raise ConfigurationError(
            "vocabulary_needs_model",
            f"The vocabulary {vocabulary.name} needs a model that was taught places: set ARCHIVE_STREETCLIP to a "
            "StreetCLIP checkpoint, such as ViT-L-14-336-quickgelu@/models/streetclip.pt, or leave it out of "
            "`vocabularies:`.",
        )
    return canonical(settings.streetclip)


def as_read_by(vocabulary: Vocabulary, model: str, settings: Settings) -> VocabularyVectors:
    """The vocabulary in vectors of that encoder, which is asked only where its phrases are not kept yet."""
    return read_by_model(
        vocabulary,
        languages_of(model),
        identify(model),
        lambda texts: encoded(texts, model, settings.device),
        settings.phrases_dir,
    )


def encoded(texts: Sequence[str], model: str, device: str) -> Encoded:
    """Texts as unit rows of the encoder, with its scale of cosines and its sigmoid's bias."""
    encoder = served_encoder(model, device)
    return Encoded(encoder.encode_texts(texts), encoder.scale, encoder.bias)


def _suits(vocabulary: Vocabulary, collection: Collection, settings: Settings) -> bool:
    """`archive-tiny` knows its drawn world alone, and nobody else knows that."""
    if vocabulary.model == STREETCLIP:
        return settings.streetclip is not None and collection.model != BUNDLED_MODEL
    return vocabulary.model == (BUNDLED_MODEL if collection.model == BUNDLED_MODEL else None)
