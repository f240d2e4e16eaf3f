"""A vocabulary: entries, the phrasings that stand for each, and how pictures are judged by them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from archive_pipeline.encoders.names import canonical
from archive_pipeline.language.concepts.texts import Label, Name, Phrases, Templates, said, wordings
from archive_pipeline.language.described_files import Described

Kind = Literal["softmax", "threshold", "similarity"]
STREETCLIP = "streetclip"
"""As a vocabulary's model: the checkpoint that ARCHIVE_STREETCLIP names."""

_MOST_ENTRIES = 1_000


class Entry(BaseModel):
    """One concept: what people read, and the phrasings that a model reads for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Label
    phrases: Phrases = {}
    """By language; empty: the label itself."""
    parent: Name | None = None
    """The entry that this one is a part of: judged among its siblings only, and weighed with its parent's score."""


class Vocabulary(Described):
    """One YAML file, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name
    """Default: the stem of the file's name."""
    title: Label
    kind: Kind
    """
    softmax: the entries share a probability of one, as if exactly one of them were in the picture.
    threshold: each entry for itself, against the phrases of `against`; any number may hold.
    similarity: the bare cosine of picture and text, for what no model should decide; none ever holds.
    """
    temperature: float = Field(1.0, gt=0, le=100)
    """1: as sharp as the model was trained; above: softer."""
    threshold: float | None = Field(None, gt=0, le=1)
    """Score from which an entry holds; default 0.5."""
    against: Phrases = Field(default_factory=dict)
    """What a picture shows that shows none of the entries; kind `threshold` needs it."""
    templates: Templates = Field(default_factory=dict)
    """By language, with {} where each phrase goes; none: phrases as they are."""
    keep: int = Field(3, ge=1, le=20)
    """How many of the best entries of a shot are stored, beside those that hold."""
    model: Annotated[str, Field(min_length=1), AfterValidator(canonical)] | None = None
    """The encoder that it is meant for, as collections name it; None: any. `streetclip` stands for a setting."""
    entries: dict[Name, Entry] = Field(min_length=2, max_length=_MOST_ENTRIES)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Vocabulary":
        if self.kind == "threshold" and not self.against:
            raise ValueError("a vocabulary of kind threshold needs `against:`, phrases for a picture of anything else")
        if self.kind != "threshold" and self.against:
            raise ValueError(f"`against:` belongs to kind threshold, not to {self.kind}")
        if self.kind == "similarity" and self.threshold is not None:
            raise ValueError("kind similarity reports scores and decides nothing: leave out `threshold:`")
        return self

    @model_validator(mode="after")
    def _parents_are_there(self) -> "Vocabulary":
        for name, entry in self.entries.items():
            if entry.parent is None:
                continue
            if self.kind != "softmax":
                raise ValueError(f"entry {name} has a parent; hierarchies are for kind softmax")
            above = self.entries.get(entry.parent)
            if above is None:
                raise ValueError(f"entry {name}: its parent {entry.parent} is not among the entries")
            if above.parent is not None:
                raise ValueError(f"entry {name}: its parent {entry.parent} has a parent itself; two steps are the most")
        return self

    @property
    def holds_from(self) -> float | None:
        """Score from which an entry holds; None where none ever does."""
        if self.kind == "similarity":
            return None
        return 0.5 if self.threshold is None else self.threshold

    def title_in(self, language: str) -> str:
        return said(self.title, language)

    def label(self, concept: str, language: str) -> str:
        """What people read for an entry; its id where it is no longer in the file."""
        entry = self.entries.get(concept)
        return said(entry.label, language) if entry else concept

    def phrasings(self, concept: str, taught: frozenset[str] | None = None) -> tuple[str, ...]:
        """Every text that stands for the entry in the languages that a model was taught (None: all)."""
        return wordings(_phrases(self.entries[concept]), self.templates, taught)

    def contrast(self, taught: frozenset[str] | None = None) -> tuple[str, ...]:
        """Every text that stands for none of the entries; they are not put into templates."""
        return wordings(self.against, {}, taught)

    @property
    def digest(self) -> str:
        """Changes whenever scores could; titles, and labels that are no phrases, do not count."""
        facts = {
            "judged": [self.kind, self.temperature, self.holds_from, self.keep, self.model],
            "texts": [self.templates, self.against],
            "entries": [[name, entry.parent, _phrases(entry)] for name, entry in self.entries.items()],
        }
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]

    @property
    def naming_digest(self) -> str:
        """Changes whenever names that are made of its labels could."""
        facts = [self.digest, [sorted(entry.label.items()) for entry in self.entries.values()]]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _phrases(entry: Entry) -> Mapping[str, tuple[str, ...]]:
    return entry.phrases or {language: (label,) for language, label in entry.label.items()}
