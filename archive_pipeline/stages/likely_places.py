"""Where a photo was taken, as a model that was taught places guesses it: countries, then cities."""

from dataclasses import dataclass

import numpy as np

from archive_pipeline.language.concepts.scores import score
from archive_pipeline.language.concepts.texts import LANGUAGES
from archive_pipeline.language.concepts.vocabulary_files import chosen, load_vocabularies
from archive_pipeline.settings import Settings
from archive_pipeline.stages.phrase_comparison import picture_vector
from archive_pipeline.stages.vocabularies import as_read_by, scoring_model

GEOGRAPHY = "geography"
_MOST = 10


@dataclass(frozen=True)
class LikelyPlace:
    label: dict[str, str]
    """By language."""
    country: dict[str, str] | None
    """Of a city, its country's label; None for countries."""
    probability: float
    """Countries share 1 among them, and the cities of a country share its probability."""


@dataclass(frozen=True)
class LikelyPlaces:
    """The likeliest first, at most ten of each."""

    model: str
    countries: tuple[LikelyPlace, ...]
    cities: tuple[LikelyPlace, ...]


def likely_places(jpeg: bytes, settings: Settings) -> LikelyPlaces:
    """Ask the model of the vocabulary `geography`, as the analysis `concepts` asks it of shots.

    Raises ConfigurationError `vocabulary_needs_model` where no such model is configured, and what loading it raises.
    """
    [vocabulary] = chosen([GEOGRAPHY], *load_vocabularies(settings.own_vocabularies))
    model = scoring_model(vocabulary, settings.streetclip or "", settings)
    read = as_read_by(vocabulary, model, settings)
    scores = score(picture_vector(jpeg, model, settings.device)[None, :], read)[0]
    names = list(vocabulary.entries)

    def label(name: str) -> dict[str, str]:
        return {language: vocabulary.label(name, language) for language in LANGUAGES}

    def place(number: int) -> LikelyPlace:
        parent = vocabulary.entries[names[number]].parent
        return LikelyPlace(label(names[number]), label(parent) if parent else None, float(scores[number]))

    places = [place(int(number)) for number in np.argsort(-scores, kind="stable")]
    countries = [one for one in places if one.country is None]
    cities = [one for one in places if one.country is not None]
    return LikelyPlaces(model, tuple(countries[:_MOST]), tuple(cities[:_MOST]))
