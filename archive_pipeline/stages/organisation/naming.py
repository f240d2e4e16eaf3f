"""Names for the groups of a collection, from the concepts of its vocabularies."""

from archive_pipeline.collections.model import Collection
from archive_pipeline.language.concepts.group_names import Distinction, distinction, group_names
from archive_pipeline.language.concepts.scores import score
from archive_pipeline.semantics.organisation.grouping import LEVELS, Groups
from archive_pipeline.settings import Settings
from archive_pipeline.stages.organisation.parameters import LANGUAGES
from archive_pipeline.stages.organisation.placement import Vectors
from archive_pipeline.stages.vocabularies import as_read_by, naming_vocabularies

Names = dict[str, dict[str, list[str | None]]]
"""By level and language, of each group by its number."""


def names_of(collection: Collection, settings: Settings, vectors: Vectors, groups: Groups) -> Names:
    """`vectors` (n, d) of the n pictures that `groups` are of. The encoder is asked for phrases that are not kept."""
    found: dict[str, list[Distinction]] = {level: [] for level in LEVELS}
    for vocabulary in naming_vocabularies(collection, settings):
        scores = score(vectors, as_read_by(vocabulary, collection.model, settings))
        for number, level in enumerate(LEVELS):
            found[level].append(distinction(vocabulary, scores, groups.labels[:, number]))
    sizes = {level: int(groups.labels[:, number].max(initial=-1)) + 1 for number, level in enumerate(LEVELS)}
    return {
        level: {language: group_names(found[level], sizes[level], language) for language in LANGUAGES}
        for level in LEVELS
    }
