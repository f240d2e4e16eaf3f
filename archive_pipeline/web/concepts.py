"""The names of concepts for people, and which of them can be searched for."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from archive_pipeline.language.concepts.texts import LANGUAGES
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline.language.concepts.vocabulary_files import load_vocabularies
from archive_pipeline.web.api.models import ConceptOut, OfferedConcept
from archive_pipeline.web.database import Published

_LOOK_AGAIN_S = 5.0  # a vocabulary's file that has changed is read within this
_OFFERED = """
SELECT vocabulary, concept, count(*) AS n_shots FROM concepts WHERE holds
GROUP BY vocabulary, concept ORDER BY vocabulary, n_shots DESC, concept
"""


class ConceptNames:
    """Labels from the vocabularies' files; a concept whose file is gone is called by its id. Safe for many threads."""

    def __init__(self, own: Sequence[Path], published: Published) -> None:
        self._own = own
        self._published = published
        self._lock = threading.Lock()
        self._known: Mapping[str, Vocabulary] = {}
        self._looked_at = -_LOOK_AGAIN_S

    def of(self, names: Iterable[str]) -> list[ConceptOut]:
        """Concepts by name (`vocabulary/concept`), in that order."""
        known = self._vocabularies()
        return [ConceptOut(name=name, label=_label(known, *name.split("/", 1))) for name in names]

    def offered(self) -> list[OfferedConcept]:
        """Every concept that holds somewhere in the published database, by vocabulary, the most frequent first."""
        known = self._vocabularies()
        return [
            OfferedConcept(
                name=f"{row['vocabulary']}/{row['concept']}",
                label=_label(known, str(row["vocabulary"]), str(row["concept"])),
                vocabulary=_title(known, str(row["vocabulary"])),
                n_shots=int(str(row["n_shots"])),
            )
            for row in self._published.counted("concepts", _OFFERED)
        ]

    def _vocabularies(self) -> Mapping[str, Vocabulary]:
        with self._lock:
            if time.monotonic() - self._looked_at >= _LOOK_AGAIN_S:
                self._known, _ = load_vocabularies(self._own)
                self._looked_at = time.monotonic()
            return self._known


def _label(known: Mapping[str, Vocabulary], vocabulary: str, concept: str) -> dict[str, str]:
    found = known.get(vocabulary)
    return {language: found.label(concept, language) if found else concept for language in LANGUAGES}


def _title(known: Mapping[str, Vocabulary], vocabulary: str) -> dict[str, str]:
    found = known.get(vocabulary)
    return {language: found.title_in(language) if found else vocabulary for language in LANGUAGES}
